package tenant

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// noteBody is an itemBody as it comes in.
type noteBody struct {
	Content *string `json:"content"`
	Type    string  `json:"contentType"`
}

// note gives the note, or nil when there is none. The type is an enum, read in
// any case; text when it is left out.
func (b *noteBody) note() (*Note, error) {
	if b == nil {
		return nil, nil
	}
	n := &Note{Type: strings.ToLower(b.Type)}
	if b.Content != nil {
		n.Content = *b.Content
	}
	switch n.Type {
	case "":
		n.Type = "text"
	case "text", "html":
	default:
		return nil, errPayload
	}
	return n, nil
}

// approved reads the location flag. Beta has it under two names; the newer one
// wins. To v1.0 the older name is a member nobody knows.
func approved(newer, older *bool, beta bool) *bool {
	if newer == nil && beta {
		return older
	}
	return newer
}

// eventBody is a timeCardEvent as it comes in.
type eventBody struct {
	At       *time.Time `json:"dateTime"`
	Approved *bool      `json:"isAtApprovedLocation"`
	Former   *bool      `json:"atApprovedLocation"`
	Notes    *noteBody  `json:"notes"`
}

// event gives the event, or nil when there is none. Its time is kept in whole
// milliseconds.
func (b *eventBody) event(beta bool) (*Event, error) {
	if b == nil {
		return nil, nil
	}
	if b.At == nil {
		return nil, errPayload
	}
	notes, err := b.Notes.note()
	return &Event{At: b.At.UTC().Truncate(time.Millisecond), Approved: approved(b.Approved, b.Former, beta), Notes: notes}, err
}

// breakBody is a timeCardBreak as it comes in.
type breakBody struct {
	ID    string     `json:"breakId"`
	Start *eventBody `json:"start"`
	End   *eventBody `json:"end"`
	Notes *noteBody  `json:"notes"`
}

// pause gives the break, with an id of its own when it came without one.
func (b breakBody) pause(beta bool) (Break, error) {
	start, err := b.Start.event(beta)
	if err != nil || start == nil {
		return Break{}, errPayload
	}
	end, err := b.End.event(beta)
	if err != nil {
		return Break{}, err
	}
	notes, err := b.Notes.note()
	if !strings.HasPrefix(b.ID, "BRK_") {
		b.ID = "BRK_" + uuid.NewString()
	}
	return Break{ID: b.ID, Start: *start, End: end, Notes: notes}, err
}

// cardBody is a timeCard as create and replace take it. State, confirmedBy,
// originalEntry and who changed what are the server's own: what the body says
// of them is ignored.
type cardBody struct {
	Person string       `json:"userId"`
	Behalf string       `json:"onBehalfOfUserId"` // create only, as beta's page has it
	In     *eventBody   `json:"clockInEvent"`
	Out    *eventBody   `json:"clockOutEvent"`
	Breaks *[]breakBody `json:"breaks"`
	Notes  *noteBody    `json:"notes"`
}

// fill writes the body's events and notes on the card. Breaks that the body
// does not mention stay only if keep says so.
func (b cardBody) fill(c *Card, beta, keep bool) error {
	var err error
	if c.In, err = b.In.event(beta); err != nil {
		return err
	}
	if c.Out, err = b.Out.event(beta); err != nil {
		return err
	}
	if c.Notes, err = b.Notes.note(); err != nil {
		return err
	}
	if b.Breaks == nil && keep {
		return nil
	}
	c.Breaks = nil
	if b.Breaks == nil {
		return nil
	}
	for _, one := range *b.Breaks {
		p, err := one.pause(beta)
		if err != nil {
			return err
		}
		c.Breaks = append(c.Breaks, p)
	}
	return nil
}

// sound rules whether the card's times can be true together.
func (t *Tenant) sound(q *request, c Card) error {
	if c.In == nil && t.assume.NoClockIn.refuses() {
		return ruled(t.assume.NoClockIn)
	}
	if c.contradicts() && t.assume.TimesContradict.refuses() {
		return ruled(t.assume.TimesContradict)
	}
	if c.State() == ClockedOut || q.late {
		return nil
	}
	for _, other := range t.cards {
		if other.ID != c.ID && other.Person == c.Person && other.Team == c.Team && other.State() != ClockedOut &&
			t.assume.SecondOpenCard.refuses() {
			return ruled(t.assume.SecondOpenCard)
		}
	}
	return nil
}

// contradicts reports an end before its start, a break outside the card, or an
// open break beside a later one or on a closed card.
func (c Card) contradicts() bool {
	var begin time.Time // before everything, where there is no clock-in
	if c.In != nil {
		begin = c.In.At
	}
	if c.Out != nil && c.Out.At.Before(begin) {
		return true
	}
	open := 0
	for _, b := range c.Breaks {
		last := b.Start.At
		if b.End != nil {
			last = b.End.At
		} else {
			open++
		}
		if last.Before(b.Start.At) || b.Start.At.Before(begin) || c.Out != nil && last.After(c.Out.At) {
			return true
		}
	}
	return open > 1 || open > 0 && c.Out != nil
}

// create makes a card with times of its own. Its original entry is empty,
// unless assumed otherwise: nothing on it was recorded by an action.
func (t *Tenant) create(q *request) (answer, error) {
	var body cardBody
	if q.body == nil {
		return answer{}, errPayload
	}
	if err := q.decode(&body); err != nil {
		return answer{}, err
	}
	team, err := t.ticking(q)
	if err != nil {
		return answer{}, err
	}
	if body.Person == "" && t.assume.CreateTakesBehalf {
		body.Person = body.Behalf
	}
	worker, err := t.worker(q, team, body.Person)
	if err != nil {
		return answer{}, err
	}
	c := t.newCard(q, team, worker, t.moment(q))
	if err := body.fill(&c, q.beta, false); err != nil {
		return answer{}, err
	}
	if t.assume.CreateFillsOriginal {
		c.Original = Entry{In: c.In, Out: c.Out, Breaks: slices.Clone(c.Breaks)}
	}
	if err := t.sound(q, c); err != nil {
		return answer{}, err
	}
	return t.opened(q, c, Create)
}

// replace writes a card anew. Its id, its making and its original entry stay.
func (t *Tenant) replace(q *request) (answer, error) {
	var body cardBody
	if q.body == nil {
		return answer{}, errPayload
	}
	if err := q.decode(&body); err != nil {
		return answer{}, err
	}
	c, err := t.editable(q)
	if err != nil {
		return answer{}, err
	}
	if body.Person != "" && !strings.EqualFold(body.Person, c.Person) {
		if err := ruled(t.assume.OwnerChanged); err != nil {
			return answer{}, err
		}
	}
	if err := body.fill(&c, q.beta, t.assume.ReplaceKeepsBreaks); err != nil {
		return answer{}, err
	}
	if err := t.sound(q, c); err != nil {
		return answer{}, err
	}
	if !t.assume.ReplaceKeepsConfirmation {
		c.ByUser, c.ByManager = false, false
	}
	return t.changed(q, c, t.moment(q), "")
}

// patch changes what the body mentions of a card, where it is assumed to work
// at all.
func (t *Tenant) patch(q *request) (answer, error) {
	if err := ruled(t.assume.Patch); err != nil {
		return answer{}, err
	}
	c, err := t.editable(q)
	if err != nil {
		return answer{}, err
	}
	var body cardBody
	var given map[string]json.RawMessage
	if err := errors.Join(q.decode(&body), q.decode(&given)); err != nil {
		return answer{}, errPayload
	}
	was := c
	if err := body.fill(&c, q.beta, true); err != nil {
		return answer{}, err
	}
	if given["clockInEvent"] == nil {
		c.In = was.In
	}
	if given["clockOutEvent"] == nil {
		c.Out = was.Out
	}
	if given["notes"] == nil {
		c.Notes = was.Notes
	}
	if err := t.sound(q, c); err != nil {
		return answer{}, err
	}
	a, err := t.changed(q, c, t.moment(q), "")
	if err == nil {
		a.status, a.body = http.StatusOK, t.view(q.beta).entity(c)
	}
	return a, err
}

// bulk answers the bulk operations, which nobody documents.
func (t *Tenant) bulk(*request) (answer, error) { return answer{}, ruledOut(t.assume.Bulk) }

// editable gives the card of the call, if the actor may edit or delete it.
func (t *Tenant) editable(q *request) (Card, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return Card{}, err
	}
	c, err := t.writable(q, team)
	if err == nil && (c.ByUser || c.ByManager) && !q.actor.manages(team) {
		err = ruled(t.assume.EditConfirmed)
	}
	return c, err
}

// remove deletes a card.
func (t *Tenant) remove(q *request) (answer, error) {
	c, err := t.editable(q)
	if err != nil {
		return answer{}, err
	}
	if err := t.drop(c); err != nil {
		return answer{}, err
	}
	e := effectOn(c, Delete)
	e.At = t.moment(q)
	return answer{status: http.StatusNoContent, effect: e}, nil
}

// get answers one card.
func (t *Tenant) get(q *request) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	c, err := t.card(q, team)
	if err != nil {
		return answer{}, err
	}
	if !t.readable(q, team, c) {
		return answer{}, ruledOut(t.assume.OthersCard)
	}
	return answer{status: http.StatusOK, body: t.view(q.beta).entity(c)}, nil
}

// readable reports whether the actor may see the card.
func (t *Tenant) readable(q *request, team *Team, c Card) bool {
	return t.assume.MemberSeesAll || q.actor.is(c.Person) || q.actor.manages(team)
}

// visible gives the cards of the team that the actor may see and keep lets
// through.
func (t *Tenant) visible(q *request, team *Team, keep func(Card) bool) []Card {
	var cards []Card
	for _, c := range t.seen(q) {
		if c.Team == team.ID && t.readable(q, team, c) && keep(c) {
			cards = append(cards, c)
		}
	}
	slices.SortFunc(cards, byCreation)
	if t.assume.NewestFirst {
		slices.Reverse(cards)
	}
	return cards
}

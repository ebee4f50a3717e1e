package tenant

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

// actionBody is what the action endpoints take. Every member is optional.
type actionBody struct {
	Approved *bool     `json:"isAtApprovedLocation"`
	Former   *bool     `json:"atApprovedLocation"` // beta only, deprecated
	Notes    *noteBody `json:"notes"`
	Behalf   string    `json:"onBehalfOfUserId"` // clockIn only
}

// event is the stamp an action makes at the moment now.
func (b actionBody) event(now time.Time, beta bool) (Event, error) {
	notes, err := b.Notes.note()
	return Event{At: now, Approved: approved(b.Approved, b.Former, beta), Notes: notes}, err
}

// clockIn opens a card.
func (t *Tenant) clockIn(q *request) (answer, error) {
	var body actionBody
	if err := q.decode(&body); err != nil {
		return answer{}, err
	}
	team, err := t.ticking(q)
	if err != nil {
		return answer{}, err
	}
	worker, err := t.worker(q, team, body.Behalf)
	if err != nil {
		return answer{}, err
	}
	if err := t.mayOpen(worker, team); err != nil && !q.late {
		return answer{}, err
	}
	now := t.moment(q)
	in, err := body.event(now, q.beta)
	if err != nil {
		return answer{}, err
	}
	c := t.newCard(q, team, worker, now)
	c.In, c.Original.In = &in, &in
	return t.opened(q, c, ClockIn)
}

// newCard is an empty card of the worker's, made now by the actor.
func (t *Tenant) newCard(q *request, team *Team, worker string, now time.Time) Card {
	by := q.actor.identity()
	maker := by
	if p := t.people.Person(worker); t.assume.BehalfCreatorWorker && p != nil {
		maker = Identity{ID: p.ID, Name: p.Name}
	}
	return Card{ID: "TCK_" + uuid.NewString(), Team: team.ID, Person: worker,
		Created: now, CreatedBy: maker, Modified: now, ModifiedBy: by}
}

// opened stores a new card and answers with it.
func (t *Tenant) opened(q *request, c Card, op Op) (answer, error) {
	if err := t.put(c); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusCreated, body: t.view(q.beta).entity(c), effect: effectOn(c, op)}, nil
}

// worker tells whose card a clockIn or create is about: the one the body
// names, else the actor. An application has to name one.
func (t *Tenant) worker(q *request, team *Team, named string) (string, error) {
	if named == "" && q.caller.Object == "" {
		if err := ruled(t.assume.AppWithoutUser); err != nil {
			return "", err
		}
	}
	if named == "" && q.actor.person != nil {
		return q.actor.person.ID, nil
	}
	p := t.people.Person(named)
	if p == nil {
		return "", ruledOut(t.assume.PersonUnknown)
	}
	if !q.actor.is(p.ID) && !q.actor.manages(team) {
		if err := ruled(t.assume.OthersCard); err != nil {
			return "", err
		}
	}
	if _, ok := team.member(p.ID); !ok {
		return p.ID, ruled(t.assume.PersonUnknown)
	}
	return p.ID, nil
}

// mayOpen rules whether the worker may clock in beside the cards that are open
// already.
func (t *Tenant) mayOpen(worker string, team *Team) error {
	for _, c := range t.cards {
		if c.Person != worker || c.State() == ClockedOut {
			continue
		}
		rule := t.assume.ClockInElsewhere
		if c.Team == team.ID {
			rule = t.assume.ClockInWhileIn
		}
		if rule.refuses() {
			return ruled(rule)
		}
	}
	return nil
}

// clockOut ends a card.
func (t *Tenant) clockOut(q *request) (answer, error) {
	return t.act204(q, func(c *Card, e Event) string {
		c.Out, c.Original.Out = &e, &e
		return ""
	})
}

// startBreak begins a break.
func (t *Tenant) startBreak(q *request) (answer, error) {
	return t.act204(q, func(c *Card, e Event) string {
		b := Break{ID: "BRK_" + uuid.NewString(), Start: e}
		c.Breaks = append(c.Breaks, b)
		c.Original.Breaks = append(c.Original.Breaks, b)
		return b.ID
	})
}

// endBreak ends the open break. A break that a replace put there has no place
// in the original entry and gets none now.
func (t *Tenant) endBreak(q *request) (answer, error) {
	return t.act204(q, func(c *Card, e Event) string {
		open := c.openBreak()
		if open == nil {
			return ""
		}
		open.End = &e
		i := slices.IndexFunc(c.Original.Breaks, func(b Break) bool { return b.ID == open.ID })
		if i >= 0 {
			c.Original.Breaks[i].End = &e
		}
		return open.ID
	})
}

// act204 is the common way of the actions on a card: check, stamp, store,
// answer without a body. stamp writes the event on the card and gives the
// break it belongs to.
func (t *Tenant) act204(q *request, stamp func(*Card, Event) string) (answer, error) {
	var body actionBody
	if err := q.decode(&body); err != nil {
		return answer{}, err
	}
	team, err := t.ticking(q)
	if err != nil {
		return answer{}, err
	}
	c, err := t.writable(q, team)
	if err != nil {
		return answer{}, err
	}
	if err := ruled(t.assume.follows(q.op.name, c.State())); err != nil {
		return answer{}, err
	}
	now := t.moment(q)
	e, err := body.event(now, q.beta)
	if err != nil {
		return answer{}, err
	}
	pause := stamp(&c, e)
	return t.changed(q, c, now, pause)
}

// changed stores a card that the actor changed and answers 204, or with the
// card.
func (t *Tenant) changed(q *request, c Card, now time.Time, pause string) (answer, error) {
	c.Modified, c.ModifiedBy = now, q.actor.identity()
	if err := t.put(c); err != nil {
		return answer{}, err
	}
	e := effectOn(c, q.op.name)
	e.Break = pause
	a := answer{status: http.StatusNoContent, effect: e, card: &c}
	if t.assume.ActionsAnswerCard {
		a.status, a.body = http.StatusOK, t.view(q.beta).entity(c)
	}
	return a, nil
}

// effectOn tells what was made on the card, dated by its last change.
func effectOn(c Card, op Op) *Effect {
	return &Effect{Op: op, Card: c.ID, Team: c.Team, Person: c.Person, At: c.Modified}
}

// confirm sets the flag of whoever confirms: user on one's own card, manager
// on another's.
func (t *Tenant) confirm(q *request) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	if q.caller.Object == "" {
		if err := ruled(t.assume.ConfirmByApp); err != nil {
			return answer{}, err
		}
		if q.actor.person == nil {
			return answer{}, ruled(noHeader)
		}
	}
	c, err := t.confirmable(q, team)
	if err != nil {
		return answer{}, err
	}
	c.confirmed(q.actor)
	return t.changed(q, c, t.moment(q), "")
}

// confirmForUser is confirm in the name of the person its body names.
func (t *Tenant) confirmForUser(q *request) (answer, error) {
	var body struct {
		Person string `json:"userId"`
	}
	if err := q.decode(&body); err != nil || body.Person == "" {
		return answer{}, errPayload
	}
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	p := t.people.Person(body.Person)
	if p == nil {
		return answer{}, ruledOut(t.assume.PersonUnknown)
	}
	if _, ok := team.member(p.ID); !ok {
		return answer{}, ruledOut(t.assume.PersonUnknown)
	}
	q.actor.person = p
	c, err := t.confirmable(q, team)
	if err != nil {
		return answer{}, err
	}
	c.confirmed(q.actor)
	a, err := t.changed(q, c, t.moment(q), "")
	if err == nil {
		a.status, a.body = http.StatusOK, t.view(q.beta).entity(*a.card)
	}
	return a, err
}

// confirmable gives the card of the call, if the actor may confirm it now.
func (t *Tenant) confirmable(q *request, team *Team) (Card, error) {
	c, err := t.writable(q, team)
	if err == nil {
		err = ruled(t.assume.follows(q.op.name, c.State()))
	}
	return c, err
}

// confirmed sets the actor's flag.
func (c *Card) confirmed(by actor) {
	if by.is(c.Person) {
		c.ByUser = true
	} else {
		c.ByManager = true
	}
}

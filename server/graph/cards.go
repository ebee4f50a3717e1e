package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"timeclock/app/clock"
)

// Action is what one says with a timeCard action.
type Action struct {
	Note     string // plain text; none when empty
	Approved *bool  // at the approved location; nil when nobody looked
	// OnBehalfOf is the object id of the person a manager clocks in; empty for
	// oneself: a person's token says who that is, and an application names its
	// User. The other actions name a card, which names its person.
	OnBehalfOf string
}

// ClockIn begins a card now (page "timeCard: clockIn") and returns it.
func (c *Client) ClockIn(ctx context.Context, who Caller, team string, a Action) (TimeCard, error) {
	return c.write(ctx, who, opClockIn, target{team: team}, a.clockIn(who))
}

// clockIn is the body that clocks in for who, or for whom a names.
func (a Action) clockIn(who Caller) actionBody {
	return actionBody{Approved: a.Approved, Notes: NewNote(a.Note), OnBehalfOf: cmp.Or(a.OnBehalfOf, who.User)}
}

// ClockOut ends a card now (page "timeCard: clockOut") and returns it as read
// back. It belongs after EndBreak when a break lasts.
func (c *Client) ClockOut(ctx context.Context, who Caller, team, card string, a Action) (TimeCard, error) {
	return c.write(ctx, who, opClockOut, target{team: team, card: card}, actionBody{Approved: a.Approved, Notes: NewNote(a.Note)})
}

// StartBreak begins a break on a card now (page "timeCard: startBreak") and
// returns the card as read back.
func (c *Client) StartBreak(ctx context.Context, who Caller, team, card string, a Action) (TimeCard, error) {
	return c.write(ctx, who, opStartBreak, target{team: team, card: card}, actionBody{Approved: a.Approved, Notes: NewNote(a.Note)})
}

// EndBreak ends the break that lasts (page "timeCard: endBreak") and returns
// the card as read back.
func (c *Client) EndBreak(ctx context.Context, who Caller, team, card string, a Action) (TimeCard, error) {
	return c.write(ctx, who, opEndBreak, target{team: team, card: card}, actionBody{Approved: a.Approved, Notes: NewNote(a.Note)})
}

// Confirm confirms a card as the caller (page "timeCard: confirm") and returns
// it as read back: its own person sets ByUser, a manager ByManager. Graph takes
// that from people only; for an application it is ConfirmFor its User.
func (c *Client) Confirm(ctx context.Context, who Caller, team, card string) (TimeCard, error) {
	if who.application() {
		return c.ConfirmFor(ctx, who, team, card, who.User)
	}
	return c.write(ctx, who, opConfirm, target{team: team, card: card}, nil)
}

// ConfirmFor confirms a card as person (page "timeCard: confirmForUser", beta
// only) and returns it. Graph takes it from applications only.
func (c *Client) ConfirmFor(ctx context.Context, who Caller, team, card, person string) (TimeCard, error) {
	return c.write(ctx, who, opConfirmFor, target{team: team, card: card}, confirmBody{UserID: person})
}

// CreateCard makes a card with times of its own (page "Create timeCard") and
// returns it with its id. A card that names no person is an application's
// User's.
func (c *Client) CreateCard(ctx context.Context, who Caller, team string, card TimeCard) (TimeCard, error) {
	if card.UserID == "" {
		card.UserID = who.User
	}
	return c.write(ctx, who, opCreate, target{team: team}, card)
}

// Before is what is looked at before a card is begun: Filter picks the cards of
// the team that are listed, as Cards does, and Check says what speaks against it.
// The budget lets both calls pass together, so that nothing waits between them.
// An error of Check is returned as it is, and nothing was begun then.
type Before struct {
	Filter Filter
	Check  func([]TimeCard) error
}

// ClockInAfter is ClockIn after b.
func (c *Client) ClockInAfter(ctx context.Context, who Caller, team string, b Before, a Action) (TimeCard, error) {
	return c.after(ctx, who, team, b, opClockIn, a.clockIn(who))
}

// CreateCardAfter is CreateCard after b.
func (c *Client) CreateCardAfter(ctx context.Context, who Caller, team string, b Before, card TimeCard) (TimeCard, error) {
	if card.UserID == "" {
		card.UserID = who.User
	}
	return c.after(ctx, who, team, b, opCreate, card)
}

// after begins a card after b.
func (c *Client) after(ctx context.Context, who Caller, team string, b Before, o op, body any) (TimeCard, error) {
	list, err := c.listing(team, b.Filter)
	if err != nil {
		return TimeCard{}, err
	}
	to := target{team: team}
	post, err := c.call(o, to, body)
	if err != nil {
		return TimeCard{}, err
	}
	if failure := c.pass(ctx, post, 1); failure != nil {
		return TimeCard{}, failure
	}
	list.passed, post.passed = true, true
	read, err := c.cards(ctx, who, list, b.Filter)
	if err != nil {
		return TimeCard{}, err
	}
	if err := b.Check(read); err != nil {
		return TimeCard{}, err
	}
	return c.perform(ctx, who, post, to)
}

// ReplaceCard writes a card whole (page "Replace timeCard") and returns it as
// read back. A break that is not on it any more is deleted by that.
func (c *Client) ReplaceCard(ctx context.Context, who Caller, team string, card TimeCard) (TimeCard, error) {
	return c.write(ctx, who, opReplace, target{team: team, card: card.ID}, card.withoutContext())
}

// EditCard reads a card and writes it back whole as edit gives it, and returns
// it as read back. The budget lets both calls pass together, so that nothing
// waits between them: what somebody changes there meanwhile is lost, since
// Graph documents no way to make a replace conditional. An error of edit is
// returned as it is, and nothing was written then.
func (c *Client) EditCard(ctx context.Context, who Caller, team, card string, edit func(TimeCard) (TimeCard, error)) (TimeCard, error) {
	return c.onCard(ctx, who, target{team: team, card: card}, opReplace, func(was TimeCard) (any, error) {
		next, err := edit(was)
		return next.withoutContext(), err
	})
}

// DeleteCardAfter reads a card and deletes it, if check finds nothing against
// that. The calls pass together, and an error of check is returned, as with
// EditCard.
func (c *Client) DeleteCardAfter(ctx context.Context, who Caller, team, card string, check func(TimeCard) error) error {
	_, err := c.onCard(ctx, who, target{team: team, card: card}, opDelete, func(was TimeCard) (any, error) { return nil, check(was) })
	return err
}

// ConfirmAfter reads a card and confirms it as Confirm does, if check finds
// nothing against that. The calls pass together, and an error of check is
// returned, as with EditCard.
func (c *Client) ConfirmAfter(ctx context.Context, who Caller, team, card string, check func(TimeCard) error) (TimeCard, error) {
	o, body := opConfirm, any(nil)
	if who.application() {
		o, body = opConfirmFor, confirmBody{UserID: who.User}
	}
	return c.onCard(ctx, who, target{team: team, card: card}, o, func(was TimeCard) (any, error) { return body, check(was) })
}

// onCard reads a card and does o to it with the body that it decides on.
func (c *Client) onCard(ctx context.Context, who Caller, to target, o op, decide func(TimeCard) (any, error)) (TimeCard, error) {
	get, err := c.call(opCard, to, nil)
	if err != nil {
		return TimeCard{}, err
	}
	if failure := c.pass(ctx, call{Operation: table[o], team: get.team}, 1); failure != nil {
		return TimeCard{}, failure
	}
	get.passed = true
	a, err := c.do(ctx, who, get)
	if err != nil {
		return TimeCard{}, err
	}
	was, err := readCard(get, a)
	if err != nil {
		return TimeCard{}, err
	}
	body, err := decide(was)
	if err != nil {
		return TimeCard{}, err
	}
	q, err := c.call(o, to, body)
	if err != nil {
		return TimeCard{}, err
	}
	q.passed = true
	if o == opDelete {
		_, err := c.do(ctx, who, q)
		return TimeCard{}, err
	}
	return c.perform(ctx, who, q, to)
}

// DeleteCard deletes a card (page "Delete timeCard").
func (c *Client) DeleteCard(ctx context.Context, who Caller, team, card string) error {
	q, err := c.call(opDelete, target{team: team, card: card}, nil)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, who, q)
	return err
}

// Card reads one card (page "Get timeCard").
func (c *Client) Card(ctx context.Context, who Caller, team, card string) (TimeCard, error) {
	q, err := c.call(opCard, target{team: team, card: card}, nil)
	if err != nil {
		return TimeCard{}, err
	}
	a, err := c.do(ctx, who, q)
	if err != nil {
		return TimeCard{}, err
	}
	return readCard(q, a)
}

// Filter picks cards. Its zero value picks all that Graph shows the caller.
type Filter struct {
	Person string // the object id whose cards are wanted; empty for everybody's
	// From and To bound when a card began: not before From, and before To.
	// Zero is no bound.
	From, To clock.Instant
	State    clock.State // empty for any
}

// expression is the $filter of f. Graph takes these four comparisons, joined
// by "and", and no others.
func (f Filter) expression() string {
	var terms []string
	if f.Person != "" {
		terms = append(terms, "userId eq '"+f.Person+"'")
	}
	if f.From != 0 {
		terms = append(terms, "clockInEvent/dateTime ge "+literal(f.From))
	}
	if f.To != 0 {
		terms = append(terms, "clockInEvent/dateTime le "+literal(f.To))
	}
	if f.State != "" {
		terms = append(terms, "state eq '"+string(f.State)+"'")
	}
	return strings.Join(terms, " and ")
}

// keeps checks here what was asked of Graph: whose a card is must not depend
// on how another server reads a filter.
func (f Filter) keeps(t TimeCard) bool {
	if f.Person != "" && !strings.EqualFold(t.UserID, f.Person) {
		return false
	}
	if t.ClockIn == nil {
		return f.From == 0 && f.To == 0
	}
	began := clock.Instant(t.ClockIn.DateTime)
	return (f.From == 0 || began >= f.From) && (f.To == 0 || began < f.To)
}

func (f Filter) check() error {
	if f.Person != "" && !validSegment(f.Person) {
		return fmt.Errorf("%w: person is not an id", ErrInvalid)
	}
	if f.State != "" && !f.State.Valid() {
		return fmt.Errorf("%w: no such state", ErrInvalid)
	}
	return nil
}

// Cards lists cards of a team (page "List timeCards"), in Graph's order. The
// list is complete, or there is an error.
func (c *Client) Cards(ctx context.Context, who Caller, team string, f Filter) ([]TimeCard, error) {
	q, err := c.listing(team, f)
	if err != nil {
		return nil, err
	}
	return c.cards(ctx, who, q, f)
}

// listing is the call that lists cards.
func (c *Client) listing(team string, f Filter) (call, error) {
	if err := f.check(); err != nil {
		return call{}, &Error{Op: table[opCards].Name, Err: err}
	}
	q, err := c.call(opCards, target{team: team}, nil)
	if err == nil {
		q.url.RawQuery = query("$top", "200", "$filter", f.expression())
	}
	return q, err
}

// cards makes a listing.
func (c *Client) cards(ctx context.Context, who Caller, q call, f Filter) ([]TimeCard, error) {
	all, err := pages[TimeCard](ctx, c, who, q)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t TimeCard) bool { return !f.keeps(t) }), nil
}

type cardPage page[TimeCard]

func (p *cardPage) read(r *reader) error {
	return r.object(&object{}, func(name []byte) error {
		switch string(name) {
		case "value":
			var all []TimeCard
			err := sequence(r, &all)
			if p.Value = nil; all != nil {
				p.Value = &all
			}
			return err
		case "@odata.nextLink":
			return r.string(&p.Next)
		}
		return r.skip()
	})
}

// actionBody is the body of an action; every member may be missing.
type actionBody struct {
	Approved   *bool     `json:"isAtApprovedLocation,omitempty"`
	Notes      *ItemBody `json:"notes,omitempty"`
	OnBehalfOf string    `json:"onBehalfOfUserId,omitempty"`
}

type confirmBody struct {
	UserID string `json:"userId"`
}

// target is what a call is about, by ids.
type target struct {
	team, card, user string
}

// id gives the id that a path names.
func (t target) id(name string) string {
	switch name {
	case "team":
		return t.team
	case "card":
		return t.card
	case "user":
		return t.user
	}
	return ""
}

// call builds a request; body is written as JSON unless it is nil.
func (c *Client) call(o op, t target, body any) (call, error) {
	q := call{Operation: table[o], team: strings.ToLower(t.team)}
	u, err := c.url(q.Operation, t)
	if err != nil {
		return call{}, &Error{Op: q.Name, Err: err}
	}
	q.url = u
	if body == nil {
		return q, nil
	}
	if q.body, err = json.Marshal(body); err != nil {
		return call{}, &Error{Op: q.Name, Err: fmt.Errorf("%w: write body: %w", ErrInvalid, err)}
	}
	return q, nil
}

var errNameless = errors.New("the answer did not name the card")

// write makes a call that changes a card, and returns the card: from the
// answer when it is there, else as read back.
func (c *Client) write(ctx context.Context, who Caller, o op, t target, body any) (TimeCard, error) {
	q, err := c.call(o, t, body)
	if err != nil {
		return TimeCard{}, err
	}
	return c.perform(ctx, who, q, t)
}

// perform is write for a call that is built.
func (c *Client) perform(ctx context.Context, who Caller, q call, t target) (TimeCard, error) {
	a, err := c.do(ctx, who, q)
	if err != nil {
		return TimeCard{}, err
	}
	if len(bytes.TrimSpace(a.body)) > 0 {
		return readCard(q, a)
	}
	if t.card == "" {
		return TimeCard{}, &ReadBackError{Op: q.Name, Cause: errNameless}
	}
	if q.Urgent {
		ctx = Urgent(ctx)
	}
	back, err := c.Card(ctx, who, t.team, t.card)
	if err != nil {
		return TimeCard{}, &ReadBackError{Op: q.Name, Card: t.card, Cause: err}
	}
	return back, nil
}

// readCard reads the card that is an answer.
func readCard(q call, a answer) (TimeCard, error) {
	var t TimeCard
	err := readAll(a.body, &t)
	if err == nil && t.ID == "" {
		err = errNameless
	}
	if err != nil {
		return TimeCard{}, unreadable(q, a, err)
	}
	return t, nil
}

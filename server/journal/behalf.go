package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// tenant is that of a person's key.
func tenant(person string) string {
	t, _, _ := strings.Cut(person, ".")
	return t
}

// by is the key of who pressed for somebody else.
func (e Entry) by() string { return tenant(e.Person) + "." + e.Actor }

// Act is the press as a supervisor who made it for somebody is told of it,
// without a name.
func (e Entry) Act() wire.Act {
	return wire.Act{Person: wire.Person{ID: e.Object}, Receipt: e.Receipt()}
}

// Acts lists the presses that this person made for others, those that are not
// final and those received since then, the latest first. Whatever of theirs waits
// for a sign-in goes on with the session given in who.
func (j *Journal) Acts(ctx context.Context, who Who, since clock.Instant) ([]Entry, error) {
	made, err := j.Past.MadeBy(ctx, who.Object, since)
	if err != nil {
		return nil, fmt.Errorf("list presses for others: %w", err)
	}
	made = slices.DeleteFunc(made, func(e Entry) bool { return tenant(e.Person) != tenant(who.Person) })
	for i, e := range made {
		if e.Code == wire.CodeSignedOut && !e.Status.Final() && e.Session != who.Session {
			made[i] = j.carryOn(ctx, e, who)
		}
	}
	made = slices.DeleteFunc(made, func(e Entry) bool { return e.Change != nil })
	slices.SortFunc(made, latest)
	return made, nil
}

func latest(a, b Entry) int {
	return cmp.Or(cmp.Compare(b.Received, a.Received), cmp.Compare(b.ID, a.ID))
}

// WatchActs tells of every step that the presses take which this person makes
// for others, as Watch does.
func (j *Journal) WatchActs(person string) (acts <-chan wire.Act, stop func()) {
	return j.acts.Watch(person)
}

// ErrTooLate: the press may have been sent already, or is final.
var ErrTooLate = errors.New("too late to undo the press")

// Undo takes back a press that this person made for somebody else in a team. What was
// undone is never sent. The error wraps ErrNoEntry or ErrTooLate; or the store
// failed. Undone again, it is answered the same.
//
// Whether it comes before the press is sent is decided by the store: that it is
// sent, and that it is undone, are both changes of the entry as it was read, and
// only one of them is made.
func (j *Journal) Undo(ctx context.Context, who Who, team, id string) (Entry, error) {
	for range maxUndo {
		e, err := j.Store.Entry(ctx, id)
		if err == nil && (e.Change != nil || e.Actor == "" || e.by() != who.Person || e.Team != team) {
			e, err = Entry{}, ErrNoEntry
		}
		if err == nil && e.Status == wire.Refused && e.Code == wire.CodeUndone {
			return e, nil
		}
		if err == nil && !e.undoable() {
			err = ErrTooLate
		}
		if err == nil {
			e, err = j.undone(ctx, e)
		}
		if errors.Is(err, ErrMoved) {
			continue // it took a step meanwhile, such as to wait
		}
		if err != nil {
			return e, fmt.Errorf("undo press %s: %w", id, err)
		}
		return e, nil
	}
	return Entry{}, fmt.Errorf("undo press %s: %w", id, ErrTooLate)
}

// maxUndo bounds how often a press that moves on is looked at again.
const maxUndo = 10

// undoable reports whether nothing of the press was ever sent that may have
// taken effect.
func (e Entry) undoable() bool {
	never := e.Step == "" && e.Resent == 0 && e.Recorded == 0 && e.Delivered == 0
	return never && (e.Status == wire.Accepted || e.Status == wire.Conflicted)
}

func (j *Journal) undone(ctx context.Context, e Entry) (Entry, error) {
	e.Status, e.Code, e.Against, e.NotBefore = wire.Refused, wire.CodeUndone, nil, 0
	e.tell(Undone(e, clock.At(j.Now())))
	saved, err := j.save(ctx, e)
	if err != nil {
		return e, err
	}
	j.Counts.Refused.Add(1)
	j.Log.InfoContext(ctx, "press undone", "press", e.ID, "kind", e.Kind)
	j.wake(e.Person)
	return saved, nil
}

// Foresee tells what a press would do to cards that are the person's, of which
// pending presses are not there yet: the card as it would be, and where the
// person then stands. The code says why it would do nothing, or what its person
// would have to decide.
func (j *Journal) Foresee(p wire.Punch, who Who, cards []clock.Card, pending []Entry) (clock.Card, clock.State, wire.Code) {
	e := Entry{Punch: p, Who: who, Received: clock.At(j.Now())}
	if code := j.dated(p, e.Received); code != "" {
		return clock.Card{}, clock.Unknown, code
	}
	Order(pending)
	for _, q := range pending {
		if after, err := clock.ApplyPress(cards, q.Team, q.Object, q.press()); err == nil {
			cards = after
		}
	}
	if _, err := j.planFor(e, cards); err != nil {
		var c *contradiction
		if errors.As(err, &c) {
			return clock.Card{}, clock.StateOf(cards), c.code
		}
		return clock.Card{}, clock.StateOf(cards), wire.CodeOrder
	}
	after, err := clock.ApplyPress(cards, p.Team, who.Object, e.press())
	if err != nil {
		return clock.Card{}, clock.StateOf(cards), wire.CodeOrder
	}
	return changed(cards, after), clock.StateOf(after), ""
}

// changed gives the card of after that is not among cards.
func changed(cards, after []clock.Card) clock.Card {
	if len(after) > len(cards) {
		return after[len(after)-1]
	}
	open := clock.Current(cards)
	i := slices.IndexFunc(after, func(c clock.Card) bool { return c.ID == open.ID })
	return after[i]
}

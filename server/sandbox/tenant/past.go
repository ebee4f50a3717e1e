package tenant

import (
	"maps"
	"slices"
	"time"
)

// undo is what a card was before a change, so that a call can be answered from
// an earlier state.
type undo struct {
	at     time.Time // of the change
	id     string
	before Card
	was    bool // false: there was no such card
}

// mostPast bounds the changes that are remembered; to look back further finds
// the oldest state known.
const mostPast = 5_000

// remember notes what the card was before the change that is made now. The
// caller holds the lock.
func (t *Tenant) remember(id string) {
	if len(t.past) >= mostPast {
		t.past = slices.Delete(t.past, 0, mostPast/2)
	}
	before, was := t.cards[id]
	t.past = append(t.past, undo{at: t.now(), id: id, before: before, was: was})
}

// seen gives the cards by id as the call is to see them: as they are, or as
// they were at q.asOf. The caller holds the lock and changes nothing in it.
func (t *Tenant) seen(q *request) map[string]Card {
	if q.asOf.IsZero() {
		return t.cards
	}
	then := maps.Clone(t.cards)
	for i := len(t.past) - 1; i >= 0 && t.past[i].at.After(q.asOf); i-- {
		if u := t.past[i]; u.was {
			then[u.id] = u.before
		} else {
			delete(then, u.id)
		}
	}
	return then
}

// moment is the present as an action records it, in whole milliseconds; for an
// effect that was hidden the moment of its call.
func (t *Tenant) moment(q *request) time.Time {
	if q.late {
		return q.came
	}
	return t.now().UTC().Truncate(time.Millisecond)
}

// put stores a card as it is after an effect, durably or not at all. The
// caller holds the lock.
func (t *Tenant) put(c Card) error {
	t.remember(c.ID)
	t.cards[c.ID] = c
	return t.keep()
}

// drop removes a card, durably or not at all. The caller holds the lock.
func (t *Tenant) drop(c Card) error {
	t.remember(c.ID)
	delete(t.cards, c.ID)
	return t.keep()
}

// keep saves the state after a change, or takes the change back.
func (t *Tenant) keep() error {
	err := t.save()
	if err == nil {
		return nil
	}
	last := len(t.past) - 1
	if u := t.past[last]; u.was {
		t.cards[u.id] = u.before
	} else {
		delete(t.cards, u.id)
	}
	t.past = t.past[:last]
	return err
}

// hidden is a call whose effect is still to come: after so many more reads of
// the team's cards.
type hidden struct {
	q     *request
	reads int
	fault Trouble
}

// hide keeps the call's effect back until reads of the team's cards were
// answered.
func (t *Tenant) hide(q *request, f *Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q.came, q.late = t.moment(q), true
	t.hidden = append(t.hidden, hidden{q: q, reads: f.Reads, fault: f.Do})
}

// surface counts a read of a team's cards, after its answer is made, and lets
// the effects happen that waited for it. The caller holds the lock.
func (t *Tenant) surface(read *request) {
	var left []hidden
	for _, h := range t.hidden {
		if !sameTeam(h.q, read) {
			left = append(left, h)
			continue
		}
		if h.reads--; h.reads > 0 {
			left = append(left, h)
			continue
		}
		t.happen(h.q, h.fault)
	}
	t.hidden = left
}

// happen lets an effect happen with nobody waiting for it, and logs it as a
// call of its own with the same request-id. The caller holds the lock.
func (t *Tenant) happen(q *request, why Trouble) {
	a, err := q.op.do(t, q)
	if err != nil {
		t.log.Debug("late effect refused", "op", q.op.name, "error", err)
		return
	}
	t.note(Call{At: t.now().UTC(), Method: q.op.method, Path: q.op.path, Op: q.op.name,
		Person: q.caller.Object, Fault: why, Effect: a.effect, Request: q.request})
}

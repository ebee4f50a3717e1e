package journal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
)

// fault is how one call goes wrong.
type fault struct {
	name    string
	effect  bool            // it happens all the same
	err     error           // what the caller is told
	hidden  int             // the effect is left out of so many readings
	outcome journal.Outcome // of err
}

// tenant keeps the cards of one person in one team, and misbehaves when told
// to. It accepts whatever is sent, however little sense it makes, so that a
// press sent twice is seen twice.
type tenant struct {
	mu     sync.Mutex
	cards  []clock.Card
	faults []fault // of the writes to come, first first
	hidden int     // readings that still show the cards as they were
	was    []clock.Card
	blind  bool // Known has nothing
	reads  int
	writes int
	nextID int
}

var _ journal.Deliverer = (*tenant)(nil)

func (t *tenant) Known(context.Context, journal.Entry) ([]clock.Card, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return clone(t.cards), !t.blind && t.hidden == 0
}

func (t *tenant) Cards(context.Context, journal.Entry) ([]clock.Card, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reads++
	if t.hidden > 0 {
		t.hidden--
		return clone(t.was), nil
	}
	return clone(t.cards), nil
}

func (t *tenant) Act(_ context.Context, e journal.Entry, card string, check func([]clock.Card) error, turn journal.Turn) (clock.Card, error) {
	if check != nil {
		if err := check(t.snapshot()); err != nil {
			return clock.Card{}, err
		}
	}
	return t.write(card, []clock.Kind{e.Step}, clock.At(time.Now()), turn)
}

func (t *tenant) Write(_ context.Context, e journal.Entry, card string, check func([]clock.Card) error, turn journal.Turn) (clock.Card, error) {
	if e.Kind == clock.ClockIn {
		if err := check(t.snapshot()); err != nil {
			return clock.Card{}, err
		}
	}
	steps, err := clock.Steps(clock.StateOf(t.snapshot()), e.Kind)
	if err != nil {
		steps = []clock.Kind{e.Kind}
	}
	return t.write(card, steps, e.When(), turn)
}

func (t *tenant) Edit(_ context.Context, _ journal.Entry, card string, edit journal.Edit, turn journal.Turn) (clock.Card, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.cards, func(c clock.Card) bool { return c.ID == card })
	next, remove, err := edit(t.cards[i])
	if err != nil {
		return clock.Card{}, &journal.DeliveryError{Outcome: journal.Refused, Code: wire.CodeOrder, Err: err}
	}
	if err := turn.Begin([]byte("{}")); err != nil {
		return clock.Card{}, err
	}
	t.writes++
	if remove {
		t.cards = slices.Delete(t.cards, i, i+1)
		return clock.Card{}, nil
	}
	t.cards[i] = next
	return next, nil
}

func (t *tenant) write(card string, steps []clock.Kind, at clock.Instant, turn journal.Turn) (clock.Card, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var raw []byte
	if card != "" {
		raw, _ = json.Marshal(t.cards)
	}
	if err := turn.Begin(raw); err != nil {
		return clock.Card{}, err
	}
	t.writes++
	var f fault
	if len(t.faults) > 0 {
		f, t.faults = t.faults[0], t.faults[1:]
	}
	if f.err != nil && !f.effect {
		return clock.Card{}, f.err
	}
	t.was, t.hidden = clone(t.cards), f.hidden
	made := t.apply(card, steps, at)
	return made, f.err
}

func (t *tenant) apply(card string, steps []clock.Kind, at clock.Instant) clock.Card {
	i := slices.IndexFunc(t.cards, func(c clock.Card) bool { return c.ID == card })
	if i < 0 {
		t.nextID++
		t.cards = append(t.cards, clock.Card{ID: fmt.Sprintf("TCK_%d", t.nextID), Team: "team", Person: "oid"})
		i = len(t.cards) - 1
	}
	c := &t.cards[i]
	c.Breaks = slices.Clone(c.Breaks)
	for _, k := range steps {
		switch k {
		case clock.ClockIn:
			c.In = &clock.Event{At: at}
		case clock.StartBreak:
			c.Breaks = append(c.Breaks, clock.Break{Start: clock.Event{At: at}})
		case clock.EndBreak:
			c.Breaks[len(c.Breaks)-1].End = &clock.Event{At: at}
		case clock.ClockOut:
			c.Out = &clock.Event{At: at}
		}
	}
	return clone(t.cards[i : i+1])[0]
}

func clone(cards []clock.Card) []clock.Card {
	out := slices.Clone(cards)
	for i := range out {
		out[i].Breaks = slices.Clone(out[i].Breaks)
	}
	return out
}

// stamps counts the events of every kind on all cards.
func (t *tenant) stamps() map[clock.Kind]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := map[clock.Kind]int{}
	for _, c := range t.cards {
		if c.In != nil {
			n[clock.ClockIn]++
		}
		if c.Out != nil {
			n[clock.ClockOut]++
		}
		for _, b := range c.Breaks {
			n[clock.StartBreak]++
			if b.End != nil {
				n[clock.EndBreak]++
			}
		}
	}
	return n
}

func (t *tenant) snapshot() []clock.Card {
	t.mu.Lock()
	defer t.mu.Unlock()
	return clone(t.cards)
}

func told(o journal.Outcome, code wire.Code) error {
	return &journal.DeliveryError{Outcome: o, Code: code, Err: errors.New(string(code))}
}

// Amend implements journal.Deliverer. Amendments are tested against a Graph.
func (t *tenant) Amend(context.Context, journal.Entry, func(journal.Standing) error, journal.Turn) (clock.Card, error) {
	return clock.Card{}, told(journal.Refused, wire.CodeRefused)
}

// Standing implements journal.Deliverer.
func (t *tenant) Standing(context.Context, journal.Entry) (journal.Standing, error) {
	return journal.Standing{}, told(journal.Refused, wire.CodeRefused)
}

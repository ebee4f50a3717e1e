package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
)

// Record is a journal.Store that keeps what happened.
type Record interface {
	journal.Store
	journal.Pruner
	Chains() journal.Chains
}

// Chains is what every Record must pass. open gives an empty one, and again the
// same as another process would see it.
func Chains(t *testing.T, open func(t *testing.T) (first Record, reopen func() Record)) {
	t.Run("events are kept as they were given", func(t *testing.T) {
		s, reopen := open(t)
		chainsKeep(t, s, reopen())
	})
	t.Run("what is not recorded leaves no event", func(t *testing.T) {
		s, _ := open(t)
		chainsNothing(t, s)
	})
	t.Run("of many appending to one chain, each follows another", func(t *testing.T) {
		s, reopen := open(t)
		chainsRace(t, s, reopen())
	})
	t.Run("a prefix is pruned and the rest verifies", func(t *testing.T) {
		s, reopen := open(t)
		chainsPrune(t, s, reopen())
	})
	t.Run("nothing is pruned of a press that is not over", func(t *testing.T) {
		s, _ := open(t)
		chainsStay(t, s)
	})
	t.Run("pruned while others append", func(t *testing.T) {
		s, reopen := open(t)
		chainsPruneRace(t, s, reopen())
	})
}

// event is one about a press.
func event(id string, at clock.Instant, data string) journal.Event {
	return journal.Event{At: at, What: journal.WhatSent, Press: id, Data: []byte(data)}
}

// pressOf accepts a press of which one event tells.
func pressOf(t *testing.T, s Record, id, person string, at clock.Instant) journal.Entry {
	t.Helper()
	e := press(id, person)
	e.Received = at
	e.Events = []journal.Event{event(id, at, `{}`)}
	return accept(t, s, e)
}

// becomes updates a press and appends an event about it.
func becomes(t *testing.T, s Record, e journal.Entry, status wire.Status, at clock.Instant) journal.Entry {
	t.Helper()
	e.Status, e.Events = status, []journal.Event{event(e.ID, at, `{}`)}
	if status == wire.Delivered {
		e.Delivered = at
	}
	saved, err := s.Update(t.Context(), e)
	if err != nil {
		t.Fatalf("Update(%s to %s) = %v", e.ID, status, err)
	}
	return saved
}

// links reads a chain.
func links(t *testing.T, s Record, person string, seq int64) []journal.Link {
	t.Helper()
	var all []journal.Link
	err := s.Chains().Events(t.Context(), person, seq, func(l journal.Link) error {
		all = append(all, l)
		return nil
	})
	if err != nil {
		t.Fatalf("Events(%s from %d) = %v", person, seq, err)
	}
	return all
}

// holds audits all chains, which nobody extends, and gives their heads.
func holds(t *testing.T, s Record, exported []journal.Head, want journal.Audited) []journal.Head {
	t.Helper()
	if a, err := journal.Audit(t.Context(), s.Chains(), exported); err != nil || a != want {
		t.Errorf("Audit = %+v, %v; want %+v", a, err, want)
	}
	heads, err := s.Chains().Heads(t.Context())
	if err != nil {
		t.Fatalf("Heads = %v", err)
	}
	return heads
}

func chainsKeep(t *testing.T, s, later Record) {
	e := press("p1", "anna")
	e.Events = []journal.Event{
		journal.Pressed(e, 10), event("p1", 20, "{\"stood\": { \"x\":1.0,\r\n \"é\":\"\\u0000\U0001F370\"} }"),
	}
	given := slices.Clone(e.Events)
	stored := accept(t, s, e)
	if stored.Events != nil {
		t.Errorf("Accept gives %d events back, want none", len(stored.Events))
	}
	stored.Events = []journal.Event{event("p1", -5, "{}")}
	given = append(given, stored.Events...)
	saved, err := later.Update(t.Context(), stored)
	if err != nil || saved.Events != nil {
		t.Fatalf("Update = %d events, %v; want none", len(saved.Events), err)
	}
	pressOf(t, s, "p2", "ben", 5)
	got := links(t, later, "anna", 0)
	if len(got) != len(given) {
		t.Fatalf("anna has %d events, want %d", len(got), len(given))
	}
	for i, l := range got {
		want := given[i]
		if l.Seq != int64(i+1) || l.At != want.At || l.What != want.What || l.Press != want.Press || string(l.Data) != string(want.Data) {
			t.Errorf("event %d is %+v, want %+v", i+1, l, want)
		}
	}
	if from := links(t, s, "anna", 3); len(from) != 1 || from[0].Seq != 3 {
		t.Errorf("from the third on anna has %v", from)
	}
	if all := links(t, s, "", 0); len(all) != 4 {
		t.Errorf("all have %d events, want 4", len(all))
	}
	stop := errors.New("enough")
	if err := s.Chains().Events(t.Context(), "", 0, func(journal.Link) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Events with a reader that fails = %v, want its error", err)
	}
	heads := holds(t, s, nil, journal.Audited{Chains: 2, Events: 4})
	holds(t, later, heads, journal.Audited{Chains: 2, Events: 4, Standing: 2})
}

// chainsNothing: neither a press that is known nor an update that comes too
// late leaves an event.
func chainsNothing(t *testing.T, s Record) {
	old := pressOf(t, s, "p1", "anna", 5)
	again := press("p1", "anna")
	again.Events = []journal.Event{event("p1", 6, `{}`)}
	if _, fresh, err := s.Accept(t.Context(), again); fresh || err != nil {
		t.Fatalf("second Accept = %v, %v", fresh, err)
	}
	becomes(t, s, old, wire.Sending, 7)
	old.Events = []journal.Event{event("p1", 8, `{}`)}
	if kept, err := s.Update(t.Context(), old); !errors.Is(err, journal.ErrMoved) || len(kept.Events) != 1 {
		t.Errorf("late Update = %d events, %v; want its own, ErrMoved", len(kept.Events), err)
	}
	if got := links(t, s, "anna", 0); len(got) != 2 || got[1].At != 7 {
		t.Errorf("anna's chain is %v, want the events of one Accept and one Update", got)
	}
	holds(t, s, nil, journal.Audited{Chains: 1, Events: 2})
}

// chainsRace lets many append to one chain through two processes, the first
// link included.
func chainsRace(t *testing.T, replicas ...Record) {
	const racers, rounds = 8, 6
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			s := replicas[i%len(replicas)]
			for n := range rounds {
				e := press(fmt.Sprintf("p-%d-%d", i, n), "anna")
				e.Events = []journal.Event{event(e.ID, 1, `{}`), event(e.ID, 2, `{}`)}
				stored, fresh, err := s.Accept(context.Background(), e)
				if err != nil || !fresh {
					t.Errorf("Accept = %v, %v", fresh, err)
					return
				}
				stored.Events = []journal.Event{event(e.ID, 3, `{}`)}
				if _, err := s.Update(context.Background(), stored); err != nil {
					t.Errorf("Update = %v", err)
				}
				if _, err := s.Update(context.Background(), stored); !errors.Is(err, journal.ErrMoved) {
					t.Errorf("late Update = %v, want ErrMoved", err)
				}
			}
		})
	}
	wg.Wait()
	const events = racers * rounds * 3
	heads := holds(t, replicas[0], nil, journal.Audited{Chains: 1, Events: events})
	if len(heads) != 1 || heads[0].Seq != events {
		t.Errorf("heads are %v, want one of event %d", heads, events)
	}
	last := map[string]clock.Instant{}
	for _, l := range links(t, replicas[1], "anna", 0) {
		if l.At != last[l.Press]+1 {
			t.Errorf("of press %s event %d comes after %d", l.Press, l.At, last[l.Press])
		}
		last[l.Press] = l.At
	}
}

func prune(t *testing.T, s Record, before clock.Instant, want journal.Pruned) {
	t.Helper()
	if gone, err := s.Prune(t.Context(), before); err != nil || gone != want {
		t.Errorf("Prune(%d) = %+v, %v; want %+v", before, gone, err, want)
	}
}

func chainsPrune(t *testing.T, s, later Record) {
	becomes(t, s, pressOf(t, s, "p1", "anna", 10), wire.Delivered, 20)
	becomes(t, s, pressOf(t, s, "p2", "anna", 110), wire.Refused, 120)
	becomes(t, s, pressOf(t, s, "p3", "ben", 10), wire.Delivered, 20)
	quiet := press("p4", "cleo") // as all were before there was a record
	quiet.Received, quiet.Status = 10, wire.Refused
	accept(t, s, quiet)
	before := holds(t, s, nil, journal.Audited{Chains: 2, Events: 6})

	prune(t, s, 10, journal.Pruned{})
	prune(t, s, 100, journal.Pruned{Presses: 3, Events: 4})
	prune(t, later, 100, journal.Pruned{})
	if _, err := s.Entry(t.Context(), "p1"); !errors.Is(err, journal.ErrNoEntry) {
		t.Errorf("Entry of a press that was pruned = %v, want ErrNoEntry", err)
	}
	left := journal.Audited{Chains: 2, Events: 2}
	after := holds(t, later, nil, left)
	if !slices.Equal(after, before) {
		t.Errorf("heads became %v, want %v", after, before)
	}
	left.Standing = 2
	holds(t, s, before, left)
	pressOf(t, later, "p5", "ben", 130)
	holds(t, s, before, journal.Audited{Chains: 2, Events: 3, Standing: 2})
	if got := links(t, s, "ben", 0); len(got) != 1 || got[0].Seq != 3 {
		t.Errorf("ben's chain goes on with %v, want event 3", got)
	}
	prune(t, s, 125, journal.Pruned{Presses: 1, Events: 2})
	holds(t, s, before, journal.Audited{Chains: 2, Events: 1, Standing: 2})
}

// chainsStay: a chain is cut off before the first event of a press that is not
// final, or of which something was recorded since.
func chainsStay(t *testing.T, s Record) {
	becomes(t, s, pressOf(t, s, "p1", "anna", 10), wire.Delivered, 20)
	waits := becomes(t, s, pressOf(t, s, "p2", "anna", 30), wire.Conflicted, 40)
	late := pressOf(t, s, "p3", "anna", 50)
	becomes(t, s, pressOf(t, s, "p4", "anna", 60), wire.Delivered, 70)

	prune(t, s, 1000, journal.Pruned{Presses: 1, Events: 2})
	becomes(t, s, waits, wire.Delivered, 80)
	prune(t, s, 1000, journal.Pruned{Events: 2}) // p2 keeps its last event, and with it its row
	becomes(t, s, late, wire.Delivered, 1001)
	prune(t, s, 1000, journal.Pruned{})
	holds(t, s, nil, journal.Audited{Chains: 1, Events: 5})
	prune(t, s, 2000, journal.Pruned{Presses: 3, Events: 5})
	holds(t, s, nil, journal.Audited{Chains: 1})
	if open, err := s.Open(t.Context(), "anna"); err != nil || len(open) != 0 {
		t.Errorf("Open = %v, %v; want none", open, err)
	}
}

// chainsPruneRace prunes through one process while another appends.
func chainsPruneRace(t *testing.T, replicas ...Record) {
	const rounds = 20
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			s := replicas[i%len(replicas)]
			for n := range rounds {
				e := pressOf(t, s, fmt.Sprintf("p-%d-%d", i, n), "anna", 10)
				becomes(t, s, e, wire.Delivered, 20)
			}
		})
	}
	gone := make([]journal.Pruned, 2)
	for i := range gone {
		wg.Go(func() {
			for range rounds {
				more, err := replicas[i].Prune(context.Background(), 100)
				if err != nil {
					t.Errorf("Prune = %v", err)
				}
				gone[i] = gone[i].Add(more)
			}
		})
	}
	wg.Wait()
	last, err := replicas[0].Prune(t.Context(), 100)
	if total := last.Add(gone[0]).Add(gone[1]); err != nil || total != (journal.Pruned{Presses: 4 * rounds, Events: 8 * rounds}) {
		t.Errorf("pruned %+v in all, %v; want every press once", total, err)
	}
	holds(t, replicas[1], nil, journal.Audited{Chains: 1})
}

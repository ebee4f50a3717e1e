package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
)

// boss presses for Anna; sara is the same as herself.
var (
	boss = journal.Who{Person: anna.Person, Object: anna.Object, Session: "s-sara", Actor: "sara"}
	sara = journal.Who{Person: "tid.sara", Object: "sara", Session: "s-sara"}
)

// whats are the events of a press in its person's chain.
func whats(t *testing.T, s store, press string) []journal.What {
	t.Helper()
	var all []journal.What
	err := s.(interface{ Chains() journal.Chains }).Chains().Events(t.Context(), anna.Person, 0, func(l journal.Link) error {
		if l.Press == press {
			all = append(all, l.What)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestUndo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, te := open(t), prepared(clock.Out)
		te.faults = slices.Repeat([]fault{down}, 20)
		j, stop := run(t, db, te)
		defer stop()
		p := punch("p1", 1, clock.ClockIn)
		if _, err := j.Accept(t.Context(), p, boss); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second) // tried, and not sent
		for name, who := range map[string]journal.Who{
			"the person": anna, "another": {Person: "tid.ben", Object: "ben"}, "one of another tenant": {Person: "other.sara", Object: "sara"},
		} {
			if _, err := j.Undo(t.Context(), who, "team", "p1"); !errors.Is(err, journal.ErrNoEntry) {
				t.Errorf("Undo by %s = %v, want that there is no such press", name, err)
			}
		}
		if _, err := j.Undo(t.Context(), sara, "elsewhere", "p1"); !errors.Is(err, journal.ErrNoEntry) {
			t.Errorf("Undo in another team = %v, want that there is no such press", err)
		}
		for range 2 {
			e, err := j.Undo(t.Context(), sara, "team", "p1")
			if err != nil || e.Status != wire.Refused || e.Code != wire.CodeUndone {
				t.Errorf("Undo = %s (%s), %v; want it undone", e.Status, e.Code, err)
			}
		}
		te.mu.Lock()
		te.faults = nil
		te.mu.Unlock()
		if _, err := j.Accept(t.Context(), p, boss); err != nil {
			t.Errorf("sent again after it was undone: %v", err)
		}
		time.Sleep(5 * time.Minute)
		if len(te.cards) != 0 {
			t.Errorf("an undone press stands on %+v", te.cards)
		}
		if got := whats(t, db, "p1"); got[0] != journal.WhatPressed || got[len(got)-1] != journal.WhatUndone {
			t.Errorf("the record is %v; want it to end with that it was undone", got)
		}
	})
}

// TestUndoTooLate: what may have been sent is not undone, whatever came of it.
func TestUndoTooLate(t *testing.T) {
	for name, script := range map[string][]fault{"delivered": nil, "unknown": {cutBefore, cutBefore}, "sent again": {cutBefore}} {
		synctest.Test(t, func(t *testing.T) {
			te := prepared(clock.Out)
			te.faults = script
			if name == "sent again" {
				te.faults = append(slices.Clone(script), slices.Repeat([]fault{down}, 50)...)
			}
			j, stop := run(t, open(t), te)
			defer stop()
			if _, err := j.Accept(t.Context(), punch("p1", 1, clock.ClockIn), boss); err != nil {
				t.Fatal(err)
			}
			for range 40 {
				time.Sleep(2 * time.Second)
				if e, err := j.Undo(t.Context(), sara, "team", "p1"); !errors.Is(err, journal.ErrTooLate) || e.ID != "p1" {
					t.Fatalf("%s: Undo = %s (%s), %v; want too late", name, e.Status, e.Code, err)
				}
			}
		})
	}
}

// TestUndoRaces: a press that is undone while it is being sent is either undone
// and on no card, or on one card and too late to undo.
func TestUndoRaces(t *testing.T) {
	db, te := open(t), &tenant{}
	j := &journal.Journal{
		Store: db, Past: db, Claims: db, Deliverer: te, Limits: journal.DefaultLimits,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := j.Run(ctx); err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	defer running.Wait()
	defer cancel()
	outcomes := map[bool]int{}
	for i := range 150 {
		id := fmt.Sprintf("p%d", i)
		who := boss
		who.Person = "tid." + id // of a queue of their own
		te.mu.Lock()
		te.cards = nil
		te.mu.Unlock()
		if _, err := j.Accept(ctx, punch(id, 1, clock.ClockIn), who); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(1500)) * time.Microsecond)
		_, undo := j.Undo(ctx, sara, "team", id)
		if undo != nil && !errors.Is(undo, journal.ErrTooLate) {
			t.Fatalf("Undo = %v", undo)
		}
		e := reached(t, db, id)
		on := len(te.snapshot())
		if undone := undo == nil; undone != (on == 0) || on > 1 || undone != (e.Code == wire.CodeUndone) || undone == (e.Status == wire.Delivered) {
			t.Fatalf("%s: Undo says %v, the press is %s (%s) and on %d cards", id, undo, e.Status, e.Code, on)
		}
		outcomes[undo == nil]++
	}
	if outcomes[true] == 0 || outcomes[false] == 0 {
		t.Logf("undone and too late: %v; this machine showed one order only", outcomes)
	}
}

// reached waits in real time until a press is final.
func reached(t *testing.T, s journal.Store, id string) journal.Entry {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		e, err := s.Entry(t.Context(), id)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("press %s is %s, %v", id, e.Status, err)
		}
		if e.Status.Final() {
			return e
		}
	}
}

// TestAPressGoesOnInTheNameOfWhoMadeIt: one that waits for a sign-in is never
// handed to a session of anybody else.
func TestAPressGoesOnInTheNameOfWhoMadeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, te := open(t), prepared(clock.Out)
		te.faults = []fault{{name: "signed out", err: told(journal.SignedOut, wire.CodeSignedOut)}, {name: "again", err: told(journal.SignedOut, wire.CodeSignedOut)}}
		j, stop := run(t, db, te)
		defer stop()
		if _, err := j.Accept(t.Context(), punch("p1", 1, clock.ClockIn), boss); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		annas := anna
		annas.Session = "s-anna"
		if held, err := j.Holds(t.Context(), sara); err != nil || !held {
			t.Errorf("Holds of who pressed = %t, %v; want that her tokens are needed", held, err)
		}
		if held, err := j.Holds(t.Context(), annas); err != nil || held {
			t.Errorf("Holds of the person = %t, %v; want no", held, err)
		}
		if waiting, err := j.Waiting(t.Context(), annas); err != nil || len(waiting) != 1 || waiting[0].By != "sara" {
			t.Errorf("Waiting = %+v, %v; want that the person sees who pressed", waiting, err)
		}
		time.Sleep(time.Minute)
		if e, _ := db.Entry(t.Context(), "p1"); e.Session != "s-sara" || e.Status.Final() {
			t.Fatalf("after a visit of the person: %s with session %s; want it where it was", e.Status, e.Session)
		}
		other := sara
		other.Person = "other.sara"
		if acts, err := j.Acts(t.Context(), other, 0); err != nil || len(acts) != 0 {
			t.Errorf("Acts of another tenant's = %v, %v", acts, err)
		}
		again := sara
		again.Session = "s-sara-2"
		heard, quiet := j.WatchActs(sara.Person)
		defer quiet()
		for range 2 { // it is refused a token twice
			acts, err := j.Acts(t.Context(), again, 0)
			if err != nil || len(acts) != 1 {
				t.Fatalf("Acts = %v, %v", acts, err)
			}
			time.Sleep(time.Minute)
			again.Session += "0"
		}
		e := settled(t, db, "p1")
		if e.Status != wire.Delivered || e.Actor != "sara" || len(te.cards) != 1 {
			t.Errorf("the press is %s (%s) of session %s", e.Status, e.Code, e.Session)
		}
		var last wire.Act
		for len(heard) > 0 {
			last = <-heard
		}
		if last.Receipt.Status != wire.Delivered || last.Person.ID != anna.Object {
			t.Errorf("who pressed was told %+v last", last)
		}
		if acts, err := j.Acts(t.Context(), again, e.Received+1); err != nil || len(acts) != 0 {
			t.Errorf("Acts since later = %v, %v; want none", acts, err)
		}
	})
}

// TestForesee holds what is foreseen against what happens then.
func TestForesee(t *testing.T) {
	for _, from := range []clock.State{clock.Out, clock.In, clock.OnBreak} {
		for _, k := range clock.Kinds {
			for _, ago := range []clock.Span{0, clock.Hour / 2, 9 * 24 * clock.Hour, -clock.Hour} {
				synctest.Test(t, func(t *testing.T) {
					db, te := open(t), prepared(from)
					j, stop := run(t, db, te)
					defer stop()
					p := punch("p1", 1, k)
					p.Stated = p.At.Add(-ago)
					card, state, code := j.Foresee(p, boss, te.snapshot(), nil)
					if _, err := j.Accept(t.Context(), p, boss); err != nil {
						t.Fatal(err)
					}
					e := settled(t, db, "p1")
					if (code == "") != (e.Status == wire.Delivered) || code != "" && code != e.Code {
						t.Fatalf("%s of %s, %d ago: foreseen %q, and it is %s (%s)", k, from, ago, code, e.Status, e.Code)
					}
					if code != "" {
						return
					}
					i := slices.IndexFunc(te.cards, func(c clock.Card) bool { return c.ID == e.Card })
					is := te.cards[i]
					if card.ID != "" && card.ID != is.ID || state != clock.StateOf(te.cards) || !slices.Equal(card.Stamps(k), is.Stamps(k)) {
						t.Errorf("%s of %s: foreseen %+v and %s, it is %+v", k, from, card, state, is)
					}
				})
			}
		}
	}
}

func TestForeseeWithWhatIsOnItsWay(t *testing.T) {
	j := &journal.Journal{Limits: journal.DefaultLimits, Now: time.Now}
	in, out := punch("p1", 1, clock.ClockIn), punch("p2", 2, clock.ClockOut)
	pending := []journal.Entry{{Punch: in, Who: anna, Status: wire.Accepted}}
	if _, _, code := j.Foresee(out, boss, nil, nil); code != wire.CodeOrder {
		t.Errorf("a clock-out of nobody who is in: %q, want %s", code, wire.CodeOrder)
	}
	if card, state, code := j.Foresee(out, boss, nil, pending); code != "" || state != clock.Out || card.In == nil || card.Out == nil {
		t.Errorf("after a clock-in on its way: %+v, %s, %q", card, state, code)
	}
	if _, state, code := j.Foresee(punch("p3", 3, clock.ClockIn), boss, nil, pending); code != wire.CodeOrder || state != clock.In {
		t.Errorf("another clock-in: %s, %q; want %s", state, code, wire.CodeOrder)
	}
}

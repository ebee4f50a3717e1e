package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
)

// Journal is what every journal.Store must pass. open gives an empty store,
// and again the same store as a process started later would see it.
func Journal(t *testing.T, open func(t *testing.T) (first journal.Store, reopen func() journal.Store)) {
	t.Run("accept keeps every field across a restart", func(t *testing.T) {
		s, reopen := open(t)
		want := press("p1", "anna")
		want.Before = []byte(`{"id":"TCK_1"}`)
		want.Change = &journal.Change{Op: wire.Replace, Seen: &clock.Card{ID: "TCK_1", In: &clock.Event{At: 1}}, About: "p0"}
		accept(t, s, want)
		unknown := press("p2", "anna")
		unknown.Approved = nil
		accept(t, s, unknown)
		got, err := reopen().Entry(t.Context(), "p2")
		if err != nil || got.Approved != nil {
			t.Errorf("Entry after restart of one made nobody knows where = %v, %v", got.Approved, err)
		}
		got, err = reopen().Entry(t.Context(), "p1")
		want.Version = 1
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Entry after restart = %+v, %v\nwant %+v", got, err, want)
		}
	})
	t.Run("the same id again answers the first and changes nothing", func(t *testing.T) {
		s, _ := open(t)
		accept(t, s, press("p1", "anna"))
		again := press("p1", "ben")
		stored, fresh, err := s.Accept(t.Context(), again)
		if err != nil || fresh || stored.Person != "anna" {
			t.Errorf("second Accept = %q, %v, %v; want anna, false, nil", stored.Person, fresh, err)
		}
	})
	t.Run("update swaps only the version it was given", func(t *testing.T) { journalSwap(t, first(open(t))) })
	t.Run("open lists what is not final", func(t *testing.T) { journalOpen(t, first(open(t))) })
	t.Run("a stamp belongs to one press", func(t *testing.T) { journalStamp(t, first(open(t))) })
	t.Run("what was delivered, sent again and left to a person", func(t *testing.T) { journalPast(t, first(open(t))) })
	t.Run("what was pressed for others, and is open in a team", func(t *testing.T) { journalBehalf(t, first(open(t))) })
	t.Run("of many accepting one id, one is first", func(t *testing.T) {
		s, reopen := open(t)
		journalRace(t, s, reopen())
	})
	t.Run("of many updating one version, one does", func(t *testing.T) {
		s, reopen := open(t)
		journalContest(t, s, reopen())
	})
	t.Run("what a device wrote is no reason not to keep a press", func(t *testing.T) {
		s, _ := open(t)
		odd := press("p1", "anna")
		odd.Note, odd.Device = "a\x00b\xffc \U0001F370", "\x00"
		stored := accept(t, s, odd)
		if got, err := s.Entry(t.Context(), "p1"); err != nil || !reflect.DeepEqual(got, stored) {
			t.Errorf("Entry = %+v, %v\nwant what Accept answered, %+v", got, err, stored)
		}
	})
	t.Run("an id that is not there", func(t *testing.T) {
		s, _ := open(t)
		if _, err := s.Entry(t.Context(), "nobody"); !errors.Is(err, journal.ErrNoEntry) {
			t.Errorf("Entry(nobody) = %v, want ErrNoEntry", err)
		}
		if _, err := s.Update(t.Context(), press("nobody", "anna")); !errors.Is(err, journal.ErrMoved) {
			t.Errorf("Update(nobody) = %v, want ErrMoved", err)
		}
	})
}

func first(s journal.Store, _ func() journal.Store) journal.Store { return s }

func press(id, person string) journal.Entry {
	return journal.Entry{
		Punch: wire.Punch{
			ID: id, Team: "team", Kind: clock.ClockIn, Seen: clock.Out, At: 1_700_000_000_123, Bound: 40,
			Trust: wire.Anchored, Device: "phone", Seq: 7, Note: "late bus", Stated: 1_700_000_000_100,
		},
		Who:      journal.Who{Person: person, Object: "oid-" + person, Session: "s-" + person, Actor: "boss"},
		Received: 1_700_000_000_456, Status: wire.Accepted, Approved: new(false),
	}
}

func accept(t *testing.T, s journal.Store, e journal.Entry) journal.Entry {
	t.Helper()
	stored, fresh, err := s.Accept(t.Context(), e)
	if err != nil || !fresh {
		t.Fatalf("Accept(%s) = fresh %v, %v; want fresh", e.ID, fresh, err)
	}
	return stored
}

func journalSwap(t *testing.T, s journal.Store) {
	old := accept(t, s, press("p1", "anna"))
	next := old
	next.Status, next.Step, next.Sent, next.Written = wire.Sending, clock.ClockIn, 5, true
	next.Session, next.NotBefore, next.Tries, next.Reads = "s-2", 6, 7, 8
	next.Resent, next.Against, next.Choice, next.Chosen, next.Decider = 9, []byte(`{}`), wire.ChoiceMine, 11, "oid-ben"
	next.Change = &journal.Change{Op: wire.Delete, After: &clock.Card{ID: "TCK_1", Note: "\u00fc"}}
	next.Person, next.At, next.Actor, next.Stated, next.Approved = "mallory", 1, "mallory", 2, new(true) // must not be taken over
	saved, err := s.Update(t.Context(), next)
	if err != nil || saved.Version != old.Version+1 {
		t.Fatalf("Update = version %d, %v; want %d", saved.Version, err, old.Version+1)
	}
	if _, err := s.Update(t.Context(), next); !errors.Is(err, journal.ErrMoved) {
		t.Errorf("Update with the old version = %v, want ErrMoved", err)
	}
	got, err := s.Entry(t.Context(), "p1")
	want := saved
	want.Person, want.At, want.Actor, want.Stated, want.Approved = old.Person, old.At, old.Actor, old.Stated, old.Approved
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Entry after Update = %+v, %v\nwant %+v", got, err, want)
	}
}

func journalOpen(t *testing.T, s journal.Store) {
	for _, status := range []wire.Status{wire.Accepted, wire.Sending, wire.Unsure, wire.Conflicted, wire.Delivered, wire.Refused} {
		e := accept(t, s, press("anna-"+string(status), "anna"))
		e.Status = status
		if _, err := s.Update(t.Context(), e); err != nil {
			t.Fatalf("Update(%s) = %v", status, err)
		}
	}
	accept(t, s, press("ben-1", "ben"))
	count := func(person string, want int) {
		open, err := s.Open(t.Context(), person)
		if err != nil || len(open) != want {
			t.Errorf("Open(%q) = %d entries, %v; want %d", person, len(open), err, want)
		}
		for _, e := range open {
			if e.Status.Final() {
				t.Errorf("Open(%q) lists %s, which is %s", person, e.ID, e.Status)
			}
		}
	}
	count("anna", 4)
	count("ben", 1)
	count("", 5)
	count("nobody", 0)
}

func journalStamp(t *testing.T, s journal.Store) {
	stamp := journal.Stamp{Card: "TCK_1", Kind: clock.ClockIn, At: 99}
	asked := func(id string, want bool) {
		t.Helper()
		got, err := s.Adopted(t.Context(), id, stamp)
		if err != nil || got != want {
			t.Errorf("Adopted(%s) = %v, %v; want %v", id, got, err, want)
		}
	}
	e := accept(t, s, press("p1", "anna"))
	asked("p2", false)
	e.Status, e.Card, e.Recorded = wire.Delivered, "TCK_1", 99
	if _, err := s.Update(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	asked("p2", true)
	asked("p1", false)
}

// journalPast looks for what was delivered, sent again and left to a person.
func journalPast(t *testing.T, s journal.Store) {
	past := s.(journal.Past)
	if _, err := past.Last(t.Context(), "anna", "team"); !errors.Is(err, journal.ErrNoEntry) {
		t.Errorf("Last of nobody = %v, want ErrNoEntry", err)
	}
	put := func(id string, change func(*journal.Entry)) {
		e := accept(t, s, press(id, "anna"))
		change(&e)
		if _, err := s.Update(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	put("p1", func(e *journal.Entry) { e.Status, e.Delivered, e.Resent = wire.Delivered, 10, 5 })
	put("p2", func(e *journal.Entry) { e.Status, e.Delivered = wire.Delivered, 20 })
	put("p3", func(e *journal.Entry) { e.Status, e.Delivered, e.Resent = wire.Refused, 30, 5 })
	put("p4", func(e *journal.Entry) { e.Status, e.Delivered, e.Resent = wire.Conflicted, 40, 5 })
	if last, err := past.Last(t.Context(), "anna", "team"); err != nil || last.ID != "p2" {
		t.Errorf("Last = %s, %v; want p2", last.ID, err)
	}
	if resent, err := past.Resent(t.Context(), "oid-anna", "team"); err != nil || len(resent) != 1 || resent[0].ID != "p1" {
		t.Errorf("Resent = %v, %v; want p1", resent, err)
	}
	if open, err := past.Conflicts(t.Context(), "team"); err != nil || len(open) != 1 || open[0].ID != "p4" {
		t.Errorf("Conflicts = %v, %v; want p4", open, err)
	}
	journalUnchecked(t, s)
	if _, err := past.Last(t.Context(), "anna", "elsewhere"); !errors.Is(err, journal.ErrNoEntry) {
		t.Errorf("Last in another team = %v, want ErrNoEntry", err)
	}
}

func journalBehalf(t *testing.T, s journal.Store) {
	past := s.(journal.Past)
	for id, change := range map[string]func(*journal.Entry){
		"open": func(e *journal.Entry) { e.Received = 10 }, "own": func(e *journal.Entry) { e.Actor = "" },
		"elsewhere": func(e *journal.Entry) { e.Team = "elsewhere" }, "another's": func(e *journal.Entry) { e.Actor = "chief" },
		"old": func(e *journal.Entry) { e.Received, e.Status = 99, wire.Delivered },
		"new": func(e *journal.Entry) { e.Received, e.Status = 100, wire.Refused },
	} {
		e := press(id, "anna")
		change(&e)
		accept(t, s, e)
	}
	want := func(name string, got []journal.Entry, err error, ids ...string) {
		t.Helper()
		var found []string
		for _, e := range got {
			found = append(found, e.ID)
		}
		slices.Sort(found)
		if err != nil || !slices.Equal(found, ids) {
			t.Errorf("%s = %v, %v; want %v", name, found, err, ids)
		}
	}
	got, err := past.OpenIn(t.Context(), "team")
	want("OpenIn", got, err, "another's", "open", "own")
	got, err = past.MadeBy(t.Context(), "boss", 100)
	want("MadeBy", got, err, "elsewhere", "new", "open")
	got, err = past.MadeBy(t.Context(), "", 0)
	want("MadeBy nobody", got, err)
}

// journalUnchecked looks for what only a device's own clock tells.
func journalUnchecked(t *testing.T, s journal.Store) {
	put := func(id string, change func(*journal.Entry)) {
		e := press(id, "anna")
		e.Trust, e.Stated, e.At = wire.Device, 0, e.Received-1000
		change(&e)
		stored := accept(t, s, e)
		stored.Status, stored.Choice = wire.Delivered, e.Choice
		if id == "u-waiting" {
			stored.Status = wire.Accepted
		}
		if _, err := s.Update(t.Context(), stored); err != nil {
			t.Fatal(err)
		}
	}
	put("u-1", func(e *journal.Entry) {})
	put("u-2", func(e *journal.Entry) { e.At += 100 })
	put("u-soon", func(e *journal.Entry) { e.At += 501 })
	put("u-old", func(e *journal.Entry) { e.At -= 1000 })
	put("u-stated", func(e *journal.Entry) { e.Stated = e.At })
	put("u-chosen", func(e *journal.Entry) { e.Choice = wire.ChoiceStated })
	put("u-anchored", func(e *journal.Entry) { e.Trust = wire.Anchored })
	put("u-elsewhere", func(e *journal.Entry) { e.Team = "another" })
	put("u-waiting", func(e *journal.Entry) {})
	received := press("", "").Received
	found, err := s.(journal.Past).Unchecked(t.Context(), "team", received-2000, 500)
	if err != nil || len(found) != 2 || found[0].ID != "u-2" || found[1].ID != "u-1" {
		t.Errorf("Unchecked = %v, %v; want u-2 and u-1", found, err)
	}
}

// journalRace lets many accept one id through two processes at once.
func journalRace(t *testing.T, replicas ...journal.Store) {
	const racers = 16
	var wg sync.WaitGroup
	wins := make(chan string, racers)
	told := make(chan string, racers)
	for i := range racers {
		wg.Go(func() {
			e := press("same", fmt.Sprintf("person-%d", i))
			stored, fresh, err := replicas[i%len(replicas)].Accept(context.Background(), e)
			if err != nil {
				t.Errorf("Accept = %v", err)
			}
			if fresh {
				wins <- e.Person
			}
			told <- stored.Person
		})
	}
	wg.Wait()
	close(told)
	if len(wins) != 1 {
		t.Fatalf("%d of %d were told to be first, want 1", len(wins), racers)
	}
	winner := <-wins
	for person := range told {
		if person != winner {
			t.Errorf("somebody was told that the press is %s's; it is %s's", person, winner)
		}
	}
}

// journalContest lets many update the same version through two processes.
func journalContest(t *testing.T, replicas ...journal.Store) {
	old := accept(t, replicas[0], press("p1", "anna"))
	const racers = 16
	var wg sync.WaitGroup
	wins := make(chan int, racers)
	for i := range racers {
		wg.Go(func() {
			e := old
			e.Tries = i + 1
			switch _, err := replicas[i%len(replicas)].Update(context.Background(), e); {
			case err == nil:
				wins <- e.Tries
			case !errors.Is(err, journal.ErrMoved):
				t.Errorf("Update = %v, want ErrMoved", err)
			}
		})
	}
	wg.Wait()
	if len(wins) != 1 {
		t.Fatalf("%d of %d updates of one version succeeded, want 1", len(wins), racers)
	}
	winner := <-wins
	if got, err := replicas[0].Entry(t.Context(), "p1"); err != nil || got.Tries != winner || got.Version != old.Version+1 {
		t.Errorf("Entry = version %d by %d, %v; want version %d by %d", got.Version, got.Tries, err, old.Version+1, winner)
	}
}

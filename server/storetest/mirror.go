package storetest

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"

	"timeclock/app/clock"
	"timeclock/server/mirror"
)

// Mirror is what every mirror.Store must pass. open gives an empty store, and
// again the same store as another process would see it.
func Mirror(t *testing.T, opened func(t *testing.T) (first mirror.Store, reopen func() mirror.Store)) {
	open := func(t *testing.T) mirror.Store {
		s, _ := opened(t)
		return s
	}
	window := clock.Stretch{From: 1000, To: 9000}
	reading := func(begun clock.Instant) mirror.Reading {
		return mirror.Reading{Team: "team", Person: "anna", Stretch: window, Begun: begun}
	}
	t.Run("never read", func(t *testing.T) {
		wantCards(t, open(t), window, 0)
	})
	t.Run("a reading replaces the window and nothing else", func(t *testing.T) {
		s := open(t)
		replace(t, s, reading(10), card("before", "anna", 1000), card("gone", "anna", 2000))
		put(t, s, card("other", "ben", 2000), 10)
		put(t, s, card("older", "anna", 500), 10)
		replace(t, s, reading(20), card("before", "anna", 1500), card("new", "anna", 8999))
		wantCards(t, s, window, 20, "before", "new")
		wantCards(t, s, clock.Stretch{From: 0, To: 1000}, 20, "older")
	})
	t.Run("a reading does not undo what was written after it began", func(t *testing.T) {
		s := open(t)
		replace(t, s, reading(10), card("c", "anna", 2000))
		written := card("c", "anna", 2000)
		written.Out = &clock.Event{At: 3000}
		put(t, s, written, 30)
		put(t, s, card("made", "anna", 4000), 30)
		replace(t, s, reading(20), card("c", "anna", 2000))
		cards := wantCards(t, s, window, 20, "c", "made")
		if cards[0].Out == nil {
			t.Error("the older reading took the clock-out away")
		}
		replace(t, s, reading(40))
		wantCards(t, s, window, 40)
	})
	t.Run("readings and writes at once leave what was known last", func(t *testing.T) {
		s, reopen := opened(t)
		mirrorStirred(t, window, s, reopen())
	})
	t.Run("a team is read as one", func(t *testing.T) { mirrorTeam(t, open(t)) })
	t.Run("cards come back whole", func(t *testing.T) {
		s := open(t)
		yes := true
		c := card("c", "anna", 2000)
		c.In.Note, c.In.Approved, c.Note, c.BySupervisor, c.Changed = "bus", &yes, "ok", true, 77
		c.Breaks = []clock.Break{{ID: "BRK_1", Start: clock.Event{At: 2100}, Note: "lunch"}}
		put(t, s, c, 5)
		got := wantCards(t, s, window, 0, "c")[0]
		if got.In.Note != "bus" || !*got.In.Approved || got.Breaks[0].ID != "BRK_1" || !got.BySupervisor || got.Changed != 77 {
			t.Errorf("card came back as %+v", got)
		}
	})
}

// mirrorTeam reads a whole team beside its people.
func mirrorTeam(t *testing.T, s mirror.Store) {
	const today = 5000
	want := func(asOf clock.Instant, ids ...string) {
		t.Helper()
		cards, at, err := s.Team(t.Context(), "team", today)
		var got []string
		for _, c := range cards {
			got = append(got, c.ID)
		}
		slices.Sort(got)
		read, readErr := s.TeamRead(t.Context(), "team")
		if err != nil || readErr != nil || at != asOf || read != asOf || !slices.Equal(got, ids) {
			t.Fatalf("Team = %v as of %d and %d, %v, %v; want %v as of %d", got, at, read, err, readErr, ids, asOf)
		}
	}
	closed := func(id, person string, began clock.Instant) clock.Card {
		c := card(id, person, began)
		c.Out = &clock.Event{At: began + 1}
		return c
	}
	read := func(r mirror.TeamReading) {
		t.Helper()
		r.Team, r.Since = "team", today
		if err := s.ReplaceTeam(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	want(0)
	replace(t, s, mirror.Reading{Team: "team", Person: "anna", Stretch: clock.Stretch{From: 0, To: 9000}, Begun: 10},
		closed("old", "anna", 1000), card("night", "anna", 4000), closed("early", "anna", 5000))
	put(t, s, closed("other", "ben", 6000), 10)
	put(t, s, card("left", "ben", 4500), 10)
	want(0, "early", "left", "night", "other")

	read(mirror.TeamReading{Begun: 20, Cards: []clock.Card{closed("early", "anna", 5000), card("new", "carl", 7000)},
		Older: []clock.Card{closed("night", "anna", 4000)}, Gone: []string{"left", "nothing"}})
	want(20, "early", "new")
	wantCards(t, s, clock.Stretch{From: 0, To: 9000}, 10, "early", "night", "old")

	put(t, s, card("late", "anna", 8000), 40)
	put(t, s, card("night", "anna", 4000), 40)
	read(mirror.TeamReading{Begun: 30, Gone: []string{"night"}}) // began before that was known
	want(30, "late", "night")
	read(mirror.TeamReading{Begun: 50})
	want(50, "night")
}

// mirrorStirred lets readings and writes of the same cards run into each other:
// none may fail, and in the end what was known last stands.
func mirrorStirred(t *testing.T, in clock.Stretch, replicas ...mirror.Store) {
	const rounds = 20
	ctx := context.WithoutCancel(t.Context())
	var wg sync.WaitGroup
	for i := range clock.Instant(rounds) {
		s := replicas[int(i)%len(replicas)]
		cards := []clock.Card{card("a", "anna", 2000+i), card("b", "anna", 3000+i), card("c", "anna", 4000+i)}
		if i%2 == 0 {
			slices.Reverse(cards)
		}
		wg.Go(func() {
			r := mirror.Reading{Team: "team", Person: "anna", Stretch: in, Begun: 10 * (i + 1)}
			if err := s.Replace(ctx, r, cards); err != nil {
				t.Errorf("Replace: %v", err)
			}
		})
		wg.Go(func() {
			if err := s.Put(ctx, card("b", "anna", 3500+i), 10*(i+1)+5); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
	}
	wg.Wait()
	for _, s := range replicas {
		cards := wantCards(t, s, in, 10*rounds, "a", "b", "c")
		for i, want := range []clock.Instant{2000 + rounds - 1, 3500 + rounds - 1, 4000 + rounds - 1} {
			if got := cards[i].In.At; got != want {
				t.Errorf("card %s began at %d, want %d, which was known last", cards[i].ID, got, want)
			}
		}
	}
}

func card(id, person string, began clock.Instant) clock.Card {
	return clock.Card{ID: id, Team: "team", Person: person, In: &clock.Event{At: began}}
}

func replace(t *testing.T, s mirror.Store, r mirror.Reading, cards ...clock.Card) {
	t.Helper()
	if err := s.Replace(t.Context(), r, cards); err != nil {
		t.Fatalf("Replace(%+v) = %v", r, err)
	}
}

func put(t *testing.T, s mirror.Store, c clock.Card, at clock.Instant) {
	t.Helper()
	if err := s.Put(t.Context(), c, at); err != nil {
		t.Fatalf("Put(%s) = %v", c.ID, err)
	}
}

// wantCards fails unless exactly these cards of anna are stored within s, read
// last at asOf; it gives them in order of their ids.
func wantCards(t *testing.T, s mirror.Store, in clock.Stretch, asOf clock.Instant, ids ...string) []clock.Card {
	t.Helper()
	cards, at, err := s.Cards(t.Context(), "team", "anna", in)
	slices.SortFunc(cards, func(a, b clock.Card) int { return cmp.Compare(a.ID, b.ID) })
	got := []string{}
	for _, c := range cards {
		got = append(got, c.ID)
	}
	if err != nil || at != asOf || !slices.Equal(got, append([]string{}, ids...)) {
		t.Fatalf("Cards(%v) = %v as of %d, %v; want %v as of %d", in, got, at, err, ids, asOf)
	}
	return cards
}

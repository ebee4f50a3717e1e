package storetest

import (
	"cmp"
	"slices"
	"testing"

	"timeclock/app/clock"
	"timeclock/server/mirror"
)

// Mirror is what every mirror.Store must pass. open gives an empty store.
func Mirror(t *testing.T, open func(t *testing.T) mirror.Store) {
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

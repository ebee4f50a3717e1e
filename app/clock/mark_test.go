package clock_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

func TestMarks(t *testing.T) {
	at := func(h float64) Instant { return base.Add(Span(h * float64(Hour))) }
	today := Stretch{at(-8), at(16)}
	early, late := Stretch{at(0), at(4)}, Stretch{at(8), at(12)}
	card := func(in, out float64) Card {
		c := Card{ID: "c", In: &Event{At: at(in)}}
		if out != 0 {
			c.Out = &Event{At: at(out)}
		}
		return c
	}
	missing := func(s Stretch) Mark { return Mark{Kind: Missing, From: s.From.Add(5*Minute) + 1, Shift: s.From} }
	for _, test := range []struct {
		name   string
		cards  []Card
		shifts []Stretch
		want   []Mark
	}{
		{"nothing planned, nothing done", nil, nil, nil},
		{"has not come", nil, []Stretch{early, late}, []Mark{missing(early), missing(late)}},
		{"a shift of another day", nil, []Stretch{{at(-9), at(-1)}, {at(16), at(20)}}, nil},
		{"came early", []Card{card(-1.5, 4)}, []Stretch{early}, nil},
		{"came punctually", []Card{card(0.08, 4)}, []Stretch{early}, nil},
		{"came late", []Card{card(0.5, 4)}, []Stretch{early}, []Mark{{Kind: Late, From: at(0.5), Shift: early.From}}},
		{"came twice", []Card{card(1, 2), card(0.01, 0.5)}, []Stretch{early}, nil},
		{"came to the first only", []Card{card(0, 4)}, []Stretch{early, late}, []Mark{missing(late)}},
		{"came for neither", []Card{card(5, 5.5)}, []Stretch{early, late}, []Mark{missing(early), missing(late)}},
		{"is there", []Card{card(0, 0)}, []Stretch{early}, []Mark{{Kind: OpenLong, From: at(8) + 1, End: early.To}}},
		{"is there for no shift", []Card{card(0, 0)}, nil, []Mark{{Kind: OpenLong, From: at(16) + 1}}},
	} {
		if got := DefaultRules.Marks(test.cards, test.shifts, today); !slices.Equal(got, test.want) {
			t.Errorf("%s: Marks = %v, want %v", test.name, got, test.want)
		}
	}
}

// TestOpenLongHoldsFrom: the mark comes to hold when Forgotten begins to say so.
func TestOpenLongHoldsFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Instant(rapid.Int64Range(0, int64(24*Hour)).Draw(t, "in"))
		card := Card{In: &Event{At: in}}
		if rapid.Bool().Draw(t, "break") {
			start := in.Add(Span(rapid.Int64Range(0, int64(30*Hour)).Draw(t, "start")))
			card.Breaks = []Break{{Start: Event{At: start}, End: &Event{At: start.Add(Minute)}}}
		}
		var shifts []Stretch
		for range rapid.IntRange(0, 3).Draw(t, "shifts") {
			from := Instant(rapid.Int64Range(0, int64(48*Hour)).Draw(t, "from"))
			shifts = append(shifts, Stretch{from, from.Add(Span(rapid.Int64Range(1, int64(20*Hour)).Draw(t, "length")))})
		}
		most := Span(rapid.Int64Range(int64(Hour), int64(20*Hour)).Draw(t, "most"))
		marks := Rules{OpenMax: most}.Marks([]Card{card}, shifts, Stretch{})
		if len(marks) != 1 || marks[0].Kind != OpenLong {
			t.Fatalf("Marks = %v, want that it is open", marks)
		}
		from := marks[0].From
		now := rapid.SampledFrom([]Instant{from - 1, from, from - Instant(Hour), from + Instant(Hour), in}).Draw(t, "now")
		end, forgotten := Forgotten(card, shifts, now, most)
		if forgotten != (now >= from) {
			t.Fatalf("Forgotten at %d is %t; marked from %d", now, forgotten, from)
		}
		if now == from && end != marks[0].End {
			t.Fatalf("the shift ended at %d, marked with %d", end, marks[0].End)
		}
	})
}

// TestStandStaysTrue: what is told once and grown while somebody is in is what
// the cards say at any later time.
func TestStandStaysTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cards []Card
		at := Instant(rapid.Int64Range(1, int64(Hour)).Draw(t, "first"))
		step := func() Instant {
			at = at.Add(Span(rapid.Int64Range(1, int64(3*Hour)).Draw(t, "step")))
			return at
		}
		n := rapid.IntRange(0, 3).Draw(t, "cards")
		for i := range n {
			c := Card{In: &Event{At: step()}}
			for range rapid.IntRange(0, 2).Draw(t, "breaks") {
				c.Breaks = append(c.Breaks, Break{Start: Event{At: step()}, End: &Event{At: step()}})
			}
			if i < n-1 || rapid.Bool().Draw(t, "over") {
				c.Out = &Event{At: step()}
			} else if rapid.Bool().Draw(t, "on break") {
				c.Breaks = append(c.Breaks, Break{Start: Event{At: step()}})
			}
			cards = append(cards, c)
		}
		s, now := Stand(cards), at.Add(Span(rapid.Int64Range(0, int64(Hour)).Draw(t, "later")))
		worked := s.Worked
		if s.State == In {
			worked += now.Sub(s.Since)
		}
		if want := Worked(cards, now); worked != want || s.State != StateOf(cards) {
			t.Fatalf("Stand = %+v, and so %d at %d; want %d and %s of %+v", s, worked, now, want, StateOf(cards), cards)
		}
		if len(cards) > 0 && s.Since != at {
			t.Fatalf("since %d, want %d of %+v", s.Since, at, cards)
		}
	})
}

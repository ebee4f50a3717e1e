package clock_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// TestDaysLoseNothing draws cards around real clock changes.
func TestDaysLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := load(t, zoneNames().Draw(t, "zone"))
		zone := InLocation(loc)
		change := rapid.SampledFrom(segments(loc)).Draw(t, "segment").from
		var cards []Card
		for i := range rapid.IntRange(0, 12).Draw(t, "cards") {
			in := change.Add(Span(rapid.Int64Range(-int64(200*Hour), int64(200*Hour)).Draw(t, "in")))
			cards = append(cards, Card{ID: fmt.Sprint(i), In: &Event{At: in}})
		}
		cards = append(cards, Card{ID: "without clock-in", Out: &Event{At: change}})

		var seen []string
		days := Days(cards, zone)
		for i, d := range days {
			if i > 0 && days[i-1].Date.Compare(d.Date) <= 0 {
				t.Fatalf("%s stands after %s", d.Date, days[i-1].Date)
			}
			for j, c := range d.Cards {
				seen = append(seen, c.ID)
				if on := DateOf(c.In.At, zone); on != d.Date {
					t.Fatalf("a card of %s stands on %s", on, d.Date)
				}
				if j > 0 && c.In.At < d.Cards[j-1].In.At {
					t.Fatalf("cards of %s are out of order", d.Date)
				}
			}
		}
		slices.Sort(seen)
		if len(slices.Compact(seen)) != len(cards)-1 {
			t.Fatalf("Days holds %v, want %d cards once each", seen, len(cards)-1)
		}
		checkWeeks(t, days)
	})
}

func checkWeeks(t *rapid.T, days []Day) {
	first := time.Weekday(rapid.IntRange(0, 6).Draw(t, "first"))
	var again []Day
	for _, w := range Weeks(days, first) {
		if w.First.Weekday() != first {
			t.Fatalf("the week begins on %s, a %s, want a %s", w.First, w.First.Weekday(), first)
		}
		for _, d := range w.Days {
			if d.Date.Compare(w.First) < 0 || d.Date.Compare(w.First.AddDays(7)) >= 0 {
				t.Fatalf("%s is not in the week of %s", d.Date, w.First)
			}
		}
		again = append(again, w.Days...)
	}
	if len(again) != len(days) {
		t.Fatalf("the weeks hold %d days, want %d", len(again), len(days))
	}
	for i := range days {
		if again[i].Date != days[i].Date {
			t.Fatalf("day %d of the weeks is %s, want %s", i, again[i].Date, days[i].Date)
		}
	}
}

// TestSplitAtMidnights cuts long cards over every change of the zones listed.
func TestSplitAtMidnights(t *testing.T) {
	for _, name := range zones {
		loc := load(t, name)
		zone := InLocation(loc)
		for _, s := range segments(loc)[1:] {
			c := Card{In: &Event{At: s.from.Add(-31*Hour - 7)}, Out: &Event{At: s.from.Add(40*Hour + 11)},
				Breaks: []Break{{Start: Event{At: s.from.Add(-Hour)}, End: &Event{At: s.from.Add(Hour)}}}}
			checkSplit(t, name, zone, c)
		}
		if t.Failed() {
			return
		}
	}
}

func checkSplit(t *testing.T, name string, zone Zone, c Card) {
	t.Helper()
	var worked, paused Span
	end := c.In.At
	for _, p := range c.Split(zone, 0) {
		whole := p.Date.StretchOf(zone)
		if p.Stretch.From != end || p.Stretch.From < whole.From || p.Stretch.To > whole.To || p.Stretch.Length() == 0 {
			t.Errorf("%s: portion %v of %s (%v), want it to begin at %v", name, p.Stretch, p.Date, whole, end)
		}
		end = p.Stretch.To
		worked, paused = worked+p.Worked, paused+p.Paused
	}
	if end != c.Out.At || worked != c.Worked(0) || paused != c.Paused(0) {
		t.Errorf("%s: portions end at %v with %v and %v, want %v, %v and %v",
			name, end, worked, paused, c.Out.At, c.Worked(0), c.Paused(0))
	}
}

func TestSplitEdges(t *testing.T) {
	noon := moment(t, "2026-05-04 12:00", time.UTC)
	midnight := noon.Add(12 * Hour)
	monday, tuesday := Date{2026, 5, 4}, Date{2026, 5, 5}
	for _, test := range []struct {
		name string
		card Card
		want []Portion
	}{
		{"no clock-in", Card{Out: &Event{At: noon}}, nil},
		{"no time at all", Card{In: &Event{At: noon}, Out: &Event{At: noon}},
			[]Portion{{monday, Stretch{noon, noon}, 0, 0}}},
		{"until midnight", Card{In: &Event{At: noon}, Out: &Event{At: midnight}},
			[]Portion{{monday, Stretch{noon, midnight}, 12 * Hour, 0}}},
		{"from midnight", Card{In: &Event{At: midnight}, Out: &Event{At: midnight + 1}},
			[]Portion{{tuesday, Stretch{midnight, midnight + 1}, 1, 0}}},
		{"open, until now", Card{In: &Event{At: noon}},
			[]Portion{{monday, Stretch{noon, midnight}, 12 * Hour, 0}, {tuesday, Stretch{midnight, midnight.Add(Hour)}, Hour, 0}}},
	} {
		if got := test.card.Split(UTC, midnight.Add(Hour)); !slices.Equal(got, test.want) {
			t.Errorf("%s: Split = %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestBegan(t *testing.T) {
	card := func(in Instant) Card { return Card{In: &Event{At: in}} }
	got := Began([]Card{card(9), card(10), card(19), card(20), {}}, Stretch{10, 20})
	if len(got) != 2 || got[0].In.At != 10 || got[1].In.At != 19 {
		t.Errorf("Began within 10 to 20 = %+v, want those of 10 and 19", got)
	}
}

package clock_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// base is some Monday morning; instants are drawn around it.
const base Instant = 1_774_857_600_000

func instants() *rapid.Generator[Instant] {
	return rapid.Custom(func(t *rapid.T) Instant {
		// Whole hours make events coincide, milliseconds make them odd.
		hours := rapid.Int64Range(-30, 60).Draw(t, "hours")
		extra := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, int64(Hour))).Draw(t, "extra")
		return base.Add(Span(hours)*Hour + Span(extra))
	})
}

func events() *rapid.Generator[*Event] {
	return rapid.Custom(func(t *rapid.T) *Event {
		if rapid.IntRange(0, 4).Draw(t, "absent") == 0 {
			return nil
		}
		return &Event{At: instants().Draw(t, "at")}
	})
}

// anyCards draws cards that nobody should have made, but somebody will: breaks
// that overlap, end before they begin, never end, or lie outside the card;
// clock-outs before the clock-in.
func anyCards() *rapid.Generator[Card] {
	return rapid.Custom(func(t *rapid.T) Card {
		c := Card{In: events().Draw(t, "in"), Out: events().Draw(t, "out")}
		for range rapid.IntRange(0, 5).Draw(t, "breaks") {
			c.Breaks = append(c.Breaks, Break{
				Start: Event{At: instants().Draw(t, "start")},
				End:   events().Draw(t, "end"),
			})
		}
		return c
	})
}

func zoneNames() *rapid.Generator[string] { return rapid.SampledFrom(zones) }

func TestWorkedAndPausedArePresence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, now := anyCards().Draw(t, "card"), instants().Draw(t, "now")
		worked, paused, present := c.Worked(now), c.Paused(now), c.Presence(now).Length()
		if worked < 0 || paused < 0 || worked+paused != present {
			t.Fatalf("worked %d + paused %d, want presence %d and neither negative", worked, paused, present)
		}
	})
}

// TestPausedByTheMinute counts pauses the slow way, instant by instant.
func TestPausedByTheMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.Int64Range(0, 120)
		c := Card{In: &Event{At: Instant(minutes.Draw(t, "in"))}}
		now := Instant(minutes.Draw(t, "now"))
		if rapid.Bool().Draw(t, "closed") {
			c.Out = &Event{At: Instant(minutes.Draw(t, "out"))}
		}
		for range rapid.IntRange(0, 4).Draw(t, "breaks") {
			b := Break{Start: Event{At: Instant(minutes.Draw(t, "start"))}}
			if rapid.Bool().Draw(t, "ended") {
				b.End = &Event{At: Instant(minutes.Draw(t, "end"))}
			}
			c.Breaks = append(c.Breaks, b)
		}
		end := now
		if c.Out != nil {
			end = c.Out.At
		}
		var want Span
		for at := c.In.At; at < end; at++ {
			for _, b := range c.Breaks {
				if b.Start.At <= at && (b.End == nil || at < b.End.At) {
					want++
					break
				}
			}
		}
		if got := c.Paused(now); got != want {
			t.Fatalf("Paused = %d, counted %d", got, want)
		}
	})
}

func TestSplittingAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, now := anyCards().Draw(t, "card"), instants().Draw(t, "now")
		cuts := rapid.SliceOfN(instants(), 0, 6).Draw(t, "cuts")
		whole := Stretch{base.Add(-100 * Hour), base.Add(100 * Hour)}
		var worked, paused Span
		end := whole.From
		for _, part := range whole.Split(cuts...) {
			if part.From != end || part.Length() == 0 {
				t.Fatalf("part %v does not join what ends at %v", part, end)
			}
			end = part.To
			worked += c.WorkedIn(part, now)
			paused += c.PausedIn(part, now)
		}
		if end != whole.To {
			t.Fatalf("the parts end at %v, want %v", end, whole.To)
		}
		if worked != c.Worked(now) || paused != c.Paused(now) {
			t.Fatalf("parts: worked %d, paused %d; whole: %d, %d", worked, paused, c.Worked(now), c.Paused(now))
		}
	})
}

func TestZoneChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := rapid.SliceOfN(anyCards(), 0, 5).Draw(t, "cards")
		now := instants().Draw(t, "now")
		zone := InLocation(load(t, zoneNames().Draw(t, "zone")))
		var days, weeks, portions Span
		for _, d := range Days(cards, zone) {
			days += d.Worked(now) + d.Paused(now)
		}
		for _, w := range Weeks(Days(cards, zone), 1) {
			weeks += w.Worked(now) + w.Paused(now)
		}
		for _, c := range cards {
			for _, p := range c.Split(zone, now) {
				portions += p.Worked + p.Paused
			}
		}
		want := Worked(cards, now) + Paused(cards, now)
		if days != want || weeks != want || portions != want {
			t.Fatalf("by days %d, by weeks %d, by midnights %d; want %d", days, weeks, portions, want)
		}
	})
}

// TestNightShift is the oracle: 23:00 to 07:30 with half an hour of break.
func TestNightShift(t *testing.T) {
	for _, test := range []struct {
		zone, evening, morning string
		worked, change         Span
	}{
		{"America/Chicago", "2026-03-10", "2026-03-11", 8 * Hour, 0},
		{"America/Chicago", "2026-03-07", "2026-03-08", 7 * Hour, Hour},
		{"America/Chicago", "2026-10-31", "2026-11-01", 9 * Hour, -Hour},
		{"Europe/Stockholm", "2026-03-30", "2026-03-31", 8 * Hour, 0},
		{"Europe/Stockholm", "2026-03-28", "2026-03-29", 7 * Hour, Hour},
		{"Europe/Stockholm", "2026-10-24", "2026-10-25", 9 * Hour, -Hour},
		{"Australia/Lord_Howe", "2026-04-04", "2026-04-05", 8*Hour + 30*Minute, -30 * Minute},
	} {
		loc := load(t, test.zone)
		zone := InLocation(loc)
		in, out := moment(t, test.evening+" 23:00", loc), moment(t, test.morning+" 07:30", loc)
		pause := moment(t, test.morning+" 04:00", loc)
		c := Card{In: &Event{At: in}, Out: &Event{At: out},
			Breaks: []Break{{Start: Event{At: pause}, End: &Event{At: pause.Add(30 * Minute)}}}}
		if got := c.Worked(0); got != test.worked {
			t.Errorf("%s, night of %s: worked %v, want %v", test.zone, test.evening, got.Duration(), test.worked.Duration())
		}
		if got := c.ClockChange(zone, 0); got != test.change {
			t.Errorf("%s, night of %s: ClockChange = %v, want %v", test.zone, test.evening, got.Duration(), test.change.Duration())
		}
		parts := c.Split(zone, 0)
		if len(parts) != 2 || parts[0].Worked != Hour || parts[0].Worked+parts[1].Worked != test.worked {
			t.Errorf("%s, night of %s: Split = %+v, want an hour before midnight and the rest after", test.zone, test.evening, parts)
		}
		days := Days([]Card{c}, zone)
		if len(days) != 1 || days[0].Date.String() != test.evening {
			t.Errorf("%s, night of %s: Days = %+v, want the evening's alone", test.zone, test.evening, days)
		}
	}
}

func TestOddCards(t *testing.T) {
	at := func(h Span) *Event { return &Event{At: base.Add(h * Hour)} }
	pause := func(from Span, to *Event) Break { return Break{Start: *at(from), End: to} }
	for _, test := range []struct {
		name           string
		card           Card
		worked, paused Span // hours, at base + 8 h
	}{
		{"no stamps", Card{}, 0, 0},
		{"no clock-in", Card{Out: at(5), Breaks: []Break{pause(1, at(2))}}, 0, 0},
		{"open", Card{In: at(0)}, 8, 0},
		{"open, from the future", Card{In: at(9)}, 0, 0},
		{"out before in", Card{In: at(5), Out: at(3)}, 0, 0},
		{"on break", Card{In: at(0), Breaks: []Break{pause(6, nil)}}, 6, 2},
		{"two open breaks", Card{In: at(0), Breaks: []Break{pause(6, nil), pause(5, nil)}}, 5, 3},
		{"closed in a break that never ended", Card{In: at(0), Out: at(7), Breaks: []Break{pause(6, nil)}}, 6, 1},
		{"overlapping breaks", Card{In: at(0), Out: at(8), Breaks: []Break{pause(3, at(5)), pause(2, at(4))}}, 5, 3},
		{"break within a break", Card{In: at(0), Out: at(8), Breaks: []Break{pause(2, at(6)), pause(3, at(4))}}, 4, 4},
		{"break after clock-out", Card{In: at(0), Out: at(4), Breaks: []Break{pause(5, at(6))}}, 4, 0},
		{"break over clock-out", Card{In: at(0), Out: at(4), Breaks: []Break{pause(3, at(6))}}, 3, 1},
		{"break before clock-in", Card{In: at(2), Out: at(4), Breaks: []Break{pause(0, at(3))}}, 1, 1},
		{"break backwards", Card{In: at(0), Out: at(8), Breaks: []Break{pause(5, at(3))}}, 8, 0},
		{"break all along", Card{In: at(0), Out: at(8), Breaks: []Break{pause(0, at(8))}}, 0, 8},
	} {
		now := base.Add(8 * Hour)
		if got := test.card.Worked(now); got != test.worked*Hour {
			t.Errorf("%s: Worked = %v, want %d h", test.name, got.Duration(), test.worked)
		}
		if got := test.card.Paused(now); got != test.paused*Hour {
			t.Errorf("%s: Paused = %v, want %d h", test.name, got.Duration(), test.paused)
		}
	}
}

func TestPresence(t *testing.T) {
	for _, test := range []struct {
		name string
		card Card
		want Stretch
	}{
		{"no clock-in", Card{Out: &Event{At: 5}}, Stretch{}},
		{"open, until now", Card{In: &Event{At: 5}}, Stretch{5, 8}},
		{"open, from the future", Card{In: &Event{At: 9}}, Stretch{9, 9}},
		{"closed", Card{In: &Event{At: 5}, Out: &Event{At: 9}}, Stretch{5, 9}},
		{"out before in", Card{In: &Event{At: 5}, Out: &Event{At: 3}}, Stretch{5, 5}},
	} {
		if got := test.card.Presence(8); got != test.want {
			t.Errorf("%s: Presence(8) = %v, want %v", test.name, got, test.want)
		}
	}
}

func TestSplitStretch(t *testing.T) {
	s := Stretch{10, 20}
	got := s.Split(25, 15, 20, 5, 12, 10, 15)
	if want := []Stretch{{10, 12}, {12, 15}, {15, 20}}; !slices.Equal(got, want) {
		t.Errorf("Split = %v, want %v", got, want)
	}
	if got := (Stretch{10, 10}).Split(10); !slices.Equal(got, []Stretch{{10, 10}}) {
		t.Errorf("Split of nothing = %v, want it whole", got)
	}
}

func TestSince(t *testing.T) {
	ended := func(from, to Instant) Break { return Break{Start: Event{At: from}, End: &Event{At: to}} }
	for _, test := range []struct {
		name string
		card Card
		want Instant
	}{
		{"clocked in", Card{In: &Event{At: 5}}, 5},
		{"back from breaks, the last listed first", Card{In: &Event{At: 5}, Breaks: []Break{ended(8, 9), ended(6, 7)}}, 9},
		{"on break", Card{In: &Event{At: 5}, Breaks: []Break{ended(6, 7), {Start: Event{At: 8}}}}, 8},
		{"clocked out", Card{In: &Event{At: 5}, Out: &Event{At: 9}, Breaks: []Break{ended(6, 7)}}, 9},
	} {
		if got, ok := test.card.Since(); got != test.want || !ok {
			t.Errorf("%s: Since = %d, %v; want %d", test.name, got, ok, test.want)
		}
	}
}

func TestOpenFor(t *testing.T) {
	open := Card{In: &Event{At: base}, Breaks: []Break{{Start: Event{At: base.Add(Hour)}}}}
	closed := Card{In: &Event{At: base}, Out: &Event{At: base.Add(Hour)}}
	for _, test := range []struct {
		name string
		card Card
		now  Instant
		want Span
	}{
		{"open, breaks included", open, base.Add(17 * Hour), 17 * Hour},
		{"open, from the future", open, base.Add(-Hour), 0},
		{"closed", closed, base.Add(17 * Hour), 0},
		{"never begun", Card{}, base, 0},
	} {
		if got := test.card.OpenFor(test.now); got != test.want {
			t.Errorf("%s: OpenFor = %v, want %v", test.name, got.Duration(), test.want.Duration())
		}
	}
}

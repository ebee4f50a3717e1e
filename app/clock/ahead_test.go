package clock_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

func TestAhead(t *testing.T) {
	at := func(clock string) Instant { return moment(t, "2026-03-30 "+clock, time.UTC) }
	in := Card{ID: "a", In: &Event{At: at("08:00")}}
	pause := func(c Card, from, to string) Card {
		b := Break{Start: Event{At: at(from)}}
		if to != "" {
			b.End = &Event{At: at(to)}
		}
		c.Breaks = append(slices.Clone(c.Breaks), b)
		return c
	}
	left := in
	left.Out = &Event{At: at("12:00")}
	early := []Stretch{{at("08:00"), at("16:30")}}
	for _, test := range []struct {
		name   string
		cards  []Card
		shifts []Stretch
		kind   Kind
		at     string
		want   []Exception
	}{
		{"in on time", nil, early, ClockIn, "08:02", nil},
		{"in late", nil, early, ClockIn, "08:20",
			[]Exception{{Rule: RuleLate, Is: 20 * Minute, Limit: 5 * Minute, Planned: at("08:00")}}},
		{"back from lunch", []Card{left}, early, ClockIn, "13:00", nil},
		{"in hours before, and may stay", nil, early, ClockIn, "05:00", nil},
		{"in when the shift is over", nil, early, ClockIn, "18:00", []Exception{{Rule: RuleUnscheduled}}},
		{"in with no shifts planned", nil, nil, ClockIn, "05:00", nil},
		{"back after twelve minutes", []Card{pause(in, "12:00", "")}, early, EndBreak, "12:12",
			[]Exception{{Rule: RuleBreakShort, Card: "a", Is: 12 * Minute, Limit: 30 * Minute}}},
		{"back after half an hour", []Card{pause(in, "12:00", "")}, early, EndBreak, "12:30", nil},
		{"back after the second half of it", []Card{pause(pause(in, "10:00", "10:15"), "12:00", "")}, early, EndBreak, "12:15", nil},
		{"back after twelve minutes of a short day", []Card{pause(in, "12:00", "")}, []Stretch{{at("08:00"), at("13:00")}}, EndBreak, "12:12", nil},
		{"back with no shift", []Card{pause(in, "12:00", "")}, nil, EndBreak, "12:12", nil},
		{"out as planned", []Card{pause(in, "12:00", "12:30")}, early, ClockOut, "16:30", nil},
		{"out early", []Card{pause(in, "12:00", "12:30")}, early, ClockOut, "14:30",
			[]Exception{{Rule: RuleLeftEarly, Card: "a", Is: 2 * Hour, Limit: 5 * Minute, Planned: at("16:30")}}},
		{"out without a break", []Card{in}, nil, ClockOut, "14:30",
			[]Exception{{Rule: RuleBreakMissing, Card: "a", Limit: 30 * Minute}}},
		{"out from a break", []Card{pause(in, "16:12", "")}, early, ClockOut, "16:30",
			[]Exception{{Rule: RuleBreakShort, Card: "a", Is: 18 * Minute, Limit: 30 * Minute}}},
		{"on a break", []Card{in}, early, StartBreak, "08:01", nil},
		{"what may not follow", []Card{in}, early, ClockIn, "09:00", nil},
	} {
		p := Plan{Shifts: test.shifts, Scheduled: len(test.shifts) > 0, Zone: UTC, FirstDay: time.Monday}
		got := DefaultRules.Ahead(test.cards, Press{Kind: test.kind, At: at(test.at)}, p)
		for i := range test.want {
			test.want[i].Date = Date{2026, 3, 30}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestAheadComesTrue holds what is told before a clock-out against what is
// found after it: the same of that card, by the same rules.
func TestAheadComesTrue(t *testing.T) {
	told := []Rule{RuleBreakMissing, RuleBreakShort, RuleLeftEarly, RuleLate, RuleUnscheduled}
	rapid.Check(t, func(t *rapid.T) {
		cards := rapid.SliceOfN(anyCards(), 0, 4).Draw(t, "cards")
		for i := range cards {
			cards[i].ID = string(rune('a' + i))
		}
		r, p := someRules().Draw(t, "rules"), somePlan().Draw(t, "plan")
		press := Press{Kind: rapid.SampledFrom([]Kind{ClockIn, ClockOut}).Draw(t, "kind"), At: instants().Draw(t, "at")}
		after, err := ApplyPress(cards, "", "", press)
		ahead := r.Ahead(cards, press, p)
		if err != nil {
			if len(ahead) > 0 {
				t.Fatalf("a press that may not follow is told of: %+v", ahead)
			}
			return
		}
		p.Now = base.Add(1000 * Hour)
		found := r.Exceptions(after, p)
		for _, e := range ahead {
			if !slices.Contains(told, e.Rule) || !slices.Contains(found, e) {
				t.Fatalf("told %+v, found %+v", e, found)
			}
		}
		if press.Kind != ClockOut {
			return
		}
		card := Current(cards).ID
		for _, e := range found {
			if e.Card == card && slices.Contains(told[:3], e.Rule) && !slices.Contains(ahead, e) {
				t.Fatalf("found %+v, told only %+v", e, ahead)
			}
		}
	})
}

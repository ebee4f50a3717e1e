package clock_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// eight is a card by whole hours: in at 0, breaks, and out unless that is -1.
func eight(out int, breaks ...[2]int) Card {
	at := func(h int) Instant { return base.Add(Span(h) * Hour) }
	c := Card{ID: "TCK_1", Team: "t", Person: "p", In: &Event{At: at(0)}}
	for _, b := range breaks {
		pause := Break{Start: Event{At: at(b[0])}}
		if b[1] >= 0 {
			pause.End = &Event{At: at(b[1])}
		}
		c.Breaks = append(c.Breaks, pause)
	}
	if out >= 0 {
		c.Out = &Event{At: at(out)}
	}
	return c
}

func TestAmend(t *testing.T) {
	shifted := eight(8)
	shifted.In.At = base.Add(Hour)
	for _, test := range []struct {
		name string
		card Card
		kind Kind
		at   int
		want Card // the zero Card stands for ErrOrder
	}{
		{"the clock-in of an open card", eight(-1, [2]int{3, 4}), ClockIn, 0, eight(-1, [2]int{3, 4})},
		{"the clock-in of a closed card", eight(8), ClockIn, 1, shifted},
		{"a clock-in after the clock-out", eight(8), ClockIn, 9, Card{}},
		{"a clock-in after a break", eight(-1, [2]int{3, 4}), ClockIn, 4, Card{}},
		{"the clock-out later", eight(8), ClockOut, 9, eight(9)},
		{"the clock-out earlier", eight(8), ClockOut, 7, eight(7)},
		{"the clock-out with the break it ended", eight(8, [2]int{3, 8}), ClockOut, 6, eight(6, [2]int{3, 6})},
		{"the clock-out of a break that was never ended", eight(8, [2]int{3, -1}), ClockOut, 6, eight(6, [2]int{3, 6})},
		{"a clock-out before the clock-in", eight(8), ClockOut, -1, Card{}},
		{"a clock-out before a break", eight(8, [2]int{3, 4}), ClockOut, 2, Card{}},
		{"a clock-out during a break", eight(8, [2]int{3, 5}), ClockOut, 4, Card{}},
		{"the start of a break that lasts", eight(-1, [2]int{3, -1}), StartBreak, 2, eight(-1, [2]int{2, -1})},
		{"a start before the last break was over", eight(-1, [2]int{1, 2}, [2]int{3, -1}), StartBreak, 1, Card{}},
		{"a start of a break within work", eight(-1, [2]int{1, 2}), StartBreak, 3, eight(-1, [2]int{1, 2}, [2]int{3, -1})},
		{"a start of a break before another", eight(-1, [2]int{3, 4}), StartBreak, 2, Card{}},
		{"a start of a break when all was over", eight(8, [2]int{3, 4}), StartBreak, 6, Card{}},
		{"the end of the last break", eight(-1, [2]int{1, 2}, [2]int{3, 4}), EndBreak, 5, eight(-1, [2]int{1, 2}, [2]int{3, 5})},
		{"the end of the last break, closed", eight(8, [2]int{3, 4}), EndBreak, 5, eight(8, [2]int{3, 5})},
		{"the end of the last break, listed first", eight(-1, [2]int{3, 4}, [2]int{1, 2}), EndBreak, 5, eight(-1, [2]int{3, 5}, [2]int{1, 2})},
		{"the end of a break before the last", eight(-1, [2]int{1, 3}, [2]int{4, -1}), EndBreak, 2, eight(-1, [2]int{1, 2}, [2]int{4, -1})},
		{"an end after the clock-out", eight(8, [2]int{3, 4}), EndBreak, 9, Card{}},
		{"an end of no break", eight(-1), EndBreak, 2, Card{}},
		{"an end before any break", eight(-1, [2]int{3, -1}), EndBreak, 2, Card{}},
		{"a nap", eight(-1), "nap", 2, Card{}},
		{"a card without a clock-in", Card{Out: &Event{At: base}}, ClockOut, 1, Card{}},
		{"the clock-in it lacks", Card{Out: eight(8).Out, ID: "TCK_1", Team: "t", Person: "p"}, ClockIn, 0, eight(8)},
	} {
		before := text(t, test.card)
		got, err := test.card.Amend(test.kind, base.Add(Span(test.at)*Hour), "")
		if text(t, test.card) != before {
			t.Errorf("%s: Amend changed the card it was given", test.name)
		}
		if refused := reflect.DeepEqual(test.want, Card{}); refused != errors.Is(err, ErrOrder) || refused == (err == nil) {
			t.Errorf("%s: %v", test.name, err)
		} else if !refused && text(t, got) != text(t, test.want) {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, text(t, got), text(t, test.want))
		}
	}
}

func TestAmendKeepsNotes(t *testing.T) {
	here := true
	c := Card{In: &Event{At: base, Note: "early", Approved: &here}, Note: "mine"}
	for note, want := range map[string]string{"": "early", "late": "late"} {
		got, err := c.Amend(ClockIn, base+1, note)
		if err != nil || *got.In != (Event{At: base + 1, Note: want}) || got.Note != "mine" {
			t.Errorf("Amend with note %q = %s, %v", note, text(t, got), err)
		}
	}
}

func TestConfirmedCardsStay(t *testing.T) {
	for _, c := range []Card{{In: &Event{At: base}, ByPerson: true}, {In: &Event{At: base}, BySupervisor: true}} {
		if got, err := c.Amend(ClockOut, base+1, ""); !errors.Is(err, ErrConfirmed) || !reflect.DeepEqual(got, c) {
			t.Errorf("Amend of a confirmed card = %v, %v", got, err)
		}
		if got, empty, err := c.Without(ClockIn, base); !errors.Is(err, ErrConfirmed) || empty || !reflect.DeepEqual(got, c) {
			t.Errorf("Without of a confirmed card = %v, %t, %v", got, empty, err)
		}
	}
}

// inOrder reports whether the times on c lead from the clock-in over the breaks,
// in their order, to the clock-out.
func inOrder(c Card) bool {
	var at []Instant
	breaks := slices.Clone(c.Breaks)
	slices.SortStableFunc(breaks, func(a, b Break) int { return int(a.Start.At - b.Start.At) })
	if c.In == nil {
		return false
	}
	at = append(at, c.In.At)
	for i, b := range breaks {
		at = append(at, b.Start.At)
		if b.End != nil {
			at = append(at, b.End.At)
		} else if i != len(breaks)-1 {
			return false
		}
	}
	if c.Out != nil {
		at = append(at, c.Out.At)
	}
	return slices.IsSorted(at)
}

// However odd a card was, amended it is in order, shows the press, and counts no
// negative time.
func TestAmendedCardsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCards().Draw(t, "card")
		if rapid.Bool().Draw(t, "sound") {
			if cards := worked().Draw(t, "cards"); len(cards) > 0 {
				c = rapid.SampledFrom(cards).Draw(t, "of")
			}
		}
		k, at, before := kinds().Draw(t, "kind"), instants().Draw(t, "at"), text(t, c)
		got, err := c.Amend(k, at, "")
		if text(t, c) != before {
			t.Fatalf("Amend(%s, %d) changed the card it was given: %s", k, at, before)
		}
		if err != nil {
			if !errors.Is(err, ErrOrder) || text(t, got) != before {
				t.Fatalf("Amend(%s, %d) = %s, %v", k, at, text(t, got), err)
			}
			return
		}
		now := instants().Draw(t, "now")
		if !inOrder(got) || !slices.Contains(got.Stamps(k), at) || got.Worked(now) < 0 {
			t.Fatalf("Amend(%s, %d) of %s = %s", k, at, before, text(t, got))
		}
		if got.Out != nil && got.Worked(now)+got.Paused(now) != got.Out.At.Sub(got.In.At) {
			t.Fatalf("worked %d and paused %d on %s", got.Worked(now), got.Paused(now), text(t, got))
		}
	})
}

// A press that comes after all that stands is applied, whichever way.
func TestAmendApplies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := worked().Draw(t, "cards")
		open := Current(cards)
		if open == nil {
			open = &Card{}
		}
		k := rapid.SampledFrom(Allowed(open.State())).Draw(t, "kind")
		at := base.Add(60 * Hour)
		want, err := open.Apply(k, at, "note")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := open.Amend(k, at, "note"); err != nil || text(t, got) != text(t, want) {
			t.Fatalf("Amend(%s) = %s, %v; want %s", k, text(t, got), err, text(t, want))
		}
	})
}

// What was applied can be taken away again, and then was never there.
func TestWithoutUndoesApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := worked().Draw(t, "cards")
		c := Card{Team: "team"}
		if open := Current(cards); open != nil {
			c = *open
		}
		k := rapid.SampledFrom(Allowed(c.State())).Draw(t, "kind")
		at := base.Add(60 * Hour)
		applied, err := c.Apply(k, at, "")
		if err != nil {
			t.Fatal(err)
		}
		before := text(t, applied)
		rest, empty, err := applied.Without(k, at)
		if err != nil || empty != (k == ClockIn) || text(t, rest) != text(t, c) {
			t.Fatalf("Without(%s) = %s, %t, %v; want %s", k, text(t, rest), empty, err, text(t, c))
		}
		if text(t, applied) != before {
			t.Fatalf("Without(%s) changed the card it was given: %s", k, before)
		}
	})
}

func TestWithout(t *testing.T) {
	noted := eight(8, [2]int{3, 8})
	noted.Breaks[0].End.Note = "back"
	reopened := eight(-1, [2]int{3, 8})
	reopened.Breaks[0].End.Note = "back"
	for _, test := range []struct {
		name string
		card Card
		kind Kind
		at   int
		want Card
		err  error
	}{
		{"a clock-out", eight(8, [2]int{3, 4}), ClockOut, 8, eight(-1, [2]int{3, 4}), nil},
		{"a clock-out from a break", eight(8, [2]int{3, 8}), ClockOut, 8, eight(-1, [2]int{3, -1}), nil},
		{"a clock-out after a break was ended", noted, ClockOut, 8, reopened, nil},
		{"a clock-in with a clock-out", eight(8), ClockIn, 0, Card{}, ErrOrder},
		{"a clock-in with a break", eight(-1, [2]int{3, 4}), ClockIn, 0, Card{}, ErrOrder},
		{"a break whole", eight(8, [2]int{1, 2}, [2]int{3, 4}), StartBreak, 1, eight(8, [2]int{3, 4}), nil},
		{"the only break", eight(8, [2]int{1, 2}), StartBreak, 1, eight(8), nil},
		{"the end of the last break", eight(-1, [2]int{1, 2}, [2]int{3, 4}), EndBreak, 4, eight(-1, [2]int{1, 2}, [2]int{3, -1}), nil},
		{"the end of a break with another after it", eight(-1, [2]int{1, 2}, [2]int{3, 4}), EndBreak, 2, Card{}, ErrOrder},
		{"the end of a break while another lasts", eight(-1, [2]int{1, 2}, [2]int{3, -1}), EndBreak, 2, Card{}, ErrOrder},
		{"the end of a break after one that lasts", eight(-1, [2]int{1, -1}, [2]int{3, 4}), EndBreak, 4, Card{}, ErrOrder},
		{"the end of a break on a closed card", eight(8, [2]int{3, 4}), EndBreak, 4, Card{}, ErrOrder},
		{"another time", eight(8), ClockOut, 7, Card{}, ErrNoEvent},
		{"another kind", eight(8), EndBreak, 8, Card{}, ErrNoEvent},
		{"a nap", eight(8), "nap", 8, Card{}, ErrNoEvent},
	} {
		got, empty, err := test.card.Without(test.kind, base.Add(Span(test.at)*Hour))
		switch {
		case !errors.Is(err, test.err) || empty:
			t.Errorf("%s: empty %t, %v; want %v", test.name, empty, err, test.err)
		case err == nil && text(t, got) != text(t, test.want):
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, text(t, got), text(t, test.want))
		}
	}
}

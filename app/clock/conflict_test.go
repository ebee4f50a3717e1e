package clock_test

import (
	"testing"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// Every state a person may have seen, every state the cards may give and every
// kind of press have one row, and what it says goes with the state machine.
func TestRulingsAreComplete(t *testing.T) {
	for _, seen := range []State{Unknown, Out, In, OnBreak} {
		for _, stands := range []State{Out, In, OnBreak} {
			for _, k := range Kinds {
				rows, got := Rulings(seen, stands, k)
				_, err := Steps(stands, k)
				if rows != 1 || (got == Follows) != (err == nil) {
					t.Errorf("%s, seen %q, delivered in %q: %d rows, ruling %d, Steps: %v", k, seen, stands, rows, got, err)
				}
			}
		}
	}
}

func TestJudge(t *testing.T) {
	at := func(h float64) Instant { return base.Add(Span(h * float64(Hour))) }
	card := func(id string, stamps ...Instant) Card {
		c := Card{ID: id, In: &Event{At: stamps[0]}}
		if len(stamps) > 1 {
			c.Out = &Event{At: stamps[1]}
		}
		return c
	}
	broken := func(c Card, start Instant, end *Event) Card {
		c.Breaks = append(c.Breaks, Break{Start: Event{At: start}, End: end})
		return c
	}
	const s = 1 / 3600.
	morning, evening := card("morning", at(0), at(4)), card("evening", at(8), at(12))
	open, closed := []Card{morning, card("open", at(5))}, []Card{evening, morning}
	paused := []Card{morning, broken(card("paused", at(5)), at(6), nil)}
	resumed := []Card{broken(card("resumed", at(5)), at(6), &Event{At: at(7)})}
	for _, test := range []struct {
		name  string
		cards []Card
		kind  Kind
		at    Instant
		seen  State
		want  string // the card against it; "" Follows, "none" when there is none
	}{
		{"the first day", nil, ClockIn, at(0), Out, ""},
		{"a clock-out without any card", nil, ClockOut, at(0), In, "none"},
		{"a card without a clock-in is no obstacle", []Card{{ID: "odd", Out: &Event{At: at(9)}}}, ClockIn, at(1), Out, ""},
		{"what fits", open, ClockOut, at(9), In, ""},
		{"the other device went on a break", paused, ClockOut, at(9), In, ""},
		{"the other device ended the break", resumed, ClockOut, at(9), OnBreak, ""},
		{"nobody knows what was seen", open, StartBreak, at(9), "asleep", ""},
		{"clocked in elsewhere", open, ClockIn, at(5.5), Out, "open"},
		{"clocked in elsewhere, after the press", open, ClockIn, at(4.5), Out, "open"},
		{"clocked in before a card that is closed by now", open, ClockIn, at(-1), Out, "morning"},
		{"on a break twice", paused, StartBreak, at(6.1), In, "paused"},
		{"back from no break", open, EndBreak, at(6), OnBreak, "open"},
		{"no press of that kind", open, "nap", at(6), In, "open"},
		{"clocked out before the open card", open, ClockOut, at(4.9), In, "morning"},
		{"clocked out before any card", open[1:], ClockOut, at(4.9), In, "open"},
		{"clocked out just before the clock-in", open, ClockOut, at(5 - 9*s), In, ""},
		{"back just before the clock-in", open, EndBreak, at(5 - 9*s), OnBreak, "open"},
		{"during two cards at once", append(closed, card("forgotten", at(-2), at(20))), ClockOut, at(9), In, "evening"},
		{"clocked out before the break", paused, ClockOut, at(5.5), In, "paused"},
		{"clocked out during a break that is over", resumed, ClockOut, at(6.5), OnBreak, "resumed"},
		{"clocked out just before the break was over", resumed, ClockOut, at(7 - 9*s), OnBreak, ""},
		{"clocked in during a card", closed, ClockIn, at(9), Out, "evening"},
		{"clocked in between two cards", closed, ClockIn, at(5), Out, "evening"},
		{"clocked in before all cards", closed, ClockIn, at(-1), Out, "morning"},
		{"clocked in after all cards", closed, ClockIn, at(12), Out, ""},
		{"clocked in just before the last clock-out", closed, ClockIn, at(12 - 9*s), Out, ""},
		{"clocked in clearly before the last clock-out", closed, ClockIn, at(12 - 11*s), Out, "evening"},
		{"clocked in as a card in between ended", closed, ClockIn, at(4 - 5*s), Out, "evening"},
		{"clocked out by somebody else before", closed, ClockOut, at(12.1), In, "evening"},
		{"clocked out by somebody else after", closed, ClockOut, at(11), In, "evening"},
		{"clocked out between two cards", closed, ClockOut, at(7.9), In, "morning"},
		{"clocked out before all cards", closed, ClockOut, at(-1), In, "morning"},
		{"on a break after the clock-out", closed, StartBreak, at(13), In, "evening"},
	} {
		got := Judge(test.cards, Press{Kind: test.kind, At: test.at}, test.seen)
		name := "none"
		if got.Ruling == Follows {
			name = ""
		}
		if got.Against != nil {
			name += got.Against.ID
		}
		if name != test.want && name != "none"+test.want {
			t.Errorf("%s: %d, against %q; want %q", test.name, got.Ruling, name, test.want)
		}
	}
}

func kinds() *rapid.Generator[Kind] { return rapid.SampledFrom(Kinds) }

func states() *rapid.Generator[State] {
	return rapid.SampledFrom([]State{Unknown, Out, In, OnBreak, "asleep"})
}

// What Judge lets follow can be applied to any cards, whatever was seen; what it
// does not let follow has a card against it wherever there is one with a
// clock-in.
func TestWhatFollowsApplies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := rapid.SliceOfN(anyCards(), 0, 4).Draw(t, "cards")
		p := Press{Kind: kinds().Draw(t, "kind"), At: instants().Draw(t, "at")}
		v := Judge(cards, p, states().Draw(t, "seen"))
		if again := Judge(cards, p, Unknown); again != v {
			t.Fatalf("Judge = %v, and %v for another state seen", v, again)
		}
		_, err := ApplyPress(cards, "team", "person", p)
		if v.Ruling == Follows && (err != nil || v.Against != nil) {
			t.Fatalf("%s at %d Follows against %v, and ApplyPress: %v", p.Kind, p.At, v.Against, err)
		}
		begun := false
		for i := range cards {
			begun = begun || cards[i].In != nil
		}
		if v.Ruling == Contradicts && (v.Against != nil) != begun {
			t.Fatalf("%s at %d contradicts, against %v", p.Kind, p.At, v.Against)
		}
	})
}

// worked lives a few days of presses in order, a second or more apart, and gives
// the cards that makes.
func worked() *rapid.Generator[[]Card] {
	return rapid.Custom(func(t *rapid.T) []Card {
		var cards []Card
		at := base
		for range rapid.IntRange(0, 20).Draw(t, "presses") {
			at = at.Add(Second + Span(rapid.Int64Range(0, int64(2*Hour)).Draw(t, "later")))
			k := rapid.SampledFrom(Allowed(StateOf(cards))).Draw(t, "kind")
			var err error
			cards, err = ApplyPress(cards, "team", "person", Press{k, at, rapid.SampledFrom([]string{"", "note"}).Draw(t, "note")})
			if err != nil {
				t.Fatal(err)
			}
		}
		return cards
	})
}

// Cards that are in order stay so whatever is pressed, but for seconds: what Follows
// comes after all that stands, and the card that is against the rest can be
// amended without touching another.
func TestNothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := worked().Draw(t, "cards")
		p := Press{Kind: kinds().Draw(t, "kind"), At: base.Add(Span(rapid.Int64Range(-1, 40).Draw(t, "minutes")) * 15 * Minute)}
		v := Judge(cards, p, Unknown)
		if v.Ruling == Follows {
			after, err := ApplyPress(cards, "team", "person", p)
			if err != nil {
				t.Fatal(err)
			}
			disjoint(t, after, 10*Second)
			return
		}
		if v.Against == nil {
			return
		}
		amended, err := v.Against.Amend(p.Kind, p.At, "")
		if err == nil {
			*v.Against = amended
			disjoint(t, cards, 10*Second)
		}
	})
}

// disjoint fails when cards, of which only the last may be open, do not follow
// each other.
func disjoint(t *rapid.T, cards []Card, slack Span) {
	t.Helper()
	for i, c := range cards {
		if i > 0 && c.In.At.Add(slack) < cards[i-1].Out.At {
			t.Fatalf("card %d begins at %d, before the one before ended at %d", i, c.In.At, cards[i-1].Out.At)
		}
	}
}

package clock_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// anyCard draws a card, in order or not.
func anyCard(t *rapid.T, name string) Card {
	at := rapid.Custom(func(t *rapid.T) Instant { return Instant(rapid.IntRange(1, 12).Draw(t, "hour")) * Instant(Hour) })
	note := rapid.SampledFrom([]string{"", "late bus", "met Ben"})
	event := rapid.Custom(func(t *rapid.T) *Event { return &Event{At: at.Draw(t, "at"), Note: note.Draw(t, "note")} })
	maybe := rapid.OneOf(rapid.Just[*Event](nil), event)
	c := Card{ID: "TCK_1", In: event.Draw(t, name+" in"), Out: maybe.Draw(t, name+" out"), Note: note.Draw(t, name+" note")}
	for i := range rapid.IntRange(0, 3).Draw(t, name+" breaks") {
		id := rapid.SampledFrom([]string{"", "BRK_a", "BRK_b", "BRK_c"}).Draw(t, "id")
		if id != "" {
			id += string(rune('0' + i))
		}
		c.Breaks = append(c.Breaks, Break{ID: id, Start: *event.Draw(t, "start"), End: maybe.Draw(t, "end")})
	}
	return c
}

// soundCard draws a card in order, with its breaks after one another.
func soundCard(t *rapid.T, name string) Card {
	n := rapid.IntRange(0, 3).Draw(t, name+" breaks")
	times := rapid.SliceOfN(rapid.IntRange(1, 100), 2+2*n, 2+2*n).Draw(t, name+" times")
	slices.Sort(times)
	at := func(i int) Instant { return Instant(times[i]) * Instant(Minute) }
	c := Card{ID: "TCK_1", In: &Event{At: at(0)}, Out: &Event{At: at(len(times) - 1)}}
	for i := range n {
		c.Breaks = append(c.Breaks, Break{Start: Event{At: at(1 + 2*i)}, End: &Event{At: at(2 + 2*i)}})
	}
	return c
}

func TestDifferencesTellWhatDiffers(t *testing.T) {
	seen := Card{ID: "TCK_1", In: &Event{At: 10}, Out: &Event{At: 90}, Note: "a",
		Breaks: []Break{{ID: "1", Start: Event{At: 20}, End: &Event{At: 30}}, {ID: "2", Start: Event{At: 40}, End: &Event{At: 50}}}}
	is := Card{ID: "TCK_2", In: &Event{At: 10, Note: " "}, Out: &Event{At: 95, Note: "train"}, ByPerson: true,
		Breaks: []Break{{ID: "2", Start: Event{At: 41}, End: &Event{At: 50}}, {Start: Event{At: 60}}}}
	want := []Difference{
		{PartBreak, &Said{At: 20, Until: 30}, nil},
		{PartBreak, &Said{At: 40, Until: 50}, &Said{At: 41, Until: 50}},
		{PartBreak, nil, &Said{At: 60}},
		{PartOut, &Said{At: 90}, &Said{At: 95, Note: "train"}},
		{PartNote, &Said{Note: "a"}, nil},
	}
	got := Differences(&seen, &is)
	if len(got) != len(want) {
		t.Fatalf("Differences = %+v", got)
	}
	for i := range want {
		if got[i].Part != want[i].Part || !alike(got[i].Was, want[i].Was) || !alike(got[i].Is, want[i].Is) {
			t.Errorf("difference %d = %+v, want %+v", i, got[i], want[i])
		}
	}
	if n := len(Differences(nil, &seen)); n != 5 {
		t.Errorf("a card that was not there differs in %d parts, want 5", n)
	}
}

func alike(a, b *Said) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

func TestDifferencesAreOnesOwnMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCard(t, "a"), anyCard(t, "b")
		if !a.Says(a) {
			t.Fatalf("a card differs from itself: %+v", Differences(&a, &a))
		}
		there, back := Differences(&a, &b), Differences(&b, &a)
		if len(there) != len(back) {
			t.Fatalf("%d differences one way, %d the other", len(there), len(back))
		}
		if a.Says(b) != b.Says(a) {
			t.Fatal("one says the same and the other does not")
		}
	})
}

func TestMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen := soundCard(t, "seen")
		stands, wanted := seen, seen
		for _, c := range []*Card{&stands, &wanted} {
			if rapid.Bool().Draw(t, "out moves") {
				c.Out = &Event{At: c.Out.At.Add(Span(rapid.IntRange(1, 9).Draw(t, "by")) * Minute)}
			}
			if rapid.Bool().Draw(t, "note changes") {
				c.Note = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "note")
			}
			if rapid.Bool().Draw(t, "breaks go") {
				c.Breaks = nil
			}
		}
		merged, ok := Merge(seen, stands, wanted)
		mirrored, too := Merge(seen, wanted, stands)
		if ok != too || ok && !merged.Says(mirrored) {
			t.Fatalf("merged one way %v %+v, the other %v %+v", ok, merged, too, mirrored)
		}
		for _, part := range []Part{PartIn, PartBreak, PartOut, PartNote} {
			theirs, mine := differs(part, seen, stands), differs(part, seen, wanted)
			switch clash := theirs && mine && differs(part, stands, wanted); {
			case clash && ok:
				t.Fatalf("both changed %s, and it was merged", part)
			case !ok:
			case theirs && differs(part, stands, merged), mine && differs(part, wanted, merged):
				t.Fatalf("a change of %s was lost", part)
			case !theirs && !mine && differs(part, seen, merged):
				t.Fatalf("%s changed by itself", part)
			}
		}
		if untouched, ok := Merge(seen, stands, seen); !ok || !untouched.Says(stands) {
			t.Fatal("wanting nothing changes something")
		}
		if alone, ok := Merge(seen, seen, wanted); !ok || !alone.Says(wanted) {
			t.Fatal("what nobody else touched is not as wanted")
		}
	})
}

func differs(p Part, a, b Card) bool {
	return slices.ContainsFunc(Differences(&a, &b), func(d Difference) bool { return d.Part == p })
}

func TestFaultsOfCardsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := soundCard(t, "card")
		if found := c.Faults(nil, c.Out.At); len(found) > 0 {
			t.Fatalf("a card in order has %+v", found)
		}
		if found := NewFaults(&c, c, nil, 0); len(found) > 0 {
			t.Fatalf("no change is to blame for %+v", found)
		}
	})
}

func TestFaultsAgreeWithOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCard(t, "card")
		_, err := c.Amend(ClockIn, c.In.At, "") // moves nothing: it fails by the order alone
		open := c.Out != nil && c.OpenBreak() != nil
		found := c.Faults(nil, 1<<60)
		if sound := err == nil && !open; sound != (len(found) == 0) {
			t.Fatalf("in order: %v, a break left open: %v, faults: %+v", err, open, found)
		}
	})
}

func TestOverlapIsAFaultOfWhoMakesIt(t *testing.T) {
	card := func(id string, in, out Instant) Card { return Card{ID: id, In: &Event{At: in}, Out: &Event{At: out}} }
	other, was := card("b", 50, 100), card("a", 10, 60)
	for _, tt := range []struct {
		name string
		was  *Card
		next Card
		want []Fault
	}{
		{"more of it", &was, card("a", 10, 70), []Fault{{Code: FaultOverlap, Other: "b", By: 20}}},
		{"as before", &was, card("a", 5, 60), nil},
		{"less of it", &was, card("a", 10, 55), nil},
		{"side by side", nil, card("", 100, 120), nil},
		{"anew", nil, card("", 90, 120), []Fault{{Code: FaultOverlap, Other: "b", By: 10}}},
		{"anew and open", nil, Card{In: &Event{At: 120}}, []Fault{{Code: FaultNoOut}}},
		{"ahead", &was, card("a", 10, 300), []Fault{{Code: FaultFuture}, {Code: FaultOverlap, Other: "b", By: 50}}},
		{"backwards", &was, card("a", 10, 9), []Fault{{Code: FaultBackwards}}},
		{"without a beginning", &was, Card{ID: "a"}, []Fault{{Code: FaultNoIn}}},
	} {
		if got := NewFaults(tt.was, tt.next, []Card{was, other}, 200); !slices.Equal(got, tt.want) && tt.was != nil {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		} else if tt.was == nil {
			if got := NewFaults(nil, tt.next, []Card{other}, 200); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
			}
		}
	}
}

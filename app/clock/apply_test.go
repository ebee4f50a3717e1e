package clock_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// follows is the state machine, written out once more: what each press makes
// of each state.
var follows = map[State]map[Kind]State{
	Out:     {ClockIn: In},
	In:      {StartBreak: OnBreak, ClockOut: Out},
	OnBreak: {EndBreak: In, ClockOut: Out},
}

func TestStateMachine(t *testing.T) {
	for _, s := range []State{Unknown, Out, In, OnBreak, "asleep"} {
		allowed := map[Kind]bool{}
		for _, k := range Allowed(s) {
			allowed[k] = true
		}
		for _, k := range append([]Kind{"", "nap"}, Kinds...) {
			want, ok := follows[s][k]
			got, err := After(s, k)
			steps, stepsErr := Steps(s, k)
			if !ok {
				if !errors.Is(err, ErrOrder) || got != s || !errors.Is(stepsErr, ErrOrder) || steps != nil || allowed[k] {
					t.Errorf("After(%q, %q) = %q, %v; Steps = %v, %v; want ErrOrder", s, k, got, err, steps, stepsErr)
				}
				continue
			}
			if err != nil || got != want || stepsErr != nil || !allowed[k] {
				t.Errorf("After(%q, %q) = %q, %v; want %q", s, k, got, err, want)
			}
			reached := s
			for _, step := range steps {
				reached, err = After(reached, step)
				if err != nil {
					t.Errorf("step %q of %q in %q: %v", step, k, s, err)
				}
			}
			if reached != want || steps[len(steps)-1] != k {
				t.Errorf("steps %v of %q lead from %q to %q, want %q", steps, k, s, reached, want)
			}
		}
	}
}

// day plays presses against cards and against the state machine at once.
type day struct {
	cards        []Card
	state        State
	since        Instant
	worked, rest Span
}

// press makes one press; at must not go back in time.
func (d *day) press(t rapid.TB, k Kind, at Instant) {
	t.Helper()
	before := text(t, d.cards)
	after, err := ApplyPress(d.cards, "team", "person", Press{k, at, "note"})
	if text(t, d.cards) != before {
		t.Fatalf("ApplyPress(%s) changed the cards it was given: %s", k, before)
	}
	next, ok := follows[d.state][k]
	if !ok {
		if !errors.Is(err, ErrOrder) || !reflect.DeepEqual(after, d.cards) {
			t.Fatalf("ApplyPress(%s) in %s = %v, %v; want the same cards and ErrOrder", k, d.state, after, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("ApplyPress(%s) in %s: %v", k, d.state, err)
	}
	switch d.state {
	case In:
		d.worked += at.Sub(d.since)
	case OnBreak:
		d.rest += at.Sub(d.since)
	}
	d.cards, d.state, d.since = after, next, at
	d.check(t, at)
}

func (d *day) check(t rapid.TB, now Instant) {
	t.Helper()
	if got := StateOf(d.cards); got != d.state {
		t.Fatalf("StateOf = %s, want %s", got, d.state)
	}
	if w, p := Worked(d.cards, now), Paused(d.cards, now); w != d.worked || p != d.rest {
		t.Fatalf("worked %d, paused %d; want %d, %d", w, p, d.worked, d.rest)
	}
	last := d.cards[len(d.cards)-1]
	if since, ok := last.Since(); !ok || since != now {
		t.Fatalf("Since = %d, %v; want %d", since, ok, now)
	}
}

func text(t rapid.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnyPresses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, at := day{state: Out}, base
		for range rapid.IntRange(0, 30).Draw(t, "presses") {
			at = at.Add(Span(rapid.Int64Range(0, int64(3*Hour)).Draw(t, "later")))
			d.press(t, rapid.SampledFrom(Kinds).Draw(t, "kind"), at)
		}
	})
}

// Presses whose times go back, as two clocks that disagree make them, still
// lead from state to state, and their times still add up.
func TestPressesOutOfTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cards []Card
		state := Out
		for range rapid.IntRange(0, 20).Draw(t, "presses") {
			k := rapid.SampledFrom(Allowed(state)).Draw(t, "kind")
			after, err := ApplyPress(cards, "team", "person", Press{Kind: k, At: instants().Draw(t, "at")})
			if err != nil {
				t.Fatalf("%s in %s: %v", k, state, err)
			}
			cards, state = after, follows[state][k]
			if got := Current(cards); (got == nil) != (state == Out) || got != nil && got.State() != state {
				t.Fatalf("after %s: %+v, want state %s", k, got, state)
			}
		}
		now := instants().Draw(t, "now")
		var present Span
		for _, c := range cards {
			present += c.Presence(now).Length()
		}
		if got := Worked(cards, now) + Paused(cards, now); got != present {
			t.Fatalf("worked and paused are %d, want %d", got, present)
		}
	})
}

func FuzzPresses(f *testing.F) {
	f.Add([]byte{0, 10, 1, 20, 2, 30, 3, 40})
	f.Add([]byte{0, 0, 3, 0, 0, 0, 1, 0, 3, 0})
	f.Add([]byte{3, 1, 2, 1, 1, 1, 0, 255, 0, 255})
	f.Fuzz(func(t *testing.T, script []byte) {
		d, at := day{state: Out}, base
		for ; len(script) > 1; script = script[2:] {
			at = at.Add(Span(script[1]) * Minute)
			d.press(t, Kinds[script[0]%4], at)
		}
	})
}

func TestApply(t *testing.T) {
	at := base
	open := Card{ID: "TCK_1", Team: "t", Person: "p", In: &Event{At: at}, Note: "kept", ByPerson: true,
		Breaks: make([]Break, 0, 4)}
	onBreak, err := open.Apply(StartBreak, at+1, "coffee")
	if err != nil || onBreak.State() != OnBreak || onBreak.Breaks[0].Start.Note != "coffee" {
		t.Fatalf("Apply(startBreak) = %+v, %v", onBreak, err)
	}
	closed, err := onBreak.Apply(ClockOut, at+2, "bye")
	if err != nil || closed.State() != Out || closed.Out.Note != "bye" {
		t.Fatalf("Apply(clockOut) = %+v, %v", closed, err)
	}
	if end := closed.Breaks[0].End; end == nil || end.At != at+2 || end.Note != "" {
		t.Errorf("the break ended %+v, want at the clock-out and without its note", end)
	}
	if onBreak.Breaks[0].End != nil {
		t.Error("Apply ended the break of the card it was given")
	}
	other, err := open.Apply(StartBreak, at+9, "")
	if err != nil || other.Breaks[0].Start.At != at+9 || onBreak.Breaks[0].Start.At != at+1 {
		t.Error("two presses applied to one card share a break")
	}
	if closed.ID != "TCK_1" || closed.Note != "kept" || !closed.ByPerson {
		t.Errorf("Apply lost what else stood on the card: %+v", closed)
	}
	for _, used := range []Card{closed, {Out: &Event{At: at}}} {
		if _, err := used.Apply(ClockIn, at+3, ""); !errors.Is(err, ErrOrder) {
			t.Errorf("clock-in on a used card: %v, want ErrOrder", err)
		}
	}
	for k, want := range map[Kind]Instant{ClockIn: at, StartBreak: at + 1, EndBreak: at + 2, ClockOut: at + 2} {
		if got := closed.Stamps(k); len(got) != 1 || got[0] != want {
			t.Errorf("Stamps(%s) = %v, want %d alone", k, got, want)
		}
	}
	if got := (Card{}).Stamps(ClockIn); got != nil {
		t.Errorf("Stamps of an empty card = %v", got)
	}
}

func TestApplyPressOnNewCard(t *testing.T) {
	yesterday := Card{ID: "TCK_1", In: &Event{At: base}, Out: &Event{At: base.Add(Hour)}}
	cards, err := ApplyPress([]Card{yesterday}, "team", "person", Press{ClockIn, base.Add(24 * Hour), "hello"})
	if err != nil || len(cards) != 2 {
		t.Fatalf("ApplyPress(clockIn) = %+v, %v; want one more card", cards, err)
	}
	c := cards[1]
	if c.ID != "" || c.Team != "team" || c.Person != "person" || c.In.Note != "hello" {
		t.Errorf("the new card is %+v", c)
	}
}

// The card that counts is the open one that began last.
func TestCurrent(t *testing.T) {
	card := func(id string, in, out Instant) Card {
		c := Card{ID: id, In: &Event{At: in}}
		if out != 0 {
			c.Out = &Event{At: out}
		}
		return c
	}
	cards := []Card{card("open", 10, 0), card("later", 20, 0), card("closed", 30, 40), {ID: "empty"}}
	if got := Current(cards); got == nil || got.ID != "later" {
		t.Errorf("Current = %+v, want the open card that began last", got)
	}
	if got := Current(cards[2:]); got != nil {
		t.Errorf("Current of closed cards = %+v, want nil", got)
	}
	if got := StateOf(nil); got != Out {
		t.Errorf("StateOf(nil) = %q, want %q", got, Out)
	}
	if _, ok := (Card{}).Since(); ok {
		t.Error("a card without stamps came into its state at no instant")
	}
}

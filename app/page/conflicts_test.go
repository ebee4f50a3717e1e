package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// dispute is a press of Wednesday morning that the cards speak against.
func dispute(k clock.Kind, when string, code wire.Code, c wire.Conflict) state.Press {
	p := state.Press{
		ID: "p-" + string(k), Team: "t1", Kind: k, At: at(when), Received: at("2026-04-01 09:12"), Place: state.Disputed, Code: code, Conflict: &c,
	}
	p.Done = p.Received
	return p
}

// standing is a card as the other side of a conflict, and as it would become.
func standing(choices ...wire.Choice) wire.Conflict {
	stands, become := card("c", "2026-04-01 08:15", ""), card("c", "2026-04-01 07:58", "")
	return wire.Conflict{Stands: &stands, Become: &become, Choices: choices}
}

const keep, mine, stated = wire.ChoiceKeep, wire.ChoiceMine, wire.ChoiceStated

func TestConflictShowsBothSidesAndWhatEachChoiceDoes(t *testing.T) {
	twin := card("c", "2026-04-01 07:58", "2026-04-01 09:00")
	deleted := wire.Conflict{Choices: []wire.Choice{keep, mine}}
	breaks := card("c", "2026-03-31 08:00", "", "2026-03-31 10:00", "2026-03-31 10:15")
	for _, row := range []struct {
		name  string
		press state.Press
		has   []string
		lacks []string
	}{
		{
			"a card that somebody else began",
			dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeOrder, standing(keep, mine)),
			[]string{`data-conflict="p-clockIn"`, `data-problem="order"`, "Please decide Clock in at 07:58", "It does not fit with what stands on your card. Your press",
				"Made on this device. It reached the server at 09:12.", "Your card 08:15 – now",
				"Keep the card as it is Your press is not recorded.", "Record my time, 07:58 The card becomes 07:58 – now.",
				"One press waits for you to decide.", `data-act="show-conflict"`},
			[]string{"datetime-local", `data-place="disputed"`},
		},
		{
			"a few seconds, which the times of day do not show",
			dispute(clock.ClockIn, "2026-04-01 08:15:07", wire.CodeOrder, standing(keep, mine)),
			[]string{"Your card 08:15 – now · 7 s apart"},
			nil,
		},
		{
			"nothing on a card",
			dispute(clock.ClockOut, "2026-04-01 07:58", wire.CodeOrder, deleted),
			[]string{"Your card Nothing is recorded for it.", "Do not record it", "Record my time, 07:58 It goes on your card as you pressed it."},
			nil,
		},
		{
			"twice: the second can go",
			dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeTwin, wire.Conflict{Stands: &twin, Twin: at("2026-04-01 08:04"), Choices: []wire.Choice{keep, mine}}),
			[]string{"This press is on your card twice.", "Your card 07:58 and 08:04", "Keep both Nothing changes.", "Remove the second one 08:04 goes, 07:58 stays."},
			[]string{"Record my time"},
		},
		{
			"twice, and nothing can be taken away",
			dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeTwin, wire.Conflict{Stands: &twin, Twin: at("2026-04-01 07:58:09"), Choices: []wire.Choice{keep}}),
			[]string{"Keep the card as it is", "07:58 and 07:58 · 9 s apart"},
			[]string{"Keep both", "Remove"},
		},
		{
			"confirmed: only the supervisor can help",
			dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeConfirmed, standing(keep)),
			[]string{"The card for this time is confirmed already. Ask your supervisor to correct it.", "Keep the card as it is"},
			[]string{"Record my time"},
		},
		{
			"too old: both times, and the arrival as a proposal",
			dispute(clock.ClockIn, "2026-03-20 07:58", wire.CodeTooOld, wire.Conflict{Choices: []wire.Choice{keep, stated, mine}}),
			[]string{"Clock in at Friday 20 March, 07:58", "It reached the server at 09:12.", "Do not record it", "Record my time, Friday 20 March, 07:58",
				"Or say when it was", "Proposed: 09:12, when it reached the server.", `type="datetime-local"`, `value="2026-04-01T09:12"`},
			[]string{"Your card"},
		},
		{
			"by a wrong clock: what is likely as a proposal",
			dispute(clock.ClockIn, "2026-04-01 06:58", wire.CodeClock, wire.Conflict{Likely: at("2026-04-01 07:58"), Choices: []wire.Choice{keep, stated, mine}}),
			[]string{"The clock of this device was wrong when you pressed.", "It reached the server at 09:12.", "Record my time, 06:58",
				"Proposed: 07:58, if that clock has not been set since.", `value="2026-04-01T07:58"`},
			[]string{"Your card"},
		},
		{
			"left open: the shift's end as a proposal",
			dispute(clock.ClockOut, "2026-04-01 07:58", wire.CodeOpenLong, wire.Conflict{Stands: &breaks, Choices: []wire.Choice{keep, stated}}),
			[]string{"Your card was left open for a long time.", "Your card Tuesday 31 March, 08:00 – now",
				"Proposed: Tuesday 31 March, 16:30, when your shift ended.", `value="2026-03-31T16:30"`},
			nil,
		},
		{
			"about a break: the breaks are told",
			dispute(clock.StartBreak, "2026-04-01 07:58", wire.CodeOrder, wire.Conflict{Stands: &breaks, Choices: []wire.Choice{keep}}),
			[]string{"Your card Tuesday 31 March, 08:00 – now · Break 10:00 – 10:15"},
			nil,
		},
		{
			"a choice of a newer server is left out",
			dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeOrder, standing(keep, "merge")),
			[]string{"Keep the card as it is"},
			[]string{"merge"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday()
			s.model.Shifts = []wire.Shift{{ID: "s", Start: at("2026-03-31 08:00"), End: at("2026-03-31 16:30")}}
			s.model.Presses = []state.Press{row.press}
			_, screen := s.clock(t)
			screen.has(row.has...)
			screen.lacks(row.lacks...)
			screen.has(`data-act="clockIn"`) // and nothing is in the way of another press
		})
	}
}

func TestWhoPressed(t *testing.T) {
	for _, row := range []struct {
		elsewhere, helped bool
		want              string
	}{{true, false, "Made on another device."}, {true, true, "Made for you by somebody else."}} {
		s := wednesday()
		p := dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeOrder, standing(keep))
		p.Elsewhere, p.Helped = row.elsewhere, row.helped
		s.model.Presses = []state.Press{p}
		_, screen := s.clock(t)
		screen.has(row.want)
	}
}

func TestConflictsAreDecidedOneByOne(t *testing.T) {
	s := wednesday()
	first := dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeOrder, standing(keep, mine))
	second := dispute(clock.ClockOut, "2026-04-01 08:30", wire.CodeOrder, standing(keep, mine))
	s.model.Presses = []state.Press{first, second}
	c, screen := s.clock(t)
	screen.has(`data-conflict="p-clockIn"`, "2 presses wait for you to decide.", `data-place="disputed"`, "Clock out at 08:30 Waits for you to decide")
	c.choose(app.Context{}, ui.Act{Name: "mine", Value: first.ID})
	screen.asked("decide p-clockIn mine")
	first.Choosing = state.Choosing{Choice: mine, Busy: true}
	screen.change(func(m *state.Model) { m.Presses = []state.Press{first, second} })
	screen.has("is-busy")
	screen.change(func(m *state.Model) { m.Presses = []state.Press{second} })
	screen.has(`data-conflict="p-clockOut"`, "One press waits for you to decide.")
	screen.lacks("is-busy", "Waits for you to decide")
	screen.change(func(m *state.Model) { m.Presses = nil })
	screen.lacks("Please decide", "to decide")
}

func TestChoiceThatWasNotSentSaysWhatToDo(t *testing.T) {
	s := wednesday()
	p := dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeOrder, standing(keep, mine))
	p.Choosing = state.Choosing{Choice: mine, Code: wire.CodeOffline}
	s.model.Presses = []state.Press{p}
	_, screen := s.clock(t)
	screen.has("Your choice was not sent. There is no connection. Nothing you entered is lost: choose again.",
		`class="choice is-chosen"`, `class="choice"`)
	p.Choosing.Code = wire.CodeDecided
	screen.change(func(m *state.Model) { m.Presses = []state.Press{p} })
	screen.has("This was decided already. Look at the clock as it stands now.")
}

func TestSayingWhenItWas(t *testing.T) {
	s := wednesday()
	p := dispute(clock.ClockIn, "2026-04-02 07:58", wire.CodeFuture, wire.Conflict{Choices: []wire.Choice{keep, stated}})
	s.model.Presses = []state.Press{p}
	c, screen := s.clock(t)
	c.sayWhen(app.Context{}, p.ID, "2026-04-02T07:58")
	screen.change(func(*state.Model) {})
	screen.has("That time has not come yet.", "aria-invalid")
	screen.asked()
	c.sayWhen(app.Context{}, p.ID, "")
	screen.change(func(*state.Model) {})
	screen.has("Give the day and the time.")
	c.sayWhen(app.Context{}, p.ID, "2026-04-01T07:58")
	screen.change(func(*state.Model) {})
	screen.lacks("Give the day", "aria-invalid")
	screen.asked("decide p-clockIn stated 2026-04-01 07:58:00")
}

func TestConflictIsAnnouncedOnce(t *testing.T) {
	s := wednesday()
	p := pressed(s, clock.ClockIn, state.Here)
	_, screen := s.clock(t)
	screen.change(func(m *state.Model) { m.Presses = []state.Press{p} })
	d := dispute(clock.ClockIn, "2026-04-01 11:14", wire.CodeOrder, standing(keep))
	screen.change(func(m *state.Model) { m.Presses = []state.Press{d} })
	want := "Clock in at 11:14: please decide. It does not fit with what stands on your card. " +
		"It cannot be put on that card: press what is missing, or ask your supervisor."
	if got := screen.said(); got != want {
		t.Errorf("announced %q, want %q", got, want)
	}
	q := pressed(s, clock.ClockIn, state.Here)
	q.ID = "another"
	screen.change(func(m *state.Model) { m.Presses = []state.Press{d, q} })
	if got := screen.said(); got != "Clocked in at 11:14." {
		t.Errorf("announced %q after another press", got)
	}
	// One that was there when the screen opened is in sight and not announced.
	s2 := wednesday()
	s2.model.Presses = []state.Press{d}
	_, opened := s2.clock(t)
	opened.change(func(*state.Model) {})
	if got := opened.said(); got != "" {
		t.Errorf("announced %q when the screen opened", got)
	}
}

func TestFocusGoesWhereTheWorkWent(t *testing.T) {
	first := dispute(clock.ClockIn, "2026-04-01 07:58", wire.CodeOrder, standing(keep, mine))
	second := dispute(clock.ClockOut, "2026-04-01 08:30", wire.CodeOrder, standing(keep, mine))
	sent := first
	sent.Place, sent.Conflict = state.AtServer, nil
	failed := first
	failed.Choosing.Code = wire.CodeOffline
	for _, row := range []struct {
		name  string
		after []state.Press
		moved bool
	}{
		{"to the next that waits", []state.Press{second}, true},
		{"to the press on its way", []state.Press{sent}, true},
		{"to where one stands", nil, true},
		{"nowhere while it is being sent", []state.Press{first}, false},
		{"nowhere when it was not sent", []state.Press{failed}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday()
			s.model.Presses = []state.Press{first}
			c, screen := s.clock(t)
			moved := 0
			c.choose(app.Context{}, ui.Act{Name: "keep", Value: first.ID})
			s.model.Presses = row.after
			c.deciding.first = must2(c.firstOf(look(s))) // the field for a time is another matter
			c.later = func(func()) { moved++ }
			screen.change(func(*state.Model) {})
			if moved > 0 != row.moved {
				t.Errorf("the focus moved %d times, want: %t", moved, row.moved)
			}
		})
	}
}

func (c *Clock) firstOf(v view) (string, bool) {
	p, _ := v.disputed()
	return p.ID, true
}

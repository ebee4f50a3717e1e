package page

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// leftOpen is a stage on which yesterday's card is open still, past the end of
// its shift.
func leftOpen() *stage {
	s := wednesday(card("a", "2026-03-31 17:00:20", "", "2026-03-31 19:00", "2026-03-31 19:15"))
	s.model.Shifts = []wire.Shift{{ID: "s", Start: at("2026-03-31 17:00"), End: at("2026-03-31 22:30")}}
	return s
}

func TestForgottenCardIsAskedAboutAndNeverToggled(t *testing.T) {
	_, screen := leftOpen().clock(t)
	screen.has(`data-problem="open_card"`, "When did you leave?", "since Tuesday 31 March, 17:00",
		`data-act="left-at-shift-end"`, "Your shift ended Tuesday 31 March, 22:30", "Another day and time",
		`type="datetime-local"`, `min="2026-03-31T19:15"`, `max="2026-04-01T11:14"`, "I am still working", `id="note"`, "Not you?")
	screen.lacks(`data-act="clockOut"`, `data-act="clockIn"`, `data-act="startBreak"`, `class="disc"`)
}

func TestWhichCardsAreForgotten(t *testing.T) {
	shift := []wire.Shift{{ID: "s", Start: at("2026-04-01 04:00"), End: at("2026-04-01 07:00")}}
	for _, row := range []struct {
		name   string
		card   clock.Card
		shifts []wire.Shift
		most   clock.Span
		has    string
	}{
		{"open for an hour", card("a", "2026-04-01 10:00", ""), nil, 0, `data-act="clockOut"`},
		{"open for 17 hours, without a shift", card("a", "2026-03-31 18:00", ""), nil, 0, "When did you leave?"},
		{"open for longer than the server says one works", card("a", "2026-04-01 06:00", ""), nil, 5 * clock.Hour, "When did you leave?"},
		{"long after its shift", card("a", "2026-04-01 04:00", ""), shift, 0, "Your shift ended 07:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday(row.card)
			s.model.Shifts, s.model.Me.OpenCardMax = row.shifts, row.most
			_, screen := s.clock(t)
			screen.has(row.has)
			if row.shifts == nil {
				screen.lacks(`data-act="left-at-shift-end"`)
			}
		})
	}
}

func TestLeavingAtTheEndOfTheShift(t *testing.T) {
	s := leftOpen()
	c, screen := s.clock(t)
	c.Draft.Note = "sorry"
	q := c.question(look(s), must2(look(s).forgotten()))
	c.leftAtShiftEnd(app.Context{}, *q.Propose)
	c.leftAtShiftEnd(app.Context{}, *q.Propose) // a second tap
	screen.asked("state clockOut 2026-03-31 22:30:00 sorry")
	p := pressed(s, clock.ClockOut, state.Here)
	p.Stated = at("2026-03-31 22:30")
	screen.change(func(m *state.Model) { m.Presses = []state.Press{p} })
	screen.has(`data-state="clockedOut"`, `data-act="clockIn"`, "Clock out at Tuesday 31 March, 22:30, as you said at 11:14")
	if got, want := screen.said(), "Clocked out at Tuesday 31 March, 22:30."; got != want {
		t.Errorf("announced %q, want %q", got, want)
	}
}

func must2[T any](v T, ok bool) T {
	if !ok {
		panic("not ok")
	}
	return v
}

func TestSayingWhenOneLeft(t *testing.T) {
	for _, row := range []struct {
		name, text string
		wrong      string
		asked      string
	}{
		{"in between", "2026-03-31T21:05", "", "state clockOut 2026-03-31 21:05:00 "},
		{"with seconds, as some browsers write it", "2026-03-31T21:05:00", "", "state clockOut 2026-03-31 21:05:00 "},
		{"in the minute of the last stamp", "2026-03-31T19:15", "", "state clockOut 2026-03-31 19:15:00 "},
		{"nothing", "", "Give the day and the time.", ""},
		{"something else", "yesterday", "Give the day and the time.", ""},
		{"before the break ended", "2026-03-31T19:10", "That is before Tuesday 31 March, 19:15", ""},
		{"in the future", "2026-04-01T11:15", "That time has not come yet.", ""},
		{"just now", "2026-04-01T11:14", "", "state clockOut 2026-04-01 11:14:00 "},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := leftOpen()
			c, screen := s.clock(t)
			c.sayLeft(app.Context{}, "a", row.text)
			screen.change(func(*state.Model) {})
			if row.asked != "" {
				screen.asked(row.asked)
				return
			}
			screen.asked()
			screen.has(row.wrong, "aria-invalid")
			c.sayLeft(app.Context{}, "a", "2026-03-31T21:05")
			screen.change(func(*state.Model) {})
			screen.lacks(row.wrong)
		})
	}
}

// The minute that is typed may begin before the stamp that was made in it.
func TestLeavingInTheMinuteOfTheClockIn(t *testing.T) {
	s := wednesday(card("a", "2026-03-31 17:00:20", ""))
	c, screen := s.clock(t)
	c.sayLeft(app.Context{}, "a", "2026-03-31T17:00")
	screen.asked("state clockOut 2026-03-31 17:00:20 ")
}

func TestAnAnswerAboutAnotherCardIsPassedOver(t *testing.T) {
	c, screen := leftOpen().clock(t)
	c.sayLeft(app.Context{}, "other", "2026-03-31T21:05")
	screen.asked()
}

func TestStillWorkingGivesTheButtonsBackForThisVisit(t *testing.T) {
	s := leftOpen()
	c, screen := s.clock(t)
	c.stillWorking(app.Context{}, ui.Act{Value: "a"})
	screen.change(func(*state.Model) {})
	screen.has(`data-act="clockOut"`, `data-act="startBreak"`)
	screen.lacks("When did you leave?")
	again := &Clock{Store: s, Draft: c.Draft} // after a look at the history
	s.show(t, again).has(`data-act="clockOut"`)
	c.pressKind(clock.ClockOut)
	screen.asked("state clockOut now ")
	_, next := s.clock(t) // another visit
	next.has("When did you leave?")
}

func TestLocalTimes(t *testing.T) {
	zone := clock.InLocation(stockholm)
	for _, row := range []struct {
		text string
		want string // in UTC
		back string // what a field holds then, where that is not text
	}{
		{"2026-03-31T16:30", "2026-03-31 14:30", ""},
		{"2026-01-31T16:30", "2026-01-31 15:30", ""},
		{"2026-10-25T02:30", "2026-10-25 00:30", ""},                 // twice: the first
		{"2026-03-29T02:30", "2026-03-29 01:30", "2026-03-29T03:30"}, // skipped
		{"2026-03-29T03:00", "2026-03-29 01:00", ""},
	} {
		v := view{zone: zone}
		got, ok := v.instant(row.text)
		if !ok || got.Time().Format("2006-01-02 15:04") != row.want {
			t.Errorf("instant(%q) = %s, %t, want %s", row.text, got.Time().Format(time.DateTime), ok, row.want)
		}
		if row.back == "" {
			row.back = row.text
		}
		if back := v.local(got); back != row.back {
			t.Errorf("local(instant(%q)) = %q, want %q", row.text, back, row.back)
		}
	}
	apia := view{zone: browser.Zone("Pacific/Apia")}
	if got, ok := apia.instant("2011-12-30T12:00"); !ok || apia.local(got) != "2011-12-31T12:00" {
		t.Errorf("a day that was left out = %s, %t", apia.local(got), ok)
	}
}

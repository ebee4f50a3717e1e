package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

func TestClockShowsTheState(t *testing.T) {
	for _, row := range []struct {
		name  string
		cards []clock.Card
		has   []string
		lacks []string
	}{
		{
			"out: one may clock in, and sees the time of day",
			nil,
			[]string{`data-state="clockedOut"`, "You are clocked out", "11:14", "Clock in as Anna Lind", `data-act="clockIn"`, "Not you?", "Today 0 minutes 0 min"},
			[]string{`data-act="clockOut"`, `data-act="startBreak"`, `data-act="endBreak"`, "Change"},
		},
		{
			"out again: since when",
			[]clock.Card{card("a", "2026-04-01 08:00", "2026-04-01 10:30")},
			[]string{"since 10:30", "Today 2 hours 30 minutes 2 h 30 min"},
			nil,
		},
		{
			"in: what was worked ticks, before and since make today",
			[]clock.Card{card("a", "2026-04-01 06:00", "2026-04-01 07:00"), card("b", "2026-04-01 08:02:02", "")},
			[]string{`data-state="clockedIn"`, "You are clocked in", "since 08:02", "3:12:44", `data-act="clockOut"`, `data-act="startBreak"`,
				"Today 4 hours 12 minutes 4 h 12 min", "This week 19 hours 42 minutes 19 h 42 min"},
			[]string{`data-act="clockIn"`, `data-act="endBreak"`},
		},
		{
			"on a break: the break ticks and work stands still",
			[]clock.Card{card("a", "2026-04-01 08:00", "", "2026-04-01 09:00", "2026-04-01 09:15", "2026-04-01 11:04:40", "")},
			[]string{`data-state="onBreak"`, "since 11:04", "0:10:06", "2 h 49 min worked before this break", "Back to work",
				`data-act="endBreak"`, `data-act="clockOut"`, "25 min of breaks"},
			[]string{`data-act="clockIn"`, `data-act="startBreak"`},
		},
		{
			"a night shift counts to the day it began",
			[]clock.Card{card("a", "2026-03-31 20:00", "")},
			[]string{"Tuesday 31 March 22 hours 44 minutes 22 h 44 min"},
			[]string{"Today"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, screen := wednesday(row.cards...).clock(t)
			screen.t = t
			screen.has(row.has...)
			screen.lacks(row.lacks...)
		})
	}
}

func TestClockWithoutAClock(t *testing.T) {
	off := wire.Team{ID: "t9", Name: "Office", Why: wire.CodeNoTimeClock}
	for _, row := range []struct {
		name  string
		model func(*state.Model)
		has   []string
		lacks []string
	}{
		{
			"opening: the form works before anything is known",
			func(m *state.Model) { *m = state.Model{} },
			[]string{"Opening…", `id="press"`, `action="/press"`, `id="note"`, `data-act="clockIn"`, `data-act="clockOut"`, `value="endBreak"`},
			[]string{"Sign out", "Clock in as"},
		},
		{
			"signed out: one button",
			func(m *state.Model) { *m = state.Model{Phase: state.SignedOut} },
			[]string{"Good to see you.", `data-act="sign-in"`},
			[]string{`data-act="clockIn"`, `data-act="sign-out"`, `data-act="history"`},
		},
		{
			"offline, and nobody known: says so, and takes presses of nobody",
			func(m *state.Model) { *m = state.Model{Phase: state.Broken, Stale: wire.CodeOffline, Offline: true} },
			[]string{"There is no connection.", "Check the connection of this device", `data-problem="offline"`, "Try again",
				"Nobody is signed in here", "it is kept on this device", `data-act="clockIn"`, `data-act="clockOut"`},
			[]string{"go on pressing", "Clock in as"},
		},
		{
			"broken by the server: the reference is there",
			func(m *state.Model) {
				*m = state.Model{Phase: state.Broken, Stale: wire.CodeInternal, RequestID: "R-17"}
			},
			[]string{"Something went wrong on the server.", "R-17"},
			nil,
		},
		{
			"no team at all",
			func(m *state.Model) { m.Me.Teams, m.Team = nil, "" },
			[]string{"You are not in a team yet", "Try again", `data-act="sign-out"`},
			[]string{`data-act="clockIn"`},
		},
		{
			"a team whose time clock is off",
			func(m *state.Model) { m.Me.Teams, m.Team = []wire.Team{off}, "" },
			[]string{"Office: The time clock is switched off for this team.", "Ask your supervisor to switch it on", `data-problem="no_time_clock"`},
			[]string{`data-act="clockIn"`},
		},
		{
			"several teams and none chosen",
			func(m *state.Model) {
				m.Me.Teams = append(m.Me.Teams, wire.Team{ID: "t2", Name: "Warehouse", Clock: true}, off)
				m.Team = ""
			},
			[]string{"Which team do you work for?", `data-act="choose-team"`, `data-team="t1"`, `data-team="t2"`, "Office The time clock is switched off for this team."},
			[]string{`data-act="clockIn"`},
		},
		{
			"cards never read: every press is there and none is lost",
			func(m *state.Model) { m.Cards, m.AsOf, m.Offline, m.Stale = nil, 0, true, wire.CodeOffline },
			[]string{"Where you stand could not be read yet", `data-act="clockIn"`, `data-act="clockOut"`, "You can go on pressing", "Nothing could be read yet."},
			[]string{"Today", "Your shift"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday()
			row.model(&s.model)
			_, screen := s.clock(t)
			screen.has(row.has...)
			screen.lacks(row.lacks...)
		})
	}
}

func TestClockTellsWhatIsNotAsUsual(t *testing.T) {
	s := wednesday()
	s.model.Offline, s.model.Stale = true, wire.CodeOffline
	s.model.Trouble, s.model.RequestID = wire.CodeInternal, "R-17"
	s.model.Others = 2
	c, screen := s.clock(t)
	screen.has(`data-problem="offline"`, `data-problem="internal"`, "R-17", "2 presses of somebody else wait on this device.", "As of 11:12")
	c.retry(app.Context{}, ui.Act{})
	screen.asked("clear", "refresh")
}

func TestClockOffersAnUpdateAndForcesNone(t *testing.T) {
	s := wednesday()
	_, screen := s.clock(t)
	screen.lacks("A new version is ready.")
	s.model.Newer = true
	_, screen = s.clock(t)
	screen.has("A new version is ready.", `data-act="update"`, `data-act="clockIn"`)
	s.model.Pressing = clock.ClockIn
	_, screen = s.clock(t)
	screen.lacks("A new version is ready.")
}

func TestPressIsHandedToTheStoreWithItsNote(t *testing.T) {
	s := wednesday()
	c, screen := s.clock(t)
	c.Draft.Note = "opened up"
	c.pressKind(clock.ClockIn)
	screen.asked("press clockIn opened up")
	screen.change(func(m *state.Model) { m.Presses = []state.Press{pressed(s, clock.ClockIn, state.Here)} })
	if c.Draft.Note != "" {
		t.Errorf("the note is %q after the press was taken, want none", c.Draft.Note)
	}
	screen.has(`data-state="clockedIn"`, "Clock in at 11:14", "Recorded on this device at 11:14 · waiting for the server", `data-place="here"`)
}

func TestNoteStaysUntilThePressIsTaken(t *testing.T) {
	s := wednesday()
	c, screen := s.clock(t)
	c.Draft.Note = "opened up"
	c.pressKind(clock.ClockIn)
	screen.change(func(m *state.Model) { m.Trouble = wire.CodeOrder })
	if c.Draft.Note != "opened up" {
		t.Errorf("the note is %q after a press that was not taken, want it kept", c.Draft.Note)
	}
	screen.has("perhaps you pressed it elsewhere already", `data-act="forget"`)
}

func TestNoteOfARejectedPressComesBack(t *testing.T) {
	s := wednesday()
	c, screen := s.clock(t)
	c.Draft.Note = "opened up"
	c.pressKind(clock.ClockIn)
	p := pressed(s, clock.ClockIn, state.AtServer)
	p.Note = "opened up"
	screen.change(func(m *state.Model) { m.Presses = []state.Press{p} })
	p.Place, p.Code = state.Rejected, wire.CodeRefused
	screen.change(func(m *state.Model) { m.Presses = []state.Press{p} })
	if c.Draft.Note != "opened up" {
		t.Errorf("the note is %q after its press was rejected, want it back", c.Draft.Note)
	}
	screen.has("Not recorded. Microsoft Teams did not accept this.", `data-place="rejected"`, `data-problem="graph_refused"`, `data-act="dismiss"`)
	c.dismiss(app.Context{}, ui.Act{Value: p.ID})
	screen.asked("press clockIn opened up", "dismiss "+p.ID)
}

func TestSecondTapIsTheSameTap(t *testing.T) {
	s := wednesday()
	c, screen := s.clock(t)
	c.pressKind(clock.ClockIn)
	screen.change(func(m *state.Model) { m.Presses = []state.Press{pressed(s, clock.ClockIn, state.Here)} })
	screen.has("is-busy")
	s.now = s.now.Add(sameTap - 1)
	c.pressKind(clock.ClockOut)
	screen.asked("press clockIn ")
	s.now = s.now.Add(1)
	c.pressKind(clock.ClockOut)
	screen.asked("press clockIn ", "press clockOut ")
}

func TestPressAndResultAreAnnouncedOnce(t *testing.T) {
	s := wednesday()
	_, screen := s.clock(t)
	if got := screen.said(); got != "" {
		t.Errorf("announced %q before anything happened", got)
	}
	p := pressed(s, clock.ClockIn, state.Here)
	step := func(want string, f func(*state.Model)) {
		t.Helper()
		screen.change(f)
		if got := screen.said(); got != want {
			t.Errorf("announced %q, want %q", got, want)
		}
	}
	step("Clocked in at 11:14.", func(m *state.Model) { m.Presses = []state.Press{p} })
	step("Clocked in at 11:14.", func(m *state.Model) {
		p.Place = state.AtServer
		m.Presses = []state.Press{p}
	})
	p.Place, p.Done = state.InGraph, p.At.Add(clock.Minute)
	step("Clock in at 11:14: In Teams at 11:15", func(m *state.Model) { m.Presses, m.Last = nil, &p })
}

func TestChoosingATeam(t *testing.T) {
	s := wednesday()
	s.model.Me.Teams = append(s.model.Me.Teams, wire.Team{ID: "t2", Name: "Warehouse", Clock: true})
	c, screen := s.clock(t)
	screen.has("Café Norr", `data-act="change-team"`)
	c.changeTeam(app.Context{}, ui.Act{})
	screen.change(func(*state.Model) {})
	screen.has("Which team do you work for?")
	c.chooseTeam(app.Context{}, ui.Act{Value: "t2"})
	screen.asked("choose t2")
	screen.change(func(m *state.Model) { m.Team = "t2" })
	screen.has("Warehouse", `data-act="clockIn"`)
}

func TestTheWayInAndOut(t *testing.T) {
	c, screen := wednesday().clock(t)
	c.notYou(app.Context{}, ui.Act{})
	c.signIn(app.Context{}, ui.Act{})
	c.signOut(app.Context{}, ui.Act{})
	screen.asked("sign in select_account", "sign in ", "sign out")
}

func TestFormSendsTheTeam(t *testing.T) {
	_, screen := wednesday().clock(t)
	screen.has(`name="team"`, `value="t1"`, `name="kind"`, `value="clockIn"`, `method="post"`)
}

// pressed is a press made on s now.
func pressed(s *stage, k clock.Kind, place state.Place) state.Press {
	return state.Press{ID: "p-" + string(k), Team: "t1", Kind: k, At: s.now, Place: place, Done: s.now}
}

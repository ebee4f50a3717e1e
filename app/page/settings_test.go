package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

func (s *stage) settings(t *testing.T) (*Settings, *shown) {
	screen := &Settings{Store: s}
	return screen, s.show(t, screen)
}

// sessions are two of Anna's.
func sessions() state.SignIns {
	return state.SignIns{Known: true, All: []wire.Session{
		{ID: "s2", Browser: "safari", System: "ios", Form: "phone", Created: at("2026-03-30 07:58"), Seen: at("2026-04-01 07:59")},
		{ID: "s1", Browser: "edge", System: "windows", Form: "computer", Created: at("2026-04-01 08:00"), Seen: at("2026-04-01 11:14"), Current: true},
	}}
}

func TestSettingsShowSessionsAndEndThemOnceSure(t *testing.T) {
	s := wednesday()
	s.model.SignIns = sessions()
	screen, shown := s.settings(t)
	shown.has("Edge on Windows (computer)", "This device, now", "Safari on iOS (phone)", "Signed in: Monday 30 March, 07:58", "Last used: 07:59", "End all others")
	do := func(handle func(app.Context, ui.Act), act ui.Act) {
		handle(app.Context{}, act)
		shown.change(func(*state.Model) {})
	}
	do(screen.askFirst, ui.Act{Name: "end", Value: "s2"})
	shown.has("End this session?", `id="sure"`)
	do(screen.calledOff, ui.Act{})
	shown.lacks("End this session?")
	do(screen.askFirst, ui.Act{Name: "end", Value: "s2"})
	do(screen.doIt, ui.Act{Value: screen.sure})
	do(screen.askFirst, ui.Act{Name: "end-others"})
	shown.has("End all sessions but this one?")
	do(screen.doIt, ui.Act{Value: screen.sure})
	do(screen.askFirst, ui.Act{Name: "end-all"})
	shown.has("End all sessions and sign out here too?")
	do(screen.doIt, ui.Act{Value: screen.sure})
	do(screen.askFirst, ui.Act{Name: "end-all", Busy: true})
	shown.lacks(`id="sure"`)
	do(screen.askFirst, ui.Act{Name: "clear"})
	shown.has("Clear everything here but presses that wait?")
	do(screen.doIt, ui.Act{Value: screen.sure})
	shown.asked("measure", "read sign-ins", "end s2", "end others", "end all", "clear device")
}

func TestSettingsWhileSessionsAreNotThere(t *testing.T) {
	s := wednesday()
	s.model.SignIns.Loading = true
	_, shown := s.settings(t)
	shown.has("Reading your sessions")
	shown.lacks("End all")
	shown.change(func(m *state.Model) { m.SignIns = state.SignIns{Trouble: wire.CodeOffline} })
	shown.has("Sessions can be seen and ended only while the server can be reached", `data-act="sessions-again"`)
	shown.change(func(m *state.Model) { m.SignIns = state.SignIns{Trouble: wire.CodeStore} })
	shown.has(`data-problem="store_unavailable"`)
	shown.change(func(m *state.Model) { m.SignIns = sessions(); m.SignIns.All = m.SignIns.All[1:] })
	shown.has("End all and sign out")
	shown.lacks("End all others")
}

func TestSettingsForNobody(t *testing.T) {
	s := &stage{now: at("2026-04-01 11:14"), zone: stockholm, model: state.Model{Phase: state.SignedOut, Others: 2}}
	_, shown := s.settings(t)
	shown.has("Stored on this device", "2 presses of somebody else wait", "Licences")
	shown.lacks("My sessions", "Your hours", "Sign out")
	shown.asked("measure")
	shown.change(func(m *state.Model) { m.Phase = state.Ready })
	shown.change(func(m *state.Model) {})
	shown.asked("measure", "read sign-ins")
}

func TestSettingsTellHowToInstall(t *testing.T) {
	for how, want := range map[browser.Install][]string{
		browser.Installed: {"runs as an app of its own"},
		browser.ByPrompt:  {`data-act="install"`},
		browser.ByShare:   {"Share", "Add to Home Screen", `class="step"`},
		browser.ByDock:    {"Share", "Add to Dock"},
		browser.ByMenu:    {"menu", "Add to Home screen"},
		"":                {"no way to install it just now"},
	} {
		s := wednesday()
		s.model.Device.Install = how
		_, shown := s.settings(t)
		shown.has(want...)
	}
}

func TestSettingsTellWhatIsStored(t *testing.T) {
	s := wednesday()
	s.model.Presses = []state.Press{{ID: "p", Team: "t1", Kind: clock.ClockIn, At: s.now, Place: state.Here}}
	s.model.Device = state.Device{RoomKnown: true, Room: browser.Room{Used: 3_140_000}}
	_, shown := s.settings(t)
	shown.has("1 press, sent as soon as", "As of 11:12", "3.1 MB", "may clear it", "Ask the browser to keep it")
	shown.change(func(m *state.Model) { m.Device.Asked = true })
	shown.has("did not agree")
	shown.lacks("Ask the browser to keep it")
	shown.change(func(m *state.Model) { m.Device.Room.Lasting, m.Device.Failed = true, true })
	shown.has("keeps it until you clear it", "Not everything could be cleared.")
	shown.change(func(m *state.Model) { m.Offline = true })
	shown.has("cleared only with a network")
	shown.lacks(`data-act="clear"`)
}

func TestLeavingIsAskedOnEveryScreen(t *testing.T) {
	s := wednesday()
	s.model.Leaving = true
	s.model.Presses = []state.Press{{ID: "p", Team: "t1", Kind: clock.ClockIn, At: s.now, Place: state.Here}}
	_, onClock := s.clock(t)
	_, onHistory := s.history(t)
	_, onSettings := s.settings(t)
	for _, shown := range []*shown{onClock, onHistory, onSettings} {
		shown.has("A press has not reached the server", "as Anna Lind", "Stay signed in", "Sign out anyway")
		shown.lacks(`id="press"`, "Signed in as", `data-act="history"`)
	}
	onSettings.change(func(m *state.Model) { m.Presses[0].Place = state.Unsafe })
	onSettings.has("could not be stored", "Sign out and lose it")
	onSettings.change(func(m *state.Model) { m.Presses = nil })
	onSettings.has("All your presses have reached the server")
	onSettings.lacks("Sign out anyway")
}

func TestInstallingIsOfferedBesideTheClock(t *testing.T) {
	s := wednesday()
	s.model.Device = state.Device{Install: browser.ByPrompt, Offer: true}
	_, shown := s.clock(t)
	shown.has("Put the clock on your home screen?", ">Install<", "Not now")
	look(s).installLater(app.Context{}, ui.Act{})
	look(s).install(app.Context{}, ui.Act{})
	shown.asked("install later", "install")
	shown.change(func(m *state.Model) { m.Device.Install = browser.ByShare })
	shown.has("Show me how")
	shown.change(func(m *state.Model) { m.Pressing = clock.ClockIn })
	shown.lacks("home screen")
}

// A draft is its writer's: of somebody else's nothing is left.
func TestTheDraftGoesWithItsOwner(t *testing.T) {
	s := wednesday()
	c, shown := s.clock(t)
	c.Draft.Note = "mine"
	shown.change(func(m *state.Model) { m.Phase = state.SignedOut }) // the session ended
	if c.Draft.Note != "mine" {
		t.Error("the note went with the session")
	}
	shown.change(func(m *state.Model) { *m = state.Model{Phase: state.SignedOut} })
	if c.Draft.Note != "" {
		t.Errorf("the note %q is left of who signed out", c.Draft.Note)
	}
	c.Draft.Note = "typed before anybody was known"
	shown.change(func(m *state.Model) { m.Me.Person.ID = "p2" })
	if c.Draft.Note == "" {
		t.Error("what was typed before anybody was known is lost")
	}
}

func TestAStepUpIsSaidWhereOneSignsIn(t *testing.T) {
	s := &stage{now: at("2026-04-01 11:14"), zone: stockholm, model: state.Model{Phase: state.SignedOut, StepUp: true}}
	_, onHistory := s.history(t)
	_, onClock := s.clock(t)
	for _, shown := range []*shown{onClock, onHistory} {
		shown.has("Please confirm that it is you.", "Sign in")
	}
	onClock.change(func(m *state.Model) {
		m.Me.Person.Name = "Anna Lind"
		m.Presses = []state.Press{{ID: "p", Kind: clock.ClockIn, At: s.now, Place: state.Here, Code: wire.CodeSignedOut}}
	})
	onClock.has("Your press is safe.", "Your organisation wants to be sure who you are. Sign in again as Anna Lind")
}

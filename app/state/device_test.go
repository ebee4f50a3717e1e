package state

import (
	"testing"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
)

// Installing is offered once a press is on its card, where it can be done, and
// after that not for a long time.
func TestInstallingIsOfferedAtAGoodMoment(t *testing.T) {
	for _, row := range []struct {
		how      browser.Install
		offered  bool
		prompted int
	}{{"", false, 0}, {browser.Installed, false, 0}, {browser.ByPrompt, true, 1}, {browser.ByShare, true, 0}} {
		bubble(t, func(t *testing.T, m *machine, s *server) {
			m.gadget.install = row.how
			a := m.open()
			s.set(func() { s.down = true })
			a.Press(clock.ClockIn, "")
			settle()
			if d := a.Model().Device; d.Offer || d.Install != row.how {
				t.Errorf("%q: %+v while the press waits", row.how, d)
			}
			s.set(func() { s.down = false })
			a.Resume()
			settle()
			if got := a.Model().Device.Offer; got != row.offered {
				t.Errorf("%q: offered %t, want %t", row.how, got, row.offered)
			}
			a.Install()
			if a.Model().Device.Offer || m.gadget.prompted != row.prompted {
				t.Errorf("%q: offered %t, asked %d times", row.how, a.Model().Device.Offer, m.gadget.prompted)
			}
			a.Press(clock.ClockOut, "")
			settle()
			if a.Model().Device.Offer {
				t.Errorf("%q: offered again at once", row.how)
			}
			time.Sleep(100 * 24 * time.Hour)
			a.Press(clock.ClockIn, "")
			settle()
			if got := a.Model().Device.Offer; got != row.offered {
				t.Errorf("%q: after 100 days offered %t, want %t", row.how, got, row.offered)
			}
		})
	}
}

func TestInstallableIsHeardOf(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		m.gadget.install = browser.ByPrompt
		a.Installable()
		if got := a.Model().Device.Install; got != browser.ByPrompt {
			t.Errorf("Install = %q", got)
		}
	})
}

func TestWhatIsKeptIsMeasuredAndKeptForGood(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		m.gadget.broken = true
		a := m.open()
		a.Measure()
		settle()
		if d := a.Model().Device; d.RoomKnown {
			t.Errorf("a browser that does not tell: %+v", d)
		}
		m.gadget.broken, m.gadget.room = false, browser.Room{Used: 7}
		a.Measure()
		settle()
		if d := a.Model().Device; !d.RoomKnown || d.Room.Used != 7 {
			t.Errorf("measured: %+v", d)
		}
		a.Persist()
		settle()
		if d := a.Model().Device; !d.Asked || d.Room.Lasting {
			t.Errorf("a browser that does not agree: %+v", d)
		}
		m.gadget.agrees = true
		a.Persist()
		settle()
		if d := a.Model().Device; d.Asked || !d.Room.Lasting {
			t.Errorf("a browser that agrees: %+v", d)
		}
	})
}

// Clearing keeps the presses that the server does not have, and nothing else.
func TestClearingTheDevice(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.ChooseTeam("t2")
		settle()
		s.set(func() { s.down = true })
		a.Press(clock.ClockIn, "")
		settle()
		m.gadget.broken = true
		a.ClearDevice()
		settle()
		if !a.Model().Device.Failed || m.gadget.startOver != 0 {
			t.Errorf("clearing that fails: %+v, %d times begun anew", a.Model().Device, m.gadget.startOver)
		}
		m.gadget.broken = false
		a.ClearDevice()
		settle()
		if m.gadget.dropped != 1 || m.gadget.startOver != 1 {
			t.Errorf("dropped %d, begun anew %d, want 1 and 1", m.gadget.dropped, m.gadget.startOver)
		}
		a.kill()
		if m.remembers(t) || a.Pref(PrefTeam) != "" {
			t.Error("something is remembered")
		}
		b := m.open()
		s.set(func() { s.down = false })
		b.Refresh()
		settle()
		if len(s.cards["annat2"]) != 1 {
			t.Errorf("the press is gone: %v", s.cards)
		}
	})
}

// remembers reports whether the next start would know anything.
func (m *machine) remembers(t *testing.T) bool {
	t.Helper()
	all, err := m.memory.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(all) > 0
}

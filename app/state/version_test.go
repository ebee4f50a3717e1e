package state

import (
	"testing"

	"timeclock/app/clock"
)

// Whichever of server and program is rolled out first, the difference is
// offered, and nothing else changes.
func TestAnotherVersionIsOffered(t *testing.T) {
	for _, version := range []string{"v0", "v2"} {
		bubble(t, func(t *testing.T, m *machine, s *server) {
			s.version = "v1"
			a := m.open()
			if a.Model().Newer || a.looked != 0 {
				t.Fatalf("of one version: Newer %t, looked %d times", a.Model().Newer, a.looked)
			}
			s.set(func() { s.version = version })
			a.Refresh()
			settle()
			a.Refresh()
			settle()
			if !a.Model().Newer || a.looked != 1 {
				t.Errorf("%s: Newer %t, looked %d times, want it offered and looked for once", version, a.Model().Newer, a.looked)
			}
			a.Press(clock.ClockIn, "")
			settle()
			a.want(t, "pressed", Ready, clock.In)
			s.set(func() { s.person = "ben" })
			a.Refresh()
			settle()
			if !a.Model().Newer {
				t.Error("somebody else is here, and it is offered no more")
			}
		})
	}
}

func TestTheServiceWorkersVersionIsOffered(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Updated("v1") // the first visit: that is this one
		if a.Model().Newer {
			t.Error("the same version is offered")
		}
		a.Updated("v2")
		if !a.Model().Newer {
			t.Error("another version is not offered")
		}
	})
}

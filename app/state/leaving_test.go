package state

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// kept gives the presses stored in the browser.
func (m *machine) kept(t *testing.T) []outbox.Entry {
	t.Helper()
	all, err := m.presses.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list []outbox.Entry
	for key, value := range all {
		switch {
		case key == "device":
		case strings.HasPrefix(key, "press/"):
			var e outbox.Entry
			if err := json.Unmarshal(value, &e); err != nil {
				t.Fatal(err)
			}
			list = append(list, e)
		default:
			t.Errorf("stored under %s: %s", key, value)
		}
	}
	return list
}

func TestSignOutAsksWhilePressesWait(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.problem = wire.CodeBusy })
		a.Press(clock.ClockIn, "")
		settle()
		s.set(func() { s.problem = "" })
		if all, unsafe := a.Model().Unsent(); all != 1 || unsafe != 0 {
			t.Fatalf("Unsent = %d, %d", all, unsafe)
		}
		a.SignOut()
		if !a.Model().Leaving || s.person == "" {
			t.Fatal("signed out without being asked")
		}
		a.Stay()
		if a.Model().Leaving {
			t.Error("still asked")
		}
		a.SignOut()
		a.SignOut()
		settle()
		if s.person != "" || len(m.assigned) != 1 || a.Model().Leaving {
			t.Errorf("asked and answered: %q is signed in, left for %v", s.person, m.assigned)
		}
		if kept := m.kept(t); len(kept) != 1 || !kept[0].Waiting() || kept[0].Person != "anna" {
			t.Errorf("kept is %+v", kept)
		}
	})
}

// What the server has goes, here and in the other tabs, and comes back with the
// person.
func TestSignOutLeavesOnlyWhatTheServerLacks(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, b := m.open(), m.open()
		s.set(func() { s.hold = true })
		a.Press(clock.ClockIn, "a note")
		settle()
		a.want(t, "accepted", Ready, clock.In, AtServer)
		a.SignOut()
		settle()
		for _, tab := range []*tab{a, b} {
			if got := tab.Model(); got.Phase != SignedOut || got.Me.Person.ID != "" || len(got.Presses) != 0 || got.Last != nil {
				t.Errorf("signed out, a tab still has %+v", got)
			}
		}
		if kept := m.kept(t); len(kept) != 0 || m.remembers(t) {
			t.Errorf("kept is %+v", kept)
		}
		s.set(func() { s.person = "anna" })
		a.Refresh()
		settle()
		a.want(t, "signed in again", Ready, clock.In, AtServer)
		b.want(t, "and in the other tab", Ready, clock.In, AtServer)
	})
}

// A refusal that its person has not seen is told nowhere else.
func TestARefusalOutlivesSigningOut(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.problem = wire.CodeNoTimeClock })
		a.Press(clock.ClockIn, "")
		settle()
		s.set(func() { s.problem = "" })
		a.SignOut()
		settle()
		if kept := m.kept(t); len(kept) != 1 || kept[0].Refused != wire.CodeNoTimeClock {
			t.Fatalf("kept is %+v", kept)
		}
		s.set(func() { s.person = "anna" })
		m.open().want(t, "signed in again", Ready, clock.Out, Rejected)
	})
}

// Somebody else is here: a tab that shows the person before hears of it and has
// nothing of them while it asks.
func TestAnotherPersonInAnotherTab(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.hold = true })
		a.Press(clock.ClockIn, "")
		settle()
		s.set(func() { s.person = "ben" })
		a.Heard([]byte(`{"kind":"person","person":"ben"}`))
		if got := a.Model(); got.Me.Person.ID != "" || got.Phase != SignedOut || len(got.Cards) != 0 {
			t.Errorf("at once: %+v", got)
		}
		settle()
		a.want(t, "then", Ready, clock.Out)
		if got := a.Model().Me.Person.ID; got != "ben" {
			t.Errorf("here is %q", got)
		}
		if kept := m.kept(t); len(kept) != 0 {
			t.Errorf("kept is %+v", kept)
		}
	})
}

// A page that slept while its person left loads itself anew, unless that would
// cost a press.
func TestAPageThatSleptWhileItsPersonLeft(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, b := m.open(), m.open()
		a.Pause()
		a.alive = false // it hears of nothing
		b.SignOut()
		settle()
		a.Resume()
		if got := a.Model(); got.Me.Person.ID != "" || m.gadget.startOver != 1 {
			t.Errorf("awake: %+v, begun anew %d times", got.Me, m.gadget.startOver)
		}
		settle()
		a.Resume()
		if m.gadget.startOver != 1 {
			t.Error("begun anew twice")
		}
	})
}

// An answer that was on its way when its person left is not remembered.
func TestALateAnswerIsNotRemembered(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, b := m.open(), m.open()
		a.Refresh()
		b.Refresh()
		b.SignOut()
		settle()
		if m.remembers(t) {
			t.Error("something is remembered")
		}
	})
}

// "Not you?" ends no session: an answer that was on its way then is not asked
// for again, or it would bring the person back before the next one is known.
func TestALateAnswerDoesNotBringBackWhoLeft(t *testing.T) {
	for name, stir := range map[string]func(s *server, a *tab){
		"a reading is under way": func(_ *server, a *tab) { a.Refresh() },
		"a reading is due again": func(s *server, a *tab) {
			s.set(func() { s.problem = wire.CodeStore })
			a.Refresh()
			time.Sleep(time.Second)
			s.set(func() { s.problem = "" })
		},
		"news comes": func(s *server, _ *tab) {
			go s.emit(client.Event{Cards: &wire.CardsChanged{Team: "t1", AsOf: now() + 1}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				a, b := m.open(), m.open()
				stir(s, b)
				stir(s, a)
				a.SignIn("select_account")
				settle()
				time.Sleep(time.Minute)
				synctest.Wait()
				for _, tab := range []*tab{a, b} {
					if got := tab.Model(); got.Phase != SignedOut || got.Me.Person.ID != "" {
						t.Errorf("after leaving a tab shows %q, phase %v", got.Me.Person.ID, got.Phase)
					}
				}
				if m.remembers(t) {
					t.Error("who left is remembered")
				}
			})
		})
	}
}

func TestSignIns(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.signIns = []wire.Session{{ID: "1", Current: true}, {ID: "2"}, {ID: "3"}, {ID: "4"}}
		a := m.open()
		count := func(when string, want int) {
			t.Helper()
			settle()
			if got := a.Model().SignIns; len(got.All) != want || !got.Known || got.Loading || got.Trouble != "" {
				t.Errorf("%s: %+v, want %d", when, got, want)
			}
		}
		a.ReadSignIns()
		a.EndSignIn("2") // one thing at a time
		count("read", 4)
		a.EndSignIn("2")
		count("ended one", 3)
		a.EndSignIn("2")
		count("ended it again", 3)
		s.set(func() { s.down = true })
		a.EndOtherSignIns()
		settle()
		if got := a.Model().SignIns; got.Trouble != wire.CodeOffline || len(got.All) != 3 || got.Loading {
			t.Errorf("offline: %+v", got)
		}
		s.set(func() { s.down = false })
		a.EndOtherSignIns()
		count("ended the others", 1)
		s.set(func() { s.signIns = append(s.signIns, wire.Session{ID: "5"}) })
		a.EndSignIns()
		settle()
		if len(s.signIns) != 1 || s.person != "" || a.Model().Phase != SignedOut {
			t.Errorf("ended all: %v, %q is signed in", s.signIns, s.person)
		}
	})
}

// All sessions are meant to end: while the others do not, this one stays.
func TestEndingAllThatFailsEndsNothing(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.problem = wire.CodeStore })
		a.EndSignIns()
		settle()
		if got := a.Model(); s.person == "" || got.Phase != Ready || got.SignIns.Trouble != wire.CodeStore {
			t.Errorf("%+v", got.SignIns)
		}
	})
}

// The provider wants to ask the person something: that is said until they are
// here again.
func TestAStepUpIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.person, s.stepUp = "", true })
		a.Refresh()
		settle()
		if got := a.Model(); got.Phase != SignedOut || !got.StepUp {
			t.Errorf("asked for: %+v", got.Phase)
		}
		s.set(func() { s.person, s.stepUp = "anna", false })
		a.Refresh()
		settle()
		if got := a.Model(); got.Phase != Ready || got.StepUp {
			t.Errorf("answered: %+v", got.Phase)
		}
	})
}

package outbox

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// disputed presses once, and the cards speak against it.
func disputed(t *testing.T, m *machine, s *server) (*tab, Entry) {
	t.Helper()
	s.set(func() { s.status = wire.Conflicted })
	a := m.open()
	a.SignedIn("anna")
	e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
	pass(time.Second)
	if all := a.Entries(); len(all) != 1 || !all[0].Disputed() {
		t.Fatalf("entries %+v, want one that is disputed", all)
	}
	return a, e
}

// receipt is news of e.
func receipt(e Entry, status wire.Status, code wire.Code) wire.Receipt {
	p := e.Punch
	return wire.Receipt{ID: p.ID, Team: p.Team, Kind: p.Kind, Status: status, At: p.At, Code: code}
}

func TestDisputedPressWaitsForAPersonAndHoldsNothingBack(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, first := disputed(t, m, s)
		if heard := a.heard(); len(heard) != 1 || !heard[0].Disputed() {
			t.Errorf("told of %+v, want that it is disputed", heard)
		}
		s.set(func() { s.status = wire.Delivered })
		second, _ := a.Press(t.Context(), intent("anna", clock.StartBreak, clock.In))
		pass(10 * time.Minute)
		if sent := s.sent(); !equal(sent, []string{first.Punch.ID, second.Punch.ID}) {
			t.Errorf("sent %v, want each once", sent)
		}
		a.kill()
		b := m.open()
		b.SignedIn("anna")
		pass(10 * time.Minute)
		if all := b.Entries(); len(all) != 1 || !all[0].Disputed() || len(s.sent()) != 2 {
			t.Errorf("after a restart %+v, sent %d times; want the disputed one and nothing sent", all, len(s.sent()))
		}
		if b.SignedIn("ben"); b.Others() != 0 {
			t.Error("a disputed press is said to wait on this device")
		}
	})
}

func TestWhatBecomesOfADisputedPress(t *testing.T) {
	for _, row := range []struct {
		name   string
		status wire.Status
		code   wire.Code
		stored int
		sent   int // at least, with the first
	}{
		{"the card was chosen: nothing is left to say", wire.Refused, wire.CodeKept, 0, 1},
		{"the press was chosen, and Graph would not have it", wire.Refused, wire.CodeRefused, 1, 1},
		{"the press was chosen, and is on the card", wire.Delivered, "", 0, 1},
		{"the press was chosen, and is asked after", wire.Accepted, "", 0, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				a, e := disputed(t, m, s)
				other := m.open()
				other.SignedIn("anna")
				pass(time.Second)
				s.set(func() { s.status = wire.Delivered })
				a.Settle(context.Background(), receipt(e, row.status, row.code))
				a.Kick()
				pass(5 * time.Minute)
				if left := m.stored(); len(left) != row.stored || len(a.Entries()) != row.stored || len(other.Entries()) != row.stored {
					t.Errorf("stored %+v, here %+v, in another tab %+v; want %d", left, a.Entries(), other.Entries(), row.stored)
				}
				if n := len(s.sent()); n < row.sent || n > row.sent+1 {
					t.Errorf("sent %d times, want %d", n, row.sent)
				}
				a.Settle(context.Background(), receipt(e, wire.Conflicted, wire.CodeOrder))
				if len(a.Entries()) != row.stored {
					t.Error("old news undid the end")
				}
			})
		})
	}
}

func TestTheSameNewsIsNoNews(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, e := disputed(t, m, s)
		for range 3 { // the conflict is another pointer every time
			r := receipt(e, wire.Conflicted, wire.CodeOrder)
			r.Conflict = &wire.Conflict{Choices: []wire.Choice{wire.ChoiceKeep}}
			a.Settle(context.Background(), r)
		}
		if n := len(a.heard()); n != 1+1 {
			t.Errorf("told %d times, want once more than of the answer", n)
		}
	})
}

func TestDisputedPressCanBeAskedAfterAgain(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.status = wire.Accepted
		a := m.open()
		a.SignedIn("anna")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		a.Ask(e.Punch.ID)
		s.set(func() { s.status = wire.Conflicted })
		pass(5 * time.Minute)
		s.set(func() { s.status = wire.Delivered })
		a.Ask(e.Punch.ID) // it is no longer among what waits
		pass(time.Second)
		if all := a.Entries(); len(all) != 0 {
			t.Errorf("entries %+v, want none: it was delivered", all)
		}
	})
}

// What was stored before there were conflicts and stated times is sent.
func TestEntriesOfOldAreRead(t *testing.T) {
	const waiting = `{"person":"anna","punch":{"id":"0192f0c1-0000-7000-8000-000000000001","team":"team","kind":"clockIn",` +
		`"seen":"clockedOut","at":1774339200000,"bound":31,"trust":"anchored","device":"d","seq":1},"order":1}`
	const accepted = `{"person":"anna","punch":{"id":"0192f0c1-0000-7000-8000-000000000002","team":"team","kind":"startBreak",` +
		`"seen":"clockedIn","at":1774339260000,"bound":31,"trust":"anchored","device":"d","seq":2},"order":2,` +
		`"answer":{"id":"0192f0c1-0000-7000-8000-000000000002","team":"team","kind":"startBreak","status":"accepted",` +
		`"at":1774339260000,"received":1774339260100}}`
	bubble(t, func(t *testing.T, m *machine, s *server) {
		err := m.store.Update(t.Context(), func(map[string][]byte) map[string][]byte {
			return map[string][]byte{
				keyPress + "0000000000000001/0192f0c1-0000-7000-8000-000000000001": []byte(waiting),
				keyPress + "0000000000000002/0192f0c1-0000-7000-8000-000000000002": []byte(accepted),
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		a := m.open()
		a.SignedIn("anna")
		pass(time.Minute)
		got := s.ids()
		slices.Sort(got)
		if len(got) != 2 || len(m.stored()) != 0 || s.accepted[0].When() != 1774339200000 {
			t.Errorf("took %v, left %+v; want both and nothing", got, m.stored())
		}
	})
}

package outbox

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// bubble runs f in fake time on a new machine and checks at the end that
// nobody broke a promise to the server.
func bubble(t *testing.T, f func(t *testing.T, m *machine, s *server)) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer("anna")
		m := newMachine(t, s)
		f(t, m, s)
		m.close()
		for _, err := range s.errs {
			t.Error(err)
		}
	})
}

func TestPressIsStoredBeforeItIsSent(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.latency = time.Second
		a := m.open()
		a.SignedIn("anna")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		if got := idsOf(m.stored()); !equal(got, []string{e.Punch.ID}) {
			t.Errorf("stored when Press returned: %q, want %q", got, e.Punch.ID)
		}
		if len(s.ids()) != 0 {
			t.Error("the server had it before Press returned")
		}
		pass(2 * time.Second)
		if got := s.ids(); !equal(got, []string{e.Punch.ID}) || len(m.stored()) != 0 || len(a.Entries()) != 0 {
			t.Errorf("delivered %q, stored %v, shown %v; want it at the server alone", got, m.stored(), a.Entries())
		}
		if len(a.settled) != 1 || a.settled[0].Answer.Status != wire.Delivered {
			t.Errorf("settled %+v, want the delivered press", a.settled)
		}
	})
}

func TestSecondTapIsTheSamePress(t *testing.T) {
	for name, row := range map[string]struct {
		gap      time.Duration
		second   Intent
		otherTab bool
		want     int
	}{
		"at once":              {0, intent("anna", clock.ClockIn, clock.Out), false, 1},
		"within the time":      {1499 * time.Millisecond, intent("anna", clock.ClockIn, clock.Out), false, 1},
		"in another tab":       {time.Second, intent("anna", clock.ClockIn, clock.Out), true, 1},
		"later":                {1500 * time.Millisecond, intent("anna", clock.ClockIn, clock.Out), false, 2},
		"of another kind":      {time.Second, intent("anna", clock.StartBreak, clock.Out), false, 2},
		"from another state":   {time.Second, intent("anna", clock.ClockIn, clock.In), false, 2},
		"by another person":    {time.Second, intent("bob", clock.ClockIn, clock.Out), false, 2},
		"on another team":      {time.Second, Intent{Person: "anna", Team: "other", Kind: clock.ClockIn, Seen: clock.Out}, false, 2},
		"after it was settled": {1400 * time.Millisecond, intent("anna", clock.ClockIn, clock.Out), true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				a := m.open()
				a.SignedIn("anna")
				second := a
				if row.otherTab {
					second = m.open()
				}
				a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
				pass(row.gap)
				row.second.Stamp.At = now()
				_, again := second.Press(t.Context(), row.second)
				if again != (row.want == 1) {
					t.Errorf("again = %v, want %v", again, row.want == 1)
				}
				synctest.Wait()
				if got := len(s.ids()) + len(m.stored()); got != row.want {
					t.Errorf("%d presses, want %d", got, row.want)
				}
			})
		})
	}
}

func TestKilledBetweenStoringAndSending(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.latency = time.Hour
		a := m.open()
		a.SignedIn("anna")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		a.kill()
		s.set(func() { s.latency = 0 })
		b := m.open()
		b.SignedIn("anna")
		synctest.Wait()
		if got := s.ids(); !equal(got, []string{e.Punch.ID}) {
			t.Errorf("delivered after restart %q, want %q", got, e.Punch.ID)
		}
	})
}

func TestLostAnswerIsAskedForAgainWithTheSameId(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.faults = []fault{{after: true}, {before: true}, {after: true}}
		a := m.open()
		a.SignedIn("anna")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		if got := a.Entries(); len(got) != 1 || got[0].Waits != wire.CodeOffline {
			t.Errorf("entries after a lost answer = %+v, want one that waits for %s", got, wire.CodeOffline)
		}
		pass(time.Minute)
		if len(s.sent()) != 4 || !equal(s.ids(), []string{e.Punch.ID}) || len(a.Entries()) != 0 {
			t.Errorf("calls %q, taken %q, left %+v; want 4 calls of one id", s.sent(), s.ids(), a.Entries())
		}
	})
}

func TestSignedOutKeepsEverythingUntilSignIn(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.person = ""
		a := m.open()
		a.SignedIn("anna")
		first, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		second, _ := a.Press(t.Context(), intent("anna", clock.StartBreak, clock.In))
		a.Kick()
		pass(time.Hour)
		if len(s.sent()) != 1 || a.evicted != 1 {
			t.Errorf("%d calls and %d times told, want 1 and 1", len(s.sent()), a.evicted)
		}
		for _, e := range a.Entries() {
			if e.Waits != wire.CodeSignedOut {
				t.Errorf("entry waits for %q, want %q", e.Waits, wire.CodeSignedOut)
			}
		}
		s.set(func() { s.person = "anna" })
		a.SignedIn("anna")
		synctest.Wait()
		if got := s.ids(); !equal(got, []string{first.Punch.ID, second.Punch.ID}) {
			t.Errorf("delivered %q, want both in order", got)
		}
	})
}

func TestAnotherPersonsPressesStay(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.SignedAway("anna", "")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		s.set(func() { s.person = "bob" })
		a.SignedIn("bob")
		other, _ := a.Press(t.Context(), intent("bob", clock.ClockIn, clock.Out))
		pass(time.Hour)
		if got := s.ids(); !equal(got, []string{other.Punch.ID}) || len(s.sent()) != 1 {
			t.Errorf("sent %q, want only Bob's", s.sent())
		}
		if got := a.Entries(); len(got) != 0 || a.Others() != 1 {
			t.Errorf("Bob sees %+v and %d of others, want none and 1", got, a.Others())
		}
		s.set(func() { s.person = "anna" })
		a.SignedIn("anna")
		synctest.Wait()
		if s.owner[e.Punch.ID] != "anna" {
			t.Errorf("press of Anna belongs to %q", s.owner[e.Punch.ID])
		}
	})
}

func TestRefusedPressStaysUntilDismissedAndBlocksNothing(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.faults = []fault{{code: wire.CodeOrder}}
		a := m.open()
		a.SignedIn("anna")
		refused, _ := a.Press(t.Context(), intent("anna", clock.ClockOut, clock.In))
		next, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		if got := s.ids(); !equal(got, []string{next.Punch.ID}) {
			t.Errorf("delivered %q, want the one after the refused", got)
		}
		a.kill()
		b := m.open()
		b.SignedIn("anna")
		synctest.Wait()
		got := b.Entries()
		if len(got) != 1 || got[0].Punch.ID != refused.Punch.ID || got[0].Refused != wire.CodeOrder || got[0].Noted == 0 {
			t.Fatalf("after restart = %+v, want the refused press with its reason", got)
		}
		if err := b.Dismiss(t.Context(), refused.Punch.ID); err != nil || len(b.Entries()) != 0 || len(m.stored()) != 0 {
			t.Errorf("Dismiss = %v, left %+v, stored %+v", err, b.Entries(), m.stored())
		}
		if len(s.sent()) != 2 {
			t.Errorf("%d calls, want 2: a refused press is not sent again", len(s.sent()))
		}
	})
}

func TestWaitingPressCannotBeDismissed(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.SignedAway("anna", "")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		if err := a.Dismiss(t.Context(), e.Punch.ID); err != nil || len(m.stored()) != 1 {
			t.Errorf("Dismiss of a waiting press = %v, stored %d; want it kept", err, len(m.stored()))
		}
	})
}

func TestWithoutStorageAPressIsSentAndMarkedUntilThen(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.faults = []fault{{before: true}}
		a := m.open()
		a.disk.set(func() { a.disk.fail, a.disk.blind = true, true })
		a.SignedIn("anna")
		synctest.Wait() // the press is then sent once by its own kick
		e, again := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		if got := a.Entries(); again || len(got) != 1 || !got[0].Unsafe {
			t.Fatalf("entries = %+v, want one marked unsafe", got)
		}
		if _, again := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out)); !again {
			t.Error("a second tap without storage is another press")
		}
		pass(time.Minute)
		if got := s.ids(); !equal(got, []string{e.Punch.ID}) || len(a.Entries()) != 0 {
			t.Errorf("delivered %q, left %+v", got, a.Entries())
		}
	})
}

func TestStorageThatComesBackSecuresThePress(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.faults = []fault{{before: true}, {before: true}, {before: true}}
		a := m.open()
		a.SignedIn("anna")
		a.disk.set(func() { a.disk.fail = true })
		first, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		a.disk.set(func() { a.disk.fail = false })
		second, _ := a.Press(t.Context(), intent("anna", clock.StartBreak, clock.In))
		synctest.Wait()
		if got := idsOf(m.stored()); !equal(got, []string{first.Punch.ID, second.Punch.ID}) {
			t.Fatalf("stored %q, want both in order", got)
		}
		a.kill()
		b := m.open()
		b.SignedIn("anna")
		pass(time.Minute)
		if got := s.ids(); !equal(got, []string{first.Punch.ID, second.Punch.ID}) {
			t.Errorf("delivered %q, want both in order", got)
		}
	})
}

func TestAnswerThatCannotBeNotedIsNotAskedForAgain(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.latency = time.Second
		a := m.open()
		a.SignedIn("anna")
		a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		a.disk.set(func() { a.disk.fail = true })
		pass(2 * time.Second)
		a.Kick()
		pass(time.Minute)
		if len(s.sent()) != 1 || len(a.Entries()) != 0 {
			t.Errorf("%d calls, left %+v; want one call and nothing left", len(s.sent()), a.Entries())
		}
	})
}

func TestTwoTabsSendInOneOrderOneAtATime(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.latency = 300 * time.Millisecond
		a, b := m.open(), m.open()
		a.SignedIn("anna")
		b.SignedIn("anna")
		kinds := []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.ClockOut}
		for i := range 12 {
			tab := a
			if i%3 != 0 {
				tab = b
			}
			tab.Press(t.Context(), intent("anna", kinds[i%4], clock.Unknown))
			pass(100 * time.Millisecond)
		}
		pass(time.Minute)
		for i, p := range s.accepted {
			if p.Seq != int64(i+1) || p.Device != s.accepted[0].Device {
				t.Errorf("press %d arrived with number %d of %s", i+1, p.Seq, p.Device)
			}
		}
		if len(s.accepted) != 12 || len(s.sent()) != 12 {
			t.Errorf("%d presses in %d calls, want 12 in 12", len(s.accepted), len(s.sent()))
		}
		if len(a.Entries())+len(b.Entries()) != 0 || len(a.settled) == 0 || len(b.settled) == 0 {
			t.Errorf("left %v and %v; both tabs must hear that all are settled", a.Entries(), b.Entries())
		}
	})
}

func TestAcceptedPressIsKeptUntilSettled(t *testing.T) {
	for name, row := range map[string]struct {
		final   wire.Receipt
		left    int
		refused wire.Code
	}{
		"delivered":                {wire.Receipt{Status: wire.Delivered}, 0, ""},
		"refused":                  {wire.Receipt{Status: wire.Refused, Code: wire.CodeTooOld}, 1, wire.CodeTooOld},
		"refused without a reason": {wire.Receipt{Status: wire.Refused}, 1, wire.CodeRefused},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				s.status = wire.Accepted
				a := m.open()
				a.SignedIn("anna")
				e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
				synctest.Wait()
				if got := m.stored(); len(got) != 1 || !got[0].Accepted() {
					t.Fatalf("stored %+v, want it accepted", got)
				}
				a.Kick()
				synctest.Wait()
				row.final.ID = e.Punch.ID
				a.Settle(t.Context(), row.final, row.final)
				a.Settle(t.Context(), wire.Receipt{ID: e.Punch.ID, Status: wire.Accepted}) // overtaken
				got := m.stored()
				if len(got) != row.left || row.left == 1 && got[0].Refused != row.refused {
					t.Errorf("stored %+v, want %d with %q", got, row.left, row.refused)
				}
				if len(s.sent()) != 1 || len(a.settled) != 1 {
					t.Errorf("%d calls, settled %d times; want 1 and 1", len(s.sent()), len(a.settled))
				}
			})
		})
	}
}

func TestAskSendsAnAcceptedPressOnceMore(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.status = wire.Accepted
		a := m.open()
		a.SignedIn("anna")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		for range 3 {
			a.Ask(e.Punch.ID)
			synctest.Wait()
		}
		if len(s.sent()) != 1+1 || len(s.ids()) != 1 {
			t.Errorf("%d calls, want one more than the first", len(s.sent()))
		}
	})
}

// A stream of news that does not get through, such as one that a proxy keeps.
func TestAcceptedPressIsAskedAfterWhenNoNewsComes(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.status = wire.Accepted
		a := m.open()
		a.SignedIn("anna")
		a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		pass(10 * time.Minute)
		if n := len(s.sent()); n < 5 || n > 25 {
			t.Errorf("asked %d times within 10 min, want some and ever fewer", n)
		}
		s.set(func() { s.status = wire.Delivered })
		pass(2 * time.Minute)
		if left := m.stored(); len(left) != 0 {
			t.Errorf("stored %+v, want nothing once it is delivered", left)
		}
		before := len(s.sent())
		pass(time.Hour)
		if n := len(s.sent()); n != before || len(s.ids()) != 1 {
			t.Errorf("%d calls after it was over, for %d presses", n-before, len(s.ids()))
		}
	})
}

func TestServerSaysHowLongToWait(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.faults = []fault{{code: wire.CodeBusy, retry: 30}}
		a := m.open()
		a.SignedIn("anna")
		synctest.Wait()
		a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		pass(29 * time.Second)
		if len(s.sent()) != 1 {
			t.Errorf("%d calls within 29 s, want 1", len(s.sent()))
		}
		pass(2 * time.Second)
		if len(s.ids()) != 1 {
			t.Error("not sent after the time the server asked for")
		}
	})
}

func TestBrokenLockDoesNotKeepAPressBack(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Locker = brokenLocks{}
		a.SignedIn("anna")
		a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		synctest.Wait()
		if len(s.ids()) != 1 {
			t.Error("not sent without locks")
		}
	})
}

type brokenLocks struct{}

func (brokenLocks) Lock(context.Context, string) (func(), error) { return nil, errQuota }

func TestVerdicts(t *testing.T) {
	for code, want := range map[wire.Code]Verdict{
		wire.CodeMalformed: Never, wire.CodeForbidden: Never, wire.CodeTeamUnknown: Never,
		wire.CodeOrder: Never, wire.CodeNoSchedule: Never, wire.CodeNoTimeClock: Never,
		wire.CodeIDReused: Never, wire.CodeTooLarge: Never, wire.CodeTooOld: Never,
		wire.CodeFuture: Never, wire.CodeClock: Never, wire.CodeRefused: Never,
		wire.CodeSignedOut: Stop,
		wire.CodeCrossSite: Again, wire.CodeNotFound: Again, wire.CodeMethod: Again,
		wire.CodeBusy: Again, wire.CodeInternal: Again, wire.CodeGraphDown: Again,
		wire.CodeStore: Again, wire.CodeProvider: Again, wire.CodeGraphSlow: Again,
		wire.CodeOffline: Again, "of_a_newer_server": Again,
	} {
		if got := VerdictOf(code); got != want {
			t.Errorf("VerdictOf(%q) = %v, want %v", code, got, want)
		}
	}
}

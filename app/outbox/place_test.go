package outbox

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

var here = &wire.Position{Latitude: 59.3251, Longitude: 18.0711, Accuracy: 28}

// placing is a press of Anna's, now, that waits for where it was made.
func placing(k clock.Kind) Intent {
	in := intent("anna", k, clock.Unknown)
	in.Until = now().Add(Patience)
	return in
}

// onDisk is all that is stored, as text.
func (m *machine) onDisk() string {
	all, err := m.store.Load(context.Background())
	if err != nil {
		m.t.Errorf("Load = %v", err)
	}
	var text strings.Builder
	for _, value := range all {
		text.Write(value)
	}
	return text.String()
}

// TestAPressWaitsForWhereItWasMade, stored meanwhile, and takes it along once it
// is known; then nothing of it is left.
func TestAPressWaitsForWhereItWasMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, newServer("anna"))
		defer m.close()
		m.server.status = wire.Accepted
		tab, other := m.open(), m.open()
		tab.SignedIn("anna")
		other.SignedIn("anna")
		e, _ := tab.Press(context.Background(), placing(clock.ClockIn))
		if stored := m.stored(); len(stored) != 1 || stored[0].Until == 0 {
			t.Fatalf("stored is %+v", stored)
		}
		pass(400 * time.Millisecond)
		other.Kick()
		pass(400 * time.Millisecond)
		if sent := m.server.sent(); len(sent) != 0 {
			t.Errorf("sent %v before it was known where", sent)
		}
		m.server.set(func() { m.server.faults = []fault{{before: true}, {before: true}} }) // offline at first, for both
		tab.Place(context.Background(), e.Punch.ID, here)
		pass(100 * time.Millisecond)
		if !strings.Contains(m.onDisk(), "59.3251") {
			t.Errorf("where it was made does not wait with it: %s", m.onDisk())
		}
		pass(time.Minute)
		if at := m.server.placed[e.Punch.ID]; at == nil || *at != *here {
			t.Errorf("sent with %v, want where it was made", at)
		}
		if disk := m.onDisk(); strings.Contains(disk, "59.3251") || strings.Contains(disk, "position") || !strings.Contains(disk, e.Punch.ID) {
			t.Errorf("of where it was made is left: %s", disk)
		}
		for _, tab := range []interface{ Entries() []Entry }{tab, other} {
			if left := tab.Entries(); len(left) != 1 || left[0].Position != nil || left[0].Until != 0 {
				t.Errorf("left in memory is %+v", left)
			}
		}
	})
}

// TestAPressDoesNotWaitLong: whatever becomes of the question where, it is sent,
// with those after it in order.
func TestAPressDoesNotWaitLong(t *testing.T) {
	for name, then := range map[string]func(*machine, *tab, Entry) *tab{
		"no answer": func(_ *machine, on *tab, _ Entry) *tab { return on },
		"a refusal": func(_ *machine, on *tab, e Entry) *tab {
			on.Place(context.Background(), e.Punch.ID, nil)
			return on
		},
		"the tab is killed": func(m *machine, on *tab, _ Entry) *tab {
			on.kill()
			next := m.open()
			next.SignedIn("anna")
			return next
		},
		"the storage fails": func(_ *machine, on *tab, e Entry) *tab {
			on.disk.set(func() { on.disk.fail = true })
			on.Place(context.Background(), e.Punch.ID, here)
			return on
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, newServer("anna"))
				defer m.close()
				on := m.open()
				on.SignedIn("anna")
				first, _ := on.Press(context.Background(), placing(clock.ClockIn))
				on = then(m, on, first)
				second, _ := on.Press(context.Background(), intent("anna", clock.StartBreak, clock.In))
				pass(Patience.Duration() + 100*time.Millisecond)
				if got := m.server.ids(); !equal(got, []string{first.Punch.ID, second.Punch.ID}) {
					t.Errorf("arrived %v, want %s and %s", got, first.Punch.ID, second.Punch.ID)
				}
			})
		})
	}
}

// TestAClockThatWasSetHoldsNothingUp: the device's clock may jump either way
// while it is found out where a press was made.
func TestAClockThatWasSetHoldsNothingUp(t *testing.T) {
	for _, off := range []clock.Span{-clock.Hour, clock.Hour} {
		synctest.Test(t, func(t *testing.T) {
			m := newMachine(t, newServer("anna"))
			defer m.close()
			tab := m.open()
			tab.SignedIn("anna")
			in := placing(clock.ClockIn)
			in.Until = in.Until.Add(off)
			tab.Press(context.Background(), in)
			pass(time.Second)
			if n := len(m.server.ids()); n != 1 {
				t.Errorf("%d presses arrived with a clock %d ms off", n, off)
			}
		})
	}
}

// TestAPressThatIsNotStoredDoesNotWait: where it was made is worth less than it.
func TestAPressThatIsNotStoredDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, newServer("anna"))
		defer m.close()
		tab := m.open()
		tab.SignedIn("anna")
		tab.disk.set(func() { tab.disk.fail = true })
		e, _ := tab.Press(context.Background(), placing(clock.ClockIn))
		pass(100 * time.Millisecond)
		if got := m.server.ids(); !e.Unsafe || !equal(got, []string{e.Punch.ID}) {
			t.Errorf("arrived %v, want %s at once", got, e.Punch.ID)
		}
	})
}

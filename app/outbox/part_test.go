package outbox

import (
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Of those who left, what the server has is forgotten, also when its answer
// comes after them; what it lacks stays.
func TestPartKeepsWhatTheServerLacks(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.status, s.latency = wire.Accepted, time.Second
		a := m.open()
		a.SignedIn("anna")
		held, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		pass(1500 * time.Millisecond)
		late, _ := a.Press(t.Context(), intent("anna", clock.StartBreak, clock.In))
		pass(500 * time.Millisecond)
		unsent, _ := a.Press(t.Context(), intent("anna", clock.EndBreak, clock.OnBreak))
		if got := idsOf(m.stored()); !equal(got, []string{held.Punch.ID, late.Punch.ID, unsent.Punch.ID}) {
			t.Fatalf("stored before: %q", got)
		}
		s.mu.Lock()
		s.person = "" // the last two find nobody
		s.mu.Unlock()
		a.SignedAway("", "")
		if err := a.Part(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Second)
		if got := idsOf(m.stored()); !equal(got, []string{late.Punch.ID, unsent.Punch.ID}) {
			t.Errorf("stored after: %q, want what the server lacks", got)
		}
		all, err := m.store.Load(t.Context())
		if err != nil || all[keyTap] != nil || all[keyDevice] == nil {
			t.Errorf("tap %s, device %s, %v; want the device alone", all[keyTap], all[keyDevice], err)
		}
	})
}

func TestPartOfOthersKeepsOnesOwn(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.status = wire.Accepted
		a := m.open()
		a.SignedIn("anna")
		e, _ := a.Press(t.Context(), intent("anna", clock.ClockIn, clock.Out))
		pass(time.Second)
		if err := a.Part(t.Context(), "anna"); err != nil {
			t.Fatal(err)
		}
		if got := idsOf(m.stored()); !equal(got, []string{e.Punch.ID}) || len(a.Entries()) != 1 {
			t.Errorf("stored %q, shown %v; want one's own", got, a.Entries())
		}
		if err := a.Part(t.Context(), "ben"); err != nil {
			t.Fatal(err)
		}
		if got := m.stored(); len(got) != 0 {
			t.Errorf("stored %v, want nothing", got)
		}
	})
}

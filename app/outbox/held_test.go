package outbox

import (
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// heldIDs gives the ids of what the tab's person would be asked about.
func (t *tab) heldIDs() []string {
	var ids []string
	for _, h := range t.Held() {
		ids = append(ids, h.ID)
	}
	return ids
}

// TestHeldPressIsSentForNobody: not before somebody says that it was theirs,
// and then with its own time and once, whoever says so again.
func TestHeldPressIsSentForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, newServer("anna"))
		defer m.close()
		first := m.open()
		in := intent("", clock.ClockIn, "")
		in.Stamp.Trust, in.Stamp.Own, in.Note = wire.Device, now()+7, "early"
		for _, want := range []bool{false, true} { // the second is its second tap
			if again, err := first.Hold(t.Context(), in); again != want || err != nil {
				t.Fatalf("Hold = %v, %v; want %v", again, err, want)
			}
		}
		pass(time.Hour)
		second := m.open()
		second.SignedIn("anna")
		if err := second.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		held := second.Held()
		if len(held) != 1 || len(second.Entries()) != 0 || len(m.server.sent()) != 0 {
			t.Fatalf("held %v, hers %v, sent %v; want one held", held, second.Entries(), m.server.sent())
		}
		for range 2 {
			if err := second.Claim(t.Context(), held[0].ID, "bakery"); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Minute)
		if len(m.server.accepted) != 1 || len(second.Held()) != 0 || len(m.stored()) != 0 {
			t.Fatalf("accepted %+v, held %v, stored %v", m.server.accepted, second.Held(), m.stored())
		}
		p := m.server.accepted[0]
		want := wire.Punch{
			ID: held[0].ID, Team: "bakery", Kind: clock.ClockIn, Note: "early", At: in.Stamp.At, Bound: 5, Trust: wire.Device,
			Device: p.Device, Seq: 1, Ago: p.Ago,
		}
		if p != want || p.Device == "" || p.Ago != clock.Of(2*time.Hour)-7 || m.server.owner[p.ID] != "anna" {
			t.Errorf("sent was %+v of %s, want %+v of anna, two hours ago by its own clock", p, m.server.owner[p.ID], want)
		}
	})
}

// TestHeldPressIsKeptForWhoseItIs: who says that it was not theirs is not asked
// again, and the next is.
func TestHeldPressIsKeptForWhoseItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, newServer("anna"))
		defer m.close()
		tab := m.open()
		if _, err := tab.Hold(t.Context(), intent("", clock.ClockIn, "")); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if _, err := tab.Hold(t.Context(), intent("", clock.StartBreak, "")); err != nil {
			t.Fatal(err)
		}
		both := tab.heldIDs()
		tab.SignedIn("ben")
		if err := tab.Disown(t.Context(), both[0]); err != nil {
			t.Fatal(err)
		}
		if got := tab.heldIDs(); len(both) != 2 || !equal(got, both[1:]) {
			t.Errorf("ben is asked about %v of %v, want the second", got, both)
		}
		tab.SignedIn("anna")
		if got := tab.heldIDs(); !equal(got, both) {
			t.Errorf("anna is asked about %v, want %v", got, both)
		}
		pass(8 * 24 * time.Hour)
		if got := tab.heldIDs(); len(got) != 0 {
			t.Errorf("asked after a week about %v", got)
		}
		if _, err := tab.Hold(t.Context(), intent("", clock.ClockOut, "")); err != nil {
			t.Fatal(err)
		}
		if all, _ := m.store.Load(t.Context()); len(readHeld(all)) != 1 {
			t.Errorf("stored are %v, want the last alone", readHeld(all))
		}
	})
}

// TestHeldPressWithoutStorage: what cannot be held or claimed says so.
func TestHeldPressWithoutStorage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, newServer("anna"))
		defer m.close()
		tab := m.open()
		if _, err := tab.Hold(t.Context(), intent("", clock.ClockIn, "")); err != nil {
			t.Fatal(err)
		}
		tab.SignedIn("anna")
		tab.disk.set(func() { tab.disk.fail = true })
		if _, err := tab.Hold(t.Context(), intent("", clock.ClockOut, "")); err == nil {
			t.Error("Hold without storage = nil")
		}
		if err := tab.Claim(t.Context(), tab.heldIDs()[0], "team"); err == nil {
			t.Error("Claim without storage = nil")
		}
		pass(time.Minute)
		if len(m.server.sent()) != 0 || len(tab.Held()) != 1 {
			t.Errorf("sent %v, held %v; want it held still", m.server.sent(), tab.Held())
		}
	})
}

// TestReloadSendsWhatIsNew: what another tab, or the early script, stored while
// this program runs is sent by it.
func TestReloadSendsWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, newServer("anna"))
		defer m.close()
		tab := m.open()
		tab.SignedIn("anna")
		pass(time.Minute)
		e := tab.draft(intent("anna", clock.ClockIn, clock.Out))
		e.number(&device{ID: "early"})
		err := m.store.Update(t.Context(), func(map[string][]byte) map[string][]byte {
			return map[string][]byte{e.key(): encode(e)}
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := tab.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if !equal(m.server.ids(), []string{e.Punch.ID}) {
			t.Errorf("the server has %v, want the press that another stored", m.server.ids())
		}
	})
}

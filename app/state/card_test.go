package state

import (
	"slices"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// TestAnErrandIsTheSameUntilItWentThrough: what was not answered is sent again
// under the same id, and something else under another.
func TestAnErrandIsTheSameUntilItWentThrough(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		settle()
		seen := clock.Card{ID: "c1", In: &clock.Event{At: 1}, Out: &clock.Event{At: 5}}
		next := seen
		next.Out = &clock.Event{At: 9}
		a.OpenCard("c1")
		s.set(func() { s.down = true })
		a.Correct(&seen, &next, "I left later", false)
		settle()
		if card := a.Model().Card; card.Failed != wire.CodeOffline || card.Sending || card.Done != 0 {
			t.Errorf("offline: %+v", card)
		}
		s.set(func() { s.down = false })
		a.Resume()
		settle()
		a.Correct(&seen, &next, "I left later", false)
		settle()
		if card := a.Model().Card; card.Failed != "" || card.Done != 1 {
			t.Errorf("online: %+v", card)
		}
		a.Correct(&seen, &next, "I left later", false)
		a.Correct(&seen, &next, "I left much later", false) // while the other is under way
		settle()
		var ids []string
		s.set(func() { ids = slices.Clone(s.errands) })
		if len(ids) != 3 || ids[0] != ids[1] || ids[1] == ids[2] {
			t.Errorf("it was sent as %v; want the same id twice, and then another once", ids)
		}
	})
}

// TestACardThatChangedIsLeft: nothing is written over it, and the person is told.
func TestACardThatChangedIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		settle()
		cards := []clock.Card{{ID: "c1", In: &clock.Event{At: 1}, Out: &clock.Event{At: 5}}, {ID: "c2", In: &clock.Event{At: 11}, Out: &clock.Event{At: 15}}}
		s.set(func() {
			s.amended = &wire.AmendedAll{Rows: []wire.AmendedRow{
				{ID: "a1", Amended: &wire.Amended{ID: "a1", Status: wire.Delivered}},
				{ID: "a2", Amended: &wire.Amended{ID: "a2", Status: wire.Conflicted, Code: wire.CodeChanged}},
			}}
		})
		a.Confirm(cards...)
		settle()
		if card := a.Model().Card; card.Failed != wire.CodeChanged || card.Some != 1 || card.Done != 0 {
			t.Errorf("after a conflict: %+v", card)
		}
		var left bool
		s.set(func() { left = slices.Contains(s.errands, "left a2") })
		if !left {
			t.Error("the conflict was not ended")
		}
	})
}

// TestWhatIsMissingIsAskedFor: of what has no card, what was asked for shows.
func TestWhatIsMissingIsAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		settle()
		a.OpenCard(NewCard)
		settle()
		if trail := a.Model().Card.Trail; trail == nil || len(trail.Requests) != 2 || trail.Requests[0].ID != "r0" || trail.Card != nil {
			t.Errorf("what is missing shows as %+v", trail)
		}
	})
}

package state

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// court is what the server knows of conflicts.
type court struct {
	against   *wire.Conflict // what speaks against every press; nil when nothing does
	decisions []wire.Decision
}

func (s *server) Decide(ctx context.Context, id string, d wire.Decision) (wire.Receipt, error) {
	if err := s.enter(ctx); err != nil {
		return wire.Receipt{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := s.waiting[s.person]
	i := slices.IndexFunc(waiting, func(r wire.Receipt) bool { return r.ID == id && r.Status == wire.Conflicted })
	if i < 0 {
		return wire.Receipt{}, wire.NewProblem(409, wire.CodeDecided, "")
	}
	s.court.decisions = append(s.court.decisions, d)
	r := waiting[i]
	s.waiting[s.person] = slices.Delete(slices.Clone(waiting), i, i+1)
	r.Conflict, r.Code, r.Status = nil, "", wire.Accepted
	switch {
	case d.Choice == wire.ChoiceKeep:
		r.Status, r.Code = wire.Refused, wire.CodeKept
	case s.deliver(s.person, &r) != nil:
		r.Status, r.Code = wire.Refused, wire.CodeRefused
	}
	s.seen[id] = r
	if s.lost {
		return wire.Receipt{}, errDown
	}
	return r, nil
}

// against is a conflict with a card.
func against(c clock.Card) *wire.Conflict {
	return &wire.Conflict{Stands: &c, Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceMine, wire.ChoiceStated}}
}

// dispute opens a tab and presses into a conflict, with nothing on the cards.
func dispute(t *testing.T, m *machine, s *server) (a *tab, id string) {
	t.Helper()
	s.set(func() { s.court.against = against(clock.Card{ID: "theirs"}) })
	a = m.open()
	a.Press(clock.ClockIn, "mine")
	settle()
	a.want(t, "disputed", Ready, clock.Out, Disputed)
	return a, a.Model().Presses[0].ID
}

func TestDisputedPressIsShownAndCountsForNothing(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, _ := dispute(t, m, s)
		p := a.Model().Presses[0]
		if p.Code != wire.CodeOrder || p.Conflict == nil || p.Conflict.Stands.ID != "theirs" || p.Received == 0 || p.Elsewhere {
			t.Errorf("press %+v", p)
		}
		s.set(func() { s.court.against = nil })
		a.Press(clock.ClockIn, "")
		settle()
		a.want(t, "another press goes on", Ready, clock.In, Disputed)
		a.kill()
		b := m.open()
		b.want(t, "after a restart", Ready, clock.In, Disputed)
		b.kill()
		s.set(func() { s.down = true })
		m.open().want(t, "after a restart without a network", Ready, clock.In, Disputed)
	})
}

func TestDecisions(t *testing.T) {
	for _, row := range []struct {
		name   string
		choice wire.Choice
		at     clock.Span // before now
		then   clock.State
	}{
		{"keep", wire.ChoiceKeep, 0, clock.Out},
		{"mine", wire.ChoiceMine, 0, clock.In},
		{"stated", wire.ChoiceStated, clock.Hour, clock.In},
	} {
		t.Run(row.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				a, id := dispute(t, m, s)
				b := m.open()
				b.want(t, "another tab", Ready, clock.Out, Disputed)
				want := wire.Decision{Choice: row.choice}
				if row.at != 0 {
					want.At = now().Add(-row.at)
				}
				a.Decide(id, row.choice, want.At)
				a.Decide(id, row.choice, want.At) // a second tap
				synctest.Wait()
				if c := a.Model().Presses[0].Choosing; !c.Busy || c.Choice != row.choice {
					t.Errorf("while it is sent: %+v", c)
				}
				settle()
				a.want(t, "decided", Ready, row.then)
				b.want(t, "decided, in another tab", Ready, row.then)
				if !slices.Equal(s.court.decisions, []wire.Decision{want}) {
					t.Errorf("decided %v, want %v once", s.court.decisions, want)
				}
				a.kill()
				b.kill()
				m.open().want(t, "after a restart", Ready, row.then)
			})
		})
	}
}

func TestDecisionThatDoesNotGetThrough(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, id := dispute(t, m, s)
		s.set(func() { s.down = true })
		a.Decide(id, wire.ChoiceMine, 0)
		settle()
		a.want(t, "no network", Ready, clock.Out, Disputed)
		if c := a.Model().Presses[0].Choosing; c != (Choosing{Choice: wire.ChoiceMine, Code: wire.CodeOffline}) {
			t.Errorf("without a network: %+v", c)
		}
		s.set(func() { s.down = false })
		a.Decide(id, wire.ChoiceMine, 0)
		settle()
		a.want(t, "again", Ready, clock.In)
	})
}

// The answer is lost, so the decision is sent again; the server has done it.
func TestDecisionWhoseAnswerIsLost(t *testing.T) {
	for choice, then := range map[wire.Choice]clock.State{wire.ChoiceKeep: clock.Out, wire.ChoiceMine: clock.In} {
		t.Run(string(choice), func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				a, id := dispute(t, m, s)
				s.set(func() { s.lost = true })
				a.Decide(id, choice, 0)
				settle()
				s.set(func() { s.lost = false })
				a.Decide(id, choice, 0)
				settle()
				a.want(t, "sent again", Ready, then)
				if n := len(s.court.decisions); n != 1 {
					t.Errorf("decided %d times", n)
				}
			})
		})
	}
}

func TestConflictOfAPressMadeElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		r := wire.Receipt{ID: "x", Team: "t1", Kind: clock.ClockIn, Status: wire.Conflicted, At: now(), Received: now(), By: "boss",
			Code: wire.CodeOrder, Conflict: against(clock.Card{ID: "c"})}
		s.set(func() { s.waiting["anna"] = []wire.Receipt{r}; s.seen["x"] = r })
		s.emit(client.Event{Receipt: &r})
		settle()
		a.want(t, "heard of", Ready, clock.Out, Disputed)
		if p := a.Model().Presses[0]; !p.Elsewhere || !p.Helped {
			t.Errorf("press %+v, want that somebody else made it elsewhere", p)
		}
		a.Decide("x", wire.ChoiceKeep, 0)
		settle()
		a.want(t, "decided", Ready, clock.Out)
		a.Decide("x", wire.ChoiceMine, 0)
		settle()
		if n := len(s.court.decisions); n != 1 {
			t.Errorf("%d decisions, want that only a disputed press is decided about", n)
		}
	})
}

// A press that was on the card turns out to be there twice.
func TestTwinOfADeliveredPress(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Press(clock.ClockIn, "")
		synctest.Wait()
		settle()
		a.want(t, "delivered", Ready, clock.In)
		last := a.Model().Last
		r := s.seen[last.ID]
		r.Status, r.Code = wire.Conflicted, wire.CodeTwin
		r.Conflict = &wire.Conflict{Stands: &clock.Card{}, Twin: now(), Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceMine}}
		s.set(func() { s.waiting["anna"] = []wire.Receipt{r} })
		s.emit(client.Event{Receipt: &r})
		settle()
		a.want(t, "twin", Ready, clock.In, Disputed)
	})
}

func TestStatedPress(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		began, left := now().Add(-20*clock.Hour), now().Add(-11*clock.Hour)
		s.cards["annat1"] = []clock.Card{{ID: "c", Team: "t1", In: &clock.Event{At: began}}}
		a := m.open()
		s.set(func() { s.hold = true })
		a.PressStated(clock.ClockOut, left, "forgot")
		settle()
		a.want(t, "pressed", Ready, clock.Out, AtServer)
		if out := a.Model().Shown()[0].Out; out == nil || out.At != left {
			t.Errorf("shown to end at %v, want the stated time", out)
		}
		if p := a.Model().Presses[0]; p.When() != left || p.At == left {
			t.Errorf("press %+v", p)
		}
		s.release("anna", wire.Delivered)
		settle()
		a.want(t, "delivered", Ready, clock.Out)
		if out := a.Model().Cards[0].Out; out == nil || out.At != left {
			t.Errorf("recorded to end at %v, want the stated time", out)
		}
	})
}

// Whoever was asked when they left and says that they work still.
func TestPressStatedToBeNow(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.cards["annat1"] = []clock.Card{{ID: "c", Team: "t1", In: &clock.Event{At: now().Add(-20 * clock.Hour)}}}
		a := m.open()
		s.set(func() { s.hold = true })
		a.PressStated(clock.StartBreak, Now, "")
		settle()
		a.want(t, "pressed", Ready, clock.OnBreak, AtServer)
		if p := a.Model().Presses[0]; p.Stated == 0 || p.Stated != p.At {
			t.Errorf("press %+v, want it stated to be at its own time", p)
		}
	})
}

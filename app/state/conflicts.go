package state

import (
	"context"
	"maps"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Decide sends what the person chose about a press that is Disputed; at is for
// wire.ChoiceStated. While a choice is being sent another is not taken. One
// that does not get through stays on the press as Choosing, with the reason.
func (s *Store) Decide(id string, choice wire.Choice, at clock.Instant) {
	ctx, _ := s.life()
	begun, person := false, ""
	s.change(func(m *Model) {
		for _, p := range m.Presses {
			begun = begun || p.ID == id && p.Place == Disputed && !p.Choosing.Busy
		}
		if person = m.Me.Person.ID; begun {
			s.choose(id, Choosing{Choice: choice, Busy: true})
		}
	})
	if begun {
		go s.decide(ctx, person, id, wire.Decision{Choice: choice, At: at})
	}
}

// choose notes how far a decision has come; the zero Choosing is none. It needs
// the lock. What a Model refers to stays as it is.
func (s *Store) choose(id string, c Choosing) {
	s.choosing = maps.Clone(s.choosing)
	if s.choosing == nil {
		s.choosing = map[string]Choosing{}
	}
	s.choosing[id] = c
	if c == (Choosing{}) {
		delete(s.choosing, id)
	}
}

func (s *Store) decide(ctx context.Context, person, id string, d wire.Decision) {
	receipt, err := s.Server.Decide(ctx, id, d)
	code := client.CodeOf(err)
	same := false
	s.change(func(m *Model) {
		if same = m.Me.Person.ID == person && ctx.Err() == nil; !same {
			return
		}
		c := Choosing{}
		if err != nil {
			c = Choosing{Choice: d.Choice, Code: code}
		}
		s.choose(id, c)
	})
	switch {
	case !same:
	case err == nil:
		s.hear(ctx, receipt)
	case code == wire.CodeDecided || code == wire.CodeNotFound || code == wire.CodeSignedOut:
		s.read(want{}) // what became of it, or who is here
	}
}

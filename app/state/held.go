package state

import (
	"context"

	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// Hold keeps a press on this device while nobody is known here: it is nobody's
// until somebody who signed in says that it was theirs (Claim). One that cannot
// be stored leaves wire.CodeStore as Trouble.
func (s *Store) Hold(kind clock.Kind, note string) {
	stamp := s.Watch.Stamp()
	ctx, _ := s.life()
	begun := false
	s.change(func(m *Model) {
		if begun = kind.Valid() && m.Pressing == ""; begun {
			m.Pressing, m.Trouble = kind, ""
		}
	})
	if !begun {
		return
	}
	go func() {
		_, err := s.box.Hold(ctx, outbox.Intent{Kind: kind, Note: cut(note), Stamp: stamp})
		s.change(func(m *Model) {
			m.Pressing = ""
			if err != nil {
				m.Trouble = wire.CodeStore
			}
		})
	}()
}

// Claim says that a held press was the person's: it is recorded in the chosen
// team. Disown says that it was not.
func (s *Store) Claim(id string) {
	if team := s.Model().Team; team != "" {
		s.settleHeld(func(ctx context.Context) error { return s.box.Claim(ctx, id, team) })
	}
}

// Disown is the other answer; see Claim.
func (s *Store) Disown(id string) {
	s.settleHeld(func(ctx context.Context) error { return s.box.Disown(ctx, id) })
}

func (s *Store) settleHeld(f func(context.Context) error) {
	ctx, _ := s.life()
	go func() {
		if f(ctx) != nil {
			s.change(func(m *Model) { m.Trouble = wire.CodeStore })
		}
	}()
}

// held gives the held presses that the screen shows: those that the person is
// to be asked about, once the server named them; without a person, all. It
// needs the lock.
func (s *Store) held() []outbox.Held {
	if s.model.Phase == Ready && !s.confirmed {
		return nil
	}
	return s.box.Held()
}

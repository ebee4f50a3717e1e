package state

import (
	"context"

	"timeclock/app/client"
	"timeclock/app/wire"
)

// SignIns are the person's own sessions.
type SignIns struct {
	All   []wire.Session
	Known bool // whether All was read
	// Loading is set while they are being read or one is being ended.
	Loading bool
	// Trouble says why the last of that came to nothing; empty when it did not.
	Trouble wire.Code
}

// ReadSignIns reads the person's sessions anew.
func (s *Store) ReadSignIns() { s.tidy(nil, nil) }

// EndSignIn ends one other session, EndOtherSignIns all others.
func (s *Store) EndSignIn(id string) {
	s.tidy(func(ctx context.Context) error {
		if err := s.Server.EndSession(ctx, id); client.CodeOf(err) != wire.CodeNotFound {
			return err
		}
		return nil // it is over, which is what was wanted
	}, nil)
}

// EndOtherSignIns ends all sessions but this one.
func (s *Store) EndOtherSignIns() { s.tidy(s.Server.EndOthers, nil) }

// EndSignIns ends all other sessions and then this one, as SignOut does.
func (s *Store) EndSignIns() { s.tidy(s.Server.EndOthers, s.SignOut) }

// tidy does something about the sessions, if anything, and then goes on as told,
// or reads them. While that is under way it takes nothing else.
func (s *Store) tidy(do func(context.Context) error, then func()) {
	ctx, _ := s.life()
	begun, person := false, ""
	s.change(func(m *Model) {
		if begun = m.Phase == Ready && !m.SignIns.Loading; begun {
			m.SignIns.Loading, m.SignIns.Trouble = true, ""
			person = m.Me.Person.ID
		}
	})
	if !begun {
		return
	}
	go func() {
		var answer wire.Sessions
		var err error
		if do != nil {
			err = do(ctx)
		}
		if err == nil {
			answer, err = s.Server.Sessions(ctx)
		}
		s.tidied(person, answer, err)
		if err == nil && then != nil {
			then()
		}
	}()
}

func (s *Store) tidied(person string, answer wire.Sessions, err error) {
	code := client.CodeOf(err)
	s.change(func(m *Model) {
		if m.Me.Person.ID != person {
			return
		}
		m.SignIns.Loading, m.SignIns.Trouble = false, code
		if err == nil {
			m.SignIns.All, m.SignIns.Known = answer.Sessions, true
		}
	})
	if code == wire.CodeSignedOut {
		s.read(want{})
	}
}

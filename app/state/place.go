package state

import (
	"context"
	"time"

	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// prefPlace remembers for this device whether presses may say where they were
// made: placeYes, placeNo, or nothing before anybody said so.
const (
	prefPlace = "timeclock.place"
	placeYes  = "yes"
	placeNo   = "no"
)

// enough is how surely, in metres, a place must be known for no better one to be
// waited for.
const enough = 50

// askingTime is how long a person may take to answer the browser's question.
const askingTime = time.Minute

// Where is whether presses in the chosen team say where they were made.
type Where int

// Nowhere: the team does not want to know, or it is not known yet what holds.
// WhereAsked: the person has not said whether they may. WhereSaid: they do.
// WhereKept: the person said no on this device. WhereDenied: the browser does
// not let them. WhereUnable: it cannot.
const (
	Nowhere Where = iota
	WhereAsked
	WhereSaid
	WhereKept
	WhereDenied
	WhereUnable
)

// Permission is what the browser says of pages that ask where the device is.
type Permission string

// Prompt: it asks its person when that is needed. Unable: it has no way to tell.
const (
	Prompt  Permission = "prompt"
	Granted Permission = "granted"
	Denied  Permission = "denied"
	Unable  Permission = "unable"
)

// placing is what is known of whether presses may say where they were made. It
// is guarded by Store.mu.
type placing struct {
	choice     string     // as under prefPlace
	permission Permission // empty before the browser said so
}

// where works it out. It needs the lock.
func (s *Store) where() Where {
	team, _ := s.model.TeamOf()
	p := s.placing
	switch {
	case !team.Located || !team.Clock || p.permission == "":
		return Nowhere
	case p.permission == Unable:
		return WhereUnable
	case p.choice == placeNo:
		return WhereKept
	case p.permission == Denied:
		return WhereDenied
	case p.choice == placeYes || p.permission == Granted:
		return WhereSaid
	}
	return WhereAsked
}

// Permitted hears a Permission, at first and whenever it changes.
func (s *Store) Permitted(p Permission) {
	s.change(func(*Model) { s.placing.permission = p })
}

// LetPlace says whether presses made on this device may say where. The browser
// asks its person then, if it has to, so that no press waits for the answer;
// where the device is now is not looked at.
func (s *Store) LetPlace(may bool) {
	choice := placeNo
	if may {
		choice = placeYes
	}
	s.SetPref(prefPlace, choice)
	ask := false
	s.change(func(*Model) {
		s.placing.choice = choice
		ask = may && s.placing.permission == Prompt
	})
	if ctx, _ := s.life(); ask {
		go func() { _, _ = s.locate(ctx, askingTime) }()
	}
}

// forgetPlace forgets a yes, which was its person's own. A no stays with the
// device: whoever is next has to say yes themselves.
func (s *Store) forgetPlace() {
	s.change(func(*Model) {
		if s.placing.choice == placeYes {
			s.placing.choice = ""
		}
	})
	if s.Pref(prefPlace) == placeYes {
		s.SetPref(prefPlace, "")
	}
}

// place finds out where a press was made that was just stored.
func (s *Store) place(ctx context.Context, id string) {
	at, err := s.locate(ctx, outbox.Patience.Duration())
	if err != nil {
		s.box.Place(ctx, id, nil)
		return
	}
	rounded := at.Rounded()
	s.box.Place(ctx, id, &rounded)
}

func (s *Store) locate(ctx context.Context, most time.Duration) (wire.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	return s.Locate(ctx, enough)
}

package state

import (
	"context"

	"timeclock/app/clock"
)

// Store owns the Model. Every method may be called on any goroutine, the one
// that draws included, and returns at once; what has to wait happens on
// goroutines of the Store's own.
type Store struct{}

// Deps is what a Store needs.
type Deps struct{}

// New makes a Store. Nothing happens before Open.
func New(d Deps) *Store { return &Store{} }

// Open begins: it shows what is remembered, reads the clock, sends what waits
// and listens for news. The work ends with ctx.
func (s *Store) Open(ctx context.Context) {}

// Model gives the present Model. It is a copy that nothing changes.
func (s *Store) Model() Model { return Model{} }

// Subscribe calls f after every change of the Model, on any goroutine and one
// call at a time, until cancel is called. f must return at once; it asks for
// the Model itself.
func (s *Store) Subscribe(f func()) (cancel func()) { return func() {} }

// Now gives the server's time as well as it is known, for ticking displays.
func (s *Store) Now() clock.Instant { return 0 }

// Zone gives the zone of the chosen team, or the viewer's.
func (s *Store) Zone() clock.Zone { return clock.UTC }

// Press records that the person pressed kind with a note, if it may follow
// what is shown; the same kind within 1.5 s is the same press.
func (s *Store) Press(kind clock.Kind, note string) {}

// Refresh reads the clock anew, from Graph itself.
func (s *Store) Refresh() {}

// ChooseTeam shows another team of the person and remembers the choice.
func (s *Store) ChooseTeam(id string) {}

// Older reads five more weeks of history.
func (s *Store) Older() {}

// SignIn leaves for the provider; prompt is "" or "select_account".
func (s *Store) SignIn(prompt string) {}

// SignOut ends the session here and at the provider. Waiting presses stay.
func (s *Store) SignOut() {}

// Dismiss takes a rejected press off the screen, or the last one when id is
// that of Last.
func (s *Store) Dismiss(id string) {}

// ClearTrouble takes the last trouble off the screen.
func (s *Store) ClearTrouble() {}

// Resume is called when the page was shown, focused or came online.
func (s *Store) Resume() {}

// Pause is called when the page was hidden.
func (s *Store) Pause() {}

// Heard takes what another tab told.
func (s *Store) Heard(message []byte) {}

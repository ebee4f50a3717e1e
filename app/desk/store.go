package desk

import (
	"context"
	"net/url"
	"slices"
	"sync"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// Server is what the desk asks of the server.
type Server interface {
	Me(ctx context.Context) (wire.Me, error)
}

// Deps is what a Store stands on. All fields are required.
type Deps struct {
	Server Server
	Watch  *outbox.Watch    // tells the server's time
	Assign func(url string) // leaves for another address
	Path   func() string    // of the present address, with its query
}

// Phase is how far the desk has come.
type Phase int

// Opening: nothing is known yet. SignedOut: nobody is signed in. Denied: who is
// here supervises no team. Broken: the server did not say.
const (
	Opening Phase = iota
	SignedOut
	Denied
	Broken
	Ready
)

// Model is what the screens show.
type Model struct {
	Phase   Phase
	Me      wire.Me
	Teams   []wire.Team  // those that the person supervises
	Team    string       // the chosen one
	Trouble wire.Problem // why Broken
}

// Store keeps the Model. Safe for concurrent use.
type Store struct {
	Deps

	mu    sync.Mutex // protects what follows
	ctx   context.Context
	model Model
	heard map[int]func()
	next  int
}

// New gives a Store that has asked for nothing yet.
func New(d Deps) *Store {
	return &Store{Deps: d, ctx: context.Background(), heard: map[int]func(){}}
}

// Model gives what is to be shown now. It is not changed by anybody.
func (s *Store) Model() Model {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.model
}

// Now is the server's time as well as it is known.
func (s *Store) Now() clock.Instant { return s.Watch.Now() }

// Subscribe calls f after every change, on any goroutine.
func (s *Store) Subscribe(f func()) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.next
	s.next++
	s.heard[id] = f
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.heard, id)
	}
}

func (s *Store) change(f func(*Model)) {
	s.mu.Lock()
	f(&s.model)
	tell := make([]func(), 0, len(s.heard))
	for _, t := range s.heard {
		tell = append(tell, t)
	}
	s.mu.Unlock()
	for _, t := range tell {
		t()
	}
}

// Open begins to ask the server, until ctx is done.
func (s *Store) Open(ctx context.Context) {
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	s.Refresh()
}

// Refresh asks the server anew.
func (s *Store) Refresh() { go s.read() }

func (s *Store) read() {
	s.mu.Lock()
	ctx := s.ctx
	s.mu.Unlock()
	me, err := s.Server.Me(ctx)
	s.change(func(m *Model) {
		switch {
		case client.CodeOf(err) == wire.CodeSignedOut:
			*m = Model{Phase: SignedOut}
		case err != nil:
			m.Phase, m.Trouble = Broken, *client.ProblemOf(err)
		default:
			m.welcome(me)
		}
	})
}

// welcome shows who is here and the teams they answer for.
func (m *Model) welcome(me wire.Me) {
	m.Me, m.Phase, m.Trouble = me, Ready, wire.Problem{}
	m.Teams = slices.DeleteFunc(slices.Clone(me.Teams), func(t wire.Team) bool { return !t.Supervisor })
	if len(m.Teams) == 0 {
		m.Phase = Denied
		return
	}
	if !slices.ContainsFunc(m.Teams, func(t wire.Team) bool { return t.ID == m.Team }) {
		m.Team = m.Teams[0].ID
	}
}

// SignIn leaves for the provider and comes back to this page.
func (s *Store) SignIn() {
	s.Assign(wire.PathLogin + "?" + url.Values{wire.ParamReturn: {s.Path()}}.Encode())
}

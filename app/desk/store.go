package desk

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"sync"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// Server is what the desk asks of the server. Every error is a *wire.Problem, or
// wraps one, or is the end of the context.
type Server interface {
	Me(ctx context.Context) (wire.Me, error)
	Board(ctx context.Context, team string, fresh bool) (wire.Board, error)
	// Watch calls handle until ctx ends or the session did.
	Watch(ctx context.Context, team string, handle func(client.DeskEvent)) error
	Conflicts(ctx context.Context, team string) (wire.Conflicts, error)
	// Behalf presses for others; with preview it only tells what that would do.
	Behalf(ctx context.Context, person, team string, presses []wire.Behalf, preview bool) (wire.Results, error)
	Undo(ctx context.Context, person, team string, ids []string) (wire.Results, error)
	SignOut(ctx context.Context) (wire.SignedOut, error)
	Asks
	Reporter
	Clerk
}

// Deps is what a Store stands on. All fields are required, and none of the
// functions may wait.
type Deps struct {
	Server  Server
	Watch   *outbox.Watch // tells the server's time
	Zone    func(iana string) clock.Zone
	ID      func() string            // a new UUIDv7
	Fold    func(text string) string // without what a search does not look at
	Assign  func(url string)         // leaves for another address
	Path    func() string            // of the present address, with its query
	Pref    func(key string) string
	SetPref func(key, value string)
	Save    func(browser.File) error // puts a file where downloads go
	// Keep and Kept are for what is being written: as long as the tab is there.
	Keep func(key, text string)
	Kept func(key string) string
}

// Preferences, which stay in this browser.
const (
	prefTeam = "timeclock.desk.team"
	prefSort = "timeclock.desk.sort"
)

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

// Model is what the screens show. It is a value, and nothing changes what it
// refers to.
type Model struct {
	Phase   Phase
	Me      wire.Me
	Teams   []wire.Team  // those that the person supervises
	Team    string       // the chosen one
	Trouble wire.Problem // why Broken

	Board     Board
	View      View
	Chosen    map[string]bool // the people chosen to be acted for, by id
	Conflicts []wire.TeamConflict
	Behalf    Behalf
	Inbox     Inbox
	Report    Report

	Person Person
	Card   Card
	Errand Errand
	Amends []wire.Amended // those of the team that are not over, the oldest first
}

// TeamOf gives the chosen team.
func (m Model) TeamOf() wire.Team {
	for _, t := range m.Teams {
		if t.ID == m.Team {
			return t
		}
	}
	return wire.Team{}
}

// Store keeps the Model. Its methods return at once, and are safe for concurrent
// use.
type Store struct {
	Deps

	mu     sync.Mutex // protects what follows
	ctx    context.Context
	model  Model
	heard  map[int]func()
	next   int
	epoch  int  // grows with every change of person or team; answers of an earlier one are dropped
	hidden bool // the page cannot be seen
	stop   context.CancelFunc
	device string // names this page's life as a device that presses come from
	seq    int64

	errandOf  string // what is asked for, and the ids that it keeps
	errandIDs []string
}

// New gives a Store that has asked for nothing yet.
func New(d Deps) *Store {
	s := &Store{Deps: d, ctx: context.Background(), heard: map[int]func(){}, device: d.ID()}
	s.model.View.Sort = sortOf(d.Pref(prefSort))
	s.model.Team = d.Pref(prefTeam)
	return s
}

// Model gives what is to be shown now.
func (s *Store) Model() Model {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.model
}

// Now is the server's time as well as it is known.
func (s *Store) Now() clock.Instant { return s.Deps.Watch.Now() }

// TeamZone is the zone of the chosen team.
func (s *Store) TeamZone() clock.Zone { return s.Zone(s.Model().TeamOf().Zone) }

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

// within changes the Model unless person or team are others since epoch.
func (s *Store) within(epoch int, f func(*Model)) {
	s.change(func(m *Model) {
		if s.epoch == epoch {
			f(m)
		}
	})
}

// life gives the context of what is asked now, and the epoch it belongs to.
func (s *Store) life() (context.Context, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ctx, s.epoch
}

// Open begins to ask the server, until ctx is done.
func (s *Store) Open(ctx context.Context) {
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	go s.read()
}

// Retry asks the server anew who is here.
func (s *Store) Retry() { go s.read() }

func (s *Store) read() {
	ctx, _ := s.life()
	me, err := s.Server.Me(ctx)
	s.change(func(m *Model) {
		switch {
		case client.CodeOf(err) == wire.CodeSignedOut:
			s.leave(m)
		case err != nil:
			m.Phase, m.Trouble = Broken, *client.ProblemOf(err)
		default:
			s.welcome(m, me)
		}
	})
	if s.Model().Phase == Ready {
		s.listen()
		s.readBoard(false)
	}
}

// leave shows that nobody is signed in, and nothing of who was. What was being
// written for others stays.
func (s *Store) leave(m *Model) {
	s.epoch++
	s.deafen()
	*m = Model{Phase: SignedOut, Team: m.Team, View: m.View, Behalf: m.Behalf.kept()}
}

// welcome shows who is here and the teams they answer for.
func (s *Store) welcome(m *Model, me wire.Me) {
	if m.Me.Person.ID != "" && m.Me.Person.ID != me.Person.ID {
		s.epoch++
		s.deafen()
		*m = Model{Team: m.Team, View: m.View}
	}
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

// ChooseTeam shows another team and remembers it.
func (s *Store) ChooseTeam(id string) {
	chosen := false
	s.change(func(m *Model) {
		if m.Team == id || !slices.ContainsFunc(m.Teams, func(t wire.Team) bool { return t.ID == id }) {
			return
		}
		chosen = true
		s.epoch++
		s.deafen()
		m.Team, m.Board, m.Chosen, m.Conflicts, m.Behalf = id, Board{}, nil, nil, Behalf{}
		m.Inbox, m.Report = Inbox{}, Report{}
		m.Person, m.Card, m.Errand, m.Amends = Person{}, Card{}, Errand{}, nil
		m.View.Group, m.View.Search = All, ""
	})
	if chosen {
		s.SetPref(prefTeam, id)
		s.listen()
		go s.readBoard(false)
	}
}

// SignIn leaves for the provider and comes back to this page.
func (s *Store) SignIn() {
	s.Assign(wire.PathLogin + "?" + url.Values{wire.ParamReturn: {s.Path()}}.Encode())
}

// SignOut ends the session here and at the provider.
func (s *Store) SignOut() {
	ctx, _ := s.life()
	s.KeepDraft(Draft{})
	go func() {
		answer, err := s.Server.SignOut(ctx)
		if err != nil && client.CodeOf(err) != wire.CodeSignedOut {
			s.change(func(m *Model) { m.Board.Trouble = *client.ProblemOf(err) })
			return
		}
		s.change(s.leave)
		s.Assign(cmp.Or(answer.Next, "/"))
	}()
}

package state

import (
	"context"
	"reflect"
	"sync"
	"time"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// Server is what a Store asks of the server. Every error is a *wire.Problem,
// or wraps one, or is the end of the context; wire.CodeOffline means that no
// answer came.
type Server interface {
	Clock(ctx context.Context, team string, fresh bool) (wire.Clock, error)
	Cards(ctx context.Context, team string, from, to clock.Instant) (wire.Cards, error)
	outbox.Sender
	Arbiter
	Janitor
	Clerk
	Ledger
	SignOut(ctx context.Context) (wire.SignedOut, error)
	// Events calls handle until ctx ends or the session did.
	Events(ctx context.Context, handle func(client.Event)) error
}

// Arbiter is what a Store asks of the server about conflicts, with errors as
// those of Server.
type Arbiter interface {
	// Decide settles a press that is Conflicted. Decided once, it is answered
	// with wire.CodeDecided.
	Decide(ctx context.Context, id string, d wire.Decision) (wire.Receipt, error)
}

// Janitor is what a Store asks of the server about the person's own sessions,
// with errors as those of Server.
type Janitor interface {
	Sessions(ctx context.Context) (wire.Sessions, error)
	// EndSession ends another one, EndOthers all but this one.
	EndSession(ctx context.Context, id string) error
	EndOthers(ctx context.Context) error
}

// Deps is what a Store needs; all must be set. None of the functions may wait.
type Deps struct {
	Server  Server
	Presses outbox.Storage // the presses of this browser
	Memory  outbox.Storage // what is remembered for the next start
	Locker  outbox.Locker
	Watch   *outbox.Watch
	Mono    func() time.Duration
	Zone    func(iana string) clock.Zone
	Tell    func(message []byte) // makes every other tab's Store hear it
	Assign  func(url string)     // leaves the page
	Path    func() string        // path and query of the page
	Pref    func(key string) string
	SetPref func(key, value string)
	Device  Gadget
	Save    func(browser.File) error // puts it where downloads go
	// Version names the deployment this program is of; empty when not known.
	// LookForUpdate has the browser fetch another in the background.
	Version       string
	LookForUpdate func()
	// Locate gives where the device is, as soon as that is known within enough
	// metres, else as well as it is known when ctx ends. The browser may ask its
	// person first.
	Locate func(ctx context.Context, enough float64) (wire.Position, error)
}

// Store owns the Model; see the package comment.
type Store struct {
	Deps
	box   *outbox.Outbox
	dirty chan struct{} // one token: the Model changed

	recalled chan struct{} // closed once what is remembered is shown

	mu    sync.Mutex
	ctx   context.Context // the life of the Store's goroutines; set by Open
	open  bool            // whether Open was called
	model Model
	// epoch grows when the person or the team changes: what was asked for in
	// an earlier one is dropped.
	epoch int
	// confirmed says that the server named the Model's person since the
	// program began; before, presses are stored but not sent.
	confirmed bool
	newer     bool           // another deployment is to be had
	device    Device         // of the Model, whoever is here
	parting   string         // wire.PrefParting as last seen
	done      []done         // own presses that are on the card, but not on Cards yet
	foreign   []wire.Receipt // presses of this person made elsewhere
	choosing  map[string]Choosing
	placing   placing
	tapped    tapped // the last press
	reader    reader
	stop      context.CancelFunc // ends listening; nil while not listening
	hidden    bool
	errandOf  string // what was last asked for about cards, while it may be sent again
	errandID  string
	nextID    int
	subs      map[int]func()
}

// New makes a Store. Nothing happens before Open.
func New(d Deps) *Store {
	s := &Store{Deps: d, ctx: context.Background(), dirty: make(chan struct{}, 1), recalled: make(chan struct{}), subs: map[int]func(){}}
	s.box = outbox.New(outbox.Deps{
		Storage:   d.Presses,
		Sender:    d.Server,
		Locker:    d.Locker,
		ID:        outbox.NewID,
		Now:       d.Watch.Now,
		Date:      d.Watch.Date,
		Backoff:   client.Backoff,
		Changed:   func() { s.change(func(*Model) {}) },
		Settled:   s.settled,
		SignedOut: s.evicted,
		Tell:      func() { s.tell(message{Kind: TellPresses}) },
	})
	return s
}

// Open begins: it shows what is remembered, reads the clock, sends what waits
// and listens for news, until ctx ends. Call it once.
func (s *Store) Open(ctx context.Context) {
	s.mu.Lock()
	s.ctx, s.open = ctx, true
	s.model.Team = s.Pref(PrefTeam)
	s.parting = s.Pref(wire.PrefParting)
	s.device.Install = s.Device.Install()
	s.placing.choice = s.Pref(prefPlace)
	s.mu.Unlock()
	go s.notify(ctx)
	go s.box.Run(ctx)
	go func() {
		s.recall(ctx)
		close(s.recalled)
		// A storage that cannot be read shows when a press cannot be stored.
		_ = s.box.Reload(ctx)
		s.read(want{})
	}()
}

// Recalled is closed once the Model holds what was remembered, or nothing was.
func (s *Store) Recalled() <-chan struct{} { return s.recalled }

// Model gives the present Model. Nothing changes what it refers to.
func (s *Store) Model() Model {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.model
}

// Subscribe calls f after the Model changed, on any goroutine and one call at
// a time, until cancel is called. Changes that follow one another closely may
// be told once. f must return at once; it asks for the Model itself.
func (s *Store) Subscribe(f func()) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID
	s.nextID++
	s.subs[id] = f
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.subs, id)
	}
}

// Updated hears that the deployment with this version can be had.
func (s *Store) Updated(version string) {
	if s.Version != "" && version != "" && version != s.Version {
		s.change(func(*Model) { s.newer = true })
	}
}

// compare hears the server's version. That of another, before it or after, is
// fetched in the background and offered.
func (s *Store) compare(version string) {
	s.mu.Lock()
	known := s.newer
	s.mu.Unlock()
	s.Updated(version)
	s.mu.Lock()
	found := s.newer && !known
	s.mu.Unlock()
	if found {
		s.LookForUpdate()
	}
}

// Now gives the server's time as well as it is known, for ticking displays.
func (s *Store) Now() clock.Instant { return s.Watch.Now() }

// Zone gives the zone of the chosen team, or the viewer's.
func (s *Store) Zone() clock.Zone {
	t, _ := s.Model().TeamOf()
	return s.Deps.Zone(t.Zone)
}

// change changes the Model and has it told.
func (s *Store) change(f func(*Model)) {
	s.mu.Lock()
	f(&s.model)
	s.refresh()
	s.mu.Unlock()
	select {
	case s.dirty <- struct{}{}:
	default:
	}
}

// refresh works out what of the Model follows from the rest. It needs the
// lock.
func (s *Store) refresh() {
	s.model.Presses = s.presses()
	s.model.Others = s.box.Others()
	s.model.Held = s.held()
	s.model.Offline = s.reader.offline
	s.model.Newer, s.model.Device = s.newer, s.device
	s.model.Where = s.where()
	for _, p := range s.model.Presses {
		s.model.Offline = s.model.Offline || p.Code == wire.CodeOffline
	}
}

func (s *Store) notify(ctx context.Context) {
	var told Model
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.dirty:
		}
		now := s.Model()
		if reflect.DeepEqual(now, told) {
			continue // a screen costs far more than this
		}
		told = now
		for _, f := range s.subscribers() {
			f()
		}
	}
}

func (s *Store) subscribers() []func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs := make([]func(), 0, len(s.subs))
	for _, f := range s.subs {
		fs = append(fs, f)
	}
	return fs
}

// life gives the context of the Store's goroutines and the present epoch.
func (s *Store) life() (context.Context, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ctx, s.epoch
}

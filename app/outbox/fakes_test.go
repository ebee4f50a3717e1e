package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// server takes presses as the real one promises to: each id once, the same id
// again answered the same, and only for the person who is signed in. The next
// of faults goes wrong with the next call.
type server struct {
	mu       sync.Mutex
	person   string // who is signed in; empty for nobody
	status   wire.Status
	faults   []fault
	accepted []wire.Punch
	owner    map[string]string // of accepted ids
	placed   map[string]*wire.Position
	refused  map[string]wire.Code
	calls    []string // ids
	inside   int      // calls under way
	latency  time.Duration
	errs     []error // promises the callers broke
}

// fault is what goes wrong with one call; the zero fault is nothing.
type fault struct {
	before bool      // the request never arrives
	after  bool      // it is taken, and the answer is lost
	code   wire.Code // the server says this
	retry  int       // with this many seconds to wait
}

func newServer(person string) *server {
	return &server{person: person, status: wire.Delivered, owner: map[string]string{}, placed: map[string]*wire.Position{}, refused: map[string]wire.Code{}}
}

var errNetwork = errors.New("network down")

func (s *server) Punch(ctx context.Context, person string, sent wire.Located) (wire.Receipt, error) {
	p := sent.Punch
	s.mu.Lock()
	s.calls = append(s.calls, p.ID)
	s.inside++
	if s.inside > 1 {
		s.errs = append(s.errs, fmt.Errorf("%d presses under way at once", s.inside))
	}
	var f fault
	if len(s.faults) > 0 {
		f, s.faults = s.faults[0], s.faults[1:]
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.inside--
		s.mu.Unlock()
	}()
	select {
	case <-time.After(s.latency):
	case <-ctx.Done():
		return wire.Receipt{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case f.before:
		return wire.Receipt{}, errNetwork
	case person != s.person:
		return wire.Receipt{}, wire.NewProblem(401, wire.CodeSignedOut, "")
	case s.refused[p.ID] != "":
		return wire.Receipt{}, wire.NewProblem(400, s.refused[p.ID], "")
	case f.code != "" && (VerdictOf(f.code) != Never || s.owner[p.ID] == ""):
		if VerdictOf(f.code) == Never {
			s.refused[p.ID] = f.code
		}
		problem := wire.NewProblem(400, f.code, "")
		problem.RetryAfter = f.retry
		return wire.Receipt{}, fmt.Errorf("punch: %w", problem)
	}
	s.take(person, p)
	if _, before := s.placed[p.ID]; !before {
		s.placed[p.ID] = sent.Position
	}
	if f.after {
		return wire.Receipt{}, errNetwork
	}
	return wire.Receipt{ID: p.ID, Team: p.Team, Kind: p.Kind, Status: s.status, At: p.At}, nil
}

func (s *server) take(person string, p wire.Punch) {
	i := slices.IndexFunc(s.accepted, func(q wire.Punch) bool { return q.ID == p.ID })
	if i < 0 {
		s.accepted = append(s.accepted, p)
		s.owner[p.ID] = person
		return
	}
	first := s.accepted[i]
	if first.Ago, p.Ago = 0, 0; first != p {
		s.errs = append(s.errs, fmt.Errorf("id %s again, as another press: %+v, before %+v", p.ID, p, s.accepted[i]))
	}
}

func (s *server) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *server) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, p := range s.accepted {
		ids = append(ids, p.ID)
	}
	return ids
}

// sent gives the ids of all calls.
func (s *server) sent() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// disk is a storage that can fail: fail makes every Update do so, blind every
// Load.
type disk struct {
	*browser.Store
	mu          sync.Mutex
	fail, blind bool
}

var errQuota = &browser.Error{Name: "QuotaExceededError"}

func (d *disk) Update(ctx context.Context, f func(map[string][]byte) map[string][]byte) error {
	d.mu.Lock()
	fail := d.fail
	d.mu.Unlock()
	if fail {
		return errQuota
	}
	return d.Store.Update(ctx, f)
}

func (d *disk) Load(ctx context.Context) (map[string][]byte, error) {
	d.mu.Lock()
	blind := d.blind
	d.mu.Unlock()
	if blind {
		return nil, errQuota
	}
	return d.Store.Load(ctx)
}

func (d *disk) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// machine is one browser: what survives its tabs.
type machine struct {
	t      testing.TB
	store  *browser.Store
	locks  *browser.Locks
	server *server
	mu     sync.Mutex
	tabs   map[*tab]bool
}

func newMachine(t testing.TB, s *server) *machine {
	return &machine{t: t, store: browser.NewStore("presses"), locks: browser.NewLocks(), server: s, tabs: map[*tab]bool{}}
}

// tab is one Outbox of a machine, running until kill.
type tab struct {
	*Outbox
	disk    *disk
	kill    func()
	mu      sync.Mutex
	settled []Entry
	evicted int
}

// open starts a tab. It sends only after SignedIn.
func (m *machine) open() *tab {
	ctx, cancel := context.WithCancel(context.Background())
	t := &tab{disk: &disk{Store: m.store}}
	stopped := make(chan struct{})
	t.Outbox = New(Deps{
		Storage: t.disk, Sender: m.server, Locker: m.locks, ID: NewID,
		Now: now, Date: now,
		Backoff: func(failures int) time.Duration { return min(time.Second<<(failures-1), time.Minute) },
		Changed: func() {},
		Settled: func(e Entry) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.settled = append(t.settled, e)
		},
		SignedOut: func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.evicted++
		},
		Tell: func() { m.told(ctx, t) },
	})
	m.mu.Lock()
	m.tabs[t] = true
	m.mu.Unlock()
	go func() {
		defer close(stopped)
		t.Run(ctx)
	}()
	t.kill = func() {
		m.mu.Lock()
		delete(m.tabs, t)
		m.mu.Unlock()
		cancel()
		<-stopped
	}
	m.t.Cleanup(cancel)
	return t
}

// heard gives what the tab was told to be settled.
func (t *tab) heard() []Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.settled)
}

// told makes every tab but from reload.
func (m *machine) told(ctx context.Context, from *tab) {
	m.mu.Lock()
	others := slices.Collect(maps.Keys(m.tabs))
	m.mu.Unlock()
	for _, other := range others {
		if other != from && ctx.Err() == nil {
			go other.Reload(ctx)
		}
	}
}

// close ends all tabs; a bubble of fake time ends only when nothing runs.
func (m *machine) close() {
	m.mu.Lock()
	tabs := slices.Collect(maps.Keys(m.tabs))
	m.mu.Unlock()
	for _, t := range tabs {
		t.kill()
	}
}

func now() clock.Instant { return clock.At(time.Now()) }

// intent is a press of person, now.
func intent(person string, k clock.Kind, seen clock.State) Intent {
	return Intent{Person: person, Team: "team", Kind: k, Seen: seen, Stamp: Stamp{At: now(), Bound: 5, Trust: wire.Anchored}}
}

// stored gives the entries on disk.
func (m *machine) stored() []Entry {
	all, err := m.store.Load(context.Background())
	if err != nil {
		m.t.Errorf("Load = %v", err)
	}
	return read(all).entries
}

func idsOf(entries []Entry) []string {
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.Punch.ID)
	}
	return ids
}

func equal(a, b []string) bool { return slices.Equal(a, b) }

// pass lets d of fake time pass and everything come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

package state

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// server is one that keeps cards by the rules and can be unreachable. Presses
// are put on the card at once, or kept waiting while hold is set.
type server struct {
	mu      sync.Mutex
	t       testing.TB
	person  string // signed in; empty for nobody
	down    bool   // no answer at all
	unread  bool   // the clock is not answered
	lost    bool   // presses are taken, and their answers lost
	problem wire.Code
	hold    bool
	latency time.Duration
	version string
	cards   map[string][]clock.Card // by person and team
	waiting map[string][]wire.Receipt
	seen    map[string]wire.Receipt // by id of press
	asked   []string                // clock readings
	history []clock.Stretch
	court   court
	located bool // the first team has an approved location
	placed  map[string]*wire.Position
	hear    map[int]func(client.Event)
	next    int
	errands []string         // ids of what was asked for about cards
	amended *wire.AmendedAll // instead of success
	signIns []wire.Session   // of the person, one of them this
	stepUp  bool             // the person has to be asked something first
}

func newServer(t testing.TB, person string) *server {
	return &server{t: t, person: person, latency: 20 * time.Millisecond, cards: map[string][]clock.Card{},
		waiting: map[string][]wire.Receipt{}, seen: map[string]wire.Receipt{}, placed: map[string]*wire.Position{}, hear: map[int]func(client.Event){}}
}

var errDown = fmt.Errorf("no network: %w", wire.NewProblem(0, wire.CodeOffline, ""))

// enter waits as long as the network takes and gives what stands in the way.
func (s *server) enter(ctx context.Context) error {
	s.mu.Lock()
	latency := s.latency
	s.mu.Unlock()
	select {
	case <-time.After(latency):
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.down:
		return errDown
	case s.problem != "":
		return wire.NewProblem(500, s.problem, "")
	case s.person == "":
		p := wire.NewProblem(401, wire.CodeSignedOut, "")
		p.StepUp = s.stepUp
		return p
	}
	return nil
}

func (s *server) me() wire.Me {
	teams := []wire.Team{{ID: "t1", Name: "One", Zone: "Europe/Berlin", Clock: true, Located: s.located}, {ID: "t2", Name: "Two", Clock: true}}
	return wire.Me{Person: wire.Person{ID: s.person, Name: s.person}, Teams: teams, Now: now(), Version: s.version}
}

func (s *server) Clock(ctx context.Context, team string, fresh bool) (wire.Clock, error) {
	s.set(func() { s.asked = append(s.asked, fmt.Sprintf("%s %v", team, fresh)) })
	if err := s.enter(ctx); err != nil {
		return wire.Clock{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unread {
		return wire.Clock{}, errDown
	}
	if team == "" {
		team = "t1"
	}
	if team != "t1" && team != "t2" {
		return wire.Clock{}, wire.NewProblem(404, wire.CodeTeamUnknown, "")
	}
	return wire.Clock{Me: s.me(), Team: team, AsOf: now(), Cards: slices.Clone(s.cards[s.person+team]),
		Waiting: slices.Clone(s.waiting[s.person])}, nil
}

func (s *server) Cards(ctx context.Context, team string, from, to clock.Instant) (wire.Cards, error) {
	if err := s.enter(ctx); err != nil {
		return wire.Cards{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history = append(s.history, clock.Stretch{From: from, To: to})
	cards := clock.Began(s.cards[s.person+team], clock.Stretch{From: from, To: to})
	return wire.Cards{Team: team, From: from, To: to, Cards: cards, AsOf: now()}, nil
}

func (s *server) Punch(ctx context.Context, person string, sent wire.Located) (wire.Receipt, error) {
	p := sent.Punch
	if err := s.enter(ctx); err != nil {
		return wire.Receipt{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if person != s.person {
		return wire.Receipt{}, wire.NewProblem(401, wire.CodeSignedOut, "")
	}
	r, known := s.seen[p.ID]
	if !known {
		r = wire.Receipt{ID: p.ID, Team: p.Team, Kind: p.Kind, Status: wire.Accepted, At: p.At, Bound: p.Bound, Note: p.Note, Stated: p.Stated, Received: now()}
		s.placed[p.ID] = sent.Position
		if sent.Position != nil {
			r.Approved = new(sent.Position.Latitude > 59)
		}
		if s.court.against != nil {
			r.Status, r.Code, r.Conflict = wire.Conflicted, wire.CodeOrder, s.court.against
			s.waiting[person] = append(s.waiting[person], r)
		} else if s.hold {
			s.waiting[person] = append(s.waiting[person], r)
		} else if err := s.deliver(person, &r); err != nil {
			return wire.Receipt{}, wire.NewProblem(409, wire.CodeOrder, "")
		}
		s.seen[p.ID] = r
	}
	if s.lost {
		return wire.Receipt{}, errDown
	}
	return r, nil
}

// deliver puts a press on the card.
func (s *server) deliver(person string, r *wire.Receipt) error {
	key := person + r.Team
	cards, err := clock.ApplyPress(s.cards[key], r.Team, person, clock.Press{Kind: r.Kind, At: cmp.Or(r.Stated, r.At), Note: r.Note})
	if err != nil {
		return err
	}
	if r.Kind == clock.ClockIn {
		cards[len(cards)-1].ID = "card-" + r.ID
	}
	s.cards[key] = cards
	r.Status, r.Delivered, r.Recorded = wire.Delivered, now(), cmp.Or(r.Stated, r.At)
	return nil
}

// release delivers, or refuses, what was held and tells everybody.
func (s *server) release(person string, status wire.Status) {
	s.mu.Lock()
	waiting := s.waiting[person]
	s.waiting[person] = nil
	s.hold = false
	for i := range waiting {
		r := &waiting[i]
		if status == wire.Delivered {
			if err := s.deliver(person, r); err != nil {
				s.t.Errorf("deliver %s: %v", r.ID, err)
			}
		} else {
			r.Status, r.Code = wire.Refused, wire.CodeRefused
		}
		s.seen[r.ID] = *r
	}
	s.mu.Unlock()
	for _, r := range waiting {
		s.emit(client.Event{Receipt: &r})
	}
}

func (s *server) SignOut(ctx context.Context) (wire.SignedOut, error) {
	if err := s.enter(ctx); err != nil {
		return wire.SignedOut{}, err
	}
	s.set(func() { s.person = "" })
	return wire.SignedOut{Next: "https://idp.example/bye"}, nil
}

func (s *server) Sessions(ctx context.Context) (wire.Sessions, error) {
	if err := s.enter(ctx); err != nil {
		return wire.Sessions{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return wire.Sessions{Sessions: slices.Clone(s.signIns)}, nil
}

func (s *server) EndSession(ctx context.Context, id string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.signIns)
	s.signIns = slices.DeleteFunc(s.signIns, func(one wire.Session) bool { return one.ID == id })
	if len(s.signIns) == before {
		return wire.NewProblem(404, wire.CodeNotFound, "")
	}
	return nil
}

func (s *server) EndOthers(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.set(func() {
		s.signIns = slices.DeleteFunc(s.signIns, func(one wire.Session) bool { return !one.Current })
	})
	return nil
}

// The server of these tests keeps no requests and changes no cards.
func (s *server) Trail(ctx context.Context, team, card string) (wire.Trail, error) {
	return wire.Trail{Team: team}, s.enter(ctx)
}

func (s *server) Told(ctx context.Context, team string) (wire.Told, error) {
	return wire.Told{Team: team}, s.enter(ctx)
}

func (s *server) Reply(ctx context.Context, _ string, r wire.Replying) error {
	err := s.enter(ctx)
	s.set(func() { s.errands = append(s.errands, r.ID) })
	return err
}

func (s *server) Ask(ctx context.Context, _ string, a wire.Asking) (wire.Request, error) {
	err := s.enter(ctx)
	s.set(func() { s.errands = append(s.errands, a.ID) })
	return wire.Request{ID: a.ID}, err
}

func (s *server) Requests(ctx context.Context, team string) (wire.Requests, error) {
	return wire.Requests{Team: team, Requests: []wire.Request{{ID: "r2", Op: wire.Create}, {ID: "r1", Op: wire.Replace}, {ID: "r0", Op: wire.Create}}}, s.enter(ctx)
}

func (s *server) Withdraw(ctx context.Context, _, _ string) error { return s.enter(ctx) }
func (s *server) LeaveCard(ctx context.Context, _, id string) error {
	s.set(func() { s.errands = append(s.errands, "left "+id) })
	return s.enter(ctx)
}

func (s *server) Amend(ctx context.Context, _ string, a wire.Amendments) (wire.AmendedAll, error) {
	err := s.enter(ctx)
	var out wire.AmendedAll
	s.set(func() {
		for _, row := range a.Rows {
			s.errands = append(s.errands, row.ID)
			out.Rows = append(out.Rows, wire.AmendedRow{ID: row.ID, Amended: &wire.Amended{ID: row.ID, Status: wire.Delivered}})
		}
		if s.amended != nil {
			out = *s.amended
		}
	})
	return out, err
}

func (s *server) Events(ctx context.Context, handle func(client.Event)) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	id := s.next
	s.next++
	s.hear[id] = handle
	s.mu.Unlock()
	handle(client.Event{Opened: true})
	<-ctx.Done()
	s.set(func() { delete(s.hear, id) })
	return ctx.Err()
}

func (s *server) emit(e client.Event) {
	s.mu.Lock()
	var handlers []func(client.Event)
	for _, h := range s.hear {
		handlers = append(handlers, h)
	}
	s.mu.Unlock()
	for _, h := range handlers {
		h(e)
	}
}

func (s *server) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *server) listeners() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.hear)
}

func (s *server) readings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func now() clock.Instant { return clock.At(time.Now()) }

// machine is one browser.
type machine struct {
	server   *server
	presses  *browser.Store
	memory   *browser.Store
	locks    *browser.Locks
	prefs    sync.Map
	place    device
	mu       sync.Mutex
	tabs     []*tab
	assigned []string
	saved    []string
	full     bool // nothing more can be saved
	gadget   gadget
}

// gadget is the device that a machine is.
type gadget struct {
	install   browser.Install
	prompted  int
	room      browser.Room
	agrees    bool // to keep what is kept
	broken    bool
	dropped   int
	startOver int
}

func (g *gadget) Install() browser.Install { return g.install }
func (g *gadget) PromptInstall()           { g.prompted++ }

func (g *gadget) Room(context.Context) (browser.Room, error) {
	if g.broken {
		return browser.Room{}, browser.ErrUnsupported
	}
	return g.room, nil
}

func (g *gadget) Persist(context.Context) (bool, error) {
	g.room.Lasting = g.agrees
	return g.agrees, nil
}

func (g *gadget) DropProgram(context.Context) error {
	if g.broken {
		return browser.ErrUnsupported
	}
	g.dropped++
	return nil
}

func (g *gadget) StartOver() { g.startOver++ }

// tab is one Store of a machine.
type tab struct {
	*Store
	kill context.CancelFunc
	told int
	// looked counts how often the browser was made to look for an update.
	looked int
	alive  bool
}

func newMachine(s *server) *machine {
	return &machine{server: s, presses: browser.NewStore("p"), memory: browser.NewStore("m"), locks: browser.NewLocks()}
}

func (m *machine) deps(self *tab) Deps {
	begin := time.Now()
	mono := func() time.Duration { return time.Since(begin) }
	return Deps{
		Server: m.server, Presses: m.presses, Memory: m.memory, Locker: m.locks,
		Watch: outbox.NewWatch(mono, now), Mono: mono, Zone: browser.Zone,
		Tell:   func(b []byte) { m.tell(self, b) },
		Assign: func(url string) { m.mu.Lock(); defer m.mu.Unlock(); m.assigned = append(m.assigned, url) },
		Path:   func() string { return "/history?x=1" },
		Pref: func(key string) string {
			v, _ := m.prefs.Load(key)
			s, _ := v.(string)
			return s
		},
		SetPref: func(key, value string) { m.prefs.Store(key, value) },
		Device:  &m.gadget,
		Save:    m.save,
		Version: "v1", LookForUpdate: func() { self.looked++ },
		Locate: m.place.locate,
	}
}

func (m *machine) tell(from *tab, b []byte) {
	m.mu.Lock()
	tabs := slices.Clone(m.tabs)
	m.mu.Unlock()
	for _, other := range tabs {
		if other != from && other.alive {
			other.Heard(b)
		}
	}
}

// open starts a tab and waits until it has come to rest.
func (m *machine) open() *tab {
	self := &tab{alive: true}
	self.Store = New(m.deps(self))
	return m.start(self)
}

func (m *machine) start(self *tab) *tab {
	ctx, cancel := context.WithCancel(context.Background())
	self.kill = func() {
		m.mu.Lock()
		self.alive = false
		m.mu.Unlock()
		cancel()
	}
	m.mu.Lock()
	m.tabs = append(m.tabs, self)
	m.mu.Unlock()
	self.Open(ctx)
	settle()
	return self
}

// settle lets some seconds of fake time pass.
func settle() {
	time.Sleep(5 * time.Second)
	synctest.Wait()
}

func bubble(t *testing.T, f func(t *testing.T, m *machine, s *server)) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, "anna")
		m := newMachine(s)
		f(t, m, s)
		for _, tab := range m.tabs {
			tab.kill()
		}
		time.Sleep(2 * time.Minute) // retries that are still planned
	})
}

// want fails the test unless the tab stands as told.
func (tab *tab) want(t *testing.T, when string, phase Phase, state clock.State, places ...Place) {
	t.Helper()
	m := tab.Model()
	got := []Place{}
	for _, p := range m.Presses {
		got = append(got, p.Place)
	}
	if m.Phase != phase || m.State() != state || !slices.Equal(got, places) {
		t.Errorf("%s: phase %v, state %q, presses at %v; want %v, %q, %v", when, m.Phase, m.State(), got, phase, state, places)
	}
}

var errDisk = errors.New("disk full")

// brokenDisk is a storage that can neither be read nor written.
type brokenDisk struct{}

func (brokenDisk) Load(context.Context) (map[string][]byte, error) { return nil, errDisk }
func (brokenDisk) Update(context.Context, func(map[string][]byte) map[string][]byte) error {
	return errDisk
}

// refusing takes nobody for signed in.
type refusing struct{}

func (refusing) Punch(context.Context, string, wire.Located) (wire.Receipt, error) {
	return wire.Receipt{}, wire.NewProblem(401, wire.CodeSignedOut, "")
}

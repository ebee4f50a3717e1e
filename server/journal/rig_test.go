package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/authority"
	"timeclock/server/deliver"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/postgres"
	"timeclock/server/roster"
	sandbox "timeclock/server/sandbox/tenant"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

// database is what a server keeps everything in.
type database struct {
	name    string
	journal store
	mirror  mirror.Store
}

func onSQLite(t *testing.T) database {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return database{"SQLite", sqlite.Journal{DB: db}, sqlite.Mirror{DB: db}}
}

// onPostgreSQL opens a database that postgrestest has made.
func onPostgreSQL(t *testing.T, url string) database {
	t.Helper()
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return database{"PostgreSQL", postgres.Journal{DB: db}, postgres.Mirror{DB: db}}
}

// errStore is what a store says that was made to fail.
var errStore = errors.New("store fails on demand")

// shaky is the part of a store that is one person's, and fails on demand. The
// journals of several tests may share one database by it.
type shaky struct {
	store
	person string

	hooks sync.Mutex // held while before or after runs

	mu     sync.Mutex                      // protects what follows
	dead   bool                            // nothing is written or read any more
	last   map[string]wire.Status          // of each press, as stored
	sends  int                             // how often a press came to be sending
	before func(op string, e record) error // an error keeps the call from the store
	after  func(op string, e record) error // an error keeps the answer from the journal
}

// record is a change about to be stored.
type record struct {
	journal.Entry
	was  wire.Status // as stored, empty for a new press
	send int         // the number of the send it belongs to, from 1
}

// answered reports whether the change records what came of a send.
func (r record) answered() bool { return r.was == wire.Sending && r.Status != wire.Sending }

// begins reports whether the change records that a send is about to be made.
func (r record) begins() bool { return r.was != wire.Sending && r.Status == wire.Sending }

// kept reports whether the change keeps a card as it stood.
func (r record) kept() bool { return r.begins() && len(r.Before) > 0 }

// asked calls what is set to happen before or after a call.
func (s *shaky) asked(op string, r record, after bool) error {
	s.mu.Lock()
	hook := s.before
	if after {
		hook = s.after
	}
	dead := s.dead
	s.mu.Unlock()
	if dead {
		return errStore
	}
	if hook == nil {
		return nil
	}
	s.hooks.Lock()
	defer s.hooks.Unlock()
	return hook(op, r)
}

// call makes one call as it is set to go.
func (s *shaky) call(op string, r record, do func() error) error {
	if err := s.asked(op, r, false); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return s.asked(op, r, true)
}

// die makes everything fail from now on.
func (s *shaky) die() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead = true
}

// set says what is to happen before and after each call from now on.
func (s *shaky) set(before, after func(op string, r record) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

func (s *shaky) Accept(ctx context.Context, e journal.Entry) (stored journal.Entry, fresh bool, err error) {
	err = s.call("accept", record{Entry: e}, func() (err error) { stored, fresh, err = s.store.Accept(ctx, e); return })
	return stored, fresh, err
}

func (s *shaky) Update(ctx context.Context, e journal.Entry) (journal.Entry, error) {
	s.mu.Lock()
	r := record{Entry: e, was: s.last[e.ID], send: s.sends}
	if r.begins() {
		r.send++
	}
	s.mu.Unlock()
	saved := e
	err := s.call("update", r, func() (err error) {
		if saved, err = s.store.Update(ctx, e); err == nil {
			s.mu.Lock()
			s.last[e.ID], s.sends = saved.Status, r.send
			s.mu.Unlock()
		}
		return err
	})
	if err != nil {
		return e, err
	}
	return saved, nil
}

func (s *shaky) Entry(ctx context.Context, id string) (e journal.Entry, err error) {
	err = s.call("entry", record{}, func() (err error) { e, err = s.store.Entry(ctx, id); return })
	return e, err
}

func (s *shaky) Open(ctx context.Context, _ string) (open []journal.Entry, err error) {
	err = s.call("open", record{}, func() (err error) { open, err = s.store.Open(ctx, s.person); return })
	return open, err
}

func (s *shaky) Adopted(ctx context.Context, id string, stamp journal.Stamp) (taken bool, err error) {
	err = s.call("adopted", record{}, func() (err error) { taken, err = s.store.Adopted(ctx, id, stamp); return })
	return taken, err
}

func (s *shaky) Last(ctx context.Context, person, team string) (e journal.Entry, err error) {
	err = s.call("last", record{}, func() (err error) { e, err = s.store.Last(ctx, person, team); return })
	return e, err
}

func (s *shaky) Claim(ctx context.Context, person, owner string, now, until clock.Instant) (held bool, err error) {
	err = s.call("claim", record{}, func() (err error) { held, err = s.store.Claim(ctx, person, owner, now, until); return })
	return held, err
}

func (s *shaky) Release(ctx context.Context, person, owner string) error {
	return s.call("release", record{}, func() error { return s.store.Release(ctx, person, owner) })
}

// keyring hands out tokens that are the names of whom they speak for, unless an
// error is set.
type keyring struct {
	mu     sync.Mutex
	object string
	err    error
}

func (k *keyring) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
}

func (k *keyring) AccessToken(context.Context, string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.object, k.err
}

func (k *keyring) PersonToken(ctx context.Context, _ session.Person) (string, error) {
	return k.AccessToken(ctx, "")
}

// world is everything below a journal, as it is for real, before a Graph of its
// own with one team: a person and the owner.
type world struct {
	t      *testing.T
	limits journal.Limits
	graph  *sandbox.Tenant
	client *graph.Client
	keys   *keyring
	cards  *deliver.Graph
	db     database
	team   string
	who    journal.Who
	caller string // by id, who presses: the person, or a supervisor for them
	owner  string // who edits in Teams
	shifts []clock.Stretch

	mu      sync.Mutex // protects what follows
	store   *shaky
	journal *journal.Journal
	stop    context.CancelFunc
	running sync.WaitGroup
	ended   bool
}

// pipes is HTTP without sockets, so that time can be made up: a listener whose
// connections are pipes.
type pipes struct {
	dialled chan net.Conn
	closed  chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.dialled <- far:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialled:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. It is called once.
func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

// Addr implements net.Listener.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// serve serves h to the client it gives, until the function it gives is called.
func serve(h http.Handler) (*http.Client, func()) {
	p := &pipes{dialled: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go server.Serve(p)
	transport := &http.Transport{DialContext: p.dial}
	return &http.Client{Transport: transport}, func() {
		transport.CloseIdleConnections()
		server.Close()
	}
}

// newWorld makes a world in which the person presses, and the function that ends
// it.
func newWorld(t *testing.T, db database) (*world, func()) {
	return newWorldOf(t, db, false, boundless{})
}

// newWorldOf makes a world in which the person, or a supervisor for the person,
// presses, within a budget.
func newWorldOf(t *testing.T, db database, behalf bool, budget graph.Budget) (*world, func()) {
	t.Helper()
	w := &world{t: t, db: db, limits: journal.DefaultLimits, team: uuid.NewString(), owner: uuid.NewString()}
	object := uuid.NewString()
	w.who = journal.Who{Person: "tenant." + object, Object: object, Session: "first"}
	if w.caller = object; behalf {
		w.caller = uuid.NewString()
		w.who.Actor = w.caller
	}
	w.keys = &keyring{object: w.caller}
	mux := http.NewServeMux()
	const root = "http://graph.test/graph"
	client, cut := serve(mux)
	var err error
	if w.graph, err = w.tenant(root); err != nil {
		t.Fatal(err)
	}
	mux.Handle("/graph/", http.StripPrefix("/graph", w.graph))
	if w.client, err = graph.New(graph.Config{
		Root: root, Transport: client.Transport, Timeout: w.limits.Attempt, Budget: budget, Rand: func() float64 { return 0 },
	}); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	w.cards = &deliver.Graph{
		Client: w.client, Access: access.Access{Sessions: w.keys}, Now: time.Now, Log: log,
		Mirror: &mirror.Mirror{Store: db.mirror, Graph: w.client, Now: time.Now, Log: log},
		Authority: &authority.Authority{
			Supervisors: &roster.Supervisors{Graph: w.client, Now: time.Now, Log: log}, Former: &roster.Former{Graph: w.client, Now: time.Now}, Log: log,
		},
		Roles: func(context.Context, session.Person, string) []string { return nil },
	}
	w.cards.Mirror.Observe = func(ctx context.Context, team, person string, cards []clock.Card) {
		if j, _ := w.process(); j != nil {
			j.Observe(ctx, team, person, cards)
		}
	}
	return w, func() {
		w.mu.Lock()
		w.ended = true
		w.mu.Unlock()
		w.crash()
		w.running.Wait()
		w.graph.Close()
		cut()
	}
}

// tenant opens the Graph of a world.
func (w *world) tenant(root string) (*sandbox.Tenant, error) {
	return sandbox.Open(sandbox.Config{
		URL: root,
		Verify: func(_ context.Context, token string) (sandbox.Caller, error) {
			return sandbox.Caller{Object: token, Scopes: []string{"Schedule.ReadWrite.All", "TeamMember.Read.All"}}, nil
		},
		Directory: w.directory(),
	})
}

// directory is a team with the person, the owner and, if somebody else presses
// for the person, one more owner.
func (w *world) directory() sandbox.Directory {
	people := []sandbox.Person{{ID: w.who.Object, Login: "person@example.com", Name: "Person"}, {ID: w.owner, Login: "owner@example.com", Name: "Owner"}}
	members := []sandbox.Member{{Person: w.who.Object}, {Person: w.owner, Owner: true}}
	if w.who.Actor != "" {
		people = append(people, sandbox.Person{ID: w.caller, Login: "boss@example.com", Name: "Boss"})
		members = append(members, sandbox.Member{Person: w.caller, Owner: true})
	}
	return sandbox.Directory{People: people, Teams: []sandbox.Team{{ID: w.team, Name: "Team", Members: members,
		Schedule: &sandbox.Schedule{TimeZone: "Europe/Vienna", TimeClock: true}}}}
}

type boundless struct{}

func (boundless) Wait(context.Context, graph.Ask) error { return nil }
func (boundless) Hold(string, time.Time)                {}

// start starts a server process, with a memory of its own.
func (w *world) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return
	}
	w.store = &shaky{store: w.db.journal, person: w.who.Person, last: map[string]wire.Status{}}
	cards := &deliver.Graph{Client: w.cards.Client, Mirror: w.cards.Mirror, Access: w.cards.Access,
		Authority: w.cards.Authority, Roles: w.cards.Roles, Now: w.cards.Now, Log: w.cards.Log}
	j := &journal.Journal{Store: w.store, Past: w.store, Claims: w.store, Deliverer: cards, Limits: w.limits, Now: time.Now, Log: w.cards.Log,
		Shifts: func(string, string) []clock.Stretch { return w.shifts }}
	ctx, stop := context.WithCancel(context.WithoutCancel(w.t.Context()))
	w.journal, w.stop = j, stop
	w.running.Go(func() {
		if err := j.Run(ctx); err != nil && ctx.Err() == nil {
			go w.start() // as whoever minds the process would
		}
	})
}

// crash ends the process where it stands: what it does next is not written, and
// what it has not sent is not sent.
func (w *world) crash() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.store != nil {
		w.store.die()
		w.stop()
	}
}

// restart crashes the process and starts another.
func (w *world) restart() {
	w.crash()
	w.start()
}

func (w *world) process() (*journal.Journal, *shaky) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.journal, w.store
}

// press makes the press as a browser does: again and again until it hears that
// it was kept.
func (w *world) press(p wire.Punch) {
	var err error
	for range 1000 {
		j, _ := w.process()
		if _, err = j.Accept(w.t.Context(), p, w.who); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
	w.t.Errorf("%s was not accepted: %v", p.Kind, err)
}

// punch is a press made so long ago.
func (w *world) punch(seq int64, k clock.Kind, ago time.Duration) wire.Punch {
	return wire.Punch{ID: uuid.NewString(), Team: w.team, Kind: k, At: clock.At(time.Now().Add(-ago)),
		Trust: wire.Anchored, Device: "phone", Seq: seq}
}

// until waits until the press is final, or as said, and gives it as it stands
// after ten minutes at most.
func (w *world) until(id string, done func(journal.Entry) bool) (journal.Entry, bool) {
	var e journal.Entry
	for range 1200 {
		var err error
		if e, err = w.db.journal.Entry(w.t.Context(), id); err == nil && done(e) {
			return e, true
		}
		time.Sleep(500 * time.Millisecond)
	}
	return e, false
}

// final reports whether a press goes no further, or not by itself.
func final(e journal.Entry) bool { return e.Status.Final() || e.Status == wire.Conflicted }

// by asks Graph in somebody's name.
func by(person string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return person, nil })
}

// fails sets a fault of the person's calls.
func (w *world) fails(f sandbox.Fault) {
	f.Person = w.caller
	if _, err := w.graph.Misbehave(f); err != nil {
		panic(fmt.Sprintf("fault %+v: %v", f, err))
	}
}

// stamps lists the events on the person's cards: what, when, and on which card.
func (w *world) stamps() []journal.Stamp {
	var all []journal.Stamp
	for _, c := range w.graph.Cards(w.team) {
		add := func(k clock.Kind, e *sandbox.Event) {
			if e != nil {
				all = append(all, journal.Stamp{Card: c.ID, Kind: k, At: clock.At(e.At)})
			}
		}
		add(clock.ClockIn, c.In)
		for _, b := range c.Breaks {
			add(clock.StartBreak, &b.Start)
			add(clock.EndBreak, b.End)
		}
		add(clock.ClockOut, c.Out)
	}
	return all
}

// effects counts the changes of cards that whoever presses made since the nth
// call.
func (w *world) effects(since int) map[sandbox.Op]int {
	n := map[sandbox.Op]int{}
	for _, c := range w.graph.Calls()[since:] {
		if c.Effect != nil && c.Person == w.caller {
			n[c.Effect.Op]++
		}
	}
	return n
}

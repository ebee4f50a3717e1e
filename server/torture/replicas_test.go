package torture

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/sandbox/tenant"
)

// pair is two replicas of the product on one PostgreSQL, known by one name.
type pair struct {
	town     *town
	replicas [2]*product
	people   []*person
	only     atomic.Int32 // where new connections go: 0 or 1, or anywhere when negative
}

// couple starts two replicas for a town of its own and signs everybody in. The
// test runs beside others.
func couple(t *testing.T, people, teams int) *pair {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes minutes: a lease must run out")
	}
	t.Parallel()
	return coupleWithin(t, people, teams, tenant.Limits{})
}

// coupleWithin is couple before a Graph with the limits given.
func coupleWithin(t *testing.T, people, teams int, limits tenant.Limits) *pair {
	t.Helper()
	public := publicURL(address(t)) // nobody listens there: see dial
	w := found(t, people, teams, limits, public+wire.PathCallback)
	database := postgrestest.Database(t)
	db, err := postgres.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	w.acquaint(t, postgres.Roster{DB: db})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c := &pair{town: w}
	for i := range c.replicas {
		p := install(t, w, address(t), public, database)
		p.start(t)
		p.ready(t)
		c.replicas[i] = p
	}
	c.people = inhabit(w, public, *seed, c.dial(strings.TrimPrefix(public, "http://")))
	for _, p := range c.people {
		p.http.Timeout = 3 * time.Second // who waits for a stopped replica tries another
		p.http.Transport.(*http.Transport).DisableKeepAlives = true
	}
	t.Logf("seed %d", *seed)
	c.only.Store(-1)
	each(t, c.people, func(p *person) error { return p.signIn(t.Context()) })
	return c
}

// dial connects to a replica what is meant for the public name.
func (c *pair) dial(public string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == public {
			i := int(c.only.Load())
			if i < 0 {
				i = rand.IntN(len(c.replicas))
			}
			addr = c.replicas[i].addr
		}
		var d net.Dialer
		return d.DialContext(ctx, network, addr)
	}
}

func (c *pair) signal(t *testing.T, i int, s syscall.Signal) {
	t.Helper()
	if err := c.replicas[i].cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// press makes the press that is due and sends it, which may not wait for it to
// be delivered.
func (c *pair) press(t *testing.T, p *person, kind clock.Kind) *press {
	t.Helper()
	made, err := p.makeOne(kind)
	if err == nil {
		err = p.send(t.Context(), made)
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// takeover is the longest that the presses of a replica may wait when it has
// gone: for its lease, for a second look at the cards, and for the machine.
var takeover = journal.DefaultLimits.Lease + 5*time.Second

// within fails when one of the people's presses was delivered later than
// takeover after since.
func (c *pair) within(t *testing.T, people []*person, since time.Time) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
	defer cancel()
	each(t, people, func(p *person) error { return p.settle(ctx) })
	for i, p := range people {
		for _, made := range p.presses {
			waited := made.final.Delivered.Time().Sub(since)
			t.Logf("person %d: %s was delivered %.1f s after", i, made.Kind, waited.Seconds())
			if waited > takeover {
				t.Errorf("person %d: %s was delivered %s after its replica had gone, want %s at most", i, made.Kind, waited, takeover)
			}
		}
	}
}

func (c *pair) judge(t *testing.T) {
	t.Helper()
	v := judge(c.town, c.people, journal.DefaultLimits.Tolerance+latest+slack)
	v.report(t)
	t.Logf("%d presses, sent %d times, acknowledged %d times; %d cards, %d effects; %d written with their own time, the others %s off at most",
		v.presses, v.sent, v.acks, v.cards, v.effects, v.late, v.deviation)
}

// TestReplicaKilled kills the replica that holds the delivery of three people,
// in each of the places where Graph can be.
func TestReplicaKilled(t *testing.T) {
	c := couple(t, 4, 4)
	c.only.Store(0)
	holds := []*hold{
		c.town.hold("GET", c.people[0].team, "", onTheWay),            // reading the cards
		c.town.hold("POST", c.people[1].team, "clockIn", onTheWay),    // it never arrives
		c.town.hold("POST", c.people[2].team, "clockIn", onItsReturn), // the answer never arrives
	}
	for i, h := range holds {
		c.press(t, c.people[i], clock.ClockIn)
		h.wait(t)
	}
	gone := time.Now()
	c.replicas[0].kill()
	for _, h := range holds {
		h.drop()
	}
	c.only.Store(1)
	for _, p := range c.people[1:] { // the first does nothing more
		for p.state != clock.In {
			c.press(t, p, clock.ClockIn)
		}
		c.press(t, p, clock.StartBreak)
	}
	c.within(t, c.people[1:], gone)
	c.within(t, c.people[:1], gone.Add(journal.DefaultLimits.Lease)) // found when the other looks for what was left
	c.judge(t)
}

// TestReplicaStopped stops the replica that holds the delivery of three people
// for longer than its lease, and lets it go on when the other has delivered.
func TestReplicaStopped(t *testing.T) {
	c := couple(t, 4, 4)
	c.only.Store(0)
	holds := []*hold{
		c.town.hold("GET", c.people[0].team, "", onTheWay),
		c.town.hold("POST", c.people[1].team, "clockIn", onTheWay),
		c.town.hold("POST", c.people[2].team, "clockIn", onItsReturn),
	}
	for i, h := range holds {
		c.press(t, c.people[i], clock.ClockIn)
		h.wait(t)
	}
	gone := time.Now()
	c.signal(t, 0, syscall.SIGSTOP)
	holds[1].drop()
	c.only.Store(1)
	for _, p := range c.people {
		for p.state != clock.In {
			c.press(t, p, clock.ClockIn)
		}
		c.press(t, p, clock.StartBreak)
	}
	c.within(t, c.people, gone)
	holds[0].pass()
	holds[2].pass()
	c.signal(t, 0, syscall.SIGCONT)
	c.only.Store(0)
	for _, p := range c.people {
		c.press(t, p, clock.EndBreak)
		c.press(t, p, clock.ClockOut)
	}
	ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
	defer cancel()
	each(t, c.people, func(p *person) error { return p.settle(ctx) })
	c.judge(t)
}

// TestReplicasInTrouble kills and stops replicas at random while people press.
func TestReplicasInTrouble(t *testing.T) {
	c := couple(t, 120, 24)
	c.town.delay = slow(*seed)
	c.town.repeating(t)
	over := make(chan struct{})
	var pressing errgroup.Group
	for _, p := range c.people {
		pressing.Go(func() error { return p.work(t.Context(), over, 15*time.Second) })
	}
	rng := rand.New(rand.NewPCG(*seed, 3))
	for _, stopped := range []int{0, 1} {
		c.signal(t, stopped, syscall.SIGSTOP)
		for until := time.Now().Add(journal.DefaultLimits.Lease + 2*time.Second); time.Now().Before(until); {
			time.Sleep(upTo(rng, 8*time.Second))
			c.replicas[1-stopped].kill()
			c.replicas[1-stopped].start(t)
		}
		c.signal(t, stopped, syscall.SIGCONT)
	}
	close(over)
	if err := pressing.Wait(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
	defer cancel()
	each(t, c.people, func(p *person) error { return p.settle(ctx) })
	c.judge(t)
}

// place is where a call is held.
type place bool

const (
	onTheWay    place = false // it has had no effect yet
	onItsReturn place = true
)

// hold keeps one call to Graph from going on.
type hold struct {
	method, team, action string
	at                   place
	arrived              chan struct{}
	on                   chan bool
}

// hold keeps the next call for the team from going on, once.
func (w *town) hold(method, team, action string, at place) *hold {
	h := &hold{method, team, action, at, make(chan struct{}), make(chan bool, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holds = append(w.holds, h)
	return h
}

// take gives the hold that is meant for a call.
func (w *town) take(method, path string) *hold {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.holds, func(h *hold) bool {
		return h.method == method && strings.Contains(path, h.team) && strings.HasSuffix(path, h.action)
	})
	if i < 0 {
		return nil
	}
	h := w.holds[i]
	w.holds = slices.Delete(w.holds, i, i+1)
	return h
}

// stand keeps a call where it is to be held, and reports whether it goes on.
func (h *hold) stand(at place) bool {
	if h == nil || h.at != at {
		return true
	}
	close(h.arrived)
	return <-h.on
}

func (h *hold) pass() { h.on <- true }
func (h *hold) drop() { h.on <- false }

// wait waits until the call is there.
func (h *hold) wait(t *testing.T) {
	t.Helper()
	select {
	case <-h.arrived:
	case <-time.After(30 * time.Second):
		t.Fatalf("no %s %s for team %s arrives", h.method, h.action, h.team)
	}
}

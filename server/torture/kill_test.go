package torture

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/sandbox/tenant"
)

var (
	kills = flag.Int("kills", 200, "how often TestKill kills the server; a tenth of it with -short")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "where random choices come from")
)

const (
	// Whoever's press is under way when the server is killed waits until the
	// lease of the killed one is over. There must be many people, so that others
	// press meanwhile.
	killPeople, killTeams = 480, 48
	pauseOfKilled         = 30 * time.Second       // between two presses of a person, on average
	lifeOfKilled          = 750 * time.Millisecond // of a server, at most
	settleWithin          = 4 * time.Minute
	slack                 = 2 * time.Second // for a machine with other work
)

// TestKill kills the server as it is shipped, again and again at random
// moments, while people press.
func TestKill(t *testing.T) {
	n := *kills
	if testing.Short() {
		n /= 10
	}
	addr := address(t)
	url := publicURL(addr)
	w := found(t, killPeople, killTeams, tenant.Limits{}, url+wire.PathCallback)
	w.delay = slow(*seed)
	w.repeating(t)
	p := install(t, w, addr, url, w.embedded(t))
	p.start(t)
	p.ready(t)
	people := inhabit(w, url, *seed, toLoopback)
	t.Logf("seed %d, %d people, %d kills", *seed, len(people), n)
	each(t, people, func(p *person) error { return p.signIn(t.Context()) })

	begun := time.Now()
	over := make(chan struct{})
	var pressing errgroup.Group
	for _, p := range people {
		pressing.Go(func() error { return p.work(t.Context(), over, pauseOfKilled) })
	}
	rng := rand.New(rand.NewPCG(*seed, 2))
	for range n {
		time.Sleep(upTo(rng, lifeOfKilled))
		p.kill()
		p.start(t)
	}
	close(over)
	pressed := time.Since(begun)
	p.ready(t)
	if err := pressing.Wait(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
	defer cancel()
	each(t, people, func(p *person) error { return p.settle(ctx) })

	v := judge(w, people, journal.DefaultLimits.Tolerance+latest+slack)
	v.report(t)
	t.Logf("%d kills in %s while %d presses were made; sent %d times, acknowledged %d times; all final %s later",
		n, pressed.Round(time.Second), v.presses, v.sent, v.acks, time.Since(begun.Add(pressed)).Round(time.Second))
	t.Logf("%d cards, %d effects, %d presses written with their own time, largest deviation %s", v.cards, v.effects, v.late, v.deviation)
}

// each does something for all people, many at a time.
func each(t *testing.T, people []*person, do func(*person) error) {
	t.Helper()
	var all errgroup.Group
	all.SetLimit(32)
	for _, p := range people {
		all.Go(func() error { return do(p) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

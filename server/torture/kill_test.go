package torture

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"os/exec"
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
	lifeOfKilled = 750 * time.Millisecond // of a server, at most
	settleWithin = 4 * time.Minute
	slack        = 2 * time.Second // for a machine with other work
)

// TestKill kills the server as it is shipped, again and again at random
// moments, while people press.
func TestKill(t *testing.T) {
	n := *kills
	if testing.Short() {
		n /= 10
	}
	// Among many people those press whom a kill has not met, among few the presses
	// of everybody pile up.
	t.Run("many", func(t *testing.T) { killing{n / 2, 480, 48, 30 * time.Second}.run(t) })
	t.Run("few", func(t *testing.T) { killing{n - n/2, 32, 16, 2500 * time.Millisecond}.run(t) })
}

// killing is how often a server is killed, while how many people press how
// often.
type killing struct {
	kills, people, teams int
	pause                time.Duration // of a person between presses, on average
}

func (k killing) run(t *testing.T) {
	t.Parallel()
	addr := address(t)
	url := publicURL(addr)
	w := found(t, k.people, k.teams, tenant.Limits{}, url+wire.PathCallback)
	w.delay = slow(*seed)
	w.repeating(t)
	database := w.embedded(t)
	p := install(t, w, addr, url, database)
	p.start(t)
	p.ready(t)
	people := inhabit(w, url, *seed, toLoopback)
	t.Logf("seed %d, %d people, %d kills", *seed, k.people, k.kills)
	each(t, people, func(p *person) error { return p.signIn(t.Context()) })

	begun := time.Now()
	over := make(chan struct{})
	var pressing errgroup.Group
	for _, p := range people {
		pressing.Go(func() error { return p.work(t.Context(), over, k.pause) })
	}
	rng := rand.New(rand.NewPCG(*seed, 2))
	for range k.kills {
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
		k.kills, pressed.Round(time.Second), v.presses, v.sent, v.acks, time.Since(begun.Add(pressed)).Round(time.Second))
	examine(t, p, database)
	t.Logf("%d cards, %d effects, %d presses written with their own time, largest deviation %s", v.cards, v.effects, v.late, v.deviation)
}

// examine has the program examine its own record, beside the server at work.
func examine(t *testing.T, p *product, database string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	verify := exec.CommandContext(t.Context(), path, "journal", "verify", "--database-url", database)
	verify.Env = p.env
	said, err := verify.CombinedOutput()
	if err != nil {
		t.Errorf("journal verify: %v\n%s", err, said)
	}
	t.Logf("journal verify: %s", bytes.TrimSpace(said))
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

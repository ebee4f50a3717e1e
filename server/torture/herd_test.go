package torture

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

var (
	herdPeople = flag.Int("herd-people", 200, "how many people press in TestHerd")
	herdTeams  = flag.Int("herd-teams", 5, "in how many teams")
	herdWithin = flag.Duration("herd-within", 5*time.Second, "in which time")
)

// partEvery is how often somebody signs out right after pressing: one in five.
const partEvery = 5

// distance is what a call to Graph takes each way, beside Graph's own work.
const distance = 40 * time.Millisecond

// TestHerd is eight in the morning: everybody clocks in within a moment, while
// Graph lets through what it publishes and no more. Times are told, not judged.
func TestHerd(t *testing.T) {
	addr := address(t)
	url := publicURL(addr)
	w := found(t, *herdPeople, *herdTeams, tenant.Published(), url+wire.PathCallback)
	w.delay = func() (time.Duration, time.Duration) { return distance, distance }
	p := install(t, w, addr, url, w.embedded(t))
	p.start(t)
	p.ready(t)
	people := inhabit(w, url, *seed, toLoopback)
	t.Logf("seed %d", *seed)
	each(t, people, func(p *person) error { return p.signIn(t.Context()) })

	h := herd{least: w.leastFor(len(people)), begun: time.Now(), how: "SQLite"}
	h.await(t, w, people)
	h.durable = durable(t, p.log, people)
	h.print(t)
	h.report(t)
}

// TestHerdOfReplicas is the same at two replicas, which share what Graph lets
// through.
func TestHerdOfReplicas(t *testing.T) {
	c := coupleWithin(t, *herdPeople, *herdTeams, tenant.Published())
	c.town.delay = func() (time.Duration, time.Duration) { return distance, distance }
	h := herd{least: c.town.leastFor(len(c.people)), begun: time.Now(), how: "two replicas on PostgreSQL"}
	h.await(t, c.town, c.people)
	h.print(t)
	h.report(t)
}

// await has everybody press, and waits until all of it is in Graph.
func (h *herd) await(t *testing.T, w *town, people []*person) {
	t.Helper()
	w.stampede(t, people)
	ctx, cancel := context.WithTimeout(t.Context(), 5*h.least+settleWithin)
	defer cancel()
	if err := w.delivered(ctx, len(people)); err != nil {
		h.verdict = &verdict{presses: len(people), faults: []string{err.Error()}}
	} else {
		each(t, people, func(p *person) error { return p.finish(ctx) })
		h.verdict = judge(w, people, 24*time.Hour)
	}
	h.answered = answered(people)
	h.calls(w)
}

// stampede lets everybody press once, at a moment of their own, and some sign
// out as soon as they have an answer.
func (w *town) stampede(t *testing.T, people []*person) {
	t.Helper()
	var all errgroup.Group
	for i, p := range people {
		after := upTo(p.rng, *herdWithin)
		all.Go(func() error {
			time.Sleep(after)
			made, err := p.make()
			if err != nil {
				return err
			}
			if err := p.send(t.Context(), made); err != nil || i%partEvery != 0 {
				return err
			}
			p.parted = true
			var out wire.SignedOut
			return p.call(t.Context(), http.MethodPost, wire.PathLogout, nil, &out)
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

// finish learns what became of the presses, after signing in anew if need be.
func (p *person) finish(ctx context.Context) error {
	if p.parted {
		if err := p.signIn(ctx); err != nil {
			return err
		}
	}
	return p.settle(ctx)
}

// stalled is how long nothing may be delivered before that counts as for ever.
const stalled = 2 * time.Minute

// delivered waits until Graph has so many cards.
func (w *town) delivered(ctx context.Context, cards int) error {
	last, since := 0, time.Now()
	for {
		n := len(w.graph.Cards(""))
		switch {
		case n >= cards:
			return nil
		case n > last:
			last, since = n, time.Now()
		case time.Since(since) > stalled:
			return fmt.Errorf("FAILED: %d of %d clock-ins are in Graph, and none was added for %s", n, cards, stalled)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("FAILED: only %d of %d clock-ins are in Graph", n, cards)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// leastFor is the time in which Graph's limits let everybody clock in once, each
// with a single call.
func (w *town) leastFor(people int) time.Duration {
	limits := tenant.Published()
	seconds := max(float64(people)/limits.Write, float64(people)/float64(len(w.teams))/limits.Team)
	return time.Duration(seconds * float64(time.Second))
}

// herd is what a stampede came to.
type herd struct {
	how               string    // the product is run
	begun, last       time.Time // of the presses; the last of them in Graph
	least             time.Duration
	durable, answered []time.Duration // from the press, in order of length
	read, wrote       int             // calls to Graph that were let through
	throttled         int             // and those that were not
	*verdict
}

// calls counts what was asked of Graph.
func (h *herd) calls(w *town) {
	all := w.graph.Calls()
	if asked := int(w.asked.Load()); asked != len(all) {
		h.faults = append(h.faults, fmt.Sprintf("FAILED: Graph was asked %d times and remembers %d of them", asked, len(all)))
	}
	for _, c := range all {
		switch {
		case c.Status == http.StatusTooManyRequests:
			h.throttled++
		case c.Method == http.MethodGet:
			h.read++
		default:
			h.wrote++
		}
		if c.Effect != nil {
			h.last = c.At
		}
	}
}

// answered are the times from press to answer.
func answered(people []*person) []time.Duration {
	var all []time.Duration
	for _, p := range people {
		for _, made := range p.presses {
			all = append(all, made.waited)
		}
	}
	slices.Sort(all)
	return all
}

// durable are the times from press to the row in the journal, of which the
// server's log tells the end.
func durable(t *testing.T, file string, people []*person) []time.Duration {
	t.Helper()
	pressed := map[string]clock.Instant{}
	for _, p := range people {
		for _, made := range p.presses {
			pressed[made.ID] = made.At
		}
	}
	log, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var all []time.Duration
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct {
			Time       time.Time
			Msg, Press string
		}
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "press accepted" {
			all = append(all, line.Time.Sub(pressed[line.Press].Time()))
		}
	}
	if len(all) != len(pressed) {
		t.Errorf("the log tells of %d presses accepted, want %d", len(all), len(pressed))
	}
	slices.Sort(all)
	return all
}

// print tells the figures.
func (h *herd) print(t *testing.T) {
	out := tabwriter.NewWriter(t.Output(), 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(out, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("machine", "%s", machine())
	row("herd", "%d people in %d teams within %s, every %dth signs out at once; %s, Graph %s away",
		*herdPeople, *herdTeams, *herdWithin, partEvery, h.how, 2*distance)
	if h.durable != nil {
		row("press to durable", "%s", quantiles(h.durable))
	}
	row("press to answer", "%s", quantiles(h.answered))
	took := h.last.Sub(h.begun)
	row("last in Graph", "%.1f s after the first press; the limits allow %.1f s at least: %.2f times that",
		took.Seconds(), h.least.Seconds(), took.Seconds()/h.least.Seconds())
	row("asked of Graph", "%d reads, %d writes, %d calls throttled", h.read, h.wrote, h.throttled)
	row("recorded time", "%d at the time of the press, the others %.2f s from it at most", h.late, h.deviation.Seconds())
	row("presses", "%d; %d faults: lost, doubled or failed", h.presses, len(h.faults))
	if err := out.Flush(); err != nil {
		t.Error(err)
	}
}

func quantiles(sorted []time.Duration) string {
	if len(sorted) == 0 {
		return "none"
	}
	at := func(q float64) string {
		return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Round(100 * time.Microsecond).String()
	}
	return fmt.Sprintf("p50 %s, p95 %s, p99 %s, longest %s", at(.5), at(.95), at(.99), sorted[len(sorted)-1].Round(100*time.Microsecond))
}

// machine describes what this runs on.
func machine() string {
	return fmt.Sprintf("%d × %s, %s RAM, %s/%s, %s", runtime.NumCPU(), field("/proc/cpuinfo", "model name"),
		field("/proc/meminfo", "MemTotal"), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// field gives the first value of a name in a file of the kernel's.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Ask is what a call asks of the budget.
type Ask struct {
	Team   string // empty for calls that concern no team
	Class  Class
	Urgent bool // goes before what is not
	// Since is when the caller began to wait: of those equally urgent, who has
	// waited longest goes first. Zero is now.
	Since time.Time
	// Reads is how many readings of the same team follow at once. They pass
	// together with the call, and are not asked for again.
	Reads int
}

// Budget lets calls pass, so that together they stay within Graph's limits.
// It is safe for concurrent use.
type Budget interface {
	// Wait returns nil when the call may be sent now. It returns an error, and
	// counts nothing, when ctx ends before, or would: then the error is a
	// *HeldError.
	Wait(ctx context.Context, a Ask) error
	// Hold lets no call for team pass before until. An empty team stands for
	// the calls that concern no team.
	Hold(team string, until time.Time)
}

// HeldError says that Graph asked to wait longer than the caller can.
type HeldError struct {
	Until time.Time
}

// Error tells until when.
func (e *HeldError) Error() string {
	return "held until " + e.Until.UTC().Format(time.RFC3339)
}

// Graph's limits, in calls a second (throttling limits, "Microsoft Teams"):
// for one team, and for the tenant by class.
const (
	teamLimit   = 4
	readLimit   = 30
	writeLimit  = 30
	deleteLimit = 15
)

// Buckets is a Budget within one process. In no second, wherever it begins,
// does more pass than Graph allows; what a bucket saved up is never on top of
// that. Those who wait for the same team pass in order: urgent ones first, then
// who has waited longest.
type Buckets struct {
	mu      sync.Mutex // protects all below
	classes map[Class]*window
	teams   map[string]*window
	waiting []*waiter // urgent ones first, then by since
	timer   *time.Timer
}

// waiter is a call that waits; ready is closed when it may pass.
type waiter struct {
	team    *window
	classes []share // of the tenant's classes
	calls   int     // of the team
	urgent  bool
	since   time.Time
	ready   chan struct{}
}

// share is how many calls of a class are asked for.
type share struct {
	*window
	calls int
}

// before reports whether w goes before o.
func (w *waiter) before(o *waiter) bool {
	if w.urgent != o.urgent {
		return w.urgent
	}
	return w.since.Before(o.since)
}

// NewBuckets gives a Budget with Graph's limits, all unused.
func NewBuckets() *Buckets {
	return &Buckets{
		classes: map[Class]*window{
			Read:   newWindow(readLimit),
			Write:  newWindow(writeLimit),
			Delete: newWindow(deleteLimit),
		},
		teams: map[string]*window{"": newWindow(0)},
	}
}

// Wait implements Budget.
func (b *Buckets) Wait(ctx context.Context, a Ask) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("wait for budget: %w", err)
	}
	w, err := b.join(ctx, a)
	if err != nil {
		return err
	}
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		if !b.leave(w) {
			return nil
		}
		return fmt.Errorf("wait for budget: %w", ctx.Err())
	}
}

// Hold implements Budget.
func (b *Buckets) Hold(team string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w := b.team(team); until.After(w.held) {
		w.held = until
	}
	b.serve()
}

var errClass = errors.New("no such class of calls")

// join lines the call up and serves whoever may pass, perhaps itself.
func (b *Buckets) join(ctx context.Context, a Ask) (*waiter, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w, err := b.waiter(a)
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok && w.team.held.After(end) {
		return nil, &HeldError{Until: w.team.held}
	}
	place := slices.IndexFunc(b.waiting, w.before)
	if place < 0 {
		place = len(b.waiting)
	}
	b.waiting = slices.Insert(b.waiting, place, w)
	b.serve()
	return w, nil
}

// waiter gives who waits for what is asked.
func (b *Buckets) waiter(a Ask) (*waiter, error) {
	class := b.classes[a.Class]
	if class == nil {
		return nil, errClass
	}
	w := &waiter{team: b.team(a.Team), calls: 1 + a.Reads, urgent: a.Urgent, since: a.Since, ready: make(chan struct{})}
	if w.since.IsZero() {
		w.since = time.Now()
	}
	switch {
	case a.Reads == 0 || a.Class == Read:
		w.classes = []share{{class, w.calls}}
	default:
		w.classes = []share{{class, 1}, {b.classes[Read], a.Reads}}
	}
	return w, nil
}

// leave takes a call out of the line; the next one may pass in its place. It
// reports false when the call had been let pass already.
func (b *Buckets) leave(w *waiter) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(b.waiting, w)
	if i < 0 {
		return false
	}
	b.waiting = slices.Delete(b.waiting, i, i+1)
	b.serve()
	return true
}

// manyTeams is when windows of teams that rest are given up.
const manyTeams = 1024

func (b *Buckets) team(id string) *window {
	if w := b.teams[id]; w != nil {
		return w
	}
	if len(b.teams) >= manyTeams {
		b.forget(time.Now())
	}
	w := newWindow(teamLimit)
	b.teams[id] = w
	return w
}

// forget drops the windows that nobody waits for and that limit nothing.
func (b *Buckets) forget(now time.Time) {
	wanted := map[*window]bool{}
	for _, w := range b.waiting {
		wanted[w.team] = true
	}
	for id, w := range b.teams {
		if id != "" && !wanted[w] && w.rests(now) {
			delete(b.teams, id)
		}
	}
}

// serve lets pass whoever may, in order, and sets the timer for the next.
// Who must wait claims a place, so that nobody behind takes it: in the window
// of the team always, in that of a class only when the team has room, lest
// one team that is held keep all others waiting. The caller holds mu.
func (b *Buckets) serve() {
	now := time.Now()
	claims := map[*window]int{}
	var next time.Time
	still := b.waiting[:0]
	for _, w := range b.waiting {
		team := w.team.free(now, claims[w.team]+w.calls-1)
		at := team
		for _, c := range w.classes {
			at = later(at, c.free(now, claims[c.window]+c.calls-1))
		}
		if !at.After(now) {
			w.take(now)
			close(w.ready)
			continue
		}
		claims[w.team] += w.calls
		if !team.After(now) {
			for _, c := range w.classes {
				claims[c.window] += c.calls
			}
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
		still = append(still, w)
	}
	clear(b.waiting[len(still):])
	b.waiting = still
	b.wake(next.Sub(now), len(still) > 0)
}

// take takes all that w asked for.
func (w *waiter) take(now time.Time) {
	for range w.calls {
		w.team.take(now)
	}
	for _, c := range w.classes {
		for range c.calls {
			c.window.take(now)
		}
	}
}

// wake sets the timer anew, or stops it.
func (b *Buckets) wake(after time.Duration, wanted bool) {
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	if wanted {
		b.timer = time.AfterFunc(after, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.serve()
		})
	}
}

// window remembers when the last calls passed, as many as may pass in one
// second. With none to remember it has no limit.
type window struct {
	passed []time.Time // a ring
	oldest int
	held   time.Time
}

func newWindow(limit int) *window { return &window{passed: make([]time.Time, limit)} }

// free gives the earliest time at which one more may pass when claimed others
// go before it, none of them sooner than now.
func (w *window) free(now time.Time, claimed int) time.Time {
	n := len(w.passed)
	if n == 0 {
		return w.held
	}
	at := w.passed[(w.oldest+claimed)%n].Add(time.Second)
	if rounds := claimed / n; rounds > 0 {
		at = later(at, now).Add(time.Second * time.Duration(rounds))
	}
	return later(at, w.held)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (w *window) take(now time.Time) {
	if n := len(w.passed); n > 0 {
		w.passed[w.oldest] = now
		w.oldest = (w.oldest + 1) % n
	}
}

// rests reports whether w limits nothing at now.
func (w *window) rests(now time.Time) bool {
	return !w.free(now, len(w.passed)-1).After(now)
}

package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"timeclock/app/wire"
	"timeclock/server/telemetry"
)

const (
	// heldFor is how long what was counted in the database is told again:
	// however many ask for the metrics, it is counted that seldom.
	heldFor = 10 * time.Second
	// heldWithin bounds one counting, so that a database that hangs does not
	// take the other metrics with it.
	heldWithin = 3 * time.Second
)

// held is how much the database holds. All fields are required; safe for use by
// several goroutines.
type held struct {
	backlog func(context.Context) ([]telemetry.Backlog, error)
	live    func(ctx context.Context, now, idle time.Time) (int, error)
	idle    time.Duration // a session not seen for so long has ended
	now     func() time.Time
	log     *slog.Logger

	mu       sync.Mutex // held while the database is asked
	asked    time.Time
	known    bool // whether the last asking succeeded
	presses  map[string]telemetry.Backlog
	signedIn int
}

// waits are what presses that are not final can wait for.
var waits = []string{
	string(wire.Accepted), string(wire.Sending), string(wire.Unsure), string(wire.Conflicted), telemetry.WaitsForSignIn,
}

// open gives how many presses wait for what.
func (h *held) open(ctx context.Context) []telemetry.Sample {
	return h.each(ctx, func(b telemetry.Backlog, _ time.Time) float64 { return float64(b.Count) })
}

// oldest gives how long the first of them has waited.
func (h *held) oldest(ctx context.Context) []telemetry.Sample {
	return h.each(ctx, func(b telemetry.Backlog, now time.Time) float64 {
		if b.Count == 0 {
			return 0
		}
		return max(0, now.Sub(b.Oldest).Seconds())
	})
}

// each gives a figure of what is waited for by each; none when it is not known.
func (h *held) each(ctx context.Context, figure func(telemetry.Backlog, time.Time) float64) []telemetry.Sample {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ask(ctx) {
		return nil
	}
	var all []telemetry.Sample
	for _, w := range waits {
		all = append(all, telemetry.Sample{Value: figure(h.presses[w], h.now()), Labels: []string{w}})
	}
	return all
}

// sessions gives how many sessions live.
func (h *held) sessions(ctx context.Context) []telemetry.Sample {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ask(ctx) {
		return nil
	}
	return telemetry.One(float64(h.signedIn))
}

// ask counts anew unless that was done lately, and reports whether it is known
// what the database holds. The caller holds mu.
func (h *held) ask(ctx context.Context) bool {
	now := h.now()
	if !h.asked.IsZero() && now.Sub(h.asked) < heldFor {
		return h.known
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), heldWithin)
	defer cancel()
	presses, err := h.backlog(ctx)
	if err == nil {
		h.signedIn, err = h.live(ctx, now, now.Add(-h.idle))
	}
	if h.asked, h.known = h.now(), err == nil; err != nil {
		h.log.WarnContext(ctx, "metrics lack what the database holds", "err", err)
		return false
	}
	h.presses = map[string]telemetry.Backlog{}
	for _, b := range presses {
		h.presses[b.Waits] = b
	}
	return true
}

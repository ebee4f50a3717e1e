package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The patterns of the health addresses; they match these paths and no other.
const (
	patternLive  = "GET /healthz"
	patternReady = "GET /readyz"
)

// fresh is how long the results of checks are good for. Anyone may ask, and
// must not be able to make the server busy by asking.
const fresh = time.Second

// Check is one thing the server needs to be ready.
type Check struct {
	// Name stands in the answer and in the log.
	Name string
	// Timeout is how long Run may take, 2 seconds when 0. A Run that takes
	// longer has failed, whether it heeds its context or not.
	Timeout time.Duration
	// Run gives nil when all is well. Its error is logged, not answered.
	Run func(ctx context.Context) error
}

// Health answers whether the server lives (GET /healthz) and whether it can do
// its work (GET /readyz). It is safe for concurrent use; its fields are not to
// change once it is mounted.
type Health struct {
	Checks []Check
	Log    *slog.Logger
	Now    func() time.Time

	draining atomic.Bool

	mu      sync.Mutex // held while checks run: whoever asks meanwhile shares the result
	asked   time.Time
	results []error
	hung    []chan error // for each check, its last Run if that has not returned
}

// Readiness is the JSON that /readyz answers.
type Readiness struct {
	Ready bool `json:"ready"`
	// Checks are "ok" or "failing", by name.
	Checks map[string]string `json:"checks,omitempty"`
	// Draining is set once the server has begun to stop.
	Draining bool `json:"draining,omitempty"`
}

// Mount adds both addresses to mux.
func (h *Health) Mount(mux *http.ServeMux) {
	mux.HandleFunc(patternLive, h.live)
	mux.HandleFunc(patternReady, h.ready)
}

// Drain makes the server not ready for good, so that no new work is sent to it
// while it finishes what it has.
func (h *Health) Drain() { h.draining.Store(true) }

func (h *Health) live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n"))
}

func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	answer := Readiness{Ready: true, Checks: map[string]string{}, Draining: h.draining.Load()}
	for i, err := range h.run(context.WithoutCancel(r.Context())) {
		answer.Checks[h.Checks[i].Name] = "ok"
		if err != nil {
			answer.Checks[h.Checks[i].Name] = "failing"
			answer.Ready = false
		}
	}
	status := http.StatusOK
	if answer.Ready = answer.Ready && !answer.Draining; !answer.Ready {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	writeJSON(w, answer)
}

// run gives the result of each check, none older than fresh.
func (h *Health) run(ctx context.Context) []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.results != nil && h.Now().Sub(h.asked) < fresh {
		return h.results
	}
	if h.hung == nil {
		h.hung = make([]chan error, len(h.Checks))
	}
	results := make([]error, len(h.Checks))
	var all sync.WaitGroup
	for i := range h.Checks {
		all.Go(func() { results[i] = h.one(ctx, i) })
	}
	all.Wait()
	for i, err := range results {
		if err != nil {
			h.Log.WarnContext(ctx, "not ready", "check", h.Checks[i].Name, "err", err)
		}
	}
	h.results, h.asked = results, h.Now()
	return results
}

// one runs check i, or goes on waiting for a Run that never returned: a check
// that hangs costs one goroutine however often it is asked for.
func (h *Health) one(ctx context.Context, i int) error {
	check := h.Checks[i]
	timeout := check.Timeout
	if timeout == 0 {
		timeout = 2 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if h.hung[i] == nil {
		done := make(chan error, 1)
		h.hung[i] = done
		go func() { done <- guarded(ctx, check.Run) }()
	}
	select {
	case err := <-h.hung[i]:
		h.hung[i] = nil
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errPanicked = errors.New("the check panicked")

// guarded keeps a check that panics from ending the process.
func guarded(ctx context.Context, run func(context.Context) error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	return run(ctx)
}

package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"timeclock/server/config"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// metrics are what this server tells an operator's Prometheus. Counting begins
// with the server; whether anybody can read it is a setting.
type metrics struct {
	telemetry.Metrics

	requests, audited, refreshes, calls, throttled telemetry.Counter
	durable, delivered, deviation, called, waited  telemetry.Histogram
}

// Buckets, in seconds: of what a person or a call waits for, and of what may
// have lain on a phone for days.
var (
	short = []float64{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30}
	long  = []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600}
)

// How a press came onto its card: by an action, which stamps the present, or
// written with its own time.
const (
	byAction  = "action"
	byWriting = "writing"
)

func newMetrics() *metrics {
	m := &metrics{}
	m.durable = m.Histogram("timeclock_press_durable_seconds",
		"From a press, by the clock it was made with, until it was durable on the server.", long)
	m.delivered = m.Histogram("timeclock_press_delivered_seconds",
		"From a press until Graph was known to have it, by how it was put on the card.", long, "by")
	m.deviation = m.Histogram("timeclock_press_deviation_seconds",
		"How far the time on the card is from that of the press, by how it was put there.", short, "by")
	m.calls = m.Counter("timeclock_graph_calls_total",
		"Attempts at calls of Graph. Outcome held: the budget did not let it pass in time, and it was not sent.",
		"operation", "class", "outcome")
	m.throttled = m.Counter("timeclock_graph_throttled_total", "Calls that Graph answered with 429.")
	m.called = m.Histogram("timeclock_graph_call_seconds", "How long a call of Graph took, answered or not.", short, "operation")
	m.waited = m.Histogram("timeclock_graph_wait_seconds", "How long the budget made a call wait, passed or not.", short, "class")
	m.requests = m.Counter("timeclock_http_requests_total",
		"Requests answered, by the pattern that served them and the class of the status.", "route", "method", "status")
	m.audited = m.Counter("timeclock_audit_events_total",
		"Lines of the audit log: sign-ins, refused sign-ins, ended sessions, denials.", "event")
	m.refreshes = m.Counter("timeclock_token_refreshes_total", "Renewals of people's tokens at the provider.", "outcome")
	for _, e := range []telemetry.Event{telemetry.SignedIn, telemetry.SignInRefused, telemetry.SignedOut, telemetry.Denied} {
		m.audited.Add(0, string(e))
	}
	for _, outcome := range []string{refreshOK, refreshEnded, refreshMisconfigured, refreshUnavailable} {
		m.refreshes.Add(0, outcome)
	}
	return m
}

// request counts one that was answered.
func (m *metrics) request(s telemetry.Served) {
	m.requests.Add(1, s.Route, s.Method, strconv.Itoa(s.Status/100)+"xx")
}

// audit counts a line of the audit log.
func (m *metrics) audit(e telemetry.Event) { m.audited.Add(1, string(e)) }

// call counts a step of a call of Graph.
func (m *metrics) call(s graph.CallStat) {
	outcome := s.Outcome()
	if !s.Sent {
		m.waited.Observe(s.Took.Seconds(), s.Class.String())
	} else {
		m.called.Observe(s.Took.Seconds(), s.Op)
	}
	if s.Sent || s.Err != nil {
		m.calls.Add(1, s.Op, s.Class.String(), outcome)
	}
	if outcome == graph.CallThrottled {
		m.throttled.Add(1)
	}
}

// press counts a press that was delivered.
func (m *metrics) press(e journal.Entry) {
	by := byAction
	if e.Written {
		by = byWriting
	}
	m.delivered.Observe(e.Delivered.Sub(e.At).Duration().Seconds(), by)
	m.deviation.Observe(e.Recorded.Sub(e.When()).Duration().Abs().Seconds(), by)
}

// timedStore is the journal's store, and notes how long presses took to be
// durable.
type timedStore struct {
	journal.Store
	durable telemetry.Histogram
}

func (s timedStore) Accept(ctx context.Context, e journal.Entry) (journal.Entry, bool, error) {
	stored, fresh, err := s.Store.Accept(ctx, e)
	if err == nil && fresh {
		s.durable.Observe(time.Since(e.At.Time()).Seconds())
	}
	return stored, fresh, err
}

// How a renewal of tokens ends.
const (
	refreshOK            = "ok"
	refreshEnded         = "ended" // the session cannot be renewed any more
	refreshMisconfigured = "misconfigured"
	refreshUnavailable   = "unavailable"
)

// countedRefresher renews tokens, and counts how that went.
type countedRefresher struct {
	session.Refresher
	refreshes telemetry.Counter
}

func (c countedRefresher) Refresh(ctx context.Context, t session.Tokens) (session.Tokens, error) {
	fresh, err := c.Refresher.Refresh(ctx, t)
	outcome := refreshUnavailable
	switch {
	case err == nil:
		outcome = refreshOK
	case errors.Is(err, session.ErrEnded):
		outcome = refreshEnded
	case errors.Is(err, session.ErrConfig):
		outcome = refreshMisconfigured
	}
	c.refreshes.Add(1, outcome)
	return fresh, err
}

// expose declares what is looked up when somebody asks for the metrics.
func (s *Server) expose(version string, idle time.Duration) {
	m, counts := s.metrics, &s.journal.Counts
	m.Process(version, time.Now())
	for _, c := range []struct {
		name, help string
		read       func() int64
	}{
		{"timeclock_presses_accepted_total", "Presses made durable.", counts.Accepted.Load},
		{"timeclock_presses_delivered_total", "Presses that Graph has.", counts.Delivered.Load},
		{"timeclock_presses_refused_total", "Presses that were not put on a card.", counts.Refused.Load},
		{"timeclock_press_conflicts_total", "Presses that a person had to decide about.", counts.Conflicts.Load},
		{"timeclock_presses_resent_total", "Presses sent again after two clean readings.", counts.Resent.Load},
		{"timeclock_amendments_total", "Amendments of cards that Graph has taken.", counts.Amended.Load},
		{"timeclock_press_twins_total", "Presses found on cards twice after all.", counts.Twins.Load},
	} {
		m.Tally(c.name, c.help, func() float64 { return float64(c.read()) })
	}
	h := &held{backlog: s.stores.journal.Backlog, live: s.stores.sessions.Live, idle: idle, now: time.Now, log: s.log}
	m.Gauge("timeclock_presses_open",
		"Presses in the database that are not final, by what they wait for; all servers say the same.", h.open, "waits")
	m.Gauge("timeclock_press_oldest_age_seconds",
		"Age of the oldest of them since it was received; 0 when there is none.", h.oldest, "waits")
	m.Gauge("timeclock_sessions_live", "Sessions in the database that have not ended; all servers say the same.", h.sessions)
	m.Gauge("timeclock_event_streams_open", "Event streams that browsers hold open.", func(context.Context) []telemetry.Sample {
		return telemetry.One(float64(s.changes.Open()))
	})
}

// serve serves the metrics on address until stop is called, and nothing where
// there is no address.
func (m *metrics) serve(address string, log *slog.Logger) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, unheard(address, err)
	}
	mux := http.NewServeMux()
	m.Mount(mux)
	h := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	log.Info("serving metrics", "address", l.Addr().String())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are no longer served", "err", err)
		}
	})
	return func() {
		_ = h.Close() // whoever scrapes comes again
		ended.Wait()
	}, nil
}

// unheard says why the address of the metrics cannot be listened on.
func unheard(address string, err error) error {
	const setting = config.Prefix + "METRICS_LISTEN"
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("something else is listening on %s already; end it, or choose another address with %s", address, setting)
	}
	return fmt.Errorf("cannot listen on %s, which %s names: %w", address, setting, err)
}

package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// ask makes a request of h and reads the answer of /readyz.
func ask(t *testing.T, h *Health, method, path string) (*httptest.ResponseRecorder, Readiness) {
	t.Helper()
	mux := http.NewServeMux()
	h.Mount(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	var r Readiness
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	return w, r
}

func check(name string, run func(context.Context) error) Check { return Check{Name: name, Run: run} }

func fine(context.Context) error { return nil }

func TestReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &lines{}
		broken := errors.New("password hush refused")
		h := &Health{Log: NewLogger(log, slog.LevelInfo), Now: time.Now, Checks: []Check{
			check("database", fine),
			check("provider", func(context.Context) error { return broken }),
			check("roster", func(context.Context) error { panic("hush") }),
			check("graph", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }),
		}}
		began := time.Now()
		w, got := ask(t, h, "GET", "/readyz")
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("/readyz took %v, want the timeout of 2 s once", took)
		}
		if w.Code != 503 || got.Ready || got.Draining || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("/readyz = %d %+v, want 503 and not ready", w.Code, got)
		}
		for name, want := range map[string]string{"database": "ok", "provider": "failing", "roster": "failing", "graph": "failing"} {
			if got.Checks[name] != want {
				t.Errorf("check %s is %q, want %q", name, got.Checks[name], want)
			}
		}
		if strings.Contains(w.Body.String(), "hush") {
			t.Errorf("the answer tells an error: %s", w.Body)
		}
		if found := log.all(t, "not ready"); len(found) != 3 {
			t.Errorf("%d failures are logged, want 3:\n%s", len(found), log)
		}
		h.Checks = h.Checks[:1]
		h.hung = nil
		time.Sleep(fresh)
		if w, got := ask(t, h, "GET", "/readyz"); w.Code != 200 || !got.Ready {
			t.Errorf("/readyz with all well = %d %+v, want 200 and ready", w.Code, got)
		}
		h.Drain()
		if w, got := ask(t, h, "GET", "/readyz"); w.Code != 503 || got.Ready || !got.Draining {
			t.Errorf("/readyz while draining = %d %+v, want 503", w.Code, got)
		}
		if w, _ := ask(t, h, "GET", "/healthz"); w.Code != 200 || w.Body.String() != "ok\n" {
			t.Errorf("/healthz while draining = %d %q, want 200 ok", w.Code, w.Body)
		}
	})
}

// Whoever asks while checks run, or soon after, shares their results.
func TestAskingOften(t *testing.T) {
	var runs atomic.Int32
	started, gate := make(chan struct{}), make(chan struct{})
	h := &Health{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Time{} },
		Checks: []Check{{Name: "slow", Timeout: time.Hour, Run: func(context.Context) error {
			if runs.Add(1) == 1 {
				close(started)
			}
			<-gate
			return nil
		}}}}
	mux := http.NewServeMux()
	h.Mount(mux)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
			if w.Code != 200 {
				t.Errorf("/readyz = %d, want 200", w.Code)
			}
		})
	}
	<-started
	close(gate)
	all.Wait()
	if got := runs.Load(); got != 1 {
		t.Errorf("for 20 who asked at once the check ran %d times, want 1", got)
	}
}

// A check that hangs holds one goroutine, however often it is asked for.
func TestCheckThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var quick, stuck atomic.Int32
		release := make(chan struct{})
		h := &Health{Log: slog.New(slog.DiscardHandler), Now: time.Now, Checks: []Check{
			check("quick", func(context.Context) error { quick.Add(1); return nil }),
			check("stuck", func(context.Context) error { stuck.Add(1); <-release; return nil }),
		}}
		for range 3 {
			if _, got := ask(t, h, "GET", "/readyz"); got.Checks["stuck"] != "failing" || got.Checks["quick"] != "ok" {
				t.Errorf("while one check hangs: %+v, want that one failing", got)
			}
			time.Sleep(fresh)
		}
		if q, s := quick.Load(), stuck.Load(); q != 3 || s != 1 {
			t.Errorf("quick ran %d times, stuck %d; want 3 and 1", q, s)
		}
		close(release)
		if _, got := ask(t, h, "GET", "/readyz"); !got.Ready {
			t.Errorf("once it no longer hangs: %+v, want ready", got)
		}
	})
}

// A client that gives up must not make the next one's answer a failure.
func TestAskerGivesUp(t *testing.T) {
	h := &Health{Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Checks: []Check{check("database", func(ctx context.Context) error { return ctx.Err() })}}
	mux := http.NewServeMux()
	h.Mount(mux)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/readyz", nil))
	if w.Code != 200 {
		t.Errorf("/readyz for a client that gave up = %d, want 200", w.Code)
	}
}

func TestHealthPathsAreExact(t *testing.T) {
	h := &Health{Log: slog.New(slog.DiscardHandler), Now: time.Now}
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/healthz", 200}, {"HEAD", "/healthz", 200}, {"GET", "/readyz", 200},
		{"GET", "/healthz/", 404}, {"GET", "/healthz/x", 404}, {"GET", "/readyz/x", 404}, {"GET", "/x/healthz", 404},
		{"POST", "/healthz", 405}, {"DELETE", "/readyz", 405},
	} {
		if w, _ := ask(t, h, test.method, test.path); w.Code != test.want {
			t.Errorf("%s %s = %d, want %d", test.method, test.path, w.Code, test.want)
		}
	}
}

func TestHealthLinesAreQuiet(t *testing.T) {
	log := &lines{}
	h := &Health{Log: NewLogger(log, slog.LevelDebug), Now: time.Now}
	mux := http.NewServeMux()
	h.Mount(mux)
	requests := &Requests{Log: NewLogger(log, slog.LevelDebug), Now: time.Now}
	requests.Wrap(Route(mux)).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/readyz", nil))
	h.Drain()
	requests.Wrap(mux).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/readyz", nil))
	found := log.all(t, "request")
	if len(found) != 2 || found[0]["level"] != "DEBUG" || found[1]["level"] != "WARN" || found[1]["route"] != patternReady {
		t.Errorf("the lines are %v, want DEBUG when ready and WARN when not", found)
	}
}

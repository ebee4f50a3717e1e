package server_test

import (
	"encoding/base64"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server"
	"timeclock/server/config"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/telemetry/metricstest"
)

// free gives an address that nothing listens on.
func free(t *testing.T) string {
	t.Helper()
	l := listen(t, "127.0.0.1:0")
	defer l.Close()
	return l.Addr().String()
}

// openMetered starts the product with metrics at the address given.
func openMetered(t *testing.T) (s *site, address string) {
	t.Helper()
	address = free(t)
	s = open(t, "--metrics-listen", address)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return s, address
		}
		if time.Now().After(end) {
			t.Fatalf("no metrics at %s: %v", address, err)
		}
	}
}

// fetch gives the status and the text of an address.
func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// scrape reads the metrics, which must be without fault.
func scrape(t *testing.T, address string) (metricstest.Families, string) {
	t.Helper()
	status, text := fetch(t, "http://"+address+"/metrics")
	found, err := metricstest.Parse(text)
	if status != http.StatusOK || err != nil {
		t.Fatalf("the metrics: %d, %v in\n%s", status, err, text)
	}
	return found, text
}

// TestMetricsOfADay works a day that begins without a network and in which Graph
// throttles once, and reads what is told of it.
func TestMetricsOfADay(t *testing.T) {
	s, address := openMetered(t)
	before, _ := scrape(t, address)
	for _, name := range []string{"timeclock_press_twins_total", "timeclock_press_conflicts_total", "timeclock_graph_throttled_total"} {
		if v, ok := before.Value(name); !ok || v != 0 {
			t.Errorf("before anything, %s is %v, %v; want 0", name, v, ok)
		}
	}
	b := s.signIn(sandbox.Anna)
	stream := b.listen()
	in := b.press(sandbox.HarbourCafe, clock.ClockIn, time.Minute, nil)
	if _, err := s.box.Tenant.Misbehave(tenant.Fault{Do: tenant.FailBefore, Op: tenant.StartBreak, Status: 429, Times: 1}); err != nil {
		t.Fatal(err)
	}
	b.press(sandbox.HarbourCafe, clock.StartBreak, 0, nil)
	b.press(sandbox.HarbourCafe, clock.ClockOut, 0, nil)
	stream.wants(in.ID)
	var shown wire.Clock
	b.call(http.MethodGet, wire.PathClock, nil, &shown)
	if code := s.signIn(sandbox.Ben).call(http.MethodGet, wire.PathConflicts+"?team="+sandbox.HarbourCafe, nil, nil); code != wire.CodeForbidden {
		t.Errorf("conflicts for Ben: %q", code)
	}
	now, text := scrape(t, address)
	for _, want := range []struct {
		name   string
		labels []string
		least  float64
	}{
		{"timeclock_presses_accepted_total", nil, 3},
		{"timeclock_presses_delivered_total", nil, 3},
		{"timeclock_press_durable_seconds_count", nil, 3},
		{"timeclock_press_delivered_seconds_count", []string{"by", "action"}, 1},
		{"timeclock_press_delivered_seconds_count", []string{"by", "writing"}, 1},
		{"timeclock_press_deviation_seconds_bucket", []string{"by", "writing", "le", "0.025"}, 1},
		{"timeclock_graph_calls_total", []string{"operation", "create", "class", "write", "outcome", "ok"}, 1},
		{"timeclock_graph_calls_total", []string{"operation", "startBreak", "outcome", "throttled"}, 1},
		{"timeclock_graph_throttled_total", nil, 1},
		{"timeclock_graph_call_seconds_count", []string{"operation", "list"}, 1},
		{"timeclock_graph_wait_seconds_count", []string{"class", "write"}, 3},
		{"timeclock_http_requests_total", []string{"route", wire.PathPunches, "method", "POST", "status", "2xx"}, 3},
		{"timeclock_audit_events_total", []string{"event", "sign_in"}, 2},
		{"timeclock_audit_events_total", []string{"event", "denied"}, 1},
		{"timeclock_event_streams_open", nil, 1},
		{"timeclock_build_info", nil, 1},
		{"go_goroutines", nil, 1},
	} {
		if v, ok := now.Value(want.name, want.labels...); !ok || v < want.least {
			t.Errorf("%s %v is %v, %v; want %v or more", want.name, want.labels, v, ok, want.least)
		}
	}
	s.wantNobodyNamed(now, text, in)
}

// guid is how ids of people, teams and presses look.
var guid = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}`)

// wantNobodyNamed holds that metrics tell of no person, team, card or press.
func (s *site) wantNobodyNamed(found metricstest.Families, text string, press wire.Receipt) {
	s.t.Helper()
	var secret []string
	for _, p := range s.box.People {
		secret = append(secret, p.OID, p.Name, p.Login)
	}
	for _, g := range s.box.Teams {
		secret = append(secret, g.ID, g.Name)
	}
	for _, word := range append(secret, press.ID, press.Card, s.box.TenantID, s.box.ClientID) {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			s.t.Errorf("the metrics name %q", word)
		}
	}
	for _, f := range found {
		for _, sample := range f.Samples {
			for label, value := range sample.Labels {
				if guid.MatchString(value) || len(value) > 60 {
					s.t.Errorf("%s has %s=%q, which may be an id", f.Name, label, value)
				}
			}
		}
		if len(f.Samples) > 400 {
			s.t.Errorf("%s has %d samples after a day of two people", f.Name, len(f.Samples))
		}
	}
}

// TestMetricsOfWhatWaits keeps a press from Graph, and reads that it waits.
func TestMetricsOfWhatWaits(t *testing.T) {
	s, address := openMetered(t)
	b := s.signIn(sandbox.Anna)
	if _, err := s.box.Tenant.Misbehave(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ClockIn, Status: 503}); err != nil {
		t.Fatal(err)
	}
	p := wire.Punch{
		ID: uuid.Must(uuid.NewV7()).String(), Team: sandbox.HarbourCafe, Kind: clock.ClockIn, At: clock.At(time.Now()),
		Bound: 20, Trust: wire.Anchored, Device: "phone",
	}
	if code := b.call(http.MethodPost, wire.PathPunches, p, &wire.Receipt{}); code != "" {
		t.Fatalf("the press: %s", code)
	}
	time.Sleep(1100 * time.Millisecond)
	found, text := scrape(t, address) // the first, so that nothing is told again
	open, _ := found.Value("timeclock_presses_open")
	closed, known := found.Value("timeclock_presses_open", "waits", "conflict")
	oldest, _ := found.Value("timeclock_press_oldest_age_seconds")
	sessions, _ := found.Value("timeclock_sessions_live")
	if open != 1 || closed != 0 || !known || oldest < 1 || oldest > 60 || sessions != 1 {
		t.Errorf("open %v, conflicts %v, the oldest is %v s old, sessions %v; want 1, 0, 1 s and more, 1 in\n%s", open, closed, oldest, sessions, text)
	}
}

// TestMetricsStandApart: the public address has none, with the setting or
// without, and their address has nothing else.
func TestMetricsStandApart(t *testing.T) {
	s, address := openMetered(t)
	for _, path := range []string{"/metrics", "/metrics/", "/api/metrics"} {
		if status, text := fetch(t, s.url+path); status < 400 || strings.Contains(text, "timeclock_") {
			t.Errorf("the public %s answers %d: %.200s", path, status, text)
		}
	}
	for _, path := range []string{"/", "/healthz", wire.PathMe, wire.PathLogin} {
		if status, _ := fetch(t, "http://"+address+path); status != http.StatusNotFound {
			t.Errorf("%s at the address of the metrics answers %d", path, status)
		}
	}
}

// TestMetricsAddressInUse is said with the name of the setting, and ends the
// server.
func TestMetricsAddressInUse(t *testing.T) {
	held, public := listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0")
	defer held.Close()
	c, err := config.Load([]string{
		"--url", "http://localhost:1", "--insecure-http", "--client-id", "x", "--client-secret", "x", "--oidc-issuer", "http://127.0.0.1:1",
		"--database-url", "sqlite:" + filepath.Join(t.TempDir(), "timeclock.db"), "--metrics-listen", held.Addr().String(),
		"--secret-keys", base64.StdEncoding.EncodeToString([]byte("a-key-of-thirty-two-bytes--tests")),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	product, err := server.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	err = product.Serve(t.Context(), public)
	if err == nil || !strings.Contains(err.Error(), "already") || !strings.Contains(err.Error(), "TIMECLOCK_METRICS_LISTEN") {
		t.Errorf("Serve = %v, want what to do and the setting", err)
	}
	if _, err := net.Dial("tcp", public.Addr().String()); err == nil {
		t.Error("the public address still answers")
	}
}

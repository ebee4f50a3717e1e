package telemetry_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timeclock/server/telemetry"
)

// lines reads what a logger wrote.
func lines(t *testing.T, b *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

func TestAuditLetsNothingSecretThrough(t *testing.T) {
	var b bytes.Buffer
	audit := telemetry.Audit{Log: telemetry.NewLogger(&b, slog.LevelInfo)}
	audit.Write(t.Context(), telemetry.SessionEnded,
		slog.String("person", "0123456789abcdef"), slog.String("by", telemetry.ByProvider), slog.String("reason", ""),
		slog.String("session", "eyJhbGciOiJSUzI1NiJ9."+strings.Repeat("A", 80)),
		slog.String("name", "Anna Berg"), slog.Any("err", http.ErrBodyNotAllowed), slog.Int("count", 3),
		slog.String("route", "<script>"))
	got := lines(t, &b)[0]
	for name, want := range map[string]any{
		"msg": "session_ended", "audit": true, "person": "0123456789abcdef", "by": "provider", "count": 3.0,
		"session": "withheld", "name": "withheld", "err": "withheld", "route": "withheld",
	} {
		if got[name] != want {
			t.Errorf("%s = %v, want %v", name, got[name], want)
		}
	}
	if _, there := got["reason"]; there {
		t.Error("an attribute that is empty stands in the line")
	}
}

type somebody struct{}

func (somebody) LogIDs() (person, session string) { return "aaaa", "bbbb" }

func TestDeniedRequestsAreAudited(t *testing.T) {
	var b bytes.Buffer
	requests := &telemetry.Requests{Log: telemetry.NewLogger(&b, slog.LevelInfo), Now: time.Now}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/cards/{id}", func(w http.ResponseWriter, r *http.Request) {
		telemetry.Identify(r.Context(), somebody{})
		w.WriteHeader(http.StatusForbidden)
	})
	mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	h := requests.Wrap(telemetry.Route(mux))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/api/cards/7?token=secret", nil))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/api/me", nil))
	var denied []map[string]any
	for _, line := range lines(t, &b) {
		if line["audit"] == true {
			denied = append(denied, line)
		}
	}
	if len(denied) != 1 {
		t.Fatalf("%d audit lines, want 1: %s", len(denied), b.String())
	}
	for name, want := range map[string]any{
		"msg": "denied", "person": "aaaa", "session": "bbbb", "method": "POST", "route": "POST /api/cards/{id}", "status": 403.0,
	} {
		if denied[0][name] != want {
			t.Errorf("%s = %v, want %v", name, denied[0][name], want)
		}
	}
	if denied[0]["request"] == nil || strings.Contains(b.String(), "secret") {
		t.Errorf("the log is %s", b.String())
	}
}

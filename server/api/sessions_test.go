package api_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/api"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// newSessionsRig is a rig before which the handlers for sessions stand alone.
func newSessionsRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	mux := http.NewServeMux()
	(&api.Sessions{Manager: r.session, Log: slog.New(slog.DiscardHandler)}).Mount(mux)
	requests := &telemetry.Requests{Log: slog.New(slog.DiscardHandler), Now: time.Now}
	server := httptest.NewServer(requests.Wrap(r.session.Load(mux)))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// with signs in with a browser of the name given.
func (r *rig) with(person, agent string) *visitor {
	r.t.Helper()
	w, req := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
	req.Header.Set("User-Agent", agent)
	if _, err := r.session.Start(r.t.Context(), w, req, session.SignIn{
		Person: session.Person{Tenant: "tenant", Object: person}, Issuer: "https://id.example",
		Tokens: session.Tokens{Access: person, Issued: time.Now(), Expires: time.Now().Add(time.Hour)},
	}); err != nil {
		r.t.Fatal(err)
	}
	return &visitor{r, w.Result().Cookies()[0], http.Header{wire.Header: {wire.HeaderValue}}}
}

func (v *visitor) sessions() []wire.Session {
	v.rig.t.Helper()
	var all wire.Sessions
	if code := v.call(http.MethodGet, wire.PathSessions, nil, &all).code(); code != "" {
		v.rig.t.Fatalf("sessions: %s", code)
	}
	return all.Sessions
}

func TestMySessions(t *testing.T) {
	r := newSessionsRig(t)
	desk := r.with(anna, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0 Safari/537.36 Edg/143.0")
	phone := r.with(anna, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/26.0 Mobile/15E148 Safari/604.1")
	other := r.with(ben, "curl/8")

	all := desk.sessions()
	if len(all) != 2 {
		t.Fatalf("Anna has %+v, want her two", all)
	}
	lost := ""
	for _, s := range all {
		want := [4]any{"edge", "windows", "computer", true}
		if !s.Current {
			want, lost = [4]any{"safari", "ios", "phone", false}, s.ID
		}
		if got := [4]any{s.Browser, s.System, s.Form, s.Current}; got != want {
			t.Errorf("session %+v, want %v", s, want)
		}
		if now := time.Now(); s.Created.Time().After(now) || s.Seen < s.Created || !s.Expires.Time().After(now) {
			t.Errorf("session %+v has times that cannot be", s)
		}
	}
	foreign := other.sessions()[0].ID
	for path, want := range map[string]wire.Code{
		wire.PathSessions + "/" + foreign + wire.PathEnd:           wire.CodeNotFound,
		wire.PathSessions + "/none" + wire.PathEnd:                 wire.CodeNotFound,
		wire.PathSessions + "/" + currentOf(all).ID + wire.PathEnd: wire.CodeMalformed,
		wire.PathSessions + "/" + lost + wire.PathEnd:              "",
	} {
		if got := desk.call(http.MethodPost, path, nil, nil).code(); got != want {
			t.Errorf("POST %s: %s, want %q", path, got, want)
		}
	}
	if got := phone.call(http.MethodGet, wire.PathSessions, nil, nil).code(); got != wire.CodeSignedOut {
		t.Errorf("the lost phone: %s, want signed_out", got)
	}
	if got := desk.call(http.MethodPost, wire.PathSessions+"/"+lost+wire.PathEnd, nil, nil).code(); got != wire.CodeNotFound {
		t.Errorf("ended twice: %s, want not_found", got)
	}
	if len(other.sessions()) != 1 || len(desk.sessions()) != 1 {
		t.Error("more was ended than was asked for")
	}
}

func currentOf(all []wire.Session) wire.Session {
	for _, s := range all {
		if s.Current {
			return s
		}
	}
	return wire.Session{}
}

func TestEndAllOtherSessions(t *testing.T) {
	r := newSessionsRig(t)
	here := r.with(anna, "")
	others := []*visitor{r.with(anna, ""), r.with(anna, "")}
	stranger := r.with(ben, "")
	var ended wire.SessionsEnded
	if code := here.call(http.MethodPost, wire.PathSessions+wire.PathEnd, nil, &ended).code(); code != "" || ended.Ended != 2 {
		t.Errorf("end all: %s, %+v; want 2", code, ended)
	}
	for _, v := range others {
		if got := v.call(http.MethodGet, wire.PathSessions, nil, nil).code(); got != wire.CodeSignedOut {
			t.Errorf("another session: %s, want signed_out", got)
		}
	}
	if len(here.sessions()) != 1 || len(stranger.sessions()) != 1 {
		t.Error("the session that asked, or a stranger's, was ended")
	}
}

func TestSessionsAreGuarded(t *testing.T) {
	r := newSessionsRig(t)
	v := r.with(anna, "")
	id := v.sessions()[0].ID
	for _, tt := range []struct {
		method, path string
		header       http.Header
		want         wire.Code
	}{
		{http.MethodGet, wire.PathSessions, http.Header{}, wire.CodeCrossSite},
		{http.MethodPost, wire.PathSessions + wire.PathEnd, http.Header{}, wire.CodeCrossSite},
		{http.MethodPost, wire.PathSessions + "/" + id + wire.PathEnd, http.Header{wire.Header: {"1"}, "Sec-Fetch-Site": {"same-site"}}, wire.CodeCrossSite},
		{http.MethodGet, wire.PathSessions + wire.PathEnd, http.Header{wire.Header: {"1"}}, wire.CodeMethod},
		{http.MethodDelete, wire.PathSessions, http.Header{wire.Header: {"1"}}, wire.CodeMethod},
	} {
		v.header = tt.header
		if got := v.call(tt.method, tt.path, nil, nil).code(); got != tt.want {
			t.Errorf("%s %s with %v: %s, want %s", tt.method, tt.path, tt.header, got, tt.want)
		}
	}
	nobody := &visitor{r, nil, http.Header{wire.Header: {"1"}}}
	if got := nobody.call(http.MethodGet, wire.PathSessions, nil, nil).code(); got != wire.CodeSignedOut {
		t.Errorf("nobody: %s, want signed_out", got)
	}
	r.people.Close()
	v.header = http.Header{wire.Header: {"1"}}
	got := v.call(http.MethodGet, wire.PathSessions, nil, nil)
	if got.code() != wire.CodeStore || got.Header.Get("Retry-After") == "" || len(got.Cookies()) > 0 {
		t.Errorf("with the database down: %s, Retry-After %q, cookies %v; want store_unavailable, some time and none",
			got.code(), got.Header.Get("Retry-After"), got.Cookies())
	}
}

// TestBusySessionsWait: one session that asks too much is told to wait, and
// nobody else is.
func TestBusySessionsWait(t *testing.T) {
	r := newSessionsRig(t)
	greedy, other := r.with(anna, ""), r.with(ben, "")
	var got reply
	for range 1000 {
		if got = greedy.call(http.MethodGet, wire.PathSessions, nil, nil); got.code() != "" {
			break
		}
	}
	if got.code() != wire.CodeBusy || got.Header.Get("Retry-After") != "1" {
		t.Errorf("after 1000 calls: %s, Retry-After %q; want busy for a second", got.code(), got.Header.Get("Retry-After"))
	}
	if len(other.sessions()) != 1 {
		t.Error("another person was refused")
	}
}

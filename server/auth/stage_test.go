package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/auth"
	"timeclock/server/sandbox/idp"
	"timeclock/server/session"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
)

const (
	annaLogin  = "anna@example.test"
	annaObject = "aaaaaaaa-0000-4000-8000-00000000000a"
	benLogin   = "ben@example.test"
	benObject  = "bbbbbbbb-0000-4000-8000-00000000000b"
)

// stage is this server before the sandbox's provider and a Graph, over HTTP and
// a real database. When its test ends it looks for what the provider issued in
// all that left the server.
type stage struct {
	ground
	*idp.Provider
	t        testing.TB
	server   *httptest.Server // this server
	origin   *httptest.Server // the provider's
	graph    *httptest.Server
	db       *sqlite.DB
	keys     [][]byte
	sessions *session.Manager
	logins   auth.Transactions // nil: in the database

	mu   sync.Mutex     // protects what follows
	seen map[string]int // requests at the provider, by the end of their path
	says func(http.ResponseWriter, *http.Request)
}

// asked is how often the provider was asked at a path that ends so.
func (s *stage) asked(end string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for path, times := range s.seen {
		if strings.HasSuffix(path, end) {
			n += times
		}
	}
	return n
}

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t, seen: map[string]int{}, keys: [][]byte{[]byte("0123456789abcdef0123456789abcdef")}}
	s.origin = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen[r.URL.Path]++
		s.mu.Unlock()
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(s.origin.Close)
	s.graph = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		says := s.says
		s.mu.Unlock()
		if says != nil {
			says(w, r)
		}
	}))
	t.Cleanup(s.graph.Close)
	s.server = httptest.NewTLSServer(http.NotFoundHandler())
	s.server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(s, nil), slog.LevelDebug)
	t.Cleanup(s.server.Close)
	s.openProvider()
	s.db = s.open(emptyDatabase(t))
	s.restart()
	t.Cleanup(s.findSecrets)
	return s
}

// emptyDatabase gives a file with an empty database, which is made once and then
// copied: making one takes longer than most tests.
func emptyDatabase(t testing.TB) string {
	t.Helper()
	bytes, err := emptyBytes()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(file, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

var emptyBytes = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "timeclock-auth")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "db")
	db, err := sqlite.Open(context.Background(), file)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil { // takes the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(file)
})

func (s *stage) open(file string) *sqlite.DB {
	s.t.Helper()
	db, err := sqlite.OpenAlone(s.t.Context(), file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { db.Close() })
	return db
}

func (s *stage) openProvider() {
	var err error
	s.Provider, err = idp.New(idp.Config{
		Origin: s.origin.URL, Tenant: tenantID, Audience: s.graph.URL, Scopes: []string{"Schedule.ReadWrite.All"},
		Client: idp.Client{
			ID: clientID, Secret: clientSecret, Name: "Timeclock",
			RedirectURLs: []string{s.server.URL + wire.PathCallback}, PostLogoutURLs: []string{s.server.URL + "/"},
			BackChannelURL: s.server.URL + auth.PathBackChannel,
		},
		People: []idp.Person{
			{Object: annaObject, Login: annaLogin, Name: "Anna Berg", Roles: []string{"Supervisor"}},
			{Object: benObject, Login: benLogin, Name: "Ben Ek"},
		},
		Now: s.now, SigningKey: firstKey(), NotifyWith: s.server.Client(), Revokes: true,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// restart serves by a process that has just started.
func (s *stage) restart() { s.server.Config.Handler = s.process(&s.sessions) }

// process makes a process of this server on the same database.
func (s *stage) process(manager **session.Manager) http.Handler {
	s.t.Helper()
	log := telemetry.NewLogger(s, slog.LevelDebug)
	keys, err := session.NewKeys(s.keys...)
	if err != nil {
		s.t.Fatal(err)
	}
	relying, err := auth.NewProvider(auth.Config{
		Issuer: s.Issuer(), ClientID: clientID, ClientSecret: clientSecret, PublicURL: s.server.URL, Now: s.now, Log: log,
		Scopes: []string{"openid", "profile", "offline_access", "Schedule.ReadWrite.All"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	store := sqlite.Sessions{DB: s.db}
	m, err := session.New(session.Config{
		Sessions: store, People: store, Tokens: store, Grants: store, Refresher: relying, Revoker: relying,
		Keys: keys, Now: s.now, Log: log,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	*manager = m
	mux := http.NewServeMux()
	logins := s.logins
	if logins == nil {
		logins = sqlite.Logins{DB: s.db}
	}
	auth.Handler{Provider: relying, Sessions: m, Transactions: logins, Keys: keys, Now: s.now, Log: log}.Mount(mux)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the clock") })
	mux.Handle("GET /api/who", m.Load(http.HandlerFunc(s.who)))
	toGraph := &http.Client{Transport: m.Watch(http.DefaultTransport)}
	mux.Handle("GET /api/graph", m.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.callGraph(m, toGraph, w, r) })))
	mux.HandleFunc("GET /api/panic", func(http.ResponseWriter, *http.Request) {
		panic(errors.New(strings.Join(s.Issued(), " ")))
	})
	requests := &telemetry.Requests{Log: log, Now: time.Now}
	return requests.Wrap(telemetry.Route(mux))
}

// who tells whom the session is of; nobody, with 401, when there is none.
func (s *stage) who(w http.ResponseWriter, r *http.Request) {
	found, err := session.Current(r.Context())
	switch {
	case errors.Is(err, session.ErrEnded):
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, "nobody")
	case err != nil:
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		io.WriteString(w, found.Person.Object)
	}
}

// callGraph asks Graph with the token of the session.
func (s *stage) callGraph(m *session.Manager, graph *http.Client, w http.ResponseWriter, r *http.Request) {
	found, err := session.Current(r.Context())
	var token string
	if err == nil {
		token, err = m.AccessToken(r.Context(), found.Hash)
	}
	if err != nil {
		status := http.StatusServiceUnavailable
		if errors.Is(err, session.ErrEnded) {
			status = http.StatusUnauthorized
		}
		w.WriteHeader(status)
		fmt.Fprint(w, err)
		return
	}
	q, err := http.NewRequestWithContext(r.Context(), http.MethodGet, s.graph.URL, nil)
	if err != nil {
		s.t.Error(err)
		return
	}
	q.Header.Set("Authorization", "Bearer "+token)
	answer, err := graph.Do(q)
	if err != nil {
		s.t.Error(err)
		return
	}
	answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
}

// graphSays makes Graph answer 401 with a challenge; nothing makes it content.
func (s *stage) graphSays(challenge string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
	}
	if challenge == "" {
		s.says = nil
	}
}

// findSecrets fails when anything the provider issued left the server.
func (s *stage) findSecrets() {
	secrets := s.Issued()
	for _, key := range s.keys {
		secrets = append(secrets, string(key))
	}
	s.wantNone(s.t, secrets)
}

// guest is somebody's browser: it keeps cookies and follows no redirects.
type guest struct {
	s      *stage
	client *http.Client
	header http.Header // beside what every request has
}

func (s *stage) guest() *guest { return &guest{s, newBrowser(s.t, s.server), http.Header{}} }

// send makes a request to this server, or to the provider when at is a whole
// address.
func (g *guest) send(method, at string, form url.Values) reply {
	g.s.t.Helper()
	address := at
	if strings.HasPrefix(at, "/") {
		address = g.s.server.URL + at
	}
	req, err := http.NewRequestWithContext(g.s.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		g.s.t.Fatal(err)
	}
	req.Header = g.header.Clone()
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := g.client.Do(req)
	if err != nil {
		g.s.t.Fatalf("%s %s: %v", method, at, err)
	}
	return g.s.take(g.s.t, answer, strings.HasPrefix(address, g.s.server.URL))
}

// leave begins a sign-in and gives the address at the provider.
func (g *guest) leave(query string) string {
	g.s.t.Helper()
	at := g.send(http.MethodGet, wire.PathLogin+query, nil)
	if at.StatusCode != http.StatusSeeOther {
		g.s.t.Fatalf("GET %s%s = %d %s", wire.PathLogin, query, at.StatusCode, at.body)
	}
	return at.Header.Get("Location")
}

// pick presses a person's name at the provider and gives the query with which
// it sends the browser back.
func (g *guest) pick(address, login string) url.Values {
	g.s.t.Helper()
	back := g.send(http.MethodPost, address, url.Values{"person": {login}})
	to, err := back.Location()
	if err != nil {
		g.s.t.Fatalf("pick %s at %s = %d %s", login, address, back.StatusCode, back.body)
	}
	return to.Query()
}

func (g *guest) comeBack(q url.Values) reply {
	g.s.t.Helper()
	return g.send(http.MethodGet, wire.PathCallback+"?"+q.Encode(), nil)
}

// signIn signs somebody in for whom all goes well.
func (g *guest) signIn(login string) *guest {
	g.s.t.Helper()
	if at := g.comeBack(g.pick(g.leave("?prompt=select_account"), login)); at.StatusCode != http.StatusSeeOther {
		g.s.t.Fatalf("callback = %d %s\n%s", at.StatusCode, at.body, g.s.output())
	}
	return g
}

// is tells whom this server takes the browser for.
func (g *guest) is() string { return g.send(http.MethodGet, "/api/who", nil).body }

// cookies gives the cookies this server has set.
func (g *guest) cookies() []*http.Cookie {
	u, err := url.Parse(g.s.server.URL)
	if err != nil {
		g.s.t.Fatal(err)
	}
	return g.client.Jar.Cookies(u)
}

// plant sets a cookie as if this server had.
func (g *guest) plant(name, value string) {
	u, err := url.Parse(g.s.server.URL)
	if err != nil {
		g.s.t.Fatal(err)
	}
	g.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// held is the value of the session cookie; empty when there is none.
func (g *guest) held() string {
	for _, c := range g.cookies() {
		if c.Name == session.CookieName {
			return c.Value
		}
	}
	return ""
}

// hash is under what the newest session is stored.
func (s *stage) hash() string {
	s.t.Helper()
	var hash string
	if err := s.db.Read.QueryRowContext(s.t.Context(), "SELECT hash FROM sessions ORDER BY created DESC").Scan(&hash); err != nil {
		s.t.Fatal(err)
	}
	return hash
}

package auth_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"timeclock/app/wire"
	"timeclock/server/auth"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

// rig is this server, with a provider, over https and a real database. When its
// test ends it looks for secrets in all that left the server.
type rig struct {
	ground
	t        *testing.T
	server   *httptest.Server
	provider *provider
	sessions *session.Manager
	relying  *auth.Provider
	db       *sqlite.DB

	certificate *auth.Certificate // nil for the secret

}

func newRig(t *testing.T) *rig { return newRigWith(t, nil) }

// newRigWith makes a rig whose server proves itself by a certificate, if there
// is one.
func newRigWith(t *testing.T, certificate *auth.Certificate) *rig {
	t.Helper()
	r := &rig{t: t, certificate: certificate}
	r.provider = newProvider(t, r.now)
	db, err := sqlite.OpenAlone(t.Context(), emptyDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r.db = db
	mux := http.NewServeMux()
	r.server = httptest.NewTLSServer(mux)
	t.Cleanup(r.server.Close)
	r.mount(mux)
	t.Cleanup(func() { r.wantNone(t, r.provider.issued) })
	return r
}

// mount builds the server's side, as a process that has just started.
func (r *rig) mount(mux *http.ServeMux) {
	r.t.Helper()
	log := slog.New(slog.NewTextHandler(r, nil))
	keys, err := session.NewKeys([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		r.t.Fatal(err)
	}
	config := auth.Config{
		Issuer: r.provider.URL, ClientID: clientID, ClientSecret: clientSecret,
		PublicURL: r.server.URL, Now: r.now, Log: log,
	}
	if r.certificate != nil {
		config.ClientSecret, config.Certificate = "", r.certificate
	}
	r.relying, err = auth.NewProvider(config)
	if err != nil {
		r.t.Fatal(err)
	}
	stores := sqlite.Sessions{DB: r.db}
	r.sessions, err = session.New(session.Config{
		Sessions: stores, People: stores, Tokens: stores, Grants: stores, Refresher: r.relying, Keys: keys, Now: r.now, Log: log,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	auth.Handler{
		Provider: r.relying, Sessions: r.sessions, Transactions: sqlite.Logins{DB: r.db}, Keys: keys, Now: r.now, Log: log,
	}.Mount(mux)
	mux.Handle("GET /who", r.sessions.Load(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s, err := session.Current(req.Context())
		fmt.Fprintf(w, "%s %v", s.Person.Key(), err)
	})))
}

// browser keeps cookies, follows no redirects and remembers what it was sent.
type browser struct {
	r      *rig
	client *http.Client
}

func (r *rig) browser() *browser { return &browser{r, newBrowser(r.t, r.server)} }

func (b *browser) do(method, target string, header http.Header) reply {
	b.r.t.Helper()
	req, err := http.NewRequestWithContext(b.r.t.Context(), method, b.r.server.URL+target, nil)
	if err != nil {
		b.r.t.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.r.t.Fatalf("%s %s: %v", method, target, err)
	}
	return b.r.take(b.r.t, resp, true)
}

func (b *browser) get(target string) reply { b.r.t.Helper(); return b.do("GET", target, nil) }

// leave begins a sign-in and gives the address at the provider.
func (b *browser) leave(query string) string {
	b.r.t.Helper()
	resp := b.get(wire.PathLogin + query)
	if resp.StatusCode != http.StatusSeeOther {
		b.r.t.Fatalf("GET %s%s = %d %s", wire.PathLogin, query, resp.StatusCode, resp.body)
	}
	return resp.Header.Get("Location")
}

func (b *browser) comeBack(q url.Values) reply {
	b.r.t.Helper()
	return b.get(wire.PathCallback + "?" + q.Encode())
}

// signIn signs in as whomever the provider says.
func (b *browser) signIn() {
	b.r.t.Helper()
	if resp := b.comeBack(b.r.provider.authorize(b.leave(""))); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/" {
		b.r.t.Fatalf("callback = %d to %q: %s", resp.StatusCode, resp.Header.Get("Location"), resp.body)
	}
}

func (b *browser) wantWho(want string) {
	b.r.t.Helper()
	if got := b.get("/who").body; got != want {
		b.r.t.Errorf("signed in as %q, want %q", got, want)
	}
}

const (
	whoAnna   = tenantID + ".anna <nil>"
	whoNobody = ". session ended"
	whoAsked  = ". the provider wants to ask the person something"
)

// wantRefused fails unless resp is the page of a sign-in refused for the reason.
func (b *browser) wantRefused(resp reply, status int, reason string) {
	t := b.r.t
	t.Helper()
	if !strings.Contains(b.r.output(), "msg=sign_in_refused reason="+reason+" ") {
		t.Errorf("the log has no refusal for %s:\n%s", reason, b.r.output())
	}
	if resp.StatusCode != status {
		t.Errorf("status %d, want %d: %s", resp.StatusCode, status, resp.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "Location": "",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(resp.body, `href="/auth/login`) || strings.Contains(resp.body, "http-equiv") {
		t.Errorf("the page offers no sign-in, or goes there by itself:\n%s", resp.body)
	}
	if !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("Content-Security-Policy: %q", resp.Header.Get("Content-Security-Policy"))
	}
	for _, c := range resp.Cookies() {
		if c.Name == session.CookieName {
			t.Errorf("a refused sign-in set the session cookie")
		}
	}
}

package auth_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
	"testing"
	"time"
)

// ground is what the servers under test here stand on: a clock that can be moved,
// and all that left them.
type ground struct {
	mu   sync.Mutex // protects what follows
	skew time.Duration
	left bytes.Buffer // answers and logs
}

func (g *ground) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Now().Add(g.skew)
}

func (g *ground) pass(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.skew += d
}

// Write takes a line of the log.
func (g *ground) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.left.Write(p)
}

func (g *ground) output() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.left.String()
}

// wantNone fails when one of the secrets left.
func (g *ground) wantNone(t testing.TB, secrets []string) {
	t.Helper()
	out := g.output()
	for _, secret := range secrets {
		if secret != "" && strings.Contains(out, secret) {
			t.Errorf("%q left the server", secret)
		}
	}
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	body string
}

// take reads an answer and keeps it with all that left, if it is from the server.
func (g *ground) take(t testing.TB, answer *http.Response, ours bool) reply {
	t.Helper()
	defer answer.Body.Close()
	if ours {
		raw, err := httputil.DumpResponse(answer, true)
		if err != nil {
			t.Fatal(err)
		}
		g.Write(raw)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer, string(body)}
}

// newBrowser keeps cookies and follows no redirects.
func newBrowser(t testing.TB, server *httptest.Server) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := *server.Client()
	c.Jar = jar
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

package auth_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/auth"
	"timeclock/server/session"
)

var personAnna = session.Person{Tenant: tenantID, Object: "anna"}

const graphScope = "https://graph.example/.default"

// tokenCount is how often the provider was asked for tokens.
func (r *rig) tokenCount() int { return r.provider.requests("/token") }

func mustToken(t *testing.T, a *auth.Application) string {
	t.Helper()
	token, err := a.Token(t.Context())
	if err != nil {
		t.Fatalf("Token: %v", err)
	}
	return token
}

func TestApplicationTokenIsKeptUntilItSoonEnds(t *testing.T) {
	r := newRig(t)
	var scope string
	r.provider.lie(lies{token: func(_ http.ResponseWriter, req *http.Request) bool {
		scope = req.PostFormValue("scope") + " " + req.PostFormValue("grant_type")
		return false
	}})
	a := auth.NewApplication(r.relying, graphScope)
	var all sync.WaitGroup
	got := make([]string, 20)
	for i := range got {
		all.Go(func() { got[i], _ = a.Token(t.Context()) })
	}
	all.Wait()
	for _, token := range got {
		if !strings.HasPrefix(token, "application-secret-") || token != got[0] {
			t.Fatalf("tokens %q, want one for all", got)
		}
	}
	if n := r.tokenCount(); n != 1 || scope != graphScope+" client_credentials" {
		t.Errorf("the provider was asked %d times, at last for %s", n, scope)
	}
	r.pass(54 * time.Minute)
	if token := mustToken(t, a); token != got[0] {
		t.Errorf("the token was replaced 6 minutes before its end")
	}
	r.pass(2 * time.Minute)
	if token := mustToken(t, a); token == got[0] || r.tokenCount() != 2 {
		t.Errorf("the token was not replaced 4 minutes before its end")
	}
	other := auth.NewApplication(r.relying, "https://other.example/.default")
	if token := mustToken(t, other); token == mustToken(t, a) {
		t.Error("another scope was given the same token")
	}
}

func TestApplicationTokenWhileTheProviderFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter)
		is     error
	}{
		{"it is down", func(w http.ResponseWriter) { http.Error(w, "<html>", 503) }, session.ErrUnavailable},
		{"the secret is wrong", func(w http.ResponseWriter) { writeJSON(w, 401, map[string]any{"error": "invalid_client"}) }, session.ErrConfig},
		{"no consent", func(w http.ResponseWriter) { writeJSON(w, 400, map[string]any{"error": "unauthorized_client"}) }, session.ErrConfig},
		{"not in these words", func(w http.ResponseWriter) { writeJSON(w, 400, map[string]any{"error": "invalid_grant"}) }, session.ErrConfig},
		{"no token in the answer", func(w http.ResponseWriter) { writeJSON(w, 200, map[string]any{"token_type": "Bearer"}) }, session.ErrUnavailable},
	} {
		r := newRig(t)
		a := auth.NewApplication(r.relying, graphScope)
		first := mustToken(t, a)
		r.provider.lie(lies{token: func(w http.ResponseWriter, _ *http.Request) bool { tt.answer(w); return true }})
		r.pass(56 * time.Minute)
		if token := mustToken(t, a); token != first {
			t.Errorf("%s: while the old token is good, Token = %q", tt.name, token)
		}
		r.pass(4 * time.Minute)
		before := r.tokenCount()
		for range 3 {
			if _, err := a.Token(t.Context()); !errors.Is(err, tt.is) || errors.Is(err, session.ErrEnded) {
				t.Errorf("%s: %v, want %v and nobody's session ended", tt.name, err, tt.is)
			}
		}
		if n := r.tokenCount() - before; n != 1 {
			t.Errorf("%s: the provider was asked %d times within a moment, want once", tt.name, n)
		}
		r.provider.lie(lies{})
		r.pass(6 * time.Second)
		mustToken(t, a)
	}
}

func TestADroppedApplicationTokenIsNotGivenAgain(t *testing.T) {
	r := newRig(t)
	a := auth.NewApplication(r.relying, graphScope)
	first := mustToken(t, a)
	a.Drop(first)
	if token := mustToken(t, a); token != first {
		t.Error("a quite new token was dropped: what refuses it refuses the next")
	}
	r.pass(2 * time.Minute)
	a.Drop("another")
	if token := mustToken(t, a); token != first {
		t.Error("dropping another token dropped this one")
	}
	a.Drop(first)
	if token := mustToken(t, a); token == first {
		t.Error("a dropped token was given again")
	}
}

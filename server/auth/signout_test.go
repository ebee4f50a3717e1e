package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/session"
)

var ours = http.Header{wire.Header: {wire.HeaderValue}, "Sec-Fetch-Site": {"same-origin"}}

func signedOut(t testing.TB, resp reply) string {
	t.Helper()
	var out wire.SignedOut
	if err := json.Unmarshal([]byte(resp.body), &out); err != nil || resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("logout = %d %s, %v", resp.StatusCode, resp.body, err)
	}
	return out.Next
}

func TestSignOut(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.signIn()
	next, err := url.Parse(signedOut(t, b.do("POST", wire.PathLogout, ours.Clone())))
	if err != nil {
		t.Fatal(err)
	}
	q := next.Query()
	next.RawQuery = ""
	if next.String() != r.provider.URL+"/logout" || q.Get("post_logout_redirect_uri") != r.server.URL+"/" ||
		q.Get("client_id") != clientID || q.Has("id_token_hint") {
		t.Errorf("next is %s with %v", next, q)
	}
	b.wantWho(whoNobody)
	if !strings.Contains(r.output(), "msg=sign_out ") {
		t.Error("the log has no sign_out")
	}
	if next := signedOut(t, b.do("POST", wire.PathLogout, ours.Clone())); next != "/" {
		t.Errorf("signing out twice leads to %q, want /", next)
	}
}

func TestSignOutWithoutAPlaceAtTheProvider(t *testing.T) {
	for name, metadata := range map[string]func(map[string]any){
		"none":        func(m map[string]any) { delete(m, "end_session_endpoint") },
		"a script":    func(m map[string]any) { m["end_session_endpoint"] = "javascript:alert(1)" },
		"over http":   func(m map[string]any) { m["end_session_endpoint"] = "http://evil.example/logout" },
		"not a place": func(m map[string]any) { m["end_session_endpoint"] = "/logout" },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.provider.lie(lies{metadata: metadata})
			b := r.browser()
			b.signIn()
			if next := signedOut(t, b.do("POST", wire.PathLogout, ours.Clone())); next != "/" {
				t.Errorf("next is %q, want /", next)
			}
			b.wantWho(whoNobody)
		})
	}
}

func TestSignOutIsForOurPagesAlone(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.signIn()
	with := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for _, tt := range []struct {
		method string
		header http.Header
		status int
	}{
		{"POST", with(), 403},
		{"POST", with(wire.Header, "0"), 403},
		{"POST", with("Sec-Fetch-Site", "same-origin"), 403},
		{"POST", with(wire.Header, "1", "Sec-Fetch-Site", "cross-site"), 403},
		{"POST", with(wire.Header, "1", "Sec-Fetch-Site", "same-site"), 403},
		{"POST", with(wire.Header, "1", "Origin", "https://evil.example"), 403},
		{"GET", with(wire.Header, "1"), 405},
	} {
		resp := b.do(tt.method, wire.PathLogout, tt.header)
		if resp.StatusCode != tt.status {
			t.Errorf("%s with %v = %d, want %d", tt.method, tt.header, resp.StatusCode, tt.status)
		}
		if tt.status == 403 && (resp.Header.Get("Content-Type") != wire.ContentTypeProblem || !strings.Contains(resp.body, string(wire.CodeCrossSite))) {
			t.Errorf("%s with %v: %s %s", tt.method, tt.header, resp.Header.Get("Content-Type"), resp.body)
		}
		b.wantWho(whoAnna)
	}
}

func TestSignOutWhenTheStoreFails(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.signIn()
	r.db.Close()
	resp := b.do("POST", wire.PathLogout, ours.Clone())
	if resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(resp.body, string(wire.CodeStore)) || len(resp.Cookies()) > 0 {
		t.Errorf("logout = %d %s with cookies %v; want 503, %s and none", resp.StatusCode, resp.body, resp.Cookies(), wire.CodeStore)
	}
}

// held gives the hash of the session in the database.
func (r *rig) held() string {
	r.t.Helper()
	var hash string
	if err := r.db.Read.QueryRowContext(r.t.Context(), "SELECT hash FROM sessions").Scan(&hash); err != nil {
		r.t.Fatal(err)
	}
	return hash
}

func TestRefresh(t *testing.T) {
	r := newRig(t)
	r.browser().signIn()
	hash := r.held()
	for range 3 {
		before := r.provider.requests("/token")
		r.pass(2 * time.Hour)
		var wg sync.WaitGroup
		var tokens sync.Map
		for range 50 {
			wg.Go(func() {
				token, err := r.sessions.AccessToken(context.WithoutCancel(t.Context()), hash)
				if err != nil || !strings.HasPrefix(token, "access-secret-") {
					t.Errorf("AccessToken = %q, %v", token, err)
				}
				tokens.Store(token, true)
			})
		}
		wg.Wait()
		if got := r.provider.requests("/token") - before; got != 1 {
			t.Errorf("50 at once made %d token requests, want 1", got)
		}
		different := 0
		tokens.Range(func(any, any) bool { different++; return true })
		if different != 1 {
			t.Errorf("50 at once got %d different tokens, want 1", different)
		}
	}
}

func TestRefreshRefused(t *testing.T) {
	says := func(status int, body string) lies {
		return lies{token: func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(status)
			w.Write([]byte(body))
			return true
		}}
	}
	claim := func(name string, value any) lies {
		return lies{claims: func(m map[string]any) { m[name] = value }}
	}
	for _, tt := range []struct {
		name string
		lies lies
		want error // nil: it is accepted
	}{
		{"truth", lies{}, nil},
		{"without ID token", lies{answer: func(m map[string]any) { delete(m, "id_token") }}, nil},
		{"without refresh token", lies{answer: func(m map[string]any) { delete(m, "refresh_token") }}, nil},
		{"refresh-token-invalid-issuer", claim("iss", "https://evil.example"), session.ErrEnded},
		{"refresh-token-invalid-sub", claim("sub", "somebody"), session.ErrEnded},
		{"another audience", claim("aud", "somebody"), session.ErrEnded},
		{"another nonce", claim("nonce", "another"), session.ErrEnded},
		{"invalid_grant", says(400, `{"error":"invalid_grant"}`), session.ErrEnded},
		{"interaction_required", says(400, `{"error":"interaction_required","suberror":"x"}`), session.ErrEnded},
		{"invalid_request", says(400, `{"error":"invalid_request"}`), session.ErrEnded},
		{"unauthorized_client", says(400, `{"error":"unauthorized_client"}`), session.ErrEnded},
		{"invalid_client", says(401, `{"error":"invalid_client"}`), session.ErrConfig},
		{"invalid_scope", says(400, `{"error":"invalid_scope"}`), session.ErrConfig},
		{"429", says(429, `{"error":"invalid_grant"}`), session.ErrUnavailable},
		{"500", says(500, `{"error":"invalid_grant"}`), session.ErrUnavailable},
		{"a gateway's page", says(403, "<html>blocked"), session.ErrUnavailable},
		{"a cut connection", lies{token: func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }}, session.ErrUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			b := r.browser()
			b.signIn()
			hash := r.held()
			r.pass(2 * time.Hour)
			r.provider.lie(tt.lies)
			_, err := r.sessions.AccessToken(t.Context(), hash)
			if !errors.Is(err, tt.want) {
				t.Errorf("AccessToken: %v, want %v", err, tt.want)
			}
			switch {
			case errors.As(err, &session.StepUp{}):
				b.wantWho(whoAsked)
			case errors.Is(tt.want, session.ErrEnded):
				b.wantWho(whoNobody)
			default:
				b.wantWho(whoAnna)
			}
		})
	}
}

func TestAnUnreachableProviderKeepsTheSession(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.signIn()
	hash := r.held()
	r.pass(2 * time.Hour)
	r.provider.Close()
	if _, err := r.sessions.AccessToken(t.Context(), hash); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("AccessToken: %v, want ErrUnavailable", err)
	}
	b.wantWho(whoAnna)
}

func TestAnAnswerWithoutLifeLastsFiveMinutes(t *testing.T) {
	r := newRig(t)
	r.provider.lie(lies{answer: func(m map[string]any) { delete(m, "expires_in") }})
	r.browser().signIn()
	hash := r.held()
	before := r.provider.requests("/token")
	r.pass(3 * time.Minute)
	if _, err := r.sessions.AccessToken(t.Context(), hash); err != nil || r.provider.requests("/token") != before {
		t.Errorf("after 3 min: %v and %d requests, want none", err, r.provider.requests("/token")-before)
	}
	r.pass(2 * time.Minute)
	if _, err := r.sessions.AccessToken(t.Context(), hash); err != nil || r.provider.requests("/token") != before+1 {
		t.Errorf("after 5 min: %v and %d requests, want 1", err, r.provider.requests("/token")-before)
	}
}

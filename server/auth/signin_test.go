package auth_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"timeclock/app/wire"
	"timeclock/server/session"
)

func TestSignIn(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.wantWho(whoNobody)
	location := b.leave("?return=/history?week=3")
	resp := b.comeBack(r.provider.authorize(location))
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/history?week=3" {
		t.Errorf("callback = %d to %q, want 303 to /history?week=3", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("callback headers %v, want no-store and no-referrer", resp.Header)
	}
	b.wantWho(whoAnna)
	for _, want := range []string{"msg=sign_in ", "person="} {
		if !strings.Contains(r.output(), want) {
			t.Errorf("the log has no %q", want)
		}
	}
	if strings.Contains(r.output(), "Anna") {
		t.Error("the log names the person")
	}
}

func TestSignInAsksForWhatItShould(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	seen := map[string]bool{}
	for query, prompt := range map[string]string{
		"": "", "?prompt=select_account": "select_account", "?prompt=login": "login", "?prompt=none": "none",
		"?prompt=consent": "", "?prompt=none%20login": "", "?prompt=%0aX": "",
	} {
		u, err := url.Parse(b.leave(query))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if got := q.Get("prompt"); got != prompt {
			t.Errorf("login%s: prompt %q, want %q", query, got, prompt)
		}
		if got, want := q.Get("redirect_uri"), r.server.URL+wire.PathCallback; got != want {
			t.Errorf("login%s: redirect_uri %q, want %q", query, got, want)
		}
		if got, want := q.Get("scope"), "openid profile offline_access"; got != want {
			t.Errorf("login%s: scope %q, want %q", query, got, want)
		}
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if v := q.Get(name); len(v) != 43 || seen[v] {
				t.Errorf("login%s: %s %q, want 256 fresh bits", query, name, v)
			} else {
				seen[v] = true
			}
		}
	}
}

func TestRedirectURIIgnoresTheRequest(t *testing.T) {
	r := newRig(t)
	req, err := http.NewRequestWithContext(t.Context(), "GET", r.server.URL+wire.PathLogin, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "evil.example"
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-Host"} {
		req.Header.Set(name, "host=evil.example")
	}
	resp, err := r.browser().client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if location := resp.Header.Get("Location"); strings.Contains(location, "evil") || !strings.Contains(location, url.QueryEscape(r.server.URL)) {
		t.Errorf("Location %s, want the configured origin", location)
	}
}

func TestTransactionCookie(t *testing.T) {
	r := newRig(t)
	for _, c := range r.browser().get(wire.PathLogin).Cookies() {
		shown := *c
		shown.Value = ""
		const want = "__Host-Http-timeclock-tx=; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Lax"
		if got := shown.String(); got != want {
			t.Errorf("cookie %s, want %s", got, want)
		}
	}
}

// TestIDToken has a row for each thing an ID token can get wrong, with the name
// of the conformance test it stands for where there is one.
func TestIDToken(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(m map[string]any) { m[name] = value }
	}
	without := func(name string) func(map[string]any) {
		return func(m map[string]any) { delete(m, name) }
	}
	in := func(name string, d time.Duration) func(map[string]any) {
		return func(m map[string]any) { set(name, time.Now().Add(d).Unix())(m) } // from when it is minted
	}
	claims := func(f func(map[string]any)) lies { return lies{claims: f} }
	const refused = "id_token"
	for _, tt := range []struct {
		name string
		lies lies
		want string // reason of the refusal; empty: accepted
	}{
		{"truth", lies{}, ""},
		{"invalid-iss", claims(set("iss", "https://evil.example")), refused},
		{"iss with a slash more", claims(func(m map[string]any) { m["iss"] = m["iss"].(string) + "/" }), refused},
		{"missing iss", claims(without("iss")), refused},
		{"missing-sub", claims(without("sub")), refused},
		{"empty sub", claims(set("sub", "")), refused},
		{"sub of 256 characters", claims(set("sub", strings.Repeat("s", 256))), refused},
		{"sub is a number", claims(set("sub", 7)), refused},
		{"invalid-aud", claims(set("aud", "somebody")), refused},
		{"missing-aud", claims(without("aud")), refused},
		{"valid-aud-as-array", claims(set("aud", []string{clientID})), ""},
		{"invalid-secondary-aud", claims(set("aud", []string{clientID, "somebody"})), refused},
		{"secondary aud with azp", claims(func(m map[string]any) { m["aud"], m["azp"] = []string{clientID, "somebody"}, clientID }), ""},
		{"azp is another", claims(set("azp", "somebody")), refused},
		{"missing-iat", claims(without("iat")), refused},
		{"iat-is-week-in-past", claims(in("iat", -7*24*time.Hour)), refused},
		{"iat 9 min ago", claims(in("iat", -9*time.Minute)), ""},
		{"iat in 20 s", claims(in("iat", 20*time.Second)), ""},
		{"iat in an hour", claims(in("iat", time.Hour)), refused},
		{"missing-exp", claims(without("exp")), refused},
		{"expired 20 s ago", claims(in("exp", -20*time.Second)), ""},
		{"expired a minute ago", claims(in("exp", -time.Minute)), refused},
		{"nbf in an hour", claims(in("nbf", time.Hour)), refused},
		{"nonce-invalid", claims(set("nonce", "another")), refused},
		{"missing-nonce", claims(without("nonce")), refused},
		{"empty nonce", claims(set("nonce", "")), refused},
		{"invalid-athash", claims(set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")), refused},
		{"typ at+jwt", lies{header: map[string]any{"typ": "at+jwt"}}, refused},
		{"typ logout+jwt", lies{header: map[string]any{"typ": "logout+jwt"}}, refused},
		{"typ missing", lies{header: map[string]any{"typ": nil}}, ""},
		{"kid-absent-single-jwks", lies{header: map[string]any{"kid": nil}}, ""},
		{"unknown kid", lies{header: map[string]any{"kid": "unknown"}}, refused},
		{"sig-none", lies{sign: unsigned}, refused},
		{"not a JWT", lies{sign: func([]byte) string { return "no-token-at-all" }}, refused},
		{"no ID token", lies{answer: without("id_token")}, refused},
		{"tid with a dot", claims(set("tid", "a.b")), refused},
		{"oid with a space", claims(set("oid", "a b")), refused},
		{"roles of another kind", claims(set("roles", map[string]any{"a": 1})), ""},
	} {
		t.Run(tt.name, func(t *testing.T) { tryLie(t, tt.lies, http.StatusForbidden, tt.want) })
	}
}

// tryLie signs in at a provider that lies and fails unless that is refused as
// wanted, or accepted when reason is empty.
func tryLie(t *testing.T, l lies, status int, reason string) {
	r := newRig(t)
	b := r.browser()
	query := r.provider.authorize(b.leave("?return=/history"))
	r.provider.lie(l)
	resp := b.comeBack(query)
	if reason == "" {
		if resp.StatusCode != http.StatusSeeOther {
			t.Errorf("callback = %d, want it accepted: %s\n%s", resp.StatusCode, resp.body, r.output())
		}
		b.wantWho(whoAnna)
		return
	}
	b.wantRefused(resp, status, reason)
	if !strings.Contains(resp.body, `href="/auth/login?return=%2Fhistory"`) {
		t.Errorf("the page does not lead back to where the person was:\n%s", resp.body)
	}
	b.wantWho(whoNobody)
}

func TestSignatures(t *testing.T) {
	for _, alg := range []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.HS256} {
		t.Run("another key, "+string(alg), func(t *testing.T) {
			r := newRig(t)
			b := r.browser()
			query := r.provider.authorize(b.leave(""))
			r.provider.lie(lies{sign: r.provider.otherKey(alg)})
			b.wantRefused(b.comeBack(query), http.StatusForbidden, "id_token")
			b.wantWho(whoNobody)
		})
	}
	t.Run("signing-key-rotation", func(t *testing.T) {
		r := newRig(t)
		b := r.browser()
		b.signIn()
		r.provider.rotateKey()
		b.signIn()
		b.wantWho(whoAnna)
	})
	t.Run("many unknown keys make few requests", func(t *testing.T) {
		r := newRig(t)
		b := r.browser()
		b.signIn()
		r.provider.lie(lies{header: map[string]any{"kid": "unknown"}})
		for range 10 {
			b.comeBack(r.provider.authorize(b.leave("")))
		}
		if got := r.provider.requests("/keys"); got > 3 {
			t.Errorf("the keys were fetched %d times, want at most 3", got)
		}
	})
}

func TestPeople(t *testing.T) {
	without := func(names ...string) func(map[string]any) {
		return func(m map[string]any) {
			maps.DeleteFunc(m, func(k string, _ any) bool { return strings.Contains(strings.Join(names, " "), k) })
		}
	}
	for _, tt := range []struct {
		name   string
		claims func(map[string]any)
		prefix string
		suffix string
	}{
		{"tid and oid", nil, tenantID + ".", ".anna <nil>"},
		{"neither", without("tid", "oid"), "iss-", ".subject <nil>"},
		{"tid alone", without("oid"), "iss-", ".subject <nil>"},
		{"a subject with dots", func(m map[string]any) { delete(m, "oid"); m["sub"] = "a.b|c" }, "iss-", ".a.b|c <nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.provider.lie(lies{claims: tt.claims})
			b := r.browser()
			b.signIn()
			if who := b.get("/who").body; !strings.HasPrefix(who, tt.prefix) || !strings.HasSuffix(who, tt.suffix) {
				t.Errorf("signed in as %q, want %s…%s", who, tt.prefix, tt.suffix)
			}
		})
	}
}

func TestTokenEndpoint(t *testing.T) {
	answer := func(name string, value any) lies {
		return lies{answer: func(m map[string]any) {
			if m[name] = value; value == nil {
				delete(m, name)
			}
		}}
	}
	says := func(status int, body string) lies {
		return lies{token: func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return true
		}}
	}
	for _, tt := range []struct {
		name   string
		lies   lies
		status int
		reason string
	}{
		{"token_type bearer in small letters", answer("token_type", "bearer"), 0, ""},
		{"token_type of another kind", answer("token_type", "mac"), 503, "provider"},
		{"no token_type", answer("token_type", nil), 503, "provider"},
		{"no expires_in", answer("expires_in", nil), 0, ""},
		{"expires_in as text", answer("expires_in", "3600"), 0, ""},
		{"expires_in beyond all", answer("expires_in", 1e300), 0, ""},
		{"no refresh token", answer("refresh_token", nil), 0, ""},
		{"no access token", answer("access_token", nil), 503, "provider"},
		{"access token with a line break", answer("access_token", "a\r\nX: y"), 503, "provider"},
		{"access token is a number", answer("access_token", 7), 503, "provider"},
		{"invalid_grant", says(400, `{"error":"invalid_grant"}`), 400, "code_refused"},
		{"invalid_client", says(401, `{"error":"invalid_client","error_description":"`+clientSecret+`"}`), 502, "config"},
		{"unauthorized_client", says(400, `{"error":"unauthorized_client"}`), 502, "config"},
		{"200 with an error", says(200, `{"error":"invalid_grant"}`), 400, "code_refused"},
		{"an error that is no word", says(400, `{"error":"<script>`+clientSecret+`"}`), 502, "config"},
		{"HTML", says(502, "<html>"+clientSecret), 503, "provider"},
		{"HTML with 400", says(400, "<html>"+clientSecret), 503, "provider"},
		{"nothing", says(200, ""), 503, "provider"},
		{"too much", says(200, strings.Repeat(" ", 1<<20)+"{}"), 503, "provider"},
		{"429", says(429, `{"error":"slow_down"}`), 503, "provider"},
		{"a redirect to another host", lies{token: func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://evil.example/", http.StatusTemporaryRedirect)
			return true
		}}, 503, "provider"},
		{"a redirect to itself", lies{token: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.RawQuery == "" {
				http.Redirect(w, r, "/token?again", http.StatusTemporaryRedirect)
			}
			return r.URL.RawQuery == ""
		}}, 503, "provider"},
		{"a cut connection", lies{token: func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }}, 503, "provider"},
		{"the keys are down", lies{down: map[string]bool{"/keys": true}}, 503, "provider"},
	} {
		t.Run(tt.name, func(t *testing.T) { tryLie(t, tt.lies, tt.status, tt.reason) })
	}
}

func TestDiscovery(t *testing.T) {
	set := func(name, value string) lies {
		return lies{metadata: func(m map[string]any) { m[name] = value }}
	}
	for _, tt := range []struct {
		name   string
		lies   lies
		status int
		reason string
	}{
		{"discovery-issuer-mismatch", set("issuer", "https://evil.example"), 502, "config"},
		{"token endpoint over http elsewhere", set("token_endpoint", "http://evil.example/token"), 502, "config"},
		{"no authorization endpoint", set("authorization_endpoint", ""), 502, "config"},
		{"a script for an endpoint", set("authorization_endpoint", "javascript:alert(1)"), 502, "config"},
		{"down", lies{down: map[string]bool{"/.well-known/openid-configuration": true}}, 503, "provider"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.provider.lie(tt.lies)
			b := r.browser()
			resp := b.get(wire.PathLogin)
			b.wantRefused(resp, tt.status, tt.reason)
			if strings.Contains(resp.body, "evil") {
				t.Error("the page shows what the provider sent")
			}
		})
	}
}

func TestDiscoveryBacksOff(t *testing.T) {
	r := newRig(t)
	const path = "/.well-known/openid-configuration"
	r.provider.lie(lies{down: map[string]bool{path: true}})
	for range 5 {
		if err := r.relying.Ready(t.Context()); err == nil {
			t.Error("Ready while the provider is down = nil")
		}
	}
	if got := r.provider.requests(path); got != 1 {
		t.Errorf("asked %d times within a second, want 1", got)
	}
	r.pass(1100 * time.Millisecond)
	r.relying.Ready(t.Context())
	r.pass(1100 * time.Millisecond) // the pause has doubled
	r.relying.Ready(t.Context())
	if got := r.provider.requests(path); got != 2 {
		t.Errorf("asked %d times after two pauses of a second, want 2", got)
	}
	r.provider.lie(lies{})
	r.pass(time.Minute)
	r.browser().signIn()

	r.provider.lie(lies{down: map[string]bool{path: true}})
	r.pass(25 * time.Hour) // old metadata is better than none
	r.browser().signIn()
	if got := r.provider.requests(path); got != 4 {
		t.Errorf("asked %d times in all, want 4", got)
	}
}

func TestSessionStartsNew(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	b.signIn()
	u, err := url.Parse(r.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	old := b.client.Jar.Cookies(u)
	// The callback comes from the provider's site, so the browser keeps the
	// Strict cookie back: the transaction alone names the session before.
	query := r.provider.authorize(b.leave(""))
	stranger := r.browser()
	for _, c := range old {
		if c.Name != session.CookieName {
			stranger.client.Jar.SetCookies(u, []*http.Cookie{c})
		}
	}
	if resp := stranger.comeBack(query); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("callback = %d %s", resp.StatusCode, resp.body)
	}
	stranger.wantWho(whoAnna)
	b.wantWho(whoNobody)
}

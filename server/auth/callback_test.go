package auth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"timeclock/app/wire"
)

func TestCallbackRefuses(t *testing.T) {
	edit := func(f func(url.Values)) func(*rig, url.Values) string {
		return func(_ *rig, q url.Values) string { f(q); return q.Encode() }
	}
	said := func(code string) func(*rig, url.Values) string {
		return edit(func(q url.Values) {
			q.Del("code")
			q.Set("error", code)
			q.Set("error_description", "<script>alert(1)</script>")
		})
	}
	for _, tt := range []struct {
		name   string
		query  func(*rig, url.Values) string
		status int
		reason string
	}{
		{"missing state", edit(func(q url.Values) { q.Del("state") }), 400, "malformed"},
		{"invalid state", edit(func(q url.Values) { q.Set("state", "x"+q.Get("state")) }), 400, "no_transaction"},
		{"state twice", edit(func(q url.Values) { q.Add("state", q.Get("state")) }), 400, "malformed"},
		{"code twice", edit(func(q url.Values) { q.Add("code", "other") }), 400, "malformed"},
		{"iss twice", edit(func(q url.Values) { q.Add("iss", q.Get("iss")) }), 400, "malformed"},
		{"error twice", edit(func(q url.Values) { q["error"] = []string{"a", "b"} }), 400, "malformed"},
		{"a query that is none", func(*rig, url.Values) string { return "state=%zz" }, 400, "malformed"},
		{"no query", func(*rig, url.Values) string { return "" }, 400, "malformed"},
		{"invalid iss", edit(func(q url.Values) { q.Set("iss", "https://evil.example") }), 403, "wrong_issuer"},
		{"removed iss", edit(func(q url.Values) { q.Del("iss") }), 403, "wrong_issuer"},
		{"invalid iss on an error", edit(func(q url.Values) { q.Set("iss", "https://evil.example"); q.Set("error", "access_denied") }), 403, "wrong_issuer"},
		{"missing code", edit(func(q url.Values) { q.Del("code") }), 400, "no_code"},
		{"another code", edit(func(q url.Values) { q.Set("code", "code-of-another") }), 400, "code_refused"},
		{"access_denied", said("access_denied"), 403, "access_denied"},
		{"login_required", said("login_required"), 403, "interaction_required"},
		{"consent_required", said("consent_required"), 403, "interaction_required"},
		{"temporarily_unavailable", said("temporarily_unavailable"), 503, "provider"},
		{"invalid_scope", said("invalid_scope"), 502, "config"},
		{"an error that is no word", said("<script>"), 502, "config"},
		{"8 KB and more", edit(func(q url.Values) { q.Set("x", strings.Repeat("a", 8<<10)) }), 414, "too_long"},
		{"expired", func(r *rig, q url.Values) string { r.pass(16 * time.Minute); return q.Encode() }, 400, "no_transaction"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			b := r.browser()
			query := r.provider.authorize(b.leave(""))
			resp := b.get(wire.PathCallback + "?" + tt.query(r, query))
			b.wantRefused(resp, tt.status, tt.reason)
			if strings.Contains(resp.body, "script") || strings.Contains(resp.body, "evil") {
				t.Errorf("the page shows what came in the request:\n%s", resp.body)
			}
			b.wantWho(whoNobody)
		})
	}
}

func TestCallbackWithoutIssuerWhereNoneIsPromised(t *testing.T) {
	r := newRig(t)
	r.provider.lie(lies{metadata: func(m map[string]any) { delete(m, "authorization_response_iss_parameter_supported") }})
	b := r.browser()
	query := r.provider.authorize(b.leave(""))
	query.Del("iss")
	if resp := b.comeBack(query); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("callback = %d, want 303", resp.StatusCode)
	}
	query = r.provider.authorize(b.leave(""))
	query.Set("iss", "https://evil.example")
	b.wantRefused(b.comeBack(query), http.StatusForbidden, "wrong_issuer")
}

func TestCallbackInAnotherBrowser(t *testing.T) {
	r := newRig(t)
	attacker, victim := r.browser(), r.browser()
	query := r.provider.authorize(attacker.leave(""))
	victim.wantRefused(victim.comeBack(query), http.StatusBadRequest, "no_transaction")
	victim.leave("") // with a cookie of its own
	victim.wantRefused(victim.comeBack(query), http.StatusBadRequest, "no_transaction")
	victim.wantWho(whoNobody)
	if resp := attacker.comeBack(query); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the same in its own browser = %d, want 303", resp.StatusCode)
	}
}

func TestCallbackAgain(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	query := r.provider.authorize(b.leave("?return=/history"))
	b.comeBack(query)
	asked := r.provider.requests("/token")
	resp := b.comeBack(query) // the back button
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/" {
		t.Errorf("callback again = %d to %q, want 303 to /", resp.StatusCode, resp.Header.Get("Location"))
	}
	if r.provider.requests("/token") != asked {
		t.Error("the code was redeemed twice")
	}
	// Without the Strict cookie, which a browser keeps back after a redirect
	// from another site, the same holds while the session lives.
	b.forgetSession()
	if resp := b.comeBack(query); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("callback again without the session cookie = %d, want 303", resp.StatusCode)
	}
	r.pass(13 * time.Hour)
	b.wantRefused(b.comeBack(query), http.StatusBadRequest, "no_transaction")
	other := r.browser()
	other.wantRefused(other.comeBack(query), http.StatusBadRequest, "no_transaction")
}

// forgetSession drops the session cookie.
func (b *browser) forgetSession() {
	u, err := url.Parse(b.r.server.URL)
	if err != nil {
		b.r.t.Fatal(err)
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "__Host-Http-timeclock", Path: "/", MaxAge: -1, Secure: true}})
}

func TestSeveralTabs(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	var queries []url.Values
	for i := range 7 {
		queries = append(queries, r.provider.authorize(b.leave(fmt.Sprint("?return=/tab", i))))
		r.pass(time.Second)
	}
	for _, i := range []int{3, 6, 2, 5, 4} {
		resp := b.comeBack(queries[i])
		if want := fmt.Sprint("/tab", i); resp.Header.Get("Location") != want {
			t.Errorf("tab %d came back with %d to %q, want %s", i, resp.StatusCode, resp.Header.Get("Location"), want)
		}
	}
	b.forgetSession()
	for _, i := range []int{0, 1} { // more than five at once
		b.wantRefused(b.comeBack(queries[i]), http.StatusBadRequest, "no_transaction")
	}
}

func TestFailureEndsTheTransaction(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	query := r.provider.authorize(b.leave(""))
	bad := url.Values{"state": query["state"], "iss": query["iss"], "error": {"access_denied"}}
	b.wantRefused(b.comeBack(bad), http.StatusForbidden, "access_denied")
	b.wantRefused(b.comeBack(query), http.StatusBadRequest, "no_transaction")
	b.wantWho(whoNobody)
}

func TestOnlyNavigationsSignIn(t *testing.T) {
	for _, tt := range []struct {
		method string
		header http.Header
		status int
	}{
		{"GET", http.Header{"Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Site": {"cross-site"}}, 303},
		{"GET", http.Header{"Sec-Fetch-Mode": {"no-cors"}, "Sec-Fetch-Dest": {"image"}}, 403},
		{"GET", http.Header{"Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Dest": {"empty"}}, 403},
		{"GET", http.Header{"Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"iframe"}}, 403},
		{"HEAD", nil, 405},
		{"POST", nil, 405},
	} {
		r := newRig(t)
		b := r.browser()
		query := r.provider.authorize(b.leave(""))
		if got := b.do(tt.method, wire.PathLogin, tt.header.Clone()).StatusCode; got != tt.status {
			t.Errorf("%s login with %v = %d, want %d", tt.method, tt.header, got, tt.status)
		}
		if got := b.do(tt.method, wire.PathCallback+"?"+query.Encode(), tt.header.Clone()).StatusCode; got != tt.status {
			t.Errorf("%s callback with %v = %d, want %d", tt.method, tt.header, got, tt.status)
		}
		if tt.status != 303 {
			if resp := b.comeBack(query); resp.StatusCode != 303 {
				t.Errorf("after %s with %v the sign-in was used up", tt.method, tt.header)
			}
		}
	}
}

func TestStoreFailureEndsInAPage(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	query := r.provider.authorize(b.leave(""))
	r.db.Close()
	b.wantRefused(b.comeBack(query), http.StatusServiceUnavailable, "store")
	b.wantRefused(b.get(wire.PathLogin), http.StatusServiceUnavailable, "store")
}

func TestSignInSurvivesARestart(t *testing.T) {
	r := newRig(t)
	b := r.browser()
	query := r.provider.authorize(b.leave("?return=/history"))
	mux := http.NewServeMux()
	r.mount(mux)
	r.server.Config.Handler = mux
	if resp := b.comeBack(query); resp.Header.Get("Location") != "/history" {
		t.Fatalf("callback after a restart = %d %s", resp.StatusCode, resp.body)
	}
	mux = http.NewServeMux()
	r.mount(mux)
	r.server.Config.Handler = mux
	b.wantWho(whoAnna)
}

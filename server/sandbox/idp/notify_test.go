package idp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	"timeclock/server/sandbox/idp"
)

// TestBackChannel: the client is told of a sign-out by a token that go-oidc
// accepts.
func TestBackChannel(t *testing.T) {
	w := open(t, "")
	told := make(chan string, 1)
	client := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		told <- r.PostFormValue("logout_token")
	}))
	defer client.Close()
	w.Client.BackChannelURL = client.URL
	raw, _ := w.tokens(ada).Extra("id_token").(string)
	verifier := w.oidc.Verifier(&oidc.Config{ClientID: clientID})
	id, err := verifier.Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	w.visit(w.Origin + w.Prefix() + "oauth2/v2.0/logout")
	token, err := verifier.VerifyLogout(t.Context(), <-told)
	if err != nil || token.Subject != id.Subject || token.SessionID == "" || !strings.Contains(raw, ".") {
		t.Errorf("logout token = %+v, %v; want it about %s", token, err, id.Subject)
	}
	if status, err := w.Notify(t.Context(), "", "sid"); err != nil || status != http.StatusOK {
		t.Errorf("Notify = %d, %v", status, err)
	}
	<-told
	w.Lie(idp.Lies{Logout: func(m map[string]any) { delete(m, "events") }})
	if status, err := w.Notify(t.Context(), "", "sid"); err != nil || status != http.StatusOK {
		t.Errorf("Notify with a lie = %d, %v", status, err)
	}
	if _, err := verifier.VerifyLogout(t.Context(), <-told); err == nil {
		t.Error("a logout token without events passes")
	}
}

// TestFrontChannel: the last page shows the client in a frame.
func TestFrontChannel(t *testing.T) {
	w := open(t, "")
	w.Client.FrontChannelURL = "http://app.test/auth/gone"
	w.tokens(ada)
	s := w.visit(w.Origin + w.Prefix() + "oauth2/v2.0/logout")
	if !strings.Contains(s.page, `<iframe src="http://app.test/auth/gone?iss=`+url.QueryEscape(w.Issuer())) || !strings.Contains(s.page, "sid=") {
		t.Errorf("page = %s, want the client in a frame", s.page)
	}
	if s := w.visit(w.Origin + w.Prefix() + "oauth2/v2.0/logout"); strings.Contains(s.page, "<iframe") {
		t.Error("a sign-out of nobody shows the client")
	}
}

// TestFrontChannelGoesBack: an application that may say where the browser goes
// has it back when the frames are there.
func TestFrontChannelGoesBack(t *testing.T) {
	w := open(t, "")
	w.Client.FrontChannelURL = "http://app.test/auth/gone"
	hint, _ := w.tokens(ada).Extra("id_token").(string)
	for _, row := range []struct{ target, want string }{
		{"http://evil.test/", ""},
		{home, "0; url=" + home + "?state=bye"},
	} {
		w.tokens(ada)
		query := url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {row.target}, "state": {"bye"}}
		s := w.visit(w.Origin + w.Prefix() + "oauth2/v2.0/logout?" + query.Encode())
		if s.then != row.want || !strings.Contains(s.page, "<iframe") {
			t.Errorf("asked to go to %s, the page goes on with %q, want %q", row.target, s.then, row.want)
		}
	}
}

// TestRotate: what the former key signed is still known, and not published.
func TestRotate(t *testing.T) {
	w := open(t, "")
	before := w.tokens(ada).AccessToken
	if err := w.Rotate(); err != nil {
		t.Fatal(err)
	}
	after := w.tokens(ada)
	for _, token := range []string{before, after.AccessToken} {
		if _, err := w.Verify(token); err != nil {
			t.Errorf("Verify: %v", err)
		}
	}
	raw, _ := after.Extra("id_token").(string)
	if _, err := w.oidc.Verifier(&oidc.Config{ClientID: clientID}).Verify(t.Context(), raw); err != nil {
		t.Errorf("the new key is not published: %v", err)
	}
}

// TestIssued: what must stay secret is known, the code only when it is used.
func TestIssued(t *testing.T) {
	w := open(t, "")
	code := w.code(ada)
	if all := strings.Join(w.Issued(), " "); strings.Contains(all, code) || !strings.Contains(all, secret) {
		t.Errorf("Issued = %s, want the client's secret alone", all)
	}
	token := w.tokens(ada)
	all := strings.Join(w.Issued(), " ")
	for _, one := range []string{token.AccessToken, token.RefreshToken, verifier, token.Extra("id_token").(string)} {
		if !strings.Contains(all, one) {
			t.Errorf("Issued lacks %s", one)
		}
	}
}

// TestBends: what a function bends is bent.
func TestBends(t *testing.T) {
	w := open(t, "")
	w.Lie(idp.Lies{
		Claims:   func(m map[string]any) { m["acr"] = "bent" },
		Answer:   func(m map[string]any) { delete(m, "expires_in") },
		Userinfo: func(m map[string]any) { m["sub"] = "bent" },
		Metadata: func(m map[string]any) { m["issuer"] = "bent" },
		Header:   map[string]any{"typ": "bent+jwt", "kid": nil},
		Lenient:  true,
	})
	token := w.tokens(ada)
	raw, _ := token.Extra("id_token").(string)
	if claims := claimsOf(t, raw); !strings.Contains(claims, `"acr":"bent"`) || !token.Expiry.IsZero() {
		t.Errorf("claims = %s, expiry %v", claims, token.Expiry)
	}
	if _, err := oidc.NewProvider(t.Context(), w.Issuer()); err == nil {
		t.Error("a bent issuer passes")
	}
	for range 2 {
		if status, said := w.refresh(token.RefreshToken); status != http.StatusOK {
			t.Errorf("refresh at a lenient provider = %d %v", status, said)
		}
	}
	w.Lie(idp.Lies{RefreshError: "interaction_required", RefreshClaims: `{"id_token":{}}`})
	if _, said := w.refresh(token.RefreshToken); said["claims"] != `{"id_token":{}}` {
		t.Errorf("refresh = %v, want claims", said)
	}
	w.Lie(idp.Lies{Serve: func(rw http.ResponseWriter, r *http.Request) bool { rw.WriteHeader(418); return true }})
	if s := w.visit(w.request()); s.status != 418 {
		t.Errorf("visit = %d, want 418", s.status)
	}
}

package idp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"timeclock/server/sandbox/idp"
)

// TestLies: each lie is told, is seen by whoever looks, and ends.
func TestLies(t *testing.T) {
	w := open(t, "")
	verify := func(token *oauth2.Token) (*oidc.IDToken, error) {
		raw, _ := token.Extra("id_token").(string)
		return w.oidc.Verifier(&oidc.Config{ClientID: clientID}).Verify(t.Context(), raw)
	}
	w.Lie(idp.Lies{Nonce: "n2"})
	if id, err := verify(w.tokens(ada)); err != nil || id.Nonce != "n2" {
		t.Errorf("wrong nonce: %+v, %v", id, err)
	}
	w.Lie(idp.Lies{NoSubject: true})
	if id, err := verify(w.tokens(ada)); err != nil || id.Subject != "" {
		t.Errorf("missing sub: %+v, %v", id, err)
	}
	w.Lie(idp.Lies{Audience: "other"})
	if _, err := verify(w.tokens(ada)); err == nil {
		t.Error("wrong aud passes")
	}
	w.Lie(idp.Lies{Expired: true})
	if _, err := verify(w.tokens(ada)); err == nil {
		t.Error("expired id token passes")
	}
	w.Lie(idp.Lies{})
	refresh := w.tokens(ada).RefreshToken
	w.Lie(idp.Lies{RefreshError: "interaction_required"})
	if _, said := w.refresh(refresh); said["error"] != "interaction_required" {
		t.Errorf("refresh = %v, want interaction_required", said)
	}
	w.Lie(idp.Lies{TokenStatus: 503, TokenDelay: 20 * time.Millisecond})
	began := time.Now()
	res, err := http.PostForm(w.oauth.Endpoint.TokenURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 503 || time.Since(began) < 20*time.Millisecond {
		t.Errorf("token endpoint = %d in %v, want 503 after a while", res.StatusCode, time.Since(began))
	}
	w.Lie(idp.Lies{})
	if status, said := w.refresh(refresh); status != 200 {
		t.Errorf("refresh when honest again = %d %v", status, said)
	}
}

// TestPage looks at what surrounds the buttons.
func TestPage(t *testing.T) {
	w := open(t, "")
	res, err := w.browser.Get(w.request("state", `"><script>alert(1)</script>`))
	if err != nil {
		t.Fatal(err)
	}
	s := w.look(res, nil)
	if strings.Contains(s.page, "<script") || strings.Contains(s.page, "style=") {
		t.Errorf("page = %s, want neither script nor inline style", s.page)
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("CSP = %q", csp)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control = %q, want no-store", res.Header.Get("Cache-Control"))
	}
	css, err := w.browser.Get(w.Origin + w.Prefix() + "sign-in.css")
	if err != nil {
		t.Fatal(err)
	}
	css.Body.Close()
	if css.StatusCode != 200 || !strings.HasPrefix(css.Header.Get("Content-Type"), "text/css") {
		t.Errorf("style = %d %s", css.StatusCode, css.Header.Get("Content-Type"))
	}
}

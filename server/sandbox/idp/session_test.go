package idp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestRefresh rotates, and ends the family when an old token comes back.
func TestRefresh(t *testing.T) {
	w := open(t, "")
	first := w.tokens(ada).RefreshToken
	status, said := w.refresh(first)
	second, _ := said["refresh_token"].(string)
	if status != 200 || second == "" || second == first || said["id_token"] == nil {
		t.Fatalf("refresh = %d %v, want new tokens", status, said)
	}
	if _, err := w.Verify(said["access_token"].(string)); err != nil {
		t.Errorf("refreshed access token: %v", err)
	}
	if claims := claimsOf(t, said["id_token"].(string)); strings.Contains(claims, "nonce") {
		t.Errorf("refreshed id token has a nonce: %s", claims)
	}
	if status, said = w.post(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {second}, "scope": {"openid Rest"}}); said["error"] != "invalid_scope" {
		t.Errorf("refresh for more = %d %v, want invalid_scope", status, said)
	}
	if status, said = w.refresh(first); status != 400 || said["error"] != "invalid_grant" {
		t.Errorf("refresh with the used token = %d %v, want invalid_grant", status, said)
	}
	if status, said = w.refresh(second); status != 400 || said["error"] != "invalid_grant" {
		t.Errorf("refresh after reuse = %d %v, want the family ended", status, said)
	}
	if status, _ = w.refresh("nonsense"); status != 400 {
		t.Errorf("refresh with nonsense = %d, want 400", status)
	}

	third := w.tokens(ada).RefreshToken
	if err := w.Revoke("aaaaaaaa-0000-4000-8000-00000000000a"); err != nil {
		t.Fatal(err)
	}
	if status, _ = w.refresh(third); status != 400 {
		t.Errorf("refresh after Revoke = %d, want 400", status)
	}
	w.oauth.Scopes = []string{"openid"}
	if token := w.tokens(ada); token.RefreshToken != "" {
		t.Error("a refresh token without offline_access")
	}
}

// TestOnce refreshes one token many times at once: one of them wins.
func TestOnce(t *testing.T) {
	w := open(t, "")
	token := w.tokens(ada).RefreshToken
	results := make(chan int)
	for range 8 {
		go func() {
			res, err := http.PostForm(w.oauth.Endpoint.TokenURL, url.Values{"client_id": {clientID}, "client_secret": {secret},
				"grant_type": {"refresh_token"}, "refresh_token": {token}})
			if err != nil {
				results <- 0
				return
			}
			res.Body.Close()
			results <- res.StatusCode
		}()
	}
	won := 0
	for range 8 {
		if <-results == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d of 8 refreshes won, want 1", won)
	}
}

// TestRestart: keys, refresh tokens and sessions at the provider outlive it.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	token := w.tokens(ada)
	w.restart(w.Origin, dir)
	if _, err := w.Verify(token.AccessToken); err != nil {
		t.Errorf("access token after a restart: %v", err)
	}
	status, said := w.refresh(token.RefreshToken)
	if status != 200 {
		t.Fatalf("refresh after a restart = %d %v", status, said)
	}
	if s := w.visit(w.request()); s.back.Get("code") == "" {
		t.Errorf("sign-in after a restart = %d, want Ada remembered", s.status)
	}
	w.refresh(token.RefreshToken) // reuse: ends the family
	w.restart(w.Origin, dir)
	if status, _ = w.refresh(said["refresh_token"].(string)); status != 400 {
		t.Errorf("refresh of an ended family after a restart = %d, want 400", status)
	}
}

// TestRemembers: whoever signed in at the provider goes straight through until
// the request wants the page.
func TestRemembers(t *testing.T) {
	w := open(t, "")
	if s := w.visit(w.request()); s.to != nil || strings.Count(s.page, "<button") != 2 ||
		!strings.Contains(s.page, `data-person="`+ada+`"`) || strings.Contains(s.page, "signed in") {
		t.Fatalf("first visit = %d to %v %s, want the page with both people", s.status, s.to, s.page)
	}
	w.tokens(bob)
	for name, row := range map[string]struct {
		at   string
		page bool
	}{
		"plain":          {w.request(), false},
		"silent":         {w.request("prompt", "none"), false},
		"hint at self":   {w.request("login_hint", strings.ToUpper(bob)), false},
		"hint at other":  {w.request("login_hint", ada), true},
		"hint at nobody": {w.request("login_hint", "x@y"), false},
		"select_account": {w.request("prompt", "select_account"), true},
		"login":          {w.request("prompt", "login"), true},
	} {
		s := w.visit(row.at)
		if (s.to == nil) != row.page {
			t.Errorf("%s = %d to %v, want a page: %v", name, s.status, s.to, row.page)
		}
	}
	page := w.visit(w.request("prompt", "select_account")).page
	if b, a := strings.Index(page, bob), strings.Index(page, ada); b > a || !strings.Contains(page, "signed in") {
		t.Errorf("page = %s, want Bob first, signed in", page)
	}
	page = w.visit(w.request("login_hint", ada)).page
	if b, a := strings.Index(page, bob), strings.Index(page, ada); a > b {
		t.Errorf("page = %s, want Ada, the one hinted at, first", page)
	}
	w.ahead.Store(int64(31 * 24 * time.Hour))
	if s := w.visit(w.request()); s.to != nil {
		t.Error("a month later Bob is still signed in")
	}
}

// TestCrossSitePress: another site cannot press the button.
func TestCrossSitePress(t *testing.T) {
	w := open(t, "")
	req, _ := http.NewRequest("POST", w.request(), strings.NewReader("person="+ada))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if s := w.look(w.browser.Do(req)); s.status != 403 {
		t.Errorf("press from another site = %d, want 403", s.status)
	}
}

func TestLogout(t *testing.T) {
	w := open(t, "")
	var meta struct {
		End string `json:"end_session_endpoint"`
	}
	if err := w.oidc.Claims(&meta); err != nil {
		t.Fatal(err)
	}
	out := func(values ...string) seen {
		q := url.Values{}
		for i := 0; i < len(values); i += 2 {
			q.Set(values[i], values[i+1])
		}
		return w.visit(meta.End + "?" + q.Encode())
	}
	hint, _ := w.tokens(ada).Extra("id_token").(string)
	if s := out("id_token_hint", hint[:len(hint)-4]+"AAAA", "post_logout_redirect_uri", home); s.status != 400 || s.to != nil {
		t.Errorf("logout with a forged hint = %d to %v, want 400", s.status, s.to)
	}
	if s := w.visit(w.request()); s.to == nil {
		t.Error("a forged hint signed Ada out")
	}
	w.ahead.Store(int64(2 * time.Hour)) // hints may be old
	s := out("id_token_hint", hint, "post_logout_redirect_uri", home, "state", "bye")
	if s.to == nil || s.to.String() != home+"?state=bye" {
		t.Errorf("logout = %d to %v, want %s?state=bye", s.status, s.to, home)
	}
	if s := w.visit(w.request()); s.to != nil {
		t.Error("after logout Ada is still signed in")
	}
	for name, s := range map[string]seen{
		"elsewhere": out("id_token_hint", hint, "post_logout_redirect_uri", "http://evil.test/"),
		"no hint":   out("post_logout_redirect_uri", home),
		"nothing":   out(),
	} {
		if s.to != nil || s.status != 200 || !strings.Contains(s.page, "signed out") {
			t.Errorf("logout %s = %d to %v, want the provider's own page", name, s.status, s.to)
		}
	}
}

// TestLogoutBySid: the hint ends the session also from a browser without the
// cookie.
func TestLogoutBySid(t *testing.T) {
	w := open(t, "")
	hint, _ := w.tokens(ada).Extra("id_token").(string)
	bare := &http.Client{}
	res, err := bare.Get(strings.Replace(w.oauth.Endpoint.AuthURL, "authorize", "logout", 1) + "?id_token_hint=" + hint)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if s := w.visit(w.request()); s.to != nil {
		t.Error("after logout elsewhere Ada is still signed in")
	}
}

// TestClientCredentials mints a token of the application's own.
func TestClientCredentials(t *testing.T) {
	w := open(t, "")
	status, said := w.post(url.Values{"grant_type": {"client_credentials"}, "scope": {audience + "/.default"}})
	if status != 200 || said["refresh_token"] != nil || said["id_token"] != nil {
		t.Fatalf("client_credentials = %d %v", status, said)
	}
	a, err := w.Verify(said["access_token"].(string))
	if err != nil || a.Object != "" || a.App != clientID || len(a.Roles) != 1 || len(a.Scopes) != 0 {
		t.Errorf("Verify = %+v, %v, want the application with its role", a, err)
	}
	if _, said := w.post(url.Values{"grant_type": {"client_credentials"}, "scope": {"Read"}}); said["error"] != "invalid_scope" {
		t.Errorf("client_credentials for one scope: %v, want invalid_scope", said)
	}
}

package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

const (
	callback = "http://localhost:8080/auth/callback"
	home     = "http://localhost:8080/"
)

// start opens a sandbox for a test and closes it after.
func start(t *testing.T, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	o.RedirectURLs, o.PostLogoutURLs = []string{callback}, []string{home}
	box, err := sandbox.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := box.Close(context.Background()); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return box
}

// client is what an application and the browser in front of it do, without
// following redirects.
type client struct {
	*http.Client
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	provider *oidc.Provider
}

func register(t *testing.T, box *sandbox.Sandbox) *client {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), box.Issuer)
	if err != nil {
		t.Fatalf("NewProvider(%s): %v", box.Issuer, err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &client{
		Client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		oauth: oauth2.Config{ClientID: box.ClientID, ClientSecret: box.ClientSecret, Endpoint: endpoint, RedirectURL: callback,
			Scopes: []string{"openid", "profile", "offline_access", box.GraphURL + "/Schedule.ReadWrite.All",
				"Team.ReadBasic.All", "TeamMember.Read.All", "User.Read"}},
		verifier: provider.Verifier(&oidc.Config{ClientID: box.ClientID}),
		provider: provider,
	}
}

// signIn presses the person's button and exchanges the code.
func (c *client) signIn(t *testing.T, login string) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	at := c.oauth.AuthCodeURL("some-state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("some-nonce"),
		oauth2.SetAuthURLParam("prompt", "select_account"))
	res, err := c.PostForm(at, url.Values{"person": {login}})
	if err != nil {
		t.Fatalf("press %s: %v", login, err)
	}
	defer res.Body.Close()
	back, err := res.Location()
	if err != nil {
		body, _ := io.ReadAll(res.Body)
		t.Fatalf("press %s: status %d, no redirect: %s", login, res.StatusCode, body)
	}
	if got := back.Query().Get("state"); got != "some-state" {
		t.Fatalf("state = %q, want some-state (%s)", got, back)
	}
	token, err := c.oauth.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatalf("exchange: %v", err)
	}
	return token
}

// graph calls Graph and decodes what it answers.
func (c *client) graph(t *testing.T, token, method, at, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, at, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, at, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said map[string]any
	if len(bytes.TrimSpace(text)) > 0 {
		if err := json.Unmarshal(text, &said); err != nil {
			t.Fatalf("%s %s: %v in %s", method, at, err, text)
		}
	}
	return res.StatusCode, said
}

// post sends a form and decodes what is answered.
func (c *client) post(t *testing.T, form url.Values) (int, map[string]any) {
	t.Helper()
	res, err := c.PostForm(c.oauth.Endpoint.TokenURL, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var said map[string]any
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, said
}

// TestDay signs Anna in through go-oidc and works a day with her.
func TestDay(t *testing.T) {
	box := start(t, sandbox.Options{Seed: true, Limits: &tenant.Limits{}})
	c := register(t, box)
	token := c.signIn(t, sandbox.Anna)

	raw, _ := token.Extra("id_token").(string)
	id, err := c.verifier.Verify(t.Context(), raw)
	if err != nil {
		t.Fatalf("verify id token: %v", err)
	}
	var claims struct{ Tid, Oid, Name, Sid, Nonce, Ver string }
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	anna := box.Person(sandbox.Anna)
	if claims.Tid != box.TenantID || claims.Oid != anna.OID || claims.Name != anna.Name || claims.Nonce != "some-nonce" ||
		claims.Sid == "" || claims.Ver != "2.0" || id.Subject == "" || id.Subject == anna.OID {
		t.Errorf("claims = %+v, sub %q, want tid %s, oid %s, name, nonce, sid, ver 2.0 and a pairwise sub", claims, id.Subject, box.TenantID, anna.OID)
	}
	info, err := c.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != id.Subject {
		t.Errorf("UserInfo = %+v, %v, want subject %q", info, err, id.Subject)
	}

	cards := box.GraphURL + "/v1.0/teams/" + sandbox.HarbourCafe + "/schedule/timeCards"
	status, card := c.graph(t, token.AccessToken, "POST", cards+"/clockIn", `{"notes":{"content":"hello"}}`)
	if status != http.StatusCreated || card["state"] != "clockedIn" || card["userId"] != anna.OID {
		t.Fatalf("clockIn = %d %v, want 201 and a card of Anna's", status, card)
	}
	one := cards + "/" + card["id"].(string)
	for _, action := range []string{"startBreak", "endBreak", "clockOut"} {
		if status, said := c.graph(t, token.AccessToken, "POST", one+"/"+action, ""); status != http.StatusNoContent {
			t.Fatalf("%s = %d %v, want 204", action, status, said)
		}
	}
	if status, card = c.graph(t, token.AccessToken, "GET", one, ""); status != http.StatusOK || card["state"] != "clockedOut" {
		t.Errorf("get = %d %v, want a closed card", status, card)
	}
	var made []tenant.Op
	for _, e := range box.Tenant.Effects() {
		made = append(made, e.Op)
	}
	if want := []tenant.Op{tenant.ClockIn, tenant.StartBreak, tenant.EndBreak, tenant.ClockOut}; !slices.Equal(made, want) {
		t.Errorf("effects = %v, want %v", made, want)
	}
}

func TestAddressTaken(t *testing.T) {
	box := start(t, sandbox.Options{})
	_, err := sandbox.Start(t.Context(), sandbox.Options{Addr: strings.TrimPrefix(box.Origin, "http://")})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("Start on %s again: %v, want address in use", box.Origin, err)
	}
}

func TestAddressMustBeLoopback(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:80", "nonsense"} {
		if box, err := sandbox.Start(t.Context(), sandbox.Options{Addr: addr}); err == nil {
			box.Close(t.Context())
			t.Errorf("Start on %q: no error", addr)
		}
	}
}

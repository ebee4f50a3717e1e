package idp_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"timeclock/server/sandbox/idp"
)

const (
	tenantID = "11111111-0000-4000-8000-000000000001"
	clientID = "22222222-0000-4000-8000-000000000002"
	secret   = "a secret/with+signs"
	callback = "http://app.test/auth/callback?keep=1"
	home     = "http://app.test/"
	audience = "http://graph.test/graph"
	ada      = "ada@example.test"
	bob      = "bob@example.test"
)

// world is a provider over HTTP and a browser in front of it.
type world struct {
	*idp.Provider
	t       *testing.T
	browser *http.Client
	oauth   oauth2.Config
	oidc    *oidc.Provider
	ahead   atomic.Int64 // how far the provider's clock is ahead
}

// open starts a provider that keeps its state in dir, under the origin of
// server when there is one.
func open(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{t: t}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	w.restart(server.URL, dir)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.browser = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if w.oidc, err = oidc.NewProvider(t.Context(), w.Issuer()); err != nil {
		t.Fatalf("discovery: %v", err)
	}
	endpoint := w.oidc.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	w.oauth = oauth2.Config{ClientID: clientID, ClientSecret: secret, RedirectURL: callback, Endpoint: endpoint,
		Scopes: []string{"openid", "profile", "offline_access", audience + "/Read", "Write"}}
	return w
}

// restart puts a new provider, with what dir kept, in place of the old one.
func (w *world) restart(origin, dir string) {
	w.t.Helper()
	p, err := idp.New(idp.Config{
		Origin: origin, Tenant: tenantID, Audience: audience, Scopes: []string{"Read", "Write", "Rest"}, Dir: dir,
		Client: idp.Client{ID: clientID, Secret: secret, Name: "App", RedirectURLs: []string{callback},
			PostLogoutURLs: []string{home}, Roles: []string{"Read.All"}},
		People: []idp.Person{
			{Object: "aaaaaaaa-0000-4000-8000-00000000000a", Login: ada, Name: "Ada Berg", About: "boss", Roles: []string{"Supervisor"}},
			{Object: "bbbbbbbb-0000-4000-8000-00000000000b", Login: bob, Name: "Bob Ek"},
		},
		Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
	})
	if err != nil {
		w.t.Fatalf("New: %v", err)
	}
	w.Provider = p
}

const verifier = "a-verifier-that-is-long-enough-to-be-one-of-the-43"

// request is the address of an authorization request, changed by pairs of
// name and value; an empty value takes the parameter away.
func (w *world) request(change ...string) string {
	at, _ := url.Parse(w.oauth.AuthCodeURL("st&te=1", oauth2.S256ChallengeOption(verifier), oidc.Nonce("n1")))
	q := at.Query()
	for i := 0; i < len(change); i += 2 {
		if change[i+1] == "" {
			q.Del(change[i])
		} else {
			q.Set(change[i], change[i+1])
		}
	}
	at.RawQuery = q.Encode()
	return at.String()
}

// seen is what the browser is answered: where it is sent, or a page.
type seen struct {
	status int
	back   url.Values // query of the redirect
	to     *url.URL
	page   string
	then   string // where the page goes on by itself, as its header says
}

func (w *world) look(res *http.Response, err error) seen {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	s := seen{status: res.StatusCode, page: string(text), then: res.Header.Get("Refresh")}
	if to, err := res.Location(); err == nil {
		s.to, s.back = to, to.Query()
	}
	return s
}

func (w *world) visit(at string) seen { return w.look(w.browser.Get(at)) }

func (w *world) press(at, login string) seen {
	return w.look(w.browser.PostForm(at, url.Values{"person": {login}}))
}

// code signs a person in and gives the code.
func (w *world) code(login string) string {
	w.t.Helper()
	s := w.press(w.request(), login)
	if s.back.Get("code") == "" {
		w.t.Fatalf("press %s = %d %s, want a code", login, s.status, s.page)
	}
	return s.back.Get("code")
}

// tokens signs a person in and exchanges the code.
func (w *world) tokens(login string) *oauth2.Token {
	w.t.Helper()
	token, err := w.oauth.Exchange(w.t.Context(), w.code(login), oauth2.VerifierOption(verifier))
	if err != nil {
		w.t.Fatalf("exchange: %v", err)
	}
	return token
}

// post speaks to the token endpoint and gives status and the answer.
func (w *world) post(form url.Values) (int, map[string]any) {
	w.t.Helper()
	if !form.Has("client_id") {
		form.Set("client_id", clientID)
		form.Set("client_secret", secret)
	}
	res, err := http.PostForm(w.oauth.Endpoint.TokenURL, form)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	var said map[string]any
	if err := json.Unmarshal(text, &said); err != nil {
		w.t.Fatalf("token endpoint answered %d %s", res.StatusCode, text)
	}
	return res.StatusCode, said
}

func (w *world) refresh(token string) (int, map[string]any) {
	w.t.Helper()
	return w.post(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

func TestIDToken(t *testing.T) {
	w := open(t, "")
	token := w.tokens(ada)
	raw, _ := token.Extra("id_token").(string)
	id, err := w.oidc.Verifier(&oidc.Config{ClientID: clientID, SupportedSigningAlgs: []string{"RS256"}}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	var c struct {
		Tid, Oid, Name, Sid, Ver string
		Login                    string `json:"preferred_username"`
		Roles                    []string
	}
	if err := id.Claims(&c); err != nil {
		t.Fatal(err)
	}
	if c.Tid != tenantID || !strings.HasPrefix(c.Oid, "aaaa") || c.Name != "Ada Berg" || c.Login != ada || c.Sid == "" ||
		c.Ver != "2.0" || len(c.Roles) != 1 || c.Roles[0] != "Supervisor" {
		t.Errorf("claims = %+v", c)
	}
	if id.Nonce != "n1" || id.Subject == "" || strings.Contains(id.Subject, "aaaa") || id.IssuedAt.IsZero() {
		t.Errorf("id token = %+v, want nonce, pairwise sub and iat", id)
	}
	if life := time.Until(token.Expiry); life < 59*time.Minute || life > time.Hour {
		t.Errorf("access token lives %v, want an hour", life)
	}
	access, err := w.Verify(token.AccessToken)
	if err != nil || access.Object != c.Oid || strings.Join(access.Scopes, " ") != "Read Write" || access.Roles != nil {
		t.Errorf("Verify = %+v, %v, want Ada with Read Write", access, err)
	}
	if _, err := w.Verify(raw); err == nil {
		t.Error("Verify takes an id token for an access token")
	}
	if _, err := w.Verify(token.AccessToken[:len(token.AccessToken)-4] + "AAAA"); err == nil {
		t.Error("Verify takes a forged access token")
	}
	w.ahead.Store(int64(61 * time.Minute))
	if _, err := w.Verify(token.AccessToken); err == nil {
		t.Error("Verify takes an expired access token")
	}
	raw, _ = w.tokens(bob).Extra("id_token").(string)
	if strings.Contains(claimsOf(t, raw), "roles") {
		t.Error("Bob's token has roles")
	}
}

// claimsOf is the middle of a token, unverified.
func claimsOf(t *testing.T, raw string) string {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no token", raw)
	}
	var claims map[string]any
	text, err := decode(parts[1])
	if err == nil {
		err = json.Unmarshal(text, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAuthorizeRefuses sends authorization requests that are wrong.
func TestAuthorizeRefuses(t *testing.T) {
	w := open(t, "")
	for name, row := range map[string]struct {
		at  string
		err string // empty: a page, since the address cannot be trusted
	}{
		"unknown client":        {w.request("client_id", "other"), ""},
		"redirect elsewhere":    {w.request("redirect_uri", "http://evil.test/"), ""},
		"redirect nearly":       {w.request("redirect_uri", callback+"&more=1"), ""},
		"no redirect":           {w.request("redirect_uri", ""), ""},
		"token instead of code": {w.request("response_type", "token"), "unsupported_response_type"},
		"form_post":             {w.request("response_mode", "form_post"), "invalid_request"},
		"no challenge":          {w.request("code_challenge", ""), "invalid_request"},
		"plain challenge":       {w.request("code_challenge_method", "plain"), "invalid_request"},
		"short challenge":       {w.request("code_challenge", "short"), "invalid_request"},
		"no openid":             {w.request("scope", "profile"), "invalid_scope"},
		"scope nobody granted":  {w.request("scope", "openid Everything.All"), "invalid_scope"},
		"scope of another API":  {w.request("scope", "openid https://other.test/Read"), "invalid_scope"},
		"prompt nobody knows":   {w.request("prompt", "sing"), "invalid_request"},
		"parameter twice":       {w.request() + "&nonce=n2", "invalid_request"},
		"silent, nobody here":   {w.request("prompt", "none"), "login_required"},
	} {
		for how, s := range map[string]seen{"GET": w.visit(row.at), "POST": w.press(row.at, ada)} {
			if row.err == "login_required" && how == "POST" {
				continue // a press is an answer to the page
			}
			if row.err == "" {
				if s.to != nil || s.status != 400 || !strings.Contains(s.page, "That did not work") {
					t.Errorf("%s %s: %d to %v, want a page with status 400", how, name, s.status, s.to)
				}
				continue
			}
			if s.back.Get("error") != row.err || s.back.Get("state") != "st&te=1" || s.back.Get("iss") != w.Issuer() ||
				s.back.Get("keep") != "1" || s.back.Has("code") {
				t.Errorf("%s %s: sent back with %v (%d), want error %s with state and iss", how, name, s.back, s.status, row.err)
			}
		}
		// Presses signed Ada in where the request was good; begin anew.
		w.browser.Jar, _ = cookiejar.New(nil)
	}
	if s := w.press(w.request(), "nobody@example.test"); s.to != nil || s.status != 400 {
		t.Errorf("press for nobody = %d to %v, want 400", s.status, s.to)
	}
}

// TestCode tries to redeem codes that are not to be redeemed.
func TestCode(t *testing.T) {
	w := open(t, "")
	good := func() url.Values {
		return url.Values{"grant_type": {"authorization_code"}, "code": {w.code(ada)}, "redirect_uri": {callback}, "code_verifier": {verifier}}
	}
	for name, change := range map[string]func(url.Values){
		"other verifier": func(f url.Values) { f.Set("code_verifier", verifier+"x") },
		"no verifier":    func(f url.Values) { f.Del("code_verifier") },
		"other redirect": func(f url.Values) { f.Set("redirect_uri", "http://app.test/auth/callback") },
		"no redirect":    func(f url.Values) { f.Del("redirect_uri") },
		"other code":     func(f url.Values) { f.Set("code", "guess") },
		"expired":        func(f url.Values) { w.ahead.Add(int64(3 * time.Minute)) },
	} {
		form := good()
		change(form)
		if status, said := w.post(form); status != 400 || said["error"] != "invalid_grant" {
			t.Errorf("%s = %d %v, want invalid_grant", name, status, said)
		}
	}
	form := good()
	status, said := w.post(form)
	if status != 200 {
		t.Fatalf("redeem = %d %v", status, said)
	}
	if status, again := w.post(form); status != 400 || again["error"] != "invalid_grant" {
		t.Errorf("redeem again = %d %v, want invalid_grant", status, again)
	}
	if status, said := w.refresh(said["refresh_token"].(string)); status != 400 {
		t.Errorf("refresh after the code was used twice = %d %v, want invalid_grant", status, said)
	}
}

func TestClientAuthentication(t *testing.T) {
	w := open(t, "")
	for name, row := range map[string]struct {
		id, secret string
		err        string
	}{
		"wrong secret":  {clientID, "guess", "invalid_client"},
		"no secret":     {clientID, "", "invalid_client"},
		"unknown":       {"other", secret, "invalid_client"},
		"as registered": {clientID, secret, "unsupported_grant_type"},
	} {
		if _, said := w.post(url.Values{"client_id": {row.id}, "client_secret": {row.secret}, "grant_type": {"x"}}); said["error"] != row.err {
			t.Errorf("%s: %v, want %s", name, said, row.err)
		}
	}
	w.oauth.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if _, err := w.oauth.Exchange(t.Context(), w.code(ada), oauth2.VerifierOption(verifier)); err != nil {
		t.Errorf("exchange with a Basic header: %v", err)
	}
}

func decode(part string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(part) }

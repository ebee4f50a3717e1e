package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"timeclock/server/config"
	"timeclock/server/sandbox"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

// The secrets of these tests. None may ever show.
const (
	clientSecret = "hush-client-secret-8Q~x"
	appToken     = "hush-app-token"
)

var secretKey = func() []byte {
	key := make([]byte, session.KeySize)
	rand.Read(key)
	return key
}()

// load makes a configuration as an operator would.
func load(t *testing.T, args []string, secret string) config.Config {
	t.Helper()
	c, err := config.Load(args, []string{
		"TIMECLOCK_CLIENT_SECRET=" + secret,
		"TIMECLOCK_SECRET_KEYS=" + base64.StdEncoding.EncodeToString(secretKey),
	})
	if err != nil {
		t.Fatalf("Load(%q): %v", args, err)
	}
	return c
}

// scopesOf are the default scopes at a Graph that is not Microsoft's.
func scopesOf(root string) string {
	return strings.Join(config.Cloud{GraphURL: root}.Scopes(), " ")
}

// rig is the sandbox's tenant and a configuration that fits it.
type rig struct {
	t      *testing.T
	box    *sandbox.Sandbox
	config config.Config
}

const redirect = "http://localhost:8080/auth/callback"

func newRig(t *testing.T, more ...string) *rig {
	t.Helper()
	box, err := sandbox.Start(t.Context(), sandbox.Options{RedirectURLs: []string{redirect}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	args := append([]string{
		"--url", "http://localhost:8080", "--insecure-http", "--tenant-id", box.TenantID, "--client-id", box.ClientID,
		"--oidc-issuer", box.Issuer, "--graph-url", box.GraphURL, "--oidc-scopes", scopesOf(box.GraphURL),
		"--database-url", "sqlite:" + filepath.Join(t.TempDir(), "timeclock.db"),
	}, more...)
	return &rig{t, box, load(t, args, box.ClientSecret)}
}

func (r *rig) examine() Report {
	return Doctor{Config: r.config}.Examine(r.t.Context())
}

var pickForm = regexp.MustCompile(`<form method="post" action="([^"]+)"`)

// signIn gives the tokens of a person, asked of the provider as a browser and
// a server would.
func (r *rig) signIn(login string, scopes ...string) session.Tokens {
	r.t.Helper()
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, CheckRedirect: func(to *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(to.URL.String(), redirect) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	verifier := strings.Repeat("v", 43)
	query := url.Values{
		"client_id": {r.box.ClientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "response_mode": {"query"},
		"scope": {strings.Join(scopes, " ")}, "state": {"s"}, "nonce": {"n"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"}, "prompt": {"select_account"},
	}
	at := strings.TrimSuffix(r.box.Issuer, "/v2.0") + "/oauth2/v2.0/"
	page := r.read(browser.Get(at + "authorize?" + query.Encode()))
	form := pickForm.FindStringSubmatch(page)
	if form == nil {
		r.t.Fatalf("no form to pick a person:\n%s", page)
	}
	answer, err := browser.PostForm(html.UnescapeString(form[1]), url.Values{"person": {login}})
	if err != nil {
		r.t.Fatal(err)
	}
	answer.Body.Close()
	back, err := answer.Location()
	if err != nil {
		r.t.Fatalf("the provider does not send back: %v", err)
	}
	granted := r.read(http.PostForm(at+"token", url.Values{
		"client_id": {r.box.ClientID}, "client_secret": {r.box.ClientSecret}, "redirect_uri": {redirect},
		"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "code_verifier": {verifier},
	}))
	var g struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		ID      string `json:"id_token"`
	}
	if err := json.Unmarshal([]byte(granted), &g); err != nil || g.Access == "" {
		r.t.Fatalf("no tokens: %s", granted)
	}
	now := time.Now()
	return session.Tokens{Access: g.Access, Refresh: g.Refresh, ID: g.ID, Issued: now, Expires: now.Add(time.Hour)}
}

func (r *rig) read(answer *http.Response, err error) string {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(body)
}

// keep stores a session of the person, last seen at the time given.
func (r *rig) keep(login string, tokens session.Tokens, seen time.Time) {
	r.t.Helper()
	db, err := sqlite.Open(r.t.Context(), r.config.DatabaseFile)
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	keys, err := session.NewKeys(secretKey)
	if err != nil {
		r.t.Fatal(err)
	}
	plain, err := json.Marshal(tokens)
	if err != nil {
		r.t.Fatal(err)
	}
	s := session.Session{
		Hash:    rand.Text(),
		Person:  session.Person{Tenant: r.box.TenantID, Object: r.box.Person(login).OID, Name: r.box.Person(login).Name},
		Created: seen, Seen: seen, Expires: time.Now().Add(24 * time.Hour),
	}
	sealed := keys.Vault("tokens").Seal(s.Hash, plain)
	if err := (sqlite.Sessions{DB: db}).Create(r.t.Context(), s, sealed); err != nil {
		r.t.Fatal(err)
	}
}

// visit is signIn and keep with what the server asks for.
func (r *rig) visit(login string) session.Tokens {
	r.t.Helper()
	tokens := r.signIn(login, r.config.Scopes...)
	r.keep(login, tokens, time.Now())
	return tokens
}

// stranger answers as a provider and as Graph, in whatever way a test wants.
type stranger struct {
	*httptest.Server
	mu       sync.Mutex
	metadata map[string]any
	answers  map[string]http.HandlerFunc // by path; instead of what is usual
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	s := &stranger{answers: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.Close)
	s.metadata = map[string]any{
		"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token",
		"jwks_uri": s.URL + "/keys", "end_session_endpoint": s.URL + "/logout",
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post"},
	}
	return s
}

// set makes a path answer a status and a body.
func (s *stranger) set(path string, status int, body string) {
	s.answers[path] = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

var publicKeys = sync.OnceValue(func() []byte {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Use: "sig"}}})
	if err != nil {
		panic(err)
	}
	return text
})

func (s *stranger) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	own := s.answers[r.URL.Path]
	s.mu.Unlock()
	switch {
	case own != nil:
		own(w, r)
	case r.URL.Path == discoveryPath:
		json.NewEncoder(w).Encode(s.metadata)
	case r.URL.Path == "/keys":
		w.Write(publicKeys())
	case r.URL.Path == "/token":
		io.WriteString(w, `{"token_type":"Bearer","access_token":"`+appToken+`","expires_in":3600}`)
	case r.URL.Path == "/graph/v1.0/me":
		w.WriteHeader(http.StatusUnauthorized)
	default:
		http.NotFound(w, r)
	}
}

// doctor gives a doctor for a configuration with the stranger.
func (s *stranger) doctor(t *testing.T, more ...string) Doctor {
	t.Helper()
	args := append([]string{
		"--insecure-http", "--client-id", "timeclock", "--oidc-issuer", s.URL, "--graph-url", s.URL + "/graph",
		"--oidc-scopes", scopesOf(s.URL + "/graph"), "--database-url", "sqlite:" + filepath.Join(t.TempDir(), "timeclock.db"),
	}, more...)
	return Doctor{Config: load(t, args, clientSecret)}
}

// finding gives the finding of a check.
func finding(t *testing.T, r Report, name string) Finding {
	t.Helper()
	for _, f := range r.Checks {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("there is no check %q", name)
	return Finding{}
}

// want holds a finding to its state and to pieces of its text, in any order.
func want(t *testing.T, r Report, name string, state State, pieces ...string) {
	t.Helper()
	f := finding(t, r, name)
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer(`\u003e`, ">", `\u003c`, "<", `\u0026`, "&", `\"`, `"`).Replace(string(text))
	if f.State != state {
		t.Errorf("%s is %q, want %q: %s", name, f.State, state, plain)
	}
	for _, p := range pieces {
		if !strings.Contains(plain, p) {
			t.Errorf("%s lacks %q: %s", name, p, plain)
		}
	}
	if f.State == Fail && f.Advice == "" {
		t.Errorf("%s fails without advice: %s", name, plain)
	}
}

// others holds that no check fails but the ones named.
func others(t *testing.T, r Report, may ...string) {
	t.Helper()
	for _, f := range r.Checks {
		if f.State == Fail && !slices.Contains(may, f.Name) {
			t.Errorf("%s fails too: %s", f.Name, f.Found)
		}
	}
	if failing := r.Counts[Fail] > 0; r.OK == failing {
		t.Errorf("OK is %v with the counts %v", r.OK, maps.Collect(maps.All(r.Counts)))
	}
}

// texts gives the report as people and as machines get it.
func texts(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

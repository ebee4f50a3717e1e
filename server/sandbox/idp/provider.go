package idp

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Person is somebody who can sign in.
type Person struct {
	Object string   // object id (oid), a GUID
	Login  string   // preferred_username
	Name   string   // display name
	About  string   // a line for the page: what this person is
	Roles  []string // app roles
	// Unlisted people are not offered to choose from, of whom there are too many.
	Unlisted bool
}

// Client is an application that may ask.
type Client struct {
	ID             string
	Secret         string
	Name           string
	RedirectURLs   []string // compared exactly
	PostLogoutURLs []string // compared exactly
	Roles          []string // application permissions granted to it
	// BackChannelURL is where the client is told that a session ended (OpenID
	// Connect Back-Channel Logout 1.0); empty when it is not told.
	BackChannelURL string
	// FrontChannelURL is what the browser is shown in a frame for the same
	// purpose (OpenID Connect Front-Channel Logout 1.0), as Entra does.
	FrontChannelURL string
}

// Config is what a provider is made of.
type Config struct {
	Origin   string // "http://127.0.0.1:8091"
	Tenant   string // tenant id, a GUID
	Audience string // the API its access tokens are for: Graph's root URL
	Scopes   []string
	Client   Client
	People   []Person
	Dir      string           // folder of what outlives a restart; empty keeps it in memory
	Now      func() time.Time // nil is time.Now
	Log      *slog.Logger     // nil discards
	// AccessLife is how long access and id tokens live; an hour when 0.
	AccessLife time.Duration
	// SigningKey is the first key; nil makes one, which takes a moment.
	SigningKey *rsa.PrivateKey
	// Revokes gives it a revocation endpoint (RFC 7009), which Entra has not.
	Revokes bool
	// NotifyWith sends logout tokens; nil is http.DefaultClient.
	NotifyWith *http.Client
}

// How long things live.
const (
	codeLife    = 2 * time.Minute
	refreshLife = 90 * 24 * time.Hour // since its last use
	sessionLife = 30 * 24 * time.Hour
)

// Provider is the provider. New makes one; it is safe for concurrent use.
type Provider struct {
	Config
	mux   *http.ServeMux
	key   atomic.Pointer[signingKey]
	store store

	secretsMu sync.Mutex // guards secrets
	secrets   []string   // what went out, the newest last

	mu    sync.Mutex // guards all below
	codes map[string]*code
	state state
	lies  Lies
}

// New makes a provider, with the keys and sessions of cfg.Dir when there are
// any.
func New(cfg Config) (*Provider, error) {
	p := &Provider{Config: cfg, mux: http.NewServeMux(), store: store{dir: cfg.Dir}, codes: map[string]*code{}}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.AccessLife == 0 {
		p.AccessLife = time.Hour
	}
	if err := p.load(); err != nil {
		return nil, fmt.Errorf("open provider: %w", err)
	}
	p.mount()
	return p, nil
}

// Issuer is the provider's name, as it stands in tokens and discovery.
func (p *Provider) Issuer() string { return p.Origin + "/" + p.Tenant + "/v2.0" }

// Prefix is the path under which the provider answers, "/<tenant>/".
func (p *Provider) Prefix() string { return "/" + p.Tenant + "/" }

func (p *Provider) mount() {
	at := strings.TrimSuffix(p.Prefix(), "/")
	guard := http.NewCrossOriginProtection()
	p.mux.HandleFunc("GET "+at+"/v2.0/.well-known/openid-configuration", p.discovery)
	p.mux.HandleFunc("GET "+at+"/discovery/v2.0/keys", p.keys)
	p.mux.HandleFunc("GET "+at+"/oauth2/v2.0/authorize", p.authorize)
	p.mux.Handle("POST "+at+"/oauth2/v2.0/authorize", guard.Handler(http.HandlerFunc(p.choose)))
	p.mux.HandleFunc("POST "+at+"/oauth2/v2.0/token", p.token)
	if p.Revokes {
		p.mux.HandleFunc("POST "+at+"/oauth2/v2.0/revoke", p.revoke)
	}
	p.mux.HandleFunc("GET "+at+"/oauth2/v2.0/logout", p.logout)
	p.mux.HandleFunc("POST "+at+"/oauth2/v2.0/logout", p.logout)
	p.mux.HandleFunc("GET "+at+"/openid/userinfo", p.userinfo)
	p.mux.HandleFunc("POST "+at+"/openid/userinfo", p.userinfo)
	p.mux.HandleFunc("GET "+at+"/sign-in.css", p.style)
}

// ServeHTTP answers under Prefix.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if lie := p.lying().Serve; lie != nil && lie(w, r) {
		return
	}
	p.mux.ServeHTTP(w, r)
}

func (p *Provider) url(path string) string { return p.Origin + p.Prefix() + path }

// discovery answers the metadata (OpenID Connect Discovery 1.0 §4).
func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	m := map[string]any{
		"issuer":                                p.Issuer(),
		"authorization_endpoint":                p.url("oauth2/v2.0/authorize"),
		"token_endpoint":                        p.url("oauth2/v2.0/token"),
		"jwks_uri":                              p.url("discovery/v2.0/keys"),
		"userinfo_endpoint":                     p.url("openid/userinfo"),
		"end_session_endpoint":                  p.url("oauth2/v2.0/logout"),
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"query"},
		"grant_types_supported":                 []string{"authorization_code", "refresh_token", "client_credentials"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"code_challenge_methods_supported":      []string{"S256"},
		"scopes_supported":                      openIDScopes,
		"claims_supported": []string{"sub", "iss", "aud", "exp", "iat", "nonce", "tid", "oid", "name",
			"preferred_username", "sid", "roles", "ver"},
		"authorization_response_iss_parameter_supported": true,
		"backchannel_logout_supported":                   p.Client.BackChannelURL != "",
		"backchannel_logout_session_supported":           p.Client.BackChannelURL != "",
		"frontchannel_logout_supported":                  p.Client.FrontChannelURL != "",
		"frontchannel_logout_session_supported":          p.Client.FrontChannelURL != "",
	}
	if p.Revokes {
		m["revocation_endpoint"] = p.url("oauth2/v2.0/revoke")
	}
	answer(w, http.StatusOK, bent(m, p.lying().Metadata))
}

var openIDScopes = []string{"openid", "profile", "email", "offline_access"}

// scopes reads a scope parameter. Permissions of Graph may be written bare or
// behind the root of the API, and ".default" stands for all of them. It gives
// what OpenID Connect asks apart from what Graph is asked.
func (p *Provider) scopes(given string) (openID, graph []string, err error) {
	for _, s := range strings.Fields(given) {
		if slices.Contains(openIDScopes, s) {
			openID = append(openID, s)
			continue
		}
		bare := strings.TrimPrefix(s, p.Audience+"/")
		if bare == s {
			bare = strings.TrimPrefix(s, "https://graph.microsoft.com/")
		}
		switch {
		case bare == ".default":
			graph = append(graph, p.Scopes...)
		case slices.Contains(p.Scopes, bare):
			graph = append(graph, bare)
		default:
			return nil, nil, fmt.Errorf("the scope %q is not valid", s)
		}
	}
	slices.Sort(graph)
	return openID, slices.Compact(graph), nil
}

// person finds somebody by login or object id; nil when there is none.
func (p *Provider) person(id string) *Person {
	for i := range p.People {
		if one := &p.People[i]; id != "" && (strings.EqualFold(one.Login, id) || strings.EqualFold(one.Object, id)) {
			return one
		}
	}
	return nil
}

// subject is the person's sub: the same for one client always, different
// between clients, and telling nothing.
func (p *Provider) subject(person string) string {
	sum := sha256.Sum256([]byte(p.Tenant + " " + p.Client.ID + " " + person))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// registered reports whether raw is one of the URLs, exactly.
func registered(urls []string, raw string) bool { return raw != "" && slices.Contains(urls, raw) }

// withQuery adds parameters to a URL that was registered.
func withQuery(raw string, add url.Values) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	q := u.Query()
	for name, values := range add {
		q[name] = values
	}
	u.RawQuery = q.Encode()
	return u.String()
}

package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"

	"timeclock/server/session"
)

// Config says who the provider is and who this server is to it. Issuer,
// ClientID and PublicURL are required.
type Config struct {
	Issuer       string // exactly as the provider's tokens spell it
	ClientID     string
	ClientSecret string
	Certificate  *Certificate // instead of a secret
	PublicURL    string       // this server's origin; nothing in a request changes it
	Scopes       []string     // default openid, profile, offline_access

	Now       func() time.Time  // default time.Now
	Log       *slog.Logger      // default slog.Default()
	Transport http.RoundTripper // default one like http.DefaultTransport
}

// Provider is the OpenID Connect provider. Its methods may be called by several
// goroutines. Errors wrap session.ErrUnavailable when it cannot be reached or
// fails, session.ErrConfig when it is not the provider that was configured or
// refuses this server, and session.ErrEnded when it refuses a refresh token.
type Provider struct {
	config Config
	client *http.Client

	flight singleflight.Group // the discovery under way

	mu      sync.Mutex
	known   *metadata     // as last read
	read    time.Time     // when
	failure error         // of the last attempt
	attempt time.Time     // no attempt before
	pause   time.Duration // after the next failure
}

// metadata is what the provider says of itself (OpenID Connect Discovery §3).
type metadata struct {
	Auth        string `json:"authorization_endpoint"`
	Token       string `json:"token_endpoint"`
	Keys        string `json:"jwks_uri"`
	EndSession  string `json:"end_session_endpoint"`
	Revocation  string `json:"revocation_endpoint"`                            // RFC 7009; mostly empty
	SendsIssuer bool   `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	// Signs are the algorithms of its tokens, Proofs the ways in which a client
	// may prove itself at the token endpoint; both have a default when absent.
	Signs         []string `json:"id_token_signing_alg_values_supported"`
	Proofs        []string `json:"token_endpoint_auth_methods_supported"`
	idTokens      *oidc.IDTokenVerifier
	authorization oauth2.Config
}

const (
	firstPause   = time.Second
	longestPause = time.Minute
	rereadAfter  = 24 * time.Hour
)

// Leeway is how far the provider's clock may be behind or ahead of this one's.
const Leeway = 30 * time.Second

// NewProvider makes a Provider. It asks nothing of the provider yet.
func NewProvider(c Config) (*Provider, error) {
	if c.ClientID == "" {
		return nil, errors.New("sign-in: a client id is needed")
	}
	if err := checkURL(c.Issuer); err != nil {
		return nil, fmt.Errorf("sign-in: issuer %q: %w", c.Issuer, err)
	}
	if err := checkURL(c.PublicURL); err != nil {
		return nil, fmt.Errorf("sign-in: public URL %q: %w", c.PublicURL, err)
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	if len(c.Scopes) == 0 {
		c.Scopes = []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeOfflineAccess}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Provider{config: c, client: newClient(c.Transport), pause: firstPause}, nil
}

// Ready reports whether the provider's metadata is known, and reads it if it
// may be asked now.
func (p *Provider) Ready(ctx context.Context) error {
	_, err := p.metadata(ctx)
	return err
}

// metadata gives what the provider says of itself, read once and again when it
// has grown old. An old answer is better than none.
func (p *Provider) metadata(ctx context.Context) (*metadata, error) {
	p.mu.Lock()
	known, failure := p.known, p.failure
	now := p.config.Now()
	due := known == nil || now.Sub(p.read) > rereadAfter
	wait := now.Before(p.attempt)
	p.mu.Unlock()
	switch {
	case !due, known != nil && wait:
		return known, nil
	case wait:
		return nil, failure
	}
	result := p.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		m, err := p.discover(ctx)
		return p.learn(m, err)
	})
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", session.ErrUnavailable, ctx.Err())
	case r := <-result:
		m, _ := r.Val.(*metadata)
		return m, r.Err
	}
}

// learn keeps the outcome of a discovery.
func (p *Provider) learn(m *metadata, err error) (*metadata, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.config.Now()
	if err != nil {
		p.config.Log.Warn("provider metadata not read", "issuer", p.config.Issuer, "err", err, "pause", p.pause)
		p.failure, p.attempt = err, now.Add(p.pause)
		p.pause = min(2*p.pause, longestPause)
		if p.known != nil {
			return p.known, nil
		}
		return nil, err
	}
	p.known, p.read, p.failure, p.pause = m, now, nil, firstPause
	return m, nil
}

// discover reads the metadata and refuses what it must not believe.
func (p *Provider) discover(ctx context.Context) (*metadata, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.config.Issuer)
	if mismatch := (*oidc.IssuerMismatchError)(nil); errors.As(err, &mismatch) {
		return nil, fmt.Errorf("%w: issuer is configured as %q and calls itself %q", session.ErrConfig, mismatch.Provided, mismatch.Discovered)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: read metadata: %s", session.ErrUnavailable, brief(err))
	}
	m := &metadata{}
	if err := found.Claims(m); err != nil {
		return nil, fmt.Errorf("%w: metadata: %s", session.ErrUnavailable, brief(err))
	}
	for name, endpoint := range map[string]string{"authorization_endpoint": m.Auth, "token_endpoint": m.Token, "jwks_uri": m.Keys} {
		if err := checkURL(endpoint); err != nil {
			return nil, fmt.Errorf("%w: metadata: %s %q: %w", session.ErrConfig, name, endpoint, err)
		}
	}
	algs := m.algorithms()
	if len(algs) == 0 {
		return nil, fmt.Errorf("%w: metadata: tokens are signed in no way that is accepted here", session.ErrConfig)
	}
	for _, optional := range []*string{&m.EndSession, &m.Revocation} {
		if checkURL(*optional) != nil {
			*optional = ""
		}
	}
	keys := *p.client
	keys.Transport = &keyFetches{
		next: p.client.Transport, now: p.config.Now,
		limit: rate.NewLimiter(rate.Every(keyFetchEvery), keyFetchBurst),
	}
	m.idTokens = found.VerifierContext(oidc.ClientContext(ctx, &keys), &oidc.Config{
		ClientID:             p.config.ClientID,
		SupportedSigningAlgs: algs,
		Now:                  func() time.Time { return p.config.Now().Add(-Leeway) },
	})
	m.authorization = oauth2.Config{
		ClientID:    p.config.ClientID,
		Endpoint:    oauth2.Endpoint{AuthURL: m.Auth},
		RedirectURL: p.config.PublicURL + callbackPath,
		Scopes:      p.config.Scopes,
	}
	return m, nil
}

// accepted are the algorithms by which a token may be signed: with a public key
// and no others (RFC 8725 §3.2).
var accepted = []string{oidc.RS256, oidc.PS256, oidc.ES256, oidc.RS384, oidc.PS384, oidc.ES384, oidc.RS512, oidc.PS512, oidc.ES512, oidc.EdDSA}

// algorithms are those of the accepted ones that the provider says it uses;
// RS256, which every provider must know, when it does not say.
func (m *metadata) algorithms() []string {
	if len(m.Signs) == 0 {
		return []string{oidc.RS256}
	}
	return slices.DeleteFunc(slices.Clone(accepted), func(alg string) bool { return !slices.Contains(m.Signs, alg) })
}

// authURL is where the browser goes to sign in. more are further parameters;
// those that are empty are left out.
func (m *metadata) authURL(state string, s secrets, more map[string]string) string {
	options := []oauth2.AuthCodeOption{
		oidc.Nonce(s.Nonce),
		oauth2.S256ChallengeOption(s.Verifier),
		oauth2.SetAuthURLParam("response_mode", "query"),
	}
	for name, value := range more {
		if value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	return m.authorization.AuthCodeURL(state, options...)
}

// signOutURL is where the browser goes to sign out at the provider (OpenID
// Connect RP-Initiated Logout §2); "/" when it has no such place. It carries no
// id_token_hint, since no token goes through a browser: the provider knows its
// own session by its own cookie, and may ask before it ends it. hint, if not
// empty, tells it who is meant where several are signed in.
func (p *Provider) signOutURL(m *metadata, hint string) string {
	if m == nil || m.EndSession == "" {
		return "/"
	}
	u, err := url.Parse(m.EndSession)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set("client_id", p.config.ClientID)
	q.Set("post_logout_redirect_uri", p.config.PublicURL+"/")
	if hint != "" {
		q.Set("logout_hint", hint)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// brief cuts an error that may quote what a stranger answered.
func brief(err error) string {
	const most = 200
	s := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, err.Error())
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "timeclock-client"
	clientSecret = "client-secret-of-the-test"
	tenantID     = "11111111-2222-3333-4444-555555555555"
)

// provider is an OpenID Connect provider that does right unless told to lie.
type provider struct {
	*httptest.Server
	t   *testing.T
	now func() time.Time

	mu      sync.Mutex
	lies    lies
	signer  *rsa.PrivateKey
	keyID   string
	codes   map[string]codeGrant
	refresh map[string]bool // live refresh tokens
	issued  []string        // everything that must stay on the server
	seen    map[string]int  // requests by path
	proofs  map[string]bool // ids of client assertions that were used

	certificate *x509.Certificate // of the client; nil when it has a secret
	count       int
}

type codeGrant struct{ nonce, challenge, redirect string }

// lies are what the provider does wrong, each alone.
type lies struct {
	metadata func(map[string]any)
	header   map[string]any
	claims   func(map[string]any) // of the ID token
	answer   func(map[string]any) // of the token endpoint
	sign     func(payload []byte) string
	token    func(http.ResponseWriter, *http.Request) bool // true: it answered
	down     map[string]bool                               // paths that answer 503
}

// firstKey is made once, since making one takes long.
var firstKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newProvider(t *testing.T, now func() time.Time) *provider {
	p := &provider{t: t, now: now, codes: map[string]codeGrant{}, refresh: map[string]bool{}, seen: map[string]int{}}
	p.issued = []string{clientSecret}
	p.signer, p.keyID = firstKey(), "key"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.configuration)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen[r.URL.Path]++
		down := p.lies.down[r.URL.Path]
		p.mu.Unlock()
		if down {
			http.Error(w, "<html>down for maintenance</html>", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// lie makes the provider do something wrong from now on.
func (p *provider) lie(l lies) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lies = l
}

func (p *provider) requests(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen[path]
}

func (p *provider) rotateKey() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	p.signer, p.keyID = key, fmt.Sprint("key", p.count)
}

func (p *provider) configuration(w http.ResponseWriter, _ *http.Request) {
	m := map[string]any{
		"issuer":                                p.URL,
		"authorization_endpoint":                p.URL + "/authorize",
		"token_endpoint":                        p.URL + "/token",
		"jwks_uri":                              p.URL + "/keys",
		"end_session_endpoint":                  p.URL + "/logout",
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"authorization_response_iss_parameter_supported": true,
	}
	if p.lies.metadata != nil {
		p.lies.metadata(m)
	}
	writeJSON(w, 200, m)
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	writeJSON(w, 200, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: p.signer.Public(), KeyID: p.keyID, Algorithm: "RS256", Use: "sig"},
	}})
}

// authorize does what the person does at the provider: it takes the address the
// browser was sent to and gives the query it comes back with.
func (p *provider) authorize(location string) url.Values {
	p.t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "code_challenge_method": "S256", "response_mode": "query",
	} {
		if q.Get(name) != want {
			p.t.Errorf("authorization request has %s=%q, want %q", name, q.Get(name), want)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	code := fmt.Sprint("code-", p.count)
	p.codes[code] = codeGrant{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri")}
	return url.Values{"state": {q.Get("state")}, "code": {code}, "iss": {p.URL}}
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lies.token != nil && p.lies.token(w, r) {
		return
	}
	if _, _, basic := r.BasicAuth(); basic || r.PostFormValue("client_id") != clientID || !p.knows(r) {
		writeJSON(w, 401, map[string]any{"error": "invalid_client"})
		return
	}
	nonce := ""
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		g, ok := p.codes[r.PostFormValue("code")]
		delete(p.codes, r.PostFormValue("code"))
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge || r.PostFormValue("redirect_uri") != g.redirect {
			writeJSON(w, 400, map[string]any{"error": "invalid_grant"})
			return
		}
		p.issued = append(p.issued, r.PostFormValue("code_verifier"))
		nonce = g.nonce
	case "refresh_token":
		if !p.refresh[r.PostFormValue("refresh_token")] {
			clear(p.refresh) // reuse: the family dies
			writeJSON(w, 400, map[string]any{"error": "invalid_grant", "error_description": r.PostFormValue("refresh_token")})
			return
		}
		delete(p.refresh, r.PostFormValue("refresh_token"))
	case "client_credentials":
		p.count++
		access := fmt.Sprint("application-secret-", p.count)
		p.issued = append(p.issued, access)
		answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 3600, "scope": r.PostFormValue("scope")}
		if p.lies.answer != nil {
			p.lies.answer(answer)
		}
		writeJSON(w, 200, answer)
		return
	}
	writeJSON(w, 200, p.grant(nonce))
}

// knows reports whether the client proves itself: by its secret, or, when the
// provider has its certificate, by an assertion and nothing else.
func (p *provider) knows(r *http.Request) bool {
	if p.certificate != nil {
		return p.proven(r)
	}
	return r.PostFormValue("client_secret") == clientSecret && !r.PostForm.Has("client_assertion")
}

// grant makes the answer of the token endpoint. The caller holds mu.
func (p *provider) grant(nonce string) map[string]any {
	p.count++
	access, refresh := fmt.Sprint("access-secret-", p.count), fmt.Sprint("refresh-secret-", p.count)
	p.refresh[refresh] = true
	p.issued = append(p.issued, access, refresh)
	now := p.now()
	claims := map[string]any{
		"iss": p.URL, "sub": "subject", "aud": clientID, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"tid": tenantID, "oid": "anna", "name": "Anna", "sid": "sid1", "roles": []string{"Supervisor"},
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if p.lies.claims != nil {
		p.lies.claims(claims)
	}
	answer := map[string]any{
		"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600,
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	id := p.signed(payload)
	p.issued = append(p.issued, id)
	answer["id_token"] = id
	if p.lies.answer != nil {
		p.lies.answer(answer)
	}
	return answer
}

func (p *provider) signed(payload []byte) string {
	if p.lies.sign != nil {
		return p.lies.sign(payload)
	}
	header := map[string]any{"typ": "JWT", "kid": p.keyID}
	for name, value := range p.lies.header {
		if header[name] = value; value == nil {
			delete(header, name)
		}
	}
	return p.sign(jose.RS256, p.signer, header, payload)
}

func (p *provider) sign(alg jose.SignatureAlgorithm, key any, header map[string]any, payload []byte) string {
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		p.t.Error(err)
	}
	return raw
}

// otherKey signs with a key the provider does not publish.
func (p *provider) otherKey(alg jose.SignatureAlgorithm) func([]byte) string {
	return func(payload []byte) string {
		var key any
		var err error
		switch alg {
		case jose.HS256:
			key = []byte(strings.Repeat(clientSecret, 2))
		case jose.ES256:
			key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		default:
			key, err = rsa.GenerateKey(rand.Reader, 2048)
		}
		if err != nil {
			p.t.Error(err)
		}
		return p.sign(alg, key, map[string]any{"typ": "JWT", "kid": p.keyID}, payload)
	}
}

func unsigned(payload []byte) string {
	b64 := base64.RawURLEncoding.EncodeToString
	return b64([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + b64(payload) + "."
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

package idp

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signingKey signs tokens and knows its own again.
type signingKey struct {
	private jose.JSONWebKey
	signer  jose.Signer
	public  jose.JSONWebKey
	former  *signingKey // nil for the first
}

// check reads the claims of a token that this key, or a former one, signed.
func (k *signingKey) check(token *jwt.JSONWebToken, claims ...any) (err error) {
	for ; k != nil; k = k.former {
		if err = token.Claims(k.public.Key, claims...); err == nil {
			return nil
		}
	}
	return err
}

// use makes a private key the signing key; the one before still knows its own.
func (p *Provider) use(private jose.JSONWebKey) error {
	if _, ok := private.Key.(*rsa.PrivateKey); !ok {
		return errors.New("the signing key is no RSA key")
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: private},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return fmt.Errorf("use signing key: %w", err)
	}
	p.key.Store(&signingKey{private, signer, private.Public(), p.key.Load()})
	return nil
}

// Rotate signs with a new key from now on, and publishes that one alone.
func (p *Provider) Rotate() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.renewKey()
}

// keys answers the public keys.
func (p *Provider) keys(w http.ResponseWriter, r *http.Request) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key.Load().public}}
	if lie := p.lying().Keys; lie != nil {
		answer(w, http.StatusOK, lie(set))
		return
	}
	answer(w, http.StatusOK, set)
}

// sign makes a token of the claims.
func (p *Provider) sign(claims map[string]any) (string, error) {
	token, err := jwt.Signed(p.key.Load().signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	p.issued(token)
	return token, nil
}

// signBent makes a token for the client to read, of type typ, as the lies want
// it.
func (p *Provider) signBent(claims map[string]any, typ string, l Lies) (string, error) {
	text, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	if l.Sign != nil {
		token := l.Sign(text)
		p.issued(token)
		return token, nil
	}
	key := p.key.Load()
	header := map[string]any{"typ": typ, "kid": key.public.KeyID}
	for name, value := range l.Header {
		header[name] = value
	}
	token, err := Sign(jose.RS256, key.private.Key, header, text)
	if err != nil {
		return "", err
	}
	p.issued(token)
	return token, nil
}

// Sign makes a JWT of any kind; members of header that are nil are left out.
func Sign(alg jose.SignatureAlgorithm, key any, header map[string]any, claims []byte) (string, error) {
	options := &jose.SignerOptions{}
	for name, value := range header {
		if value != nil {
			options.WithHeader(jose.HeaderKey(name), value)
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed.CompactSerialize()
}

// issued notes a secret that went out.
func (p *Provider) issued(secret string) {
	p.secretsMu.Lock()
	defer p.secretsMu.Unlock()
	p.secrets = append(p.secrets, secret)
	if len(p.secrets) > keptSecrets {
		p.secrets = p.secrets[len(p.secrets)-keptSecrets:]
	}
}

// Issued gives the newest tokens, codes and verifiers that went through the
// provider, and the client's secret: what no browser and no log may ever see.
// The codes are in it only once they were redeemed, since a browser carries
// them.
func (p *Provider) Issued() []string {
	p.secretsMu.Lock()
	defer p.secretsMu.Unlock()
	return append([]string{p.Client.Secret}, p.secrets...)
}

// keptSecrets bounds what Issued gives.
const keptSecrets = 10_000

// grant is what tokens are minted from.
type grant struct {
	person *Person
	sid    string
	nonce  string
	openID []string
	graph  []string
}

// idToken mints the id token (OpenID Connect Core §2), bent by the lies.
func (p *Provider) idToken(g grant, l Lies) (string, error) {
	now := p.Now()
	claims := map[string]any{
		"iss": p.Issuer(), "aud": p.Client.ID, "sub": p.subject(g.person.Object),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(p.AccessLife).Unix(),
		"tid": p.Tenant, "oid": g.person.Object, "sid": g.sid, "ver": "2.0",
	}
	if slices.Contains(g.openID, "profile") {
		claims["name"], claims["preferred_username"] = g.person.Name, g.person.Login
	}
	if slices.Contains(g.openID, "email") {
		claims["email"] = g.person.Login
	}
	if len(g.person.Roles) > 0 {
		claims["roles"] = g.person.Roles
	}
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	l.bend(claims, now)
	return p.signBent(claims, "JWT", l)
}

// accessToken mints the access token for Graph. Who it speaks for is in oid
// and scp; a client should not look inside.
func (p *Provider) accessToken(g grant) (string, error) {
	now := p.Now()
	return p.sign(map[string]any{
		"iss": p.Issuer(), "aud": p.Audience, "sub": p.subject(g.person.Object), "jti": random(12),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(p.AccessLife).Unix(),
		"tid": p.Tenant, "oid": g.person.Object, "sid": g.sid, "name": g.person.Name,
		"appid": p.Client.ID, "app_displayname": p.Client.Name, "idtyp": "user",
		"scp": strings.Join(g.graph, " "), "ver": "1.0",
	})
}

// appToken mints an access token that speaks for the client itself.
func (p *Provider) appToken() (string, error) {
	now := p.Now()
	return p.sign(map[string]any{
		"iss": p.Issuer(), "aud": p.Audience, "sub": p.subject(p.Client.ID), "jti": random(12),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(p.AccessLife).Unix(),
		"tid": p.Tenant, "appid": p.Client.ID, "app_displayname": p.Client.Name, "idtyp": "app",
		"roles": p.Client.Roles, "ver": "1.0",
	})
}

// Access is what an access token says.
type Access struct {
	Object  string   // the person's object id; empty for an application
	Subject string   // sub
	App     string   // client id
	AppName string   // its display name
	Scopes  []string // delegated permissions
	Roles   []string // application permissions
	Expires time.Time
}

// Verify reads an access token: it must be signed by this provider, meant for
// its audience and within its life.
func (p *Provider) Verify(raw string) (Access, error) {
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Access{}, fmt.Errorf("read access token: %w", err)
	}
	var claims jwt.Claims
	var more struct {
		Object  string   `json:"oid"`
		App     string   `json:"appid"`
		AppName string   `json:"app_displayname"`
		Kind    string   `json:"idtyp"`
		Scopes  string   `json:"scp"`
		Roles   []string `json:"roles"`
	}
	if err := p.key.Load().check(token, &claims, &more); err != nil {
		return Access{}, fmt.Errorf("check access token: %w", err)
	}
	want := jwt.Expected{Issuer: p.Issuer(), AnyAudience: jwt.Audience{p.Audience}, Time: p.Now()}
	if err := claims.ValidateWithLeeway(want, 0); err != nil {
		return Access{}, fmt.Errorf("check access token: %w", err)
	}
	if claims.Expiry == nil || more.Kind == "" {
		return Access{}, errors.New("check access token: it is none")
	}
	a := Access{Object: more.Object, Subject: claims.Subject, App: more.App, AppName: more.AppName,
		Scopes: strings.Fields(more.Scopes), Expires: claims.Expiry.Time()}
	if more.Kind == "app" {
		a.Object, a.Roles = "", more.Roles
	}
	return a, nil
}

// hinted reads an id token given as a hint: the signature counts, its age does
// not (OpenID Connect RP-Initiated Logout 1.0 §4).
func (p *Provider) hinted(raw string) (sid string, err error) {
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", fmt.Errorf("read id_token_hint: %w", err)
	}
	var claims jwt.Claims
	var more struct {
		Sid string `json:"sid"`
	}
	if err := p.key.Load().check(token, &claims, &more); err != nil {
		return "", fmt.Errorf("check id_token_hint: %w", err)
	}
	if claims.Issuer != p.Issuer() {
		return "", fmt.Errorf("check id_token_hint: issued by %q", claims.Issuer)
	}
	return more.Sid, nil
}

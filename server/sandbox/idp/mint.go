package idp

import (
	"crypto/rsa"
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
	signer jose.Signer
	public jose.JSONWebKey
}

// use makes a private key the signing key.
func (k *signingKey) use(private jose.JSONWebKey) error {
	if _, ok := private.Key.(*rsa.PrivateKey); !ok {
		return errors.New("the signing key is no RSA key")
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: private},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return fmt.Errorf("use signing key: %w", err)
	}
	k.signer, k.public = signer, private.Public()
	return nil
}

// keys answers the public keys.
func (p *Provider) keys(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key.public}})
}

// sign makes a token of the claims.
func (p *Provider) sign(claims map[string]any) (string, error) {
	token, err := jwt.Signed(p.key.signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

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
	return p.sign(claims)
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
	if err := token.Claims(p.key.public.Key, &claims, &more); err != nil {
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
	if err := token.Claims(p.key.public.Key, &claims, &more); err != nil {
		return "", fmt.Errorf("check id_token_hint: %w", err)
	}
	if claims.Issuer != p.Issuer() {
		return "", fmt.Errorf("check id_token_hint: issued by %q", claims.Issuer)
	}
	return more.Sid, nil
}

package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"

	"timeclock/server/session"
)

// identity is who an ID token says somebody is.
type identity struct {
	person  session.Person
	subject string
	sid     string
	hint    string
	roles   []string
}

// claims are the members of an ID token that are used here.
type claims struct {
	Subject    string `json:"sub"`
	Nonce      string `json:"nonce"`
	Authorized string `json:"azp"`
	AuthTime   int64  `json:"auth_time"`
	Tenant     string `json:"tid"`
	Object     string `json:"oid"`
	Name       string `json:"name"`
	UserName   string `json:"preferred_username"`
	Sid        string `json:"sid"`
	Hint       string `json:"login_hint"` // of Entra, opaque
	Roles      texts  `json:"roles"`
}

// texts is a list of texts, or one text, or nothing.
type texts []string

// UnmarshalJSON reads a list or a text; anything else counts as nothing, since
// what is not understood grants nothing.
func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	*t = nil
	if json.Unmarshal(b, &one) == nil {
		if one != "" {
			*t = texts{one}
		}
		return nil
	}
	if json.Unmarshal(b, (*[]string)(t)) != nil {
		*t = nil
	}
	return nil
}

const (
	oldestToken = 10 * time.Minute // since it was issued, at sign-in
	maxID       = 255              // characters of a subject (OpenID Connect Core §2)
	maxName     = 200
	maxHint     = 500
	maxRoles    = 100
)

// checkSignIn verifies the ID token of a sign-in and says whose it is.
func (p *Provider) checkSignIn(ctx context.Context, m *metadata, g grant, nonce string) (identity, error) {
	token, c, err := p.verify(ctx, m, g)
	if err != nil {
		return identity{}, err
	}
	now := p.config.Now()
	switch {
	case token.IssuedAt.IsZero():
		return identity{}, errors.New("iat is missing")
	case token.IssuedAt.Before(now.Add(-oldestToken)):
		return identity{}, errors.New("it was issued too long ago")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(nonce)) != 1:
		return identity{}, errors.New("the nonce is not that of this sign-in")
	}
	person, err := whois(p.config.Issuer, c)
	if err != nil {
		return identity{}, err
	}
	return identity{
		person: person, subject: c.Subject, sid: clip(c.Sid, maxID), hint: clip(c.Hint, maxHint),
		roles: c.Roles[:min(len(c.Roles), maxRoles)],
	}, nil
}

// checkRenewed verifies the ID token that came with renewed tokens: it must be
// about the same sign-in as the first (OpenID Connect Core §12.2).
func (p *Provider) checkRenewed(ctx context.Context, m *metadata, g grant, first string) error {
	_, c, err := p.verify(ctx, m, g)
	if errors.Is(err, session.ErrUnavailable) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", session.ErrEnded, err)
	}
	var before claims
	if err := payload(first, &before); err != nil {
		return fmt.Errorf("%w: the first ID token: %w", session.ErrEnded, err)
	}
	switch {
	case c.Subject != before.Subject:
		return fmt.Errorf("%w: it is about somebody else", session.ErrEnded)
	case c.Nonce != "" && c.Nonce != before.Nonce:
		return fmt.Errorf("%w: the nonce is not that of the sign-in", session.ErrEnded)
	case c.AuthTime != 0 && before.AuthTime != 0 && c.AuthTime != before.AuthTime:
		return fmt.Errorf("%w: auth_time is not that of the sign-in", session.ErrEnded)
	}
	return nil
}

// verify does what every ID token must pass. Its error wraps
// session.ErrUnavailable when the provider's keys cannot be had.
func (p *Provider) verify(ctx context.Context, m *metadata, g grant) (*oidc.IDToken, claims, error) {
	if g.ID == "" {
		return nil, claims{}, errors.New("there is no ID token")
	}
	if err := checkType(g.ID, "JWT"); err != nil {
		return nil, claims{}, err
	}
	token, err := m.idTokens.Verify(ctx, g.ID)
	if err != nil {
		if keysMissing(err) {
			return nil, claims{}, fmt.Errorf("%w: %s", session.ErrUnavailable, brief(err))
		}
		return nil, claims{}, errors.New(brief(err))
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return nil, claims{}, errors.New("claims are of another kind")
	}
	switch {
	case c.Subject == "" || len(c.Subject) > maxID:
		return nil, claims{}, errors.New("sub is missing or too long")
	case token.IssuedAt.After(p.config.Now().Add(Leeway)):
		return nil, claims{}, errors.New("it was issued in the future")
	case c.Authorized != "" && c.Authorized != p.config.ClientID:
		return nil, claims{}, errors.New("azp is another client")
	case c.Authorized == "" && len(slices.Compact(slices.Clone(token.Audience))) > 1:
		return nil, claims{}, errors.New("there are several audiences and no azp")
	case token.AccessTokenHash != "" && token.VerifyAccessToken(g.Access) != nil:
		return nil, claims{}, errors.New("at_hash does not fit the access token")
	}
	return token, c, nil
}

// keysMissing reports whether verification failed for want of the provider's
// keys. go-oidc gives the cause as text only.
func keysMissing(err error) bool {
	return strings.HasPrefix(err.Error(), "failed to verify signature: fetching keys")
}

// checkType accepts a JWT that says it is of type want, or nothing: tokens for
// other ends are signed by the same key (RFC 8725 §3.11).
func checkType(raw, want string) error {
	head, _, _ := strings.Cut(raw, ".")
	b, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return errors.New("it is not a JWT")
	}
	var header struct {
		Type string `json:"typ"`
	}
	if err := json.Unmarshal(b, &header); err != nil {
		return errors.New("it is not a JWT")
	}
	if header.Type != "" && !strings.EqualFold(strings.TrimPrefix(header.Type, "application/"), want) {
		return errors.New("typ is that of another kind of token")
	}
	return nil
}

// payload reads a token that was verified before it was stored.
func payload(raw string, v any) error {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return errors.New("it is not a JWT")
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return errors.New("it is not a JWT")
	}
	return json.Unmarshal(b, v)
}

// whois says which person c is about.
func whois(issuer string, c claims) (session.Person, error) {
	person := session.Person{Tenant: c.Tenant, Object: c.Object}
	if person.Tenant == "" || person.Object == "" {
		sum := sha256.Sum256([]byte(issuer))
		person.Tenant, person.Object = "iss-"+hex.EncodeToString(sum[:16]), c.Subject
	}
	if !plain(person.Tenant) || !plain(person.Object) || len(person.Tenant) > maxID || len(person.Object) > maxID {
		return session.Person{}, errors.New("tid, oid or sub cannot name a person")
	}
	if strings.Contains(person.Tenant, ".") {
		return session.Person{}, errors.New("tid has a dot")
	}
	if tenant := entraTenant(issuer); tenant != "" && !strings.EqualFold(tenant, person.Tenant) {
		return session.Person{}, errors.New("tid and oid are not those of the issuer's tenant")
	}
	person.Name = clip(c.Name, maxName)
	if person.Name == "" {
		person.Name = clip(c.UserName, maxName)
	}
	return person, nil
}

// entraTenant gives the tenant in an issuer of Entra's form, https://host/TENANT/v2.0;
// else "".
func entraTenant(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	tenant, ok := strings.CutSuffix(strings.TrimPrefix(u.Path, "/"), "/v2.0")
	if !ok || len(tenant) != 36 || strings.Count(tenant, "-") != 4 || strings.Contains(tenant, "/") {
		return ""
	}
	return tenant
}

// clip makes a text fit to be shown and stored: no control characters, no more
// than most characters.
func clip(s string, most int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most])
	}
	return s
}

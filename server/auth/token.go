package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"timeclock/app/words"
	"timeclock/server/session"
)

var (
	_ session.Refresher = (*Provider)(nil)
	_ session.Revoker   = (*Provider)(nil)
)

// grant is a successful answer of the token endpoint (RFC 6749 §5.1, OpenID
// Connect Core §3.1.3.3).
type grant struct {
	Access    string  `json:"access_token"`
	Refresh   string  `json:"refresh_token"`
	ID        string  `json:"id_token"`
	Type      string  `json:"token_type"`
	ExpiresIn seconds `json:"expires_in"`
}

// seconds is a number that some providers send as text.
type seconds int64

// UnmarshalJSON reads a number or a text with one; anything else counts as not
// said.
func (s *seconds) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && n > 0 {
		*s = seconds(min(n, (30 * 24 * time.Hour).Seconds()))
	}
	return nil
}

const unsaidLife = 5 * time.Minute // of an access token without expires_in

// tokenError is a refusal by the token endpoint (RFC 6749 §5.2). It holds
// nothing else of the answer, which may quote secrets.
type tokenError struct {
	status int
	code   string // error; empty when the answer was no such thing
	claims string // what the next sign-in must be asked for; empty mostly
}

func (e *tokenError) Error() string {
	return fmt.Sprintf("token endpoint: status %d, error %q", e.status, e.code)
}

// tokens makes Tokens of a grant that was asked for at the time given.
func (g grant) tokens(asked time.Time) session.Tokens {
	life := time.Duration(g.ExpiresIn) * time.Second
	if life == 0 {
		life = unsaidLife
	}
	return session.Tokens{Access: g.Access, Refresh: g.Refresh, ID: g.ID, Issued: asked, Expires: asked.Add(life)}
}

// redeem trades a code for tokens.
func (p *Provider) redeem(ctx context.Context, m *metadata, code, verifier string) (grant, error) {
	return p.ask(ctx, m, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"code_verifier": {verifier},
		"redirect_uri":  {p.config.PublicURL + callbackPath},
	})
}

// Refresh implements session.Refresher.
func (p *Provider) Refresh(ctx context.Context, old session.Tokens) (session.Tokens, error) {
	m, err := p.metadata(ctx)
	if err != nil {
		return session.Tokens{}, err
	}
	asked := p.config.Now()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.Refresh}}
	if claims := p.claimsParameter(""); claims != "" {
		form.Set("claims", claims)
	}
	g, err := p.ask(ctx, m, form)
	if err != nil {
		return session.Tokens{}, refusal(err)
	}
	if g.ID != "" {
		if err := p.checkRenewed(ctx, m, g, old.ID); err != nil {
			return session.Tokens{}, fmt.Errorf("renewed ID token: %w", err)
		}
	}
	return g.tokens(asked), nil
}

// Revoke implements session.Revoker. A provider without a place for it forgets
// tokens by itself.
func (p *Provider) Revoke(ctx context.Context, t session.Tokens) error {
	m, err := p.metadata(ctx)
	if err != nil || m.Revocation == "" {
		return err
	}
	form := url.Values{"token": {t.Refresh}, "token_type_hint": {"refresh_token"}}
	basic, err := p.identify(form, m)
	if err != nil {
		return err
	}
	status, _, err := p.send(ctx, m.Revocation, form, basic)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("revocation endpoint: status %d", status)
	}
	return err
}

// refusal says what a failed renewal means for the session. Only an answer in
// the words of OAuth ends it: what a gateway in between says does not.
func refusal(err error) error {
	var refused *tokenError
	if !errors.As(err, &refused) {
		return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	}
	switch {
	case refused.code == "invalid_client" || refused.code == "invalid_scope" || refused.code == "unsupported_grant_type":
		return fmt.Errorf("%w: %w", session.ErrConfig, err)
	case refused.code == "" || refused.status >= 500 || refused.status == http.StatusTooManyRequests,
		refused.code == "temporarily_unavailable", refused.code == "server_error":
		return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	case refused.claims != "", slices.Contains(interactions, refused.code):
		return fmt.Errorf("%w: %w", session.StepUp{Claims: refused.claims}, err)
	}
	return fmt.Errorf("%w: %w", session.ErrEnded, err)
}

// interactions are the errors by which a provider says that it must ask the
// person something (OpenID Connect Core §3.1.2.6).
var interactions = []string{"interaction_required", "login_required", "consent_required", "account_selection_required"}

// codeRefusal says what a failed redemption means: an old code is the person's
// misfortune, everything else said in the words of OAuth is this server's fault.
func codeRefusal(err error) error {
	var refused *tokenError
	kind := refusal(err)
	if errors.As(kind, &session.StepUp{}) {
		return fail(http.StatusForbidden, "interaction_required", declined(words.SignInInteraction), err)
	}
	if errors.Is(kind, session.ErrEnded) && errors.As(err, &refused) && refused.code != "invalid_grant" {
		return fmt.Errorf("%w: %w", session.ErrConfig, err)
	}
	return kind
}

// ask posts form to the token endpoint, with this client's credential in one
// place: trying one way and then another would send a one-time code twice. It
// asks again only when no connection was made.
func (p *Provider) ask(ctx context.Context, m *metadata, form url.Values) (grant, error) {
	basic, err := p.identify(form, m)
	if err != nil {
		return grant{}, err
	}
	g, err := p.post(ctx, m.Token, form, basic)
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" && ctx.Err() == nil {
		g, err = p.post(ctx, m.Token, form, basic)
	}
	return g, err
}

func (p *Provider) post(ctx context.Context, endpoint string, form url.Values, basic string) (grant, error) {
	status, body, err := p.send(ctx, endpoint, form, basic)
	if err != nil {
		return grant{}, fmt.Errorf("token endpoint: %w", err)
	}
	return parseGrant(status, body)
}

// send posts a form to the provider and gives the answer as it came.
func (p *Provider) send(ctx context.Context, endpoint string, form url.Values, basic string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, err
	}
	if basic != "" { // RFC 6749 §2.3.1
		r.SetBasicAuth(url.QueryEscape(p.config.ClientID), url.QueryEscape(basic))
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	resp, err := p.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	return resp.StatusCode, body, nil
}

// parseGrant reads an answer of the token endpoint. Some providers refuse with
// status 200.
func parseGrant(status int, body []byte) (grant, error) {
	var refused struct {
		Code   string `json:"error"`
		Claims string `json:"claims"`
	}
	if err := json.Unmarshal(body, &refused); err != nil || status != http.StatusOK || refused.Code != "" {
		if !session.IsClaims(refused.Claims) {
			refused.Claims = ""
		}
		return grant{}, &tokenError{status, word(refused.Code), refused.Claims}
	}
	var g grant
	if err := json.Unmarshal(body, &g); err != nil {
		return grant{}, errors.New("token endpoint: the answer has members of another kind")
	}
	switch {
	case !strings.EqualFold(g.Type, "bearer"):
		return grant{}, errors.New("token endpoint: the token is not a bearer token")
	case !plain(g.Access):
		return grant{}, errors.New("token endpoint: no access token that can be sent")
	}
	return g, nil
}

// plain reports whether s may stand in an Authorization header (RFC 6750 §2.1
// is stricter than some providers are).
func plain(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return s != ""
}

// word gives s if it looks like an error code, and else "other": what comes
// from outside is not logged as it is.
func word(s string) string {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && c != '_' {
			return "other"
		}
	}
	if len(s) > 40 {
		return "other"
	}
	return s
}

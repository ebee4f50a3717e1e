package idp

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// logoutEvent is the member of events that makes a token a logout token.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// notifyWithin is how long the client may take to answer.
const notifyWithin = 5 * time.Second

// LogoutToken mints a logout token about a person's session (OpenID Connect
// Back-Channel Logout 1.0 §2.4), bent by the lies. Either name may be empty.
func (p *Provider) LogoutToken(object, sid string) (string, error) {
	l, now := p.lying(), p.Now()
	claims := map[string]any{
		"iss": p.Issuer(), "aud": p.Client.ID, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
		"jti": random(16), "events": map[string]any{logoutEvent: map[string]any{}},
	}
	if object != "" {
		claims["sub"] = p.subject(object)
	}
	if sid != "" {
		claims["sid"] = sid
	}
	return p.signBent(bent(claims, l.Logout), "logout+jwt", l)
}

// Notify tells the client that a person's session has ended, and gives the
// status it answers.
func (p *Provider) Notify(ctx context.Context, object, sid string) (status int, err error) {
	token, err := p.LogoutToken(object, sid)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, notifyWithin)
	defer cancel()
	body := strings.NewReader(url.Values{"logout_token": {token}}.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Client.BackChannelURL, body)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := p.NotifyWith
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// frames are the addresses that a page shows in frames to tell the client that
// sessions have ended.
func (p *Provider) frames(ended []*session) []string {
	var all []string
	for _, s := range ended {
		if p.Client.FrontChannelURL != "" {
			all = append(all, withQuery(p.Client.FrontChannelURL, url.Values{"iss": {p.Issuer()}, "sid": {s.Sid}}))
		}
	}
	return all
}

// tell notifies the client of each session that ended. What it does not hear it
// learns when it refreshes.
func (p *Provider) tell(ctx context.Context, ended []*session) {
	for _, s := range ended {
		if p.Client.BackChannelURL == "" {
			return
		}
		if status, err := p.Notify(ctx, s.Person, s.Sid); err != nil || status != http.StatusOK {
			p.Log.WarnContext(ctx, "the client was not told of a sign-out", "status", status, "err", err)
		}
	}
}

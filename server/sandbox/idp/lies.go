package idp

import "time"

// Lies are the ways in which the provider deceives. The zero value is honest.
// They show what a client checks by itself.
type Lies struct {
	Nonce      string        // id tokens carry this nonce instead of the one asked for
	Audience   string        // id tokens are meant for this client instead
	Expired    bool          // id tokens expired an hour ago
	NoSubject  bool          // id tokens carry no sub
	TokenDelay time.Duration // the token endpoint waits this long
	// TokenStatus is what the token endpoint answers instead of working, with
	// a page instead of JSON: 500, 503.
	TokenStatus int
	// RefreshError is the error a refresh is refused with: "invalid_grant",
	// "interaction_required". The refresh token stays good.
	RefreshError string
}

// Lie makes the provider deceive from now on; Lie(Lies{}) makes it honest.
func (p *Provider) Lie(l Lies) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lies = l
}

// lying tells how the provider deceives at this moment.
func (p *Provider) lying() Lies {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lies
}

// bend changes the claims of an id token.
func (l Lies) bend(claims map[string]any, now time.Time) {
	if l.Nonce != "" {
		claims["nonce"] = l.Nonce
	}
	if l.Audience != "" {
		claims["aud"] = l.Audience
	}
	if l.Expired {
		claims["exp"] = now.Add(-time.Hour).Unix()
	}
	if l.NoSubject {
		delete(claims, "sub")
	}
}

package idp

import (
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Lies are the ways in which the provider deceives. The zero value is honest.
// They show what a client checks by itself. What is bent by a function is bent
// after everything else.
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
	// RefreshClaims goes with RefreshError: what the next sign-in must be asked
	// for.
	RefreshClaims string
	// Lenient leaves a used refresh token good, as Entra does.
	Lenient bool

	Metadata func(map[string]any)                                   // bends the discovery document
	Keys     func(jose.JSONWebKeySet) any                           // answers the key set instead
	Claims   func(map[string]any)                                   // bends id tokens
	Header   map[string]any                                         // of id and logout tokens; nil takes a member away
	Sign     func(claims []byte) string                             // signs id and logout tokens instead
	Answer   func(map[string]any)                                   // bends what the token endpoint grants
	Userinfo func(map[string]any)                                   // bends what userinfo answers
	Logout   func(map[string]any)                                   // bends logout tokens
	Serve    func(http.ResponseWriter, *http.Request) (served bool) // stands before everything
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
	bent(claims, l.Claims)
}

// bent changes m, if there is a lie about it.
func bent(m map[string]any, lie func(map[string]any)) map[string]any {
	if lie != nil {
		lie(m)
	}
	return m
}

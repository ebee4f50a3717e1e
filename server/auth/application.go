package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"timeclock/server/session"
)

const (
	// early is how long before its end a token is replaced, if it lives long
	// enough: a fifth of its life, and at most so long.
	early = 5 * time.Minute
	// dropAfter is how old a token must be to be dropped: what refuses a newer
	// one refuses the next as well.
	dropAfter = time.Minute
	// againAfter is how long the provider is left alone after a failure.
	againAfter = 5 * time.Second
)

// Application gets access tokens for this server itself, of one scope (client
// credentials, RFC 6749 §4.4). A token is kept in memory alone, here, apart from
// everything that belongs to people, and never has a refresh token. Its methods
// may be called by several goroutines; however many ask, the provider is asked
// once.
type Application struct {
	provider *Provider // one issuer and one client
	scope    string

	flight singleflight.Group

	mu      sync.Mutex
	kept    session.Tokens // zero before the first; protected by mu, as what follows
	failure error          // of the last attempt, nil when it succeeded
	attempt time.Time      // no attempt before
}

// NewApplication makes an Application for a scope such as
// https://graph.microsoft.com/.default. It asks nothing of the provider yet.
func NewApplication(p *Provider, scope string) *Application {
	return &Application{provider: p, scope: scope}
}

// Token gives an access token that is good for some time yet. Its error wraps
// session.ErrUnavailable, session.ErrConfig or ctx's error, and never
// session.ErrEnded: nobody's session has anything to do with it.
func (a *Application) Token(ctx context.Context) (string, error) {
	if token, known, err := a.known(); known {
		return token, err
	}
	result := a.flight.DoChan("", func() (any, error) {
		if token, known, err := a.known(); known {
			return token, err // another flight landed meanwhile
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*callTimeout)
		defer cancel()
		return a.ask(ctx)
	})
	select {
	case <-ctx.Done():
		return "", fmt.Errorf("application token: %w", ctx.Err())
	case r := <-result:
		token, _ := r.Val.(string)
		return token, r.Err
	}
}

// Drop forgets the token, if it is the one that is kept and not quite new.
func (a *Application) Drop(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept.Access == token && a.provider.config.Now().Sub(a.kept.Issued) >= dropAfter {
		a.kept = session.Tokens{}
	}
}

// known gives what can be said without asking the provider: a token that is
// fresh; soon after a failure, one that is still good, or that failure.
func (a *Application) known() (token string, known bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.provider.config.Now()
	waiting := a.failure != nil && now.Before(a.attempt)
	switch {
	case a.fresh(a.kept), waiting && a.good(now):
		return a.kept.Access, true, nil
	case waiting:
		return "", true, a.failure
	}
	return "", false, nil
}

// good reports whether the kept token can still be used. The caller holds mu.
func (a *Application) good(now time.Time) bool {
	return a.kept.Access != "" && now.Before(a.kept.Expires)
}

// fresh reports whether t need not be replaced yet.
func (a *Application) fresh(t session.Tokens) bool {
	margin := min(t.Expires.Sub(t.Issued)/5, early)
	return t.Access != "" && a.provider.config.Now().Before(t.Expires.Add(-margin))
}

// ask gets a token. When the provider has a bad moment, the old one is used to
// its end.
func (a *Application) ask(ctx context.Context) (string, error) {
	t, err := a.provider.clientToken(ctx, a.scope)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		a.kept, a.failure = t, nil
		return t.Access, nil
	}
	now := a.provider.config.Now()
	a.failure, a.attempt = fmt.Errorf("application token: %w", err), now.Add(againAfter)
	a.provider.config.Log.WarnContext(ctx, "application token not renewed", "err", err)
	if a.good(now) {
		return a.kept.Access, nil
	}
	return "", a.failure
}

// clientToken asks for a token of the client's own.
func (p *Provider) clientToken(ctx context.Context, scope string) (session.Tokens, error) {
	m, err := p.metadata(ctx)
	if err != nil {
		return session.Tokens{}, err
	}
	asked := p.config.Now()
	g, err := p.ask(ctx, m, url.Values{"grant_type": {"client_credentials"}, "scope": {scope}})
	if err != nil {
		return session.Tokens{}, clientRefusal(err)
	}
	g.Refresh, g.ID = "", ""
	return g.tokens(asked), nil
}

// clientRefusal says what it means that the client got no token: what is said
// in the words of OAuth is for an operator to mend.
func clientRefusal(err error) error {
	kind := refusal(err)
	if errors.Is(kind, session.ErrEnded) {
		return fmt.Errorf("%w: %w", session.ErrConfig, err)
	}
	return kind
}

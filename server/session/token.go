package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"timeclock/server/telemetry"
)

const (
	refreshTimeout = 10 * time.Second // for the provider's answer
	persistTimeout = 5 * time.Second  // for making it durable, on top
	// leaseFor exceeds both, so that a lease ends only with its holder.
	leaseFor  = 20 * time.Second
	leasePoll = 50 * time.Millisecond

	earliest = 5 * time.Minute // a token is renewed at most so long before its end
	latest   = time.Minute     // and at least so long, if it lives long enough
	margin   = 5 * time.Second // a token is good for a call with so much left
	patience = 2 * time.Second // for a renewal while the old token is good
)

// AccessToken gives an access token of the session stored under hash, renewed
// if it ends soon. It works after a restart and for a session that has gone
// idle. However many ask at once, in however many processes, the provider is
// asked once. Its error wraps ErrEnded, ErrUnavailable, ErrConfig, ErrStore or
// ctx's error; a renewal goes on when ctx ends.
func (m *Manager) AccessToken(ctx context.Context, hash string) (string, error) {
	sealed, err := m.sealed(ctx, hash)
	if err != nil {
		m.ready.drop(hash)
		return "", err
	}
	if r, ok := m.ready.get(hash); ok && r.of(sealed) && m.fresh(r.tokens) {
		return r.tokens.Access, nil
	}
	token, err := m.accessToken(ctx, hash, sealed)
	if err == nil {
		m.handed.note(token, hash, m.now())
	}
	return token, err
}

// ready is an access token as it was opened last, kept in memory so that it need
// not be opened for every call, until Run forgets it at the latest. It is good
// only for who has read that the same sealed tokens are stored still. Refresh
// tokens are opened for each renewal and never kept.
type ready struct {
	version int64
	blob    []byte
	tokens  Tokens // Access and when it was issued and ends, no more
}

// of reports whether it is from these sealed tokens.
func (r ready) of(s Sealed) bool { return r.version == s.Version && bytes.Equal(r.blob, s.Blob) }

// accessToken is AccessToken for tokens that are not at hand.
func (m *Manager) accessToken(ctx context.Context, hash string, sealed Sealed) (string, error) {
	t, err := m.unseal(ctx, hash, sealed)
	if err != nil {
		return "", err
	}
	if m.fresh(t) {
		m.ready.put(hash, ready{sealed.Version, sealed.Blob, Tokens{Access: t.Access, Issued: t.Issued, Expires: t.Expires}})
		return t.Access, nil
	}
	result := m.flight.DoChan(hash, func() (any, error) {
		m.renewals.RLock()
		defer m.renewals.RUnlock()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
		defer cancel()
		return m.renew(ctx, hash)
	})
	var enough <-chan time.Time // a slow provider is not waited for while the old token is good
	if m.valid(t) {
		enough = time.After(patience)
	}
	select {
	case <-ctx.Done():
		return "", fmt.Errorf("access token: %w", ctx.Err())
	case <-enough:
		return t.Access, nil
	case r := <-result:
		token, _ := r.Val.(string)
		return token, r.Err
	}
}

// PersonToken gives an access token of any session of the person, those seen
// last first: an accepted press outlives the session it came from. Errors are
// as of AccessToken.
func (m *Manager) PersonToken(ctx context.Context, p Person) (string, error) {
	all, err := m.people.Of(ctx, p.Tenant, p.Object)
	if err != nil {
		return "", fmt.Errorf("%w: list sessions: %w", ErrStore, err)
	}
	err = ErrEnded
	for _, s := range all {
		var token string
		if token, err = m.AccessToken(ctx, s.Hash); !errors.Is(err, ErrEnded) {
			return token, err
		}
	}
	return "", err
}

// renew gives a fresh access token from the provider; or the old one while it
// is good and another process is asking; or waits for that one's answer.
func (m *Manager) renew(ctx context.Context, hash string) (string, error) {
	for {
		t, version, err := m.open(ctx, hash)
		if err != nil {
			return "", err
		}
		if m.fresh(t) || t.Refresh == "" && m.valid(t) {
			return t.Access, nil
		}
		if t.Refresh == "" {
			return m.dead(ctx, hash, version, fmt.Errorf("%w: no refresh token", ErrEnded))
		}
		now := m.now()
		mine, err := m.tokens.Lease(ctx, hash, version, now, now.Add(leaseFor))
		switch {
		case err != nil:
			return "", fmt.Errorf("%w: lease tokens: %w", ErrStore, err)
		case mine:
			return m.refresh(ctx, hash, version, t)
		case m.valid(t):
			return t.Access, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("%w: another process is renewing the tokens", ErrUnavailable)
		case <-time.After(leasePoll):
		}
	}
}

// refresh asks the provider and makes the answer durable before it is used. The
// caller holds the lease.
func (m *Manager) refresh(ctx context.Context, hash string, version int64, old Tokens) (string, error) {
	t, err := m.refresher.Refresh(ctx, old)
	if errors.Is(err, ErrEnded) {
		return m.dead(ctx, hash, version, err)
	}
	if err != nil {
		return m.refused(ctx, hash, version, old, err)
	}
	t.ID, t.Asked, t.Hint = old.ID, old.Asked, old.Hint
	if t.Refresh == "" {
		t.Refresh = old.Refresh
	}
	sealed, err := m.seal(hash, t)
	if err != nil {
		return "", err
	}
	swapped, err := m.persist(ctx, hash, version, sealed)
	if err != nil {
		m.log.ErrorContext(ctx, "renewed tokens not stored", "session", Session{Hash: hash}.LogID(), "err", err)
		return "", fmt.Errorf("%w: store renewed tokens: %w", ErrStore, err)
	}
	if !swapped {
		return m.reread(ctx, hash)
	}
	return t.Access, nil
}

// persist stores renewed tokens, with time of its own and several attempts: the
// provider may already have forgotten the old ones.
func (m *Manager) persist(ctx context.Context, hash string, version int64, sealed []byte) (swapped bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), persistTimeout)
	defer cancel()
	for wait := leasePoll; ; wait *= 2 {
		if swapped, err = m.tokens.Swap(ctx, hash, version, sealed); err == nil {
			return swapped, nil
		}
		select {
		case <-ctx.Done():
			return false, err
		case <-time.After(wait):
		}
	}
}

// reread gives what is stored now, when what was read has been overtaken.
func (m *Manager) reread(ctx context.Context, hash string) (string, error) {
	t, _, err := m.open(ctx, hash)
	if err != nil {
		return "", err
	}
	if !m.valid(t) {
		return "", fmt.Errorf("%w: renewed tokens were overtaken", ErrUnavailable)
	}
	return t.Access, nil
}

// refused decides when the provider gave no tokens but may another time. While
// the old token is good it is used, and the lease kept, so that the provider is
// asked again only when that has run out.
func (m *Manager) refused(ctx context.Context, hash string, version int64, old Tokens, cause error) (string, error) {
	id := Session{Hash: hash}.LogID()
	if m.valid(old) {
		m.log.WarnContext(ctx, "tokens not renewed, the old one is still good", "session", id, "err", cause)
		return old.Access, nil
	}
	if !errors.Is(cause, ErrConfig) && !errors.Is(cause, ErrUnavailable) {
		cause = fmt.Errorf("%w: %w", ErrUnavailable, cause)
	}
	m.log.ErrorContext(ctx, "tokens not renewed", "session", id, "err", cause)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), persistTimeout)
	defer cancel()
	if err := m.tokens.Release(ctx, hash, version); err != nil {
		m.log.WarnContext(ctx, "lease not released", "session", id, "err", err)
	}
	return "", cause
}

// dead ends a session whose refresh token will never work again, unless its
// tokens were replaced since they were read.
func (m *Manager) dead(ctx context.Context, hash string, version int64, cause error) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), persistTimeout)
	defer cancel()
	_, stored, err := m.open(ctx, hash)
	if err != nil {
		return "", err
	}
	if stored != version {
		return m.reread(ctx, hash)
	}
	s, _, err := m.sessions.Find(ctx, hash) // for the audit log
	if err != nil {
		return "", fmt.Errorf("%w: find session: %w", ErrStore, err)
	}
	var demand StepUp
	if errors.As(cause, &demand) {
		return "", m.demand(ctx, hash, demand.Claims)
	}
	if err := m.EndHash(ctx, hash); err != nil {
		return "", err
	}
	m.log.InfoContext(ctx, "tokens refused for good", "session", Session{Hash: hash}.LogID(), "err", cause)
	m.endedFor(ctx, s, telemetry.ByProvider, "tokens_refused")
	return "", cause
}

// fresh reports whether t need not be renewed yet: that is done when a fifth of
// its life is left, within limits.
func (m *Manager) fresh(t Tokens) bool {
	life := t.Expires.Sub(t.Issued)
	early := min(max(life/5, latest), earliest, life/2)
	return m.now().Before(t.Expires.Add(-early))
}

// valid reports whether t is still good for a call.
func (m *Manager) valid(t Tokens) bool {
	return t.Access != "" && m.now().Add(margin).Before(t.Expires)
}

// open gives the tokens stored under hash and their version.
func (m *Manager) open(ctx context.Context, hash string) (Tokens, int64, error) {
	sealed, err := m.sealed(ctx, hash)
	if err != nil {
		return Tokens{}, 0, err
	}
	t, err := m.unseal(ctx, hash, sealed)
	return t, sealed.Version, err
}

// sealed gives what is stored under hash.
func (m *Manager) sealed(ctx context.Context, hash string) (Sealed, error) {
	sealed, ok, err := m.tokens.Tokens(ctx, hash)
	if err != nil {
		return Sealed{}, fmt.Errorf("%w: read tokens: %w", ErrStore, err)
	}
	if !ok || !m.now().Before(sealed.Expires) {
		return Sealed{}, ErrEnded
	}
	return sealed, nil
}

// unseal opens what is stored under hash.
func (m *Manager) unseal(ctx context.Context, hash string, sealed Sealed) (Tokens, error) {
	plain, err := m.vault.Open(hash, sealed.Blob)
	if err != nil {
		// A key was dropped too early: the tokens are lost, not the database.
		m.log.ErrorContext(ctx, "tokens do not open", "session", Session{Hash: hash}.LogID(), "err", err)
		return Tokens{}, fmt.Errorf("%w: tokens: %w", ErrEnded, err)
	}
	var t Tokens
	if err := json.Unmarshal(plain, &t); err != nil {
		return Tokens{}, fmt.Errorf("%w: tokens: %w", ErrEnded, err)
	}
	if t.StepUp != "" {
		return Tokens{}, StepUp{t.StepUp, t.Again}
	}
	return t, nil
}

func (m *Manager) seal(hash string, t Tokens) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode tokens: %w", err)
	}
	return m.vault.Seal(hash, plain), nil
}

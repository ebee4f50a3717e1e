package session

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"timeclock/server/telemetry"
)

const (
	// demandFor is how long a session that ended for want of a step-up
	// remembers what the next sign-in must ask for.
	demandFor = time.Hour
	// again is how soon after a sign-in the same demand is one that the
	// sign-in did not meet.
	again = 5 * time.Minute
	// staleAfter is how old a token must be to be renewed because it was
	// refused: what refuses a newer one refuses the next as well.
	staleAfter = time.Minute
)

// noClaims stands for a demand that names no claims.
const noClaims = "{}"

// demand ends the session stored under hash because the provider, or Graph,
// wants the person to be asked something first. Its tokens are dropped at once;
// what to ask for is kept where they were, sealed. The error is a StepUp unless
// the store fails.
func (m *Manager) demand(ctx context.Context, hash, claims string) error {
	if !IsClaims(claims) {
		claims = noClaims
	}
	s, ok, err := m.sessions.Find(ctx, hash)
	if err != nil {
		return fmt.Errorf("%w: find session: %w", ErrStore, err)
	}
	for ok {
		t, version, err := m.open(ctx, hash)
		if err != nil {
			return err // over, or demanded meanwhile
		}
		repeated := t.Asked == claims && m.now().Sub(s.Created) < again
		sealed, err := m.seal(hash, Tokens{StepUp: claims, Again: repeated})
		if err != nil {
			return err
		}
		swapped, err := m.tokens.Swap(ctx, hash, version, sealed)
		if err != nil {
			return fmt.Errorf("%w: store demand: %w", ErrStore, err)
		}
		if !swapped {
			continue // renewed meanwhile: those tokens are no better
		}
		if err := m.grants.Part(ctx, hash, m.now().Add(demandFor)); err != nil {
			return fmt.Errorf("%w: end session: %w", ErrStore, err)
		}
		m.audit.Write(ctx, telemetry.StepUpAsked, slog.String("person", s.Person.LogID()),
			slog.String("session", s.LogID()), slog.Bool("again", repeated))
		return StepUp{claims, repeated}
	}
	return ErrEnded
}

// Demanded gives what the session of r's cookie ended for want of, if that is
// why it ended, and the hash it is stored under.
func (m *Manager) Demanded(r *http.Request) (demand StepUp, hash string, found bool, err error) {
	id, ok := m.cookies.id(r)
	if !ok {
		return StepUp{}, "", false, nil
	}
	_, _, err = m.open(r.Context(), hashOf(id))
	switch {
	case errors.As(err, &demand):
		return demand, hashOf(id), true, nil
	case errors.Is(err, ErrStore):
		return StepUp{}, "", false, err
	}
	return StepUp{}, "", false, nil
}

// Watch gives next with an eye on what Graph says of the tokens that
// AccessToken handed out: a 401 that demands claims ends the session for a
// step-up (see StepUp), any other 401 has the token renewed for the next call.
// The answer goes to the caller as it came.
func (m *Manager) Watch(next http.RoundTripper) http.RoundTripper {
	return watcher{m, next}
}

type watcher struct {
	manager *Manager
	next    http.RoundTripper
}

func (w watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		return answer, err
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return answer, nil
	}
	if hash, known := w.manager.handed.to(token); known {
		w.manager.refusedByGraph(r.Context(), hash, token, answer.Header.Values("WWW-Authenticate"))
	}
	return answer, nil
}

// refusedByGraph does what a 401 of Graph calls for.
func (m *Manager) refusedByGraph(ctx context.Context, hash, token string, headers []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), persistTimeout)
	defer cancel()
	var err error
	if claims, demanded := DemandedClaims(headers); demanded {
		err = m.demand(ctx, hash, claims)
	} else {
		err = m.stale(ctx, hash, token)
	}
	if err != nil && !errors.Is(err, ErrEnded) {
		m.log.ErrorContext(ctx, "a refused token is still kept", "session", Session{Hash: hash}.LogID(), "err", err)
	}
}

// stale has the access token renewed when one is next asked for, if it is the
// one stored and not quite new.
func (m *Manager) stale(ctx context.Context, hash, token string) error {
	t, version, err := m.open(ctx, hash)
	if err != nil {
		return err
	}
	now := m.now()
	if t.Access != token || now.Sub(t.Issued) < staleAfter || !now.Before(t.Expires) {
		return nil
	}
	t.Expires = now
	sealed, err := m.seal(hash, t)
	if err != nil {
		return err
	}
	if _, err := m.tokens.Swap(ctx, hash, version, sealed); err != nil {
		return fmt.Errorf("%w: store tokens: %w", ErrStore, err)
	}
	return nil
}

// handed remembers to which sessions access tokens were handed out, by the
// tokens' hashes.
type handed struct {
	mu     sync.Mutex // protects what follows
	tokens map[[sha256.Size]byte]handout
}

type handout struct {
	session string // hash
	at      time.Time
}

// Handouts are forgotten after a day, when there are many.
const (
	handoutFor  = 24 * time.Hour
	handoutsFew = 10_000
)

func (h *handed) note(token, session string, now time.Time) {
	key := sha256.Sum256([]byte(token))
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tokens == nil {
		h.tokens = map[[sha256.Size]byte]handout{}
	}
	if _, there := h.tokens[key]; !there && len(h.tokens) >= handoutsFew && len(h.tokens)%handoutsFew == 0 {
		for other, o := range h.tokens {
			if now.Sub(o.at) > handoutFor {
				delete(h.tokens, other)
			}
		}
	}
	h.tokens[key] = handout{session, now}
}

func (h *handed) to(token string) (session string, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, known := h.tokens[sha256.Sum256([]byte(token))]
	return o.session, known
}

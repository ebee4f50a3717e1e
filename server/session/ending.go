package session

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/sessions"

	"timeclock/server/telemetry"
)

// End ends the session of r's cookie, live or not, with its tokens, removes the
// cookie, and gives what it ended: the zero Session when there was none. When
// the store fails the cookie stays, since the session does.
func (m *Manager) End(ctx context.Context, w http.ResponseWriter, r *http.Request) (Session, error) {
	var ended Session
	if id, ok := m.cookies.id(r); ok {
		s, ok, err := m.sessions.Find(ctx, hashOf(id))
		if err != nil {
			return Session{}, fmt.Errorf("%w: find session: %w", ErrStore, err)
		}
		t, _, _ := m.open(ctx, hashOf(id)) // without them there is no hint
		s.Hint = t.Hint
		rest, _, err := m.part(ctx, []string{hashOf(id)})
		if err != nil {
			return Session{}, err
		}
		revoke := m.revoke(ctx, rest)
		if _, err := m.sessions.Delete(ctx, rest...); err != nil {
			return Session{}, fmt.Errorf("%w: end session: %w", ErrStore, err)
		}
		revoke()
		if ok && !s.Parted {
			ended = s
		}
	}
	m.cookies.forget(w, sessions.NewSession(m.cookies, m.cookies.name))
	return ended, nil
}

// part ends, of the sessions named, those whose tokens a press on its way still
// needs, and keeps these tokens for its delivery. It gives the others, which
// are to be deleted, and of all those that were not over yet.
func (m *Manager) part(ctx context.Context, hashes []string) (rest []string, live []Session, err error) {
	for _, hash := range hashes {
		s, ok, err := m.sessions.Find(ctx, hash)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: find session: %w", ErrStore, err)
		}
		if ok && !s.Parted {
			live = append(live, s)
		}
		if !ok || m.holds == nil {
			rest = append(rest, hash)
			continue
		}
		held, err := m.holds(ctx, s)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: look for presses on their way: %w", ErrStore, err)
		}
		if !held {
			rest = append(rest, hash)
			continue
		}
		if err := m.grants.Part(ctx, hash, m.now().Add(GrantFor)); err != nil {
			return nil, nil, fmt.Errorf("%w: end session: %w", ErrStore, err)
		}
		m.audit.Write(ctx, telemetry.DeliveryGranted, slog.String("person", s.Person.LogID()),
			slog.String("session", s.LogID()), slog.Int("minutes", int(GrantFor.Minutes())))
	}
	return rest, live, nil
}

// EndHash ends the session stored under hash, if there is one, and takes its
// tokens from any press on its way.
func (m *Manager) EndHash(ctx context.Context, hash string) error {
	if _, err := m.sessions.Delete(ctx, hash); err != nil {
		return fmt.Errorf("%w: end session: %w", ErrStore, err)
	}
	return nil
}

// EndAll ends all sessions of a person and reports how many there were. It takes
// their tokens from any press on its way. by is one of the words that
// telemetry.SessionEnded has for it.
func (m *Manager) EndAll(ctx context.Context, p Person, by string) (int, error) {
	return m.endOf(ctx, p, by, func(Session) bool { return true })
}

// Of gives the live sessions of a person, the one seen last first.
func (m *Manager) Of(ctx context.Context, p Person) ([]Session, error) {
	all, err := m.people.Of(ctx, p.Tenant, p.Object)
	if err != nil {
		return nil, fmt.Errorf("%w: list sessions: %w", ErrStore, err)
	}
	return slices.DeleteFunc(all, func(s Session) bool { return !m.live(s) }), nil
}

// EndOne ends, for the person of s, the one of their sessions that has the
// LogID given, and reports whether there was one.
func (m *Manager) EndOne(ctx context.Context, s Session, id string) (bool, error) {
	n, err := m.endOf(ctx, s.Person, telemetry.ByPerson, func(other Session) bool { return other.LogID() == id })
	return n > 0, err
}

// EndOthers ends every session of the person of s but s itself, with what they
// left for presses on their way, and reports how many there were.
func (m *Manager) EndOthers(ctx context.Context, s Session) (int, error) {
	return m.endOf(ctx, s.Person, telemetry.ByPerson, func(other Session) bool { return other.Hash != s.Hash })
}

// endOf ends those of a person's sessions that are meant, and reports how many.
func (m *Manager) endOf(ctx context.Context, p Person, by string, meant func(Session) bool) (int, error) {
	all, err := m.people.Of(ctx, p.Tenant, p.Object)
	if err != nil {
		return 0, fmt.Errorf("%w: list sessions: %w", ErrStore, err)
	}
	return m.endThese(ctx, slices.DeleteFunc(all, func(s Session) bool { return !meant(s) }), by)
}

// EndUnder ends what began by the provider's session sid, or for its subject,
// when the provider says that this is over, and takes the tokens from any press
// on its way. A session that its person has ended here already keeps what it
// left for such a press when sid names it: signing out here signs out at the
// provider, and the notice is the echo of that. It reports how many sessions
// were not over yet.
func (m *Manager) EndUnder(ctx context.Context, issuer, sid, subject string) (int, error) {
	all, err := m.people.Under(ctx, issuer, sid, subject)
	if err != nil {
		return 0, fmt.Errorf("%w: list sessions: %w", ErrStore, err)
	}
	if sid != "" {
		all = slices.DeleteFunc(all, func(s Session) bool { return s.Parted })
	}
	return m.endThese(ctx, all, telemetry.ByProvider)
}

func (m *Manager) endThese(ctx context.Context, all []Session, by string) (int, error) {
	var hashes []string
	for _, s := range all {
		hashes = append(hashes, s.Hash)
	}
	revoke := func() {}
	if by != telemetry.ByProvider {
		revoke = m.revoke(ctx, hashes)
	}
	n, err := m.sessions.Delete(ctx, hashes...)
	if err != nil {
		return 0, fmt.Errorf("%w: end sessions: %w", ErrStore, err)
	}
	revoke()
	m.ended(ctx, all, by)
	return n, nil
}

// ended writes the audit lines of sessions that somebody ended, or whose tokens
// somebody took from a press on its way. One that had run out is no event.
func (m *Manager) ended(ctx context.Context, all []Session, by string) {
	for _, s := range all {
		reason := ""
		switch {
		case s.Parted:
			reason = "grant"
		case !m.live(s):
			continue
		}
		m.endedFor(ctx, s, by, reason)
	}
}

func (m *Manager) endedFor(ctx context.Context, s Session, by, reason string) {
	m.audit.Write(ctx, telemetry.SessionEnded, slog.String("person", s.Person.LogID()),
		slog.String("session", s.LogID()), slog.String("by", by), slog.String("reason", reason))
}

// revokeWithin bounds what the provider is given to hear that tokens are not
// needed any more. Nobody waits for it.
const revokeWithin = 10 * time.Second

// revoke takes the tokens of the sessions named and gives what has the provider
// forget them, if it can: to be called when the sessions are gone. A copy of the
// database is then worth nothing even to who has the keys.
func (m *Manager) revoke(ctx context.Context, hashes []string) (after func()) {
	if m.revoker == nil {
		return func() {}
	}
	var all []Tokens
	for _, hash := range hashes {
		if t, _, err := m.open(ctx, hash); err == nil && t.Refresh != "" {
			all = append(all, t)
		}
	}
	return func() {
		m.renewals.RLock()
		go func() {
			defer m.renewals.RUnlock()
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeWithin)
			defer cancel()
			for _, t := range all {
				if err := m.revoker.Revoke(ctx, t); err != nil {
					m.log.WarnContext(ctx, "tokens not revoked", "err", err)
				}
			}
		}()
	}
}

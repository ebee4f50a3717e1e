package roster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
)

// memberFor is how long somebody found in a team is taken to be there.
const memberFor = 5 * time.Minute

// Register answers who is in a team; it is Graph.
type Register interface {
	Member(ctx context.Context, who graph.Caller, team, user string) (graph.Member, bool, error)
}

// Members checks that a person is in a team, for calls that Graph would let an
// application make in any team. It is stricter than Roster, which may go by an
// old list. All fields are required; safe for use by several goroutines.
type Members struct {
	Graph Register
	Now   func() time.Time

	mu    sync.Mutex
	found map[membership]clock.Instant // when; protected by mu
}

// membership is a person, by id in Graph, in a team.
type membership struct{ team, user string }

// Check gives nil when the person with this id in Graph is in the team, and an
// error that wraps ErrUnknown when not. Any other error means that it could not
// be learned.
func (m *Members) Check(ctx context.Context, who graph.Caller, team, user string) error {
	key, now := membership{team, user}, clock.At(m.Now())
	if m.kept(key, now) {
		return nil
	}
	_, found, err := m.Graph.Member(ctx, who, team, user)
	if errors.Is(err, graph.ErrNotFound) {
		found, err = false, nil // no such team is nobody's team
	}
	if err != nil {
		return fmt.Errorf("look for person in team %s: %w", team, err)
	}
	if !found {
		return fmt.Errorf("team %q: %w", team, ErrUnknown)
	}
	m.keep(key, now)
	return nil
}

func (m *Members) kept(key membership, now clock.Instant) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.found[key]
	return ok && now.Sub(at) < clock.Of(memberFor)
}

// keep notes what was found, and forgets what is no longer taken for true.
func (m *Members) keep(key membership, now clock.Instant) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.found == nil {
		m.found = map[membership]clock.Instant{}
	}
	for k, at := range m.found {
		if now.Sub(at) >= clock.Of(memberFor) {
			delete(m.found, k)
		}
	}
	m.found[key] = now
}

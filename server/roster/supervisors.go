package roster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
)

// ErrNotSupervisor says that somebody does not supervise a team. ErrNotMember
// says that somebody who is to be acted for is not in it.
var (
	ErrNotSupervisor = errors.New("not a supervisor of this team")
	ErrNotMember     = errors.New("not a member of this team")
)

// Rolls lists the members of teams; it is Graph.
type Rolls interface {
	Members(ctx context.Context, who graph.Caller, team string) ([]graph.Member, error)
}

// Supervisors is the one place that decides who supervises a team: whoever owns
// it, and of its members those who have an app role. Schedule owners cannot be
// told from Graph.
//
// All of a team is read at once and kept for a while. To whom Graph does not
// show the members, for want of a permission, is no owner, and a member by their
// own list of teams alone; callers have found the team there (Roster.Team).
// Fields are required but for Role; safe for use by several goroutines.
type Supervisors struct {
	Graph Rolls
	Role  string // the app role; empty when none makes a supervisor
	Now   func() time.Time
	Log   *slog.Logger

	flight   singleflight.Group
	mu       sync.Mutex                   // protects what follows
	rolls    map[string]roll              // by team
	withheld map[membership]clock.Instant // when Graph did not show the members
	failed   map[string]clock.Instant     // by team, when they could not be learned
}

// roll is the members of a team, by id in lower case.
type roll struct {
	members map[string]graph.Member
	read    clock.Instant
}

// member gives somebody of the team; the zero Member, who owns nothing, when
// there is no such person.
func (r roll) member(user string) (graph.Member, bool) {
	m, ok := r.members[strings.ToLower(user)]
	return m, ok
}

// Actor is somebody who would act for others.
type Actor struct {
	Object string   // the id in Graph
	Roles  []string // the app roles of the session
	Caller graph.Caller
}

// Check gives nil when a supervises the team, and an error that wraps
// ErrNotSupervisor when not. Any other error means that it could not be learned.
// A no by what was kept is looked at once more.
func (s *Supervisors) Check(ctx context.Context, a Actor, team string) error {
	yes, err := s.decide(ctx, a, team, memberFor)
	if err == nil && !yes {
		yes, err = s.decide(ctx, a, team, again)
	}
	if err != nil {
		return fmt.Errorf("look who supervises team %s: %w", team, err)
	}
	if !yes {
		return fmt.Errorf("team %q: %w", team, ErrNotSupervisor)
	}
	return nil
}

// Member finds the person with this id in Graph in a team that a supervises. The
// error wraps ErrNotMember when the person is not in it; any other error means
// that it could not be learned. A no by what was kept is looked at once more.
func (s *Supervisors) Member(ctx context.Context, a Actor, team, user string) (graph.Member, error) {
	for _, within := range []time.Duration{memberFor, again} {
		r, err := s.roll(ctx, a, team, within)
		if err != nil {
			return graph.Member{}, fmt.Errorf("look for person in team %s: %w", team, err)
		}
		if m, found := r.member(user); found {
			return m, nil
		}
	}
	return graph.Member{}, fmt.Errorf("team %q: %w", team, ErrNotMember)
}

// Members lists the people of a team that a supervises, as read within Fresh, by
// name.
func (s *Supervisors) Members(ctx context.Context, a Actor, team string) ([]graph.Member, error) {
	r, err := s.roll(ctx, a, team, Fresh)
	if err != nil {
		return nil, fmt.Errorf("read members of team %s: %w", team, err)
	}
	return r.byName(), nil
}

// Kept lists the people of a team as they were read last, without asking, by
// name.
func (s *Supervisors) Kept(team string) []graph.Member {
	s.mu.Lock()
	r := s.rolls[team]
	s.mu.Unlock()
	return r.byName()
}

func (r roll) byName() []graph.Member {
	return slices.SortedFunc(maps.Values(r.members), func(a, b graph.Member) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.UserID, b.UserID))
	})
}

// Known tells without asking Graph whether a supervises a team that is on a's
// own list, for a screen to go by: by the role, or as an owner read before.
func (s *Supervisors) Known(a Actor, team string) bool {
	r, _ := s.kept(team, Fresh)
	m, _ := r.member(a.Object)
	return s.appointed(a) || m.Owner()
}

// Learn has the members of a team that is on a's own list read beside whatever
// goes on, so that Known soon tells its owners, and does not wait for that. A
// team is read once within Fresh; with the token of somebody to whom Graph did
// not show the members, not again within Fresh; after any other failure not
// within memberFor.
func (s *Supervisors) Learn(ctx context.Context, a Actor, team string) {
	if _, ok := s.kept(team, Fresh); ok || s.appointed(a) || s.vain(membership{team, a.Object}) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	s.flight.DoChan("learn\n"+team, func() (any, error) {
		_, err := s.roll(ctx, a, team, Fresh)
		if err != nil && !errors.Is(err, graph.ErrForbidden) {
			s.Log.WarnContext(ctx, "members not learned", "team", team, "err", err)
			s.fail(team, clock.At(s.Now()))
		}
		return nil, nil
	})
}

// Name gives the name of somebody in a team whose members were read; empty when
// it is not known.
func (s *Supervisors) Name(team, user string) string {
	r, _ := s.kept(team, Fresh)
	m, _ := r.member(user)
	return m.Name
}

// People lists those of a team whose members were read, in no order; none when
// they are not known.
func (s *Supervisors) People(team string) []wire.Person {
	r, _ := s.kept(team, Fresh)
	people := make([]wire.Person, 0, len(r.members))
	for _, m := range r.members {
		people = append(people, wire.Person{ID: m.UserID, Name: m.Name})
	}
	return people
}

// decide goes by the members of the team as read within so long.
func (s *Supervisors) decide(ctx context.Context, a Actor, team string, within time.Duration) (bool, error) {
	r, err := s.roll(ctx, a, team, within)
	switch {
	case errors.Is(err, graph.ErrForbidden):
		return s.appointed(a), nil
	case errors.Is(err, graph.ErrNotFound): // no such team is nobody's team
		return false, nil
	case err != nil:
		return false, err
	}
	m, found := r.member(a.Object)
	return found && (m.Owner() || s.appointed(a)), nil
}

func (s *Supervisors) appointed(a Actor) bool {
	return s.Role != "" && slices.Contains(a.Roles, s.Role)
}

// roll gives the members of a team as read within so long, or reads them. Several
// asking for one person ask once; other people's tokens may be shown more or
// less, and do not wait for this one's.
func (s *Supervisors) roll(ctx context.Context, a Actor, team string, within time.Duration) (roll, error) {
	if r, ok := s.kept(team, within); ok {
		return r, nil
	}
	key := membership{team, a.Object}
	if s.refused(key, again) {
		return roll{}, graph.ErrForbidden
	}
	done := s.flight.DoChan(team+"\n"+a.Object, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
		defer cancel()
		if r, ok := s.kept(team, within); ok { // read a moment ago
			return r, nil
		}
		return s.read(ctx, a.Caller, key)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return roll{}, result.Err
		}
		return result.Val.(roll), nil
	case <-ctx.Done():
		return roll{}, ctx.Err()
	}
}

func (s *Supervisors) kept(team string, within time.Duration) (roll, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rolls[team]
	if !ok || clock.At(s.Now()).Sub(r.read) >= clock.Of(within) {
		return roll{}, false
	}
	return r, true
}

// refused reports whether Graph did not show this person the members, within so
// long.
func (s *Supervisors) refused(key membership, within time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.withheld[key]
	return ok && clock.At(s.Now()).Sub(at) < clock.Of(within)
}

// vain reports whether it is too soon to try again to learn the members.
func (s *Supervisors) vain(key membership) bool {
	if s.refused(key, Fresh) {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.failed[key.team]
	return ok && clock.At(s.Now()).Sub(at) < clock.Of(memberFor)
}

// read asks Graph and keeps what it said.
func (s *Supervisors) read(ctx context.Context, who graph.Caller, key membership) (roll, error) {
	r := roll{members: map[string]graph.Member{}, read: clock.At(s.Now())}
	members, err := s.Graph.Members(ctx, who, key.team)
	if errors.Is(err, graph.ErrForbidden) {
		s.Log.WarnContext(ctx, "members not shown, owners not known", "team", key.team, "err", err)
		s.withhold(key, r.read)
	}
	if err != nil {
		return roll{}, err
	}
	for _, m := range members {
		r.members[strings.ToLower(m.UserID)] = m
	}
	s.keep(key.team, r)
	return r, nil
}

// keep notes what was read, and forgets what nobody goes by any more.
func (s *Supervisors) keep(team string, r roll) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rolls == nil {
		s.rolls = map[string]roll{}
	}
	for t, old := range s.rolls {
		if r.read.Sub(old.read) >= clock.Of(Fresh) {
			delete(s.rolls, t)
		}
	}
	s.rolls[team] = r
}

func (s *Supervisors) withhold(key membership, now clock.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withheld = noted(s.withheld, key, now, Fresh)
}

func (s *Supervisors) fail(team string, now clock.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = noted(s.failed, team, now, memberFor)
}

// noted notes that something was at now, and forgets what was so long ago.
func noted[K comparable](all map[K]clock.Instant, key K, now clock.Instant, within time.Duration) map[K]clock.Instant {
	if all == nil {
		all = map[K]clock.Instant{}
	}
	for k, at := range all {
		if now.Sub(at) >= clock.Of(within) {
			delete(all, k)
		}
	}
	all[key] = now
	return all
}

package roster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
)

// Planner answers for planned time; it is Graph.
type Planner interface {
	Shifts(ctx context.Context, who graph.Caller, team string, from, to clock.Instant) ([]graph.Shift, error)
}

// Shifts reads planned time. Graph gives it by team, not by person, so one
// reading serves the whole team for a while. What is kept is for people who
// were found to be of the team; the caller sees to that. Safe for use by
// several goroutines.
type Shifts struct {
	Graph Planner
	Now   func() time.Time
	// Changed, if set, is told of a team whose shifts were read. It must not
	// block.
	Changed func(team string)

	flight singleflight.Group
	mu     sync.Mutex
	plans  map[string]plan // by team; protected by mu
	spans  map[span]plan   // of other times than now; protected by mu
}

type plan struct {
	shifts []graph.Shift
	read   clock.Instant
}

const (
	planFresh = 10 * time.Minute
	// planDeadline bounds one reading: of a large team it is many pages, most of
	// it the wait for Graph's budget.
	planDeadline = 3 * time.Minute
	// around is how far before and after now shifts are wanted: yesterday's
	// night shift and tomorrow's early one.
	around = 48 * clock.Hour
)

// Known lists the person's shifts in the team as they were read last, without
// asking; none if they never were. Person is the id in Graph.
func (s *Shifts) Known(team, person string) []clock.Stretch {
	s.mu.Lock()
	defer s.mu.Unlock()
	var own []clock.Stretch
	for _, shift := range s.plans[team].shifts {
		if strings.EqualFold(shift.UserID, person) {
			own = append(own, clock.Stretch{From: shift.Start, To: shift.End})
		}
	}
	return own
}

// Lately reports whether the shifts of the team were read lately, so that Team would
// not read them anew.
func (s *Shifts) Lately(team string) bool {
	_, ok := s.kept(team)
	return ok
}

// Planned lists the shifts of everybody in the team as they were read last,
// without asking, by person, whose id is in lower case, and by their beginning.
func (s *Shifts) Planned(team string) map[string][]wire.Shift {
	s.mu.Lock()
	all := s.plans[team].shifts
	s.mu.Unlock()
	of := map[string][]wire.Shift{}
	for _, shift := range all {
		person := strings.ToLower(shift.UserID)
		of[person] = append(of[person], shown(shift))
	}
	for _, shifts := range of {
		sort(shifts)
	}
	return of
}

// Team has the shifts of a team read, unless they were lately. For a team whose
// people the caller may see.
func (s *Shifts) Team(ctx context.Context, who graph.Caller, team string) error {
	_, err := s.team(ctx, who, team)
	return err
}

func shown(s graph.Shift) wire.Shift {
	return wire.Shift{ID: s.ID, Title: s.Title, Note: s.Note, Start: s.Start, End: s.End}
}

func sort(shifts []wire.Shift) {
	slices.SortFunc(shifts, func(a, b wire.Shift) int { return cmp.Compare(a.Start, b.Start) })
}

// Of lists the person's shifts in the team around now, by their beginning.
// Person is the id in Graph.
func (s *Shifts) Of(ctx context.Context, who graph.Caller, t wire.Team, person string) ([]wire.Shift, error) {
	all, err := s.team(ctx, who, t.ID)
	if err != nil {
		return nil, err
	}
	own := []wire.Shift{}
	for _, shift := range all {
		if strings.EqualFold(shift.UserID, person) {
			own = append(own, shown(shift))
		}
	}
	sort(own)
	return own, nil
}

func (s *Shifts) team(ctx context.Context, who graph.Caller, team string) ([]graph.Shift, error) {
	if p, ok := s.kept(team); ok {
		return p.shifts, nil
	}
	done := s.flight.DoChan(team, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), planDeadline)
		defer cancel()
		if p, ok := s.kept(team); ok { // read a moment ago
			return p.shifts, nil
		}
		return s.read(ctx, who, team)
	})
	hurry, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	select {
	case r := <-done:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.([]graph.Shift), nil
	case <-hurry.Done():
		return nil, fmt.Errorf("read shifts of team %s: %w", team, graph.ErrTimeout)
	}
}

func (s *Shifts) kept(team string) (plan, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.plans[team]
	return p, ok && clock.At(s.Now()).Sub(p.read) < clock.Of(planFresh)
}

func (s *Shifts) read(ctx context.Context, who graph.Caller, team string) ([]graph.Shift, error) {
	now := clock.At(s.Now())
	shifts, err := s.Graph.Shifts(ctx, who, team, now.Add(-around), now.Add(around))
	if err != nil {
		return nil, fmt.Errorf("read shifts of team %s: %w", team, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plans == nil {
		s.plans = map[string]plan{}
	}
	s.plans[team] = plan{shifts, now}
	if s.Changed != nil {
		s.Changed(team)
	}
	return shifts, nil
}

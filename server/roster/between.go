package roster

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
)

// span is a time of a team.
type span struct {
	team string
	in   clock.Stretch
}

// Between lists the person's shifts in the team that touch a time, by their
// beginning; planned says whether anybody of the team has one. A team's shifts of
// a time are read once for all its people, and kept for a while. For a team whose
// people the caller may see.
func (s *Shifts) Between(ctx context.Context, who graph.Caller, team, person string, in clock.Stretch) (own []wire.Shift, planned bool, err error) {
	all, err := s.between(ctx, who, span{team, in})
	if err != nil {
		return nil, false, err
	}
	own = []wire.Shift{}
	for _, shift := range all {
		if strings.EqualFold(shift.UserID, person) {
			own = append(own, shown(shift))
		}
	}
	sort(own)
	return own, len(all) > 0, nil
}

func (s *Shifts) between(ctx context.Context, who graph.Caller, k span) ([]graph.Shift, error) {
	if p, ok := s.keptSpan(k); ok {
		return p.shifts, nil
	}
	done := s.flight.DoChan(fmt.Sprint(k), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), planDeadline)
		defer cancel()
		begun := clock.At(s.Now())
		shifts, err := s.Graph.Shifts(ctx, who, k.team, k.in.From, k.in.To)
		if err != nil {
			return nil, fmt.Errorf("read shifts of team %s: %w", k.team, err)
		}
		s.keepSpan(k, plan{shifts, begun})
		return shifts, nil
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
		return nil, fmt.Errorf("read shifts of team %s: %w", k.team, graph.ErrTimeout)
	}
}

func (s *Shifts) keptSpan(k span) (plan, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.spans[k]
	return p, ok && s.fresh(p)
}

// keepSpan keeps a reading, and gives up those that are too old to be used.
func (s *Shifts) keepSpan(k span, p plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spans == nil {
		s.spans = map[span]plan{}
	}
	maps.DeleteFunc(s.spans, func(_ span, old plan) bool { return !s.fresh(old) })
	s.spans[k] = p
}

func (s *Shifts) fresh(p plan) bool { return clock.At(s.Now()).Sub(p.read) < clock.Of(planFresh) }

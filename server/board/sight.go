package board

import (
	"context"
	"errors"
	"strings"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/mirror"
	"timeclock/server/roster"
)

// seen gives how the viewer asks for a team's cards. Whom Graph may show less is
// shown what others had read only if Graph shows it to them too, which is found
// out once within roster.Fresh; the error then wraps graph.ErrForbidden. A no is
// looked at again soon: in the morning there may be nothing to be shown.
func (b *Boards) seen(ctx context.Context, v Viewer, team wire.Team, members []graph.Member) (mirror.TeamKey, error) {
	k := b.key(v, team, members)
	if k.Whole {
		return k, nil
	}
	who, now := sight{team.ID, strings.ToLower(k.Reader)}, clock.At(b.Now())
	b.mu.Lock()
	kept, known := b.sights[who]
	b.mu.Unlock()
	if !known || now.Sub(kept.at) >= kept.holds() {
		err := b.Mirror.TryTeam(ctx, k)
		if err != nil && !errors.Is(err, graph.ErrForbidden) {
			return k, err
		}
		kept = verdict{now, err}
		b.mu.Lock()
		if b.sights == nil {
			b.sights = map[sight]verdict{}
		}
		b.sights[who] = kept
		b.mu.Unlock()
	}
	k.Whole = kept.err == nil
	return k, kept.err
}

// sight is a viewer, by the id in Graph, of a team; and verdict what Graph shows
// them.
type (
	sight   struct{ team, viewer string }
	verdict struct {
		at  clock.Instant
		err error
	}
)

// holds is how long a verdict is gone by.
func (v verdict) holds() clock.Span {
	if v.err != nil {
		return clock.Minute
	}
	return clock.Of(roster.Fresh)
}

// Shown reports whether Graph was found to show the viewer the team's cards, and
// so whether they may be told what changes.
func (b *Boards) Shown(ctx context.Context, v Viewer, team wire.Team) (bool, error) {
	members, err := b.Supervisors.Members(ctx, v.Actor, team.ID)
	if err == nil {
		_, err = b.seen(ctx, v, team, members)
	}
	if errors.Is(err, graph.ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}

// strangers are rows that tell nothing but who is in the team.
func strangers(members []graph.Member) []wire.Row {
	rows := make([]wire.Row, 0, len(members))
	for _, m := range members {
		rows = append(rows, wire.Row{Person: wire.Person{ID: m.UserID, Name: m.Name}})
	}
	return rows
}

// key asks for the cards of today. Owners and applications are shown all.
func (b *Boards) key(v Viewer, team wire.Team, members []graph.Member) mirror.TeamKey {
	k := mirror.TeamKey{
		Team: team.ID, Reader: v.Actor.Object, Whole: v.ByApplication,
		Since: b.today(team).From, Caller: v.Actor.Caller,
	}
	for _, m := range members {
		k.Whole = k.Whole || m.Owner() && strings.EqualFold(m.UserID, v.Actor.Object)
	}
	return k
}

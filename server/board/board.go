// Package board tells who of a team is in, and who is missing.
//
// A board is worked out from what is known here: the mirror's cards of the team,
// the shifts, the presses on their way. Looking at it has the team's cards read
// anew when they are not young, at most once for all who look, and nothing is
// asked in a loop. Whoever watches a team is told the rows that change, each
// worked out once for all of them.
//
// The package decides nothing about who may look; package authority does.
package board

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a machine without zones must not show another day

	"golang.org/x/sync/singleflight"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/roster"
	"timeclock/server/watch"
)

// Presses lists the presses of a team that Graph does not have yet; it is the
// store of the journal.
type Presses interface {
	OpenIn(ctx context.Context, team string) ([]journal.Entry, error)
	// UnderWay lists the amendments of a team that are not over.
	UnderWay(ctx context.Context, team string) ([]journal.Entry, error)
}

// Boards makes boards. The exported fields are required; its methods are safe for
// use by several goroutines.
type Boards struct {
	Mirror      *mirror.Mirror
	Shifts      *roster.Shifts
	Supervisors *roster.Supervisors
	Presses     Presses
	Rules       clock.Rules
	Now         func() time.Time
	Log         *slog.Logger

	flight singleflight.Group
	news   watch.Hub[news]

	mu     sync.Mutex // protects what follows
	rooms  map[string]*room
	sights map[sight]verdict
}

// Viewer is who looks at a board, and may.
type Viewer struct {
	Actor roster.Actor
	// ByApplication says that the viewer asks Graph as an application that does
	// not name a person.
	ByApplication bool
}

// Visit gives the board of a team that the viewer supervises. What Graph does not
// give is said in it; the error is that nobody of the team is known.
func (b *Boards) Visit(ctx context.Context, v Viewer, team wire.Team, fresh bool) (wire.Board, error) {
	members, err := b.Supervisors.Members(ctx, v.Actor, team.ID)
	if err != nil {
		return wire.Board{}, err
	}
	k, err := b.seen(ctx, v, team, members)
	if errors.Is(err, graph.ErrForbidden) {
		return wire.Board{Team: team.ID, Rows: strangers(members), Now: clock.At(b.Now()), Stale: fault.Code(err)}, nil
	}
	if err != nil {
		return wire.Board{}, err
	}
	out := wire.Board{Team: team.ID}
	var cardsErr, shiftsErr error
	var both sync.WaitGroup
	both.Go(func() { out.Reading, cardsErr = b.Mirror.VisitTeam(ctx, k, fresh) })
	both.Go(func() { shiftsErr = b.Shifts.Team(ctx, v.Actor.Caller, team.ID) })
	both.Wait()
	if cardsErr != nil {
		out.Stale = fault.Code(cardsErr)
		if out.Stale == wire.CodeStore || out.Stale == wire.CodeInternal || out.Stale == wire.CodeSignedOut {
			return wire.Board{}, cardsErr
		}
	}
	if shiftsErr != nil {
		b.Log.WarnContext(ctx, "shifts not read", "team", team.ID, "err", shiftsErr)
		out.ShiftsStale = fault.Code(shiftsErr)
	}
	all, err := b.everybody(ctx, team, members)
	if err != nil {
		return wire.Board{}, err
	}
	out.Rows, out.AsOf, out.Now = all.rows, all.asOf, clock.At(b.Now())
	return out, nil
}

// whole is the rows of a team, as of a reading. It is not to be changed.
type whole struct {
	rows []wire.Row
	asOf clock.Instant
}

// everybody works out the rows of a team, once for all who want them at the same
// time.
func (b *Boards) everybody(ctx context.Context, team wire.Team, members []graph.Member) (whole, error) {
	done := b.flight.DoChan(team.ID, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
		defer cancel()
		at := clock.At(b.Now())
		s, err := b.Mirror.KnownTeam(ctx, mirror.TeamKey{Team: team.ID, Since: b.today(team).From})
		if err != nil {
			return whole{}, err
		}
		rows, err := b.rows(ctx, team, members, s, at)
		return whole{rows, s.AsOf}, err
	})
	select {
	case r := <-done:
		return r.Val.(whole), r.Err
	case <-ctx.Done():
		return whole{}, ctx.Err()
	}
}

// Seen is what a board is worked out from, but for the cards.
type Seen struct {
	AsOf clock.Instant   // when the team was read
	Open []journal.Entry // what Graph does not have yet
}

// Look has the team read, unless that was done a moment ago, so that the mirror
// knows where everybody stands. When Graph fails, what is known must do, if there
// is anything.
func (b *Boards) Look(ctx context.Context, v Viewer, team wire.Team) (Seen, error) {
	members, err := b.Supervisors.Members(ctx, v.Actor, team.ID)
	if err != nil {
		return Seen{}, err
	}
	k, err := b.seen(ctx, v, team, members)
	if err != nil {
		return Seen{}, err
	}
	s, err := b.Mirror.ReadTeam(ctx, k)
	if err != nil {
		b.Log.WarnContext(ctx, "what is known must do", "team", team.ID, "err", err)
		var failed error
		if s, failed = b.Mirror.KnownTeam(ctx, k); failed != nil || s.AsOf < k.Since {
			return Seen{}, err
		}
	}
	open, err := b.presses(ctx, team.ID)
	if err != nil {
		return Seen{}, err
	}
	return Seen{s.AsOf, open}, nil
}

// today is the day of a team.
func (b *Boards) today(team wire.Team) clock.Stretch {
	zone := clock.UTC
	if loc, err := time.LoadLocation(team.Zone); err == nil {
		zone = clock.InLocation(loc)
	}
	return clock.DateOf(clock.At(b.Now()), zone).StretchOf(zone)
}

// rows works out the rows of members, by what was known at at.
func (b *Boards) rows(ctx context.Context, team wire.Team, members []graph.Member, s mirror.TeamSnapshot, at clock.Instant) ([]wire.Row, error) {
	open, err := b.presses(ctx, team.ID)
	if err != nil {
		return nil, err
	}
	waits, clashes, err := b.amends(ctx, team.ID)
	if err != nil {
		return nil, err
	}
	day := b.today(team)
	cards, shifts, presses := map[string][]clock.Card{}, b.shifts(team.ID, day), map[string][]journal.Entry{}
	for _, c := range s.Cards {
		of := strings.ToLower(c.Person)
		cards[of] = append(cards[of], c)
	}
	for _, e := range open {
		of := strings.ToLower(e.Object)
		presses[of] = append(presses[of], e)
	}
	rows := make([]wire.Row, 0, len(members))
	for _, m := range members {
		of := strings.ToLower(m.UserID)
		r := b.row(cards[of], shifts[of], day, s.AsOf != 0)
		r.Person, r.At = wire.Person{ID: m.UserID, Name: m.Name}, at
		r.Waiting = b.waiting(presses[of])
		r.Amends, r.Clashes = waits[of], clashes[of]
		rows = append(rows, r)
	}
	return rows, nil
}

// row is what the cards of a person say. Without any, and with nothing ever read
// of the team, it is not known where somebody stands.
func (b *Boards) row(cards []clock.Card, shifts []wire.Shift, day clock.Stretch, read bool) wire.Row {
	r := wire.Row{Shifts: shifts}
	if !read && len(cards) == 0 {
		return r
	}
	at := clock.Stand(cards)
	r.State, r.Since, r.Worked = at.State, at.Since, at.Worked
	if at.Open != nil {
		r.Card, r.Began = at.Open.ID, at.Open.In.At
	}
	var planned []clock.Stretch
	for _, s := range shifts {
		planned = append(planned, clock.Stretch{From: s.Start, To: s.End})
	}
	r.Marks = b.Rules.Marks(cards, planned, day)
	if !read {
		r.Marks = nil // not to have come is a thing to know
	}
	return r
}

// shifts gives the shifts that touch the day as they were read last, by person.
func (b *Boards) shifts(team string, day clock.Stretch) map[string][]wire.Shift {
	of := map[string][]wire.Shift{}
	for person, all := range b.Shifts.Planned(team) {
		for _, s := range all {
			if s.Start < day.To && s.End > day.From {
				of[person] = append(of[person], s)
			}
		}
	}
	return of
}

// amends tells of amendments of cards that are not over, by person.
func (b *Boards) amends(ctx context.Context, team string) (waits, clashes map[string]int, err error) {
	open, err := b.Presses.UnderWay(ctx, team)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: read open amendments: %w", mirror.ErrStore, err)
	}
	waits, clashes = map[string]int{}, map[string]int{}
	for _, e := range open {
		of := strings.ToLower(e.Object)
		switch {
		case !e.IsAmendment():
		case e.Status == wire.Conflicted:
			clashes[of]++
		default:
			waits[of]++
		}
	}
	return waits, clashes, nil
}

// presses lists what was pressed in a team and is not in Graph yet.
func (b *Boards) presses(ctx context.Context, team string) ([]journal.Entry, error) {
	open, err := b.Presses.OpenIn(ctx, team)
	if err != nil {
		return nil, fmt.Errorf("%w: read open presses: %w", mirror.ErrStore, err)
	}
	return slices.DeleteFunc(open, func(e journal.Entry) bool { return e.Change != nil }), nil
}

// waiting gives presses as they are told, with the names of whoever made them for
// somebody.
func (b *Boards) waiting(open []journal.Entry) []wire.Receipt {
	journal.Order(open)
	var receipts []wire.Receipt
	for _, e := range open {
		r := e.Receipt()
		if r.By != "" {
			r.ByName = b.Supervisors.Name(r.Team, r.By)
		}
		receipts = append(receipts, r)
	}
	return receipts
}

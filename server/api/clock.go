package api

import (
	"errors"
	"net/http"
	"strconv"
	"sync"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/mirror"
	"timeclock/server/session"
)

// clock answers all that the clock screen shows.
func (h *Handler) clock(w http.ResponseWriter, r *http.Request, s session.Session) error {
	me, err := h.whoIs(r, s)
	if err != nil {
		return err
	}
	c := wire.Clock{Me: me, Cards: []clock.Card{}, Shifts: []wire.Shift{}, Waiting: []wire.Receipt{}}
	id := r.URL.Query().Get(wire.ParamTeam)
	if id == "" {
		id = only(me.Teams)
	}
	if id != "" {
		team, err := h.team(r, s, id)
		if err != nil {
			return err
		}
		if err := h.fill(r, s, team, &c); err != nil {
			return err
		}
		h.Supervisors.Learn(r.Context(), h.actor(s), team.ID) // behind what this answer needed
	}
	if c.Waiting, err = h.Journal.Waiting(r.Context(), who(s)); err != nil {
		return unstored(err)
	}
	if c.Team != "" {
		c.Untold = h.untold(r.Context(), s, c.Team)
	}
	c.Me.Now = clock.At(h.Now())
	c.Waiting = h.named(c.Waiting)
	return answer(w, http.StatusOK, c)
}

// only gives the single team that has a clock, or nothing.
func only(teams []wire.Team) string {
	found := ""
	for _, t := range teams {
		if t.Clock && found != "" {
			return ""
		}
		if t.Clock {
			found = t.ID
		}
	}
	return found
}

// fill reads the team's cards and shifts side by side. What Graph does not
// give is said, and is no reason to keep the person from pressing.
func (h *Handler) fill(r *http.Request, s session.Session, team wire.Team, c *wire.Clock) error {
	ctx, fresh := r.Context(), r.URL.Query().Get(wire.ParamFresh) == "1"
	var cards mirror.Snapshot
	var cardsErr, shiftsErr error
	var both sync.WaitGroup
	both.Go(func() { cards, cardsErr = h.Mirror.Visit(ctx, h.mirrorKey(s, team.ID), fresh) })
	both.Go(func() { c.Shifts, shiftsErr = h.Shifts.Of(ctx, h.Access.Caller(s), team, s.Person.Object) })
	both.Wait()

	if err := errors.Join(cardsErr, cards.Stale); err != nil {
		code := fault.Code(err)
		if code == wire.CodeInternal || code == wire.CodeSignedOut || code == wire.CodeStore {
			return err
		}
		c.Stale = code
	}
	if shiftsErr != nil {
		h.Log.WarnContext(ctx, "shifts not read", "team", team.ID, "err", shiftsErr)
		c.Shifts, c.ShiftsStale = []wire.Shift{}, fault.Code(shiftsErr)
	}
	c.Team, c.AsOf = team.ID, cards.AsOf
	c.Cards = append(c.Cards, cards.Cards...)
	return nil
}

// longest is how much of the past one call may ask for.
const longest = 100 * 24 * clock.Hour

// cards answers the person's cards of a time gone by.
func (h *Handler) cards(w http.ResponseWriter, r *http.Request, s session.Session) error {
	q := r.URL.Query()
	team, err := h.team(r, s, q.Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	from, errFrom := strconv.ParseInt(q.Get(wire.ParamFrom), 10, 64)
	to, errTo := strconv.ParseInt(q.Get(wire.ParamTo), 10, 64)
	stretch := clock.Stretch{From: clock.Instant(from), To: clock.Instant(to)}
	if errFrom != nil || errTo != nil || from < 0 || stretch.Length() == 0 || stretch.Length() > longest {
		return wire.ProblemOf(wire.CodeMalformed, "from and to are milliseconds, at most 100 days apart")
	}
	read, err := h.Mirror.Between(r.Context(), h.mirrorKey(s, team.ID), stretch)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wire.Cards{
		Team: team.ID, From: stretch.From, To: stretch.To,
		Cards: append([]clock.Card{}, clock.Began(read.Cards, stretch)...), AsOf: read.AsOf,
	})
}

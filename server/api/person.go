package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/fault"
	"timeclock/server/mirror"
	"timeclock/server/report"
	"timeclock/server/session"
)

// person answers what somebody of a team did in a period, to its supervisors.
func (h *Handler) person(w http.ResponseWriter, r *http.Request, s session.Session) error {
	q := r.URL.Query()
	object := q.Get(wire.ParamPerson)
	if object == "" || len(object) > 100 {
		return wire.ProblemOf(wire.CodeMalformed, "a person's id is needed")
	}
	team, err := h.supervised(r, s, q.Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	m, err := h.Authority.Person(r.Context(), h.asker(s), authority.Question{Do: authority.See, Team: team.ID, For: object})
	if err != nil {
		return err
	}
	p, err := periodOf(r, team)
	if err == nil && p.From.AddDays(wire.MaxPersonDays).Compare(p.To) < 0 {
		err = wire.ProblemOf(wire.CodeMalformed, "from and to are days, at most 42 apart")
	}
	if err != nil {
		return err
	}
	days, err := h.daysOf(r.Context(), s, m, p, q.Get(wire.ParamFresh) == "1")
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, days)
}

// daysOf reads what is needed to judge a person's days, cards and shifts side by
// side. It shows without shifts, and says so.
func (h *Handler) daysOf(ctx context.Context, s session.Session, m authority.Subject, p report.Period, fresh bool) (wire.PersonDays, error) {
	days := wire.PersonDays{
		Team: p.Team.ID, Person: m.Person, Gone: m.Gone, From: p.From, To: p.To, Shifts: []wire.Shift{},
	}
	read := reading(p)
	var cards mirror.Snapshot
	var cardsErr, shiftsErr error
	var both sync.WaitGroup
	both.Go(func() {
		cards, cardsErr = h.cardsIn(ctx, mirror.Key{Team: p.Team.ID, Person: m.ID, Caller: h.Access.Caller(s)}, read, fresh)
	})
	both.Go(func() {
		own, planned, err := h.Shifts.Between(ctx, h.Access.Caller(s), p.Team.ID, m.ID, read)
		if shiftsErr = err; err == nil {
			days.Shifts, days.Scheduled = own, planned
		}
	})
	both.Wait()
	if cardsErr != nil {
		return days, cardsErr
	}
	if shiftsErr != nil {
		h.Log.WarnContext(ctx, "shifts not read", "team", p.Team.ID, "err", shiftsErr)
		days.ShiftsStale = fault.Code(shiftsErr)
	}
	days.Cards, days.AsOf = append([]clock.Card{}, clock.Began(cards.Cards, read)...), cards.AsOf
	if cards.Stale != nil {
		days.Stale = fault.Code(cards.Stale)
	}
	var err error
	days.Confirmed, err = h.confirmed(ctx, p.Team.ID, m.ID, read.From)
	return days, err
}

// reading is the time that wire.PersonDays covers.
func reading(p report.Period) clock.Stretch {
	zone, first := clock.InLocation(p.Location()), p.From.Week(time.Weekday(p.Team.FirstDay))
	if before := p.From.AddDays(-1); before.Compare(first) < 0 {
		first = before
	}
	return clock.Stretch{From: first.Start(zone), To: p.To.Start(zone)}
}

// cardsIn gives a person's cards that began within a time: of the mirror where it
// holds them, else as Graph has them.
func (h *Handler) cardsIn(ctx context.Context, k mirror.Key, in clock.Stretch, fresh bool) (mirror.Snapshot, error) {
	if clock.At(h.Now()).Sub(in.From) >= mirror.Window-clock.Hour {
		return h.Mirror.Between(ctx, k, in)
	}
	return h.Mirror.Visit(ctx, k, fresh)
}

// confirmed gives a person's cards as they stood when somebody confirmed them
// here last, for those confirmed since.
func (h *Handler) confirmed(ctx context.Context, team, object string, since clock.Instant) ([]clock.Card, error) {
	entries, err := h.Reports.Confirmed.Confirmed(ctx, team, since)
	if err != nil {
		return nil, unstored(err)
	}
	last := map[string]int{}
	cards := []clock.Card{}
	for _, e := range entries {
		stood := e.Change.Outcome(true)
		if stood == nil || !strings.EqualFold(e.Object, object) {
			continue
		}
		if i, again := last[e.Card]; again {
			cards[i] = *stood
			continue
		}
		last[e.Card] = len(cards)
		cards = append(cards, *stood)
	}
	return cards, nil
}

package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/fault"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// amend accepts an amendment. The answer is what has become of it by then; 202
// when it is still on its way.
func (h *Handler) amend(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if err := h.same(r, s); err != nil {
		return err
	}
	var a wire.Amendment
	if err := readJSON(w, r, wire.MaxAmendment, &a); err != nil {
		return err
	}
	as, err := h.admitAmendment(r, s, &a)
	if err != nil {
		return err
	}
	told, err := h.amended(r.Context(), s, a, as, h.Journal.Amend)
	if err != nil {
		return err
	}
	return answerAmended(w, h.Trail.Named(told))
}

func answerAmended(w http.ResponseWriter, a wire.Amended) error {
	status := http.StatusAccepted
	if a.Status.Final() || a.Status == wire.Conflicted {
		status = http.StatusOK
	}
	return answer(w, status, a)
}

// same gives nil unless another person than the page believes is signed in.
func (h *Handler) same(r *http.Request, s session.Session) error {
	if person := r.Header.Get(wire.HeaderPerson); person != "" && person != s.Person.Key() {
		return wire.ProblemOf(wire.CodeSignedOut, "another person is signed in")
	}
	return nil
}

// amends makes an amendment durable.
type amends func(context.Context, wire.Amendment, journal.Who) (journal.Entry, error)

// amended has the journal amend, and waits a while for what becomes of it.
func (h *Handler) amended(ctx context.Context, s session.Session, a wire.Amendment, as journal.Who, keep amends) (wire.Amended, error) {
	watch, stop := h.Journal.WatchAmended(as.Person)
	defer stop()
	e, err := h.keepAmendment(ctx, s, a, as, keep)
	if err != nil {
		return wire.Amended{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, h.PressWait)
	defer cancel()
	return h.Journal.Settled(ctx, e, watch), nil
}

func (h *Handler) keepAmendment(ctx context.Context, s session.Session, a wire.Amendment, as journal.Who, keep amends) (journal.Entry, error) {
	begun := clock.At(h.Now())
	e, err := keep(context.WithoutCancel(ctx), a, as)
	if err != nil && !errors.Is(err, journal.ErrReused) {
		err = unstored(err)
	}
	if err == nil && as.Actor != "" && e.Received >= begun { // else it was kept before
		telemetry.Audit{Log: h.Log}.Write(ctx, telemetry.Corrected,
			slog.String("person", s.Person.LogID()), slog.String("session", s.LogID()),
			slog.String("for", session.Person{Tenant: s.Person.Tenant, Object: as.Object}.LogID()),
			slog.String("team", a.Team), slog.String("kind", string(a.Op)), slog.String("press", a.ID))
	}
	return e, err
}

// admitAmendment says in whose name a is made, and why not where it may not be or
// a card cannot stand so. It gives a its team and person as they are spelt here.
func (h *Handler) admitAmendment(r *http.Request, s session.Session, a *wire.Amendment) (journal.Who, error) {
	if fault := faultOfAmendment(*a); fault != "" {
		return journal.Who{}, wire.ProblemOf(wire.CodeMalformed, fault)
	}
	as, err := h.amender(r, s, a)
	if err != nil {
		return as, err
	}
	if as.Actor != "" && a.Op != wire.Confirm && strings.TrimSpace(a.Reason) == "" {
		return as, wire.ProblemOf(wire.CodeReason, "say why")
	}
	if locked := a.Seen != nil && (a.Seen.ByPerson || a.Seen.BySupervisor); locked && as.Actor == "" && a.Op != wire.Confirm {
		return as, wire.ProblemOf(wire.CodeConfirmed, "the card is confirmed")
	}
	return as, h.sound(r, s, as.Object, a)
}

// amender says in whose name a is made. One's own card is confirmed by oneself,
// and amended by oneself where that is the setting, or by a supervisor of the
// team as such. Others' cards are their supervisors' to amend.
func (h *Handler) amender(r *http.Request, s session.Session, a *wire.Amendment) (journal.Who, error) {
	own := a.Person == "" || strings.EqualFold(a.Person, s.Person.Object)
	do := authority.Correct
	if own && a.Op == wire.Confirm {
		do = authority.Self
	}
	team, err := h.allowed(r, s, do, a.Team)
	if own && do != authority.Self && err != nil && h.OwnEdits && authority.Reason(err) != "" {
		team, err = h.allowed(r, s, authority.Self, a.Team)
		do = authority.Self
	}
	if err != nil {
		return journal.Who{}, err
	}
	a.Team = team.ID
	switch {
	case do == authority.Self:
		a.Person = s.Person.Object
		return who(s), nil
	case own:
		a.Person = s.Person.Object
		return whoFor(s, s.Person.Object), nil
	}
	m, err := h.Authority.Person(r.Context(), h.asker(s), authority.Question{Do: do, Team: team.ID, For: a.Person})
	if err != nil {
		return journal.Who{}, err
	}
	a.Person = m.ID
	return whoFor(s, m.ID), nil
}

// sound gives nil when the card that a makes or replaces can stand so.
func (h *Handler) sound(r *http.Request, s session.Session, object string, a *wire.Amendment) error {
	if a.Next == nil {
		return nil
	}
	now := clock.At(h.Now())
	alone := clock.NewFaults(a.Seen, *a.Next, nil, now)
	if len(alone) > 0 { // needs no cards to be said
		return unsound(alone)
	}
	if a.Seen != nil && a.Next.Says(*a.Seen) {
		return wire.ProblemOf(wire.CodeMalformed, "it changes nothing")
	}
	others, err := h.around(r, s, object, a)
	if err != nil {
		return err
	}
	if found := clock.NewFaults(a.Seen, *a.Next, others, now); len(found) > 0 {
		return unsound(found)
	}
	return nil
}

func unsound(faults []clock.Fault) error {
	p := wire.ProblemOf(wire.CodeUnsound, "a card cannot stand so")
	p.Faults = faults
	return p
}

// around gives the person's cards about the time of the one that a makes or
// replaces: those of a visit where they are mirrored, else as Graph has them.
func (h *Handler) around(r *http.Request, s session.Session, object string, a *wire.Amendment) ([]clock.Card, error) {
	key := mirror.Key{Team: a.Team, Person: object, Caller: h.Access.Caller(s)}
	from := a.Next.In.At.Add(-48 * clock.Hour)
	if a.Seen != nil && a.Seen.In != nil {
		from = min(from, a.Seen.In.At)
	}
	if clock.At(h.Now()).Sub(from) < mirror.Window-clock.Hour {
		known, err := h.Mirror.Visit(r.Context(), key, false)
		if err == nil && known.Stale != nil && !errors.Is(known.Stale, mirror.ErrPending) {
			err = known.Stale
		}
		return known.Cards, err
	}
	read, err := h.Mirror.Between(r.Context(), key, clock.Stretch{From: from, To: a.Next.In.At.Add(48 * clock.Hour)})
	return read.Cards, err
}

// amendAll accepts many amendments. What became of each is in its row; the answer
// is a success whatever they are.
func (h *Handler) amendAll(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if err := h.same(r, s); err != nil {
		return err
	}
	var many wire.Amendments
	if err := readJSON(w, r, wire.MaxRowsBody, &many); err != nil {
		return err
	}
	if n := len(many.Rows); n == 0 || n > wire.MaxRows {
		return wire.ProblemOf(wire.CodeMalformed, "too many rows, or none")
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.PressWait)
	defer cancel()
	out := wire.AmendedAll{Rows: make([]wire.AmendedRow, len(many.Rows))}
	slots := make(chan struct{}, abreast)
	var all sync.WaitGroup
	for i, a := range many.Rows {
		slots <- struct{}{}
		all.Go(func() {
			out.Rows[i] = h.amendRow(ctx, r, s, a, func() { <-slots })
		})
	}
	all.Wait()
	return answer(w, http.StatusOK, out)
}

// amendRow accepts one row, calls kept once it is durable or is not, and waits
// until ctx ends for what becomes of it.
func (h *Handler) amendRow(ctx context.Context, r *http.Request, s session.Session, a wire.Amendment, kept func()) wire.AmendedRow {
	row := wire.AmendedRow{ID: a.ID}
	as, err := h.admitAmendment(r, s, &a)
	var e journal.Entry
	stop, watch := func() {}, (<-chan wire.Amended)(nil)
	if err == nil {
		watch, stop = h.Journal.WatchAmended(as.Person)
		e, err = h.keepAmendment(r.Context(), s, a, as, h.Journal.Amend)
	}
	defer stop()
	kept()
	if err != nil {
		row.Code = fault.Code(err)
		var p *wire.Problem
		if errors.As(err, &p) {
			row.Faults = p.Faults
		}
		return row
	}
	told := h.Trail.Named(h.Journal.Settled(ctx, e, watch))
	row.Amended = &told
	return row
}

// amendment tells what became of an amendment, to who made it, to whose card it
// is about and to the supervisors of the team.
func (h *Handler) amendment(w http.ResponseWriter, r *http.Request, s session.Session) error {
	e, err := h.amendmentOf(r, s)
	if err != nil {
		return err
	}
	return answerAmended(w, h.Trail.Named(e.Amended()))
}

func (h *Handler) amendmentOf(r *http.Request, s session.Session) (journal.Entry, error) {
	e, err := h.Journal.Amendment(r.Context(), r.PathValue("id"))
	if err != nil && !errors.Is(err, journal.ErrNoEntry) {
		return e, unstored(err)
	}
	if err != nil || e.Person == s.Person.Key() {
		return e, err
	}
	_, err = h.allowed(r, s, authority.Correct, e.Team)
	return e, err
}

// choose ends the conflict about an amendment.
func (h *Handler) choose(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if err := h.same(r, s); err != nil {
		return err
	}
	var d wire.Decision
	if err := readJSON(w, r, wire.MaxBody, &d); err != nil {
		return err
	}
	e, err := h.amendmentOf(r, s)
	if err != nil {
		return err
	}
	if e.Actor != "" && e.Person == s.Person.Key() { // for who corrects the person to decide
		if _, err := h.allowed(r, s, authority.Correct, e.Team); err != nil {
			return err
		}
	}
	watch, stop := h.Journal.WatchAmended(e.Person)
	defer stop()
	e, err = h.Journal.Choose(context.WithoutCancel(r.Context()), who(s), e.ID, d)
	switch {
	case errors.Is(err, journal.ErrNoEntry), errors.Is(err, journal.ErrDecided), errors.Is(err, journal.ErrChoice):
		return err
	case err != nil:
		return unstored(err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.PressWait)
	defer cancel()
	return answerAmended(w, h.Trail.Named(h.Journal.Settled(ctx, e, watch)))
}

// teamAmendments answers the amendments of a team that are not over.
func (h *Handler) teamAmendments(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.allowed(r, s, authority.Correct, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	open, err := h.Trail.UnderWay(r.Context(), team.ID)
	if err != nil {
		return unstored(err)
	}
	for i := range open.Open {
		// Only who made it can have it written (journal.Choose).
		if a := &open.Open[i]; a.Conflict != nil && !strings.EqualFold(a.By.ID, s.Person.Object) {
			a.Conflict.Choices = []wire.Choice{wire.ChoiceKeep}
		}
	}
	return answer(w, http.StatusOK, open)
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/board"
	"timeclock/server/fault"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// abreast is how many presses of one call are made durable at the same time.
const abreast = 16

// behalf accepts presses for the people of a team. What becomes of each is in its
// result; the answer is a success whatever they are.
func (h *Handler) behalf(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, presses, err := h.forOthers(w, r, s)
	if err != nil {
		return err
	}
	out := h.persons(r.Context(), s, team, presses)
	slots := make(chan struct{}, abreast)
	var all sync.WaitGroup
	for i, p := range presses {
		if out.Results[i].Code != "" {
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			h.pressFor(r.Context(), s, p.Punch, &out.Results[i], len(presses) == 1)
			<-slots
		})
	}
	all.Wait()
	return answer(w, http.StatusOK, out)
}

// pressFor accepts a press for the person of a result, whose one it then is.
func (h *Handler) pressFor(ctx context.Context, s session.Session, p wire.Punch, out *wire.Result, wait bool) {
	as, begun := whoFor(s, out.Person.ID), clock.At(h.Now())
	if !wait {
		h.accept(ctx, p, as, out)
	} else if receipt, err := h.press(ctx, p, as, nil); err != nil {
		out.Code = fault.Code(err)
	} else {
		out.Receipt = &receipt
	}
	if out.Receipt == nil {
		h.Log.WarnContext(ctx, "press for another not taken", "press", p.ID, "code", out.Code)
		return
	}
	*out.Receipt = h.withName(*out.Receipt)
	if out.Receipt.Received >= begun { // else it was sent before
		h.audit(ctx, telemetry.ActedFor, s, out)
	}
}

func (h *Handler) accept(ctx context.Context, p wire.Punch, as journal.Who, out *wire.Result) {
	e, err := h.Journal.Accept(context.WithoutCancel(ctx), p, as)
	switch {
	case errors.Is(err, journal.ErrReused):
		out.Code = wire.CodeIDReused
	case err != nil:
		out.Code = wire.CodeStore
	default:
		receipt := e.Receipt()
		out.Receipt = &receipt
	}
}

// audit notes what a supervisor did to a press for somebody.
func (h *Handler) audit(ctx context.Context, did telemetry.Event, s session.Session, of *wire.Result) {
	person := session.Person{Tenant: s.Person.Tenant, Object: of.Person.ID}
	telemetry.Audit{Log: h.Log}.Write(ctx, did,
		slog.String("person", s.Person.LogID()), slog.String("session", s.LogID()), slog.String("for", person.LogID()),
		slog.String("team", of.Receipt.Team), slog.String("kind", string(of.Receipt.Kind)), slog.String("press", of.ID))
}

// whoFor names a person of the session's tenant to the journal, for whom the
// session's person presses.
func whoFor(s session.Session, object string) journal.Who {
	of := session.Person{Tenant: s.Person.Tenant, Object: object}
	return journal.Who{Person: of.Key(), Object: object, Session: s.Hash, Actor: s.Person.Object}
}

// preview tells what presses would do, and does nothing.
func (h *Handler) preview(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, presses, err := h.forOthers(w, r, s)
	if err != nil {
		return err
	}
	seen, err := h.Boards.Look(r.Context(), h.viewer(s), team)
	if err != nil {
		return err
	}
	out := h.persons(r.Context(), s, team, presses)
	for i, p := range presses {
		if err := h.foresee(r.Context(), s, p.Punch, seen, &out.Results[i]); err != nil {
			return err
		}
	}
	return answer(w, http.StatusOK, out)
}

func (h *Handler) foresee(ctx context.Context, s session.Session, p wire.Punch, seen board.Seen, out *wire.Result) error {
	if out.Code != "" {
		return nil
	}
	out.Known = seen.AsOf
	known, err := h.Mirror.Known(ctx, mirror.Key{Team: p.Team, Person: out.Person.ID})
	if err != nil {
		return err
	}
	out.Known = max(out.Known, known.AsOf)
	pending := slices.DeleteFunc(slices.Clone(seen.Open), func(e journal.Entry) bool {
		return !strings.EqualFold(e.Object, out.Person.ID) || e.Status == wire.Conflicted || e.ID == p.ID
	})
	card, state, code := h.Journal.Foresee(p, whoFor(s, out.Person.ID), known.Cards, pending)
	out.State, out.Code = state, code
	if code == "" {
		out.Card = &card
	}
	return nil
}

// persons finds whom presses are for, and says which are for nobody in the team.
func (h *Handler) persons(ctx context.Context, s session.Session, team wire.Team, presses []wire.Behalf) wire.Results {
	out := wire.Results{Team: team.ID, Results: make([]wire.Result, len(presses))}
	for i, p := range presses {
		out.Results[i] = wire.Result{ID: p.ID, Person: wire.Person{ID: p.Person}}
		m, err := h.Authority.Person(ctx, h.asker(s), authority.Question{Do: authority.ActFor, Team: team.ID, For: p.Person})
		if err != nil {
			out.Results[i].Code = fault.Code(err)
			continue
		}
		out.Results[i].Person = m.Person
	}
	return out
}

// forOthers reads presses for others by somebody who may make them.
func (h *Handler) forOthers(w http.ResponseWriter, r *http.Request, s session.Session) (wire.Team, []wire.Behalf, error) {
	if person := r.Header.Get(wire.HeaderPerson); person != "" && person != s.Person.Key() {
		return wire.Team{}, nil, wire.ProblemOf(wire.CodeSignedOut, "another person is signed in")
	}
	team, err := h.allowed(r, s, authority.ActFor, r.PathValue("team"))
	if err == nil {
		err = ticking(team)
	}
	var b wire.Behalves
	if err == nil {
		err = readJSON(w, r, wire.MaxBehalfBody, &b)
	}
	if err != nil {
		return wire.Team{}, nil, err
	}
	if fault := faultOfAll(b.Presses, team.ID); fault != "" {
		return wire.Team{}, nil, wire.ProblemOf(wire.CodeMalformed, fault)
	}
	for i := range b.Presses {
		b.Presses[i].Team = team.ID
	}
	return team, b.Presses, nil
}

// faultOfAll says what is wrong with the form of presses for others.
func faultOfAll(presses []wire.Behalf, team string) string {
	if len(presses) == 0 || len(presses) > wire.MaxBehalf {
		return fmt.Sprintf("between 1 and %d presses can be made at once", wire.MaxBehalf)
	}
	ids, people := map[string]bool{}, map[string]bool{}
	for _, p := range presses {
		fault, person := faultOf(p.Punch), strings.ToLower(p.Person)
		switch {
		case fault != "":
			return fault
		case p.Team != "" && p.Team != team:
			return "a press is for another team"
		case strings.TrimSpace(p.Note) == "":
			return "a reason is missing"
		case person == "" || len(person) > 100:
			return "person is no id"
		case ids[p.ID] || people[person]:
			return "an id or a person is there twice"
		}
		ids[p.ID], people[person] = true, true
	}
	return ""
}

// undo takes back presses for others that were not sent yet.
func (h *Handler) undo(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.allowed(r, s, authority.ActFor, r.PathValue("team"))
	var asked wire.Undo
	if err == nil {
		err = readJSON(w, r, wire.MaxBody, &asked)
	}
	if err != nil {
		return err
	}
	if len(asked.IDs) == 0 || len(asked.IDs) > wire.MaxBehalf {
		return wire.ProblemOf(wire.CodeMalformed, "ids are missing, or too many")
	}
	out := wire.Results{Team: team.ID, Results: make([]wire.Result, len(asked.IDs))}
	for i, id := range asked.IDs {
		out.Results[i] = h.undoOne(r.Context(), s, team, id)
	}
	return answer(w, http.StatusOK, out)
}

func (h *Handler) undoOne(ctx context.Context, s session.Session, team wire.Team, id string) wire.Result {
	out := wire.Result{ID: id}
	e, err := h.Journal.Undo(ctx, who(s), team.ID, id)
	switch {
	case errors.Is(err, journal.ErrNoEntry), errors.Is(err, journal.ErrTooLate):
		out.Code = fault.Code(err)
	case err != nil:
		h.Log.ErrorContext(ctx, "press not undone", "press", id, "err", err)
		out.Code = wire.CodeStore
	}
	if e.ID == "" {
		return out
	}
	act := h.withNames(e.Act())
	out.Person, out.Receipt = act.Person, &act.Receipt
	if err == nil {
		h.audit(ctx, telemetry.Undone, s, &out)
	}
	return out
}

// acts answers what the person pressed for others in a team.
func (h *Handler) acts(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.allowed(r, s, authority.ActFor, r.PathValue("team"))
	if err != nil {
		return err
	}
	made, err := h.Journal.Acts(r.Context(), who(s), clock.At(h.Now()).Add(-24*clock.Hour))
	if err != nil {
		return unstored(err)
	}
	out := wire.Acts{Team: team.ID, Acts: []wire.Act{}}
	for _, e := range made {
		if e.Team == team.ID {
			out.Acts = append(out.Acts, h.withNames(e.Act()))
		}
	}
	return answer(w, http.StatusOK, out)
}

// readJSON reads a body of at most so many bytes.
func readJSON(w http.ResponseWriter, r *http.Request, most int64, v any) error {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, most)).Decode(v)
	var large *http.MaxBytesError
	if err == nil || errors.As(err, &large) {
		return err
	}
	return wire.ProblemOf(wire.CodeMalformed, "the body is not what it should be")
}

package api

import (
	"context"
	"errors"
	"net/http"

	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/roster"
	"timeclock/server/session"
)

// Disputes lists what somebody in a team has to decide about; it is the store of
// the journal.
type Disputes interface {
	// Conflicts lists the conflicts of a team, the oldest press first.
	Conflicts(ctx context.Context, team string) ([]journal.Entry, error)
}

// conflicts answers the conflicts of a team to its supervisors.
func (h *Handler) conflicts(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.supervised(r, s, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	entries, err := h.Disputes.Conflicts(r.Context(), team.ID)
	if err != nil {
		return unstored(err)
	}
	open := make([]wire.TeamConflict, 0, len(entries))
	for _, e := range entries {
		person := wire.Person{ID: e.Object, Name: h.Supervisors.Name(team.ID, e.Object)}
		open = append(open, wire.TeamConflict{Person: person, Receipt: e.Receipt()})
	}
	return answer(w, http.StatusOK, wire.Conflicts{Team: team.ID, Open: open})
}

// supervised gives the team a request names, if the person supervises it; its
// clock may be off by now. A team that is not the person's does not exist for
// them, and one that is, but is not theirs to supervise, is forbidden.
func (h *Handler) supervised(r *http.Request, s session.Session, id string) (wire.Team, error) {
	team, err := h.anyTeam(r, s, id)
	if err != nil {
		return wire.Team{}, err
	}
	err = h.Supervisors.Check(r.Context(), h.actor(s), team.ID)
	if errors.Is(err, roster.ErrNotSupervisor) {
		h.Log.WarnContext(r.Context(), "denied", "why", "not a supervisor", "team", team.ID, "person", s.Person.LogID())
		return wire.Team{}, wire.ProblemOf(wire.CodeForbidden, "for supervisors of the team")
	}
	if err != nil {
		return wire.Team{}, err
	}
	return team, nil
}

// actor names the session's person as one who would act for others.
func (h *Handler) actor(s session.Session) roster.Actor {
	return roster.Actor{Object: s.Person.Object, Roles: s.Roles, Caller: h.Access.Caller(s)}
}

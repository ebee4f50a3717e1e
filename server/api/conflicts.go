package api

import (
	"context"
	"net/http"

	"timeclock/app/wire"
	"timeclock/server/journal"
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
		open = append(open, wire.TeamConflict{Person: person, Receipt: h.withName(e.Receipt())})
	}
	return answer(w, http.StatusOK, wire.Conflicts{Team: team.ID, Open: open})
}

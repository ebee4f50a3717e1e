package api

import (
	"net/http"

	"timeclock/app/wire"
	"timeclock/server/board"
	"timeclock/server/session"
)

// board answers who of a team is in, to its supervisors.
func (h *Handler) board(w http.ResponseWriter, r *http.Request, s session.Session) error {
	q := r.URL.Query()
	team, err := h.supervised(r, s, q.Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	if team.Why == wire.CodeNoSchedule {
		return ticking(team)
	}
	b, err := h.Boards.Visit(r.Context(), h.viewer(s), team, q.Get(wire.ParamFresh) == "1")
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, b)
}

func (h *Handler) viewer(s session.Session) board.Viewer {
	return board.Viewer{Actor: h.actor(s), ByApplication: h.Access.ByApplication() && !h.Access.ActsAs}
}

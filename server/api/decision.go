package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/session"
)

// decide takes what the person chose about a press of theirs that is in
// conflict.
func (h *Handler) decide(w http.ResponseWriter, r *http.Request, s session.Session) error {
	var d wire.Decision
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, wire.MaxBody)).Decode(&d); err != nil {
		return wire.ProblemOf(wire.CodeMalformed, "the body is not a decision")
	}
	e, err := h.Journal.Decide(r.Context(), who(s), r.PathValue("id"), d)
	switch {
	case errors.Is(err, journal.ErrNoEntry), errors.Is(err, journal.ErrDecided), errors.Is(err, journal.ErrChoice):
		return err
	case err != nil:
		return unstored(err)
	}
	return answer(w, http.StatusOK, e.Receipt())
}

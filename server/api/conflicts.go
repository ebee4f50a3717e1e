package api

import (
	"context"
	"net/http"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/session"
)

// Disputes lists what somebody in a team has to decide about; it is the store of
// the journal.
type Disputes interface {
	// Conflicts lists the conflicts of a team, the oldest press first.
	Conflicts(ctx context.Context, team string) ([]journal.Entry, error)
	// Unchecked lists presses of a team whose time a device alone tells, as
	// journal.Past has it.
	Unchecked(ctx context.Context, team string, since clock.Instant, late clock.Span) ([]journal.Entry, error)
}

const (
	// uncheckedLate is how long after a press it may arrive without its time
	// being pointed out to a supervisor, where a device's own clock alone tells
	// it: that clock can be off by no more unseen.
	uncheckedLate = 15 * clock.Minute
	// uncheckedAge is how far back such presses are pointed out.
	uncheckedAge = 31 * 24 * clock.Hour
)

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
		open = append(open, wire.TeamConflict{Person: h.member(team, e), Receipt: h.withName(e.Receipt())})
	}
	found, err := h.Disputes.Unchecked(r.Context(), team.ID, clock.At(h.Now()).Add(-uncheckedAge), uncheckedLate)
	if err != nil {
		return unstored(err)
	}
	unchecked := make([]wire.TeamPress, 0, len(found))
	for _, e := range found {
		unchecked = append(unchecked, wire.TeamPress{Person: h.member(team, e), Receipt: h.withName(e.Receipt())})
	}
	return answer(w, http.StatusOK, wire.Conflicts{Team: team.ID, Open: open, Unchecked: unchecked})
}

// member names whose press it is.
func (h *Handler) member(team wire.Team, e journal.Entry) wire.Person {
	return wire.Person{ID: e.Object, Name: h.Supervisors.Name(team.ID, e.Object)}
}

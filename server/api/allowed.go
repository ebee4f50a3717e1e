package api

import (
	"net/http"
	"strings"

	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/roster"
	"timeclock/server/session"
)

// allowed gives the team a request names, if the session's person may do so to
// everybody in it; or, with authority.Self, if it is theirs. Its clock may be off.
// A team that is not the person's does not exist for them, and one that is, but
// is not theirs to supervise, is forbidden.
func (h *Handler) allowed(r *http.Request, s session.Session, do authority.Action, team string) (wire.Team, error) {
	if team == "" || len(team) > 100 || strings.ContainsAny(team, "/?#\\ ") {
		return wire.Team{}, wire.ProblemOf(wire.CodeMalformed, "a team's id is needed")
	}
	return h.Authority.Team(r.Context(), h.asker(s), authority.Question{Do: do, Team: team})
}

// anyTeam gives the team a request names, if it is the person's.
func (h *Handler) anyTeam(r *http.Request, s session.Session, id string) (wire.Team, error) {
	return h.allowed(r, s, authority.Self, id)
}

// supervised gives the team a request names, if the person supervises it.
func (h *Handler) supervised(r *http.Request, s session.Session, id string) (wire.Team, error) {
	return h.allowed(r, s, authority.See, id)
}

// team gives the team a request names, if it is the person's and has a clock.
func (h *Handler) team(r *http.Request, s session.Session, id string) (wire.Team, error) {
	t, err := h.anyTeam(r, s, id)
	if err == nil {
		err = ticking(t)
	}
	return t, err
}

// ticking gives nil when one can clock in in a team.
func ticking(t wire.Team) error {
	if t.Clock {
		return nil
	}
	return wire.ProblemOf(t.Why, "one cannot clock in in this team")
}

// asker names the session's person to package authority.
func (h *Handler) asker(s session.Session) authority.Asker {
	return authority.Asker{Person: s.Person, Roles: s.Roles, Caller: h.Access.Caller(s)}
}

// actor names the session's person as one who would act for others.
func (h *Handler) actor(s session.Session) roster.Actor {
	return roster.Actor{Object: s.Person.Object, Roles: s.Roles, Caller: h.Access.Caller(s)}
}

// named adds to receipts the names of those who pressed for the person.
func (h *Handler) named(receipts []wire.Receipt) []wire.Receipt {
	for i := range receipts {
		receipts[i] = h.withName(receipts[i])
	}
	return receipts
}

func (h *Handler) withName(r wire.Receipt) wire.Receipt {
	if r.By != "" {
		r.ByName = h.Supervisors.Name(r.Team, r.By)
	}
	return r
}

// withNames adds to a press for somebody the names of both.
func (h *Handler) withNames(a wire.Act) wire.Act {
	a.Person.Name = h.Supervisors.Name(a.Receipt.Team, a.Person.ID)
	a.Receipt = h.withName(a.Receipt)
	return a
}

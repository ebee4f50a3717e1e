package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/journal"
	"timeclock/server/petition"
	"timeclock/server/session"
)

// askFor keeps a correction that the person asks for.
func (h *Handler) askFor(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if err := h.same(r, s); err != nil {
		return err
	}
	var asked wire.Asking
	if err := readJSON(w, r, wire.MaxAmendment, &asked); err != nil {
		return err
	}
	if fault := faultOfAsking(asked); fault != "" {
		return wire.ProblemOf(wire.CodeMalformed, fault)
	}
	if strings.TrimSpace(asked.Text) == "" {
		return wire.ProblemOf(wire.CodeReason, "say what happened")
	}
	team, err := h.anyTeam(r, s, asked.Team)
	if err != nil {
		return err
	}
	a := wire.Amendment{Team: team.ID, Op: asked.Op, Card: asked.Card, Seen: asked.Seen, Next: asked.Next}
	if err := h.sound(r, s, s.Person.Object, &a); err != nil {
		return err
	}
	p, err := h.Petitions.Ask(context.WithoutCancel(r.Context()), petition.Petition{
		ID: asked.ID, Person: s.Person.Key(), Object: s.Person.Object, Name: s.Person.Name, Team: team.ID, Card: asked.Card,
		Asked: journal.Change{Op: asked.Op, Seen: asked.Seen, Next: asked.Next}, Text: asked.Text,
	})
	return h.answerRequest(w, r, p, err)
}

func faultOfAsking(a wire.Asking) string {
	switch {
	case !uuid.MatchString(a.ID):
		return "id is not a UUID in lower case"
	case a.Op == wire.Confirm:
		return "one does not ask to confirm"
	case utf8.RuneCountInString(a.Text) > wire.MaxNote:
		return fmt.Sprintf("text is longer than %d characters", wire.MaxNote)
	}
	return faultOfChange(a.Op, a.Card, a.Seen, a.Next)
}

// answerRequest answers a request, or why it could not be done.
func (h *Handler) answerRequest(w http.ResponseWriter, r *http.Request, p petition.Petition, err error) error {
	switch {
	case errors.Is(err, petition.ErrNone):
		return wire.ProblemOf(wire.CodeNotFound, "no such request")
	case errors.Is(err, petition.ErrReused):
		return wire.ProblemOf(wire.CodeIDReused, "the id names another request")
	case errors.Is(err, petition.ErrDecided):
		return wire.ProblemOf(wire.CodeDecided, "it was answered already")
	case errors.Is(err, petition.ErrExpired):
		return wire.ProblemOf(wire.CodeExpired, "it was not answered in time")
	case err != nil:
		return unstored(err)
	}
	shown, err := h.request(r.Context(), p)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, shown)
}

// request is a petition as people are shown it.
func (h *Handler) request(ctx context.Context, p petition.Petition) (wire.Request, error) {
	out := wire.Request{
		ID: p.ID, Team: p.Team, Person: wire.Person{ID: p.Object, Name: p.Name}, Op: p.Asked.Op, Card: p.Card,
		Seen: p.Asked.Seen, Next: p.Asked.Next, Text: p.Text, Made: p.Made, State: p.StateAt(clock.At(h.Now())),
		Decided: p.Decided, Word: p.Word,
	}
	if p.Decider != "" {
		out.By = wire.Person{ID: p.Decider, Name: h.Supervisors.Name(p.Team, p.Decider)}
	}
	if p.State != wire.Granted {
		return out, nil
	}
	e, err := h.Journal.Amendment(ctx, p.ID)
	if errors.Is(err, journal.ErrNoEntry) {
		return out, nil // accepted a moment ago
	}
	if err != nil {
		return out, unstored(err)
	}
	told := h.Trail.Named(e.Amended())
	out.Amended = &told
	return out, nil
}

// requests answers what the person asked for.
func (h *Handler) requests(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.anyTeam(r, s, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	found, err := h.Petitions.Store.Of(r.Context(), s.Person.Key(), team.ID, h.since(longest))
	return h.answerRequests(w, r, team, found, err)
}

// teamRequests answers what people of a team ask for.
func (h *Handler) teamRequests(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.allowed(r, s, authority.Correct, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	found, err := h.Petitions.Store.Open(r.Context(), team.ID, h.since(wire.RequestFor))
	return h.answerRequests(w, r, team, found, err)
}

func (h *Handler) answerRequests(w http.ResponseWriter, r *http.Request, team wire.Team, found []petition.Petition, err error) error {
	if err != nil {
		return unstored(err)
	}
	out := wire.Requests{Team: team.ID, Requests: []wire.Request{}}
	for _, p := range found {
		shown, err := h.request(r.Context(), p)
		if err != nil {
			return err
		}
		out.Requests = append(out.Requests, shown)
	}
	return answer(w, http.StatusOK, out)
}

// withdraw takes back what the person asked for.
func (h *Handler) withdraw(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if err := h.same(r, s); err != nil {
		return err
	}
	p, err := h.Petitions.Store.Petition(r.Context(), r.PathValue("id"))
	if err == nil && p.Person != s.Person.Key() {
		err = petition.ErrNone
	}
	if err == nil {
		p, err = h.Petitions.Answer(context.WithoutCancel(r.Context()), p.ID, wire.Withdrawn, s.Person.Object, "")
	}
	return h.answerRequest(w, r, p, err)
}

// acceptRequest has what somebody asked for done, by the supervisor.
func (h *Handler) acceptRequest(w http.ResponseWriter, r *http.Request, s session.Session) error {
	said, p, err := h.petitioned(w, r, s)
	if err != nil {
		return err
	}
	p, err = h.Petitions.Answer(context.WithoutCancel(r.Context()), p.ID, wire.Granted, s.Person.Object, said.Word)
	if err != nil {
		return h.answerRequest(w, r, p, err)
	}
	h.tellOf(p)
	// A petition that is accepted is an amendment, even if this server stopped
	// just before that: accepted again, it becomes it.
	if _, err := h.amended(r.Context(), s, p.Amendment(), whoFor(s, p.Object), h.Journal.Grant); err != nil {
		return err
	}
	return h.answerRequest(w, r, p, nil)
}

// tellOf lets the screens of who asked be read anew.
func (h *Handler) tellOf(p petition.Petition) { h.Changes.Tell(p.Team, p.Object, clock.At(h.Now())) }

// decline says no to what somebody asked for.
func (h *Handler) decline(w http.ResponseWriter, r *http.Request, s session.Session) error {
	said, p, err := h.petitioned(w, r, s)
	if err == nil && strings.TrimSpace(said.Word) == "" {
		err = wire.ProblemOf(wire.CodeReason, "say why not")
	}
	if err != nil {
		return err
	}
	p, err = h.Petitions.Answer(context.WithoutCancel(r.Context()), p.ID, wire.Declined, s.Person.Object, said.Word)
	h.tellOf(p)
	return h.answerRequest(w, r, p, err)
}

// petitioned reads an answer to a request of somebody in a team that the session's
// person supervises.
func (h *Handler) petitioned(w http.ResponseWriter, r *http.Request, s session.Session) (wire.Answer, petition.Petition, error) {
	var said wire.Answer
	if err := h.same(r, s); err != nil {
		return said, petition.Petition{}, err
	}
	if err := readJSON(w, r, wire.MaxBody, &said); err != nil {
		return said, petition.Petition{}, err
	}
	if utf8.RuneCountInString(said.Word) > wire.MaxNote {
		return said, petition.Petition{}, wire.ProblemOf(wire.CodeMalformed, "word is too long")
	}
	p, err := h.Petitions.Store.Petition(r.Context(), r.PathValue("id"))
	if errors.Is(err, petition.ErrNone) {
		return said, p, wire.ProblemOf(wire.CodeNotFound, "no such request")
	}
	if err != nil {
		return said, p, unstored(err)
	}
	if _, err := h.allowed(r, s, authority.Correct, p.Team); err != nil {
		return said, p, err
	}
	_, err = h.Authority.Person(r.Context(), h.asker(s), authority.Question{Do: authority.Correct, Team: p.Team, For: p.Object})
	return said, p, err
}

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
	"timeclock/server/session"
	"timeclock/server/trail"
)

// trail answers what was done to a card, to the person whose it is and to the
// supervisors of the team.
func (h *Handler) trail(w http.ResponseWriter, r *http.Request, s session.Session) error {
	q := r.URL.Query()
	card, object := q.Get(wire.ParamCard), q.Get(wire.ParamPerson)
	if card == "" || len(card) > maxCardID || len(object) > 100 {
		return wire.ProblemOf(wire.CodeMalformed, "a card's id is needed")
	}
	do := authority.See
	if object == "" || strings.EqualFold(object, s.Person.Object) {
		do, object = authority.Self, s.Person.Object
	}
	team, err := h.allowed(r, s, do, q.Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	h.Supervisors.Learn(r.Context(), h.actor(s), team.ID) // their names
	t, err := h.Trail.Card(r.Context(), h.Access.Caller(s), team.ID, object, card)
	if errors.Is(err, trail.ErrNoCard) {
		return wire.ProblemOf(wire.CodeNotFound, "no such card")
	}
	if err != nil {
		return err
	}
	about, err := h.Petitions.Store.About(r.Context(), team.ID, card)
	if err != nil {
		return unstored(err)
	}
	for _, p := range about {
		if !strings.EqualFold(p.Object, object) {
			continue
		}
		shown, err := h.request(r.Context(), p)
		if err != nil {
			return err
		}
		t.Requests = append(t.Requests, shown)
	}
	return answer(w, http.StatusOK, t)
}

// told answers what others did here to the person's cards.
func (h *Handler) told(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.anyTeam(r, s, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	h.Supervisors.Learn(r.Context(), h.actor(s), team.ID)
	told, err := h.Trail.Told(r.Context(), s.Person.Key(), team.ID)
	if err != nil {
		return unstored(err)
	}
	return answer(w, http.StatusOK, told)
}

// objections answers what people in a team object to.
func (h *Handler) objections(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.supervised(r, s, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	open, err := h.Trail.Objections(r.Context(), team.ID)
	if err != nil {
		return unstored(err)
	}
	return answer(w, http.StatusOK, open)
}

// reply keeps what the person says to a change of a card of theirs.
func (h *Handler) reply(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if err := h.same(r, s); err != nil {
		return err
	}
	var said wire.Replying
	if err := readJSON(w, r, wire.MaxAmendment, &said); err != nil {
		return err
	}
	if fault := faultOfReply(said); fault != "" {
		return wire.ProblemOf(wire.CodeMalformed, fault)
	}
	if !said.Agrees && strings.TrimSpace(said.Word) == "" {
		return wire.ProblemOf(wire.CodeReason, "say what is not right")
	}
	team, err := h.anyTeam(r, s, said.Team)
	if err == nil {
		said.Team = team.ID
		err = h.repliedTo(r.Context(), s, said)
	}
	if err != nil {
		return err
	}
	e, err := h.Journal.Reply(context.WithoutCancel(r.Context()), said, who(s))
	if errors.Is(err, journal.ErrReused) {
		return err
	}
	if err != nil {
		return unstored(err)
	}
	return answer(w, http.StatusOK, e.Answered())
}

// repliedTo gives nil when what is replied to was done to a card of the person.
func (h *Handler) repliedTo(ctx context.Context, s session.Session, said wire.Replying) error {
	if said.About == "" {
		return nil // what was done elsewhere is not kept here
	}
	e, err := h.Trail.Store.Entry(ctx, said.About)
	switch {
	case err != nil && !errors.Is(err, journal.ErrNoEntry):
		return unstored(err)
	case err != nil, e.Person != s.Person.Key(), e.Team != said.Team, e.IsReply(), e.Card != said.Card:
		return wire.ProblemOf(wire.CodeNotFound, "no such change of a card of yours")
	}
	return nil
}

func faultOfReply(r wire.Replying) string {
	switch {
	case !uuid.MatchString(r.ID):
		return "id is not a UUID in lower case"
	case r.Card == "" || len(r.Card) > maxCardID:
		return "card is missing"
	case r.About == "" && (r.Seen == nil || r.Seen.ID != r.Card):
		return "about or seen says what is replied to"
	case len(r.About) > 100:
		return "about is no id"
	case utf8.RuneCountInString(r.Word) > wire.MaxNote:
		return fmt.Sprintf("word is longer than %d characters", wire.MaxNote)
	}
	return faultOfCard(r.Seen)
}

// untold counts what others did to the person's cards that they have not replied
// to; a screen shows without it.
func (h *Handler) untold(ctx context.Context, s session.Session, team string) int {
	n, err := h.Trail.Untold(ctx, s.Person.Key(), team)
	if err != nil {
		h.Log.WarnContext(ctx, "changes by others not counted", "team", team, "err", err)
	}
	return n
}

// since is how far back requests are shown.
func (h *Handler) since(span clock.Span) clock.Instant { return clock.At(h.Now()).Add(-span) }

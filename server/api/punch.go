package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"unicode/utf8"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/place"
	"timeclock/server/session"
)

// punch accepts a press. The answer is a receipt as soon as the press is
// durable; 200 when it is final by then, 202 when it is still on its way.
func (h *Handler) punch(w http.ResponseWriter, r *http.Request, s session.Session) error {
	// Whoever signed in since this page was opened does not send the presses
	// of the person before.
	if person := r.Header.Get(wire.HeaderPerson); person != "" && person != s.Person.Key() {
		return wire.ProblemOf(wire.CodeSignedOut, "another person is signed in")
	}
	p, position, err := readPunch(w, r)
	if err != nil {
		return err
	}
	team, err := h.team(r, s, p.Team)
	if err != nil {
		return err
	}
	var approved *bool
	if team.Located {
		approved = h.approved(r, s, team.ID, position)
	}
	receipt, err := h.press(r.Context(), p, who(s), approved)
	if err != nil {
		return err
	}
	status := http.StatusAccepted
	if receipt.Status.Final() {
		status = http.StatusOK
	}
	return answer(w, status, receipt)
}

// approved tells whether a position, as it was sent, is at a team's approved
// location; nil when that is not known. The position goes no further.
func (h *Handler) approved(r *http.Request, s session.Session, team string, position []byte) *bool {
	here, ok := place.Read(position)
	if !ok {
		return nil
	}
	there := h.Roster.Approved(r.Context(), h.rosterKey(s), team)
	if there == nil {
		return nil
	}
	return place.At(here, *there, h.LocationRadius)
}

func (h *Handler) press(ctx context.Context, p wire.Punch, who journal.Who, approved *bool) (wire.Receipt, error) {
	watch, stop := h.Journal.Watch(who.Person)
	defer stop()
	// Once the press is read it is kept, whether the browser still waits or not.
	e, err := h.Journal.AcceptAt(context.WithoutCancel(ctx), p, who, approved)
	if errors.Is(err, journal.ErrReused) {
		return wire.Receipt{}, err
	}
	if err != nil {
		return wire.Receipt{}, unstored(err)
	}
	ctx, cancel := context.WithTimeout(ctx, h.PressWait)
	defer cancel()
	return h.Journal.Await(ctx, e, watch), nil
}

// receipt tells what became of one of the person's presses.
func (h *Handler) receipt(w http.ResponseWriter, r *http.Request, s session.Session) error {
	receipt, err := h.Journal.Receipt(r.Context(), who(s), r.PathValue("id"))
	if errors.Is(err, journal.ErrNoEntry) {
		return err
	}
	if err != nil {
		return unstored(err)
	}
	return answer(w, http.StatusOK, h.withName(receipt))
}

// unstored says that the database failed.
func unstored(err error) error { return fmt.Errorf("%w: %w", session.ErrStore, err) }

// readPunch reads a press, and the position that came with it as it stands
// there: whatever that is, it is no reason against the press.
func readPunch(w http.ResponseWriter, r *http.Request) (wire.Punch, []byte, error) {
	var body struct {
		wire.Punch
		Position json.RawMessage `json:"position"` // of wire.Located
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, wire.MaxBody)).Decode(&body)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return body.Punch, nil, err
	}
	if err != nil {
		return body.Punch, nil, wire.ProblemOf(wire.CodeMalformed, "the body is not a press")
	}
	p := body.Punch
	fault := faultOf(p)
	if fault == "" && p.Stated != 0 && p.Stated != p.At && p.Kind != clock.ClockOut {
		fault = "stated is for the end of work alone"
	}
	if fault != "" {
		return p, nil, wire.ProblemOf(wire.CodeMalformed, fault)
	}
	return body.Punch, body.Position, nil
}

// uuid is any version: the id is the browser's to make, the server only needs
// it to be unlikely twice.
var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// maxBound is the vaguest time a press may state.
const maxBound = 7 * 24 * clock.Hour

// faultOf says what is wrong with the form of a press; empty when nothing is.
func faultOf(p wire.Punch) string {
	switch {
	case !uuid.MatchString(p.ID):
		return "id is not a UUID in lower case"
	case !p.Kind.Valid():
		return "kind is none of clockIn, startBreak, endBreak, clockOut"
	case p.Seen != clock.Unknown && !p.Seen.Valid():
		return "seen is no state"
	case p.At <= 0 || p.At > 1<<52:
		return "at is not a time in milliseconds"
	case p.Stated < 0 || p.Stated > p.At:
		return "stated is not a time before the press"
	case p.Bound < 0 || p.Bound > maxBound:
		return "bound is out of range"
	case p.Ago < -1<<52 || p.Ago > 1<<52:
		return "ago is out of range"
	case p.Trust != wire.Anchored && p.Trust != wire.Device:
		return "trust is none of anchored, device"
	case p.Device == "" || len(p.Device) > 64:
		return "device is missing or too long"
	case p.Seq < 0:
		return "seq is negative"
	case utf8.RuneCountInString(p.Note) > wire.MaxNote:
		return fmt.Sprintf("note is longer than %d characters", wire.MaxNote)
	}
	return ""
}

// Package press takes the page's own form: a press that works before the
// browser program has loaded and after it has failed.
//
// Pressed while nobody is signed in, it is kept in a sealed cookie through the
// sign-in, and recorded with its own time once the person who signed in says
// that it was them.
//
// The form carries no static header, so it is guarded by what the browser says
// of where it comes from: Sec-Fetch-Site must be same-origin, or Origin equal
// to this server's; with neither it is refused. Everything else is as of a
// press by the program: explicit, journalled before it is answered, one event.
// The id is made here, and the same intent of the same person within a moment
// is the same press.
package press

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
	_ "time/tzdata" // a machine without zones must not show another time
	"unicode/utf8"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/access"
	"timeclock/server/fault"
	"timeclock/server/journal"
	"timeclock/server/roster"
	"timeclock/server/session"
	"timeclock/server/sheet"
)

const (
	// moment is how close two equal intents are one press.
	moment = 3 * clock.Second / 2
	// wait is how long the answer waits for Graph.
	wait = 2 * time.Second
)

// Handler takes presses by form. All exported fields are required, InsecureHTTP
// as in session.Config.
type Handler struct {
	Origin       string // of this server, as browsers spell it
	Journal      *journal.Journal
	Roster       *roster.Roster
	Access       access.Access
	Keys         *session.Keys
	InsecureHTTP bool
	Pages        sheet.Pages
	Now          func() time.Time
	Log          *slog.Logger

	mu   sync.Mutex
	last map[string]intent // by person; protected by mu

	drawer *drawer // holds presses of nobody; set by Mount
}

// intent is the last press of a person by form.
type intent struct {
	team string
	kind clock.Kind
	at   clock.Instant
	id   string
}

// Mount adds the handlers to mux.
func (h *Handler) Mount(mux *http.ServeMux) {
	h.drawer = newDrawer(h.Keys, h.InsecureHTTP)
	mux.Handle("POST "+wire.PathPress, h.answering(h.press))
	mux.Handle("GET "+pathHeld, h.answering(h.ask))
	mux.Handle("POST "+pathHeld, h.answering(h.confirm))
	mux.Handle("GET "+wire.PathPress+"/{id}", h.answering(h.result))
	// Somebody who comes back to the form's address finds the clock.
	mux.Handle("GET "+wire.PathPress, http.RedirectHandler("/", http.StatusSeeOther))
}

func toClock(book *words.Book) sheet.Link {
	return sheet.Link{Label: book.T(words.PageToClock), Path: "/"}
}

// answering turns what a handler could not do into a page that says so.
func (h *Handler) answering(next func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := next(w, r)
		if err == nil {
			return
		}
		book, code := h.Pages.Words(r), fault.Code(err)
		link := toClock(book)
		if code == wire.CodeSignedOut {
			link = sheet.Link{Label: book.T(words.SignIn), Path: wire.PathLogin}
		}
		status := wire.StatusOf(code)
		if status >= http.StatusInternalServerError {
			h.Log.ErrorContext(r.Context(), "press by form failed", "code", code, "err", err)
		}
		if err := h.Pages.Write(w, r, status, sheet.Problem(book, code, link)); err != nil {
			h.Log.ErrorContext(r.Context(), "result not drawn", "err", err)
		}
	})
}

// press accepts the form and sends the browser on to the result, so that a
// reload does not press again.
func (h *Handler) press(w http.ResponseWriter, r *http.Request) error {
	if !h.own(r) {
		return problem(wire.CodeCrossSite)
	}
	r.Body = http.MaxBytesReader(w, r.Body, wire.MaxBody)
	if err := r.ParseForm(); err != nil {
		return problem(wire.CodeMalformed)
	}
	kind, note := clock.Kind(r.PostForm.Get(wire.FieldKind)), r.PostForm.Get(wire.FieldNote)
	if !kind.Valid() || utf8.RuneCountInString(note) > wire.MaxNote {
		return problem(wire.CodeMalformed)
	}
	s, err := session.Current(r.Context())
	if errors.Is(err, session.ErrEnded) {
		return h.hold(w, r, kind, note)
	}
	if err != nil {
		return err
	}
	team, choices, err := h.team(r, s)
	if err != nil {
		return err
	}
	if len(choices) > 0 {
		return h.choose(w, r, choices, &sheet.Form{Action: wire.PathPress, Hidden: map[string]string{
			wire.FieldKind: string(kind), wire.FieldNote: note,
		}})
	}
	i := h.intend(s.Person.Key(), intent{team: team, kind: kind, at: clock.At(h.Now())})
	if err := h.accept(r.Context(), s, i, note); err != nil {
		return err
	}
	http.Redirect(w, r, wire.PathPress+"/"+i.id, http.StatusSeeOther)
	return nil
}

// own reports whether the form was sent from a page of this origin.
func (h *Handler) own(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return r.Header.Get("Origin") == h.Origin
}

func (h *Handler) key(s session.Session) roster.Key {
	return roster.Key{Person: s.Person.Key(), Caller: h.Access.Caller(s)}
}

// team gives the team the form names or the only one with a clock; with
// several and none named, all of them to choose from.
func (h *Handler) team(r *http.Request, s session.Session) (string, []wire.Team, error) {
	key := h.key(s)
	if id := r.PostForm.Get(wire.FieldTeam); id != "" {
		t, err := h.Roster.Team(r.Context(), key, id)
		if err == nil && !t.Clock {
			err = problem(t.Why)
		}
		return t.ID, nil, err
	}
	all, err := h.Roster.Teams(r.Context(), key)
	if err != nil {
		return "", nil, err
	}
	var open []wire.Team
	for _, t := range all {
		if t.Clock {
			open = append(open, t)
		}
	}
	switch len(open) {
	case 0:
		return "", nil, problem(wire.CodeNoTimeClock)
	case 1:
		return open[0].ID, nil, nil
	}
	return "", open, nil
}

// choose asks for the team, by a form that keeps what was typed and pressed.
func (h *Handler) choose(w http.ResponseWriter, r *http.Request, teams []wire.Team, form *sheet.Form) error {
	form.Field = wire.FieldTeam
	for _, t := range teams {
		form.Choices = append(form.Choices, sheet.Choice{Label: t.Name, Value: t.ID})
	}
	book := h.Pages.Words(r)
	return h.Pages.Write(w, r, http.StatusOK, sheet.Sheet{
		Tone: sheet.Wait, Title: book.T(words.TeamChoose), Text: []string{book.T(words.PageNotYet)}, Form: form,
	})
}

// accept journals the press and waits a moment for Graph to have it.
func (h *Handler) accept(ctx context.Context, s session.Session, i intent, note string) error {
	who := journal.Who{Person: s.Person.Key(), Object: s.Person.Object, Session: s.Hash}
	p := wire.Punch{
		ID: i.id, Team: i.team, Kind: i.kind, At: i.at, Trust: wire.Server,
		Device: "form-" + s.Hash[:16], Seq: int64(i.at), Note: note,
	}
	watch, stop := h.Journal.Watch(who.Person)
	defer stop()
	e, err := h.Journal.Accept(context.WithoutCancel(ctx), p, who)
	if errors.Is(err, journal.ErrReused) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", session.ErrStore, err)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	h.Journal.Await(ctx, e, watch)
	return nil
}

// intend gives the intent its id: that of the last one if it is the same.
func (h *Handler) intend(person string, i intent) intent {
	h.mu.Lock()
	defer h.mu.Unlock()
	if was, ok := h.last[person]; ok && was.team == i.team && was.kind == i.kind && i.at.Sub(was.at) < moment {
		return was
	}
	for p, was := range h.last { // forget what can repeat nothing
		if i.at.Sub(was.at) >= moment {
			delete(h.last, p)
		}
	}
	if h.last == nil {
		h.last = map[string]intent{}
	}
	i.id = uuid.Must(uuid.NewV7()).String()
	h.last[person] = i
	return i
}

// result tells what became of a press.
func (h *Handler) result(w http.ResponseWriter, r *http.Request) error {
	s, err := session.Current(r.Context())
	if err != nil {
		return err
	}
	who := journal.Who{Person: s.Person.Key(), Object: s.Person.Object, Session: s.Hash}
	receipt, err := h.Journal.Receipt(r.Context(), who, r.PathValue("id"))
	if errors.Is(err, journal.ErrNoEntry) {
		return problem(wire.CodeNotFound)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", session.ErrStore, err)
	}
	return h.Pages.Write(w, r, http.StatusOK, h.told(r, s, receipt))
}

// told is the sheet of a receipt.
func (h *Handler) told(asked *http.Request, s session.Session, r wire.Receipt) sheet.Sheet {
	book := h.Pages.Words(asked)
	out := sheet.Sheet{
		Title: book.T(words.PageRecorded, "done", book.Done(r.Kind), "time", h.timeOfDay(asked.Context(), s, r.Team, r.At)),
		Links: []sheet.Link{toClock(book)},
	}
	switch {
	case r.Status == wire.Delivered:
		out.Tone, out.Text = sheet.Good, []string{book.T(words.PageDelivered)}
	case r.Status == wire.Conflicted:
		advice := book.Problem(r.Code)
		out.Tone, out.Title, out.Code = sheet.Wait, book.T(words.ConflictLabel), r.Code
		out.Text = []string{advice.What, book.T(words.PageDecide)}
	case r.Status == wire.Refused:
		advice := book.Problem(r.Code)
		out.Tone, out.Title, out.Code = sheet.Bad, book.T(words.PageRefused), r.Code
		out.Text = []string{advice.What, advice.Do}
	default:
		out.Tone, out.Text = sheet.Wait, []string{book.T(words.PageWaiting)}
	}
	return out
}

// timeOfDay tells an instant in a team's zone.
func (h *Handler) timeOfDay(ctx context.Context, s session.Session, team string, at clock.Instant) string {
	zone := time.UTC
	if t, err := h.Roster.Team(ctx, h.key(s), team); err == nil {
		if loc, err := time.LoadLocation(t.Zone); err == nil {
			zone = loc
		}
	}
	return at.Time().In(zone).Format("15:04")
}

func problem(c wire.Code) error { return wire.ProblemOf(c, "press by form") }

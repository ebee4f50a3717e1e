package press

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/session"
	"timeclock/server/sheet"
)

const (
	pathHeld  = wire.PathPress + "/held"
	heldLife  = time.Hour
	maxCookie = 3800 // bytes that every browser keeps

	// paramHere says that the request comes from a page of ours.
	paramHere = "here"

	fieldID     = "id"
	fieldAnswer = "answer"
	answerYes   = "yes"
	answerNo    = "no"
)

// held is a press that nobody has said was theirs. It has its id already, so
// that it stays one press however often it is confirmed.
type held struct {
	ID   string        `json:"id"`
	Kind clock.Kind    `json:"kind"`
	At   clock.Instant `json:"at"`
	Note string        `json:"note,omitempty"`
}

// The names of the cookie over https and over plain http. It is Lax: the
// question is asked after a navigation from the provider's site.
const (
	cookieName         = "__Host-Http-timeclock-held"
	insecureCookieName = "timeclock-held"
)

// drawer keeps held presses in the browser, sealed.
type drawer struct {
	vault  *session.Vault
	cookie http.Cookie // all but the value
}

func newDrawer(keys *session.Keys, insecure bool) *drawer {
	d := &drawer{vault: keys.Vault("held press"), cookie: http.Cookie{
		Name: cookieName, Path: "/", MaxAge: int(heldLife / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}}
	if insecure {
		d.cookie.Name, d.cookie.Secure = insecureCookieName, false
	}
	return d
}

// open gives what the browser of r holds since less than heldLife.
func (d *drawer) open(r *http.Request, now clock.Instant) []held {
	c, err := r.Cookie(d.cookie.Name)
	if err != nil {
		return nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var all []held
	plain, err := d.vault.Open(d.cookie.Name, sealed)
	if err != nil || json.Unmarshal(plain, &all) != nil {
		return nil
	}
	return slices.DeleteFunc(all, func(p held) bool { return now.Sub(p.At) > clock.Of(heldLife) })
}

// fill makes the browser hold all, and reports whether it can.
func (d *drawer) fill(w http.ResponseWriter, all []held) (bool, error) {
	cookie := d.cookie
	if len(all) == 0 {
		cookie.MaxAge = -1
		http.SetCookie(w, &cookie)
		return true, nil
	}
	plain, err := json.Marshal(all)
	if err != nil {
		return false, fmt.Errorf("encode held presses: %w", err)
	}
	cookie.Value = base64.RawURLEncoding.EncodeToString(d.vault.Seal(cookie.Name, plain))
	if len(cookie.Value) > maxCookie {
		return false, nil
	}
	http.SetCookie(w, &cookie)
	return true, nil
}

// hold keeps the press of nobody and sends the browser on to a page that says
// so. It does not lead into the provider: a form may not (form-action).
func (h *Handler) hold(w http.ResponseWriter, r *http.Request, k clock.Kind, note string) error {
	now := clock.At(h.Now())
	all := h.drawer.open(r, now)
	if n := len(all); n == 0 || all[n-1].Kind != k || now.Sub(all[n-1].At) >= moment {
		all = append(all, held{ID: uuid.Must(uuid.NewV7()).String(), Kind: k, At: now, Note: note})
	}
	kept, err := h.drawer.fill(w, all)
	if err != nil {
		return err
	}
	if !kept {
		book := h.Pages.Words(r)
		return h.Pages.Write(w, r, http.StatusUnauthorized, sheet.Sheet{
			Tone: sheet.Bad, Title: book.T(words.PageRefused), Text: []string{book.T(words.HeldMany)},
			Links: []sheet.Link{heldSignIn(book)}, Code: wire.CodeSignedOut,
		})
	}
	http.Redirect(w, r, pathHeld+"?"+paramHere+"=1", http.StatusSeeOther)
	return nil
}

func heldSignIn(book *words.Book) sheet.Link {
	return sheet.Link{Label: book.T(words.SignIn), Path: wire.PathLogin + "?" + url.Values{wire.ParamReturn: {pathHeld}}.Encode()}
}

// ask asks the person who is signed in whether the first held press was theirs.
// Coming from the provider the browser keeps back the session's cookie; a page
// of ours that leads here once more is given it.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	all := h.drawer.open(r, clock.At(h.Now()))
	if len(all) == 0 {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	s, err := session.Current(r.Context())
	signedOut, book := errors.Is(err, session.ErrEnded), h.Pages.Words(r)
	switch {
	case signedOut && !r.URL.Query().Has(paramHere):
		next := pathHeld + "?" + paramHere + "=1"
		return h.Pages.Write(w, r, http.StatusOK, sheet.Sheet{
			Tone: sheet.Wait, Title: book.T(words.PageOpening), Next: next,
			Links: []sheet.Link{{Label: book.T(words.TryAgain), Path: next}},
		})
	case signedOut:
		return h.Pages.Write(w, r, http.StatusOK, sheet.Sheet{
			Tone: sheet.Wait, Title: book.T(words.HeldTitle, "act", book.Act(all[0].Kind)),
			Text: []string{book.T(words.HeldText)}, Links: []sheet.Link{heldSignIn(book)},
		})
	case err != nil:
		return err
	}
	return h.Pages.Write(w, r, http.StatusOK, h.question(r, s, all[0]))
}

// question is about one press. Its note is not shown: whoever signed in may be
// somebody else.
func (h *Handler) question(r *http.Request, s session.Session, p held) sheet.Sheet {
	team := ""
	if teams, err := h.Roster.Teams(r.Context(), h.key(s)); err == nil && len(teams) > 0 {
		team = teams[0].ID // any of them tells the time here
	}
	book := h.Pages.Words(r)
	return sheet.Sheet{
		Tone: sheet.Wait, Title: book.T(words.HeldAsk, "name", s.Person.Name),
		Text: []string{
			book.T(words.HeldPress, "act", book.Act(p.Kind), "time", h.timeOfDay(r.Context(), s, team, p.At)),
			book.T(words.PageNotYet),
		},
		Form: &sheet.Form{
			Action: pathHeld, Hidden: map[string]string{fieldID: p.ID}, Field: fieldAnswer,
			Choices: []sheet.Choice{
				{Label: book.T(words.HeldYes, "name", s.Person.Name), Value: answerYes},
				{Label: book.T(words.HeldNo), Value: answerNo},
			},
		},
	}
}

// confirm takes the answer.
func (h *Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	if !h.own(r) {
		return problem(wire.CodeCrossSite)
	}
	s, err := session.Current(r.Context())
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, wire.MaxBody)
	if err := r.ParseForm(); err != nil {
		return problem(wire.CodeMalformed)
	}
	all := h.drawer.open(r, clock.At(h.Now()))
	id := r.PostForm.Get(fieldID)
	n := slices.IndexFunc(all, func(p held) bool { return p.ID == id })
	if n < 0 { // answered before, or too long ago
		return problem(wire.CodeNotFound)
	}
	p, rest := all[n], slices.Delete(slices.Clone(all), n, n+1)
	if r.PostForm.Get(fieldAnswer) != answerYes {
		return h.drop(w, r, rest)
	}
	team, choices, err := h.team(r, s)
	if err != nil {
		return err
	}
	if len(choices) > 0 {
		return h.choose(w, r, choices, &sheet.Form{Action: pathHeld, Hidden: map[string]string{
			fieldID: id, fieldAnswer: answerYes,
		}})
	}
	if err := h.accept(r.Context(), s, intent{team: team, kind: p.Kind, at: p.At, id: p.ID}, p.Note); err != nil {
		return err
	}
	if _, err := h.drawer.fill(w, rest); err != nil {
		return err
	}
	next := wire.PathPress + "/" + p.ID
	if len(rest) > 0 {
		next = pathHeld + "?" + paramHere + "=1"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// drop forgets a held press.
func (h *Handler) drop(w http.ResponseWriter, r *http.Request, rest []held) error {
	if _, err := h.drawer.fill(w, rest); err != nil {
		return err
	}
	book := h.Pages.Words(r)
	links := []sheet.Link{toClock(book)}
	if len(rest) > 0 {
		links[0].Path = pathHeld + "?" + paramHere + "=1"
	}
	return h.Pages.Write(w, r, http.StatusOK, sheet.Sheet{
		Tone: sheet.Wait, Title: book.T(words.HeldGone), Links: links,
	})
}

package auth

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/session"
	"timeclock/server/sheet"
	"timeclock/server/telemetry"
)

// failure is why a sign-in came to nothing.
type failure struct {
	status int
	reason string // stable, for the log
	text   advice
	cause  error  // for the log; holds nothing secret
	back   string // return path of the next attempt
	prompt string // of the next attempt
}

// advice tells a person of a failure in their language.
type advice func(*words.Book) words.Advice

func declined(r words.Refusal) advice {
	return func(book *words.Book) words.Advice { return book.SignInRefused(r) }
}

func trouble(c wire.Code) advice {
	return func(book *words.Book) words.Advice { return book.Problem(c) }
}

func (e *failure) Error() string { return "sign-in refused: " + e.reason }

func (e *failure) Unwrap() error { return e.cause }

func fail(status int, reason string, text advice, cause error) *failure {
	return &failure{status: status, reason: reason, text: text, cause: cause}
}

// returning notes where the next attempt shall return to.
func returning(err error, back string) error {
	e := *explain(err)
	e.back = back
	return &e
}

// explain says what an error means to the person.
func explain(err error) *failure {
	var known *failure
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, session.ErrStore):
		return fail(http.StatusServiceUnavailable, "store", declined(words.SignInStore), err)
	case errors.Is(err, session.ErrConfig):
		return fail(http.StatusBadGateway, "config", declined(words.SignInConfig), err)
	case errors.Is(err, session.ErrUnavailable):
		return fail(http.StatusServiceUnavailable, "provider", trouble(wire.CodeProvider), err)
	case errors.Is(err, session.ErrEnded):
		return fail(http.StatusBadRequest, "code_refused", declined(words.SignInExpired), err)
	}
	return fail(http.StatusInternalServerError, "internal", trouble(wire.CodeInternal), err)
}

// refuse writes the page for err and the line in the audit log.
func (f *flow) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := explain(err)
	f.audit.Write(r.Context(), telemetry.SignInRefused, slog.String("reason", e.reason), slog.Int("status", e.status))
	if e.cause != nil {
		f.Log.WarnContext(r.Context(), "sign-in failed", "reason", e.reason, "err", brief(e.cause))
	}
	switch e.status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "30")
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodGet)
	}
	next := url.Values{}
	if e.back != "" && e.back != "/" {
		next.Set(wire.ParamReturn, e.back)
	}
	if e.prompt != "" {
		next.Set(wire.ParamPrompt, e.prompt)
	}
	book := f.Pages.Words(r)
	text := e.text(book)
	again := url.URL{Path: wire.PathLogin, RawQuery: next.Encode()}
	if err := f.Pages.Write(w, r, e.status, sheet.Sheet{
		Tone: sheet.Bad, Title: text.What, Text: []string{text.Do},
		Links: []sheet.Link{{Label: book.T(words.SignIn), Path: again.String()}},
	}); err != nil {
		f.Log.ErrorContext(r.Context(), "page not written", "err", err)
	}
}

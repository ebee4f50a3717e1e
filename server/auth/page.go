package auth

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/session"
)

// failure is why a sign-in came to nothing.
type failure struct {
	status int
	reason string // stable, for the log
	text   words.Advice
	cause  error  // for the log; holds nothing secret
	back   string // return path of the next attempt
}

func (e *failure) Error() string { return "sign-in refused: " + e.reason }

func (e *failure) Unwrap() error { return e.cause }

func fail(status int, reason string, text words.Advice, cause error) *failure {
	return &failure{status: status, reason: reason, text: text, cause: cause}
}

// The texts of the page, beside those for problem codes.
var (
	pageExpired     = words.Advice{What: "This sign-in has expired or was used already.", Do: "Sign in again; it takes a moment."}
	pageDenied      = words.Advice{What: "The sign-in was cancelled or not permitted.", Do: "If you should have access, ask your administrator; else try again."}
	pageInteraction = words.Advice{What: "The sign-in service wants to ask you something first.", Do: "Sign in again and answer there."}
	pageUntrusted   = words.Advice{What: "The answer of the sign-in service could not be trusted.", Do: "Sign in again. If it stays like this, tell your administrator."}
	pageMalformed   = words.Advice{What: "This address is not one to sign in with.", Do: "Open the time clock and sign in from there."}
	pageConfig      = words.Advice{What: "The sign-in service does not accept this time clock.", Do: "Tell your administrator; nothing you can do here will help."}
	pageStore       = words.Advice{What: "The server cannot store anything at the moment.", Do: "Try again in a few minutes."}
)

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
		return fail(http.StatusServiceUnavailable, "store", pageStore, err)
	case errors.Is(err, session.ErrConfig):
		return fail(http.StatusBadGateway, "config", pageConfig, err)
	case errors.Is(err, session.ErrUnavailable):
		return fail(http.StatusServiceUnavailable, "provider", words.Problem(wire.CodeProvider), err)
	case errors.Is(err, session.ErrEnded):
		return fail(http.StatusBadRequest, "code_refused", pageExpired, err)
	}
	return fail(http.StatusInternalServerError, "internal", words.Problem(wire.CodeInternal), err)
}

// refuse writes the page for err and the line in the audit log.
func (f *flow) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := explain(err)
	args := []any{"reason", e.reason, "status", e.status}
	if e.cause != nil {
		args = append(args, "err", brief(e.cause))
	}
	f.Log.WarnContext(r.Context(), "sign_in_refused", args...)

	again := url.URL{Path: wire.PathLogin}
	if e.back != "" && e.back != "/" {
		again.RawQuery = url.Values{wire.ParamReturn: {e.back}}.Encode()
	}
	lang, dir := words.Lang()
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, map[string]any{
		"Lang": lang, "Dir": dir, "App": words.T(words.AppName), "SignIn": words.T(words.SignIn),
		"Text": e.text, "Again": again.String(), "Style": pageStyle,
	}); err != nil {
		f.Log.ErrorContext(r.Context(), "page not written", "err", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	if e.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "30")
	}
	w.WriteHeader(e.status)
	w.Write(page.Bytes())
}

const pageStyle template.CSS = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
body { margin: 0; min-block-size: 100vh; display: grid; place-content: center }
main { max-inline-size: 26rem; padding: 1.5rem }
h1 { font-size: 1.375rem; line-height: 1.25 }
a { display: inline-block; margin-block-start: 1rem; padding: .75rem 1.5rem; border-radius: .75rem;
  background: #1d4ed8; color: #fff; font-weight: 600; text-decoration: none }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px }
`

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.App}}</title>
<style>{{.Style}}</style>
<main>
<h1>{{.Text.What}}</h1>
<p>{{.Text.Do}}</p>
<a href="{{.Again}}">{{.SignIn}}</a>
</main>
`))

// pagePolicy allows the page its own style and nothing else.
var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

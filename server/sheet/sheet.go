// Package sheet draws the small pages that stand outside the browser program:
// the result of the page's own form, and what went wrong at signing in.
//
// A sheet works without script, is never stored, and takes its words from
// app/words; it shows nothing that came in the request but what its caller put
// into it, escaped.
package sheet

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/shell"
	"timeclock/server/telemetry"
	"timeclock/server/tongue"
)

//go:embed sheet.html
var source string

var page = template.Must(template.New("sheet").Parse(source))

// Tone says at a glance how it went; the words say it too.
type Tone string

// Good: done. Wait: on its way. Bad: not done.
const (
	Good Tone = "good"
	Wait Tone = "wait"
	Bad  Tone = "bad"
)

// Sheet is what a page says.
type Sheet struct {
	Tone  Tone
	Title string
	Text  []string
	Links []Link
	Next  string    // path to go on to by itself; empty for none
	Form  *Form     // nil when there is nothing to choose
	Code  wire.Code // the problem, for tests and support; empty when there is none
}

// Link leads to a path of this origin.
type Link struct{ Label, Path string }

// Form asks for one choice and posts it with what is already known.
type Form struct {
	Action  string
	Hidden  map[string]string
	Field   string
	Choices []Choice
}

// Choice is one button of a Form.
type Choice struct{ Label, Value string }

// Pages writes sheets. Style and Icon are the paths of the style sheet and of
// the icon.
type Pages struct {
	Style, Icon string
	Tongues     *tongue.Tongues
}

// Words gives the texts for what answers r.
func (p Pages) Words(r *http.Request) *words.Book { return p.Tongues.Of(r) }

// Write answers a request with s.
func (p Pages) Write(w http.ResponseWriter, r *http.Request, status int, s Sheet) error {
	book := p.Words(r)
	reference := ""
	if id := telemetry.RequestID(r.Context()); id != "" && s.Tone == Bad {
		reference = book.T(words.Reference, "id", id)
	}
	var out bytes.Buffer
	err := page.Execute(&out, struct {
		Sheet
		Pages
		Lang, Dir, Theme, App, Reference string
	}{s, p, book.Lang, book.Dir, shell.Theme(r), book.T(words.AppName), reference})
	if err != nil {
		return fmt.Errorf("draw sheet: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", shell.PageCSP)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", book.Lang)
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
	return nil
}

// Problem is the sheet for a problem, with a link to try what helps.
func Problem(book *words.Book, c wire.Code, links ...Link) Sheet {
	advice := book.Problem(c)
	return Sheet{Tone: Bad, Title: book.T(words.PageTrouble), Text: []string{advice.What, advice.Do}, Links: links, Code: c}
}

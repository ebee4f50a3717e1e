package licences

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"timeclock/app/page"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/shell"
	"timeclock/server/tongue"
)

//go:embed licences.txt
var texts string

//go:embed licences.html
var source string

var drawn = template.Must(template.New("licences").Parse(source))

// Work is something the product is built from.
type Work struct{ Name, Text string }

// mark begins the line with a work's name; its licences follow.
const mark = "=== "

// Works lists all, the product itself first.
func Works() []Work {
	var all []Work
	for _, part := range strings.Split("\n"+texts, "\n"+mark)[1:] {
		name, text, _ := strings.Cut(part, "\n")
		all = append(all, Work{Name: name, Text: strings.TrimSpace(text)})
	}
	return all
}

// Handler serves the page. Style and Icon are the paths of the style sheet and
// of the icon.
type Handler struct {
	Style, Icon string
	Tongues     *tongue.Tongues
}

// Mount adds the page to mux.
func (h *Handler) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+wire.PathLicences, func(w http.ResponseWriter, r *http.Request) {
		body, err := h.draw(h.Tongues.Of(r), shell.Theme(r))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		head := w.Header()
		head.Set("Content-Type", "text/html; charset=utf-8")
		head.Set("Content-Security-Policy", shell.PageCSP)
		head.Set("Cache-Control", "no-cache")
		head.Set("Vary", tongue.Vary)
		_, _ = w.Write(body)
	})
}

func (h *Handler) draw(book *words.Book, theme string) ([]byte, error) {
	var out bytes.Buffer
	err := drawn.Execute(&out, struct {
		*Handler
		Lang, Dir, Theme, App, Title, Back, BackPath string
		Works                                        []Work
	}{
		h, book.Lang, book.Dir, theme, book.T(words.AppName), book.T(words.AboutLicences),
		book.T(words.PageToSettings), page.PathSettings, Works(),
	})
	if err != nil {
		return nil, fmt.Errorf("draw the licences: %w", err)
	}
	return out.Bytes(), nil
}

package gallery

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"sync"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/words"
)

// Path is where the gallery is; a specimen's name follows it.
const Path = "/sandbox/gallery"

const pathStyle = Path + "/gallery.css"

//go:embed gallery.html specimen.html gallery.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "*.html"))

// Before puts the gallery before the product, at the product's own address and
// with its style sheets and icon, whose paths those are; more is that of the
// supervisors' screens.
func Before(product http.Handler, style, more, icon string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", product)
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, _ *http.Request) {
		send(w, "frame-ancestors 'none'", "gallery.html", struct {
			Style, Icon, Own, Path string
			Groups                 []Group
		}{style, icon, pathStyle, Path, Groups()})
	})
	type drawn struct {
		Specimen
		more string
	}
	all := sync.OnceValue(func() map[string]drawn {
		all := map[string]drawn{}
		for _, g := range Groups() {
			for _, s := range g.Specimens {
				if all[s.Name] = (drawn{s, ""}); g.Desk {
					all[s.Name] = drawn{s, more}
				}
			}
		}
		return all
	})
	mux.HandleFunc("GET "+Path+"/{name}", func(w http.ResponseWriter, r *http.Request) {
		specimen, ok := all()[r.PathValue("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		book := bookOf(r.URL.Query().Get("lang"))
		send(w, "frame-ancestors 'self'", "specimen.html", struct {
			Style, More, Icon, Lang, Dir string
			Markup                       template.HTML
		}{style, specimen.more, icon, book.Lang, book.Dir, template.HTML(specimen.In(book))}) // of Models of our own
	})
	mux.HandleFunc("GET "+pathStyle, func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "gallery.css")
	})
	return mux
}

// drawing is held while a language is in use.
var drawing sync.Mutex

// In draws the specimen in a language.
func (s Specimen) In(book *words.Book) string {
	drawing.Lock()
	defer drawing.Unlock()
	words.Use(book)
	defer words.Use(&words.English)
	if book.Lang != Pseudo { // which has all
		words.AddDesk()
	}
	return s.markup()
}

// markup draws the specimen with go-app, on the host.
func (s Specimen) markup() string {
	screen := s.draw(stage{model: s.Model})
	engine := app.NewTestEngine()
	if err := engine.Load(screen); err != nil {
		return fmt.Sprintf("<p>%s cannot be drawn.</p>", template.HTMLEscapeString(s.Name))
	}
	engine.ConsumeAll()
	markup := untrue.ReplaceAllString(app.HTMLString(screen), "")
	return bare.ReplaceAllString(bare.ReplaceAllString(markup, `$1="true"$2`), `$1="true"$2`) // two may follow each other
}

// What go-app writes on the host and a browser takes for something else: what is
// false, and in HTML is true, and what is true, and has no value.
var (
	untrue = regexp.MustCompile(` (checked|disabled|open|selected)="false"`)
	bare   = regexp.MustCompile(`( (?:aria|data)-[a-z-]+)([ >])`)
)

// send answers with a page that runs no script.
func send(w http.ResponseWriter, ancestors, name string, view any) {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, view); err != nil {
		http.Error(w, "The page cannot be drawn: "+err.Error(), http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "+
		"form-action 'none'; base-uri 'none'; "+ancestors)
	_, _ = w.Write(text.Bytes())
}

package gallery

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
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
// with its style sheet and icon, whose paths style and icon are.
func Before(product http.Handler, style, icon string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", product)
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, _ *http.Request) {
		send(w, "frame-ancestors 'none'", "gallery.html", struct {
			Style, Icon, Own, Path string
			Groups                 []Group
		}{style, icon, pathStyle, Path, Groups()})
	})
	drawn := sync.OnceValue(func() map[string]Specimen {
		all := map[string]Specimen{}
		for _, g := range Groups() {
			for _, s := range g.Specimens {
				all[s.Name] = s
			}
		}
		return all
	})
	mux.HandleFunc("GET "+Path+"/{name}", func(w http.ResponseWriter, r *http.Request) {
		specimen, ok := drawn()[r.PathValue("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		book := bookOf(r.URL.Query().Get("lang"))
		send(w, "frame-ancestors 'self'", "specimen.html", struct {
			Style, Icon, Lang, Dir string
			Markup                 template.HTML
		}{style, icon, book.Lang, book.Dir, template.HTML(specimen.In(book))}) // of Models of our own
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
	return s.Markup()
}

// Markup draws the specimen with go-app, on the host.
func (s Specimen) Markup() string {
	screen := s.draw(stage{model: s.Model})
	engine := app.NewTestEngine()
	if err := engine.Load(screen); err != nil {
		return fmt.Sprintf("<p>%s cannot be drawn.</p>", template.HTMLEscapeString(s.Name))
	}
	engine.ConsumeAll()
	// go-app writes what is false as an attribute all the same, which in HTML
	// is true.
	return strings.ReplaceAll(app.HTMLString(screen), ` disabled="false"`, "")
}

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

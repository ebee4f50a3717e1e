package front

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"timeclock/server/sandbox/tenant"
)

//go:embed home.html weather.html front.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "home.html", "weather.html"))

// The paths of the pages.
const (
	PathHome    = "/"
	PathWeather = "/sandbox/weather"

	pathMend  = PathWeather + "/mend"
	pathStyle = "/sandbox/front.css"
)

// Person is somebody to be picked.
type Person struct{ ID, Name, About string }

// Link is a place worth knowing.
type Link struct{ Name, URL string }

// Handler serves the pages of one tenant.
type Handler struct {
	Tenant  *tenant.Tenant
	People  []Person
	Product string // where the time clock is; empty when the tenant is alone
	Links   []Link // for the overview
}

// Mount registers the pages.
func (h *Handler) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+PathHome+"{$}", h.home)
	mux.HandleFunc("GET "+PathWeather, h.weather)
	mux.HandleFunc("POST "+PathWeather, h.trouble)
	mux.HandleFunc("POST "+pathMend, h.mend)
	mux.HandleFunc("GET "+pathStyle, style)
}

// home says what this is and who is here.
func (h *Handler) home(w http.ResponseWriter, r *http.Request) {
	h.draw(w, http.StatusOK, "home.html", struct {
		*Handler
		Style, Weather string
	}{h, pathStyle, PathWeather})
}

// draw answers with a page that nothing keeps.
func (h *Handler) draw(w http.ResponseWriter, status int, name string, view any) {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, view); err != nil {
		http.Error(w, "The page cannot be drawn: "+err.Error(), http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	w.Write(text.Bytes())
}

// style answers the style sheet. Its last rules show what belongs to the
// trouble that is chosen; where a browser cannot tell, everything is shown.
func style(w http.ResponseWriter, r *http.Request) {
	text, err := files.ReadFile("front.css")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var rules strings.Builder
	rules.WriteString("@supports selector(:has(*)) {\n[data-for] { display: none; }\n")
	for _, g := range kinds {
		for _, k := range g.Kinds {
			fmt.Fprintf(&rules, "form:has(option[value=%s]:checked) [data-for~=%s] { display: block; }\n", k.Do, k.Do)
		}
	}
	rules.WriteString("}\n")
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(append(text, rules.String()...))
}

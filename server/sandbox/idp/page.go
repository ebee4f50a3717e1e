package idp

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.html sign-in.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page.html"))

// shown is what the page draws.
type shown struct {
	Style   string
	Title   string
	Lead    string
	Action  string // where a press goes; empty draws no people
	Problem bool
	People  []face
	Frames  []string // of the application, to tell it of a sign-out
}

// face is a person on the page.
type face struct {
	Login, Name, About, Initials string
	Here                         bool // signed in at the provider in this browser
	Hue                          int  // of the picture: 0 to 5
}

// page lists the people, the likeliest first: the one hinted at, then the one
// who is signed in. Of those that are unlisted only these two stand there.
func (p *Provider) page(w http.ResponseWriter, r *http.Request, a asked) {
	here, _ := p.signedIn(r)
	hinted := p.person(a.hint)
	view := shown{
		Style: p.url("sign-in.css"), Title: "Who are you?",
		Lead:   "This tenant is a sandbox: its people are made up and there are no passwords. Choose one to sign in to " + p.Client.Name + ".",
		Action: p.url("oauth2/v2.0/authorize") + "?" + r.URL.RawQuery,
	}
	var first []face
	for i := range p.People {
		one := &p.People[i]
		f := face{Login: one.Login, Name: one.Name, About: one.About, Initials: initials(one.Name), Here: one == here, Hue: i % 6}
		switch one {
		case hinted:
			first = slices.Insert(first, 0, f)
		case here:
			first = append(first, f)
		default:
			if !one.Unlisted {
				view.People = append(view.People, f)
			}
		}
	}
	view.People = append(first, view.People...)
	p.draw(w, http.StatusOK, view)
}

// initials are the first letters of the first and the last name.
func initials(name string) string {
	parts := strings.Fields(name)
	if len(parts) == 0 {
		return "?"
	}
	letters := []rune(parts[0])[:1]
	if len(parts) > 1 {
		letters = append(letters, []rune(parts[len(parts)-1])[0])
	}
	return string(letters)
}

// wrong tells the person that the request cannot be answered.
func (p *Provider) wrong(w http.ResponseWriter, status int, text string) {
	p.draw(w, status, shown{Style: p.url("sign-in.css"), Title: "That did not work", Lead: text, Problem: true})
}

// broken tells the person that the provider failed.
func (p *Provider) broken(w http.ResponseWriter, r *http.Request, err error) {
	p.Log.ErrorContext(r.Context(), "provider failed", "path", r.URL.Path, "error", err)
	p.wrong(w, http.StatusInternalServerError, "The sandbox's provider failed; its log says why.")
}

// goodbye tells the person that the session has ended, and the application in
// frames. The browser goes back once all frames are there, or stays if back is
// empty.
func (p *Provider) goodbye(w http.ResponseWriter, back string, frames ...string) {
	view := shown{Style: p.url("sign-in.css"), Title: "You are signed out", Lead: "You may close this page.", Frames: frames}
	if back != "" {
		view.Lead = "Going back to " + p.Client.Name + "."
		w.Header().Set("Refresh", "0; url="+back)
	}
	p.draw(w, http.StatusOK, view)
}

func (p *Provider) draw(w http.ResponseWriter, status int, view shown) {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, "page.html", view); err != nil {
		p.Log.Error("draw page", "error", err)
		http.Error(w, "The page cannot be drawn.", http.StatusInternalServerError)
		return
	}
	secure(w)
	if len(view.Frames) > 0 {
		h := w.Header()
		h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src http: https:")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(text.Bytes())
}

// secure sets the headers of every page and redirect.
func secure(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'")
}

func (p *Provider) style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "sign-in.css")
}

package shell

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"timeclock/app/wire"
	"timeclock/server/tongue"
	"timeclock/web"
	"timeclock/web/bundle"
)

// AppScript and DeskScript are the names among the assets of go-app's script,
// as it starts everybody's program and the supervisors'.
const (
	AppScript  = "app.js"
	DeskScript = "desk.js"
)

// Paths of the two files that cannot have versioned names: a service worker
// is known by its path, and an installed app by its manifest's.
const (
	pathWorker   = "/app-worker.js"
	pathManifest = "/manifest.webmanifest"
)

// Cache-Control of what never changes under its name, and of the rest.
const (
	cacheForever    = "public, max-age=31536000, immutable"
	cacheRevalidate = "no-cache"
)

// Shell answers for the page and all static files. It may be used by any
// number of goroutines.
type Shell struct {
	// Version names all of it: it changes when any file a browser gets does.
	Version string

	routes  Routes
	assets  *web.Assets
	tongues *tongue.Tongues
	spoken  map[string]spoken // by language
}

// Routes are the paths of the screens of both programs. Each is answered by the
// page of its program.
type Routes struct{ App, Desk []string }

// New prepares everything that will be served, in every language. An error
// means that this build cannot be served: go-app's script is not the one known
// here, or a file that the page names is missing.
func New(assets *web.Assets, routes Routes, tongues *tongue.Tongues) (*Shell, error) {
	if !slices.Contains(routes.App, "/") {
		return nil, errors.New("shell: routes without /, where the program starts")
	}
	draft, err := build("draft", assets, routes, tongues)
	if err != nil {
		return nil, fmt.Errorf("shell: %w", err)
	}
	made, err := build(draft.hash(), assets, routes, tongues)
	if err != nil {
		return nil, fmt.Errorf("shell: %w", err)
	}
	return made, nil
}

// build makes a Shell whose files bear the given version.
func build(version string, assets *web.Assets, routes Routes, tongues *tongue.Tongues) (*Shell, error) {
	script, err := appScript(version, assets.Named(web.Program).Path)
	if err != nil {
		return nil, err
	}
	deskScript, err := appScript(version, assets.Named(web.Desk).Path)
	if err != nil {
		return nil, err
	}
	early, err := renderEarly(version, assets.Named(web.Program).Path)
	if err != nil {
		return nil, err
	}
	theme, err := renderTheme()
	if err != nil {
		return nil, err
	}
	s := &Shell{
		Version: version, routes: routes, tongues: tongues, spoken: map[string]spoken{},
		assets: assets.With(AppScript, script).With(DeskScript, deskScript).With(EarlyScript, early).With(ThemeScript, theme),
	}
	for _, tag := range tongues.Tags() {
		if s.spoken[tag], err = s.speak(tongues.Book(tag)); err != nil {
			return nil, fmt.Errorf("language %s: %w", tag, err)
		}
	}
	return s, nil
}

// hash names the content of every file.
func (s *Shell) hash() string {
	var all bytes.Buffer
	files := s.assets.All()
	for _, tag := range s.tongues.Tags() {
		files = append(files, s.spoken[tag].all()...)
	}
	for _, a := range files {
		fmt.Fprintln(&all, a.Name, a.Hash)
	}
	return bundle.Hash(all.Bytes())[:16]
}

// Path gives the versioned path of an asset, for pages of other packages. An
// unknown name gives "".
func (s *Shell) Path(name string) string {
	if a := s.assets.Named(name); a != nil {
		return a.Path
	}
	return ""
}

// Mount adds the shell's paths to mux.
func (s *Shell) Mount(mux *http.ServeMux) {
	for _, route := range s.routes.App {
		mux.HandleFunc("GET "+exactly(route), s.serve(func(p spoken) *web.Asset { return p.page }))
	}
	for _, route := range s.routes.Desk {
		mux.HandleFunc("GET "+exactly(route), s.serve(func(p spoken) *web.Asset { return p.desk }))
	}
	mux.HandleFunc("GET /web/", s.serveAsset)
	mux.HandleFunc("GET "+pathManifest, func(w http.ResponseWriter, r *http.Request) {
		send(w, r, s.of(w, r).manifest, cacheRevalidate)
	})
	mux.HandleFunc("GET "+pathWorker, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", PageCSP)
		send(w, r, s.of(w, r).worker, cacheRevalidate)
	})
}

// exactly is the mux pattern of one path and none below it.
func exactly(route string) string {
	if strings.HasSuffix(route, "/") {
		return route + "{$}"
	}
	return route
}

// serve answers with a page.
func (s *Shell) serve(page func(spoken) *web.Asset) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", PageCSP)
		w.Header().Set(wire.Header, s.Version) // so the worker knows it for ours
		send(w, r, page(s.of(w, r)), cacheRevalidate)
	}
}

func (s *Shell) serveAsset(w http.ResponseWriter, r *http.Request) {
	a := s.assets.At(r.URL.Path)
	if a == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	send(w, r, a, cacheForever)
}

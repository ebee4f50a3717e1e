package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"timeclock/app/wire"
	"timeclock/server/config"
	"timeclock/server/shell"
	"timeclock/server/telemetry"
)

// chain mounts the handlers and puts before them, from the outside in: the
// request id and its log line, the security headers, the checks on host and
// path, the defence against other sites, and the session.
func (s *Server) chain(c config.Config, handlers ...mountable) http.Handler {
	mux := http.NewServeMux()
	for _, h := range handlers {
		h.Mount(mux)
	}
	requests := &telemetry.Requests{Log: s.log, Now: time.Now, Served: s.metrics.request}
	headers := shell.Headers{HTTPS: strings.HasPrefix(c.URL, "https:")}
	return requests.Wrap(
		headers.Wrap(
			plain(hostOf(c.URL),
				sameSite(
					s.signedIn(telemetry.Route(mux))))))
}

// signedIn finds the session where one can matter. The page and its files are
// the same for everyone and are served without looking at any cookie.
func (s *Server) signedIn(next http.Handler) http.Handler {
	loaded := s.sessions.Load(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if personal(r.URL.Path) {
			loaded.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func personal(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == wire.PathPress || strings.HasPrefix(path, wire.PathPress+"/")
}

// sameSite refuses what another site made the browser send.
func sameSite(next http.Handler) http.Handler {
	var guard http.CrossOriginProtection
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, wire.CodeCrossSite, "not from this origin")
	}))
	return guard.Handler(next)
}

// plain refuses what is not addressed to the public host, and paths that two
// programs could read in two ways: what was checked must be what is served.
func plain(host string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		health := r.URL.Path == "/healthz" || r.URL.Path == "/readyz" // asked for by address
		switch {
		case !health && !strings.EqualFold(r.Host, host):
			refuse(w, wire.CodeNotFound, "no such host")
		case crooked(r.URL):
			refuse(w, wire.CodeNotFound, "no such path")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// crooked reports whether a path is anything but plain characters between
// single slashes: encoded, to walk with, or holding what no address needs.
func crooked(u *url.URL) bool {
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f }
	return u.RawPath != "" || u.IsAbs() || strings.Contains(u.Path, "//") || strings.Contains(u.Path, "/.") ||
		strings.ContainsAny(u.Path, `\;%#`) || strings.ContainsFunc(u.Path, odd)
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}

func refuse(w http.ResponseWriter, code wire.Code, title string) {
	p := wire.ProblemOf(code, title)
	w.Header().Set("Content-Type", wire.ContentTypeProblem)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

package shell

import (
	"net/http"
	"strings"
)

// PageCSP is the Content-Security-Policy of a page of this product: files of
// this origin only, WebAssembly allowed, nothing inline, no frames.
const PageCSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// dataCSP is the policy of what is no page.
const dataCSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// permissions switches off what the product never asks a device for. The
// position is asked for only by a press.
const permissions = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), " +
	"serial=(), midi=(), display-capture=(), browsing-topics=()"

// Headers puts the security headers on every answer of a server. What it sets
// is the strict default; a handler that serves a page replaces the
// Content-Security-Policy by PageCSP, and one that may be cached replaces
// Cache-Control.
type Headers struct {
	// HTTPS says that the public address is https, and browsers shall
	// remember it for a year.
	HTTPS bool
}

// Wrap gives next with the headers.
func (o Headers) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.set(w.Header(), r.URL.Path)
		next.ServeHTTP(w, r)
	})
}

func (o Headers) set(h http.Header, path string) {
	h.Set("Content-Security-Policy", dataCSP)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", permissions)
	h.Set("Referrer-Policy", "strict-origin")
	if under(path, "/auth") {
		h.Set("Referrer-Policy", "no-referrer") // the code is in the address
	}
	if under(path, "/auth") || under(path, "/api") || under(path, "/press") {
		h.Set("Cache-Control", "no-store")
	}
	if o.HTTPS {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// under reports whether path is dir or below it.
func under(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || rest[0] == '/')
}

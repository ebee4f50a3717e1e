package server

import (
	"bufio"
	"net/http"
	"path"
	"strings"
	"testing"
)

// FuzzPaths: of a path that is let through there is one reading only. It is what
// stood in the request line, nothing encoded and nothing to walk with, so that a
// proxy before the server and the mux within it see the same.
func FuzzPaths(f *testing.F) {
	for _, target := range []string{
		"/", "/api/me", "/api//me", "/api/../healthz", "/web/%2e%2e/healthz", "/api;x/me", `/api\me`, "//evil.example", "/%23", "/a%2fb",
		"/./a", "/a/.", "http://evil.example/", "*", "/api/me?x=/../", "/%", "/\xff", "/é", "/a%20b", "/.well-known/x", "/a?%zz", "/api/me%00",
	} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")))
		if err != nil || crooked(r.URL) {
			return
		}
		p := r.URL.Path
		asked, _, _ := strings.Cut(r.RequestURI, "?")
		if clean := path.Clean(p); p != clean && p != clean+"/" && p != "" && p != "*" {
			t.Errorf("%q is let through as %q, which means %q", target, p, clean)
		}
		if strings.Contains(p, "%") || strings.ContainsAny(p, "\\;#\x00") {
			t.Errorf("%q is let through as %q", target, p)
		}
		if u := *r.URL; strings.HasPrefix(asked, "/") && !strings.EqualFold(u.EscapedPath(), asked) && p != asked {
			t.Errorf("%q is let through as %q, and stood there as %q", target, p, asked)
		}
	})
}

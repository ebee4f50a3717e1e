package auth

import (
	"net/url"
	"path"
	"strings"
)

const maxReturn = 2000 // characters of a return path

// localPath gives the path to return to, or "/" when s is anything but a plain
// path of this server: one slash in front, letters, digits and -._~/ in the
// path, nothing encoded, no dots to walk with, perhaps a query. What a browser
// could read as another host, or what is under /auth or /api, is not one.
func localPath(s string) string {
	if len(s) > maxReturn || !strings.HasPrefix(s, "/") {
		return "/"
	}
	p, query, asked := strings.Cut(s, "?")
	if !only(p, "-._~/") || !only(query, "-._~/!$&'()*+,;=:@?%") {
		return "/"
	}
	if clean := path.Clean(p); p != clean && p != clean+"/" {
		return "/"
	}
	for _, own := range []string{"/auth", "/api"} {
		if p == own || strings.HasPrefix(p, own+"/") {
			return "/"
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" || u.Scheme != "" || u.Path != p {
		return "/"
	}
	if !asked {
		return p
	}
	return p + "?" + query
}

// only reports whether s is letters, digits and the marks given.
func only(s, marks string) bool {
	for _, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte(marks, c) < 0 {
			return false
		}
	}
	return true
}

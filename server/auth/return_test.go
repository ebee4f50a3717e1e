package auth

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocalPath(t *testing.T) {
	for _, s := range []string{
		"/", "/history", "/history/", "/history/2026-03-28", "/a.b-c_d~e", "/history?week=3&x=%2F%2Fe", "/?", "/x?a=/auth/login",
	} {
		if got := localPath(s); got != s {
			t.Errorf("localPath(%q) = %q, want it accepted", s, got)
		}
	}
	for _, s := range []string{
		"", "e", "//e", "///e", "/\\e", "\\/e", "/%5ce", "/%09/e", "/\t/e", "\t/e", " /e", "/ e", "https:e", "https://e", "https:/e",
		"javascript:alert(1)", "data:text/html,x", "/..//e", "/.//e", "/../e", "/./e", "/a/../e", "/a//e", "/..", "/.", "/a/..",
		"/\u2044e", "/\uff0fe", "/\u29f8e", "/%2f/e", "/%2fe", "/%252fe", "/%255ce", "/%00", "/\x00", "/a\r\nSet-Cookie: x=y",
		"/%0d%0aSet-Cookie:x", "/a#b", "/#//e", "//e@f", "/@e:80", "/e;x", "/" + strings.Repeat("a", 10<<10), "?x", "/?a#b", "/?a b", "/?\"", "/?\\",
		"/?a\r\nb", "/auth", "/auth/", "/auth/login", "/auth/callback?x=y", "/api", "/api/me", "/?\xff", "/?%zz#",
	} {
		if got := localPath(s); got != "/" {
			t.Errorf("localPath(%q) = %q, want /", s, got)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/history?week=3", "//e", "/\\e", "/a/../e", "/%2f", "/auth/login"} {
		f.Add(s)
	}
	base, err := url.Parse("https://clock.example/auth/callback")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := localPath(s)
		if got != s && got != "/" {
			t.Errorf("localPath(%q) = %q, want it as it is or /", s, got)
		}
		u, err := base.Parse(got)
		if err != nil || u.Scheme != "https" || u.Host != "clock.example" || u.User != nil || strings.HasPrefix(u.Path, "/auth/") {
			t.Errorf("localPath(%q) = %q leads to %v, %v", s, got, u, err)
		}
		if strings.ContainsAny(got, "\\\r\n\t \x00#") || strings.HasPrefix(got, "//") {
			t.Errorf("localPath(%q) = %q", s, got)
		}
	})
}

package shell

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHeaders(t *testing.T) {
	for _, row := range []struct {
		path            string
		referrer, cache string
	}{
		{"/", "strict-origin", ""},
		{"/authority", "strict-origin", ""},
		{"/auth/callback", "no-referrer", "no-store"},
		{"/auth/login", "no-referrer", "no-store"},
		{"/api/me", "strict-origin", "no-store"},
		{"/press", "strict-origin", "no-store"},
		{"/pressed", "strict-origin", ""},
	} {
		for _, https := range []bool{false, true} {
			rec := httptest.NewRecorder()
			quiet := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
			Headers{HTTPS: https}.Wrap(quiet).ServeHTTP(rec, httptest.NewRequest("GET", row.path, nil))
			want := map[string]string{
				"Content-Security-Policy":      dataCSP,
				"X-Content-Type-Options":       "nosniff",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy":           permissions,
				"Referrer-Policy":              row.referrer,
				"Cache-Control":                row.cache,
				"Strict-Transport-Security":    "",
			}
			if https {
				want["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
			}
			for name, value := range want {
				if got := rec.Header().Get(name); got != value {
					t.Errorf("%s, https %t: %s: %q, want %q", row.path, https, name, got, value)
				}
			}
		}
	}
}

func TestHandlerMayReplaceHeaders(t *testing.T) {
	rec := httptest.NewRecorder()
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", PageCSP)
	})
	Headers{}.Wrap(page).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if got := rec.Header().Values("Content-Security-Policy"); len(got) != 1 || got[0] != PageCSP {
		t.Errorf("Content-Security-Policy: %q, want only %q", got, PageCSP)
	}
}

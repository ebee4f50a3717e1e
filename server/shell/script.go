package shell

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/words"
)

// appScript gives go-app's start script, made by its own Handler and then
// patched. The Handler is used for nothing else.
func appScript(version, program string) ([]byte, error) {
	text, err := goappScript(version, program)
	if err != nil {
		return nil, err
	}
	return patch(text, program)
}

// patch changes go-app's start script in three places.
//
// First, the program is taken as the early script has begun to fetch it, or
// fetched directly, so that it is compiled while it streams; go-app copies the
// stream through script to count its bytes. Second, the early script is told
// that the program runs, and hears when it ends. Third, when the program cannot
// be loaded, a notice above the clock says what that means to the person,
// instead of the error, which the console has.
//
// A script that is not the one known here is an error.
func patch(text, program string) ([]byte, error) {
	for _, p := range []struct{ old, new string }{
		{`fetchWithProgress("` + program + `", showProgress)`, `self.timeclock ? timeclock.program() : fetch("` + program + `")`},
		{`go.run(wasm.instance);`, `const over = go.run(wasm.instance);
    if (self.timeclock) timeclock.started(over);`},
		{`loaderLabel.innerText = err;`, `loader.id = "not-loaded"; loader.className = "notice notice-grave"; ` +
			`loader.hidden = false; document.querySelector(".notices").append(loader); ` +
			`loaderLabel.innerText = JSON.parse(document.getElementById("` + idTexts + `").textContent).notLoaded;`},
	} {
		if n := strings.Count(text, p.old); n != 1 {
			return nil, fmt.Errorf("go-app's app.js has %d times %q, want once: it is another than this build knows", n, p.old)
		}
		text = strings.Replace(text, p.old, p.new, 1)
	}
	for _, never := range []string{"{{", "http://", "https://"} {
		if strings.Contains(text, never) {
			return nil, fmt.Errorf("go-app's app.js has %q in it: it is another than this build knows", never)
		}
	}
	return []byte(text), nil
}

func goappScript(version, program string) (string, error) {
	h := &app.Handler{
		Name:      words.English.T(words.AppName),
		Version:   version,
		Resources: resources{program: program},
	}
	rec := &recorder{header: http.Header{}}
	h.ServeHTTP(rec, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/app.js"}, Header: http.Header{}})
	if rec.status != http.StatusOK {
		return "", fmt.Errorf("go-app answered %d for its app.js", rec.status)
	}
	return rec.body.String(), nil
}

// resources tells go-app where files are: the program under its versioned
// path, all else where it stands.
type resources struct{ program string }

func (r resources) Resolve(location string) string {
	if location == "/web/app.wasm" {
		return r.program
	}
	return location
}

// recorder keeps an answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

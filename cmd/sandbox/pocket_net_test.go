package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/sandbox/outflow"
)

// air is the network between browser and server, which may lie. The zero air
// does not.
type air struct {
	mu   sync.Mutex
	lie  lie
	news edition // what the server sends instead of what it is
}

// lie is what the network does to every exchange.
type lie string

// portal answers 200 with a page of its own. cut ends every answer half-way.
// twice delivers every press twice. slow takes ten seconds to the API and back.
// deaf takes no press and lets all else through.
const (
	honest lie = ""
	portal lie = "portal"
	cut    lie = "cut"
	twice  lie = "twice"
	slow   lie = "slow"
	deaf   lie = "deaf"
)

// edition is another deployment: another version of the same files. A broken one
// has a page whose program cannot be had. Of one that is rolled out by half, the
// API alone is there.
type edition struct {
	version string
	broken  bool
	half    bool
}

func (a *air) set(l lie) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lie = l
}

func (a *air) deploy(e edition) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.news = e
}

func (a *air) now() (lie, edition) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lie, a.news
}

// wrap puts the air before a server.
func (a *air) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lie, news := a.now()
		stream := r.URL.Path == wire.PathEvents
		switch {
		case lie == portal, lie == deaf && r.URL.Path == wire.PathPunches:
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "<!doctype html><title>Guest network</title><h1>Welcome</h1>")
		case lie == cut && !stream:
			half(w, heard(next, r))
		case lie == twice && r.URL.Path == wire.PathPunches:
			body, _ := io.ReadAll(r.Body)
			again := r.Clone(context.WithoutCancel(r.Context()))
			r.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
			var first sync.WaitGroup
			first.Go(func() { heard(next, again) })
			next.ServeHTTP(w, r)
			first.Wait()
		case lie == slow && strings.HasPrefix(r.URL.Path, "/api/") && !stream:
			time.Sleep(5 * time.Second)
			answer := heard(next, r)
			time.Sleep(5 * time.Second)
			send(w, answer)
		case news.version != "":
			news.serve(w, r, next)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// heard is the whole answer of next.
func heard(next http.Handler, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	return answer
}

func send(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// half sends half of an answer that says it is whole, and hangs up.
func half(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Set("Content-Length", strconv.Itoa(len(body)))
	answer.Body = bytes.NewBuffer(body[:len(body)/2])
	send(w, answer)
	panic(http.ErrAbortHandler)
}

var (
	ownVersion = regexp.MustCompile(`const VERSION = "([0-9a-f]+)"`)
	ownAnswer  = regexp.MustCompile(`"version":"[0-9a-f]+"`)
	ownScript  = regexp.MustCompile(`/web/app\.[0-9a-f]+\.js`)
)

// serve answers with the worker and the page of the edition.
func (e edition) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if e.half && r.URL.Path == wire.PathClock {
		answer := heard(next, r)
		answer.Body = bytes.NewBuffer(ownAnswer.ReplaceAll(answer.Body.Bytes(), []byte(`"version":"`+e.version+`"`)))
		answer.Header().Del("Content-Length")
		send(w, answer)
		return
	}
	worker := r.URL.Path == "/app-worker.js"
	page := r.Header.Get("Accept") != "" && (r.URL.Path == "/" || r.URL.Path == "/history")
	if e.half || !worker && !page {
		next.ServeHTTP(w, r)
		return
	}
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	r.Header.Del("If-None-Match")
	answer := heard(next, r)
	text := answer.Body.String()
	if worker {
		text = ownVersion.ReplaceAllString(text, `const VERSION = "`+e.version+`"`)
	} else {
		answer.Header().Set(wire.Header, e.version)
		if e.broken {
			text = ownScript.ReplaceAllString(text, "/web/app.0123456789ab.js")
		}
	}
	answer.Body = bytes.NewBufferString(text)
	answer.Header().Del("Etag")
	answer.Header().Set("Content-Length", strconv.Itoa(len(text)))
	send(w, answer)
}

// openIn is open with the air between.
func openIn(t *testing.T, a *air) *box {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	flow := &outflow.Flow{}
	b, err := start(ctx, options{Listen: "127.0.0.1:0", TenantListen: "127.0.0.1:0", Dir: t.TempDir(), Log: io.MultiWriter(log, flow.Part()), Verbose: true})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	b.overhear(t, flow)
	b.server.Handler = a.wrap(b.server.Handler)
	ended := make(chan error, 1)
	go func() { ended <- b.serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v", err)
		}
		log.Close()
	})
	return b
}

package telemetry

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/wire"
)

// lines collects JSON log lines; it is written to by the server's goroutines.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// all gives the lines with that message.
func (l *lines) all(t *testing.T, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(l.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("log line %s: %v", line, err)
		}
		if entry["msg"] == message {
			found = append(found, entry)
		}
	}
	return found
}

// steps is a clock that goes on by 250 ms whenever it is read.
func steps() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 3, 30, 8, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(250 * time.Millisecond)
		return now
	}
}

// start serves handle at pattern behind Wrap, another handler that puts
// something into the context, and Route. When the server is closed, every log
// line is written.
func start(t *testing.T, pattern string, handle http.HandlerFunc) (*httptest.Server, *lines) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, handle)
	log := &lines{}
	type key struct{}
	between := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Route(mux).ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)))
	})
	requests := &Requests{Log: NewLogger(log, slog.LevelDebug), Now: steps()}
	server := httptest.NewUnstartedServer(requests.Wrap(between))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.Start()
	t.Cleanup(server.Close)
	return server, log
}

func get(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestRequestLine(t *testing.T) {
	inside := ""
	server, log := start(t, "GET /people/{name}", func(w http.ResponseWriter, r *http.Request) {
		inside = RequestID(r.Context())
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	})
	res, _ := get(t, server.URL+"/people/ada-lovelace?token=hush", HeaderRequestID, "forged", "Cookie", "session=hush")
	id := res.Header.Get(HeaderRequestID)
	if len(id) < 20 || id == "forged" || inside != id {
		t.Errorf("the answer's id is %q, the handler's %q; want one of our own", id, inside)
	}
	server.Close()
	found := log.all(t, "request")
	if len(found) != 1 {
		t.Fatalf("%d lines for one request:\n%s", len(found), log)
	}
	line := found[0]
	delete(line, "time")
	want := map[string]any{"level": "INFO", "msg": "request", "method": "GET", "route": "GET /people/{name}",
		"status": 418.0, "bytes": 15.0, "ms": 250.0, "request": id}
	got, _ := json.Marshal(line)
	if expect, _ := json.Marshal(want); string(got) != string(expect) {
		t.Errorf("the line is %s, want %s", got, expect)
	}
}

func TestIDsDiffer(t *testing.T) {
	server, _ := start(t, "GET /", func(http.ResponseWriter, *http.Request) {})
	first, _ := get(t, server.URL)
	second, _ := get(t, server.URL)
	if first.Header.Get(HeaderRequestID) == second.Header.Get(HeaderRequestID) {
		t.Error("two requests have one id")
	}
}

func TestLogKeepsNothingOfTheAsker(t *testing.T) {
	server, log := start(t, "GET /known", func(http.ResponseWriter, *http.Request) {})
	r, _ := http.NewRequest("HUSH", server.URL+"/hush/ada?code=hush#hush", nil)
	r.Header.Set("User-Agent", "hush")
	r.Header.Set("Authorization", "Bearer hush")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	server.Close()
	if text := log.String(); strings.Contains(strings.ToLower(text), "hush") || strings.Contains(text, "ada") {
		t.Errorf("the log repeats what was sent: %s", text)
	}
	line := log.all(t, "request")[0]
	if line["route"] != "none" || line["method"] != "other" || line["status"] != 404.0 {
		t.Errorf("the line is %v, want no route, another method, 404", line)
	}
}

func TestPanic(t *testing.T) {
	server, log := start(t, "GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		w.Header().Set("Content-Length", "5")
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Cache-Control", "immutable")
		switch r.URL.Query().Get("with") {
		case "error":
			panic(errors.New("token hush"))
		case "text":
			panic("token hush")
		}
		var none []int
		_ = none[len(r.URL.Path)]
	})
	for _, test := range []struct {
		path, header string
		problem      bool
	}{
		{"/api/me?with=error", "", true},
		{"/auth/logout?with=text", wire.Header, true},
		{"/", "", false},
		{"/apiary?with=text", "", false},
	} {
		res, body := get(t, server.URL+test.path, cmp.Or(test.header, "Accept"), "1")
		if res.StatusCode != 500 || res.Header.Get("Cache-Control") != "no-store" ||
			res.Header.Get("Content-Encoding") != "" || res.Header.Get("ETag") != "" {
			t.Errorf("%s: %s with %v", test.path, res.Status, res.Header)
		}
		if strings.Contains(body, "hush") {
			t.Errorf("%s: the answer tells the fault: %s", test.path, body)
		}
		id := res.Header.Get(HeaderRequestID)
		var p wire.Problem
		err := json.Unmarshal([]byte(body), &p)
		if isProblem := err == nil && res.Header.Get("Content-Type") == wire.ContentTypeProblem; isProblem != test.problem {
			t.Errorf("%s: answered %s", test.path, body)
		}
		if test.problem && (p.Code != wire.CodeInternal || p.Status != 500 || p.RequestID != id) {
			t.Errorf("%s: the problem is %+v, want internal with id %s", test.path, p, id)
		}
		if !strings.Contains(body, id) {
			t.Errorf("%s: the answer lacks its id %s: %s", test.path, id, body)
		}
	}
	server.Close()
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the log tells the words of a fault: %s", log)
	}
	faults := log.all(t, "handler panicked")
	var kinds []string
	for _, f := range faults {
		kinds = append(kinds, f["fault"].(string))
		if !strings.Contains(f["stack"].(string), "requests_test.go") || f["request"] == nil || f["level"] != "ERROR" {
			t.Errorf("the fault's line lacks its place or its request: %v", f)
		}
	}
	if got, want := strings.Join(kinds, "; "),
		"*errors.errorString; string; runtime error: index out of range [1] with length 0; string"; got != want {
		t.Errorf("faults are %s, want %s", got, want)
	}
	for _, line := range log.all(t, "request") {
		if line["level"] != "WARN" || line["status"] != 500.0 || line["route"] != "GET /" {
			t.Errorf("the line of a fault is %v", line)
		}
	}
}

// An answer that has begun cannot be mended: the connection is cut, so that
// the client does not take the half for the whole.
func TestPanicInTheMiddle(t *testing.T) {
	for name, fault := range map[string]any{"fault": "oops", "on purpose": http.ErrAbortHandler} {
		server, log := start(t, "GET /", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(fault)
		})
		res, err := http.Get(server.URL)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if body, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("%s: the client read %q to its end", name, body)
		}
		res.Body.Close()
		server.Close()
		if got := len(log.all(t, "handler panicked")); got != 1 && name == "fault" || got != 0 && name != "fault" {
			t.Errorf("%s: %d faults are logged", name, got)
		}
		if line := log.all(t, "request"); len(line) != 1 || line[0]["bytes"] != 4.0 {
			t.Errorf("%s: the request's line is %v", name, line)
		}
	}
}

// Streams need what lies beneath the recorder.
func TestStreaming(t *testing.T) {
	again := make(chan struct{})
	server, log := start(t, "GET /", func(w http.ResponseWriter, _ *http.Request) {
		control := http.NewResponseController(w)
		if err := control.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("SetWriteDeadline: %v", err)
		}
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "one\n")
		if err := control.Flush(); err != nil {
			t.Errorf("Flush: %v", err)
		}
		<-again
		io.WriteString(w, "two\n")
	})
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body := bufio.NewReader(res.Body)
	if line, err := body.ReadString('\n'); line != "one\n" || err != nil {
		t.Errorf("read %q, %v before the handler ended", line, err)
	}
	close(again)
	if line, err := body.ReadString('\n'); line != "two\n" || err != nil {
		t.Errorf("read %q, %v", line, err)
	}
	server.Close()
	if line := log.all(t, "request")[0]; line["status"] != 200.0 || line["bytes"] != 8.0 {
		t.Errorf("the line is %v, want 200 and 8 bytes", line)
	}
}

func TestLogger(t *testing.T) {
	var b bytes.Buffer
	log := NewLogger(&b, slog.LevelInfo)
	ctx := context.WithValue(context.Background(), requestKey{}, &request{id: "R1"})
	log.With("a", 1).WithGroup("g").InfoContext(ctx, "within", "b", 2)
	log.DebugContext(ctx, "below the level")
	log.Info("without")
	got := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(got) != 2 || !strings.Contains(got[0], `"a":1,"g":{"b":2,"request":"R1"}`) || strings.Contains(got[1], "request") {
		t.Errorf("the log is %s", b.String())
	}
	if RequestID(context.Background()) != "" {
		t.Error("a context of no request has an id")
	}
}

func TestServed(t *testing.T) {
	var told []Served
	requests := &Requests{Log: slog.New(slog.DiscardHandler), Now: time.Now, Served: func(s Served) { told = append(told, s) }}
	mux := http.NewServeMux()
	mux.HandleFunc("/people/{name}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	h := requests.Wrap(Route(mux))
	for _, request := range []string{"GET /people/ada", "BREW /people/ada", "GET /ada"} {
		method, path, _ := strings.Cut(request, " ")
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	want := []Served{{"/people/{name}", "GET", 418}, {"/people/{name}", "other", 418}, {"none", "GET", 404}}
	if !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

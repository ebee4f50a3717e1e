package graph

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"timeclock/server/sandbox/tape"
)

const (
	aTeam   = "31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1"
	aCardID = "TCK_95c44dff-bc12-4de2-8a9a-9772e4421eb4"
	aToken  = "very-secret-token"
)

var token = By(func(context.Context) (string, error) { return aToken, nil })

// book is a Budget that lets all pass and writes down what it was asked.
type book struct {
	mu    sync.Mutex
	asks  []Ask
	holds map[string]time.Time
}

func (b *book) Wait(_ context.Context, a Ask) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asks = append(b.asks, a)
	return nil
}

func (b *book) Hold(team string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.holds == nil {
		b.holds = map[string]time.Time{}
	}
	b.holds[team] = until
}

// request is one that a server got.
type request struct {
	method, target string
	header         http.Header
	body           string
}

// double is a server that answers as told and writes down what it got.
type double struct {
	*httptest.Server
	mu  sync.Mutex
	got []request
}

func (d *double) requests() []request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]request(nil), d.got...)
}

// count tells how many requests of a method came.
func (d *double) count(method string) int {
	n := 0
	for _, r := range d.requests() {
		if r.method == method {
			n++
		}
	}
	return n
}

func (d *double) record(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			body = []byte(err.Error())
		}
		tape.Request(r, body)
		d.mu.Lock()
		d.got = append(d.got, request{r.Method, r.URL.RequestURI(), r.Header.Clone(), string(body)})
		d.mu.Unlock()
		answer(w, r)
	}
}

func serve(t *testing.T, answer http.HandlerFunc) *double {
	t.Helper()
	d := new(double)
	d.Server = httptest.NewServer(d.record(answer))
	t.Cleanup(d.Close)
	return d
}

// client is one of the double, with waits of no length between attempts.
func client(t *testing.T, d *double, change func(*Config)) *Client {
	t.Helper()
	cfg := Config{Root: d.URL, Budget: new(book), Rand: func() float64 { return 0 }, Timeout: 5 * time.Second}
	if change != nil {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatalf("New(%+v): %v", cfg, err)
	}
	if idle, ok := c.transport.(*http.Transport); ok {
		t.Cleanup(idle.CloseIdleConnections)
	}
	return c
}

func answerJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json;odata.metadata=minimal")
	w.Header().Set("request-id", "graph-request")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func with(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, status, body) }
}

func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cutWithin answers half of what it announces.
func cutWithin(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, `{"id":"TCK_`)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// huge answers a card and more space behind it than is read.
func huge(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, aCard)
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	for range 6 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// Package tape keeps what was said to a Graph and what it answered, so that a
// whole run of tests can be held against the published description of the
// real service afterwards.
//
// It does so only where TIMECLOCK_RECORD_GRAPH names a folder; elsewhere calls
// pass through untouched. Each program writes a file of its own there, one
// Exchange a line. Access tokens are left out.
package tape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// Folder is the environment variable that names the folder to write to.
const Folder = "TIMECLOCK_RECORD_GRAPH"

// Exchange is one request and its answer.
type Exchange struct {
	Program string      `json:"program"` // the one that recorded it
	Method  string      `json:"method"`
	Path    string      `json:"path"` // begins with the version of Graph
	Query   string      `json:"query,omitempty"`
	Header  http.Header `json:"header"` // of the request; the token is left out
	Body    []byte      `json:"body,omitempty"`
	// Answered says that there is an answer to judge: none of a connection
	// that was cut, nor of a server made to answer wrongly.
	Answered     bool        `json:"answered"`
	Status       int         `json:"status,omitempty"`
	AnswerHeader http.Header `json:"answerHeader,omitempty"`
	Answer       []byte      `json:"answer,omitempty"`
}

// Serve lets next answer the request and keeps the exchange. A panic of next,
// which cuts the connection, passes on and is kept as no answer.
func Serve(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	if os.Getenv(Folder) == "" {
		next(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	x := of(r, body)
	watched := &watcher{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		if x.Answered {
			x.Status, x.AnswerHeader, x.Answer = watched.status, w.Header().Clone(), watched.body.Bytes()
		}
		keep(x)
	}()
	next(watched, r)
	x.Answered = true
}

// Request keeps a request alone, for servers whose answers are made up to be
// wrong. The body is given, since it can be read only once.
func Request(r *http.Request, body []byte) {
	if os.Getenv(Folder) != "" {
		keep(of(r, body))
	}
}

func of(r *http.Request, body []byte) Exchange {
	header := r.Header.Clone()
	if header.Get("Authorization") != "" {
		header.Set("Authorization", "(left out)")
	}
	return Exchange{
		Program: filepath.Base(os.Args[0]), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Header: header, Body: body,
	}
}

// keep appends a line. It panics when it cannot: a run with holes in it would
// pass for a whole one.
func keep(x Exchange) {
	line, err := json.Marshal(x)
	if err != nil {
		panic(fmt.Sprintf("keep an exchange: %v", err))
	}
	name := filepath.Join(os.Getenv(Folder), fmt.Sprintf("%s-%d.jsonl", x.Program, os.Getpid()))
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(fmt.Sprintf("keep an exchange: %v", err))
	}
	defer file.Close()
	if _, err := file.Write(append(line, '\n')); err != nil {
		panic(fmt.Sprintf("keep an exchange: %v", err))
	}
}

// Load reads every exchange kept in a folder, in no certain order.
func Load(folder string) ([]Exchange, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("load exchanges: %w", err)
	}
	var all []Exchange
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("load exchanges: %w", err)
		}
		lines := json.NewDecoder(bytes.NewReader(text))
		for {
			var x Exchange
			if err := lines.Decode(&x); err == io.EOF {
				break
			} else if err != nil {
				return nil, fmt.Errorf("load exchanges of %s: %w", filepath.Base(name), err)
			}
			all = append(all, x)
		}
	}
	return all, nil
}

// watcher sees an answer pass.
type watcher struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *watcher) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *watcher) Write(p []byte) (int, error) {
	w.body.Write(p)
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// failing ends a body the way its reading ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

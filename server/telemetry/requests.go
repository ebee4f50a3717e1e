package telemetry

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"timeclock/app/wire"
)

// HeaderRequestID is the header of every answer that holds the request's id.
const HeaderRequestID = "X-Request-Id"

// request is what is kept of a request while it is served. It belongs to the
// goroutine that serves it.
type request struct {
	id    string
	route string
	who   Identified // nil when nobody is signed in
	// why says what was refused, of a request that was refused by the rules.
	why []slog.Attr
}

// ids are the hashes of person and session; empty when nobody is signed in.
func (r *request) ids() (person, session string) {
	if r.who == nil {
		return "", ""
	}
	return r.who.LogIDs()
}

type requestKey struct{}

// RequestID gives the id of the request that ctx belongs to; empty when it
// belongs to none.
func RequestID(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.id
	}
	return ""
}

// Requests gives every request an id, writes one log line about it, and
// answers for a handler that panicked. It is to stand outside everything else.
// An id that comes with a request is not believed.
type Requests struct {
	Log *slog.Logger
	Now func() time.Time
	// Served, if set, is told of every request that was answered.
	Served func(Served)
}

// Served is a request that was answered, in words of this program alone.
type Served struct {
	Route  string // the pattern that served it, or "none"
	Method string // one of those that are common, or "other"
	Status int
}

// Wrap stands around next.
func (t *Requests) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := t.Now()
		seen := &request{id: rand.Text()}
		rec := &recorder{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, seen))
		w.Header().Set(HeaderRequestID, seen.id)

		cut := t.serve(rec, r, next)
		if seen.route == "" {
			seen.route = r.Pattern
		}
		t.line(r, seen, rec, t.Now().Sub(begun))
		t.denied(r, seen, rec.Status())
		if cut {
			// net/http ends the connection, so that nobody takes the half of
			// an answer for the whole.
			panic(http.ErrAbortHandler)
		}
	})
}

// serve lets next answer and reports whether the answer must be cut off. After
// a panic it answers itself if nothing was sent yet.
func (t *Requests) serve(w *recorder, r *http.Request, next http.Handler) (cut bool) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			cut = true
			return
		}
		t.Log.ErrorContext(r.Context(), "handler panicked",
			"fault", describe(fault), "stack", string(debug.Stack()))
		if w.status != 0 {
			cut = true
			return
		}
		apologize(w, r)
	}()
	next.ServeHTTP(w, r)
	return false
}

// describe names what was panicked with. The words of an error other than the
// runtime's are left out, since they may hold what must not be logged; the
// stack tells the place.
func describe(fault any) string {
	if err, ok := fault.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", fault)
}

// line tells of a request that was served, and writes its log line. Those to the health
// addresses come every few seconds and tell nothing as long as all is well.
func (t *Requests) line(r *http.Request, seen *request, w *recorder, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case w.Status() >= 500:
		level = slog.LevelWarn
	case seen.route == patternLive || seen.route == patternReady:
		level = slog.LevelDebug
	}
	served := Served{Route: cmp.Or(seen.route, "none"), Method: method(r.Method), Status: w.Status()}
	if t.Served != nil {
		t.Served(served)
	}
	t.write(r.Context(), level,
		slog.String("method", served.Method),
		slog.String("route", served.Route),
		slog.Int("status", w.Status()),
		slog.Int64("bytes", w.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	)
}

// write writes the line of a request. What a Logger would do beside it is to look
// up the place in the program, which is always this one.
func (t *Requests) write(ctx context.Context, level slog.Level, attrs ...slog.Attr) {
	h := t.Log.Handler()
	if !h.Enabled(ctx, level) {
		return
	}
	line := slog.NewRecord(t.Now(), level, "request", 0)
	line.AddAttrs(attrs...)
	_ = h.Handle(ctx, line)
}

// method keeps words that a stranger made up out of the log.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
		http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// Route stands directly around the mux and notes which of its patterns served
// the request. Handlers between Wrap and the mux may put more into the
// context, and then only the mux's own request knows the pattern.
func Route(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if seen, ok := r.Context().Value(requestKey{}).(*request); ok {
				seen.route = r.Pattern
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// apologize answers 500: a Problem to a program, a sentence to a person.
func apologize(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for _, name := range []string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Header.Get(wire.Header) == "" && !strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, "Something went wrong on our side. Please go back and try again.\n"+
			"If it happens again, tell your administrator this request number: %s\n", RequestID(r.Context()))
		return
	}
	p := wire.ProblemOf(wire.CodeInternal, "a fault of this server")
	p.RequestID = RequestID(r.Context())
	h.Set("Content-Type", wire.ContentTypeProblem)
	w.WriteHeader(p.Status)
	writeJSON(w, p)
}

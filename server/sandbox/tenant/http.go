package tenant

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// request is a call as the operations see it: authenticated, parsed and read.
type request struct {
	place
	query    url.Values
	body     []byte
	caller   Caller
	actor    actor
	request  string // request-id
	clientID string // client-request-id
	ifMatch  string // If-Match

	// How a fault wants it.
	asOf time.Time // answer from the state as it was then; zero is now
	size int       // the most items on a page; 0 is as asked
	late bool      // its effect was hidden until now,
	came time.Time // since this moment
}

// answer is what an operation says. card is set where the documented answer is
// 204 and a body may be asked for by a fault.
type answer struct {
	status int
	body   any
	effect *Effect
	card   *Card
	raw    []byte // what is no JSON, with its kind
	kind   string // Content-Type of raw
}

// errCut stands for a connection that is closed without an answer.
var errCut = errors.New("connection cut")

// serve answers one call to Graph.
func (t *Tenant) serve(w http.ResponseWriter, r *http.Request) {
	q := &request{query: r.URL.Query(), request: uuid.NewString()}
	if q.clientID = r.Header.Get("client-request-id"); q.clientID == "" {
		q.clientID = q.request
	}
	call := Call{At: t.now().UTC(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Request: q.request}
	a, fault, err := t.handle(q, r)
	call.Op, call.Person = q.op.name, q.caller.Object
	if call.Person == "" {
		call.App = q.caller.App
	}
	if fault != nil {
		call.Fault = fault.Do
	}
	call.Effect, call.Status = a.effect, status(a, err)
	t.record(call)
	t.log.DebugContext(r.Context(), "graph call", "op", call.Op, "status", call.Status, "fault", call.Fault, "request", call.Request)
	if fault != nil && fault.Do == SlowAfter && !t.wait(fault.delay()) {
		err = errCut
	}
	if errors.Is(err, errCut) {
		panic(http.ErrAbortHandler)
	}
	t.write(w, q, a, err)
}

// status is what the caller gets to see; 0 when it sees nothing.
func status(a answer, err error) int {
	var no *refusal
	switch {
	case errors.Is(err, errCut):
		return 0
	case errors.As(err, &no):
		return no.status
	case err != nil:
		return http.StatusInternalServerError
	}
	return a.status
}

// handle checks, counts and performs the call, and lets go wrong what is set
// to go wrong.
func (t *Tenant) handle(q *request, r *http.Request) (answer, *Fault, error) {
	if err := t.admit(q, r); err != nil {
		return answer{}, nil, err
	}
	t.mu.Lock()
	t.throttle.even = t.assume.EvenCalls
	if wait := t.throttle.take(t.now(), q.op, strings.ToLower(q.team)); wait > 0 {
		t.mu.Unlock()
		return answer{}, nil, throttled(seconds(wait))
	}
	fault := t.faults.draw(q)
	t.mu.Unlock()
	if fault == nil {
		a, err := t.perform(q)
		return a, nil, err
	}
	a, err := t.misbehave(q, fault)
	return a, fault, err
}

// admit finds out what is called and by whom, and reads the body.
func (t *Tenant) admit(q *request, r *http.Request) error {
	var err error
	if q.caller, err = t.authenticate(r); err != nil {
		return err
	}
	if q.place, err = find(r.Method, r.URL.Path); err != nil {
		return err
	}
	if err := q.op.admits(q.caller, t.assumed()); err != nil {
		return err
	}
	q.ifMatch = r.Header.Get("If-Match")
	if q.actor, err = t.act(q.caller, q.op, r.Header.Get("MS-APP-ACTS-AS")); err != nil {
		return err
	}
	q.body, err = readBody(r)
	return err
}

// authenticate checks the bearer token.
func (t *Tenant) authenticate(r *http.Request) (Caller, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Caller{}, errToken
	}
	caller, err := t.verify(r.Context(), token)
	if err != nil {
		t.log.DebugContext(r.Context(), "access token refused", "error", err)
		return Caller{}, errToken
	}
	return caller, nil
}

// maxBody is the most a request may carry, in bytes, before and after
// unpacking.
const maxBody = 1 << 20

// readBody gives the body, unpacked; nil when there is none.
func readBody(r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(raw) > maxBody {
		return nil, errPayload
	}
	if len(raw) > 0 && strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		if raw, err = unpack(raw); err != nil {
			return nil, errPayload
		}
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, errPayload
	}
	return raw, nil
}

func unpack(raw []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(z, maxBody+1))
	if err == nil && len(text) > maxBody {
		err = fmt.Errorf("more than %d bytes", maxBody)
	}
	return text, err
}

// write sends the answer, or the envelope of the error.
func (t *Tenant) write(w http.ResponseWriter, q *request, a answer, err error) {
	h := w.Header()
	h.Set("request-id", q.request)
	h.Set("client-request-id", q.clientID)
	if err != nil {
		var no *refusal
		if !errors.As(err, &no) {
			t.log.Error("graph call failed", "op", q.op.name, "error", err)
			no = plain(http.StatusInternalServerError, "InternalServerError", "An error occurred while processing the request.")
		}
		a = answer{status: no.status, body: no.body(t.now(), q.request, q.clientID)}
		if no.status == http.StatusUnauthorized {
			h.Set("WWW-Authenticate", `Bearer realm="", error="invalid_token"`)
		}
		if no.retry > 0 {
			h.Set("Retry-After", strconv.Itoa(no.retry))
		}
	}
	if a.raw != nil {
		h.Set("Content-Type", a.kind)
		w.WriteHeader(a.status)
		w.Write(a.raw)
		return
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		panic(fmt.Sprintf("marshal %s answer: %v", q.op.name, err)) // only strings, numbers and their maps go in
	}
	h.Set("Content-Type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	w.WriteHeader(a.status)
	w.Write(text)
}

// decode reads the JSON body into v; members nobody knows are ignored, and no
// body at all is an empty one.
func (q *request) decode(v any) error {
	if q.body == nil {
		return nil
	}
	if err := json.Unmarshal(q.body, v); err != nil {
		return errPayload
	}
	return nil
}

var _ http.Handler = (*Tenant)(nil)

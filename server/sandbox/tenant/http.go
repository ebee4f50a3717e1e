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
}

// answer is what an operation says. card is set where the documented answer is
// 204 and a body may be asked for by a fault.
type answer struct {
	status int
	body   any
	effect *Effect
	card   *Card
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
	if !q.op.allows(append(q.caller.Scopes, q.caller.Roles...)) {
		return errScope
	}
	if q.actor, err = t.act(q.caller, r.Header.Get("MS-APP-ACTS-AS")); err != nil {
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

// perform carries the operation out.
func (t *Tenant) perform(q *request) (answer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return q.op.do(t, q)
}

// misbehave carries the operation out the way the fault wants it.
func (t *Tenant) misbehave(q *request, f *Fault) (answer, error) {
	switch f.Do {
	case Throttle:
		return answer{}, throttled(f.retryAfter())
	case FailBefore:
		return answer{}, f.failure()
	case CutBefore:
		return answer{}, errCut
	case CutThenEffect:
		t.performLate(q, f)
		return answer{}, errCut
	case SlowBefore:
		if !t.wait(f.delay()) {
			return answer{}, errCut
		}
	}
	a, err := t.perform(q)
	switch {
	case err != nil:
		return a, err
	case f.Do == FailAfter:
		return a, f.failure()
	case f.Do == CutAfter:
		return a, errCut
	case f.Do == Body && a.card != nil:
		a.status, a.body = http.StatusOK, t.shownCard(q, *a.card)
	}
	return a, nil
}

// shownCard writes a card outside of an operation.
func (t *Tenant) shownCard(q *request, c Card) map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.view(q.beta).card(c)
}

// performLate carries the operation out after the fault's delay, with nobody
// waiting for it, and logs it as a call of its own with the same request-id.
func (t *Tenant) performLate(q *request, f *Fault) {
	t.late.Go(func() {
		if !t.wait(f.delay()) {
			return
		}
		a, err := t.perform(q)
		if err != nil {
			t.log.Debug("late effect refused", "op", q.op.name, "error", err)
			return
		}
		t.record(Call{At: t.now().UTC(), Method: q.op.method, Path: q.op.path, Op: q.op.name,
			Person: q.caller.Object, Fault: f.Do, Effect: a.effect, Request: q.request})
	})
}

// wait lets real time pass; it reports false when the tenant closed meanwhile.
func (t *Tenant) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-t.done:
		return false
	}
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

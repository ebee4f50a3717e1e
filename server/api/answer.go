package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// answer writes v as JSON.
func answer(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a browser that has left is not an error of ours
	return nil
}

// fail is the one place that answers and logs what went wrong.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody is there to be answered
	}
	p := *problem(err)
	p.RequestID = telemetry.RequestID(r.Context())
	if p.Status >= 500 {
		h.Log.ErrorContext(r.Context(), "call failed", "code", p.Code, "err", err)
	}
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.Header().Set("Content-Type", wire.ContentTypeProblem)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// problem gives err as the Problem the browser is told.
func problem(err error) *wire.Problem {
	var p *wire.Problem
	if errors.As(err, &p) {
		return p
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return wire.ProblemOf(wire.CodeTooLarge, fmt.Sprintf("more than %d bytes", large.Limit))
	}
	p = wire.ProblemOf(fault.Code(err), title(fault.Code(err)))
	p.StepUp = errors.As(err, &session.StepUp{})
	var g *graph.Error
	switch {
	case errors.As(err, &g) && g.RetryAfter > 0:
		p.RetryAfter = int((g.RetryAfter + time.Second - 1) / time.Second)
	case p.Status == http.StatusServiceUnavailable:
		p.RetryAfter = soon
	}
	return p
}

// soon is after how many seconds it is worth asking again when the database or
// the provider fails: nobody is sent to sign in for that.
const soon = 5

// title is a line for people who read wires; it tells nothing of the cause.
func title(c wire.Code) string {
	switch c {
	case wire.CodeSignedOut:
		return "sign in first"
	case wire.CodeInternal:
		return "a fault of this server"
	case wire.CodeStore:
		return "the server's database does not answer"
	}
	return "it could not be done"
}

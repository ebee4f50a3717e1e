package graph

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What errors of a call wrap, for errors.Is.
var (
	// ErrToken: Graph did not accept the person's token (401), or there was none.
	ErrToken = errors.New("token not accepted")
	// ErrForbidden: the caller may not (403). Whether somebody may is decided
	// by Graph; schedule owners cannot be told from other members beforehand.
	ErrForbidden = errors.New("not allowed")
	// ErrNotFound: no such thing for this caller (404). Of Schedule it means
	// that the team has no schedule, or that the caller is not in the team.
	ErrNotFound = errors.New("not found")
	// ErrBusy: throttled by Graph (429), or the budget did not let the call
	// pass in time.
	ErrBusy = errors.New("too many calls")
	// ErrTimeout: Graph did not answer in time (also 408 and 504).
	ErrTimeout = errors.New("no answer in time")
	// ErrUnavailable: Graph cannot be reached, fails (5xx), or answers what
	// cannot be read.
	ErrUnavailable = errors.New("unavailable")
	// ErrInvalid: the call cannot be made with these arguments; it was not.
	ErrInvalid = errors.New("invalid argument")
)

// Error is a call that did not succeed. Its text holds no token, name or note;
// Message may, and is not for logs.
type Error struct {
	Op     string // name of the operation in the table
	Status int    // of the answer; 0 when there was none
	// Application says that the call was made with an application's token, so
	// that a token not accepted (401) is nobody's session: it is
	// ErrUnavailable then, and not ErrToken.
	Application bool
	// Sent says, when there was no answer, whether any byte of the request may
	// have left.
	Sent bool
	// Code and InnerCode are Graph's words for what went wrong. Errors of
	// Shifts have an HTTP phrase as Code and the telling word as InnerCode.
	Code      string
	InnerCode string
	// Message is Graph's sentence. No decision may depend on it.
	Message   string
	RequestID string // finds the call at Microsoft
	// RetryAfter is how long Graph, or the budget, asks to wait; 0 when it did
	// not say.
	RetryAfter time.Duration
	// Err is the cause on this side, if any.
	Err error
}

// Error tells operation, status, codes and request id.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("graph: " + e.Op)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	if e.Code != "" {
		b.WriteString(" " + e.Code)
	}
	if e.InnerCode != "" && e.InnerCode != e.Code {
		b.WriteString("/" + e.InnerCode)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + e.RequestID + ")")
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches the status with the errors of this package.
func (e *Error) Is(target error) bool {
	switch e.Status {
	case 0:
		return false
	case http.StatusUnauthorized:
		if e.Application {
			return target == ErrUnavailable
		}
		return target == ErrToken
	case http.StatusForbidden:
		return target == ErrForbidden
	case http.StatusNotFound:
		return target == ErrNotFound
	case http.StatusTooManyRequests:
		return target == ErrBusy
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return target == ErrTimeout
	}
	if e.Status < 400 || e.Status >= 500 {
		return target == ErrUnavailable && !errors.Is(e.Err, ErrTimeout)
	}
	return false
}

// ReadBackError says that a write took effect and the card could not be read
// back afterwards. The write must not be sent again. The cause is not
// unwrapped, so that no question about it is answered as if the write had
// failed.
type ReadBackError struct {
	Op    string // name of the operation that took effect
	Card  string // the card it took effect on; empty when Graph did not name it
	Cause error
}

// Error says what happened and what did not.
func (e *ReadBackError) Error() string {
	return fmt.Sprintf("graph: %s took effect, but the card was not read back: %v", e.Op, e.Cause)
}

// Outcome is what a write did, as far as its error tells.
type Outcome int

const (
	// Unknown: it may have happened or not, or may yet happen. Only reading
	// the cards can tell.
	Unknown Outcome = iota
	// NotSent: surely no effect, and the same call may succeed later.
	NotSent
	// Refused: surely no effect, and the same call would be refused again.
	Refused
	// Done: it happened.
	Done
)

// String names the outcome.
func (o Outcome) String() string {
	switch o {
	case Unknown:
		return "unknown"
	case NotSent:
		return "not sent"
	case Refused:
		return "refused"
	case Done:
		return "done"
	}
	return fmt.Sprintf("outcome %d", int(o))
}

// OutcomeOf tells what the write did that ended with err: Done for nil and for
// a ReadBackError, Unknown for any error that did not come from this package.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Done
	}
	if readBack := (*ReadBackError)(nil); errors.As(err, &readBack) {
		return Done
	}
	var e *Error
	if !errors.As(err, &e) {
		return Unknown
	}
	if e.Status != 0 {
		return outcomeOfStatus(e.Status)
	}
	switch {
	case e.Sent:
		return Unknown
	case errors.Is(e, ErrInvalid):
		return Refused
	}
	return NotSent
}

// outcomeOfStatus takes a success for Unknown: it is only asked when the
// answer could not be read. 408 may come from a gateway that had passed the
// request on.
func outcomeOfStatus(status int) Outcome {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests, status == http.StatusTooEarly:
		return NotSent
	case status == http.StatusRequestTimeout:
		return Unknown
	case status >= 400 && status < 500:
		return Refused
	}
	return Unknown
}

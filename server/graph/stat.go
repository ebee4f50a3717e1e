package graph

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// CallStat is one step of a call: that the budget let it pass or did not, or that
// it was sent and answered or not. Calls that pass together waited once.
type CallStat struct {
	Op    string // name of the operation in the table
	Class Class
	Sent  bool // else it waited for the budget
	Took  time.Duration
	Err   error // nil when it passed, or succeeded
}

// The words of CallStat.Outcome.
const (
	CallOK          = "ok"
	CallThrottled   = "throttled"   // by Graph (429)
	CallRefused     = "refused"     // any other 4xx
	CallFailed      = "failed"      // 5xx, or an answer that cannot be read
	CallTimeout     = "timeout"     // no answer in time
	CallUnreachable = "unreachable" // no answer at all
	CallAbandoned   = "abandoned"   // by whoever asked
	CallHeld        = "held"        // the budget did not let it pass in time
)

// Outcome says in one word what became of the step.
func (s CallStat) Outcome() string {
	var e *Error
	switch {
	case s.Err == nil:
		return CallOK
	case errors.Is(s.Err, context.Canceled):
		return CallAbandoned
	case !s.Sent:
		return CallHeld
	case errors.As(s.Err, &e) && e.Status == http.StatusTooManyRequests:
		return CallThrottled
	case errors.Is(s.Err, ErrTimeout):
		return CallTimeout
	case e == nil || e.Status == 0:
		return CallUnreachable
	case e.Status >= 400 && e.Status < 500:
		return CallRefused
	}
	return CallFailed
}

// tell observes a step that began so long ago.
func (c *Client) tell(q call, sent bool, took time.Duration, failure *Error) {
	if c.observe == nil {
		return
	}
	s := CallStat{Op: q.Name, Class: q.Class, Sent: sent, Took: took}
	if failure != nil {
		s.Err = failure
	}
	c.observe(s)
}

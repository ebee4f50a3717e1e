package graph

import (
	"context"
	"errors"
	"time"
)

// Turn is how calls made with a context come to be sent.
type Turn struct {
	// Since is when what they are made for began to wait: of equally urgent
	// calls, those pass the budget first that have waited longest. Zero is the
	// time of the call.
	Since time.Time
	// Until is when it is too late for a write to pass the budget; the error
	// then wraps ErrLate. Zero is never.
	Until time.Time
	// Begin, if set, is called when the budget has let a write pass and before
	// its first byte is sent. If it fails, nothing is, and its error is wrapped.
	Begin func() error
}

// ErrLate: the budget did not let a write pass before its Turn was over; it was
// not sent.
var ErrLate = errors.New("too late to be sent")

type turnKey struct{}

// WithTurn has the calls made with the context take that turn.
func WithTurn(ctx context.Context, t Turn) context.Context {
	return context.WithValue(ctx, turnKey{}, t)
}

func turnOf(ctx context.Context) Turn {
	t, _ := ctx.Value(turnKey{}).(Turn)
	return t
}

// longWait is how long a call may wait for the budget before the token it is to
// be sent with is asked for again.
const longWait = 30 * time.Second

// pass waits until the budget lets a call go, and reads calls with it, and
// begins it.
func (c *Client) pass(ctx context.Context, q call, reads int) *Error {
	turn := turnOf(ctx)
	wait, cancel := ctx, context.CancelFunc(func() {})
	if q.Class != Read && !turn.Until.IsZero() {
		wait, cancel = context.WithDeadline(ctx, turn.Until)
	}
	defer cancel()
	ask := Ask{Team: q.team, Class: q.Class, Reads: reads, Urgent: q.Urgent || IsUrgent(ctx), Since: turn.Since}
	asked := time.Now()
	if err := c.budget.Wait(wait, ask); err != nil {
		failure := c.notPassed(q, err)
		if wait != ctx && ctx.Err() == nil {
			failure.Err = errors.Join(ErrLate, failure.Err)
		}
		c.tell(q, false, time.Since(asked), failure)
		return failure
	}
	c.tell(q, false, time.Since(asked), nil)
	if err := ctx.Err(); err != nil {
		return &Error{Op: q.Name, Err: ended(ctx)}
	}
	return nil
}

// begin has a write that is about to be sent begun.
func (c *Client) begin(ctx context.Context, q call) *Error {
	turn := turnOf(ctx)
	if q.Class == Read || turn.Begin == nil {
		return nil
	}
	if err := turn.Begin(); err != nil {
		return &Error{Op: q.Name, Err: err}
	}
	return nil
}

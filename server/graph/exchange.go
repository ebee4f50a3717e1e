package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// maxAnswer is the most of an answer that is read, in bytes: a page of 200
// cards is a tenth of it.
const maxAnswer = 4 << 20

// Reads are tried this often, with waits that double from the first one.
const (
	readAttempts = 3
	firstWait    = 300 * time.Millisecond
	longestWait  = 20 * time.Second
)

// call is one request to be made.
type call struct {
	Operation
	team string // whose budget it is; empty when it concerns no team
	url  *url.URL
	body []byte // nil for none
	// passed says that the budget has let the first attempt pass already.
	passed bool
}

// answer is what came back, in success.
type answer struct {
	status  int
	request string // Graph's id of the request
	body    []byte
}

// do makes the call: once when it writes, else until it is answered or has
// been tried often enough. Every error is an *Error.
func (c *Client) do(ctx context.Context, who Caller, q call) (answer, error) {
	for attempt := 1; ; attempt++ {
		a, err := c.exchange(ctx, who, q, attempt)
		if err == nil {
			return a, nil
		}
		if q.Class != Read || attempt == readAttempts || !passing(err) {
			return answer{}, err
		}
		if !c.pause(ctx, attempt, err.RetryAfter) {
			return answer{}, err
		}
	}
}

// passing reports whether a read that failed so may succeed soon.
func passing(err *Error) bool {
	switch {
	case errors.Is(err.Err, errTooLong):
		return false
	case err.Status >= 300:
		return err.Status == http.StatusTooManyRequests ||
			err.Status >= 500 && err.Status != http.StatusNotImplemented ||
			err.Status == http.StatusUnauthorized && err.Application // with the next token
	}
	return errors.Is(err.Err, ErrUnavailable) || errors.Is(err.Err, ErrTimeout)
}

// pause waits before the next attempt: as long as Graph asked, else a random
// part of a doubling time. It gives up, with false, rather than wait past the
// end of ctx or very long.
func (c *Client) pause(ctx context.Context, attempt int, asked time.Duration) bool {
	wait := asked
	if wait == 0 {
		wait = time.Duration(c.rand() * float64(firstWait<<(attempt-1)))
	}
	if end, ok := ctx.Deadline(); wait > longestWait || ok && time.Until(end) <= wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// exchange makes one attempt.
func (c *Client) exchange(ctx context.Context, who Caller, q call, attempt int) (answer, *Error) {
	bearer, err := c.admit(ctx, who, q, attempt)
	if err != nil {
		return answer{}, err
	}
	id := uuid.NewString()
	began := c.now()
	a, failure := c.send(ctx, q, headers{bearer, who.actsAs(q.Operation), id})
	took := c.now().Sub(began)
	c.tell(q, true, took, failure)
	if failure != nil {
		failure.Application = who.application()
		c.learn(who, q, bearer, failure)
	}
	c.record(ctx, q, failure, slog.GroupAttrs("",
		slog.String("client_request_id", id),
		slog.String("request_id", a.request),
		slog.Int("status", a.status),
		slog.Duration("took", took),
		slog.Int("attempt", attempt)))
	if failure != nil {
		return answer{}, failure
	}
	return a, nil
}

// admit gives the token for a call that may be sent now. It is asked for before
// the budget, so that none is spent on a call that cannot be made, and once
// more where that took so long that it may have run out.
func (c *Client) admit(ctx context.Context, who Caller, q call, attempt int) (string, *Error) {
	bearer, failure := c.token(ctx, who, q)
	if failure != nil {
		return "", failure
	}
	if asked := time.Now(); !q.passed || attempt > 1 {
		if failure := c.pass(ctx, q, 0); failure != nil {
			return "", failure
		}
		if time.Since(asked) > longWait {
			if bearer, failure = c.token(ctx, who, q); failure != nil {
				return "", failure
			}
		}
	}
	return bearer, c.begin(ctx, q)
}

func (c *Client) token(ctx context.Context, who Caller, q call) (string, *Error) {
	if err := who.check(); err != nil {
		return "", &Error{Op: q.Name, Err: err}
	}
	bearer, err := who.Token(ctx)
	if err != nil {
		return "", &Error{Op: q.Name, Err: fmt.Errorf("get token: %w", err)}
	}
	if bearer == "" {
		return "", &Error{Op: q.Name, Err: ErrToken}
	}
	return bearer, nil
}

// learn takes from a failure what holds for the calls to come.
func (c *Client) learn(who Caller, q call, bearer string, failure *Error) {
	switch failure.Status {
	case http.StatusTooManyRequests:
		c.budget.Hold(q.team, c.now().Add(max(failure.RetryAfter, time.Second)))
	case http.StatusUnauthorized:
		if who.Refused != nil {
			who.Refused(bearer)
		}
	}
}

// record writes one line on one attempt.
func (c *Client) record(ctx context.Context, q call, failure *Error, attrs slog.Attr) {
	if failure == nil {
		c.log.LogAttrs(ctx, slog.LevelDebug, "graph call", slog.String("op", q.Name), attrs)
		return
	}
	c.log.LogAttrs(ctx, slog.LevelWarn, "graph call failed", slog.String("op", q.Name),
		slog.String("code", failure.Code), slog.String("inner_code", failure.InnerCode),
		slog.Any("cause", failure.Err), attrs)
}

// notPassed is the error of a call that the budget kept back.
func (c *Client) notPassed(q call, err error) *Error {
	e := &Error{Op: q.Name, Err: err}
	if !errors.Is(err, context.Canceled) {
		e.Err = fmt.Errorf("%w: %w", ErrBusy, err)
	}
	if held := (*HeldError)(nil); errors.As(err, &held) {
		e.RetryAfter = max(0, held.Until.Sub(c.now()))
	}
	return e
}

// headers are what a request says beside its address and its body.
type headers struct {
	bearer string
	actsAs string // empty for none
	id     string // of the request, of our making
}

// send writes the request and reads the answer, within the client's time. The
// answer tells status and request id even when the call failed.
func (c *Client) send(ctx context.Context, q call, h headers) (answer, *Error) {
	limited, cancel := context.WithTimeoutCause(ctx, c.timeout, ErrTimeout)
	defer cancel()
	sent := new(atomic.Bool)
	req, err := c.request(httptrace.WithClientTrace(limited, watch(sent)), q, h)
	if err != nil {
		return answer{}, &Error{Op: q.Name, Err: fmt.Errorf("%w: %w", ErrInvalid, err)}
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return answer{}, &Error{Op: q.Name, Sent: sent.Load(), Err: cause(limited, err)}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, request: clean(resp.Header.Get("request-id"), maxWord)}
	body, err := readAnswer(resp)
	if a.status >= 300 {
		return a, parseError(q.Name, a.status, resp.Header, body, c.now())
	}
	if err != nil {
		return a, unreadable(q, a, cause(limited, err))
	}
	a.body = body
	return a, nil
}

// watch keeps in sent whether the request may have reached the wire. From the
// moment it has a connection it may: the transport writes in a goroutine of
// its own, even while the call is being given up. When the transport looks for
// another connection, it does so because the one before took nothing, as far
// as writes are concerned.
func watch(sent *atomic.Bool) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { sent.Store(false) },
		GotConn:      func(httptrace.GotConnInfo) { sent.Store(true) },
		WroteHeaders: func() { sent.Store(true) },
	}
}

// request builds the request. The headers named here are all there are, beside
// what the transport needs.
func (c *Client) request(ctx context.Context, q call, h headers) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		body = bytes.NewReader(q.body)
	}
	req, err := http.NewRequestWithContext(ctx, q.Method, "", body)
	if err != nil {
		return nil, errors.New("method of the call")
	}
	req.URL, req.Host = q.url, q.url.Host // as built, not written and read again
	req.Header = http.Header{
		"Authorization":     {"Bearer " + h.bearer},
		"Accept":            {q.accept()},
		"Client-Request-Id": {h.id},
		"User-Agent":        {c.agent},
	}
	if h.actsAs != "" {
		req.Header["MS-APP-ACTS-AS"] = []string{h.actsAs} // spelt as documented
	}
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

var errTooLong = fmt.Errorf("answer longer than %d bytes", maxAnswer)

// readAnswer reads an answer to its end, into as much room as it says it needs.
func readAnswer(resp *http.Response) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(max(resp.ContentLength, 0), maxAnswer)) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(resp.Body, maxAnswer+1)); err != nil {
		return nil, err
	}
	if b.Len() > maxAnswer {
		return nil, errTooLong
	}
	return b.Bytes(), nil
}

// cause sorts a failure of the transport: the caller gave up, the time was up,
// or Graph cannot be reached. The address, which names people, is left out.
func cause(ctx context.Context, err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var slow net.Error
	switch {
	case ctx.Err() != nil:
		return ended(ctx)
	case errors.As(err, &slow) && slow.Timeout():
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// ended tells why ctx is over: ErrTimeout when its time was up, whoever set
// it, and what the caller said when it was cancelled.
func ended(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", ErrTimeout, ctx.Err())
	}
	return ctx.Err()
}

// unreadable is the error of a success that could not be read.
func unreadable(q call, a answer, err error) *Error {
	return &Error{
		Op: q.Name, Status: a.status, Sent: true, RequestID: a.request,
		Err: fmt.Errorf("read answer: %w", located(a.body, err)),
	}
}

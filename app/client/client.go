package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Client calls the server. All fields must be set. Safe for concurrent use.
type Client struct {
	Fetch func(context.Context, browser.Request) (browser.Response, error)
	Open  func(context.Context, browser.Request) (browser.Response, io.ReadCloser, error)
	// Mono reads the monotonic clock; Sample hears of every answer that tells
	// the server's time, with Mono before and after the request.
	Mono   func() time.Duration
	Sample func(sent, received time.Duration, server clock.Instant)
}

// Me reads who is signed in.
func (c *Client) Me(ctx context.Context) (wire.Me, error) {
	var me wire.Me
	err := c.timed(ctx, wire.PathMe+"?"+wire.ParamRights+"=1", &me, func() (wire.Me, bool) { return me, sound(me) })
	return me, err
}

// Clock reads all the clock screen shows; team may be empty, and fresh asks
// for what Graph says now.
func (c *Client) Clock(ctx context.Context, team string, fresh bool) (wire.Clock, error) {
	q := url.Values{}
	if team != "" {
		q.Set(wire.ParamTeam, team)
	}
	if fresh {
		q.Set(wire.ParamFresh, "1")
	}
	var answer wire.Clock
	err := c.timed(ctx, withQuery(wire.PathClock, q), &answer, func() (wire.Me, bool) {
		return answer.Me, sound(answer.Me) && (team == "" || answer.Team == team)
	})
	return answer, err
}

// Cards reads the cards of a team that began within [from, to).
func (c *Client) Cards(ctx context.Context, team string, from, to clock.Instant) (wire.Cards, error) {
	q := url.Values{}
	q.Set(wire.ParamTeam, team)
	q.Set(wire.ParamFrom, strconv.FormatInt(int64(from), 10))
	q.Set(wire.ParamTo, strconv.FormatInt(int64(to), 10))
	var answer wire.Cards
	err := c.call(ctx, request("GET", withQuery(wire.PathCards, q), nil), &answer)
	if err == nil && answer.Team != team {
		err = offline("cards of another team", nil)
	}
	return answer, err
}

// Punch hands a press of person to the server. A nil error means that the
// server has it for good. Sent again, it is the same press.
func (c *Client) Punch(ctx context.Context, person string, p wire.Located) (wire.Receipt, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return wire.Receipt{}, fmt.Errorf("write press %s: %w", p.ID, err)
	}
	r := request("POST", wire.PathPunches, body)
	r.Header[wire.HeaderPerson] = person
	var receipt wire.Receipt
	if err := c.call(ctx, r, &receipt); err != nil {
		return wire.Receipt{}, err
	}
	if receipt.ID != p.ID || receipt.Kind != p.Kind || receipt.Team != p.Team || receipt.Status == "" {
		return wire.Receipt{}, offline("receipt of another press", nil)
	}
	return receipt, nil
}

// Decide tells what the person chose about the press with that id. A nil error
// means that the server will do so. After an error that may have been done all
// the same: then the next answer is wire.CodeDecided.
func (c *Client) Decide(ctx context.Context, id string, d wire.Decision) (wire.Receipt, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return wire.Receipt{}, fmt.Errorf("write decision about %s: %w", id, err)
	}
	var receipt wire.Receipt
	path := wire.PathPunches + "/" + url.PathEscape(id) + wire.PathDecision
	if err := c.call(ctx, request("POST", path, body), &receipt); err != nil {
		return wire.Receipt{}, err
	}
	if receipt.ID != id || receipt.Status == "" {
		return wire.Receipt{}, offline("receipt of another press", nil)
	}
	return receipt, nil
}

// Conflicts reads what the people of a team have to decide; only its
// supervisors may.
func (c *Client) Conflicts(ctx context.Context, team string) (wire.Conflicts, error) {
	q := url.Values{wire.ParamTeam: {team}}
	var answer wire.Conflicts
	err := c.call(ctx, request("GET", withQuery(wire.PathConflicts, q), nil), &answer)
	if err == nil && answer.Team != team {
		err = offline("conflicts of another team", nil)
	}
	return answer, err
}

// Sessions reads the person's own sessions.
func (c *Client) Sessions(ctx context.Context) (wire.Sessions, error) {
	var answer wire.Sessions
	err := c.call(ctx, request("GET", wire.PathSessions, nil), &answer)
	return answer, err
}

// EndSession ends one other session of the person. One that is not there is
// answered with wire.CodeNotFound.
func (c *Client) EndSession(ctx context.Context, id string) error {
	return c.call(ctx, request("POST", wire.PathSessions+"/"+url.PathEscape(id)+wire.PathEnd, nil), &wire.SessionsEnded{})
}

// EndOthers ends every session of the person but this one.
func (c *Client) EndOthers(ctx context.Context) error {
	return c.call(ctx, request("POST", wire.PathSessions+wire.PathEnd, nil), &wire.SessionsEnded{})
}

// SignOut ends the session and tells where to go next.
func (c *Client) SignOut(ctx context.Context) (wire.SignedOut, error) {
	var answer wire.SignedOut
	err := c.call(ctx, request("POST", wire.PathLogout, nil), &answer)
	return answer, err
}

// timed is call for an answer that tells the server's time: check gives who it
// is about and whether it is sound.
func (c *Client) timed(ctx context.Context, path string, into any, check func() (wire.Me, bool)) error {
	sent := c.Mono()
	if err := c.call(ctx, request("GET", path, nil), into); err != nil {
		return err
	}
	received := c.Mono()
	me, ok := check()
	if !ok {
		return offline("not an answer to this request", nil)
	}
	c.Sample(sent, received, me.Now)
	return nil
}

func sound(me wire.Me) bool { return me.Person.ID != "" && me.Now > 0 }

func request(method, path string, body []byte) browser.Request {
	r := browser.Request{Method: method, Path: path, Body: body, Header: map[string]string{
		wire.Header: wire.HeaderValue,
		"Accept":    "application/json, " + wire.ContentTypeProblem,
	}}
	if body != nil {
		r.Header["Content-Type"] = "application/json"
	}
	return r
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// call sends r and decodes a success into into.
func (c *Client) call(ctx context.Context, r browser.Request, into any) error {
	answer, err := c.Fetch(ctx, r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return offline("no answer", err)
	}
	if answer.Status < 200 || answer.Status > 299 {
		return problemOf(answer)
	}
	if mediaType(answer) != "application/json" {
		return offline("not JSON", nil)
	}
	if err := decode(answer.Body, into); err != nil {
		return offline("not whole", err)
	}
	return nil
}

// decode reads exactly one JSON value.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

func mediaType(r browser.Response) string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// problemOf gives the Problem that the server sent, or that there was none.
func problemOf(r browser.Response) error {
	var p wire.Problem
	switch {
	case mediaType(r) != wire.ContentTypeProblem,
		decode(r.Body, &p) != nil,
		p.Code == "",
		p.Type != wire.NewProblem(0, p.Code, "").Type:
		return offline("status "+strconv.Itoa(r.Status)+" of somebody else", nil)
	}
	if p.RetryAfter == 0 {
		p.RetryAfter, _ = strconv.Atoi(r.Header.Get("Retry-After"))
	}
	return &p
}

// offline says that there was no answer of the server, and why.
func offline(why string, cause error) error {
	p := wire.NewProblem(0, wire.CodeOffline, why)
	if cause == nil {
		return p
	}
	return fmt.Errorf("%w: %w", p, cause)
}

// CodeOf gives the code of what went wrong: that of the problem in err, or
// wire.CodeOffline for any other error, and nothing for nil.
func CodeOf(err error) wire.Code {
	if err == nil {
		return ""
	}
	return ProblemOf(err).Code
}

// ProblemOf gives the problem in err, or one with wire.CodeOffline.
func ProblemOf(err error) *wire.Problem {
	if p, ok := errors.AsType[*wire.Problem](err); ok {
		return p
	}
	return wire.NewProblem(0, wire.CodeOffline, err.Error())
}

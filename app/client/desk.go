package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"timeclock/app/wire"
)

// What supervisors ask. Everybody's program does not contain it.

// DeskEvent is news for a supervisor: exactly one field is set. Opened is as in
// Event.
type DeskEvent struct {
	Opened bool
	Board  *wire.BoardChanged
	Act    *wire.Act
}

// Watch is Events for a supervisor who looks at the board of a team.
func (c *Client) Watch(ctx context.Context, team string, handle func(DeskEvent)) error {
	return c.listen(ctx, withQuery(wire.PathEvents, url.Values{wire.ParamBoard: {team}}), listener{
		opened: func() { handle(DeskEvent{Opened: true}) },
		event: func(name, data string) error {
			e, err := deskEventOf(name, data)
			if err == nil && e != (DeskEvent{}) {
				handle(e)
			}
			return err
		},
	})
}

// deskEventOf reads one event; the zero DeskEvent is one of no known kind.
func deskEventOf(name, data string) (DeskEvent, error) {
	var e DeskEvent
	var err error
	switch name {
	case wire.EventBoard:
		e.Board, err = boardChangedOf(data)
	case wire.EventAct:
		e.Act = &wire.Act{}
		err = json.Unmarshal([]byte(data), e.Act)
	}
	if err != nil {
		return DeskEvent{}, fmt.Errorf("read event %s: %w", name, err)
	}
	return e, nil
}

func boardChangedOf(data string) (*wire.BoardChanged, error) {
	var e struct {
		wire.BoardChanged
		Rows rowTexts `json:"rows"` // in place of those of BoardChanged
	}
	err := json.Unmarshal([]byte(data), &e)
	if err == nil {
		e.BoardChanged.Rows, err = e.Rows.read()
	}
	return &e.BoardChanged, err
}

// rowTexts are rows that are not read yet.
type rowTexts []json.RawMessage

// So many rows are read at once, and so long is waited before the next, in which the
// page is drawn: to read all of a large team at once would hold it up.
const (
	rowsAtOnce = 48
	rest       = 4 * time.Millisecond
)

func (texts rowTexts) read() ([]wire.Row, error) {
	if texts == nil {
		return nil, nil
	}
	rows := make([]wire.Row, len(texts))
	for i, text := range texts {
		if i > 0 && i%rowsAtOnce == 0 {
			time.Sleep(rest)
		}
		if err := json.Unmarshal(text, &rows[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Board reads who of a team is in; fresh asks for what Graph says now.
func (c *Client) Board(ctx context.Context, team string, fresh bool) (wire.Board, error) {
	q := url.Values{wire.ParamTeam: {team}}
	if fresh {
		q.Set(wire.ParamFresh, "1")
	}
	var answer struct {
		wire.Board
		Rows rowTexts `json:"rows"` // in place of those of Board
	}
	if err := c.call(ctx, request("GET", withQuery(wire.PathBoard, q), nil), &answer); err != nil {
		return wire.Board{}, err
	}
	if answer.Team != team {
		return wire.Board{}, offline("board of another team", nil)
	}
	rows, err := answer.Rows.read()
	if err != nil {
		return wire.Board{}, offline("not whole", err)
	}
	answer.Board.Rows = rows
	return answer.Board, nil
}

// Behalf has person, who is signed in, press for others of a team: with preview
// nothing is done. A nil error means that every press has its result.
func (c *Client) Behalf(ctx context.Context, person, team string, presses []wire.Behalf, preview bool) (wire.Results, error) {
	path := punchesOf(team)
	if preview {
		path += wire.PathPreview
	}
	var answer wire.Results
	err := c.post(ctx, person, path, wire.Behalves{Presses: presses}, &answer)
	if err == nil && len(answer.Results) != len(presses) {
		err = offline("results of other presses", nil)
	}
	return answer, err
}

// Undo takes back presses for others that were not sent yet.
func (c *Client) Undo(ctx context.Context, person, team string, ids []string) (wire.Results, error) {
	var answer wire.Results
	err := c.post(ctx, person, punchesOf(team)+wire.PathUndo, wire.Undo{IDs: ids}, &answer)
	if err == nil && len(answer.Results) != len(ids) {
		err = offline("results of other presses", nil)
	}
	return answer, err
}

func punchesOf(team string) string {
	return strings.Join([]string{wire.PathTeams, "/", url.PathEscape(team), wire.PathPunchesOf}, "")
}

// TeamRequests reads the corrections that people of a team ask for.
func (c *Client) TeamRequests(ctx context.Context, team string) (wire.Requests, error) {
	var answer wire.Requests
	err := c.ofTeam(ctx, wire.PathTeamRequests, team, &answer)
	if err == nil && answer.Team != team {
		err = offline("requests of another team", nil)
	}
	return answer, err
}

// Objections reads the changes that people of a team object to.
func (c *Client) Objections(ctx context.Context, team string) (wire.Objections, error) {
	var answer wire.Objections
	err := c.ofTeam(ctx, wire.PathObjections, team, &answer)
	if err == nil && answer.Team != team {
		err = offline("objections of another team", nil)
	}
	return answer, err
}

func (c *Client) ofTeam(ctx context.Context, path, team string, answer any) error {
	return c.call(ctx, request("GET", withQuery(path, url.Values{wire.ParamTeam: {team}}), nil), answer)
}

// Answer accepts the request with that id, or declines it and says why.
func (c *Client) Answer(ctx context.Context, person, id string, accept bool, word string) (wire.Request, error) {
	path := wire.PathAsk + "/" + url.PathEscape(id) + wire.PathDecline
	if accept {
		path = wire.PathAsk + "/" + url.PathEscape(id) + wire.PathAccept
	}
	var answer wire.Request
	err := c.post(ctx, person, path, wire.Answer{Word: word}, &answer)
	if err == nil && answer.ID != id {
		err = offline("another request", nil)
	}
	return answer, err
}

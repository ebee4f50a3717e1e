package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"timeclock/app/wire"
)

// Trail reads what was done to a card of the person.
func (c *Client) Trail(ctx context.Context, team, card string) (wire.Trail, error) {
	q := url.Values{wire.ParamTeam: {team}, wire.ParamCard: {card}}
	var answer wire.Trail
	err := c.call(ctx, request("GET", withQuery(wire.PathTrail, q), nil), &answer)
	if err == nil && answer.Team != team {
		err = offline("a card of another team", nil)
	}
	return answer, err
}

// Told reads what others did to the person's cards.
func (c *Client) Told(ctx context.Context, team string) (wire.Told, error) {
	var answer wire.Told
	err := c.call(ctx, request("GET", withQuery(wire.PathTold, url.Values{wire.ParamTeam: {team}}), nil), &answer)
	if err == nil && answer.Team != team {
		err = offline("changes in another team", nil)
	}
	return answer, err
}

// Reply tells what person says to a change. Sent again, it is the same.
func (c *Client) Reply(ctx context.Context, person string, r wire.Replying) error {
	return c.post(ctx, person, wire.PathReplies, r, &wire.Reply{})
}

// Ask asks for a correction of a card of person's. Sent again, it is the same.
func (c *Client) Ask(ctx context.Context, person string, a wire.Asking) (wire.Request, error) {
	var answer wire.Request
	err := c.post(ctx, person, wire.PathAsk, a, &answer)
	if err == nil && answer.ID != a.ID {
		err = offline("another request", nil)
	}
	return answer, err
}

// Requests reads what the person asked for.
func (c *Client) Requests(ctx context.Context, team string) (wire.Requests, error) {
	var answer wire.Requests
	err := c.call(ctx, request("GET", withQuery(wire.PathRequests, url.Values{wire.ParamTeam: {team}}), nil), &answer)
	if err == nil && answer.Team != team {
		err = offline("requests in another team", nil)
	}
	return answer, err
}

// Withdraw takes back what person asked for.
func (c *Client) Withdraw(ctx context.Context, person, id string) error {
	return c.post(ctx, person, wire.PathAsk+"/"+url.PathEscape(id)+wire.PathWithdraw, struct{}{}, &wire.Request{})
}

// Amend has cards amended by person. Sent again, nothing is done twice.
func (c *Client) Amend(ctx context.Context, person string, a wire.Amendments) (wire.AmendedAll, error) {
	var answer wire.AmendedAll
	err := c.post(ctx, person, wire.PathAmendAll, a, &answer)
	if err == nil && len(answer.Rows) != len(a.Rows) {
		err = offline("rows of something else", nil)
	}
	return answer, err
}

// LeaveCard ends the conflict about an amendment of person's by leaving the card
// as it stands.
func (c *Client) LeaveCard(ctx context.Context, person, id string) error {
	path := wire.PathAmendments + "/" + url.PathEscape(id) + wire.PathDecision
	return c.post(ctx, person, path, wire.Decision{Choice: wire.ChoiceKeep}, &wire.Amended{})
}

// post sends what is person's.
func (c *Client) post(ctx context.Context, person, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	r := request("POST", path, text)
	r.Header[wire.HeaderPerson] = person
	return c.call(ctx, r, into)
}

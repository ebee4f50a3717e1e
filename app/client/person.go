package client

import (
	"context"
	"net/url"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// What supervisors ask about one person, and do to their cards.

// Person reads what somebody of a team did on the days from from up to, and not
// including, to; fresh asks for what Graph says now.
func (c *Client) Person(ctx context.Context, team, person string, from, to clock.Date, fresh bool) (wire.PersonDays, error) {
	q := ReportAsk{Team: team, From: from, To: to, Fresh: fresh}.query()
	q.Set(wire.ParamPerson, person)
	var answer wire.PersonDays
	err := c.call(ctx, request("GET", withQuery(wire.PathPerson, q), nil), &answer)
	if err == nil && (answer.Team != team || answer.From != from || answer.To != to) {
		err = offline("days of somebody else", nil)
	}
	return answer, err
}

// TrailOf reads what was done to a card of somebody of a team.
func (c *Client) TrailOf(ctx context.Context, team, person, card string) (wire.Trail, error) {
	q := url.Values{wire.ParamTeam: {team}, wire.ParamPerson: {person}, wire.ParamCard: {card}}
	var answer wire.Trail
	err := c.call(ctx, request("GET", withQuery(wire.PathTrail, q), nil), &answer)
	if err == nil && answer.Team != team {
		err = offline("a card of another team", nil)
	}
	return answer, err
}

// TeamAmendments reads which amendments of cards of a team are not over.
func (c *Client) TeamAmendments(ctx context.Context, team string) (wire.TeamAmendments, error) {
	var answer wire.TeamAmendments
	err := c.ofTeam(ctx, wire.PathTeamAmendments, team, &answer)
	if err == nil && answer.Team != team {
		err = offline("amendments of another team", nil)
	}
	return answer, err
}

// Choose ends the conflict about an amendment as person, who is signed in, says.
func (c *Client) Choose(ctx context.Context, person, id string, choice wire.Choice) (wire.Amended, error) {
	path := wire.PathAmendments + "/" + url.PathEscape(id) + wire.PathDecision
	var answer wire.Amended
	err := c.post(ctx, person, path, wire.Decision{Choice: choice}, &answer)
	if err == nil && answer.ID != id {
		err = offline("another amendment", nil)
	}
	return answer, err
}

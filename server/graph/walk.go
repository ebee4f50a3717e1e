package graph

import (
	"context"

	"timeclock/app/clock"
)

// longWalk bounds a list that is handed on page by page: at Graph's hundred a
// page, 200 000 items.
const longWalk = 2000

// WalkCards is Cards for a list too long to be held at once: each is called
// with the cards of every page in turn, as soon as they are read, and told
// whether another call follows. Until then it may wait, lest all of a team's
// budget be used. An error of each ends the walk and is returned as it is. The
// walk is complete, or there is an error.
func (c *Client) WalkCards(ctx context.Context, who Caller, team string, f Filter, each func(page []TimeCard, more bool) error) error {
	q, err := c.listing(team, f)
	if err != nil {
		return err
	}
	return walk(ctx, c, who, q, longWalk, func(page []TimeCard, more bool) error {
		var kept []TimeCard
		for _, t := range page {
			if f.keeps(t) {
				kept = append(kept, t)
			}
		}
		return each(kept, more)
	})
}

// WalkShifts is Shifts for a list too long to be held at once, as WalkCards is
// Cards.
func (c *Client) WalkShifts(ctx context.Context, who Caller, team string, from, to clock.Instant, each func(page []Shift, more bool) error) error {
	q, err := c.planned(team, from, to)
	if err != nil {
		return err
	}
	return walk(ctx, c, who, q, longWalk, func(page []shift, more bool) error {
		return each(touching(page, from, to), more)
	})
}

package graph

import (
	"context"

	"timeclock/app/clock"
)

// within is the filter for planned time of the kind that begins and ends
// between from and to, widened on either side.
func within(kind string, from, to clock.Instant, margin clock.Span) string {
	return kind + "/startDateTime ge " + literal(from.Add(-margin)) +
		" and " + kind + "/endDateTime le " + literal(to.Add(margin))
}

// Shift is planned time that the team has been told of. Drafts are left out.
type Shift struct {
	ID     string
	UserID string // whose shift it is: the directory object id
	Group  string // id of the scheduling group
	Title  string
	Note   string
	Theme  string // a colour word
	Start  clock.Instant
	End    clock.Instant
}

// Shifts lists the shifts of a team, of everybody, that touch the time from
// from up to to (page "List shifts").
//
// Graph's filter wants a shift to begin and end within bounds. It is asked for
// a day more on either side, so that a night shift over the edge is there.
func (c *Client) Shifts(ctx context.Context, who Caller, team string, from, to clock.Instant) ([]Shift, error) {
	q, err := c.planned(team, from, to)
	if err != nil {
		return nil, err
	}
	all, err := pages[shift](ctx, c, who, q)
	if err != nil {
		return nil, err
	}
	return touching(all, from, to), nil
}

// planned is the call that lists shifts.
func (c *Client) planned(team string, from, to clock.Instant) (call, error) {
	q, err := c.call(opShifts, target{team: team}, nil)
	if err == nil {
		q.url.RawQuery = query("$filter", within("sharedShift", from, to, 24*clock.Hour))
	}
	return q, err
}

// touching keeps the shifts that touch the time from from up to to.
func touching(all []shift, from, to clock.Instant) []Shift {
	var kept []Shift
	for _, s := range all {
		if s.Shared != nil && clock.Instant(s.Shared.Start) < to && clock.Instant(s.Shared.End) > from {
			kept = append(kept, s.plain())
		}
	}
	return kept
}

// shift is the wire form of Shift.
type shift struct {
	ID     string `json:"id"`
	UserID string `json:"userId"`
	Group  string `json:"schedulingGroupId"`
	Shared *struct {
		Title string `json:"displayName"`
		Note  string `json:"notes"`
		Theme string `json:"theme"`
		Start Stamp  `json:"startDateTime"`
		End   Stamp  `json:"endDateTime"`
	} `json:"sharedShift"`
}

func (s shift) plain() Shift {
	return Shift{
		ID: s.ID, UserID: s.UserID, Group: s.Group,
		Title: s.Shared.Title, Note: s.Shared.Note, Theme: s.Shared.Theme,
		Start: clock.Instant(s.Shared.Start), End: clock.Instant(s.Shared.End),
	}
}

// TimeOff is time that somebody will not work, as the team has been told.
// Drafts are left out.
type TimeOff struct {
	ID     string
	UserID string // whose: the directory object id
	Reason string // id of a timeOffReason
	Theme  string // a colour word
	Start  clock.Instant
	End    clock.Instant
}

// TimesOff lists the time off in a team, of everybody, that touches the time
// from from up to to (page "List timesOff"). It is asked for with a month more
// on either side; what is longer may be missing.
func (c *Client) TimesOff(ctx context.Context, who Caller, team string, from, to clock.Instant) ([]TimeOff, error) {
	q, err := c.call(opTimesOff, target{team: team}, nil)
	if err != nil {
		return nil, err
	}
	q.url.RawQuery = query("$filter", within("sharedTimeOff", from, to, 31*24*clock.Hour))
	all, err := pages[timeOff](ctx, c, who, q)
	if err != nil {
		return nil, err
	}
	var touching []TimeOff
	for _, t := range all {
		if t.Shared != nil && clock.Instant(t.Shared.Start) < to && clock.Instant(t.Shared.End) > from {
			touching = append(touching, t.plain())
		}
	}
	return touching, nil
}

// timeOff is the wire form of TimeOff.
type timeOff struct {
	ID     string `json:"id"`
	UserID string `json:"userId"`
	Shared *struct {
		Reason string `json:"timeOffReasonId"`
		Theme  string `json:"theme"`
		Start  Stamp  `json:"startDateTime"`
		End    Stamp  `json:"endDateTime"`
	} `json:"sharedTimeOff"`
}

func (t timeOff) plain() TimeOff {
	return TimeOff{
		ID: t.ID, UserID: t.UserID, Reason: t.Shared.Reason, Theme: t.Shared.Theme,
		Start: clock.Instant(t.Shared.Start), End: clock.Instant(t.Shared.End),
	}
}

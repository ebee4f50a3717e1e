package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"timeclock/app/clock"
)

// Schedule is Graph's schedule: what a team has switched on.
type Schedule struct {
	Enabled   bool
	TimeClock bool   // one can clock in
	TimeZone  string // IANA name; empty when Graph has none
	FirstDay  time.Weekday
	// Approved is the approved location; nil when the team has set none.
	Approved *Location
	// Provision is "Completed" when the schedule can be used.
	Provision string
}

// Location is a place on Earth, in degrees.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Schedule reads the schedule of a team (page "Get schedule"). A team without
// one is ErrNotFound.
func (c *Client) Schedule(ctx context.Context, tok Token, team string) (Schedule, error) {
	var s struct {
		Enabled   bool   `json:"enabled"`
		TimeClock bool   `json:"timeClockEnabled"`
		TimeZone  string `json:"timeZone"`
		FirstDay  string `json:"startDayOfWeek"`
		Provision string `json:"provisionStatus"`
		Settings  struct {
			Approved *Location `json:"approvedLocation"`
		} `json:"timeClockSettings"`
	}
	if err := c.get(ctx, tok, opSchedule, target{team: team}, &s); err != nil {
		return Schedule{}, err
	}
	return Schedule{
		Enabled: s.Enabled, TimeClock: s.TimeClock, TimeZone: s.TimeZone,
		FirstDay: weekday(s.FirstDay), Approved: s.Settings.Approved, Provision: s.Provision,
	}, nil
}

// weekday reads Graph's dayOfWeek; Sunday, Graph's default, when it is none.
func weekday(name string) time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d
		}
	}
	return time.Sunday
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
func (c *Client) Shifts(ctx context.Context, tok Token, team string, from, to clock.Instant) ([]Shift, error) {
	q, err := c.call(opShifts, target{team: team}, nil)
	if err != nil {
		return nil, err
	}
	const margin = 24 * clock.Hour
	q.url.RawQuery = query("$filter", "sharedShift/startDateTime ge "+literal(from.Add(-margin))+
		" and sharedShift/endDateTime le "+literal(to.Add(margin)))
	all, err := pages[shift](ctx, c, tok, q)
	if err != nil {
		return nil, err
	}
	var touching []Shift
	for _, s := range all {
		if s.Shared != nil && clock.Instant(s.Shared.Start) < to && clock.Instant(s.Shared.End) > from {
			touching = append(touching, s.plain())
		}
	}
	return touching, nil
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

// Team is a team one belongs to.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"displayName"`
}

// JoinedTeams lists the teams the caller is a direct member of, with a
// schedule or without (page "List joinedTeams"). Graph is slow at it.
func (c *Client) JoinedTeams(ctx context.Context, tok Token) ([]Team, error) {
	q, err := c.call(opJoinedTeams, target{}, nil)
	if err != nil {
		return nil, err
	}
	return pages[Team](ctx, c, tok, q)
}

// Member is a person in a team.
type Member struct {
	UserID string   `json:"userId"` // the directory object id
	Name   string   `json:"displayName"`
	Email  string   `json:"email"`
	Roles  []string `json:"roles"`
}

// Owner reports whether the member owns the team. Who owns only the schedule
// cannot be told from Graph.
func (m Member) Owner() bool {
	for _, r := range m.Roles {
		if strings.EqualFold(r, "owner") {
			return true
		}
	}
	return false
}

// Members lists the people of a team (page "List members of team").
func (c *Client) Members(ctx context.Context, tok Token, team string) ([]Member, error) {
	q, err := c.call(opMembers, target{team: team}, nil)
	if err != nil {
		return nil, err
	}
	return pages[Member](ctx, c, tok, q)
}

// User is a person of the directory.
type User struct {
	ID       string `json:"id"`
	Name     string `json:"displayName"`
	Email    string `json:"mail"`
	SignIn   string `json:"userPrincipalName"`
	Language string `json:"preferredLanguage"`
}

// Me reads who the caller is (page "Get a user").
func (c *Client) Me(ctx context.Context, tok Token) (User, error) {
	var u User
	if err := c.get(ctx, tok, opMe, target{}, &u); err != nil {
		return User{}, err
	}
	if u.ID == "" {
		return User{}, unreadable(call{Operation: table[opMe]}, answer{status: table[opMe].Status}, errNobody)
	}
	return u, nil
}

// get reads one object into v.
func (c *Client) get(ctx context.Context, tok Token, o op, t target, v any) error {
	q, err := c.call(o, t, nil)
	if err != nil {
		return err
	}
	a, err := c.do(ctx, tok, q)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		return unreadable(q, a, err)
	}
	return nil
}

// maxPages bounds a list: at Graph's hundred a page, 10 000 items.
const maxPages = 100

var (
	errPages   = errors.New("list does not end")
	errNotList = errors.New("answer is not a list")
	errNobody  = errors.New("answer does not name the caller")
)

// pages reads a collection with all its pages.
func pages[T any](ctx context.Context, c *Client, tok Token, q call) ([]T, error) {
	var all []T
	for range maxPages {
		a, err := c.do(ctx, tok, q)
		if err != nil {
			return nil, err
		}
		var page struct {
			Value *[]T   `json:"value"`
			Next  string `json:"@odata.nextLink"`
		}
		err = json.Unmarshal(a.body, &page)
		if err == nil && page.Value == nil {
			err = errNotList
		}
		if err != nil {
			return nil, unreadable(q, a, err)
		}
		all = append(all, *page.Value...)
		if page.Next == "" {
			return all, nil
		}
		if q.url, err = c.follow(page.Next); err != nil {
			return nil, unreadable(q, a, err)
		}
	}
	return nil, unreadable(q, answer{status: q.Status}, errPages)
}

// query writes names and values in turn, leaving out what has no value. Names
// stand as they are; spaces become %20, which every server reads alike.
func query(pairs ...string) string {
	var parts []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			parts = append(parts, pairs[i]+"="+strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "+", "%20"))
		}
	}
	return strings.Join(parts, "&")
}

package graph

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
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
func (c *Client) Schedule(ctx context.Context, who Caller, team string) (Schedule, error) {
	var s struct {
		Enabled   bool   `json:"enabled"`
		TimeClock bool   `json:"timeClockEnabled"`
		TimeZone  string `json:"timeZone"`
		FirstDay  string `json:"startDayOfWeek"`
		Provision string `json:"provisionStatus"`
		Settings  struct {
			Approved *struct {
				Latitude  *float64 `json:"latitude"`
				Longitude *float64 `json:"longitude"`
			} `json:"approvedLocation"`
		} `json:"timeClockSettings"`
	}
	if err := c.get(ctx, who, opSchedule, target{team: team}, &s); err != nil {
		return Schedule{}, err
	}
	made := Schedule{
		Enabled: s.Enabled, TimeClock: s.TimeClock, TimeZone: s.TimeZone,
		FirstDay: weekday(s.FirstDay), Provision: s.Provision,
	}
	// Every member of geoCoordinates may be null; half a place is none.
	if a := s.Settings.Approved; a != nil && a.Latitude != nil && a.Longitude != nil {
		made.Approved = &Location{*a.Latitude, *a.Longitude}
	}
	return made, nil
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

// get reads one object into v.
func (c *Client) get(ctx context.Context, who Caller, o op, t target, v any) error {
	q, err := c.call(o, t, nil)
	if err != nil {
		return err
	}
	a, err := c.do(ctx, who, q)
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

// page is a part of a collection, and where the next one is.
type page[T any] struct {
	Value *[]T   `json:"value"`
	Next  string `json:"@odata.nextLink"`
}

// readPage reads a page; one of cards in one go.
func readPage[T any](text []byte) (p page[T], err error) {
	if cards, ok := any(&p).(*page[TimeCard]); ok {
		err = readAll(text, (*cardPage)(cards))
	} else {
		err = json.Unmarshal(text, &p)
	}
	if err == nil && p.Value == nil {
		err = errNotList
	}
	return p, err
}

// pages reads a collection with all its pages.
func pages[T any](ctx context.Context, c *Client, who Caller, q call) ([]T, error) {
	var all []T
	err := walk(ctx, c, who, q, maxPages, func(page []T, _ bool) error {
		all = append(all, page...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// walk reads a collection of at most so many pages and hands each on, and whether
// more follow. An error of each ends it and is returned as it is.
func walk[T any](ctx context.Context, c *Client, who Caller, q call, most int, each func(page []T, more bool) error) error {
	for range most {
		a, err := c.do(ctx, who, q)
		if err != nil {
			return err
		}
		p, err := readPage[T](a.body)
		if err != nil {
			return unreadable(q, a, err)
		}
		if err := each(*p.Value, p.Next != ""); err != nil {
			return err
		}
		if p.Next == "" {
			return nil
		}
		q.passed = false
		if q.url, err = c.follow(p.Next); err != nil {
			return unreadable(q, a, err)
		}
	}
	return unreadable(q, answer{status: q.Status}, errPages)
}

// query writes names and values in turn, leaving out what has no value. Names
// stand as they are; of values all but unreserved characters (RFC 3986 §2.3) are
// encoded, which every server reads alike.
func query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(pairs[i])
		b.WriteByte('=')
		escape(&b, pairs[i+1])
	}
	return b.String()
}

func escape(b *strings.Builder, value string) {
	const digits = "0123456789ABCDEF"
	b.Grow(2 * len(value))
	for i := range len(value) {
		if c := value[i]; unreserved(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}

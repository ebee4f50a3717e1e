// Package trail tells what was done to a person's cards: by whom, when, why, what
// stood there before, and what the person says to it.
//
// What was done here is told from the journal. What was done in Teams is told as
// far as Graph tells of it: who changed a card last and when, and what its presses
// had put on it before anybody edited it (originalEntry). So several changes in
// Teams are one here, and where presses were written with a time of their own,
// what they wrote is shown among what was changed.
//
// The package shows and decides nothing; whoever asks has been found to be the
// person of the card or a supervisor of its team before.
package trail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
)

const (
	// Window is how far back people are told of changes and supervisors of
	// objections.
	Window = 31 * 24 * clock.Hour
	// skew is how far Graph's clock may differ from this server's.
	skew = 10 * clock.Second
)

// Store is the journal's, as far as it tells of the past. Replies of everybody in
// a team are those of the person "".
type Store interface {
	Entry(ctx context.Context, id string) (journal.Entry, error)
	// OfCard lists what was delivered about a card, the oldest first.
	OfCard(ctx context.Context, team, card string) ([]journal.Entry, error)
	// Told lists what others delivered to the person's cards since, the newest
	// first.
	Told(ctx context.Context, person, team string, since clock.Instant) ([]journal.Entry, error)
	// Replies lists what was said to changes since, the oldest first.
	Replies(ctx context.Context, team, person string, since clock.Instant) ([]journal.Entry, error)
	// UnderWay lists the amendments of a team that are not over, the oldest first.
	UnderWay(ctx context.Context, team string) ([]journal.Entry, error)
	// Unwritten lists the amendments of a team that were refused since, the oldest
	// first: not those that somebody gave up, nor any about a person whose cards
	// were amended later.
	Unwritten(ctx context.Context, team string, since clock.Instant) ([]journal.Entry, error)
}

// unwrittenFor is how long it is told that an amendment was not written: whoever
// made it may be away for some days.
const unwrittenFor = 7 * 24 * clock.Hour

// Cards reads a card from Graph.
type Cards interface {
	Card(ctx context.Context, who graph.Caller, team, card string) (graph.TimeCard, error)
}

// Book tells. Its methods are safe for use by several goroutines.
type Book struct {
	Store Store
	Graph Cards
	// Name gives the name of somebody in a team by the id in Graph, empty when it
	// is not known.
	Name func(team, object string) string
	Now  func() time.Time
}

// ErrNoCard: there is no such card of this person, and there was none.
var ErrNoCard = errors.New("no such card of the person")

// Card tells what was done to a card of the person with this id in Graph.
func (b Book) Card(ctx context.Context, who graph.Caller, team, object, card string) (wire.Trail, error) {
	asOf := clock.At(b.Now())
	stands, err := b.Graph.Card(ctx, who, team, card)
	gone := errors.Is(err, graph.ErrNotFound)
	if err != nil && !gone {
		return wire.Trail{}, fmt.Errorf("read card: %w", err)
	}
	done, err := b.Store.OfCard(ctx, team, card)
	if err != nil {
		return wire.Trail{}, fmt.Errorf("read what was done to a card: %w", err)
	}
	done = slices.DeleteFunc(done, func(e journal.Entry) bool { return !strings.EqualFold(e.Object, object) })
	if gone && len(done) == 0 || !gone && !strings.EqualFold(stands.UserID, object) {
		return wire.Trail{}, fmt.Errorf("card %s: %w", card, ErrNoCard)
	}
	t := wire.Trail{Team: team, AsOf: asOf, Changes: b.changes(done), Requests: []wire.Request{}}
	if !gone {
		c := stands.Clock(team)
		c.Person = object
		t.Card, t.Elsewhere = &c, b.elsewhere(team, stands, done)
	}
	return t, nil
}

// changes tells of those of done that change a card by an amendment or on behalf.
func (b Book) changes(done []journal.Entry) []wire.Change {
	replies := said(done)
	all := []wire.Change{}
	for _, e := range done {
		if e.IsAmendment() || !e.IsReply() && !e.Own() {
			all = append(all, b.change(e, replies))
		}
	}
	return all
}

// said gives the last reply to each change, by its id.
func said(entries []journal.Entry) map[string]wire.Reply {
	last := map[string]wire.Reply{}
	for _, e := range entries {
		if e.IsReply() && e.Change.About != "" {
			last[e.Change.About] = e.Answered()
		}
	}
	return last
}

func (b Book) change(e journal.Entry, replies map[string]wire.Reply) wire.Change {
	c := wire.Change{
		ID: e.ID, Team: e.Team, Person: b.person(e.Team, e.Object), By: b.person(e.Team, e.By()),
		Card: e.Card, Reason: e.Note, At: e.Delivered,
	}
	if e.IsAmendment() {
		c.Op, c.Before, c.After, c.Asked = e.Change.Op, e.Change.Before(), e.Change.Outcome(true), e.Change.Asked
	} else {
		c.Press, c.Time = e.Kind, e.Recorded
	}
	if r, ok := replies[e.ID]; ok {
		c.Reply = &r
	}
	return c
}

func (b Book) person(team, object string) wire.Person {
	return wire.Person{ID: object, Name: b.Name(team, object)}
}

// elsewhere tells what was changed in Teams after what was done here; nil when
// nothing was, or nothing that counts.
func (b Book) elsewhere(team string, stands graph.TimeCard, done []journal.Entry) *wire.Elsewhere {
	card := stands.Clock(team)
	var was *clock.Card
	var last clock.Instant // when it was changed here last
	for _, e := range done {
		if e.IsReply() {
			continue
		}
		last = max(last, e.Delivered)
		if e.IsAmendment() && e.Change.After != nil {
			was = e.Change.After
		}
	}
	by, at := stands.ModifiedBy, clock.Instant(stands.Modified)
	if was == nil {
		was = original(team, stands)
	}
	switch {
	case was == nil && len(done) == 0: // made in Teams with times of its own
		by, at = stands.CreatedBy, clock.Instant(stands.Created)
		if who(by).ID == "" || strings.EqualFold(who(by).ID, stands.UserID) {
			return nil
		}
	case was == nil, was.Says(card), at <= last.Add(skew):
		return nil
	}
	e := &wire.Elsewhere{By: who(by), At: at, Was: was}
	for _, r := range done {
		if r.IsReply() && r.Change.About == "" && r.Change.Seen != nil && r.Change.Seen.Says(card) {
			reply := r.Answered()
			e.Reply = &reply
		}
	}
	return e
}

// who is whom Graph names.
func who(s *graph.IdentitySet) wire.Person {
	switch {
	case s == nil:
		return wire.Person{}
	case s.User != nil:
		return wire.Person{ID: s.User.ID, Name: s.User.Name}
	case s.Application != nil:
		return wire.Person{Name: s.Application.Name}
	}
	return wire.Person{}
}

// original is a card as its presses left it, nil where no press is known. Notes
// of the whole card are no press's.
func original(team string, stands graph.TimeCard) *clock.Card {
	first := stands.OriginalEntry
	if first == nil || first.ClockIn == nil {
		return nil
	}
	c := graph.TimeCard{ID: stands.ID, UserID: stands.UserID, ClockIn: first.ClockIn, ClockOut: first.ClockOut,
		Breaks: slices.Clone(first.Breaks), Notes: stands.Notes}.Clock(team)
	for i, b := range c.Breaks {
		if !slices.ContainsFunc(stands.Breaks, func(s graph.Break) bool { return s.ID == b.ID }) {
			c.Breaks[i].ID = ""
		}
	}
	return &c
}

// Told tells a person what others did here to their cards.
func (b Book) Told(ctx context.Context, person, team string) (wire.Told, error) {
	since := clock.At(b.Now()).Add(-Window)
	done, err := b.Store.Told(ctx, person, team, since)
	if err != nil {
		return wire.Told{}, fmt.Errorf("read what others did: %w", err)
	}
	replied, err := b.Store.Replies(ctx, team, person, since)
	if err != nil {
		return wire.Told{}, fmt.Errorf("read replies: %w", err)
	}
	replies, told := said(replied), wire.Told{Team: team, Changes: []wire.Change{}}
	for _, e := range done {
		if e.Change == nil || !e.Change.Asked && e.Change.Op != wire.Confirm {
			told.Changes = append(told.Changes, b.change(e, replies))
		}
	}
	return told, nil
}

// Untold counts what Told would tell that the person has not replied to.
func (b Book) Untold(ctx context.Context, person, team string) (int, error) {
	told, err := b.Told(ctx, person, team)
	n := 0
	for _, c := range told.Changes {
		if c.Reply == nil {
			n++
		}
	}
	return n, err
}

// Objections tells what people in a team object to, the newest first.
func (b Book) Objections(ctx context.Context, team string) (wire.Objections, error) {
	replied, err := b.Store.Replies(ctx, team, "", clock.At(b.Now()).Add(-Window))
	if err != nil {
		return wire.Objections{}, fmt.Errorf("read replies: %w", err)
	}
	slices.Reverse(replied)
	answered := map[[3]string]bool{}
	all := wire.Objections{Team: team, Open: []wire.Objection{}}
	for _, r := range replied {
		about := [3]string{r.Person, r.Card, r.Change.About}
		if answered[about] {
			continue
		}
		answered[about] = true
		if r.Change.Op != journal.Object {
			continue
		}
		o, err := b.objection(ctx, r)
		if err != nil {
			return wire.Objections{}, err
		}
		all.Open = append(all.Open, o)
	}
	return all, nil
}

func (b Book) objection(ctx context.Context, r journal.Entry) (wire.Objection, error) {
	o := wire.Objection{Person: b.person(r.Team, r.Object), Card: r.Card, Reply: r.Answered()}
	if r.Change.About == "" {
		return o, nil
	}
	e, err := b.Store.Entry(ctx, r.Change.About)
	if err != nil && !errors.Is(err, journal.ErrNoEntry) { // which retention may have removed
		return o, fmt.Errorf("read what is objected to: %w", err)
	}
	if err == nil {
		c := b.change(e, map[string]wire.Reply{e.ID: o.Reply})
		o.Change = &c
	}
	return o, nil
}

// UnderWay tells which amendments of a team are not over.
func (b Book) UnderWay(ctx context.Context, team string) (wire.TeamAmendments, error) {
	entries, err := b.Store.UnderWay(ctx, team)
	if err != nil {
		return wire.TeamAmendments{}, fmt.Errorf("read amendments under way: %w", err)
	}
	refused, err := b.Store.Unwritten(ctx, team, clock.At(b.Now()).Add(-unwrittenFor))
	if err != nil {
		return wire.TeamAmendments{}, fmt.Errorf("read amendments not written: %w", err)
	}
	entries = append(refused, entries...)
	all := wire.TeamAmendments{Team: team, Open: []wire.Amended{}}
	for _, e := range entries {
		all.Open = append(all.Open, b.Named(e.Amended()))
	}
	return all, nil
}

// Named gives a with the names of who is in it.
func (b Book) Named(a wire.Amended) wire.Amended {
	a.Person, a.By = b.person(a.Team, a.Person.ID), b.person(a.Team, a.By.ID)
	return a
}

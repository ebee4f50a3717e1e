// Package mirror holds time cards as they were last read from Graph.
//
// A screen opens from the mirror at once and says how old it is. The mirror is
// read anew by a person's visit or press, never by a loop; readings of the same
// cards at the same time are one call. What this server writes to a card is put
// in by itself, and a reading that began before that does not undo it.
//
// The mirror decides nothing: whoever needs certainty reads anew.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"

	"timeclock/app/clock"
	"timeclock/server/graph"
)

const (
	// Window is how far back the cards are mirrored: enough for a week's
	// total, and for finding a card somebody forgot to close.
	Window = 31 * 24 * clock.Hour
	// young is the age at which a visit is answered without asking Graph.
	young = 10 * time.Second
	// patience is how long a visit waits for Graph when the mirror has
	// something to show meanwhile.
	patience = 1500 * time.Millisecond
	// deadline bounds one reading, most of it the wait for Graph's budget.
	deadline = 3 * time.Minute
)

// Snapshot is a person's cards in one team as read at AsOf.
type Snapshot struct {
	Cards []clock.Card
	AsOf  clock.Instant
	// Stale says why nothing newer could be had; nil when AsOf is new. It
	// wraps ErrPending when Graph is being asked at this moment.
	Stale error
}

// ErrPending says that a reading is under way. ErrStore says that the database
// fails.
var (
	ErrPending = errors.New("cards are being read")
	ErrStore   = errors.New("store of cards fails")
)

// Store keeps cards. Person is the person's id in Graph.
type Store interface {
	// Cards lists the person's cards that began within s, in no order, and
	// tells when a reading of the person's window last ended; 0 if never.
	Cards(ctx context.Context, team, person string, s clock.Stretch) ([]clock.Card, clock.Instant, error)
	// Replace makes cards the person's only ones that began within s, but for
	// those put in since begun, and records the reading as of begun.
	Replace(ctx context.Context, r Reading, cards []clock.Card) error
	// Put stores one card as known at the given time, if nothing newer is.
	Put(ctx context.Context, c clock.Card, at clock.Instant) error
	// Team lists the cards of everybody in a team that began at since or later,
	// and all that are open, in no order, and tells when a reading of the team
	// last ended; 0 if never.
	Team(ctx context.Context, team string, since clock.Instant) ([]clock.Card, clock.Instant, error)
	// TeamRead tells when a reading of the team last ended; 0 if never.
	TeamRead(ctx context.Context, team string) (clock.Instant, error)
	// ReplaceTeam makes r.Cards the only ones of the team that began at r.Since
	// or later, adds r.Older, and takes away those of r.Gone; but for what was
	// put in since r.Begun. It records the reading as of r.Begun.
	ReplaceTeam(ctx context.Context, r TeamReading) error
}

// TeamReading is what was read of a whole team: the cards that began at Since or
// later, and some that began before. Gone are the ids of cards that are not there
// any more.
type TeamReading struct {
	Team         string
	Since, Begun clock.Instant
	Cards, Older []clock.Card
	Gone         []string
}

// Reading says what was read and when.
type Reading struct {
	Team, Person string
	Stretch      clock.Stretch
	Begun        clock.Instant
}

// Lister reads cards from Graph.
type Lister interface {
	Cards(ctx context.Context, who graph.Caller, team string, f graph.Filter) ([]graph.TimeCard, error)
	Card(ctx context.Context, who graph.Caller, team, card string) (graph.TimeCard, error)
}

// Mirror reads through to Graph. Its methods are safe for use by several
// goroutines.
type Mirror struct {
	Store Store
	Graph Lister
	Now   func() time.Time
	Log   *slog.Logger
	// Changed, if set, is told after the mirror's view of a person's cards has
	// changed. It must not block.
	Changed func(team, person string, asOf clock.Instant)
	// ChangedTeam, if set, is told when a reading of a team has ended, whether it
	// was the first ever, and what kept it from being one. It must not block.
	ChangedTeam func(team string, asOf clock.Instant, first bool, err error)
	// Observe, if set, is told what was read, before anybody else.
	Observe func(ctx context.Context, team, person string, cards []clock.Card)

	flight singleflight.Group
}

// Key says whose cards in which team, and who asks.
type Key struct {
	Team, Person string
	Caller       graph.Caller
}

// window is the stretch that is mirrored; it has no end, since a card may be
// dated ahead.
func (m *Mirror) window() clock.Stretch {
	const forever = clock.Instant(1) << 52
	return clock.Stretch{From: clock.At(m.Now()).Add(-Window), To: forever}
}

// Known gives what the mirror holds, without asking Graph. AsOf is 0 when the
// cards were never read.
func (m *Mirror) Known(ctx context.Context, k Key) (Snapshot, error) {
	cards, asOf, err := m.Store.Cards(ctx, k.Team, k.Person, m.window())
	if err != nil {
		return Snapshot{}, fmt.Errorf("%w: read mirror: %w", ErrStore, err)
	}
	return Snapshot{Cards: cards, AsOf: asOf}, nil
}

// Visit gives the cards for a screen: from the mirror while it is young and
// fresh is not asked for, else from Graph. When Graph is slow or down the
// mirror's cards are given with Stale set; without any, the error is Graph's.
func (m *Mirror) Visit(ctx context.Context, k Key, fresh bool) (Snapshot, error) {
	known, err := m.Known(ctx, k)
	if err != nil {
		return Snapshot{}, err
	}
	if !fresh && clock.At(m.Now()).Sub(known.AsOf) < clock.Of(young) {
		return known, nil
	}
	reading := m.start(ctx, k)
	if known.AsOf == 0 {
		return m.wait(ctx, reading)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case r := <-reading:
		if r.Err != nil {
			known.Stale = r.Err
			return known, nil
		}
		return r.Val.(Snapshot), nil
	case <-timer.C:
		known.Stale = ErrPending
		return known, nil
	case <-ctx.Done():
		return Snapshot{}, ctx.Err()
	}
}

// Read reads the cards from Graph now.
func (m *Mirror) Read(ctx context.Context, k Key) (Snapshot, error) {
	return m.wait(ctx, m.start(ctx, k))
}

func (m *Mirror) wait(ctx context.Context, reading <-chan singleflight.Result) (Snapshot, error) {
	select {
	case r := <-reading:
		if r.Err != nil {
			return Snapshot{}, r.Err
		}
		return r.Val.(Snapshot), nil
	case <-ctx.Done():
		return Snapshot{}, ctx.Err()
	}
}

// start begins a reading, or joins the one under way for the same cards; an
// urgent one does not join one that waits behind others. It goes on when the
// visitor leaves, so that the next finds it done.
func (m *Mirror) start(ctx context.Context, k Key) <-chan singleflight.Result {
	ctx = context.WithoutCancel(ctx)
	reading := fmt.Sprint(k.Team, " ", k.Person, " ", graph.IsUrgent(ctx))
	return m.flight.DoChan(reading, func() (any, error) {
		ctx, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		s, err := m.read(ctx, k)
		if err != nil {
			m.Log.WarnContext(ctx, "cards not read", "team", k.Team, "err", err)
		}
		return s, err
	})
}

func (m *Mirror) read(ctx context.Context, k Key) (Snapshot, error) {
	f, begun := m.Filter(k), clock.At(m.Now())
	cards, err := m.list(ctx, k, f)
	if err != nil {
		return Snapshot{}, err
	}
	return m.take(ctx, k, Reading{Team: k.Team, Person: k.Person, Stretch: m.window(), Begun: begun}, cards)
}

// Filter picks the cards that the mirror holds of a person.
func (m *Mirror) Filter(k Key) graph.Filter {
	return graph.Filter{Person: k.Person, From: m.window().From}
}

// Took takes up what was read past the mirror with its Filter, by a reading that
// began then, and gives it.
func (m *Mirror) Took(ctx context.Context, k Key, begun clock.Instant, read []graph.TimeCard) (Snapshot, error) {
	return m.take(ctx, k, Reading{Team: k.Team, Person: k.Person, Stretch: m.window(), Begun: begun}, of(k, read))
}

func (m *Mirror) take(ctx context.Context, k Key, r Reading, cards []clock.Card) (Snapshot, error) {
	if m.Observe != nil {
		m.Observe(ctx, k.Team, k.Person, cards)
	}
	if err := m.Store.Replace(ctx, r, cards); err != nil {
		return Snapshot{}, fmt.Errorf("%w: store cards read: %w", ErrStore, err)
	}
	known, err := m.Known(ctx, k)
	if err == nil {
		m.tell(k.Team, k.Person, known.AsOf)
	}
	return known, err
}

// Between reads the person's cards that began within s from Graph. They are
// not mirrored.
func (m *Mirror) Between(ctx context.Context, k Key, s clock.Stretch) (Snapshot, error) {
	begun := clock.At(m.Now())
	cards, err := m.list(ctx, k, graph.Filter{Person: k.Person, From: s.From, To: s.To})
	if err != nil {
		return Snapshot{}, err
	}
	return Snapshot{Cards: cards, AsOf: begun}, nil
}

func (m *Mirror) list(ctx context.Context, k Key, f graph.Filter) ([]clock.Card, error) {
	read, err := m.Graph.Cards(ctx, k.Caller, k.Team, f)
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	return of(k, read), nil
}

// of gives a person's cards as the domain sees them.
func of(k Key, read []graph.TimeCard) []clock.Card {
	cards := make([]clock.Card, 0, len(read))
	for _, c := range read {
		card := c.Clock(k.Team)
		card.Person = k.Person // as spelt here: ids are the same in any case of letters
		cards = append(cards, card)
	}
	return cards
}

// Put stores a card as this server has just written it.
func (m *Mirror) Put(ctx context.Context, c clock.Card) error {
	now := clock.At(m.Now())
	if err := m.Store.Put(ctx, c, now); err != nil {
		return fmt.Errorf("%w: store card %s: %w", ErrStore, c.ID, err)
	}
	m.tell(c.Team, c.Person, now)
	return nil
}

func (m *Mirror) tell(team, person string, asOf clock.Instant) {
	if m.Changed != nil {
		m.Changed(team, person, asOf)
	}
}

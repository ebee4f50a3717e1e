// Package deliver puts presses on cards in Microsoft Graph: it is the journal's
// Deliverer.
//
// It translates and decides nothing: which call makes which event, what Graph's
// errors mean for a press, and how a late event is written onto a card without
// losing anything else that stands there. Every card that comes back is put
// into the mirror.
//
// A card is acted on only when it is known as the person's own, from a reading
// of that person's cards. With application access, where Graph would not
// object, the person must have been found in the team as well.
package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/session"
)

// knownFor is how old the mirror may be for a press to be sent by it without
// reading the cards first. If it is wrong after all, Graph refuses, and then
// the cards are read.
const knownFor = 10 * time.Minute

// Cards are the calls of Graph that write cards.
type Cards interface {
	ClockIn(ctx context.Context, who graph.Caller, team string, a graph.Action) (graph.TimeCard, error)
	ClockOut(ctx context.Context, who graph.Caller, team, card string, a graph.Action) (graph.TimeCard, error)
	StartBreak(ctx context.Context, who graph.Caller, team, card string, a graph.Action) (graph.TimeCard, error)
	EndBreak(ctx context.Context, who graph.Caller, team, card string, a graph.Action) (graph.TimeCard, error)
	Card(ctx context.Context, who graph.Caller, team, card string) (graph.TimeCard, error)
	CreateCard(ctx context.Context, who graph.Caller, team string, card graph.TimeCard) (graph.TimeCard, error)
	ReplaceCard(ctx context.Context, who graph.Caller, team string, card graph.TimeCard) (graph.TimeCard, error)
}

// Members checks who is in a team, as roster.Members does.
type Members interface {
	Check(ctx context.Context, who graph.Caller, team, user string) error
}

// Graph delivers presses. All exported fields are required.
type Graph struct {
	Client  Cards
	Mirror  *mirror.Mirror
	Access  access.Access
	Members Members
	Now     func() time.Time
	Log     *slog.Logger

	mu   sync.Mutex
	took map[string]clock.Kind // protected by mu; see unread
}

var _ journal.Deliverer = (*Graph)(nil)

// caller asks in the name of the person, with the session that pressed or, when
// that has ended, another one.
func (g *Graph) caller(who journal.Who) graph.Caller {
	tenant, _, _ := strings.Cut(who.Person, ".")
	return g.Access.Lasting(session.Person{Tenant: tenant, Object: who.Object}, who.Session)
}

func (g *Graph) key(who journal.Who, team string) mirror.Key {
	return mirror.Key{Team: team, Person: who.Object, Caller: g.caller(who)}
}

// Known implements journal.Deliverer.
func (g *Graph) Known(ctx context.Context, who journal.Who, team string) ([]clock.Card, bool) {
	s, err := g.Mirror.Known(ctx, g.key(who, team))
	if err != nil {
		g.Log.WarnContext(ctx, "mirror not read", "err", err)
		return nil, false
	}
	return s.Cards, clock.At(g.Now()).Sub(s.AsOf) < clock.Of(knownFor)
}

// Cards implements journal.Deliverer.
func (g *Graph) Cards(ctx context.Context, who journal.Who, team string) ([]clock.Card, error) {
	s, err := g.read(ctx, who, team)
	if err != nil {
		return nil, failure(err)
	}
	return s.Cards, nil
}

// read reads the cards by a reading that begins after the call does: one that
// was under way already may have been answered before.
func (g *Graph) read(ctx context.Context, who journal.Who, team string) (mirror.Snapshot, error) {
	begun := clock.At(g.Now())
	s, err := g.Mirror.Read(graph.Urgent(ctx), g.key(who, team))
	if err == nil && s.AsOf < begun {
		s, err = g.Mirror.Read(graph.Urgent(ctx), g.key(who, team))
	}
	return s, err
}

// Act implements journal.Deliverer.
func (g *Graph) Act(ctx context.Context, e journal.Entry, card string) (clock.Card, error) {
	if g.taken(e) {
		return clock.Card{}, g.overtake(ctx, e)
	}
	if err := g.authorize(ctx, e, card); err != nil {
		return clock.Card{}, err
	}
	a := graph.Action{}
	if e.Step == e.Kind {
		a.Note = e.Note
	}
	made, err := g.act(ctx, e, card, a)
	if err != nil {
		return g.failed(ctx, e, clock.Card{ID: card, Team: e.Team, Person: e.Object}, err)
	}
	return g.keep(ctx, e, made)
}

func (g *Graph) act(ctx context.Context, e journal.Entry, card string, a graph.Action) (graph.TimeCard, error) {
	who := g.caller(e.Who)
	switch e.Step {
	case clock.ClockIn:
		return g.Client.ClockIn(ctx, who, e.Team, a)
	case clock.StartBreak:
		return g.Client.StartBreak(ctx, who, e.Team, card, a)
	case clock.EndBreak:
		return g.Client.EndBreak(ctx, who, e.Team, card, a)
	}
	return g.Client.ClockOut(ctx, who, e.Team, card, a)
}

// Write implements journal.Deliverer.
func (g *Graph) Write(ctx context.Context, e journal.Entry, card string, keep func([]byte) error) (clock.Card, error) {
	if err := g.authorize(ctx, e, card); err != nil {
		return clock.Card{}, err
	}
	if e.Kind == clock.ClockIn {
		next := newCard(e)
		made, err := g.Client.CreateCard(ctx, g.caller(e.Who), e.Team, next)
		if err != nil {
			return g.failed(ctx, e, next.Clock(e.Team), err)
		}
		return g.keep(ctx, e, made)
	}
	next, err := g.replacement(ctx, e, card, keep)
	if err != nil {
		return clock.Card{}, err
	}
	made, err := g.Client.ReplaceCard(ctx, g.caller(e.Who), e.Team, next)
	if err != nil {
		return g.failed(ctx, e, next.Clock(e.Team), err)
	}
	return g.keep(ctx, e, made)
}

// replacement reads a card, has it kept as it stands, and gives it with the
// press on it. Nothing has been written when it fails.
func (g *Graph) replacement(ctx context.Context, e journal.Entry, card string, keep func([]byte) error) (graph.TimeCard, error) {
	was, err := g.Client.Card(graph.Urgent(ctx), g.caller(e.Who), e.Team, card)
	if errors.Is(err, graph.ErrNotFound) && g.outdated(ctx, e, graph.TimeCard{ID: card, Modified: g.lately()}) {
		return was, unsent(errOutdated)
	}
	if err != nil {
		return was, unsent(err)
	}
	if !strings.EqualFold(was.UserID, e.Object) || was.ID != card {
		return was, refusal(wire.CodeNotFound, errNotOwn)
	}
	if g.outdated(ctx, e, was) {
		return was, unsent(errOutdated)
	}
	raw, err := json.Marshal(was)
	if err != nil {
		return was, unsent(fmt.Errorf("encode card: %w", err))
	}
	next, err := written(was, e)
	if err != nil {
		return was, refusal(wire.CodeOrder, err)
	}
	if err := keep(raw); err != nil {
		return was, unsent(fmt.Errorf("keep card as it stood: %w", err))
	}
	return next, nil
}

// keep puts a card that came back into the mirror, unless it was read too early
// to show the press. That it could not be put
// there makes the screen older and the press no less delivered. A card of
// somebody else's is not what was asked for: the press is not on the person's
// card, and sending it again would do the same.
func (g *Graph) keep(ctx context.Context, e journal.Entry, t graph.TimeCard) (clock.Card, error) {
	c := t.Clock(e.Team)
	if c.Person != "" && !strings.EqualFold(c.Person, e.Object) {
		g.Log.ErrorContext(ctx, "press put on another person's card", "press", e.ID, "card", c.ID)
		return clock.Card{}, refusal(wire.CodeRefused, errNotOwn)
	}
	c.Person = e.Object
	if !follows(c, e) {
		return g.unread(ctx, e, clock.Card{ID: c.ID, Team: e.Team, Person: e.Object}, errOutdated), nil
	}
	if err := g.Mirror.Put(context.WithoutCancel(ctx), c); err != nil {
		g.Log.ErrorContext(ctx, "card not mirrored", "card", c.ID, "err", err)
	}
	return c, nil
}

// Package deliver puts presses on cards in Microsoft Graph: it is the journal's
// Deliverer.
//
// It translates and decides nothing: which call makes which event, what Graph's
// errors mean for a press, and how a late event is written onto a card without
// losing anything else that stands there. Every card that comes back is put
// into the mirror.
package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/fault"
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
	ClockIn(ctx context.Context, tok graph.Token, team string, a graph.Action) (graph.TimeCard, error)
	ClockOut(ctx context.Context, tok graph.Token, team, card string, a graph.Action) (graph.TimeCard, error)
	StartBreak(ctx context.Context, tok graph.Token, team, card string, a graph.Action) (graph.TimeCard, error)
	EndBreak(ctx context.Context, tok graph.Token, team, card string, a graph.Action) (graph.TimeCard, error)
	Card(ctx context.Context, tok graph.Token, team, card string) (graph.TimeCard, error)
	CreateCard(ctx context.Context, tok graph.Token, team string, card graph.TimeCard) (graph.TimeCard, error)
	ReplaceCard(ctx context.Context, tok graph.Token, team string, card graph.TimeCard) (graph.TimeCard, error)
}

// Tokens hands out access tokens: of one session, also when it has gone idle,
// or of any other session of a person.
type Tokens interface {
	AccessToken(ctx context.Context, hash string) (string, error)
	PersonToken(ctx context.Context, p session.Person) (string, error)
}

// Graph delivers presses. All fields are required.
type Graph struct {
	Client Cards
	Mirror *mirror.Mirror
	Tokens Tokens
	Now    func() time.Time
	Log    *slog.Logger
}

var _ journal.Deliverer = (*Graph)(nil)

// token is that of the session that pressed, or, when that has ended, of
// another session of the same person.
func (g *Graph) token(who journal.Who) graph.Token {
	return func(ctx context.Context) (string, error) {
		token, err := g.Tokens.AccessToken(ctx, who.Session)
		if !errors.Is(err, session.ErrEnded) {
			return token, err
		}
		tenant, object, _ := strings.Cut(who.Person, ".")
		return g.Tokens.PersonToken(ctx, session.Person{Tenant: tenant, Object: object})
	}
}

func (g *Graph) key(who journal.Who, team string) mirror.Key {
	return mirror.Key{Team: team, Person: who.Object, Token: g.token(who)}
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
	s, err := g.Mirror.Read(graph.Urgent(ctx), g.key(who, team))
	if err != nil {
		return nil, failure(err)
	}
	return s.Cards, nil
}

// Act implements journal.Deliverer.
func (g *Graph) Act(ctx context.Context, e journal.Entry, card string) (clock.Card, error) {
	tok, a := g.token(e.Who), graph.Action{}
	if e.Step == e.Kind {
		a.Note = e.Note
	}
	var made graph.TimeCard
	var err error
	switch e.Step {
	case clock.ClockIn:
		made, err = g.Client.ClockIn(ctx, tok, e.Team, a)
	case clock.StartBreak:
		made, err = g.Client.StartBreak(ctx, tok, e.Team, card, a)
	case clock.EndBreak:
		made, err = g.Client.EndBreak(ctx, tok, e.Team, card, a)
	default:
		made, err = g.Client.ClockOut(ctx, tok, e.Team, card, a)
	}
	if err != nil {
		return clock.Card{}, failure(err)
	}
	return g.keep(ctx, e.Team, made), nil
}

// Write implements journal.Deliverer.
func (g *Graph) Write(ctx context.Context, e journal.Entry, card string, steps []clock.Kind, keep func([]byte) error) (clock.Card, error) {
	tok := g.token(e.Who)
	if e.Kind == clock.ClockIn {
		made, err := g.Client.CreateCard(ctx, tok, e.Team, newCard(e))
		if err != nil {
			return clock.Card{}, failure(err)
		}
		return g.keep(ctx, e.Team, made), nil
	}
	was, err := g.Client.Card(graph.Urgent(ctx), tok, e.Team, card)
	if err != nil {
		return clock.Card{}, unsent(err)
	}
	raw, err := json.Marshal(was)
	if err != nil {
		return clock.Card{}, unsent(fmt.Errorf("encode card: %w", err))
	}
	next, err := written(was, e, steps)
	if err != nil {
		return clock.Card{}, &journal.DeliveryError{Outcome: journal.Refused, Code: wire.CodeOrder, Err: err}
	}
	if err := keep(raw); err != nil {
		return clock.Card{}, unsent(fmt.Errorf("keep card as it stood: %w", err))
	}
	made, err := g.Client.ReplaceCard(ctx, tok, e.Team, next)
	if err != nil {
		return clock.Card{}, failure(err)
	}
	return g.keep(ctx, e.Team, made), nil
}

// keep puts a card that came back into the mirror. That it could not be put
// there makes the screen older and the press no less delivered.
func (g *Graph) keep(ctx context.Context, team string, t graph.TimeCard) clock.Card {
	c := t.Clock(team)
	if err := g.Mirror.Put(context.WithoutCancel(ctx), c); err != nil {
		g.Log.ErrorContext(ctx, "card not mirrored", "card", c.ID, "err", err)
	}
	return c
}

// failure says what an error of Graph, or on the way to it, means for a press.
func failure(err error) error {
	f := &journal.DeliveryError{Err: err, Code: code(err)}
	var ge *graph.Error
	if errors.As(err, &ge) {
		f.RetryAfter = ge.RetryAfter
	}
	switch graph.OutcomeOf(err) {
	case graph.NotSent:
		f.Outcome = journal.NotSent
	case graph.Refused:
		f.Outcome = journal.Refused
	default: // Done too, when the card was not read back: settling reads it
		f.Outcome = journal.Unknown
	}
	if errors.Is(err, session.ErrEnded) {
		f.Outcome = journal.SignedOut
	}
	return f
}

// unsent says of an error that came before anything was written.
func unsent(err error) error {
	var f *journal.DeliveryError
	if !errors.As(failure(err), &f) || f.Outcome == journal.Unknown {
		return &journal.DeliveryError{Outcome: journal.NotSent, Code: code(err), Err: err}
	}
	return f
}

// code says why a press waits or was refused.
func code(err error) wire.Code {
	if graph.OutcomeOf(err) == graph.Refused {
		return wire.CodeRefused
	}
	if c := fault.Code(err); c != wire.CodeInternal {
		return c
	}
	return wire.CodeGraphDown
}

// Package deliver puts presses on cards in Microsoft Graph: it is the journal's
// Deliverer.
//
// It translates and decides nothing: which call makes which event, what Graph's
// errors mean for a press, and how a late event is written onto a card without
// losing anything else that stands there. Every card that comes back is put
// into the mirror.
//
// A card is acted on only when it is known as the person's own, from a reading
// of that person's cards, and when whoever pressed may do so by package authority,
// which is asked again here.
package deliver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/authority"
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
	ClockInAfter(ctx context.Context, who graph.Caller, team string, b graph.Before, a graph.Action) (graph.TimeCard, error)
	CreateCardAfter(ctx context.Context, who graph.Caller, team string, b graph.Before, card graph.TimeCard) (graph.TimeCard, error)
	EditCard(ctx context.Context, who graph.Caller, team, card string, edit func(graph.TimeCard) (graph.TimeCard, error)) (graph.TimeCard, error)
	Card(ctx context.Context, who graph.Caller, team, card string) (graph.TimeCard, error)
	DeleteCard(ctx context.Context, who graph.Caller, team, card string) error
	DeleteCardAfter(ctx context.Context, who graph.Caller, team, card string, check func(graph.TimeCard) error) error
	ConfirmAfter(ctx context.Context, who graph.Caller, team, card string, check func(graph.TimeCard) error) (graph.TimeCard, error)
}

// Authority decides once more whether a press may be put on a card, as
// authority.Authority does.
type Authority interface {
	Again(ctx context.Context, a authority.Asker, q authority.Question) error
}

// Graph delivers presses. All fields are required.
type Graph struct {
	Client    Cards
	Mirror    *mirror.Mirror
	Access    access.Access
	Authority Authority
	// Roles gives the app roles that somebody has by now who pressed with the
	// session of this hash, none when they are not known.
	Roles func(ctx context.Context, p session.Person, hash string) []string
	Now   func() time.Time
	Log   *slog.Logger
}

var _ journal.Deliverer = (*Graph)(nil)

// caller asks in the name of who pressed, with the session that pressed or, when
// that has ended, another one.
func (g *Graph) caller(e journal.Entry) graph.Caller {
	return g.Access.Lasting(presser(e), e.Session)
}

// presser is who pressed.
func presser(e journal.Entry) session.Person {
	tenant, _, _ := strings.Cut(e.Person, ".")
	return session.Person{Tenant: tenant, Object: cmp.Or(e.Actor, e.Object)}
}

func (g *Graph) key(e journal.Entry) mirror.Key {
	return mirror.Key{Team: e.Team, Person: e.Object, Caller: g.caller(e)}
}

// waiting is ctx for calls made for a press: somebody stands there, since then.
func waiting(ctx context.Context, e journal.Entry) context.Context {
	return graph.WithTurn(graph.Urgent(ctx), graph.Turn{Since: e.Received.Time()})
}

// taking is waiting for a write, which begins when its turn comes. begun is set
// then.
func taking(ctx context.Context, e journal.Entry, t journal.Turn, before *[]byte, begun *bool) context.Context {
	turn := graph.Turn{Since: t.Since.Time(), Begin: func() error {
		err := t.Begin(*before)
		*begun = err == nil
		return err
	}}
	if t.Until != 0 {
		turn.Until = t.Until.Time()
	}
	return graph.WithTurn(graph.Urgent(ctx), turn)
}

// Known implements journal.Deliverer.
func (g *Graph) Known(ctx context.Context, e journal.Entry) ([]clock.Card, bool) {
	s, err := g.Mirror.Known(ctx, g.key(e))
	if err != nil {
		g.Log.WarnContext(ctx, "mirror not read", "err", err)
		return nil, false
	}
	lately := clock.At(g.Now()).Add(-clock.Of(knownFor))
	if s.AsOf > lately || e.When() != e.At {
		return s.Cards, s.AsOf > lately
	}
	// A reading of the team has all that is open, and what was done today.
	team, err := g.Mirror.TeamAsOf(ctx, e.Team)
	return s.Cards, err == nil && team > lately
}

// Cards implements journal.Deliverer.
func (g *Graph) Cards(ctx context.Context, e journal.Entry) ([]clock.Card, error) {
	s, err := g.read(ctx, e)
	if err != nil {
		return nil, failure(err)
	}
	return s.Cards, nil
}

// read reads the cards by a reading that begins after the press came, or if it
// was sent before, after the call does: one that was under way already may have
// been answered before.
func (g *Graph) read(ctx context.Context, e journal.Entry) (mirror.Snapshot, error) {
	begun := e.Received
	if e.Sent != 0 {
		begun = clock.At(g.Now())
	}
	s, err := g.Mirror.Read(waiting(ctx, e), g.key(e))
	if err == nil && s.AsOf < begun {
		s, err = g.Mirror.Read(waiting(ctx, e), g.key(e))
	}
	return s, err
}

// Act implements journal.Deliverer.
func (g *Graph) Act(ctx context.Context, e journal.Entry, card string, check func([]clock.Card) error, t journal.Turn) (clock.Card, error) {
	if err := g.authorize(ctx, e, card); err != nil {
		return clock.Card{}, err
	}
	a := graph.Action{Approved: e.AtApproved()}
	if e.Step == e.Kind {
		a.Note = e.Note
	}
	if e.Actor != "" {
		a.OnBehalfOf = e.Object
	}
	var begun bool
	made, err := g.act(taking(ctx, e, t, new([]byte), &begun), e, card, check, a)
	if err != nil {
		return g.failed(ctx, e, clock.Card{ID: card, Team: e.Team, Person: e.Object}, begun, err)
	}
	return g.keep(ctx, e, made)
}

func (g *Graph) act(ctx context.Context, e journal.Entry, card string, check func([]clock.Card) error, a graph.Action) (graph.TimeCard, error) {
	who := g.caller(e)
	switch {
	case e.Step == clock.ClockIn && check != nil:
		return g.Client.ClockInAfter(ctx, who, e.Team, g.before(ctx, e, check), a)
	case e.Step == clock.ClockIn:
		return g.Client.ClockIn(ctx, who, e.Team, a)
	}
	switch e.Step {
	case clock.StartBreak:
		return g.Client.StartBreak(ctx, who, e.Team, card, a)
	case clock.EndBreak:
		return g.Client.EndBreak(ctx, who, e.Team, card, a)
	}
	return g.Client.ClockOut(ctx, who, e.Team, card, a)
}

// Write implements journal.Deliverer.
func (g *Graph) Write(ctx context.Context, e journal.Entry, card string, check func([]clock.Card) error, t journal.Turn) (clock.Card, error) {
	if e.Kind != clock.ClockIn {
		return g.replace(ctx, e, card, t, func(was graph.TimeCard) (graph.TimeCard, error) { return written(was, e) })
	}
	if err := g.authorize(ctx, e, card); err != nil {
		return clock.Card{}, err
	}
	next := newCard(e)
	var begun bool
	made, err := g.Client.CreateCardAfter(taking(ctx, e, t, new([]byte), &begun), g.caller(e), e.Team, g.before(ctx, e, check), next)
	if err != nil {
		return g.failed(ctx, e, next.Clock(e.Team), begun, err)
	}
	return g.keep(ctx, e, made)
}

// before has the person's cards read, mirrored and checked. What is wrong with
// them is a refusal.
func (g *Graph) before(ctx context.Context, e journal.Entry, check func([]clock.Card) error) graph.Before {
	k, begun := g.key(e), clock.At(g.Now())
	return graph.Before{Filter: g.Mirror.Filter(k), Check: func(read []graph.TimeCard) error {
		s, err := g.Mirror.Took(ctx, k, begun, read)
		if err != nil {
			return unsent(err)
		}
		return contrary(check(s.Cards))
	}}
}

// replace reads a card, has it kept as it stands, and writes it back as edit
// gives it.
func (g *Graph) replace(ctx context.Context, e journal.Entry, card string, t journal.Turn, edit func(graph.TimeCard) (graph.TimeCard, error)) (clock.Card, error) {
	if err := g.authorize(ctx, e, card); err != nil {
		return clock.Card{}, err
	}
	var before []byte
	var begun bool
	var next graph.TimeCard
	made, err := g.Client.EditCard(taking(ctx, e, t, &before, &begun), g.caller(e), e.Team, card, func(was graph.TimeCard) (graph.TimeCard, error) {
		var err error
		if before, err = g.current(ctx, e, card, was); err != nil {
			return was, err
		}
		next, err = edit(was)
		return next, contrary(err)
	})
	switch {
	case errors.Is(err, graph.ErrNotFound) && !begun && g.outdated(ctx, e, graph.TimeCard{ID: card, Modified: g.lately()}):
		return clock.Card{}, unsent(errOutdated)
	case err != nil:
		return g.failed(ctx, e, next.Clock(e.Team), begun, err)
	}
	return g.keep(ctx, e, made)
}

// current gives a card that was just read as it is kept before it is replaced.
// Nothing is replaced by an error: the card is not the person's, or it was read
// as it stood before.
func (g *Graph) current(ctx context.Context, e journal.Entry, card string, was graph.TimeCard) ([]byte, error) {
	if !strings.EqualFold(was.UserID, e.Object) || was.ID != card {
		return nil, refusal(wire.CodeNotFound, errNotOwn)
	}
	if g.outdated(ctx, e, was) {
		return nil, unsent(errOutdated)
	}
	raw, err := json.Marshal(was)
	if err != nil {
		return nil, unsent(fmt.Errorf("encode card: %w", err))
	}
	return raw, nil
}

// contrary says of an error of an edit or a check that the cards speak against
// the press, unless it says more.
func contrary(err error) error {
	var f *journal.DeliveryError
	if err == nil || errors.As(err, &f) {
		return err
	}
	return refusal(wire.CodeOrder, err)
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

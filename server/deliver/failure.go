package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/session"
)

var (
	errNotOwn = errors.New("card is not known as this person's")
	// errOutdated: Graph answered a reading from a copy that is behind.
	errOutdated = errors.New("card was read as it stood earlier")
)

// authorize gives nil when the press may be put on the card; empty stands for a
// new one. That it could not be learned is no refusal: the press waits.
func (g *Graph) authorize(ctx context.Context, e journal.Entry, card string) error {
	asker, ask := authority.Asker{Person: presser(e), Caller: g.caller(e)}, authority.Question{Do: authority.Self, Team: e.Team}
	if e.Actor != "" {
		asker.Roles = g.Roles(ctx, asker.Person, e.Session)
		ask.Do, ask.For = authority.ActFor, e.Object
		if e.Change != nil && e.Change.Op != wire.Create { // nobody who has left is given a new card
			ask.Do = authority.Correct
		}
	}
	err := g.Authority.Again(waiting(ctx, e), asker, ask)
	switch {
	case authority.Reason(err) != "":
		return refusal(fault.Code(err), err)
	case err != nil:
		return unlearned(err)
	}
	if card == "" {
		return nil
	}
	known, err := g.Mirror.Known(ctx, g.key(e))
	if err == nil && !holds(known.Cards, card, e.Object) {
		known, err = g.Mirror.Read(waiting(ctx, e), g.key(e))
	}
	if err != nil {
		return unsent(err)
	}
	if !holds(known.Cards, card, e.Object) {
		return refusal(wire.CodeNotFound, errNotOwn)
	}
	return nil
}

func holds(cards []clock.Card, id, person string) bool {
	return slices.ContainsFunc(cards, func(c clock.Card) bool {
		return c.ID == id && strings.EqualFold(c.Person, person)
	})
}

// failed says what an error of Graph, or on the way to it, means for a write
// that was begun or not. sent is the card as far as it is known to stand if the
// write took effect.
func (g *Graph) failed(ctx context.Context, e journal.Entry, sent clock.Card, begun bool, err error) (clock.Card, error) {
	var back *graph.ReadBackError
	var refused *journal.DeliveryError
	switch {
	case errors.As(err, &back):
		if sent.ID == "" {
			sent.ID = back.Card
		}
		return g.unread(ctx, e, sent, back.Cause), nil
	case errors.Is(err, graph.ErrLate), errors.Is(err, journal.ErrLate):
		return clock.Card{}, unsent(fmt.Errorf("%w: %w", journal.ErrLate, err))
	case errors.As(err, &refused):
		return clock.Card{}, refused
	case !begun:
		return clock.Card{}, unsent(err)
	}
	return clock.Card{}, failure(err)
}

// unread gives the card of a write that took effect though its card could not
// be read back: as the list of the person's cards has it, else as far as it is
// known, without a time that only Graph can tell. The press is delivered either
// way.
func (g *Graph) unread(ctx context.Context, e journal.Entry, sent clock.Card, cause error) clock.Card {
	g.Log.WarnContext(ctx, "card not read back", "press", e.ID, "step", e.Step, "err", cause)
	read, err := g.read(ctx, e)
	if err != nil {
		return sent
	}
	for _, c := range read.Cards {
		if (c.ID == sent.ID || sent.ID == "") && shows(c, e) {
			return c
		}
	}
	return sent
}

// skew is how far Graph's clock may differ from this server's.
const skew = 10 * clock.Second

// shows reports whether the step of a press, as it was sent, stands on c.
func shows(c clock.Card, e journal.Entry) bool {
	return slices.ContainsFunc(c.Stamps(e.Step), func(at clock.Instant) bool {
		if e.Written {
			return at >= e.When() && at <= e.When().Add(skew)
		}
		return at >= e.Sent.Add(-skew)
	})
}

// follows reports whether c stands where the step of a press leads.
func follows(c clock.Card, e journal.Entry) bool {
	return c.State() == map[clock.Kind]clock.State{
		clock.ClockIn: clock.In, clock.StartBreak: clock.OnBreak, clock.EndBreak: clock.In, clock.ClockOut: clock.Out,
	}[e.Step]
}

// outdated reports whether the mirror has a later state of the card that was
// read: written back, it would undo what has happened since.
func (g *Graph) outdated(ctx context.Context, e journal.Entry, read graph.TimeCard) bool {
	known, err := g.Mirror.Known(ctx, g.key(e))
	return err == nil && slices.ContainsFunc(known.Cards, func(c clock.Card) bool {
		return c.ID == read.ID && c.Changed > clock.Instant(read.Modified)
	})
}

// lately is since when a card may have been made that is not found yet.
func (g *Graph) lately() graph.Stamp { return graph.Stamp(clock.At(g.Now())) - sameMoment }

// failure says what an error that is no ReadBackError means for a press.
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
	default:
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

// unlearned says of an error before anything was written that it decides nothing,
// even if Graph refused: the server may lack a permission.
func unlearned(err error) error {
	f := &journal.DeliveryError{Outcome: journal.NotSent, Code: wire.CodeGraphDown, Err: fmt.Errorf("check membership: %w", err)}
	if c := code(err); c != wire.CodeRefused {
		f.Code = c
	}
	var ge *graph.Error
	if errors.As(err, &ge) {
		f.RetryAfter = ge.RetryAfter
	}
	return f
}

// refusal is a press that this server does not put on a card.
func refusal(c wire.Code, err error) error {
	return &journal.DeliveryError{Outcome: journal.Refused, Code: c, Err: err}
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

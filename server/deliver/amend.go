package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
)

// around is how long before a card that is to be made others are looked for that
// may last into it.
const around = 48 * clock.Hour

// Amend implements journal.Deliverer.
func (g *Graph) Amend(ctx context.Context, e journal.Entry, check func(journal.Standing) error, t journal.Turn) (clock.Card, error) {
	if err := g.authorize(ctx, e, ""); err != nil {
		return clock.Card{}, err
	}
	a := amendment{g: g, e: e, check: check}
	made, err := a.make(taking(ctx, e, t, &a.before, &a.begun))
	switch {
	case err == nil:
		return g.amended(ctx, e, made)
	case errors.Is(err, graph.ErrNotFound) && !a.begun:
		if g.outdated(ctx, e, graph.TimeCard{ID: e.Card, Modified: g.lately()}) {
			return clock.Card{}, unsent(errOutdated)
		}
		return clock.Card{}, contrary(check(journal.Standing{}))
	}
	var back *graph.ReadBackError
	if errors.As(err, &back) {
		return g.amendedUnread(ctx, e, back)
	}
	return g.failed(ctx, e, clock.Card{}, a.begun, err)
}

// amendment is one attempt at an amendment.
type amendment struct {
	g      *Graph
	e      journal.Entry
	check  func(journal.Standing) error
	before []byte // the card as it stood
	begun  bool
}

// make reads and writes within one turn.
func (a *amendment) make(ctx context.Context) (graph.TimeCard, error) {
	client, who, e := a.g.Client, a.g.caller(a.e), a.e
	switch e.Change.Op {
	case wire.Create:
		f := aroundOf(e)
		return client.CreateCardAfter(ctx, who, e.Team, graph.Before{Filter: f, Check: func(read []graph.TimeCard) error {
			return contrary(a.check(journal.Standing{Others: a.g.cards(e, read)}))
		}}, made(e))
	case wire.Replace:
		return client.EditCard(ctx, who, e.Team, e.Card, func(was graph.TimeCard) (graph.TimeCard, error) {
			return replaced(was, *e.Change.Next), a.looked(ctx, was)
		})
	case wire.Confirm:
		return client.ConfirmAfter(ctx, who, e.Team, e.Card, func(was graph.TimeCard) error { return a.looked(ctx, was) })
	case wire.Delete:
		return graph.TimeCard{}, client.DeleteCardAfter(ctx, who, e.Team, e.Card, func(was graph.TimeCard) error { return a.looked(ctx, was) })
	}
	return graph.TimeCard{}, refusal(wire.CodeMalformed, fmt.Errorf("no amendment is called %q", e.Change.Op))
}

// looked has a card that was just read kept as it stands, if nothing about it
// stands in the way.
func (a *amendment) looked(ctx context.Context, was graph.TimeCard) error {
	before, err := a.g.current(ctx, a.e, a.e.Card, was)
	if err != nil {
		return err
	}
	card := a.g.cards(a.e, []graph.TimeCard{was})[0]
	if err := a.check(journal.Standing{Card: &card}); err != nil {
		return contrary(err)
	}
	if a.e.Change.Op != wire.Confirm { // which changes nothing that stood there
		a.before = before
	}
	return nil
}

// aroundOf picks the person's cards around one that is to be made.
func aroundOf(e journal.Entry) graph.Filter {
	next := e.Change.Next
	f := graph.Filter{Person: e.Object, From: next.In.At.Add(-around), To: next.In.At.Add(around)}
	if next.Out != nil {
		f.To = next.Out.At + 1
	}
	return f
}

// cards gives cards of the person as the domain sees them.
func (g *Graph) cards(e journal.Entry, read []graph.TimeCard) []clock.Card {
	cards := make([]clock.Card, 0, len(read))
	for _, t := range read {
		c := t.Clock(e.Team)
		c.Person = e.Object // as spelt here
		cards = append(cards, c)
	}
	return cards
}

// made is a new card with the times, breaks and notes that an amendment says.
func made(e journal.Entry) graph.TimeCard {
	t := replaced(graph.TimeCard{}, *e.Change.Next)
	t.UserID, t.State, t.ConfirmedBy = e.Object, "", ""
	return t
}

// replaced gives t with the times, breaks and notes of next, confirmed by nobody:
// both are to look at it again.
func replaced(t graph.TimeCard, next clock.Card) graph.TimeCard {
	t = edited(t, next)
	t.Notes, t.ConfirmedBy = said(t.Notes, next.Note), graph.ByNobody
	for i, b := range next.Breaks {
		t.Breaks[i].Notes = said(t.Breaks[i].Notes, b.Note)
	}
	return t
}

// said gives a note with this text; one that has it already stays as it was.
func said(was *graph.ItemBody, text string) *graph.ItemBody {
	if was.Text() == text {
		return was
	}
	return graph.NewNote(text)
}

// Standing implements journal.Deliverer. That a card is not there is believed of
// Graph only where the mirror does not know better.
func (g *Graph) Standing(ctx context.Context, e journal.Entry) (journal.Standing, error) {
	ctx = waiting(ctx, e)
	if e.Change.Op == wire.Create {
		f := aroundOf(e)
		read, err := g.Mirror.Between(ctx, g.key(e), clock.Stretch{From: f.From, To: f.To})
		if err != nil {
			return journal.Standing{}, failure(err)
		}
		return journal.Standing{Others: read.Cards}, nil
	}
	was, err := g.Client.Card(ctx, g.caller(e), e.Team, e.Card)
	switch {
	case errors.Is(err, graph.ErrNotFound) && e.Change.Op != wire.Delete && g.outdated(ctx, e, graph.TimeCard{ID: e.Card, Modified: g.lately()}):
		return journal.Standing{}, unsent(errOutdated)
	case errors.Is(err, graph.ErrNotFound):
		return journal.Standing{}, nil
	case err != nil:
		return journal.Standing{}, failure(err)
	}
	if _, err := g.current(ctx, e, e.Card, was); err != nil {
		return journal.Standing{}, err
	}
	return journal.Standing{Card: &g.cards(e, []graph.TimeCard{was})[0]}, nil
}

// amended puts what came back into the mirror, as keep does; after a delete the
// cards are read anew, since the mirror still has it.
func (g *Graph) amended(ctx context.Context, e journal.Entry, t graph.TimeCard) (clock.Card, error) {
	if e.Change.Op == wire.Delete {
		if _, err := g.read(ctx, e); err != nil {
			g.Log.WarnContext(ctx, "cards not read after a delete", "card", e.Card, "err", err)
		}
		return clock.Card{}, nil
	}
	c := g.cards(e, []graph.TimeCard{t})[0]
	if e.Change.Op != wire.Confirm && !c.Says(*e.Change.Next) { // read too early to show it
		return g.amendedUnread(ctx, e, &graph.ReadBackError{Card: c.ID, Cause: errOutdated})
	}
	if err := g.Mirror.Put(context.WithoutCancel(ctx), c); err != nil {
		g.Log.ErrorContext(ctx, "card not mirrored", "card", c.ID, "err", err)
	}
	return c, nil
}

// amendedUnread is the card of an amendment that took effect though it could not
// be read back: as it was sent. The mirror learns it by the next reading. A new
// card whose id is not known is looked for.
func (g *Graph) amendedUnread(ctx context.Context, e journal.Entry, back *graph.ReadBackError) (clock.Card, error) {
	g.Log.WarnContext(ctx, "card not read back", "press", e.ID, "op", e.Change.Op, "err", back.Cause)
	if e.Change.Op == wire.Delete {
		return clock.Card{}, nil
	}
	sent := *e.Change.Outcome(false)
	sent.ID = cmp.Or(e.Card, back.Card)
	if sent.ID == "" {
		return clock.Card{}, failure(back)
	}
	if e.Change.Op == wire.Confirm {
		sent.ByPerson, sent.BySupervisor = sent.ByPerson || e.Own(), sent.BySupervisor || !e.Own()
	}
	if _, err := g.read(ctx, e); err != nil { // so that the mirror has it soon
		g.Log.WarnContext(ctx, "cards not read after an amendment", "card", sent.ID, "err", err)
	}
	return sent, nil
}

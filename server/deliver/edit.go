package deliver

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/journal"
)

// Edit implements journal.Deliverer.
func (g *Graph) Edit(ctx context.Context, e journal.Entry, card string, edit journal.Edit, t journal.Turn) (clock.Card, error) {
	var remove bool
	made, err := g.replace(ctx, e, card, t, func(was graph.TimeCard) (graph.TimeCard, error) {
		next, gone, err := edit(was.Clock(e.Team))
		if err == nil && gone {
			remove, err = true, errRemove
		}
		if err != nil {
			return was, err
		}
		return edited(was, next), nil
	})
	if remove {
		return clock.Card{}, g.remove(ctx, e, card, t)
	}
	return made, err
}

// errRemove turns a replace into a delete.
var errRemove = fmt.Errorf("card is to be deleted")

// remove deletes a card that was found to be the person's, and is kept as it
// stands. That it is gone already is what was wanted.
func (g *Graph) remove(ctx context.Context, e journal.Entry, card string, t journal.Turn) error {
	was, err := g.Client.Card(waiting(ctx, e), g.caller(e), e.Team, card)
	if err != nil {
		return unsent(err)
	}
	before, err := json.Marshal(was)
	if err != nil {
		return unsent(fmt.Errorf("encode card: %w", err))
	}
	var begun bool
	if err := g.Client.DeleteCard(taking(ctx, e, t, &before, &begun), g.caller(e), e.Team, card); err != nil {
		_, err = g.failed(ctx, e, clock.Card{ID: card}, begun, err)
		return err
	}
	if _, err := g.read(ctx, e); err != nil { // the mirror still has it
		g.Log.WarnContext(ctx, "cards not read after a delete", "card", card, "err", err)
	}
	return nil
}

// edited gives t with the times and breaks of next, which was made of it; all
// else as it was.
func edited(t graph.TimeCard, next clock.Card) graph.TimeCard {
	t.ClockIn, t.ClockOut = moved(t.ClockIn, next.In), moved(t.ClockOut, next.Out)
	var breaks []graph.Break
	for _, b := range next.Breaks {
		i := slices.IndexFunc(t.Breaks, func(was graph.Break) bool { return b.ID != "" && was.ID == b.ID })
		var is graph.Break
		if i >= 0 {
			is = t.Breaks[i]
		}
		is.Start, is.End = *moved(&is.Start, &b.Start), moved(is.End, b.End)
		breaks = append(breaks, is)
	}
	t.Breaks, t.State = breaks, next.State()
	return t
}

// moved gives an event with the time and the note of another, nil when that is
// missing. What has not changed stays as it was.
func moved(was *graph.Event, is *clock.Event) *graph.Event {
	if is == nil {
		return nil
	}
	var e graph.Event
	if was != nil {
		e = *was
	}
	if clock.Instant(e.DateTime) != is.At {
		e.DateTime, e.Approved = graph.Stamp(is.At), is.Approved
	}
	if e.Notes.Text() != is.Note {
		e.Notes = graph.NewNote(is.Note)
	}
	return &e
}

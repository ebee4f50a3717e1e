package deliver

import (
	"fmt"
	"slices"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/journal"
)

// newCard is the card of a clock-in written with its own time.
func newCard(e journal.Entry) graph.TimeCard {
	return graph.TimeCard{UserID: e.Object, ClockIn: event(e, clock.ClockIn)}
}

// event is the stamp of one step of a press. The note stands on the step the
// person asked for.
func event(e journal.Entry, step clock.Kind) *graph.Event {
	ev := &graph.Event{DateTime: graph.Stamp(e.At)}
	if step == e.Kind {
		ev.Notes = graph.NewNote(e.Note)
	}
	return ev
}

// written gives the card with the steps of a press on it at the time of the
// press, everything else as it was. The error wraps clock.ErrOrder when the
// card does not stand where the press needs it.
func written(t graph.TimeCard, e journal.Entry, steps []clock.Kind) (graph.TimeCard, error) {
	t.Breaks = slices.Clone(t.Breaks)
	for _, step := range steps {
		if err := write(&t, e, step); err != nil {
			return t, fmt.Errorf("write %s onto card %s: %w", step, t.ID, err)
		}
	}
	return t, nil
}

func write(t *graph.TimeCard, e journal.Entry, step clock.Kind) error {
	c := t.Clock(e.Team)
	next, err := clock.After(c.State(), step)
	if err != nil {
		return err
	}
	if since, ok := c.Since(); ok && step != clock.ClockOut && e.At < since {
		return fmt.Errorf("pressed before the card came to be %s: %w", c.State(), clock.ErrOrder)
	}
	switch step {
	case clock.StartBreak:
		t.Breaks = append(t.Breaks, graph.Break{Start: *event(e, step)})
	case clock.EndBreak:
		i := slices.IndexFunc(t.Breaks, lasting)
		if i < 0 {
			return fmt.Errorf("no break lasts: %w", clock.ErrOrder)
		}
		t.Breaks[i].End = event(e, step)
	case clock.ClockOut:
		if e.At < c.In.At {
			return fmt.Errorf("pressed before the card began: %w", clock.ErrOrder)
		}
		t.ClockOut = event(e, step)
		if err := endBreaks(t, graph.Stamp(e.At)); err != nil {
			return err
		}
	}
	t.State = next
	return nil
}

// lasting reports whether a break has begun and not ended, as Clock counts it:
// a stamp without a time is none.
func lasting(b graph.Break) bool {
	return b.Start.DateTime != 0 && (b.End == nil || b.End.DateTime == 0)
}

// sameMoment is how much later than a press Graph may have stamped its first
// step, before the second was cut off and is now written.
const sameMoment = graph.Stamp(clock.Minute)

// endBreaks keeps breaks from ending after the clock-out: the break that this
// very press ended was stamped by Graph a moment after the press. Any other
// break that ends later contradicts it.
func endBreaks(t *graph.TimeCard, out graph.Stamp) error {
	for i, b := range t.Breaks {
		if b.End == nil || b.End.DateTime <= out {
			continue
		}
		if b.End.DateTime > out+sameMoment || b.Start.DateTime > out {
			return fmt.Errorf("pressed before a break ended: %w", clock.ErrOrder)
		}
		end := *b.End
		end.DateTime = out
		t.Breaks[i].End = &end
	}
	return nil
}

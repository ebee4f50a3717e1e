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
	ev := &graph.Event{DateTime: graph.Stamp(e.When()), Approved: e.AtApproved()}
	if step == e.Kind {
		ev.Notes = graph.NewNote(e.Note)
	}
	return ev
}

// written gives the card with a press on it at the time of the press,
// everything else as it was. The error wraps clock.ErrOrder when the card does
// not stand where the press needs it.
func written(t graph.TimeCard, e journal.Entry) (graph.TimeCard, error) {
	steps, err := clock.Steps(t.Clock(e.Team).State(), e.Kind)
	if err != nil {
		return t, err
	}
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
	if e.Chosen, err = after(c, e, step); err != nil {
		return err
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
		t.ClockOut = event(e, step)
		if !ended(e) {
			break
		}
		if err := endBreaks(t, graph.Stamp(e.When())); err != nil {
			return err
		}
	}
	t.State = next
	return nil
}

// after gives the time of a step of a press: when it was pressed, but not before
// what the card came to be by, which Graph may have stamped a moment after its
// own press and so after this one. A press from before that contradicts the
// card.
func after(c clock.Card, e journal.Entry, step clock.Kind) (clock.Instant, error) {
	at := e.When()
	since, _ := c.Since()
	if step == clock.ClockOut && ended(e) { // how breaks ended is for endBreaks
		since = c.In.At
		for _, b := range c.Breaks {
			since = max(since, b.Start.At)
		}
	}
	if since > at.Add(skew) {
		return 0, fmt.Errorf("pressed before the card came to be %s: %w", c.State(), clock.ErrOrder)
	}
	return max(at, since), nil
}

// ended reports whether a press itself ends the break that it was made in. The
// end of any other break is another press's, and stays where that put it.
func ended(e journal.Entry) bool { return e.Kind == clock.ClockOut && e.Seen == clock.OnBreak }

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

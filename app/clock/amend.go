package clock

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrConfirmed is wrapped by every error that says that somebody vouched for a
// card as it stands. ErrNoEvent is wrapped by one that looked for an event that
// is not there.
var (
	ErrConfirmed = errors.New("card is confirmed")
	ErrNoEvent   = errors.New("no such event on the card")
)

// Amend gives c with a press recorded on it at its own time, although it may
// not follow the state of c:
//
//   - a clock-in or clock-out moves the one that is there, a clock-out with the
//     end of a break that it ended;
//   - a start of a break moves that of the break that has not ended;
//   - an end of a break moves that of the break that began last before it;
//   - where there is nothing to move, the press is added as Apply does.
//
// Nothing else moves. The note that is there stays unless the press brings one;
// that it was made at the approved location is not said of the new time.
//
// An error wraps ErrOrder when nothing on c is the other side of the press, or
// when the times on c would not be in order: from the clock-in on, break after
// break, to the clock-out. It wraps ErrConfirmed when c is confirmed. c and what
// it points to stay as they are.
func (c Card) Amend(k Kind, at Instant, note string) (Card, error) {
	if err := c.unconfirmed(); err != nil {
		return c, err
	}
	changed := c
	changed.Breaks = slices.Clone(c.Breaks)
	if !changed.move(k, at, note) || !changed.ordered() {
		return c, fmt.Errorf("%s at %s on card %q: %w", k, at.Time(), c.ID, ErrOrder)
	}
	return changed, nil
}

func (c Card) unconfirmed() error {
	if c.ByPerson || c.BySupervisor {
		return fmt.Errorf("card %q: %w", c.ID, ErrConfirmed)
	}
	return nil
}

// move moves or adds what Amend says on c, whose breaks nobody else holds, and
// reports whether there was a place for it.
func (c *Card) move(k Kind, at Instant, note string) bool {
	switch k {
	case ClockIn:
		c.In = c.In.moved(at, note)
		return true
	case StartBreak:
		if b := c.OpenBreak(); b != nil {
			b.Start = *b.Start.moved(at, note)
			return true
		}
		if c.Open() {
			c.stamp(k, &Event{At: at, Note: note})
		}
		return c.Open()
	case EndBreak:
		b := c.begun(at)
		if b != nil {
			b.End = b.End.moved(at, note)
		}
		return b != nil
	case ClockOut:
		out := c.Out.moved(at, note)
		if c.Out != nil {
			c.remove(ClockOut, c.Out.At)
		}
		if b := c.OpenBreak(); b != nil {
			b.End = &Event{At: at}
		}
		c.Out = out
		return true
	}
	return false
}

// moved gives e, nil when there was none, as it would stand at at.
func (e *Event) moved(at Instant, note string) *Event {
	if e != nil {
		note = cmp.Or(note, e.Note)
	}
	return &Event{At: at, Note: note}
}

// begun gives the break that began last at or before at, or nil.
func (c Card) begun(at Instant) *Break {
	var last *Break
	for i := range c.Breaks {
		b := &c.Breaks[i]
		if b.Start.At <= at && (last == nil || b.Start.At >= last.Start.At) {
			last = b
		}
	}
	return last
}

// ordered reports whether the times on c are in order: from the clock-in on,
// break after break, of which only the last may lack its end, to the clock-out.
func (c Card) ordered() bool {
	if c.In == nil {
		return false
	}
	breaks := slices.Clone(c.Breaks)
	slices.SortStableFunc(breaks, func(a, b Break) int { return cmp.Compare(a.Start.At, b.Start.At) })
	at := c.In.At
	for i, b := range breaks {
		if b.Start.At < at || b.End == nil && i < len(breaks)-1 {
			return false
		}
		at = b.Start.At
		if b.End != nil && b.End.At < at {
			return false
		} else if b.End != nil {
			at = b.End.At
		}
	}
	return c.Out == nil || at <= c.Out.At
}

// Without gives c without the event of kind k at at, such as the second of a
// press that came twice. empty says that nothing is left that would count, and
// that the card is to be deleted. Nothing is taken away from under what rests on
// it, so that the state of the rest is the one before the event:
//
//   - a clock-in goes only where it is alone on its card;
//   - a break whose start goes, goes whole;
//   - the end of a break goes only from the last break of an open card, and the
//     break lasts again;
//   - with a clock-out goes the end of the last break when it has the same
//     instant and no note, which is how one clocks out from a break.
//
// An error wraps ErrNoEvent when the event is not there, ErrOrder when something
// rests on it, and ErrConfirmed when c is confirmed. c and what it points to
// stay as they are.
func (c Card) Without(k Kind, at Instant) (rest Card, empty bool, err error) {
	if err := c.unconfirmed(); err != nil {
		return c, false, err
	}
	if !slices.Contains(c.Stamps(k), at) {
		return c, false, fmt.Errorf("%s at %s on card %q: %w", k, at.Time(), c.ID, ErrNoEvent)
	}
	rest = c
	rest.Breaks = slices.Clone(c.Breaks)
	if !rest.remove(k, at) {
		return c, false, fmt.Errorf("card %q without its %s at %s: %w", c.ID, k, at.Time(), ErrOrder)
	}
	return rest, rest.In == nil, nil
}

// remove takes away an event that is on c, whose breaks nobody else holds, and
// reports whether nothing rested on it.
func (c *Card) remove(k Kind, at Instant) bool {
	switch k {
	case ClockIn:
		free := c.Out == nil && len(c.Breaks) == 0
		c.In = nil
		return free
	case StartBreak:
		i := c.lastBreak(func(b Break) bool { return b.Start.At == at })
		c.Breaks = slices.Delete(c.Breaks, i, i+1)
		if len(c.Breaks) == 0 {
			c.Breaks = nil
		}
		return true
	case EndBreak:
		i := c.lastBreak(func(b Break) bool { return b.End != nil && b.End.At == at })
		b := &c.Breaks[i]
		b.End = nil
		return c.Open() && c.OpenBreak() == b && c.begun(forever) == b
	case ClockOut:
		c.Out = nil
		b := c.begun(at)
		if b != nil && b.End != nil && *b.End == (Event{At: at}) && c.OpenBreak() == nil {
			b.End = nil
		}
		return true
	}
	return false
}

// lastBreak gives the index of the break listed last that is so, or -1.
func (c Card) lastBreak(is func(Break) bool) int {
	for i := len(c.Breaks) - 1; i >= 0; i-- {
		if is(c.Breaks[i]) {
			return i
		}
	}
	return -1
}

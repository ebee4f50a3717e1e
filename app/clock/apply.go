package clock

import (
	"fmt"
	"slices"
)

// Press is what a press puts on a card.
type Press struct {
	Kind Kind
	At   Instant
	Note string
}

// Apply gives c as it stands once a press of kind k, made at at, is on it. A
// clock-out from a break ends the break at the same instant, and its note goes
// to the clock-out. c and what it points to stay as they are. An error wraps
// ErrOrder.
//
// Only the order of presses is checked. The times on a card may come from
// clocks that disagree by a moment, and where one lies before the other,
// nothing is counted between them.
func (c Card) Apply(k Kind, at Instant, note string) (Card, error) {
	steps, err := Steps(c.State(), k)
	if err != nil {
		return c, err
	}
	if k == ClockIn && (c.In != nil || c.Out != nil) {
		return c, fmt.Errorf("%s on a card that has been used: %w", k, ErrOrder)
	}
	c.Breaks = slices.Clone(c.Breaks)
	for _, step := range steps {
		event := &Event{At: at}
		if step == k {
			event.Note = note
		}
		c.stamp(step, event)
	}
	return c, nil
}

// stamp puts an event that may follow on c, whose breaks nobody else holds.
func (c *Card) stamp(k Kind, e *Event) {
	switch k {
	case ClockIn:
		c.In = e
	case StartBreak:
		c.Breaks = append(c.Breaks, Break{Start: *e})
	case EndBreak:
		c.OpenBreak().End = e
	case ClockOut:
		c.Out = e
	}
}

// ApplyPress gives the cards of one person in one team as they stand once p is
// on them: on the open card, or for a clock-in on a new one at the end, whose
// ID is empty because nobody has given it one yet. cards stays as it is, and is
// the answer beside an error, which wraps ErrOrder.
func ApplyPress(cards []Card, team, person string, p Press) ([]Card, error) {
	if p.Kind == ClockIn && StateOf(cards) == Out {
		c, err := Card{Team: team, Person: person}.Apply(ClockIn, p.At, p.Note)
		return append(slices.Clone(cards), c), err
	}
	open := Current(cards)
	if open == nil {
		_, err := Steps(Out, p.Kind)
		return cards, err
	}
	changed, err := open.Apply(p.Kind, p.At, p.Note)
	if err != nil {
		return cards, err
	}
	out := slices.Clone(cards)
	*Current(out) = changed
	return out, nil
}

package clock

import (
	"errors"
	"fmt"
	"slices"
)

// Kind is what a press asks for. A press is an intent and never a toggle: it
// means the same whatever happened meanwhile. The words are Microsoft Graph's
// names of the four timeCard actions.
type Kind string

// The four things a press can ask for.
const (
	ClockIn    Kind = "clockIn"
	StartBreak Kind = "startBreak"
	EndBreak   Kind = "endBreak"
	ClockOut   Kind = "clockOut"
)

// Kinds lists every Kind in the order of a day.
var Kinds = []Kind{ClockIn, StartBreak, EndBreak, ClockOut}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// State is where a person stands with respect to one team's clock. The words
// are Graph's timeCardState.
type State string

// The three states, and the zero State for "not known".
const (
	Unknown State = ""
	Out     State = "clockedOut"
	In      State = "clockedIn"
	OnBreak State = "onBreak"
)

// Valid reports whether s is a known state.
func (s State) Valid() bool { return s == Out || s == In || s == OnBreak }

// ErrOrder is wrapped by every error that says a press may not follow a state.
var ErrOrder = errors.New("press may not follow")

// Steps lists the events that a press of kind k makes of state s, in order.
// It is one event, or two when a person clocks out from a break: Graph wants
// the break ended first. An error wraps ErrOrder.
func Steps(s State, k Kind) ([]Kind, error) {
	switch {
	case s == Out && k == ClockIn,
		s == In && (k == StartBreak || k == ClockOut),
		s == OnBreak && k == EndBreak:
		return []Kind{k}, nil
	case s == OnBreak && k == ClockOut:
		return []Kind{EndBreak, ClockOut}, nil
	}
	return nil, fmt.Errorf("%s in state %q: %w", k, s, ErrOrder)
}

// After gives the state that follows a press of kind k in state s.
func After(s State, k Kind) (State, error) {
	if _, err := Steps(s, k); err != nil {
		return s, err
	}
	switch k {
	case StartBreak:
		return OnBreak, nil
	case ClockOut:
		return Out, nil
	default:
		return In, nil
	}
}

// Allowed lists the kinds that may follow s, the likeliest first; none when s
// is not known.
func Allowed(s State) []Kind {
	switch s {
	case Out:
		return []Kind{ClockIn}
	case In:
		return []Kind{ClockOut, StartBreak}
	case OnBreak:
		return []Kind{EndBreak, ClockOut}
	}
	return nil
}

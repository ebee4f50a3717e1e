package clock

// FaultCode names what cannot be true of a card.
type FaultCode string

// What cannot be true of a card. NoIn: it has no clock-in. NoOut: one that was
// forgotten has no clock-out. Future: a time lies ahead. Backwards: it ends
// before it began. BreakBackwards, BreakOutside, BreakOverlap, BreakOpen: a
// break ends before it began, lies outside the card, begins before the one
// before it has ended, or has no end although the card or the next break goes on
// from it. Overlap: the person was on another card at the time.
const (
	FaultNoIn           FaultCode = "no_in"
	FaultNoOut          FaultCode = "no_out"
	FaultFuture         FaultCode = "future"
	FaultBackwards      FaultCode = "backwards"
	FaultBreakBackwards FaultCode = "break_backwards"
	FaultBreakOutside   FaultCode = "break_outside"
	FaultBreakOverlap   FaultCode = "break_overlap"
	FaultBreakOpen      FaultCode = "break_open"
	FaultOverlap        FaultCode = "overlap"
)

// Fault is one thing that cannot be true of a card.
type Fault struct {
	Code FaultCode `json:"code"`
	// Break counts the breaks of the card from 1; 0 where it is not about one.
	Break int `json:"break,omitempty"`
	// Other is the id of the other card, and By how much of it is on both, for
	// FaultOverlap; a card that is open lasts until now.
	Other string `json:"other,omitempty"`
	By    Span   `json:"by,omitempty"`
}

// Faults lists what cannot be true of c at now, beside others, the cards of the
// same person in the same team; c itself may be among them. A card is in order
// when its clock-in comes first, break after break follows, of which only the
// last may go on, and the clock-out comes last; any of them may have the same
// instant as the one before.
func (c Card) Faults(others []Card, now Instant) []Fault {
	if c.In == nil {
		return []Fault{{Code: FaultNoIn}}
	}
	var found []Fault
	if c.last() > now {
		found = append(found, Fault{Code: FaultFuture})
	}
	if c.Out != nil && c.Out.At < c.In.At {
		found = append(found, Fault{Code: FaultBackwards})
	}
	found = append(found, c.breakFaults()...)
	mine := c.Presence(max(now, c.In.At))
	for _, o := range others {
		if o.ID == c.ID || o.In == nil {
			continue
		}
		if both := mine.clip(o.Presence(max(now, o.In.At))).Length(); both > 0 {
			found = append(found, Fault{Code: FaultOverlap, Other: o.ID, By: both})
		}
	}
	return found
}

// breakFaults lists what cannot be true of the breaks of c, at most one thing of
// each.
func (c Card) breakFaults() []Fault {
	var found []Fault
	order := make([]int, len(c.Breaks)) // by start; equals as they stand
	for i := range order {
		order[i] = i
		for j := i; j > 0 && c.Breaks[order[j]].Start.At < c.Breaks[order[j-1]].Start.At; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	free := c.In.At // when the break before has ended
	for n, i := range order {
		b := c.Breaks[i]
		end := b.Start.At
		if b.End != nil {
			end = b.End.At
		}
		code := FaultCode("")
		switch {
		case end < b.Start.At:
			code = FaultBreakBackwards
		case b.Start.At < c.In.At, c.Out != nil && end > c.Out.At:
			code = FaultBreakOutside
		case b.Start.At < free:
			code = FaultBreakOverlap
		case b.End == nil && (c.Out != nil || n < len(order)-1):
			code = FaultBreakOpen
		}
		if code != "" {
			found = append(found, Fault{Code: code, Break: i + 1})
		}
		free = max(free, end)
	}
	return found
}

// NewFaults lists the faults of next that was does not have already, or has less
// of: what a change of was to next would be to blame for. A card that is made
// anew, which was is nil for, needs its clock-out.
func NewFaults(was *Card, next Card, others []Card, now Instant) []Fault {
	found := next.Faults(others, now)
	if was == nil {
		if next.Out == nil {
			found = append(found, Fault{Code: FaultNoOut})
		}
		return found
	}
	old := was.Faults(others, now)
	var anew []Fault
	for _, f := range found {
		if !f.among(old) {
			anew = append(anew, f)
		}
	}
	return anew
}

// among reports whether f, or more of it, is among old.
func (f Fault) among(old []Fault) bool {
	for _, o := range old {
		if o.Code == f.Code && o.Break == f.Break && o.Other == f.Other && f.By <= o.By {
			return true
		}
	}
	return false
}

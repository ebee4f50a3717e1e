package clock

// Rules are the limits that attendance is held to. All lengths are in
// milliseconds; where nothing else is said, 0 means that the limit is not held.
type Rules struct {
	// OpenMax is how long a card may be open before its clock-out counts as
	// forgotten; see Forgotten, which goes by shifts too.
	OpenMax Span `json:"openMax,omitempty"`
	// CardMax is how long a card may last, breaks included.
	CardMax Span `json:"cardMax,omitempty"`
	// Breaks say how much break is due on a card.
	Breaks []BreakDue `json:"breaks,omitempty"`
	// Late is how much later than planned one may clock in, LeftEarly how much
	// earlier one may clock out, before it is pointed out. Unlike the others
	// they are held at 0 too; a negative one is not held.
	Late      Span `json:"late"`
	LeftEarly Span `json:"leftEarly"`
	// Unscheduled points out cards for which no shift was planned.
	Unscheduled bool `json:"unscheduled,omitempty"`
	// DayMax and WeekMax are the regular hours. What is worked beyond them is
	// over, from the first millisecond.
	DayMax  Span `json:"dayMax,omitempty"`
	WeekMax Span `json:"weekMax,omitempty"`
	// OverGrace is how much may be over before it is pointed out; when it is
	// negative, nothing is.
	OverGrace Span `json:"overGrace,omitempty"`
}

// BreakDue says that on a card with more work than After, breaks of Least in
// all are due. Of several that hold, the longest Least counts.
type BreakDue struct {
	After Span `json:"after"`
	Least Span `json:"least"`
}

// DefaultRules are those that hold where nobody chose others.
var DefaultRules = Rules{
	OpenMax:     16 * Hour,
	CardMax:     13 * Hour,
	Breaks:      []BreakDue{{After: 6 * Hour, Least: 30 * Minute}},
	Late:        5 * Minute,
	LeftEarly:   5 * Minute,
	Unscheduled: true,
	DayMax:      8 * Hour,
	WeekMax:     40 * Hour,
	OverGrace:   15 * Minute,
}

// BreakDue gives how much break is due on a card with so much work.
func (r Rules) BreakDue(worked Span) Span {
	var due Span
	for _, b := range r.Breaks {
		if worked > b.After {
			due = max(due, b.Least)
		}
	}
	return due
}

// Hours is what was worked on one day: within the regular hours and over them,
// and the breaks.
type Hours struct {
	Date                  Date
	Regular, Over, Paused Span
}

// Worked is Regular and Over together.
func (h Hours) Worked() Span { return h.Regular + h.Over }

// Hours tells of one person's cards what was worked on each day, the first day
// first. A card belongs whole to the day it began, and a card that is open, or
// has no clock-in, counts nothing yet. Over is what exceeds DayMax on a day;
// and of the rest of a week, which begins on first, what exceeds WeekMax, the
// last hours of the week first. Together they are what was worked, exactly.
//
// For the first week to come out right, cards must hold all of it.
func (r Rules) Hours(cards []Card, p Plan) []Hours {
	days := Days(closed(cards), p.Zone)
	all := make([]Hours, 0, len(days))
	var week Date
	var regular Span // of the week so far
	for i := len(days) - 1; i >= 0; i-- {
		d := days[i]
		if w := d.Date.Week(p.FirstDay); i == len(days)-1 || w != week {
			week, regular = w, 0
		}
		worked := d.Worked(0)
		h := Hours{Date: d.Date, Regular: worked, Paused: d.Paused(0)}
		if r.DayMax > 0 {
			h.Regular = min(h.Regular, r.DayMax)
		}
		if r.WeekMax > 0 {
			h.Regular = min(h.Regular, max(0, r.WeekMax-regular))
		}
		h.Over = worked - h.Regular
		regular += h.Regular
		all = append(all, h)
	}
	return all
}

// closed keeps the cards that are clocked out.
func closed(cards []Card) []Card {
	var out []Card
	for _, c := range cards {
		if c.In != nil && c.Out != nil {
			out = append(out, c)
		}
	}
	return out
}

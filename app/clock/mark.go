package clock

// Mark points out something about a person's day, from an instant on. A mark
// whose From lies ahead comes to hold then, unless the cards change before.
type Mark struct {
	Kind MarkKind `json:"kind"`
	From Instant  `json:"from"`
	// Shift is when the shift began that somebody is missing from or came late
	// to.
	Shift Instant `json:"shift,omitempty"`
	// End is for OpenLong when the shift of the card ended, as a proposal; 0
	// when there is none.
	End Instant `json:"end,omitempty"`
}

// MarkKind names a Mark.
type MarkKind string

// Missing: has not come to a shift. Late: came more than Rules.Late after it
// began. OpenLong: the clock-out was probably forgotten (Forgotten).
const (
	Missing  MarkKind = "missing"
	Late     MarkKind = "late"
	OpenLong MarkKind = "open_long"
)

// Marks points out what there is about a person on a day. cards are those that
// began on it, and those that are open, and shifts the person's; a shift that
// began on another day is left out, since its cards may be too.
func (r Rules) Marks(cards []Card, shifts []Stretch, day Stretch) []Mark {
	var marks []Mark
	for _, s := range shifts {
		if !day.Contains(s.From) || r.Late < 0 {
			continue
		}
		late := s.From.Add(r.Late)
		switch came := arrival(cards, s, shifts); {
		case came == 0:
			marks = append(marks, Mark{Kind: Missing, From: late + 1, Shift: s.From})
		case came > late:
			marks = append(marks, Mark{Kind: Late, From: came, Shift: s.From})
		}
	}
	if open := Current(cards); open != nil && r.OpenMax > 0 {
		from := open.forgottenFrom(shifts, r.OpenMax)
		end, _ := Forgotten(*open, shifts, from, r.OpenMax)
		marks = append(marks, Mark{Kind: OpenLong, From: from, End: end})
	}
	return marks
}

// arrival is when somebody first clocked in for a shift, 0 when they have not.
func arrival(cards []Card, shift Stretch, shifts []Stretch) Instant {
	var first Instant
	for _, c := range cards {
		if c.In == nil || first != 0 && c.In.At >= first {
			continue
		}
		if s, ok := c.shift(shifts); ok && s == shift {
			first = c.In.At
		}
	}
	return first
}

// forgottenFrom gives the first instant at which Forgotten says so of an open
// card.
func (c Card) forgottenFrom(shifts []Stretch, most Span) Instant {
	from := c.In.At.Add(most)
	if shift, ok := c.shift(shifts); ok {
		from = min(from, max(shift.To, c.last()).Add(Overtime))
	}
	return from + 1
}

// Standing is where a person stands, told so that it stays true while time
// passes.
type Standing struct {
	State State
	// Since is when State came to be; 0 when that is not known.
	Since Instant
	// Worked is the time worked until Since; while State is In it grows.
	Worked Span
	Open   *Card // nil when there is none
}

// Stand tells where a person stands by the cards that began on a day, and those
// that are open.
func Stand(cards []Card) Standing {
	s := Standing{State: Out, Open: Current(cards)}
	for _, c := range cards {
		if at, ok := c.Since(); ok && s.Open == nil {
			s.Since = max(s.Since, at)
		}
	}
	if s.Open != nil {
		s.State = s.Open.State()
		s.Since, _ = s.Open.Since()
	}
	for i := range cards {
		if c := &cards[i]; !c.Open() || c == s.Open {
			s.Worked += c.Worked(s.Since)
		}
	}
	return s
}

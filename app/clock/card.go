package clock

import "slices"

// Event is one stamp on a card.
type Event struct {
	At   Instant `json:"at"`
	Note string  `json:"note,omitempty"`
	// Approved says whether the stamp was made at the team's approved
	// location; nil when nobody looked, which is not the same as false.
	Approved *bool `json:"approved,omitempty"`
}

// Break is a pause within a card. End is nil while it lasts.
type Break struct {
	ID    string `json:"id,omitempty"`
	Start Event  `json:"start"`
	End   *Event `json:"end,omitempty"`
	Note  string `json:"note,omitempty"`
}

// Card is one stretch of attendance: from clocking in to clocking out, with
// the breaks between. Out is nil while the card is open. In is nil only on a
// card that was made elsewhere without one; such a card counts no time.
type Card struct {
	ID     string  `json:"id"`
	Team   string  `json:"team"`
	Person string  `json:"person"`
	In     *Event  `json:"in,omitempty"`
	Out    *Event  `json:"out,omitempty"`
	Breaks []Break `json:"breaks,omitempty"`
	Note   string  `json:"note,omitempty"`
	// ByPerson and BySupervisor say who confirmed the card.
	ByPerson     bool    `json:"byPerson,omitempty"`
	BySupervisor bool    `json:"bySupervisor,omitempty"`
	Changed      Instant `json:"changed,omitempty"`
}

// State tells where the card stands.
func (c Card) State() State {
	if c.In == nil || c.Out != nil {
		return Out
	}
	if c.OpenBreak() != nil {
		return OnBreak
	}
	return In
}

// Stamps lists the instants at which k stands on the card, in the order of its
// breaks.
func (c Card) Stamps(k Kind) []Instant {
	var at []Instant
	add := func(e *Event) {
		if e != nil {
			at = append(at, e.At)
		}
	}
	switch k {
	case ClockIn:
		add(c.In)
	case ClockOut:
		add(c.Out)
	case StartBreak:
		for i := range c.Breaks {
			add(&c.Breaks[i].Start)
		}
	case EndBreak:
		for i := range c.Breaks {
			add(c.Breaks[i].End)
		}
	}
	return at
}

// SameTimes reports whether c and d have the same events at the same times.
func (c Card) SameTimes(d Card) bool {
	for _, k := range Kinds {
		if !slices.Equal(c.Stamps(k), d.Stamps(k)) {
			return false
		}
	}
	return true
}

// Placed gives c with what is known of where its events at at were made, for
// those of which nothing is known. c and what it points to stay as they are.
func (c Card) Placed(at Instant, approved *bool) Card {
	place := func(e *Event) *Event {
		if e == nil || e.At != at || e.Approved != nil {
			return e
		}
		placed := *e
		placed.Approved = approved
		return &placed
	}
	c.In, c.Out, c.Breaks = place(c.In), place(c.Out), slices.Clone(c.Breaks)
	for i := range c.Breaks {
		b := &c.Breaks[i]
		b.Start, b.End = *place(&b.Start), place(b.End)
	}
	return c
}

// Open reports whether the card still waits for its clock-out.
func (c Card) Open() bool { return c.In != nil && c.Out == nil }

// OpenBreak gives the break that has not ended, or nil.
func (c Card) OpenBreak() *Break {
	for i := range c.Breaks {
		if c.Breaks[i].End == nil {
			return &c.Breaks[i]
		}
	}
	return nil
}

// Current points to the open card among cards that began last; nil when none
// is open.
func Current(cards []Card) *Card {
	var open *Card
	for i := range cards {
		c := &cards[i]
		if c.Open() && (open == nil || c.In.At > open.In.At) {
			open = c
		}
	}
	return open
}

// StateOf tells where a person with these cards stands.
func StateOf(cards []Card) State {
	if c := Current(cards); c != nil {
		return c.State()
	}
	return Out
}

// Since gives the instant at which the card came into its present state, and
// false when it has no stamp at all.
func (c Card) Since() (Instant, bool) {
	if c.In == nil {
		return 0, false
	}
	if c.Out != nil {
		return c.Out.At, true
	}
	if b := c.OpenBreak(); b != nil {
		return b.Start.At, true
	}
	since := c.In.At
	for _, b := range c.Breaks {
		since = max(since, b.End.At)
	}
	return since, true
}

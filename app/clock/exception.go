package clock

import (
	"cmp"
	"slices"
	"time"
)

// Rule names what an Exception breaks. The set is append-only: rules cross the
// wire between programs of different age.
type Rule string

// The rules, in the order in which they are told of one card.
const (
	RuleNoOut        Rule = "noClockOut"   // the clock-out was forgotten
	RuleTooLong      Rule = "tooLong"      // the card lasts too long
	RuleBreakMissing Rule = "breakMissing" // no break, and one was due
	RuleBreakShort   Rule = "breakShort"   // less break than was due
	RuleLate         Rule = "late"         // clocked in later than planned
	RuleLeftEarly    Rule = "leftEarly"    // clocked out earlier than planned
	RuleAbsent       Rule = "absent"       // a shift has passed, and no card was made
	RuleUnscheduled  Rule = "unscheduled"  // no shift was planned
	RuleOverlap      Rule = "overlap"      // two cards claim the same time
	RuleEdited       Rule = "edited"       // its times changed after somebody confirmed them
	RuleOverDay      Rule = "overDay"      // more than the regular hours of a day
	RuleOverWeek     Rule = "overWeek"     // more than the regular hours of a week
)

// AllRules lists every Rule.
var AllRules = []Rule{
	RuleNoOut, RuleTooLong, RuleBreakMissing, RuleBreakShort, RuleLate, RuleLeftEarly,
	RuleAbsent, RuleUnscheduled, RuleOverlap, RuleEdited, RuleOverDay, RuleOverWeek,
}

// Exception is one thing in a person's attendance that does not fit the Rules.
type Exception struct {
	Rule Rule `json:"rule"`
	// Date is the day of the card, or the day, or for RuleOverWeek the first
	// day of the week, or for RuleAbsent the day on which the shift begins.
	Date Date `json:"date"`
	// Card is the id of the card; empty for a day, for a week, and for a card
	// that has no id yet. Other is the card that RuleOverlap is about too.
	Card  string `json:"card,omitempty"`
	Other string `json:"other,omitempty"`
	// Is is what was found, and Limit what it is held to, in milliseconds: how
	// long the card is, the breaks taken and due, the hours worked and regular.
	// For RuleLate and RuleLeftEarly Is is how much later or earlier than
	// planned and Limit what is let pass; for RuleOverlap Is is how much is
	// claimed twice; for RuleAbsent Is is how long the shift is.
	Is    Span `json:"is,omitempty"`
	Limit Span `json:"limit,omitempty"`
	// Planned is when the shift begins, for RuleLate and RuleAbsent, or ends,
	// for RuleLeftEarly and where one was planned RuleNoOut.
	Planned Instant `json:"planned,omitempty"`
}

// Plan is what a person's cards are seen against.
type Plan struct {
	// Shifts are the person's, in any order.
	Shifts []Stretch
	// Scheduled says that shifts are planned in this team, so that having none
	// means something.
	Scheduled bool
	Zone      Zone
	FirstDay  time.Weekday
	// Confirmed are cards as they stood when somebody confirmed them last, by
	// id, as far as that is known.
	Confirmed map[string]Card
	// Until is up to when every card that began is at hand. Nobody is absent from
	// a shift that ends later; at 0 nobody is absent at all.
	Until Instant
	Now   Instant
}

// Exceptions lists what in one person's cards of one team does not fit r, by
// day and then in the order of the rules. A card that is open is held to what
// can be said of it already.
func (r Rules) Exceptions(cards []Card, p Plan) []Exception {
	cards = begun(cards)
	p.Shifts = joined(p.Shifts)
	var all []Exception
	for _, c := range cards {
		all = append(all, r.ofCard(c, p)...)
	}
	all = append(all, r.ofShifts(cards, p)...)
	all = append(all, overlaps(cards, p)...)
	all = append(all, r.ofHours(cards, p)...)
	slices.SortStableFunc(all, func(a, b Exception) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(rank(a.Rule), rank(b.Rule)))
	})
	return all
}

func rank(r Rule) int { return slices.Index(AllRules, r) }

// begun gives the cards that have a clock-in, the first begun first.
func begun(cards []Card) []Card {
	var out []Card
	for _, c := range cards {
		if c.In != nil {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Card) int { return cmp.Compare(a.In.At, b.In.At) })
	return out
}

// joined gives shifts in order, those that touch or overlap as one: nobody is
// late for the second of two in a row.
func joined(shifts []Stretch) []Stretch {
	sorted := slices.Clone(shifts)
	slices.SortFunc(sorted, func(a, b Stretch) int { return cmp.Compare(a.From, b.From) })
	return merge(sorted)
}

// ofCard judges a card by itself.
func (r Rules) ofCard(c Card, p Plan) []Exception {
	var all []Exception
	found := func(rule Rule, is, limit Span, planned Instant) {
		all = append(all, Exception{Rule: rule, Date: DateOf(c.In.At, p.Zone), Card: c.ID, Is: is, Limit: limit, Planned: planned})
	}
	length := c.Presence(p.Now).Length()
	end, forgotten := Forgotten(c, p.Shifts, p.Now, r.openMax())
	switch {
	case forgotten:
		found(RuleNoOut, length, r.OpenMax, end)
	case r.CardMax > 0 && length > r.CardMax:
		found(RuleTooLong, length, r.CardMax, 0)
	}
	worked, paused := c.Worked(p.Now), c.Paused(p.Now)
	switch due := r.BreakDue(worked); {
	case forgotten: // nobody knows what it will come to
	case paused == 0 && due > 0:
		found(RuleBreakMissing, paused, due, 0)
	case paused < due:
		found(RuleBreakShort, paused, due, 0)
	}
	if _, planned := c.shift(p.Shifts); r.Unscheduled && p.Scheduled && !planned && !during(c, p) {
		found(RuleUnscheduled, 0, 0, 0)
	}
	if was, known := p.Confirmed[c.ID]; known && c.ID != "" && !was.SameTimes(c) {
		found(RuleEdited, 0, 0, 0)
	}
	return all
}

// openMax is OpenMax as Forgotten takes it.
func (r Rules) openMax() Span {
	if r.OpenMax == 0 {
		return Span(forever)
	}
	return r.OpenMax
}

// during reports whether the card lies on any shift.
func during(c Card, p Plan) bool {
	return slices.ContainsFunc(p.Shifts, func(s Stretch) bool { return c.Presence(p.Now).clip(s).Length() > 0 })
}

// ofShifts judges when people came to their shifts and left them. Somebody who
// clocked out and in again during a shift came and left once; and nobody has
// left early, or was absent, whose shift still lasts. Who does not come at all
// is held to Late too.
func (r Rules) ofShifts(cards []Card, p Plan) []Exception {
	var all []Exception
	for _, s := range p.Shifts {
		first, last := ends(cards, s, p)
		if first == nil {
			if length := s.Length(); r.Late >= 0 && length > 0 && s.To <= min(p.Until, p.Now) {
				all = append(all, Exception{Rule: RuleAbsent, Date: DateOf(s.From, p.Zone), Is: length, Planned: s.From})
			}
			continue
		}
		if by := first.In.At.Sub(s.From); r.Late >= 0 && by > r.Late {
			all = append(all, Exception{Rule: RuleLate, Date: DateOf(first.In.At, p.Zone), Card: first.ID, Is: by, Limit: r.Late, Planned: s.From})
		}
		if last.Out == nil || p.Now < s.To {
			continue
		}
		if by := s.To.Sub(last.Out.At); r.LeftEarly >= 0 && by > r.LeftEarly {
			all = append(all, Exception{Rule: RuleLeftEarly, Date: DateOf(last.In.At, p.Zone), Card: last.ID, Is: by, Limit: r.LeftEarly, Planned: s.To})
		}
	}
	return all
}

// ends gives, of the cards that are for shift s or lie on it, the one that
// began first and the one that ends last; nil when there are none. A card that
// is open ends last.
func ends(cards []Card, s Stretch, p Plan) (first, last *Card) {
	for i := range cards {
		c := &cards[i]
		if own, ok := c.shift(p.Shifts); !(ok && own == s) && c.attendance().clip(s).Length() == 0 {
			continue
		}
		if first == nil {
			first = c
		}
		if last == nil || c.attendance().To >= last.attendance().To {
			last = c
		}
	}
	return first, last
}

// overlaps lists the cards that claim time another one claims already, each
// once, with the one of those before it that lasts longest. Clocks may disagree
// by seconds about where one ends and the next begins.
func overlaps(cards []Card, p Plan) []Exception {
	var all []Exception
	var longest *Card
	for i := range cards {
		c := &cards[i]
		if longest != nil {
			twice := c.Presence(p.Now).clip(longest.Presence(p.Now)).Length()
			if twice > skew {
				all = append(all, Exception{Rule: RuleOverlap, Date: DateOf(c.In.At, p.Zone), Card: c.ID, Other: longest.ID, Is: twice})
			}
		}
		if longest == nil || c.Presence(p.Now).To >= longest.Presence(p.Now).To {
			longest = c
		}
	}
	return all
}

// ofHours judges days and weeks.
func (r Rules) ofHours(cards []Card, p Plan) []Exception {
	if r.OverGrace < 0 {
		return nil
	}
	var all []Exception
	weeks := map[Date]Span{}
	for _, h := range r.Hours(cards, p) {
		if r.DayMax > 0 && h.Worked() > r.DayMax+r.OverGrace {
			all = append(all, Exception{Rule: RuleOverDay, Date: h.Date, Is: h.Worked(), Limit: r.DayMax})
		}
		weeks[h.Date.Week(p.FirstDay)] += h.Worked()
	}
	for week, worked := range weeks {
		if r.WeekMax > 0 && worked > r.WeekMax+r.OverGrace {
			all = append(all, Exception{Rule: RuleOverWeek, Date: week, Is: worked, Limit: r.WeekMax})
		}
	}
	return all
}

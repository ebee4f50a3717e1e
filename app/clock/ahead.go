package clock

import "slices"

// Ahead lists what a press would break, were it made on the cards of one
// person, and that its person can still do something about:
//
//   - a clock-in: being late, and having no shift;
//   - the end of a break: a break that is too short for a card that lasts until
//     the end of the shift;
//   - a clock-out: a break that is missing or too short, and leaving early.
//
// It is empty when the press may not follow. p.Now is not looked at.
func (r Rules) Ahead(cards []Card, press Press, p Plan) []Exception {
	after, err := ApplyPress(cards, "", "", press)
	if err != nil {
		return nil
	}
	p.Shifts, p.Now = joined(p.Shifts), forever // as if it were the last press
	c := changed(cards, after)
	switch press.Kind {
	case ClockIn:
		found := append(r.ofShifts(begun(after), p), r.ofCard(c, p)...)
		return only(found, c, p, RuleLate, RuleUnscheduled)
	case EndBreak:
		return only(r.ofCard(c.stayed(press.At, p), p), c, p, RuleBreakShort)
	case ClockOut:
		found := append(r.ofCard(c, p), r.ofShifts(begun(after), p)...)
		return only(found, c, p, RuleBreakMissing, RuleBreakShort, RuleLeftEarly)
	}
	return nil
}

// changed gives the card of after that a press went to.
func changed(before, after []Card) Card {
	if len(after) > len(before) {
		return after[len(after)-1]
	}
	for i := range after {
		if before[i].Open() && &before[i] == Current(before) {
			return after[i]
		}
	}
	return Card{}
}

// stayed gives c as it would be if its person stayed at work from at until the
// end of the shift that it is for.
func (c Card) stayed(at Instant, p Plan) Card {
	end := at
	for _, s := range p.Shifts {
		if own, ok := c.shift(p.Shifts); ok && own == s || s.Contains(at) {
			end = max(end, s.To)
		}
	}
	c.Out = &Event{At: end}
	return c
}

// only keeps of exceptions those of card c that break one of the rules.
func only(all []Exception, c Card, p Plan, rules ...Rule) []Exception {
	day := DateOf(c.In.At, p.Zone)
	return slices.DeleteFunc(all, func(e Exception) bool {
		return e.Card != c.ID || e.Date != day || !slices.Contains(rules, e.Rule)
	})
}

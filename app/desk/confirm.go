package desk

import (
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Confirmable lists the cards of a report that a supervisor can confirm at once:
// those that are over, that none has confirmed, that are not being amended, and of
// which nothing is found that does not fit the rules. left counts those over and
// unconfirmed of which something is; hours of a day or week are no card's.
func (r Report) Confirmable(amends []wire.Amended) (cards []clock.Card, left int) {
	if r.Whole == nil {
		return nil, 0
	}
	for _, p := range r.Whole.People {
		for _, d := range p.Days {
			for _, c := range d.Cards {
				waits := slices.ContainsFunc(amends, func(a wire.Amended) bool { return a.Card == c.ID && a.Status != wire.Refused })
				odd := slices.ContainsFunc(p.Exceptions, func(e clock.Exception) bool { return e.Card == c.ID || e.Other == c.ID })
				switch {
				case c.Out == 0 || c.BySupervisor || waits:
				case odd:
					left++
				default:
					cards = append(cards, c.Whole(r.Whole.Team, p.Person.ID))
				}
			}
		}
	}
	return cards, left
}

// confirmed gives the report with cards shown as the supervisor confirmed them. Graph
// is not asked for a whole period again to hear what is known.
func (r Report) confirmed(ids []string) Report {
	if r.Whole == nil || len(ids) == 0 {
		return r
	}
	whole := *r.Whole
	whole.People = slices.Clone(whole.People)
	for i := range whole.People {
		days := slices.Clone(whole.People[i].Days)
		for j := range days {
			days[j].Cards = slices.Clone(days[j].Cards)
			for k := range days[j].Cards {
				c := &days[j].Cards[k]
				c.BySupervisor = c.BySupervisor || slices.Contains(ids, c.ID)
			}
		}
		whole.People[i].Days = days
	}
	r.Whole = &whole
	return r
}

// ConfirmAll confirms what is confirmable of the report that is shown.
func (s *Store) ConfirmAll() {
	m := s.Model()
	cards, _ := m.Report.Confirmable(m.Amends)
	rows := make([]wire.Amendment, len(cards))
	for i, c := range cards {
		rows[i] = wire.Amendment{Op: wire.Confirm, Person: c.Person, Card: c.ID, Seen: &c}
	}
	s.errand(wire.Confirm, "", rows)
}

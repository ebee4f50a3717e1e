package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Person is one of the team and a week of theirs.
type Person struct {
	ID   string           // in Graph; empty when nobody is shown
	Week Period           // from its first day; unset before the team is known
	Days *wire.PersonDays // of Week; nil before it was read

	Loading bool
	Trouble wire.Problem // why the week could not be read

	again, fresh bool // it is to be read once more, from Graph: something happened meanwhile
}

// Clerk is what putting cards right asks of the server. What has an id is done
// once however often it is sent.
type Clerk interface {
	Person(ctx context.Context, team, person string, from, to clock.Date, fresh bool) (wire.PersonDays, error)
	TrailOf(ctx context.Context, team, person, card string) (wire.Trail, error)
	TeamAmendments(ctx context.Context, team string) (wire.TeamAmendments, error)
	Amend(ctx context.Context, person string, a wire.Amendments) (wire.AmendedAll, error)
	Choose(ctx context.Context, person, id string, choice wire.Choice) (wire.Amended, error)
}

// ShowPerson shows the week of somebody in the chosen team that a day is in; the
// present one for no day.
func (s *Store) ShowPerson(id string, day clock.Date) {
	s.change(func(m *Model) {
		if m.Phase != Ready {
			return
		}
		if day == (clock.Date{}) {
			day = clock.DateOf(s.Now(), s.Zone(m.TeamOf().Zone))
		}
		first := day.Week(time.Weekday(m.TeamOf().FirstDay))
		week := Period{first, first.AddDays(7)}
		if strings.EqualFold(m.Person.ID, id) && m.Person.Week == week {
			return
		}
		m.Person = Person{ID: id, Week: week}
	})
	s.ReadPerson(false)
}

// ReadPerson reads the week that is shown, and what waits in the team; fresh asks
// for what Graph says now.
func (s *Store) ReadPerson(fresh bool) {
	ctx, epoch := s.life()
	var ask Person
	var team string
	s.change(func(m *Model) {
		if m.Phase != Ready || m.Person.ID == "" {
			return
		}
		if m.Person.Loading {
			m.Person.again, m.Person.fresh = true, m.Person.fresh || fresh
			return
		}
		m.Person.Loading = true
		ask, team = m.Person, m.Team
	})
	if team == "" {
		return
	}
	go func() {
		days, err := s.Server.Person(ctx, team, ask.ID, ask.Week.First, ask.Week.Next, fresh)
		again, fresh := false, false
		s.within(epoch, func(m *Model) {
			if m.Person.ID != ask.ID || m.Person.Week != ask.Week {
				return // another is shown by now
			}
			again, fresh = m.Person.again, m.Person.fresh
			m.Person.Loading, m.Person.again, m.Person.fresh = false, false, false
			switch {
			case client.CodeOf(err) == wire.CodeSignedOut:
				s.leave(m)
			case err != nil:
				m.Person.Trouble = *client.ProblemOf(err)
			default:
				m.Person.Trouble, m.Person.Days = wire.Problem{}, &days
			}
		})
		if again {
			s.ReadPerson(fresh)
		}
	}()
	s.readAmends(ctx, epoch, team)
}

// readAmends reads which amendments of the team are not over.
func (s *Store) readAmends(ctx context.Context, epoch int, team string) {
	go func() {
		if answer, err := s.Server.TeamAmendments(ctx, team); err == nil {
			s.within(epoch, func(m *Model) { m.Amends = answer.Open })
		}
	}()
}

// moved reads anew what is shown of somebody who has changed, and what waits where
// that did.
func (s *Store) moved(m *Model, c wire.BoardChanged) {
	shown, waits := m.Person.ID != "" && slices.Contains(c.Gone, strings.ToLower(m.Person.ID)), len(c.Gone) > 0
	for _, r := range c.Rows {
		shown = shown || m.Person.ID != "" && strings.EqualFold(r.Person.ID, m.Person.ID)
		was := m.Board.rowOf(r.Person.ID)
		waits = waits || was != nil && (was.Amends != r.Amends || was.Clashes != r.Clashes)
	}
	switch {
	case shown:
		go s.readAgain()
	case waits:
		s.readAmends(s.ctx, s.epoch, m.Team)
	}
}

// Name gives the name of somebody in the team, as far as it is known.
func (m Model) Name(id string) string {
	if d := m.Person.Days; d != nil && strings.EqualFold(d.Person.ID, id) && d.Person.Name != "" {
		return d.Person.Name
	}
	if r := m.RowOf(id); r != nil {
		return r.Person.Name
	}
	return ""
}

// RowOf gives somebody's row on the board; nil when there is none.
func (m Model) RowOf(id string) *Row {
	for _, r := range m.Board.Rows {
		if strings.EqualFold(r.Person.ID, id) {
			return r
		}
	}
	return nil
}

// AmendsOf lists the amendments of a person's cards that are not over, or were
// refused lately, the oldest first.
func (m Model) AmendsOf(person string) []wire.Amended {
	return only(m.Amends, func(a wire.Amended) bool { return strings.EqualFold(a.Person.ID, person) })
}

// AmendOf gives the amendment of a card that is not over and came last; nil when
// there is none.
func (m Model) AmendOf(card string) *wire.Amended {
	var last *wire.Amended
	for i, a := range m.Amends {
		if card != "" && a.Card == card && a.Status != wire.Refused {
			last = &m.Amends[i]
		}
	}
	return last
}

// ObjectionsOf lists what a person objects to, the newest first.
func (m Model) ObjectionsOf(person string) []wire.Objection {
	return only(m.Inbox.Objections, func(o wire.Objection) bool { return strings.EqualFold(o.Person.ID, person) })
}

// AskedBy lists the corrections that a person asks for and nobody has answered,
// the oldest first.
func (m Model) AskedBy(person string) []wire.Request {
	return only(m.Inbox.Requests, func(r wire.Request) bool {
		return r.State == wire.Asked && strings.EqualFold(r.Person.ID, person)
	})
}

func only[T any](all []T, keep func(T) bool) []T {
	var kept []T
	for _, one := range all {
		if keep(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// Sheet is a week of somebody's, judged.
type Sheet struct {
	Days  []SheetDay // every day of it, the first one first
	Hours clock.Hours
	// Exceptions of the week as a whole, such as too many hours.
	Exceptions []clock.Exception
	// Open counts the cards that count no time yet.
	Open int
}

// SheetDay is one day of a Sheet.
type SheetDay struct {
	Date   clock.Date
	Hours  clock.Hours
	Cards  []clock.Card      // that began on it, the first one first
	Shifts []wire.Shift      // that begin on it
	Day    []clock.Exception // of the day, and not of a card
}

// PlanOf gives what somebody's cards are seen against, at now.
func PlanOf(d wire.PersonDays, team wire.Team, zone clock.Zone, now clock.Instant) clock.Plan {
	p := clock.Plan{
		Scheduled: d.Scheduled, Zone: zone, FirstDay: time.Weekday(team.FirstDay), Until: d.To.Start(zone), Now: now,
		Confirmed: map[string]clock.Card{},
	}
	for _, s := range d.Shifts {
		p.Shifts = append(p.Shifts, clock.Stretch{From: s.Start, To: s.End})
	}
	for _, c := range d.Confirmed {
		p.Confirmed[c.ID] = c
	}
	return p
}

// SheetOf judges a week by the rules. The days before it count for the hours of
// the week alone.
func SheetOf(d wire.PersonDays, rules clock.Rules, p clock.Plan) Sheet {
	var sheet Sheet
	exceptions := rules.Exceptions(d.Cards, p)
	hours := map[clock.Date]clock.Hours{}
	for _, h := range rules.Hours(d.Cards, p) {
		hours[h.Date] = h
	}
	days := clock.Days(d.Cards, p.Zone)
	for date := d.From; date.Compare(d.To) < 0; date = date.AddDays(1) {
		day := SheetDay{Date: date, Hours: hours[date]}
		if i := slices.IndexFunc(days, func(o clock.Day) bool { return o.Date == date }); i >= 0 {
			day.Cards = days[i].Cards
		}
		for _, s := range d.Shifts {
			if clock.DateOf(s.Start, p.Zone) == date {
				day.Shifts = append(day.Shifts, s)
			}
		}
		day.Day = only(exceptions, func(e clock.Exception) bool {
			return e.Date == date && e.Card == "" && e.Rule != clock.RuleOverWeek
		})
		for _, c := range day.Cards {
			if c.Open() {
				sheet.Open++
			}
		}
		sheet.Hours.Regular += day.Hours.Regular
		sheet.Hours.Over += day.Hours.Over
		sheet.Hours.Paused += day.Hours.Paused
		sheet.Days = append(sheet.Days, day)
	}
	sheet.Exceptions = only(exceptions, func(e clock.Exception) bool {
		return e.Date.AddDays(7).Compare(d.From) > 0 && e.Date.Compare(d.To) < 0 && (e.Rule == clock.RuleOverWeek || e.Date.Compare(d.From) >= 0)
	})
	return sheet
}

// OfCard lists the exceptions of a card.
func (s Sheet) OfCard(id string) []clock.Exception {
	return only(s.Exceptions, func(e clock.Exception) bool { return e.Card == id || e.Other == id && e.Other != "" })
}

// Unconfirmed lists the cards of the week that a supervisor can confirm: those
// that are over and that none has confirmed, but for cards that are being
// amended.
func (s Sheet) Unconfirmed(amends []wire.Amended) []clock.Card {
	var all []clock.Card
	for _, d := range s.Days {
		all = append(all, only(d.Cards, func(c clock.Card) bool {
			return c.Out != nil && !c.BySupervisor && !slices.ContainsFunc(amends, func(a wire.Amended) bool { return a.Card == c.ID && a.Status != wire.Refused })
		})...)
	}
	return all
}

// After lists what does not fit the rules of a card as it is to stand among the
// person's, and of its day and week; "" is the card that is being added.
func After(rules clock.Rules, cards []clock.Card, next clock.Card, p clock.Plan) []clock.Exception {
	day := clock.Date{}
	if next.In != nil {
		day = clock.DateOf(next.In.At, p.Zone)
	}
	return only(rules.Exceptions(cards, p), func(e clock.Exception) bool {
		switch {
		case e.Card != "" || e.Rule == clock.RuleOverlap:
			return e.Card == next.ID || e.Rule == clock.RuleOverlap && e.Other == next.ID
		case e.Rule == clock.RuleOverWeek:
			return e.Date == day.Week(p.FirstDay)
		}
		return e.Date == day
	})
}

// With gives cards with one of them as it is to stand, or one more; without it
// for nil.
func With(cards []clock.Card, id string, next *clock.Card) []clock.Card {
	out := only(cards, func(c clock.Card) bool { return c.ID != id || id == "" })
	if next != nil {
		out = append(out, *next)
	}
	return out
}

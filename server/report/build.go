package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Period is what is reported of: the days from From up to, and not including,
// To, in the zone of a team.
type Period struct {
	Team     wire.Team
	From, To clock.Date
}

// Location is the zone that days are told in: the team's, or UTC where it has
// none that is known.
func (p Period) Location() *time.Location {
	loc, err := time.LoadLocation(p.Team.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

func (p Period) zone() clock.Zone       { return clock.InLocation(p.Location()) }
func (p Period) firstDay() time.Weekday { return time.Weekday(p.Team.FirstDay) }
func (p Period) has(d clock.Date) bool  { return d.Compare(p.From) >= 0 && d.Compare(p.To) < 0 }
func (p Period) week(d clock.Date) bool {
	return d.AddDays(7).Compare(p.From) > 0 && d.Compare(p.To) < 0
}
func (p Period) stretch() clock.Stretch { return stretch(p.From, p.To, p.zone()) }

// reading is what must be read for the period: from the beginning of the week it
// begins in, by which hours are regular or over, and a day at least before it,
// from which a card may last into it.
func (p Period) reading() clock.Stretch {
	first := p.From.Week(p.firstDay())
	if before := p.From.AddDays(-1); before.Compare(first) < 0 {
		first = before
	}
	return stretch(first, p.To, p.zone())
}

func stretch(from, to clock.Date, z clock.Zone) clock.Stretch {
	return clock.Stretch{From: from.Start(z), To: to.Start(z)}
}

// Material is what a report is made of.
type Material struct {
	Period  Period
	Members []wire.Person // of the team, as far as they are known
	Cards   []Card        // that began within Period.reading
	// Shifts are by person, in lower case.
	Shifts      map[string][]clock.Stretch
	ShiftsStale wire.Code
	Confirmed   map[string]clock.Card // see clock.Plan
	Rules       clock.Rules
	AsOf        clock.Instant
}

// Build makes the report.
func Build(m Material) *wire.Report {
	p := m.Period
	r := &wire.Report{
		Team: p.Team.ID, Name: p.Team.Name, Zone: p.Location().String(), From: p.From, To: p.To, FirstDay: p.Team.FirstDay,
		AsOf: m.AsOf, Rules: m.Rules, ShiftsStale: m.ShiftsStale, People: []wire.ReportPerson{},
	}
	var t table
	for _, one := range m.people() {
		shown, hours := m.person(one)
		r.People = append(r.People, shown)
		t.add(hours)
	}
	t.fill(r)
	return r
}

// attendant is somebody of the report and their cards.
type attendant struct {
	wire.Person
	member bool
	cards  []Card
}

// people lists those of the team and whoever has cards in the period, by name.
func (m Material) people() []attendant {
	place := map[string]int{}
	var all []attendant
	attend := func(p wire.Person, member bool) *attendant {
		key := strings.ToLower(p.ID)
		i, known := place[key]
		if !known {
			i = len(all)
			place[key], all = i, append(all, attendant{Person: p, member: member})
		}
		return &all[i]
	}
	for _, p := range m.Members {
		attend(p, true)
	}
	for _, c := range m.Cards {
		a := attend(wire.Person{ID: c.Person}, false)
		a.Name = cmp.Or(a.Name, c.Name)
		a.cards = append(a.cards, c)
	}
	during := m.Period.stretch()
	all = slices.DeleteFunc(all, func(a attendant) bool {
		began := func(c Card) bool { return c.In != nil && during.Contains(c.In.At) }
		return !a.member && !slices.ContainsFunc(a.cards, began)
	})
	slices.SortStableFunc(all, func(a, b attendant) int {
		return cmp.Or(last(a.Name == "", b.Name == ""), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return all
}

// last orders what is so behind what is not.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// person gives one person's part, its hours not filled in, and the exact hours
// of its days.
func (m Material) person(a attendant) (wire.ReportPerson, []clock.Hours) {
	cards, edited := make([]clock.Card, 0, len(a.cards)), map[string]bool{}
	for _, c := range a.cards {
		cards = append(cards, c.Card)
		edited[c.ID] = c.Edited
	}
	plan := clock.Plan{
		Shifts: m.Shifts[strings.ToLower(a.ID)], Scheduled: len(m.Shifts) > 0,
		Zone: m.Period.zone(), FirstDay: m.Period.firstDay(), Confirmed: m.Confirmed,
		Until: m.Period.stretch().To, Now: m.AsOf,
	}
	shown := wire.ReportPerson{Person: a.Person, Gone: !a.member && len(m.Members) > 0, Days: []wire.ReportDay{}, Exceptions: []clock.Exception{}}
	for _, s := range plan.Shifts {
		if m.Period.has(clock.DateOf(s.From, plan.Zone)) {
			shown.Shifts = append(shown.Shifts, wire.ReportShift{Start: s.From, End: s.To})
		}
	}
	exact := map[clock.Date]clock.Hours{}
	for _, h := range m.Rules.Hours(cards, plan) {
		exact[h.Date] = h
	}
	var hours []clock.Hours
	days := clock.Days(cards, plan.Zone)
	for i := len(days) - 1; i >= 0; i-- {
		if d := days[i]; m.Period.has(d.Date) {
			shown.Days = append(shown.Days, dayOf(d, edited))
			hours = append(hours, exact[d.Date])
		}
	}
	for _, e := range m.Rules.Exceptions(cards, plan) {
		if m.Period.has(e.Date) || e.Rule == clock.RuleOverWeek && m.Period.week(e.Date) {
			shown.Exceptions = append(shown.Exceptions, e)
		}
	}
	return shown, hours
}

// dayOf gives a day but for its hours.
func dayOf(d clock.Day, edited map[string]bool) wire.ReportDay {
	day := wire.ReportDay{Date: d.Date, First: d.Cards[0].In.At, Cards: []wire.ReportCard{}}
	open := false
	for _, c := range d.Cards {
		shown := wire.ReportCard{ID: c.ID, In: c.In.At, InNote: c.In.Note, Note: c.Note, Edited: edited[c.ID], ByPerson: c.ByPerson, BySupervisor: c.BySupervisor}
		for _, b := range c.Breaks {
			pause := wire.ReportBreak{Start: b.Start.At, StartNote: b.Start.Note}
			if b.End != nil {
				pause.End, pause.EndNote = b.End.At, b.End.Note
			}
			shown.Breaks = append(shown.Breaks, pause)
		}
		if open = open || c.Out == nil; c.Out != nil {
			shown.Out, shown.OutNote = c.Out.At, c.Out.Note
			day.Last = max(day.Last, c.Out.At)
		}
		day.Cards = append(day.Cards, shown)
	}
	if open {
		day.Last = 0
	}
	return day
}

// add adds a person's days to the table.
func (t *table) add(days []clock.Hours) {
	regular, over, paused := []clock.Span{}, []clock.Span{}, []clock.Span{}
	for _, h := range days {
		regular, over, paused = append(regular, h.Regular), append(over, h.Over), append(paused, h.Paused)
	}
	t.regular, t.over, t.paused = append(t.regular, regular), append(t.over, over), append(t.paused, paused)
}

// fill fills in hours and sums.
func (t table) fill(r *wire.Report) {
	minutes, hundredths := t.in(minute), t.in(hundredth)
	for i := range r.People {
		p := &r.People[i]
		for j := range p.Days {
			d := &p.Days[j]
			d.Hours = wire.ReportHours{Minutes: minutes.day(i, j), Hundredths: hundredths.day(i, j)}
			add(&p.Total, count(*d))
		}
		p.Total.Exceptions = len(p.Exceptions)
		p.Total.Hours = wire.ReportHours{Minutes: minutes.person(i), Hundredths: hundredths.person(i)}
		add(&r.Total, p.Total)
	}
	r.Total.Hours = wire.ReportHours{Minutes: minutes.all(), Hundredths: hundredths.all()}
}

// count counts a day.
func count(d wire.ReportDay) wire.ReportSum {
	sum := wire.ReportSum{Days: 1, Cards: len(d.Cards)}
	for _, c := range d.Cards {
		if c.Out == 0 {
			sum.Open++
		}
		if c.BySupervisor {
			sum.Confirmed++
		}
	}
	return sum
}

// add adds the counts of one sum, not its hours, to another.
func add(to *wire.ReportSum, s wire.ReportSum) {
	to.Days += s.Days
	to.Cards += s.Cards
	to.Open += s.Open
	to.Confirmed += s.Confirmed
	to.Exceptions += s.Exceptions
}

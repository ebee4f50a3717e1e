package desk

import (
	"cmp"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Timeline is one day of a report, hour by hour.
type Timeline struct {
	Day clock.Date
	// Whole is what all rows lie within, from a full hour to a full hour of the
	// team's zone; empty when there are none.
	Whole clock.Stretch
	Rows  []TimelineRow // those who came or should have, by name
}

// TimelineRow is one person's day.
type TimelineRow struct {
	Person wire.ReportPerson
	Cards  []wire.ReportCard
	Plan   []clock.Stretch // shifts that begin on the day
	// Work and Pauses are those of cards that began on the day, in order; of what
	// is not over, up to when the report was read.
	Work, Pauses []clock.Stretch
}

// TimelineOf gives a day of a report.
func TimelineOf(w wire.Report, day clock.Date, z clock.Zone) Timeline {
	line := Timeline{Day: day}
	for _, p := range w.People {
		if row := rowOf(p, day, z, w.AsOf); len(row.Work)+len(row.Pauses)+len(row.Plan) > 0 {
			line.Rows = append(line.Rows, row)
		}
	}
	for _, row := range line.Rows {
		for _, s := range slices.Concat(row.Work, row.Pauses, row.Plan) {
			if line.Whole == (clock.Stretch{}) {
				line.Whole = s
			}
			line.Whole.From, line.Whole.To = min(line.Whole.From, s.From), max(line.Whole.To, s.To)
		}
	}
	if len(line.Rows) > 0 {
		line.Whole = clock.Stretch{From: hour(line.Whole.From, z), To: hour(line.Whole.To.Add(clock.Hour-1), z)}
	}
	return line
}

// hour gives the full hour of z at or before t.
func hour(t clock.Instant, z clock.Zone) clock.Instant {
	local := t.Add(z.Offset(t))
	return t.Add(-(clock.Span(local) % clock.Hour))
}

func rowOf(p wire.ReportPerson, day clock.Date, z clock.Zone, asOf clock.Instant) TimelineRow {
	row := TimelineRow{Person: p}
	for _, s := range p.Shifts {
		if clock.DateOf(s.Start, z) == day {
			row.Plan = append(row.Plan, clock.Stretch{From: s.Start, To: s.End})
		}
	}
	for _, d := range p.Days {
		if d.Date != day {
			continue
		}
		row.Cards = d.Cards
		for _, c := range d.Cards {
			work, pauses := parts(c, asOf)
			row.Work, row.Pauses = append(row.Work, work...), append(row.Pauses, pauses...)
		}
	}
	return row
}

// parts takes the breaks out of a card. A break that another one covers is none.
func parts(c wire.ReportCard, asOf clock.Instant) (work, pauses []clock.Stretch) {
	end := cmp.Or(c.Out, max(c.In, asOf))
	at := c.In
	breaks := slices.SortedFunc(slices.Values(c.Breaks), func(a, b wire.ReportBreak) int { return cmp.Compare(a.Start, b.Start) })
	for _, b := range breaks {
		from, to := max(at, b.Start), min(end, cmp.Or(b.End, end))
		if from >= to {
			continue
		}
		if at < from {
			work = append(work, clock.Stretch{From: at, To: from})
		}
		pauses = append(pauses, clock.Stretch{From: from, To: to})
		at = to
	}
	if at < end {
		work = append(work, clock.Stretch{From: at, To: end})
	}
	return work, pauses
}

// Percent tells where t lies in the whole.
func (l Timeline) Percent(t clock.Instant) float64 {
	return float64(t.Sub(l.Whole.From)) * 100 / float64(max(1, l.Whole.Length()))
}

// Hours gives every n-th full hour within the whole, so that there are at most
// most of them.
func (l Timeline) Hours(most int) []clock.Instant {
	all := int(l.Whole.Length() / clock.Hour)
	step := 1
	for all/step+1 > most {
		step++
	}
	var out []clock.Instant
	for n := 0; n <= all; n += step {
		out = append(out, l.Whole.From.Add(clock.Span(n)*clock.Hour))
	}
	return out
}

// LastDay is the last day of a report that has anything to show, or its first.
func LastDay(w wire.Report, z clock.Zone) clock.Date {
	last := w.From
	for _, p := range w.People {
		for _, d := range p.Days {
			if d.Date.Compare(last) > 0 {
				last = d.Date
			}
		}
	}
	return last
}

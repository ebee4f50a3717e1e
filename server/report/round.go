package report

import (
	"cmp"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// The two units that hours are told in.
const (
	minute    = clock.Minute
	hundredth = clock.Hour / 100
)

// apportion gives each of parts, none negative, in whole units that add up to
// total: rounded down, and those with the largest remainders up, of equal ones
// the first. total is the sum of parts rounded down or up, so that no part moves
// by a whole unit and what is nothing stays nothing.
func apportion(total int64, parts []clock.Span, unit clock.Span) []int64 {
	units, order := make([]int64, len(parts)), make([]int, len(parts))
	left := total
	for i, p := range parts {
		units[i], order[i] = int64(p/unit), i
		left -= units[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(parts[b]%unit, parts[a]%unit) })
	for _, i := range order[:left] {
		units[i]++
	}
	return units
}

// nearest rounds to whole units, half of one up.
func nearest(s, unit clock.Span) int64 { return int64((s + unit/2) / unit) }

// column is one kind of hours, of every person by day.
type column [][]clock.Span

func (c column) sum() (all clock.Span, each []clock.Span) {
	for _, days := range c {
		var person clock.Span
		for _, d := range days {
			person += d
		}
		each, all = append(each, person), all+person
	}
	return all, each
}

// rounded is a column in whole units, with its sums.
type rounded struct {
	total  int64
	people []int64
	days   [][]int64
}

// round gives c in whole units so that days add up to people and people to
// total.
func (c column) round(total int64, unit clock.Span) rounded {
	_, each := c.sum()
	r := rounded{total: total, people: apportion(total, each, unit)}
	for i, days := range c {
		r.days = append(r.days, apportion(r.people[i], days, unit))
	}
	return r
}

// table is the hours of a report, exactly.
type table struct{ regular, over, paused column }

// units are a table in one unit.
type units struct{ regular, over, paused rounded }

// in rounds the table. What was worked in all is rounded first, and everything
// else follows from it.
func (t table) in(unit clock.Span) units {
	regular, _ := t.regular.sum()
	over, _ := t.over.sum()
	paused, _ := t.paused.sum()
	worked := apportion(nearest(regular+over, unit), []clock.Span{regular, over}, unit)
	return units{
		regular: t.regular.round(worked[0], unit),
		over:    t.over.round(worked[1], unit),
		paused:  t.paused.round(nearest(paused, unit), unit),
	}
}

func (u units) all() wire.ReportUnits {
	return unitsOf(u.regular.total, u.over.total, u.paused.total)
}

func (u units) person(i int) wire.ReportUnits {
	return unitsOf(u.regular.people[i], u.over.people[i], u.paused.people[i])
}

func (u units) day(i, j int) wire.ReportUnits {
	return unitsOf(u.regular.days[i][j], u.over.days[i][j], u.paused.days[i][j])
}

func unitsOf(regular, over, paused int64) wire.ReportUnits {
	return wire.ReportUnits{Worked: regular + over, Regular: regular, Over: over, Paused: paused}
}

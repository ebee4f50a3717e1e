package clock

import (
	"cmp"
	"slices"
	"time"
)

// Day is what a person did on one day: the cards that began on it, in order.
// A night shift belongs whole to the day it began.
type Day struct {
	Date  Date
	Cards []Card
}

// Days sorts cards into days by where each began in z, the latest day first.
// Cards without a clock-in are left out.
func Days(cards []Card, z Zone) []Day {
	byDate := map[Date][]Card{}
	for _, c := range cards {
		if c.In != nil {
			d := DateOf(c.In.At, z)
			byDate[d] = append(byDate[d], c)
		}
	}
	days := make([]Day, 0, len(byDate))
	for d, cs := range byDate {
		slices.SortFunc(cs, func(a, b Card) int {
			return cmp.Or(cmp.Compare(a.In.At, b.In.At), cmp.Compare(a.ID, b.ID))
		})
		days = append(days, Day{Date: d, Cards: cs})
	}
	slices.SortFunc(days, func(a, b Day) int { return b.Date.Compare(a.Date) })
	return days
}

// Worked is the time worked on the day's cards.
func (d Day) Worked(now Instant) Span { return Worked(d.Cards, now) }

// Paused is the time of the breaks on the day's cards.
func (d Day) Paused(now Instant) Span { return Paused(d.Cards, now) }

// Week is the days of one week on which something was done, the latest first.
type Week struct {
	First Date // the week's first day, whether or not anything was done on it
	Days  []Day
}

// Weeks sorts days, the latest first, into weeks that begin on first, the
// latest week first.
func Weeks(days []Day, first time.Weekday) []Week {
	var weeks []Week
	for _, d := range days {
		begin := d.Date.Week(first)
		if n := len(weeks); n == 0 || weeks[n-1].First != begin {
			weeks = append(weeks, Week{First: begin})
		}
		last := &weeks[len(weeks)-1]
		last.Days = append(last.Days, d)
	}
	return weeks
}

// Worked is the time worked on the week's cards.
func (w Week) Worked(now Instant) Span {
	var sum Span
	for _, d := range w.Days {
		sum += d.Worked(now)
	}
	return sum
}

// Paused is the time of the breaks on the week's cards.
func (w Week) Paused(now Instant) Span {
	var sum Span
	for _, d := range w.Days {
		sum += d.Paused(now)
	}
	return sum
}

// Began keeps the cards that began within s.
func Began(cards []Card, s Stretch) []Card {
	var out []Card
	for _, c := range cards {
		if c.In != nil && s.Contains(c.In.At) {
			out = append(out, c)
		}
	}
	return out
}

// Portion is the part of a card that lies on one day.
type Portion struct {
	Date           Date
	Stretch        Stretch
	Worked, Paused Span
}

// Split cuts a card at the midnights of z, up to now while it is open. The
// portions add up to the card exactly. There is one at least, unless the card
// has no clock-in.
func (c Card) Split(z Zone, now Instant) []Portion {
	if c.In == nil {
		return nil
	}
	rest, day := c.Presence(now), DateOf(c.In.At, z)
	var portions []Portion
	for {
		end := day.AddDays(1).Start(z)
		part, last := Stretch{rest.From, min(rest.To, end)}, rest.To <= end
		// A part may be empty where the zone left a day out, or where an hour
		// around midnight came twice and already counts to the next day.
		if last || part.Length() > 0 {
			portions = append(portions, Portion{day, part, c.WorkedIn(part, now), c.PausedIn(part, now)})
		}
		if last {
			return portions
		}
		rest.From, day = max(rest.From, end), day.AddDays(1)
	}
}

// ClockChange is how much the clocks were put forward (positive) or back
// (negative) in z between clocking in and clocking out. The time worked
// already accounts for it; it is there to explain a figure.
func (c Card) ClockChange(z Zone, now Instant) Span {
	p := c.Presence(now)
	return z.Offset(p.To) - z.Offset(p.From)
}

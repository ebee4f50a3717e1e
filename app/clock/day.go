package clock

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Zone tells local time. Offset is how far local time is ahead of UTC at t.
// It must be a pure function of t.
type Zone interface {
	Offset(t Instant) Span
}

// location is a Zone by the standard library's rules.
type location struct{ loc *time.Location }

func (l location) Offset(t Instant) Span {
	_, seconds := t.Time().In(l.loc).Zone()
	return Span(seconds) * Second
}

// InLocation gives the Zone of loc. The browser has no zone database in Go
// and brings a Zone of its own.
func InLocation(loc *time.Location) Zone { return location{loc} }

// UTC is the Zone without offset.
var UTC Zone = location{time.UTC}

// Date is a day of the calendar, of no particular zone.
type Date struct {
	Year  int        `json:"year"`
	Month time.Month `json:"month"`
	Day   int        `json:"day"`
}

// DateOf gives the day that t falls on in z.
func DateOf(t Instant, z Zone) Date {
	y, m, d := t.Add(z.Offset(t)).Time().Date()
	return Date{y, m, d}
}

// AddDays gives the day n days later; n may be negative.
func (d Date) AddDays(n int) Date {
	y, m, day := time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC).Date()
	return Date{y, m, day}
}

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnightUTC().Time().Weekday() }

// Compare orders dates as slices.SortFunc wants it.
func (d Date) Compare(e Date) int { return cmp.Compare(d.midnightUTC(), e.midnightUTC()) }

// String is the ISO 8601 form, 2006-01-02.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

func (d Date) midnightUTC() Instant {
	return At(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC))
}

// Start gives the first instant of d in z: midnight, or where the clocks jump
// over midnight, the moment after the jump.
func (d Date) Start(z Zone) Instant {
	// No zone is further than a day from UTC and none repeats a whole day, so
	// the day begins within this window; DateOf is monotonic but for the rare
	// clock change across midnight, where the earliest moment is wanted.
	lo, hi := d.midnightUTC().Add(-26*Hour), d.midnightUTC().Add(26*Hour)
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if DateOf(mid, z).Compare(d) >= 0 {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// StretchOf gives the whole of day d in z: 24 hours, 23 or 25.
func (d Date) StretchOf(z Zone) Stretch {
	return Stretch{From: d.Start(z), To: d.AddDays(1).Start(z)}
}

// Week gives the first day of the week that d falls in, for weeks that begin
// on first.
func (d Date) Week(first time.Weekday) Date {
	return d.AddDays(-((int(d.Weekday()) - int(first) + 7) % 7))
}

// ClockChange is how much the clocks were put forward (positive) or back
// (negative) in z between clocking in and clocking out. The time worked
// already accounts for it; it is there to explain a figure.
func (c Card) ClockChange(z Zone, now Instant) Span {
	p := c.Presence(now)
	return z.Offset(p.To) - z.Offset(p.From)
}

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

// Began keeps the cards that began within s.
func Began(cards []Card, s Stretch) []Card {
	var out []Card
	for _, c := range cards {
		if c.In != nil && c.In.At >= s.From && c.In.At < s.To {
			out = append(out, c)
		}
	}
	return out
}

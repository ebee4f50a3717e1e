package clock

import (
	"cmp"
	"fmt"
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

// Date is a day of the calendar, of no particular zone. In JSON it is text, as
// String gives it.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the day that t falls on in z, as a calendar on the wall shows
// it. Where clocks are put back across midnight, as in St. John's until 2011,
// the wall shows the end of the day before once more; Start and StretchOf then
// count that hour to the new day, which has begun.
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

// Start gives the first instant at which d, or a day after it, is the day in
// z: midnight, or where the clocks jump over midnight, the moment of the jump.
// A day that a zone left out, such as 2011-12-30 in Apia, starts where the next
// one does.
func (d Date) Start(z Zone) Instant {
	// No zone is further than a day from UTC, so the day begins between lo and
	// hi, and nearly always at midnight by the offset of one of them; by the
	// greater first, which is the earlier midnight where clocks are put back.
	midnight := d.midnightUTC()
	lo, hi := midnight.Add(-26*Hour), midnight.Add(26*Hour)
	before, after := z.Offset(lo), z.Offset(hi)
	for _, offset := range []Span{max(before, after), min(before, after)} {
		t := midnight.Add(-offset)
		if d.begun(t, z) && !d.begun(t-1, z) {
			return t
		}
	}
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if d.begun(mid, z) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// begun reports whether the calendar shows d or a later day at t.
func (d Date) begun(t Instant, z Zone) bool { return DateOf(t, z).Compare(d) >= 0 }

// StretchOf gives the whole of day d in z: mostly 24 hours, 23 or 25 where the
// clocks change, nothing for a day that the zone left out. Each day's stretch
// ends where the next one's begins.
func (d Date) StretchOf(z Zone) Stretch {
	return Stretch{From: d.Start(z), To: d.AddDays(1).Start(z)}
}

// Week gives the first day of the week that d falls in, for weeks that begin
// on first.
func (d Date) Week(first time.Weekday) Date {
	since := (int(d.Weekday()) - int(first)) % 7
	return d.AddDays(-((since + 7) % 7))
}

// MarshalText gives String, and nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if d == (Date{}) {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText gives: a day there is, of the years 0 to
// 9999, or nothing.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%.20q is not a day such as 2006-01-02", text)
	}
	d.Year, d.Month, d.Day = t.Date()
	return nil
}

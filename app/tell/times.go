// Package tell puts times into words as a team reads them. It is shared by the
// screens of both programs, and knows no screen.
package tell

import (
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/words"
)

// Times tells times at one moment, in one zone. It is a value.
type Times struct {
	Now    clock.Instant
	Zone   clock.Zone
	Format browser.Format // in the same zone
}

// For gives the Times of a team's zone, by its IANA name, for this reader.
func For(now clock.Instant, zone clock.Zone, iana string) Times {
	return Times{Now: now, Zone: zone, Format: browser.Format{Locale: Locale(), Zone: iana}}
}

// Today is the day that it is.
func (t Times) Today() clock.Date { return clock.DateOf(t.Now, t.Zone) }

// When tells a time of day, with its date unless that is today.
func (t Times) When(at clock.Instant) string {
	d := clock.DateOf(at, t.Zone)
	if d == t.Today() {
		return t.Format.Time(at)
	}
	return words.T(words.DateTime, "date", t.Format.Date(d), "time", t.Format.Time(at))
}

// FromTo tells a stretch that began on day; to is 0 while it lasts. An end on
// another day says which.
func (t Times) FromTo(from, to clock.Instant, day clock.Date) string {
	if to == 0 {
		return words.T(words.CardFromTo, "from", t.Format.Time(from), "to", words.T(words.CardNow))
	}
	end := clock.DateOf(to, t.Zone)
	if end == day {
		return words.T(words.CardFromTo, "from", t.Format.Time(from), "to", t.Format.Time(to))
	}
	return words.T(words.CardNextDay, "from", t.Format.Time(from), "day", t.Format.Weekday(end), "to", t.Format.Time(to))
}

// localLayout is how a field for a local time writes it.
const localLayout = "2006-01-02T15:04"

// Local writes at as a field for a local time holds it.
func (t Times) Local(at clock.Instant) string {
	return at.Add(t.Zone.Offset(at)).Time().Format(localLayout)
}

// Instant reads what such a field holds. Of a time that is there twice, since
// the clocks were put back, it gives the first; one that was skipped is taken
// by the clock as it was before.
func (t Times) Instant(text string) (clock.Instant, bool) {
	parsed, err := time.Parse(localLayout, text[:min(len(text), len(localLayout))])
	if err != nil {
		return 0, false
	}
	wall := clock.At(parsed)
	// No zone is further than a day from UTC, and none changes twice in two.
	before, after := t.Zone.Offset(wall.Add(-26*clock.Hour)), t.Zone.Offset(wall.Add(26*clock.Hour))
	for _, offset := range []clock.Span{max(before, after), min(before, after)} {
		if at := wall.Add(-offset); t.Zone.Offset(at) == offset {
			return at, true
		}
	}
	return wall.Add(-before), true
}

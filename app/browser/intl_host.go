//go:build !js

package browser

import (
	"time"

	"timeclock/app/clock"
)

// Locale gives the language the browser is set to.
func Locale() string { return "en-GB" }

// ViewerZone gives the IANA name of the zone the device is set to.
func ViewerZone() string { return time.Local.String() }

// Zone gives the zone with that IANA name, or the viewer's when the name is
// empty or unknown.
func Zone(iana string) clock.Zone {
	loc, err := time.LoadLocation(iana)
	if err != nil || iana == "" {
		loc = time.Local
	}
	return clock.InLocation(loc)
}

// Time gives the time of day, "08:02".
func (f Format) Time(t clock.Instant) string {
	return t.Add(Zone(f.Zone).Offset(t)).Time().Format("15:04")
}

// Date gives the day without its year, "Tuesday 24 March".
func (f Format) Date(d clock.Date) string { return noon(d).Format("Monday 2 January") }

// DateYear gives the day with its year, "24 March 2026".
func (f Format) DateYear(d clock.Date) string { return noon(d).Format("2 January 2006") }

// Weekday gives the short name of the day of the week, "Tue".
func (f Format) Weekday(d clock.Date) string { return noon(d).Format("Mon") }

// Letter gives as much of the day of the week as stands under a narrow bar.
func (f Format) Letter(d clock.Date) string { return f.Weekday(d) }

func noon(d clock.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

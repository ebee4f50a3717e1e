package page

import (
	"time"

	"timeclock/app/clock"
)

// localLayout is how a field for a local time writes it.
const localLayout = "2006-01-02T15:04"

// local writes t as a field for a local time holds it, in the team's zone.
func (v view) local(t clock.Instant) string {
	return t.Add(v.zone.Offset(t)).Time().Format(localLayout)
}

// instant reads what such a field holds. Of a time that is there twice, since
// the clocks were put back, it gives the first; one that was skipped is taken
// by the clock as it was before.
func (v view) instant(text string) (clock.Instant, bool) {
	parsed, err := time.Parse(localLayout, text[:min(len(text), len(localLayout))])
	if err != nil {
		return 0, false
	}
	wall := clock.At(parsed)
	// No zone is further than a day from UTC, and none changes twice in two.
	before, after := v.zone.Offset(wall.Add(-26*clock.Hour)), v.zone.Offset(wall.Add(26*clock.Hour))
	for _, offset := range []clock.Span{max(before, after), min(before, after)} {
		if t := wall.Add(-offset); v.zone.Offset(t) == offset {
			return t, true
		}
	}
	return wall.Add(-before), true
}

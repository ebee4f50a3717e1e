package page

import (
	"timeclock/app/clock"
	"timeclock/app/tell"
)

func (v view) times() tell.Times { return tell.Times{Now: v.now, Zone: v.zone, Format: v.format} }

// when tells a time of day, with its date unless that is today.
func (v view) when(t clock.Instant) string { return v.times().When(t) }

// fromTo is tell.Times.FromTo.
func (v view) fromTo(from, to clock.Instant, day clock.Date) string {
	return v.times().FromTo(from, to, day)
}

// local writes t as a field for a local time holds it, in the team's zone.
func (v view) local(t clock.Instant) string { return v.times().Local(t) }

// instant reads what such a field holds.
func (v view) instant(text string) (clock.Instant, bool) { return v.times().Instant(text) }

package browser

import (
	"sync"
	"time"

	"timeclock/app/clock"
)

// steps is a clock.Zone over a slow source of offsets. It asks the source only
// at the ends of a day of UTC, and where these differ, at the ends of quarters
// of an hour: every zone changes its offset on such a quarter, and none twice
// in a day. Safe for concurrent use.
type steps struct {
	source func(clock.Instant) clock.Span // pure

	mu    sync.Mutex
	known map[clock.Instant]clock.Span // guarded by mu
}

const (
	quarter = clock.Instant(15 * clock.Minute)
	dayUTC  = 96 * quarter
)

func newSteps(source func(clock.Instant) clock.Span) *steps {
	return &steps{source: source, known: map[clock.Instant]clock.Span{}}
}

// Offset is how far local time is ahead of UTC at t.
func (z *steps) Offset(t clock.Instant) clock.Span {
	z.mu.Lock()
	defer z.mu.Unlock()
	day := floor(t, dayUTC)
	if first := z.at(day); first == z.at(day+dayUTC) {
		return first
	}
	return z.at(floor(t, quarter))
}

// at gives the offset at t, from memory where it was asked before.
func (z *steps) at(t clock.Instant) clock.Span {
	offset, ok := z.known[t]
	if !ok {
		offset = z.source(t)
		z.known[t] = offset
	}
	return offset
}

func floor(t, step clock.Instant) clock.Instant { return t - ((t%step)+step)%step }

// offsetIn reads the offset out of a local time written in digits, month
// first ("03/24/2026, 08:02:03"), of an instant on a whole second.
func offsetIn(local string, at clock.Instant) (clock.Span, bool) {
	var n [6]int
	field, inside := 0, false
	for _, c := range local {
		digit := c >= '0' && c <= '9'
		if inside && !digit {
			field++
		}
		inside = digit
		if !digit {
			continue
		}
		if field == len(n) {
			return 0, false
		}
		n[field] = n[field]*10 + int(c-'0')
	}
	if field < 5 || (field == 5 && !inside) {
		return 0, false
	}
	return localInstant(n).Sub(at), true
}

// localInstant takes month, day, year, hour, minute and second as if in UTC.
func localInstant(n [6]int) clock.Instant {
	return clock.At(time.Date(n[2], time.Month(n[0]), n[1], n[3], n[4], n[5], 0, time.UTC))
}

package clock

// Position is where an instant lies with respect to a stretch.
type Position int

// Before it begins; Within it; Past its end.
const (
	Before Position = iota
	Within
	Past
)

// Against tells where at lies with respect to a shift, and by how much: the
// time until it begins, the time until it ends, or the time since it ended.
func Against(shift Stretch, at Instant) (Position, Span) {
	switch {
	case at < shift.From:
		return Before, shift.From.Sub(at)
	case at < shift.To:
		return Within, shift.To.Sub(at)
	}
	return Past, at.Sub(shift.To)
}

// Against tells how much later than planned the card began and ended; negative
// is earlier. What has not happened yet is 0.
func (c Card) Against(shift Stretch) (in, out Span) {
	if c.In != nil {
		in = c.In.At.Sub(shift.From)
	}
	if c.Out != nil {
		out = c.Out.At.Sub(shift.To)
	}
	return in, out
}

// Upcoming gives the index of the shift that is on at at, of several the one
// that began last; or else of the next one to begin; or else -1.
func Upcoming(shifts []Stretch, at Instant) int {
	on, next := -1, -1
	for i, s := range shifts {
		switch {
		case s.Contains(at) && (on < 0 || s.From > shifts[on].From):
			on = i
		case s.From > at && (next < 0 || s.From < shifts[next].From):
			next = i
		}
	}
	if on >= 0 {
		return on
	}
	return next
}

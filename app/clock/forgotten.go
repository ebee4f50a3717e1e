package clock

const (
	// Overtime is how long after its shift a card may be open before it is
	// taken for forgotten.
	Overtime = 4 * Hour
	// early is how long before a shift one may clock in for it.
	early = 2 * Hour
)

// Forgotten tells whether the clock-out of a card was forgotten at now: it has
// been open for more than most; or it is more than Overtime past the end of the
// shift that the card is for, and past whatever stands on the card since. end is
// when that shift ended, as a proposal; 0 when there is none, which includes a
// shift that is not over yet, and one that the person is known to have stayed on
// after. shifts are those of the person.
func Forgotten(open Card, shifts []Stretch, now Instant, most Span) (end Instant, forgotten bool) {
	if !open.Open() {
		return 0, false
	}
	forgotten = open.OpenFor(now) > most
	shift, ok := open.shift(shifts)
	if !ok {
		return 0, forgotten
	}
	last := open.last()
	forgotten = forgotten || now.Sub(max(shift.To, last)) > Overtime
	if !forgotten || shift.To < last || shift.To > now {
		return 0, forgotten
	}
	return shift.To, true
}

// shift gives the shift that c, which has a clock-in, is for: the one that was
// on, of several the one that began last; or else the next, if it began soon.
func (c Card) shift(shifts []Stretch) (Stretch, bool) {
	i := Upcoming(shifts, c.In.At)
	if i < 0 || shifts[i].From.Sub(c.In.At) > early {
		return Stretch{}, false
	}
	return shifts[i], true
}

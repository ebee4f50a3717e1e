package words

import (
	"strconv"

	"timeclock/app/clock"
)

// Length tells a length of time in hours and minutes, cut to the minute:
// "7 h 42 min", "42 min", "8 h".
func (b *Book) Length(s clock.Span) string {
	h, m := hoursMinutes(s)
	switch {
	case h == 0:
		return b.T(LengthMinutes, "m", digits(m))
	case m == 0:
		return b.T(LengthHours, "h", digits(h))
	}
	return b.T(LengthBoth, "h", digits(h), "m", digits(m))
}

// Exact is Length for one below a minute, which it tells in seconds: "3 s".
func (b *Book) Exact(s clock.Span) string {
	if s < clock.Minute {
		return b.T(LengthSeconds, "s", digits(int64(s/clock.Second)))
	}
	return b.Length(s)
}

// Spoken is Length in whole words, for a screen reader: "7 hours 42 minutes".
func (b *Book) Spoken(s clock.Span) string {
	h, m := hoursMinutes(s)
	switch {
	case h == 0:
		return b.N(SpokenMinutes, m)
	case m == 0:
		return b.N(SpokenHours, h)
	}
	return b.T(SpokenBoth, "hours", b.N(SpokenHours, h), "minutes", b.N(SpokenMinutes, m))
}

// Ticking tells a length of time for a display that changes every second, cut
// to the second: "0:05:12".
func Ticking(s clock.Span) string {
	s = max(0, s)
	return digits(int64(s/clock.Hour)) + ":" + two(s/clock.Minute%60) + ":" + two(s/clock.Second%60)
}

// Size tells how much room something takes: "40 kB", "3.1 MB".
func (b *Book) Size(bytes int64) string {
	const kilo, mega = 1000, 1_000_000
	if bytes < mega {
		return b.T(SizeKilo, "n", digits((bytes+kilo-1)/kilo))
	}
	tenths := bytes / (mega / 10)
	figure := digits(tenths / 10)
	if rest := tenths % 10; rest != 0 {
		figure += b.T(Decimal) + digits(rest)
	}
	return b.T(SizeMega, "n", figure)
}

// hoursMinutes cuts a length to the minute. A negative one has none: a screen
// never counts backwards because two clocks disagree by a moment.
func hoursMinutes(s clock.Span) (h, m int64) {
	s = max(0, s)
	return int64(s / clock.Hour), int64(s / clock.Minute % 60)
}

func two(n clock.Span) string {
	if n < 10 {
		return "0" + digits(int64(n))
	}
	return digits(int64(n))
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

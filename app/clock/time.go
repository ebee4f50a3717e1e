package clock

import "time"

// Instant is a point in time: milliseconds since 1970-01-01T00:00:00Z. The
// zero Instant means "not known" wherever an Instant may be missing.
type Instant int64

// Span is a length of time in milliseconds. It may be negative.
type Span int64

// The usual lengths of time. A day is not among them: it may have 23 or 25
// hours.
const (
	Second Span = 1000
	Minute      = 60 * Second
	Hour        = 60 * Minute
)

// At gives the Instant of t, cut to the millisecond.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time gives i as a time.Time in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Add gives the instant that lies s later.
func (i Instant) Add(s Span) Instant { return i + Instant(s) }

// Sub gives the time from j to i.
func (i Instant) Sub(j Instant) Span { return Span(i - j) }

// Of gives d as a Span, cut to the millisecond.
func Of(d time.Duration) Span { return Span(d.Milliseconds()) }

// Duration gives s as a time.Duration.
func (s Span) Duration() time.Duration { return time.Duration(s) * time.Millisecond }

// Abs gives the length of s without its sign.
func (s Span) Abs() Span { return max(s, -s) }

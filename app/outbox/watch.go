package outbox

import (
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// How honest a time is.
const (
	// Drift is how far a device's monotonic clock may run off: 50 parts in a
	// million, the worst of common quartz.
	Drift = 50e-6
	// DeviceBound is how far the time of a device that nobody has checked is
	// assumed to be off. It is an assumption, and such a press says so by its
	// Trust.
	DeviceBound = 2 * clock.Minute
	// MovedBy is by how much the device's clock must run ahead of its
	// monotonic one before an anchor is no longer believed.
	MovedBy = 2 * clock.Second
)

// Stamp is a time and what stands behind it: the true time lies within
// ±Bound of At.
type Stamp struct {
	At    clock.Instant
	Bound clock.Span
	Trust wire.Trust
	Own   clock.Instant // what the device's own clock said
}

// Watch tells the server's time. It carries the time of an answer forward by
// the device's monotonic clock, which nobody can set, and widens the bound as
// the answer ages. Without an answer it falls back on the device's own clock
// and says so. It lives and dies with the page. Safe for concurrent use.
type Watch struct {
	mono func() time.Duration
	date func() clock.Instant

	mu     sync.Mutex
	anchor anchor // guarded by mu
}

// anchor ties the three clocks together at one moment.
type anchor struct {
	set    bool
	server clock.Instant
	bound  clock.Span
	mono   time.Duration
	date   clock.Instant
}

// NewWatch makes a Watch over the device's monotonic clock and its own time.
func NewWatch(mono func() time.Duration, date func() clock.Instant) *Watch {
	return &Watch{mono: mono, date: date}
}

// Sample learns from an answer in which the server gave its time: sent and
// received are readings of the monotonic clock around the request. The server
// read its clock somewhere between, so the middle is right within half the
// way. A sample that says less than what is known is passed over.
func (w *Watch) Sample(sent, received time.Duration, server clock.Instant) {
	if server <= 0 || received < sent {
		return
	}
	half := clock.Of((received - sent) / 2)
	now, date := w.mono(), w.date()
	next := anchor{
		set:    true,
		server: server.Add(half + clock.Of(now-received)),
		bound:  half + 1, // 1: both clocks are cut to the millisecond
		mono:   now,
		date:   date,
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if old := w.anchor.read(now, date); old.Trust == wire.Anchored && old.Bound < next.bound && old.agrees(next) {
		return
	}
	w.anchor = next
}

// agrees reports whether the two can both be true.
func (s Stamp) agrees(a anchor) bool { return s.At.Sub(a.server).Abs() <= s.Bound+a.bound }

// Stamp gives the present time with its bound.
func (w *Watch) Stamp() Stamp {
	mono, date := w.mono(), w.date()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.anchor.read(mono, date)
}

// Date gives the device's own time, right or wrong.
func (w *Watch) Date() clock.Instant { return w.date() }

// Now gives the present time by the best means there are.
func (w *Watch) Now() clock.Instant { return w.Stamp().At }

// read carries a forward to a moment. If the device's clock ran ahead of the
// monotonic one, either it was set or the device slept and the monotonic clock
// stood still: nothing tells which, so the bound covers both. If it ran
// behind, it was set back, and the monotonic clock is right.
//
// BUG: a clock set back by as much as the device slept goes unnoticed.
func (a anchor) read(mono time.Duration, date clock.Instant) Stamp {
	if !a.set {
		return Stamp{At: date, Bound: DeviceBound, Trust: wire.Device, Own: date}
	}
	age := mono - a.mono
	bound := a.bound + clock.Of(time.Duration(float64(age)*Drift))
	at := a.server.Add(clock.Of(age))
	ahead := max(0, date.Sub(a.date)-clock.Of(age))
	if ahead > MovedBy {
		return Stamp{At: at.Add(ahead), Bound: bound + ahead, Trust: wire.Device, Own: date}
	}
	return Stamp{At: at, Bound: bound + ahead, Trust: wire.Anchored, Own: date}
}

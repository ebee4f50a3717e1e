package outbox

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// hands are the clocks of a device, moved by hand. The true time is mono past
// an epoch, plus what the device slept.
type hands struct {
	mono  time.Duration
	slept time.Duration
	set   clock.Span // by how much the device's own clock is wrong
}

const epoch clock.Instant = 1_790_000_000_000

func (h *hands) truth() clock.Instant { return epoch.Add(clock.Of(h.mono + h.slept)) }
func (h *hands) date() clock.Instant  { return h.truth().Add(h.set) }

func (h *hands) watch() *Watch {
	return NewWatch(func() time.Duration { return h.mono }, h.date)
}

// sample asks the server the time; the ways there and back take so long.
func (h *hands) sample(w *Watch, there, back time.Duration) {
	sent := h.mono
	h.mono += there
	server := h.truth()
	h.mono += back
	w.Sample(sent, h.mono, server)
}

func (s Stamp) holds(truth clock.Instant) bool { return s.At.Sub(truth).Abs() <= s.Bound }

func TestWithoutAnAnswerTheDeviceIsTrustedAndSaysSo(t *testing.T) {
	h := &hands{set: 90 * clock.Second}
	if got := h.watch().Stamp(); got != (Stamp{At: h.date(), Bound: DeviceBound, Trust: wire.Device, Own: h.date()}) {
		t.Errorf("Stamp = %+v, want the device's time", got)
	}
}

func TestAnAnswerAnchorsTheTime(t *testing.T) {
	h := &hands{set: -3 * clock.Hour}
	w := h.watch()
	h.sample(w, 80*time.Millisecond, 20*time.Millisecond)
	got := w.Stamp()
	if got.Trust != wire.Anchored || got.Bound > 55 || !got.holds(h.truth()) {
		t.Errorf("Stamp after an answer in 100 ms = %+v, truth %d; want anchored within 51 ms", got, h.truth())
	}
	h.mono += time.Hour
	if later := w.Stamp(); later.Bound < 180 || later.Bound > 300 || !later.holds(h.truth()) {
		t.Errorf("Stamp an hour later = %+v, want a bound grown by 180 ms", later)
	}
}

func TestAWorseAnswerIsPassedOver(t *testing.T) {
	h := &hands{}
	w := h.watch()
	h.sample(w, 10*time.Millisecond, 10*time.Millisecond)
	h.sample(w, 0, 8*time.Second)
	if got := w.Stamp(); got.Bound > 100 {
		t.Errorf("bound after a slow answer = %d ms, want the better one kept", got.Bound)
	}
	h.mono += 100 * time.Hour
	h.sample(w, 100*time.Millisecond, 100*time.Millisecond)
	if got := w.Stamp(); got.Bound > 200 {
		t.Errorf("bound after a new answer = %d ms, want the new one taken", got.Bound)
	}
}

func TestMovedClock(t *testing.T) {
	for name, row := range map[string]struct {
		move  func(*hands)
		trust wire.Trust
		bound clock.Span
	}{
		"put forward an hour": {func(h *hands) { h.set += clock.Hour }, wire.Device, clock.Hour + 100},
		"put back an hour":    {func(h *hands) { h.set -= clock.Hour }, wire.Anchored, 100},
		"asleep for an hour":  {func(h *hands) { h.slept += time.Hour }, wire.Device, clock.Hour + 100},
		"corrected by 1 s":    {func(h *hands) { h.set += clock.Second }, wire.Anchored, clock.Second + 100},
	} {
		h := &hands{}
		w := h.watch()
		h.sample(w, 10*time.Millisecond, 10*time.Millisecond)
		row.move(h)
		got := w.Stamp()
		if got.Trust != row.trust || got.Bound > row.bound || !got.holds(h.truth()) {
			t.Errorf("%s: Stamp = %+v, truth %d; want %s within %d", name, got, h.truth(), row.trust, row.bound)
		}
		h.sample(w, 10*time.Millisecond, 10*time.Millisecond)
		if got := w.Stamp(); got.Trust != wire.Anchored || got.Bound > 100 || !got.holds(h.truth()) {
			t.Errorf("%s: Stamp after a new answer = %+v, want anchored anew", name, got)
		}
	}
}

func TestStampsOfAnAnchoredWatchAreRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &hands{set: clock.Span(rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "wrong by"))}
		w := h.watch()
		way := rapid.IntRange(0, 20_000)
		h.sample(w, time.Duration(way.Draw(t, "there"))*time.Millisecond, time.Duration(way.Draw(t, "back"))*time.Millisecond)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				h.sample(w, time.Duration(way.Draw(t, "there"))*time.Millisecond, time.Duration(way.Draw(t, "back"))*time.Millisecond)
			case 1:
				h.set += clock.Span(rapid.IntRange(0, 10_000_000).Draw(t, "moved"))
			case 2:
				h.slept += time.Duration(rapid.IntRange(0, 100_000).Draw(t, "slept")) * time.Second
			default:
				h.mono += time.Duration(rapid.IntRange(0, 100_000).Draw(t, "passed")) * time.Second
			}
			if got := w.Stamp(); !got.holds(h.truth()) {
				t.Fatalf("Stamp = %+v, truth %d", got, h.truth())
			}
		}
	})
}

//go:build !js

package browser

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"timeclock/app/clock"
)

// local writes t as Intl.DateTimeFormat does with the options of an offset.
func local(t clock.Instant, loc *time.Location) string {
	return t.Time().In(loc).Format("01/02/2006, 15:04:05")
}

func zoneOf(t interface{ Fatalf(string, ...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("LoadLocation(%q) = %v", name, err)
	}
	return loc
}

func TestOffsetsAgreeWithTheZoneDatabase(t *testing.T) {
	names := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham",
		"Asia/Tehran", "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "UTC"}
	first := clock.At(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	last := clock.At(time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC))
	rapid.Check(t, func(t *rapid.T) {
		loc := zoneOf(t, rapid.SampledFrom(names).Draw(t, "zone"))
		z := newSteps(func(at clock.Instant) clock.Span {
			offset, ok := offsetIn(local(at, loc), at)
			if !ok {
				t.Fatalf("offsetIn(%q) failed", local(at, loc))
			}
			return offset
		})
		want := clock.InLocation(loc)
		for range 50 {
			at := clock.Instant(rapid.Int64Range(int64(first), int64(last)).Draw(t, "at"))
			if got := z.Offset(at); got != want.Offset(at) {
				t.Fatalf("%v: Offset(%v) = %v, want %v", loc, at.Time(), got, want.Offset(at))
			}
		}
	})
}

func TestOffsetsChangeToTheMillisecond(t *testing.T) {
	for name, change := range map[string]time.Time{
		"Europe/Berlin":       time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
		"Australia/Lord_Howe": time.Date(2026, 4, 4, 15, 0, 0, 0, time.UTC),
		"America/New_York":    time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC),
	} {
		loc := zoneOf(t, name)
		calls := 0
		z := newSteps(func(at clock.Instant) clock.Span {
			calls++
			offset, _ := offsetIn(local(at, loc), at)
			return offset
		})
		at := clock.At(change)
		for _, i := range []clock.Instant{at - 1, at, at + 1} {
			if got, want := z.Offset(i), clock.InLocation(loc).Offset(i); got != want {
				t.Errorf("%s: Offset(change%+d) = %v, want %v", name, i-at, got, want)
			}
		}
		if z.Offset(at-1) == z.Offset(at) {
			t.Errorf("%s: no change at %v", name, change)
		}
		if calls > 8 {
			t.Errorf("%s: %d questions for 5 offsets", name, calls)
		}
	}
}

func TestOffsetInRefusesWhatIsNoTime(t *testing.T) {
	for _, s := range []string{"", "Invalid Date", "03/24/2026", "03/24/2026, 08:02", "1/2/3/4/5/6/7"} {
		if got, ok := offsetIn(s, 0); ok {
			t.Errorf("offsetIn(%q) = %v, true; want false", s, got)
		}
	}
	if got, ok := offsetIn("03/24/2026, 08:02:03", clock.At(time.Date(2026, 3, 24, 7, 2, 3, 0, time.UTC))); !ok || got != clock.Hour {
		t.Errorf("offsetIn = %v, %v; want one hour", got, ok)
	}
}

func TestFormat(t *testing.T) {
	f := Format{Locale: "en-GB", Zone: "Europe/Berlin"}
	at := clock.At(time.Date(2026, 3, 24, 7, 2, 0, 0, time.UTC))
	d := clock.DateOf(at, Zone("Europe/Berlin"))
	for got, want := range map[string]string{
		f.Time(at): "08:02", f.Date(d): "Tuesday 24 March", f.DateYear(d): "24 March 2026", f.Weekday(d): "Tue",
	} {
		if got != want {
			t.Errorf("Format gives %q, want %q", got, want)
		}
	}
}

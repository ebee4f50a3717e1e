package main

import (
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// Somebody is about to end a break that is too short. The clock says so beside
// the button, and takes the press all the same.
func TestJourneyOfAShortBreak(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			now := time.Now().UTC().Truncate(time.Millisecond)
			event := func(before time.Duration) tenant.Event { return tenant.Event{At: now.Add(-before)} }
			in := event(7*time.Hour + 20*time.Minute)
			err := b.Sandbox.Tenant.Seed([]tenant.Card{{
				ID: openCard, Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna), Created: in.At, Modified: in.At, In: &in,
				Breaks: []tenant.Break{{ID: "BRK_0b1ec7ed-0000-4000-8000-00000000b4ea", Start: event(12*time.Minute + 5*time.Second)}},
			}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			tb := browse(t, b, s)
			tb.signIn(sandbox.Anna)
			tb.state(clock.OnBreak)
			if main := tb.text("main"); !strings.Contains(main, "Back to work now – Break of 12 min, 30 min due") {
				t.Errorf("on a break of 12 minutes after 7 hours the clock says\n%s", main)
			}
			tb.look("short-break")
			tb.press(clock.EndBreak)
			tb.state(clock.In)
			if main := tb.text("main"); !strings.Contains(main, "Clock out now – Break of 12 min, 30 min due") {
				t.Errorf("back at work the clock says\n%s", main)
			}
			tb.look("short-break-over")
		})
	}
}

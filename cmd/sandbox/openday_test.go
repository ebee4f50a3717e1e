package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// openCard is the card that was not made by the product.
const openCard = "TCK_0b1ec7ed-0000-4000-8000-00000000ca4d"

// seedOpen puts a card on Anna's name that is still open, with a break of
// half an hour an hour after it began.
func seedOpen(t *testing.T, b *box, began time.Time) {
	t.Helper()
	event := func(at time.Time) *tenant.Event { return &tenant.Event{At: at.UTC().Truncate(time.Millisecond)} }
	pause := tenant.Break{ID: "BRK_0b1ec7ed-0000-4000-8000-00000000b4ea", Start: *event(began.Add(time.Hour)), End: event(began.Add(90 * time.Minute))}
	err := b.Sandbox.Tenant.Seed([]tenant.Card{{
		ID: openCard, Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna),
		Created: began, Modified: began, In: event(began), Breaks: []tenant.Break{pause},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// Somebody opens the clock in the middle of a day that began elsewhere. The
// pictures it leaves are those of the README and, as JPEG, of web/shots.
func TestJourneyIntoADayUnderWay(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	seedOpen(t, b, time.Now().Add(-3*time.Hour-12*time.Minute))
	for _, s := range []screen{phone, desk} {
		t.Run(s.name, func(t *testing.T) { browse(t, b, s).dayUnderWay() })
	}
}

func (tb *tab) dayUnderWay() {
	t := tb.t
	tb.signIn(sandbox.Anna)
	tb.state(clock.In)
	main := tb.text("main")
	for _, want := range []string{"2:42:", "2 hours 42 minutes"} {
		if !strings.Contains(main, want) {
			t.Errorf("after 3 h 12 min with a break of 30 the clock does not show %q:\n%s", want, main)
		}
	}
	if dir := os.Getenv("TIMECLOCK_SCREENSHOTS"); dir != "" {
		name := "clock.png"
		if tb.size == desk {
			name = "clock-wide.png"
		}
		tb.shoot(filepath.Join(dir, name))
	}
}

package sandbox_test

import (
	"testing"
	"time"

	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// TestCrowd: the large team has people, work gone by, and a day that is under way;
// without one nobody else changes.
func TestCrowd(t *testing.T) {
	where := stockholm(t)
	for _, n := range []int{1, 40, 1000} {
		now := time.Date(2026, 9, 16, 14, 40, 0, 0, where)
		box := start(t, sandbox.Options{Seed: true, Crowd: n, Now: on(now)})
		states, names, forgotten := map[tenant.State]int{}, map[string]bool{}, 0
		for _, c := range box.Tenant.Cards(sandbox.FerryLanding) {
			if c.State() != tenant.ClockedOut {
				states[c.State()]++
			} else if c.In.At.After(now.Add(-12 * time.Hour)) {
				states[tenant.ClockedOut]++
			}
			if c.In.At.After(now) || c.Out != nil && c.Out.At.After(now) {
				t.Errorf("card %s is of the future: %v–%v", c.ID, c.In, c.Out)
			}
			if c.Out == nil && now.Sub(c.In.At) > 16*time.Hour {
				forgotten++
			}
		}
		for _, p := range box.People {
			names[p.Name+p.OID] = true
		}
		if len(names) != 9+1+n || len(box.Teams) != 5 {
			t.Errorf("%d people in %d teams, want ten and %d in 5", len(names), len(box.Teams), n)
		}
		if n >= 40 && (states[tenant.ClockedIn] < n/5 || states[tenant.OnBreak] == 0 || states[tenant.ClockedOut] == 0 || forgotten != 1) {
			t.Errorf("of %d: %v, %d forgotten; want a day under way", n, states, forgotten)
		}
		if n == 40 {
			whole := start(t, sandbox.Options{Seed: true, Now: on(now)}).Tenant.Cards("")
			if got := len(box.Tenant.Cards("")) - len(box.Tenant.Cards(sandbox.FerryLanding)); got != len(whole) {
				t.Errorf("beside a crowd the others have %d cards, want %d", got, len(whole))
			}
		}
	}
}

package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

// Claims is what every journal.Claims must pass. open gives one without claims.
func Claims(t *testing.T, open func(t *testing.T) journal.Claims) {
	t.Run("a claim is one owner's until it ends", func(t *testing.T) {
		c := open(t)
		for _, row := range []struct {
			owner      string
			now, until clock.Instant
			want       bool
		}{
			{"a", 100, 200, true},
			{"b", 150, 250, false},
			{"a", 150, 300, true}, // prolonged
			{"b", 299, 400, false},
			{"b", 300, 400, true}, // over
			{"a", 350, 500, false},
		} {
			wantClaim(t, c, "anna", row.owner, row.now, row.until, row.want)
		}
		wantClaim(t, c, "ben", "a", 350, 500, true)
	})
	t.Run("a release is the owner's alone", func(t *testing.T) {
		c := open(t)
		wantClaim(t, c, "anna", "a", 100, 200, true)
		release(t, c, "anna", "b")
		wantClaim(t, c, "anna", "b", 110, 210, false)
		release(t, c, "anna", "a")
		wantClaim(t, c, "anna", "b", 110, 210, true)
		release(t, c, "nobody", "a")
	})
	t.Run("of many claiming at once, one holds", func(t *testing.T) {
		c := open(t)
		var wg sync.WaitGroup
		held := make(chan string, 16)
		for i := range cap(held) {
			wg.Go(func() {
				owner := fmt.Sprint("owner-", i)
				ok, err := c.Claim(context.Background(), "anna", owner, 100, 200)
				if err != nil {
					t.Errorf("Claim = %v", err)
				} else if ok {
					held <- owner
				}
			})
		}
		wg.Wait()
		if len(held) != 1 {
			t.Errorf("%d hold the claim, want 1", len(held))
		}
	})
}

func wantClaim(t *testing.T, c journal.Claims, person, owner string, now, until clock.Instant, want bool) {
	t.Helper()
	if got, err := c.Claim(t.Context(), person, owner, now, until); err != nil || got != want {
		t.Errorf("Claim(%s, %s, at %d until %d) = %v, %v; want %v", person, owner, now, until, got, err, want)
	}
}

func release(t *testing.T, c journal.Claims, person, owner string) {
	t.Helper()
	if err := c.Release(t.Context(), person, owner); err != nil {
		t.Errorf("Release(%s, %s) = %v", person, owner, err)
	}
}

package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// passes starts one caller for each ask, in order, and tells when each passed,
// counted from the start.
func passes(t *testing.T, b Budget, asks ...Ask) []time.Duration {
	t.Helper()
	began := time.Now()
	passed := make([]time.Duration, len(asks))
	var all sync.WaitGroup
	for i, a := range asks {
		all.Go(func() {
			if err := b.Wait(t.Context(), a); err != nil {
				t.Errorf("Wait(%+v): %v", a, err)
			}
			passed[i] = time.Since(began)
		})
		synctest.Wait()
	}
	all.Wait()
	return passed
}

// densest gives the most that passed within any one second.
func densest(passed []time.Duration) int {
	slices.Sort(passed)
	most := 0
	for i, from := range passed {
		n := 0
		for _, at := range passed[i:] {
			if at < from+time.Second {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func repeat(n int, a Ask) []Ask { return slices.Repeat([]Ask{a}, n) }

func TestBudgetOfOneTeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		passed := passes(t, b, repeat(10, Ask{Team: "a", Class: Read})...)
		want := []time.Duration{0, 0, 0, 0, 1, 1, 1, 1, 2, 2}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(passed, want) {
			t.Errorf("10 calls of a team passed at %v, want %v", passed, want)
		}
	})
}

func TestBudgetOfTheTenant(t *testing.T) {
	for class, limit := range map[Class]int{Read: 30, Write: 30, Delete: 15} {
		t.Run(class.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asks []Ask
				for i := range 2*limit + 5 {
					asks = append(asks, Ask{Team: fmt.Sprint(i), Class: class})
				}
				passed := passes(t, NewBuckets(), asks...)
				if got := densest(passed); got != limit {
					t.Errorf("%d calls passed within a second, want %d", got, limit)
				}
				if last := slices.Max(passed); last != 2*time.Second {
					t.Errorf("the last passed after %v, want 2s", last)
				}
			})
		})
	}
}

func TestBudgetNeverExceedsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		var passed []time.Duration
		began := time.Now()
		for i := range 40 {
			time.Sleep(time.Duration(i*37%400) * time.Millisecond)
			if err := b.Wait(t.Context(), Ask{Team: "a", Class: Class(i % 3)}); err != nil {
				t.Fatal(err)
			}
			passed = append(passed, time.Since(began))
		}
		if got := densest(passed); got > teamLimit {
			t.Errorf("%d calls of a team passed within a second, want at most %d", got, teamLimit)
		}
	})
}

func TestPressesPassFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asks := append(repeat(8, Ask{Team: "a", Class: Read}), Ask{Team: "a", Class: Write, Urgent: true})
		passed := passes(t, NewBuckets(), asks...)
		if got := passed[8]; got != time.Second {
			t.Errorf("the press that came last passed after %v, want 1s", got)
		}
		if got := passed[7]; got != 2*time.Second {
			t.Errorf("the read before it passed after %v, want 2s", got)
		}
	})
}

func TestWhoHasWaitedLongestPassesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Minute)
		asks := repeat(12, Ask{Team: "a", Class: Write, Urgent: true})
		asks[10].Since = time.Now().Add(-20 * time.Second)
		asks[11].Since = time.Now().Add(-30 * time.Second)
		passed := passes(t, NewBuckets(), asks...)
		if passed[10] != time.Second || passed[11] != time.Second || passed[6] != 2*time.Second {
			t.Errorf("those who waited since before passed after %v, another after %v; want 1s, and 2s", passed[10:], passed[6])
		}
	})
}

// TestCallsThatPassTogether: a read and a write that follow each other count
// for the team twice, and once for each class.
func TestCallsThatPassTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		edit := Ask{Team: "a", Class: Write, Reads: 1}
		passed := passes(t, NewBuckets(), edit, edit, edit, Ask{Team: "a", Class: Read})
		want := []time.Duration{0, 0, time.Second, time.Second}
		if !slices.Equal(passed, want) {
			t.Errorf("passed at %v, want %v", passed, want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var asks []Ask
		for i := range readLimit {
			asks = append(asks, Ask{Team: fmt.Sprint(i), Class: Write, Reads: 1})
		}
		asks = append(asks, Ask{Team: "b", Class: Read}, Ask{Team: "c", Class: Write})
		if passed := passes(t, NewBuckets(), asks...); passed[readLimit-1] != 0 || passed[readLimit] != time.Second || passed[readLimit+1] != time.Second {
			t.Errorf("a read and a write after as many edits as pass in a second passed at %v", passed[readLimit-1:])
		}
	})
}

func TestPressesPassFirstAcrossTeams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks []Ask
		for i := range 40 {
			asks = append(asks, Ask{Team: fmt.Sprint("t", i), Class: Read})
		}
		asks = append(asks, Ask{Team: "a", Class: Read, Urgent: true})
		if passed := passes(t, NewBuckets(), asks...); passed[40] != time.Second || passed[38] != time.Second || passed[39] != time.Second {
			t.Errorf("urgent passed after %v, the last reads after %v", passed[40], passed[38:40])
		}
	})
}

func TestHeldTeamKeepsNoOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		b.Hold("a", time.Now().Add(10*time.Second))
		asks := append(repeat(40, Ask{Team: "a", Class: Read, Urgent: true}), Ask{Team: "b", Class: Read}, Ask{Class: Read})
		passed := passes(t, b, asks...)
		if passed[0] != 10*time.Second {
			t.Errorf("the held team passed after %v, want 10s", passed[0])
		}
		if passed[40] != 0 || passed[41] != 0 {
			t.Errorf("others passed after %v and %v, want at once", passed[40], passed[41])
		}
	})
}

// TestReadsDoNotTakeThePlaceOfAPress: a press waits for the tenant's writes,
// its team has room, and reads of the team come meanwhile.
func TestReadsDoNotTakeThePlaceOfAPress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		for i := range writeLimit {
			if err := b.Wait(t.Context(), Ask{Team: fmt.Sprint(i), Class: Write}); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		time.AfterFunc(900*time.Millisecond, func() {
			passes(t, b, repeat(teamLimit, Ask{Team: "a", Class: Read})...)
		})
		if err := b.Wait(t.Context(), Ask{Team: "a", Class: Write, Urgent: true}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("the press passed after %v, want 1s", took)
		}
		time.Sleep(2 * time.Second)
	})
}

// TestOrderWithinATeam: reads wait for the tenant's, and a write of the same
// team that came later stays behind them.
func TestOrderWithinATeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks []Ask
		for i := range readLimit {
			asks = append(asks, Ask{Team: fmt.Sprint("t", i), Class: Read})
		}
		asks = append(asks, repeat(teamLimit+1, Ask{Team: "a", Class: Read})...)
		asks = append(asks, Ask{Team: "a", Class: Write})
		passed := passes(t, NewBuckets(), asks...)[readLimit:]
		want := []time.Duration{1, 1, 1, 1, 2, 2}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(passed, want) {
			t.Errorf("calls of the team passed at %v, want %v", passed, want)
		}
	})
}

func TestHoldIsNotShortened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		b.Hold("", time.Now().Add(3*time.Second))
		b.Hold("", time.Now().Add(time.Second))
		if passed := passes(t, b, Ask{Class: Read}); passed[0] != 3*time.Second {
			t.Errorf("passed after %v, want 3s", passed[0])
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		passes(t, b, repeat(4, Ask{Team: "a", Class: Read})...)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := b.Wait(ctx, Ask{Team: "a", Class: Write, Urgent: true})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 300*time.Millisecond {
			t.Errorf("Wait = %v after %v, want deadline exceeded after 300ms", err, time.Since(began))
		}
		if err := b.Wait(ctx, Ask{Team: "b", Class: Read}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait with an ended context = %v, want deadline exceeded", err)
		}
		// Who left took no place: all four of the next second are there.
		if passed := passes(t, b, repeat(4, Ask{Team: "a", Class: Read})...); passed[3] != 700*time.Millisecond {
			t.Errorf("four more passed until %v, want 700ms", passed[3])
		}
	})
}

func TestWaitDoesNotWaitForAHoldInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		until := time.Now().Add(time.Minute)
		b.Hold("a", until)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		err := b.Wait(ctx, Ask{Team: "a", Class: Write})
		var held *HeldError
		if !errors.As(err, &held) || !held.Until.Equal(until) || time.Since(began) != 0 {
			t.Errorf("Wait = %v after %v, want *HeldError at once", err, time.Since(began))
		}
	})
}

func TestBudgetForgetsTeamsThatRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuckets()
		b.Hold("held", time.Now().Add(time.Hour))
		for i := range 3 * manyTeams {
			if err := b.Wait(t.Context(), Ask{Team: fmt.Sprint(i), Class: Class(i % 3)}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(b.teams); n > manyTeams+1 {
			t.Errorf("%d teams are remembered, want at most %d", n, manyTeams+1)
		}
		if b.teams["held"] == nil {
			t.Error("a team that is held was forgotten")
		}
	})
}

package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"timeclock/server/graph"
	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
)

func budgets(t *testing.T, n int) []*postgres.Budget {
	t.Helper()
	url := postgrestest.Database(t)
	all := make([]*postgres.Budget, n)
	for i := range all {
		all[i] = postgres.NewBudget(open(t, url), slog.New(slog.DiscardHandler))
	}
	return all
}

func TestReplicasShareTheBudgetOfATeam(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ask    graph.Ask
		calls  int
		second int // how many of them pass in one
	}{
		{"writes", graph.Ask{Team: "cafe", Class: graph.Write}, 24, 4},
		{"reads and writes together", graph.Ask{Team: "cafe", Class: graph.Write, Reads: 1}, 12, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			passed := compete(t, budgets(t, 3), tt.ask, tt.calls)
			// However slow this machine is, a call is never seen before its moment.
			const rounding = 5 * time.Millisecond
			for i, after := range passed {
				if earliest := time.Duration(i/tt.second) * time.Second; after < earliest-rounding {
					t.Errorf("call %d passed after %s, want %s at least", i+1, after, earliest)
				}
			}
		})
	}
}

// compete has replicas ask so often at once, and tells when each call passed.
func compete(t *testing.T, replicas []*postgres.Budget, ask graph.Ask, calls int) []time.Duration {
	t.Helper()
	var mu sync.Mutex
	var passed []time.Duration
	var wg sync.WaitGroup
	begun := time.Now()
	for i := range calls {
		wg.Go(func() {
			if err := replicas[i%len(replicas)].Wait(context.Background(), ask); err != nil {
				t.Errorf("Wait = %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			passed = append(passed, time.Since(begun))
		})
	}
	wg.Wait()
	slices.Sort(passed)
	return passed
}

func TestTeamsDoNotWaitForEachOther(t *testing.T) {
	b := budgets(t, 1)[0]
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	b.Hold("held", time.Now().Add(time.Minute))
	for range 4 {
		if err := b.Wait(ctx, graph.Ask{Team: "cafe", Class: graph.Read}); err != nil {
			t.Errorf("Wait for a team that is not held = %v", err)
		}
	}
	var held *graph.HeldError
	if err := b.Wait(ctx, graph.Ask{Team: "held", Class: graph.Read}); !errors.As(err, &held) {
		t.Errorf("Wait for the held team = %v, want HeldError", err)
	}
}

func TestAHoldIsToldToTheOtherReplicas(t *testing.T) {
	replicas := budgets(t, 2)
	replicas[0].Hold("cafe", time.Now().Add(time.Hour))
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		err := replicas[1].Wait(ctx, graph.Ask{Team: "cafe", Class: graph.Write})
		cancel()
		if held := (*graph.HeldError)(nil); errors.As(err, &held) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the other replica's call: %v, want HeldError", err)
		}
	}
}

func TestWithoutItsDatabaseAReplicaGoesByItself(t *testing.T) {
	url := postgrestest.Database(t)
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	b := postgres.NewBudget(db, slog.New(slog.DiscardHandler))
	db.Close()
	if err := b.Wait(t.Context(), graph.Ask{Team: "cafe", Class: graph.Write}); err != nil {
		t.Errorf("Wait without a database = %v, want to pass", err)
	}
}

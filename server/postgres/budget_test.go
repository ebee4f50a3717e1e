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
	replicas := budgets(t, 3)
	var mu sync.Mutex
	var passed []time.Time
	var wg sync.WaitGroup
	begun := time.Now()
	for i := range 24 {
		wg.Go(func() {
			if err := replicas[i%len(replicas)].Wait(context.Background(), graph.Ask{Team: "cafe", Class: graph.Write}); err != nil {
				t.Errorf("Wait = %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			passed = append(passed, time.Now())
		})
	}
	wg.Wait()
	slices.SortFunc(passed, time.Time.Compare)
	// However slow this machine is, a call is never seen before its moment.
	const rounding = 5 * time.Millisecond
	for i, at := range passed {
		if earliest := time.Duration(i/4) * time.Second; at.Sub(begun) < earliest-rounding {
			t.Errorf("call %d passed after %s, want %s at least", i+1, at.Sub(begun), earliest)
		}
	}
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

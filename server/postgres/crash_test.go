package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
)

// TestAcknowledgedPressesOutliveACrash lets the database fail under load and
// looks for every press that was said to be kept. The same pool then works on.
func TestAcknowledgedPressesOutliveACrash(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	server, err := postgrestest.Start(ctx)
	postgrestest.Available(t, err)
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	url, err := server.Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	store := postgres.Journal{DB: open(t, url)}
	kept := make(chan string, 100_000)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() { acceptUntilItFails(ctx, store, fmt.Sprint("worker-", w), kept) })
	}
	for len(kept) < 200 {
		time.Sleep(time.Millisecond)
	}
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	close(kept)
	if err := store.DB.Ping(ctx); err == nil {
		t.Error("Ping of a database that is down = nil")
	}
	if err := server.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if err := store.DB.Ping(ctx); err != nil {
		t.Errorf("Ping after the restart: %v", err)
	}
	n := 0
	for id := range kept {
		n++
		if _, err := store.Entry(ctx, id); err != nil {
			t.Errorf("press %s was acknowledged and is gone: %v", id, err)
		}
	}
	t.Logf("%d presses were acknowledged before the crash", n)
}

func acceptUntilItFails(ctx context.Context, s journal.Store, device string, kept chan<- string) {
	for seq := int64(1); ; seq++ {
		e := journal.Entry{Punch: wire.Punch{ID: fmt.Sprint(device, "-", seq), Device: device, Seq: seq}, Status: wire.Accepted}
		if _, _, err := s.Accept(ctx, e); err != nil {
			return
		}
		kept <- e.ID
	}
}

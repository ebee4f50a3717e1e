package postgres_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/watch"
)

// ear writes down what a replica hears of one topic: "key news", or "key!" for
// what was missed.
type ear struct {
	t     *testing.T
	heard chan string
}

// wants waits for exactly these, in this order.
func (e ear) wants(what ...string) {
	e.t.Helper()
	for _, want := range what {
		select {
		case got := <-e.heard:
			if got != want {
				e.t.Errorf("heard %.100q, want %.100q", got, want)
			}
		case <-time.After(30 * time.Second):
			e.t.Fatalf("heard nothing, want %.100q", want)
		}
	}
}

// until waits for what, whatever comes before.
func (e ear) until(what string) {
	e.t.Helper()
	for {
		select {
		case got := <-e.heard:
			if got == what {
				return
			}
		case <-time.After(30 * time.Second):
			e.t.Fatalf("never heard %q", what)
		}
	}
}

// replica is a relay at work, and what it hears of the topic "presses". It has
// begun to listen.
func replica(t *testing.T, url string) (*postgres.Relay, ear) {
	t.Helper()
	r := postgres.NewRelay(open(t, url), slog.New(slog.NewTextHandler(io.Discard, nil)))
	e := ear{t, make(chan string, 100_000)}
	r.Subscribe("presses", watch.Subscriber{
		Heard:  func(key string, news []byte) { e.heard <- key + " " + string(news) },
		Missed: func(key string) { e.heard <- key + "!" },
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan bool)
	go func() {
		r.Run(ctx)
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	e.wants("!") // whatever was before it listened
	return r, e
}

func TestRelay(t *testing.T) {
	url := postgrestest.Database(t)
	here, own := replica(t, url)
	there, other := replica(t, url)
	_, third := replica(t, url)

	here.Publish("cards", "anna", []byte(`"another topic"`))
	var want []string
	for i := range 500 {
		news := fmt.Sprintf(`{"note":"Ä 'quoted' \\ %d"}`, i)
		want = append(want, "anna "+news)
		here.Publish("presses", "anna", []byte(news))
	}
	other.wants(want...)
	third.wants(want...)

	here.Publish("presses", "anna", []byte(`"`+strings.Repeat("long ", 2000)+`"`))
	other.wants("anna!")
	here.Publish("presses", "ben", nil)
	other.wants("ben!")
	here.Publish("presses", "ben", []byte("no JSON"))
	other.wants("ben!")

	there.Publish("presses", "ben", []byte("1"))
	own.wants("ben 1") // and nothing of its own before
}

// TestRelayTellsOfALostConnection cuts the listening connections, as an
// administrator, a pooler or a network may.
func TestRelayTellsOfALostConnection(t *testing.T) {
	url := postgrestest.Database(t)
	here, _ := replica(t, url)
	_, other := replica(t, url)
	here.Publish("presses", "anna", []byte("1"))
	other.wants("anna 1")
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN%'`
	if tag, err := conn.Exec(t.Context(), cut); err != nil || tag.RowsAffected() != 2 {
		t.Fatalf("cut %d connections, %v; want 2", tag.RowsAffected(), err)
	}
	other.wants("!")
	here.Publish("presses", "anna", []byte("2"))
	other.until("anna 2")
}

// TestRelayWithoutItsDatabase publishes while there is no database: nobody is
// held up, and those who come back know that they missed something.
func TestRelayWithoutItsDatabase(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	server, err := postgrestest.Start(ctx)
	postgrestest.Available(t, err)
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	url, err := server.Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	here, _ := replica(t, url)
	_, other := replica(t, url)
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	const many = 20_000 // more than a relay lets wait
	for range many {
		here.Publish("presses", "anna", []byte(`"lost"`))
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("publishing %d without a database took %v", many, took)
	}
	if err := server.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	other.until("!")
	for { // the queue may still be full of what is given up
		here.Publish("presses", "anna", []byte(`"found"`))
		select {
		case got := <-other.heard:
			if got == `anna "found"` {
				return
			}
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestRelaySendsWhatWaitsAtItsEnd ends a replica right after it published.
func TestRelaySendsWhatWaitsAtItsEnd(t *testing.T) {
	url := postgrestest.Database(t)
	_, other := replica(t, url)
	ctx, cancel := context.WithCancel(t.Context())
	leaving := postgres.NewRelay(open(t, url), slog.New(slog.NewTextHandler(io.Discard, nil)))
	for i := range 300 {
		leaving.Publish("presses", "anna", fmt.Append(nil, i))
	}
	cancel()
	leaving.Run(ctx)
	for i := range 300 {
		other.wants(fmt.Sprint("anna ", i))
	}
}

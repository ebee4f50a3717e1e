package postgres

import (
	"errors"
	"strings"
	"testing"

	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/postgres/postgrestest"
)

func TestReadChainsBesideAServer(t *testing.T) {
	url := postgrestest.Database(t)
	if err := ReadChains(t.Context(), url, nil); !errors.Is(err, journal.ErrNoRecord) {
		t.Errorf("ReadChains of an empty database: %v, want ErrNoRecord", err)
	}
	db, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	add := func(id string) {
		e := journal.Entry{Punch: wire.Punch{ID: id}, Who: journal.Who{Person: "anna"}, Status: wire.Accepted}
		e.Events = []journal.Event{journal.Pressed(e, 1), journal.Sent(e, 2)}
		if _, _, err := (Journal{db}).Accept(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	add("p1")
	err = ReadChains(t.Context(), url, func(c journal.Chains) error {
		heads, err := c.Heads(t.Context())
		add("p2")
		a, bad := journal.Audit(t.Context(), c, heads)
		if want := (journal.Audited{Chains: 1, Events: 2, Standing: 1}); bad != nil || a != want {
			t.Errorf("Audit while a press is made = %+v, %v; want %+v", a, bad, want)
		}
		return err
	})
	if err != nil {
		t.Errorf("ReadChains beside a server: %v", err)
	}
}

// TestEventsAreGuarded holds that nobody changes or removes an event in passing.
func TestEventsAreGuarded(t *testing.T) {
	db, err := Open(t.Context(), postgrestest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := journal.Entry{Punch: wire.Punch{ID: "p1"}, Who: journal.Who{Person: "anna"}, Status: wire.Accepted}
	e.Events = []journal.Event{journal.Pressed(e, 1), journal.Sent(e, 2)}
	if _, _, err := (Journal{db}).Accept(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	refused := func(statement, want string) {
		t.Helper()
		if _, err := db.exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", statement, err, want)
		}
	}
	refused("UPDATE events SET data = '{}'", "events are not changed")
	refused("TRUNCATE events", "events are not changed")
	refused("DELETE FROM events", "up to a checkpoint")
	for _, statement := range []string{
		"INSERT INTO checkpoints SELECT person, seq, hash FROM events WHERE seq = 1",
		"DELETE FROM events WHERE seq = 1",
	} {
		if n, err := db.exec(t.Context(), statement); err != nil || n != 1 {
			t.Errorf("%s: %d rows, %v; want 1", statement, n, err)
		}
	}
	refused("DELETE FROM events", "up to a checkpoint")
	if a, err := journal.Audit(t.Context(), (Journal{db}).Chains(), nil); err != nil || a.Events != 1 {
		t.Errorf("Audit = %+v, %v; want one event", a, err)
	}
}

package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"timeclock/app/wire"
	"timeclock/server/journal"
)

func TestReadChainsBesideAServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a b?c%d#e.db")
	if err := ReadChains(t.Context(), file, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadChains of a file that is not there: %v, want fs.ErrNotExist", err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ReadChains(t.Context(), file, nil); !errors.Is(err, journal.ErrNoRecord) {
		t.Errorf("ReadChains of an empty file: %v, want ErrNoRecord", err)
	}
	db, err := OpenAlone(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	add := func(id string) {
		e := journal.Entry{Punch: wire.Punch{ID: id}, Who: journal.Who{Person: "anna"}, Status: wire.Accepted}
		e.Events = []journal.Event{journal.Pressed(e, 1)}
		if _, _, err := (Journal{db}).Accept(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	add("p1")
	err = ReadChains(t.Context(), file, func(c journal.Chains) error {
		heads, err := c.Heads(t.Context())
		add("p2")
		a, bad := journal.Audit(t.Context(), c, heads)
		if want := (journal.Audited{Chains: 1, Events: 1, Standing: 1}); bad != nil || a != want {
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
	db := open(t, filepath.Join(t.TempDir(), "db"))
	e := journal.Entry{Punch: wire.Punch{ID: "p1"}, Who: journal.Who{Person: "anna"}, Status: wire.Accepted}
	e.Events = []journal.Event{journal.Pressed(e, 1), journal.Sent(e, 2)}
	if _, _, err := (Journal{db}).Accept(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"UPDATE events SET data = '{}'",
		"DELETE FROM events",
		"DELETE FROM events WHERE seq = 1",
		"REPLACE INTO events SELECT person, seq, at, what, 'p2', data, prev, hash FROM events",
		"INSERT INTO checkpoints VALUES ('anna', 1, x''); DELETE FROM events",
	} {
		if _, err := db.Write.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s succeeded, want it refused", statement)
		}
	}
	if a, err := journal.Audit(t.Context(), (Journal{db}).Chains(), nil); err == nil || a.Events != 0 {
		t.Errorf("Audit beside a made-up checkpoint = %+v, %v; want that the first event does not follow it", a, err)
	}
	if _, err := db.Write.ExecContext(t.Context(), "DELETE FROM events WHERE seq = 1"); err != nil {
		t.Errorf("removed up to a checkpoint: %v", err)
	}
}

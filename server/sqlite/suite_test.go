package sqlite_test

import (
	"path/filepath"
	"testing"

	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/roster"
	"timeclock/server/sqlite"
	"timeclock/server/storetest"
)

func openFile(t *testing.T, file string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatalf("Open(%s) = %v", file, err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestJournal(t *testing.T) {
	storetest.Journal(t, func(t *testing.T) (journal.Store, func() journal.Store) {
		file := filepath.Join(t.TempDir(), "journal.db")
		return sqlite.Journal{DB: openFile(t, file)}, func() journal.Store { return sqlite.Journal{DB: openFile(t, file)} }
	})
}

func TestClaims(t *testing.T) {
	storetest.Claims(t, func(t *testing.T) journal.Claims {
		return sqlite.Journal{DB: openFile(t, filepath.Join(t.TempDir(), "claims.db"))}
	})
}

func TestMirror(t *testing.T) {
	storetest.Mirror(t, func(t *testing.T) (mirror.Store, func() mirror.Store) {
		file := filepath.Join(t.TempDir(), "mirror.db")
		return sqlite.Mirror{DB: openFile(t, file)}, func() mirror.Store { return sqlite.Mirror{DB: openFile(t, file)} }
	})
}

func TestRoster(t *testing.T) {
	storetest.Roster(t, func(t *testing.T) (roster.Store, func() roster.Store) {
		file := filepath.Join(t.TempDir(), "roster.db")
		return sqlite.Roster{DB: openFile(t, file)}, func() roster.Store { return sqlite.Roster{DB: openFile(t, file)} }
	})
}

func TestChains(t *testing.T) {
	storetest.Chains(t, func(t *testing.T) (storetest.Record, func() storetest.Record) {
		file := filepath.Join(t.TempDir(), "journal.db")
		return sqlite.Journal{DB: openFile(t, file)}, func() storetest.Record { return sqlite.Journal{DB: openFile(t, file)} }
	})
}

func BenchmarkAccept(b *testing.B) {
	storetest.BenchmarkAccept(b, func(b *testing.B) journal.Store {
		db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "journal.db"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { db.Close() })
		return sqlite.Journal{DB: db}
	})
}

func TestTrail(t *testing.T) {
	storetest.Trail(t, sqlite.Journal{DB: openFile(t, filepath.Join(t.TempDir(), "journal.db"))})
}

func TestPetitions(t *testing.T) {
	storetest.Petitions(t, sqlite.Petitions{DB: openFile(t, filepath.Join(t.TempDir(), "petitions.db"))})
}

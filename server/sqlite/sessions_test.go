package sqlite_test

import (
	"path/filepath"
	"testing"

	"timeclock/server/auth"
	"timeclock/server/sqlite"
	"timeclock/server/storetest"
)

func TestSessions(t *testing.T) {
	storetest.Sessions(t, func(t *testing.T) (storetest.SessionStores, func() storetest.SessionStores) {
		file := filepath.Join(t.TempDir(), "sessions.db")
		open := func() storetest.SessionStores {
			s := sqlite.Sessions{DB: openDB(t, file)}
			return storetest.SessionStores{Sessions: s, People: s, Tokens: s, Grants: s}
		}
		return open(), open
	})
}

func TestLogins(t *testing.T) {
	storetest.Logins(t, func(t *testing.T) (auth.Transactions, func() auth.Transactions) {
		file := filepath.Join(t.TempDir(), "logins.db")
		return sqlite.Logins{DB: openDB(t, file)}, func() auth.Transactions { return sqlite.Logins{DB: openDB(t, file)} }
	})
}

func openDB(t *testing.T, file string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatalf("Open(%s): %v", file, err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

package sqlite_test

import (
	"path/filepath"
	"testing"

	"timeclock/server/sqlite"
	"timeclock/server/storetest"
)

func TestTallies(t *testing.T) {
	storetest.Tallies(t, func(t *testing.T) storetest.Tallied {
		db := openFile(t, filepath.Join(t.TempDir(), "tallies.db"))
		return storetest.Tallied{Journal: sqlite.Journal{DB: db}, Sessions: sqlite.Sessions{DB: db}}
	})
}

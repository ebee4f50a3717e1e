package postgres_test

import (
	"testing"

	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/storetest"
)

func TestTallies(t *testing.T) {
	storetest.Tallies(t, func(t *testing.T) storetest.Tallied {
		db := open(t, postgrestest.Database(t))
		return storetest.Tallied{Journal: postgres.Journal{DB: db}, Sessions: postgres.Sessions{DB: db}}
	})
}

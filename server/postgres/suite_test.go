package postgres_test

import (
	"context"
	"os"
	"sync/atomic"
	"testing"

	"timeclock/app/clock"
	"timeclock/server/auth"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/roster"
	"timeclock/server/storetest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// open gives a pool of its own, as a replica has it.
func open(t *testing.T, url string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// replicas makes, on an empty database, what a suite wants to be given: a store,
// and a way to open the same store with another pool.
func replicas[S any](store func(*postgres.DB) S) func(*testing.T) (S, func() S) {
	return func(t *testing.T) (S, func() S) {
		url := postgrestest.Database(t)
		another := func() S { return store(open(t, url)) }
		return another(), another
	}
}

func TestSessions(t *testing.T) {
	storetest.Sessions(t, replicas(func(db *postgres.DB) storetest.SessionStores {
		s := postgres.Sessions{DB: db}
		return storetest.SessionStores{Sessions: s, People: s, Tokens: s, Grants: s}
	}))
}

func TestLogins(t *testing.T) {
	storetest.Logins(t, replicas(func(db *postgres.DB) auth.Transactions { return postgres.Logins{DB: db} }))
}

func TestJournal(t *testing.T) {
	storetest.Journal(t, replicas(func(db *postgres.DB) journal.Store { return postgres.Journal{DB: db} }))
}

func TestMirror(t *testing.T) {
	storetest.Mirror(t, replicas(func(db *postgres.DB) mirror.Store { return postgres.Mirror{DB: db} }))
}

func TestRoster(t *testing.T) {
	storetest.Roster(t, replicas(func(db *postgres.DB) roster.Store { return postgres.Roster{DB: db} }))
}

func TestClaims(t *testing.T) {
	storetest.Claims(t, func(t *testing.T) journal.Claims {
		url := postgrestest.Database(t)
		return &inTurn{stores: []journal.Claims{postgres.Journal{DB: open(t, url)}, postgres.Journal{DB: open(t, url)}}}
	})
}

// inTurn asks one replica after the other.
type inTurn struct {
	stores []journal.Claims
	asked  atomic.Int64
}

func (c *inTurn) next() journal.Claims { return c.stores[int(c.asked.Add(1))%len(c.stores)] }

func (c *inTurn) Claim(ctx context.Context, person, owner string, now, until clock.Instant) (bool, error) {
	return c.next().Claim(ctx, person, owner, now, until)
}

func (c *inTurn) Release(ctx context.Context, person, owner string) error {
	return c.next().Release(ctx, person, owner)
}

func TestChains(t *testing.T) {
	storetest.Chains(t, replicas(func(db *postgres.DB) storetest.Record { return postgres.Journal{DB: db} }))
}

func BenchmarkAccept(b *testing.B) {
	storetest.BenchmarkAccept(b, func(b *testing.B) journal.Store {
		db, err := postgres.Open(b.Context(), postgrestest.Database(b))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { db.Close() })
		return postgres.Journal{DB: db}
	})
}

func TestTrail(t *testing.T) {
	storetest.Trail(t, postgres.Journal{DB: open(t, postgrestest.Database(t))})
}

func TestPetitions(t *testing.T) {
	storetest.Petitions(t, postgres.Petitions{DB: open(t, postgrestest.Database(t))})
}

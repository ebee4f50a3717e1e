package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"timeclock/app/clock"
	"timeclock/server/auth"
	"timeclock/server/board"
	"timeclock/server/config"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/petition"
	"timeclock/server/postgres"
	"timeclock/server/report"
	"timeclock/server/roster"
	"timeclock/server/session"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
	"timeclock/server/trail"
)

// stores is where everything durable is kept, in one database of either kind.
type stores struct {
	sessions sessionStore
	logins   auth.Transactions
	journal  journalStore
	mirror   mirror.Store
	asked    petition.Store
	roster   roster.Store
	db       database
	// relay carries news to and from other replicas; nil with SQLite, which one
	// server has for itself.
	relay *postgres.Relay
	// budget is shared with other replicas; nil with SQLite, as above.
	budget graph.Budget
}

type sessionStore interface {
	session.Store
	session.People
	session.TokenStore
	session.Grants
	// Live counts the sessions that expire after now and were seen after idle.
	Live(ctx context.Context, now, idle time.Time) (int, error)
}

type journalStore interface {
	journal.Store
	journal.Past
	journal.Pruner
	journal.Claims
	trail.Store
	board.Presses
	report.Confirmations
	// Backlog counts the presses that are not final, by what they wait for.
	Backlog(ctx context.Context) ([]telemetry.Backlog, error)
}

// database is what all the stores stand in.
type database interface {
	Ping(ctx context.Context) error
	Close() error
}

// openStores opens the database that c names.
func openStores(ctx context.Context, c config.Config, log *slog.Logger) (stores, error) {
	if c.PostgreSQL.IsSet() {
		db, err := postgres.Open(ctx, c.PostgreSQL.Reveal())
		if err != nil {
			return stores{}, err
		}
		return stores{
			sessions: postgres.Sessions{DB: db}, logins: postgres.Logins{DB: db}, journal: postgres.Journal{DB: db},
			mirror: postgres.Mirror{DB: db}, asked: postgres.Petitions{DB: db}, roster: postgres.Roster{DB: db}, db: db, relay: postgres.NewRelay(db, log),
			budget: postgres.NewBudget(db, log),
		}, nil
	}
	db, err := sqlite.OpenAlone(ctx, c.DatabaseFile)
	if errors.Is(err, sqlite.ErrServed) {
		return stores{}, fmt.Errorf("%w; end it, or name another file with %sDATABASE_URL", err, config.Prefix)
	}
	if err != nil {
		return stores{}, err
	}
	return stores{
		sessions: sqlite.Sessions{DB: db}, logins: sqlite.Logins{DB: db}, journal: sqlite.Journal{DB: db},
		mirror: sqlite.Mirror{DB: db}, asked: sqlite.Petitions{DB: db}, roster: sqlite.Roster{DB: db}, db: db,
	}, nil
}

// carry begins to carry news between replicas. stop ends it when everything has
// been sent, so that it comes after whatever has news to tell.
func (s stores) carry(ctx context.Context) (stop func()) {
	if s.relay == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		s.relay.Run(ctx)
		close(ended)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// retained removes what people asked for together with what they pressed.
type retained struct {
	journal.Pruner
	asked petition.Store
}

// Prune implements journal.Pruner.
func (r retained) Prune(ctx context.Context, before clock.Instant) (journal.Pruned, error) {
	gone, err := r.Pruner.Prune(ctx, before)
	_, failed := r.asked.Forget(ctx, before)
	return gone, errors.Join(err, failed)
}

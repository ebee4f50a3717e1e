// Package postgres keeps the server's durable state in PostgreSQL, so that
// several replicas of the server can share it.
//
// What a method here reports as done is on the disk of the database server:
// every connection is refused on which synchronous_commit or fsync is off. Each
// operation is one statement, or one transaction that takes its locks in a
// fixed order, at the isolation level READ COMMITTED: what must be compared is
// compared in the WHERE of the statement that writes, which PostgreSQL
// evaluates again when it had to wait for another writer
// (postgresql.org/docs/current/transaction-iso.html).
//
// No lock outlives a replica that stalls: the server ends a transaction that
// stands idle, and this side gives up on an answer that does not come.
//
// The package adapts, as package sqlite does: each kind of record has a type of
// its own here (such as Sessions) that implements an interface declared by the
// package using it, and passes that package's suite in storetest. Relay carries
// news between replicas. A pooler in front must keep sessions (for pgbouncer:
// pool_mode=session), since statements are prepared and news is listened for.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DB is an open database: a pool of connections. Its methods may be called by
// several goroutines.
type DB struct {
	pool *pgxpool.Pool
}

const (
	// poolSize is how many connections one replica uses unless its URL says
	// otherwise by pool_max_conns, besides the one of Relay.
	poolSize = 16
	// serverPatience is after how long the server ends a statement, or a
	// transaction in which nothing happens.
	serverPatience = 10 * time.Second
	// patience is how long an operation waits for a server that may be gone.
	patience = 15 * time.Second
	// connectTimeout bounds one attempt to connect unless the URL does.
	connectTimeout = 5 * time.Second
	// tries is how often an operation is begun that surely had no effect.
	tries = 3
)

// Open connects to the database that url names (postgres://user@host/name) and
// brings its schema up to date; of several replicas that do so at once, one
// does it and the others wait. It refuses a database that a newer program has
// written, and one that would not keep what it says it has kept. The error does
// not repeat a password.
func Open(ctx context.Context, url string) (*DB, error) {
	c, err := configure(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := &DB{pool}
	err = db.Ping(ctx)
	if err == nil {
		err = db.migrate(ctx, migrations)
	}
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("open database %s: %w", where(c.ConnConfig), err)
	}
	return db, nil
}

// configure reads url and adds what holds for every connection.
func configure(text string) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(text)
	if err != nil {
		return nil, err // says why, without the password
	}
	given := url.Values{}
	if u, err := url.Parse(text); err == nil {
		given = u.Query()
	}
	if !given.Has("pool_max_conns") {
		c.MaxConns = poolSize
	}
	if !given.Has("connect_timeout") {
		c.ConnConfig.ConnectTimeout = connectTimeout
	}
	if c.ConnConfig.RuntimeParams["application_name"] == "" {
		c.ConnConfig.RuntimeParams["application_name"] = "timeclock"
	}
	c.AfterConnect = prepare
	return c, nil
}

// where names a database for people.
func where(c *pgx.ConnConfig) string {
	return fmt.Sprintf("%s at %s:%d", c.Database, c.Host, c.Port)
}

const (
	sqlSettings = `SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('server_encoding')`
	// What was found to hold is pinned: a change of the server's configuration
	// would otherwise reach connections that were examined before it.
	sqlPin = `SELECT set_config('synchronous_commit', $1, false), set_config('statement_timeout', $2, false),
		set_config('idle_in_transaction_session_timeout', $2, false),
		set_config('default_transaction_isolation', 'read committed', false)`
)

// prepare refuses a connection over which commits would not be durable or names
// could not be spelt, and sets what holds for the others.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	var commit, fsync, encoding string
	if err := conn.QueryRow(ctx, sqlSettings).Scan(&commit, &fsync, &encoding); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	switch {
	case commit == "off":
		return errors.New("synchronous_commit is off, so that a failure of the database server would lose presses it has acknowledged: set it to on for this database and role")
	case fsync == "off":
		return errors.New("fsync is off, so that a loss of power would lose presses or the whole database: set it to on in the server's configuration")
	case encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s, in which not every name can be written: make it with ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	if _, err := conn.Exec(ctx, sqlPin, commit, strconv.FormatInt(serverPatience.Milliseconds(), 10)); err != nil {
		return fmt.Errorf("set settings: %w", err)
	}
	return nil
}

// Close closes the database once the operations under way have ended.
func (db *DB) Close() error {
	db.pool.Close()
	return nil
}

const sqlReadOnly = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean`

// Ping reports whether the database answers and may be written.
func (db *DB) Ping(ctx context.Context) error {
	var readOnly bool
	if _, err := db.one(ctx, sqlReadOnly, nil, &readOnly); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	if readOnly {
		return errReadOnly
	}
	return nil
}

var errReadOnly = errors.New("the database can only be read: it is a standby, or its role may not write")

// again runs f in time, and once more when f surely had no effect: it lost a
// connection before anything was sent, or was rolled back because of others.
func again(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for try := 1; ; try++ {
		err := f(ctx)
		if err == nil || try == tries || !without(err) {
			return err
		}
	}
}

// The codes of a transaction that was rolled back because of others
// (postgresql.org/docs/current/errcodes-appendix.html).
const (
	codeSerialization = "40001"
	codeDeadlock      = "40P01"
)

// without reports whether an operation that failed with err had no effect and
// may succeed if repeated.
func without(err error) bool {
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) {
		return refusal.Code == codeSerialization || refusal.Code == codeDeadlock
	}
	return pgconn.SafeToRetry(err)
}

// tx runs f in a transaction and commits what it did, or nothing. f may be run
// several times.
func (db *DB) tx(ctx context.Context, f func(context.Context, pgx.Tx) error) error {
	return again(ctx, func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error { return f(ctx, tx) })
	})
}

// exec runs one statement and gives how many rows it changed.
func (db *DB) exec(ctx context.Context, query string, args ...any) (int, error) {
	changed := 0
	err := again(ctx, func(ctx context.Context) error {
		tag, err := db.pool.Exec(ctx, query, args...)
		changed = int(tag.RowsAffected())
		return err
	})
	return changed, err
}

// one reads the first row of a query, or gives false when there is none.
func (db *DB) one(ctx context.Context, query string, args []any, into ...any) (bool, error) {
	err := again(ctx, func(ctx context.Context) error {
		return db.pool.QueryRow(ctx, query, args...).Scan(into...)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// all reads every row of a query by scan.
func all[T any](ctx context.Context, db *DB, scan pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	var found []T
	err := again(ctx, func(ctx context.Context) error {
		rows, err := db.pool.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, scan)
		return err
	})
	return found, err
}

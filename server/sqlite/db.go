// Package sqlite keeps the server's durable state in one SQLite file.
//
// What a method here reports as done is on disk: the database runs in WAL mode
// with synchronous=FULL, so a committed transaction survives the loss of power
// (sqlite.org/pragma.html#pragma_synchronous). There is one writer and there
// are several readers; a reader never waits for the writer and sees everything
// committed before it began.
//
// The package adapts: each kind of record has a type of its own here (such as
// Sessions) that implements an interface declared by the package using it, and
// passes that package's suite in storetest. No rule of the product is decided
// here except those that must be atomic, and they stand in the SQL.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	driver "modernc.org/sqlite" // registers itself as "sqlite"

	"timeclock/server/schema"
	"timeclock/server/session"
)

// DB is an open database. Its methods may be called by several goroutines.
type DB struct {
	// Write holds the one connection through which everything is changed. A
	// transaction begun on it takes the write lock at once, so it never fails
	// half-way because another process wrote first.
	Write *sql.DB
	// Read holds the connections for queries; a change through it is refused.
	Read *sql.DB

	changes  changes
	claims   claims
	compiled sync.Map // *sql.Stmt of Write by its text
	queries  sync.Map // *sql.Stmt of Read by its text

	lock *os.File // of OpenAlone; nil else

	lookout  lookout
	sessions memory[session.Session] // by hash
	tokens   memory[session.Sealed]  // by hash
	teams    memory[teams]           // by person
}

const (
	readers     = 4
	busyTimeout = 5 * time.Second // how long to wait for another process
	busyPause   = 20 * time.Millisecond
	sqliteBusy  = 5 // SQLITE_BUSY
)

// pragmas are set on every connection and asked back when the database opens,
// with the answer each must give.
var pragmas = []struct{ name, set, want string }{
	{"busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10), strconv.FormatInt(busyTimeout.Milliseconds(), 10)},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	{"foreign_keys", "ON", "1"},
}

// Open opens the database in the named file, creates it if there is none, and
// brings its schema up to date. It refuses a database that a newer program has
// written. The file is readable by its owner alone, and so are the files SQLite
// keeps beside it.
func Open(ctx context.Context, file string) (*DB, error) {
	if file == "" || strings.Contains(file, ":memory:") {
		return nil, errors.New("open database: a file is needed, a database in memory would not survive a restart")
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := createPrivate(file); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db, err := connect(file)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", file, err)
	}
	if err := db.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", file, err), db.Close())
	}
	return db, nil
}

// prepare makes the first connections and brings the schema up to date. It ends
// with the first error: the next step would fail for the same reason.
func (db *DB) prepare(ctx context.Context) error {
	if err := settle(ctx, db.Write); err != nil {
		return err
	}
	if err := migrate(ctx, db.Write, migrations); err != nil {
		return err
	}
	return assertPragmas(ctx, db.Read)
}

// Close closes the database once the queries under way have ended.
func (db *DB) Close() error {
	err := errors.Join(db.Read.Close(), db.Write.Close())
	if db.lock != nil {
		err = errors.Join(err, db.lock.Close())
	}
	return err
}

// Ping reports whether the database answers and may be written.
func (db *DB) Ping(ctx context.Context) error {
	return db.tx(ctx, func(context.Context, *sql.Tx) error { return nil })
}

// inTx runs f in a transaction of its own and commits what it did, or nothing.
func inTx(ctx context.Context, pool *sql.DB, f func(*sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// createPrivate makes an empty file that others cannot read, unless it is
// there already.
func createPrivate(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func connect(file string) (*DB, error) {
	write, err := sql.Open("sqlite", dsn(file, "_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	read, err := sql.Open("sqlite", dsn(file, "_pragma=query_only(ON)"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &DB{Write: write, Read: read}, nil
}

// dsn names the file and the pragmas of every connection to it.
func dsn(file string, extra ...string) string {
	var query []string
	for _, p := range pragmas {
		query = append(query, "_pragma="+p.name+"("+p.set+")")
	}
	u := url.URL{Scheme: "file", Path: file, RawQuery: strings.Join(append(query, extra...), "&")}
	return u.String()
}

// settle makes the first connection. Two processes that turn a new file to WAL
// at once get SQLITE_BUSY without the wait of busy_timeout
// (sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode), so
// the wait is here.
func settle(ctx context.Context, pool *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		err := assertPragmas(ctx, pool)
		if busy := (*driver.Error)(nil); !errors.As(err, &busy) || busy.Code()&0xff != sqliteBusy {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(busyPause):
		}
	}
}

// assertPragmas fails when a pragma has not taken: SQLite answers a refused
// journal mode with the old one and no error.
func assertPragmas(ctx context.Context, pool *sql.DB) error {
	for _, p := range pragmas {
		var got string
		if err := pool.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return fmt.Errorf("read pragma %s: %w", p.name, err)
		}
		if !strings.EqualFold(got, p.want) {
			return fmt.Errorf("pragma %s is %s, must be %s: the file system may not support it", p.name, got, p.want)
		}
	}
	return nil
}

//go:embed migrations/*.sql
var migrations embed.FS

const (
	sqlCreateSchema = `CREATE TABLE IF NOT EXISTS schema_migrations (
		version INTEGER PRIMARY KEY,
		name    TEXT NOT NULL,
		applied INTEGER NOT NULL -- ms
	) STRICT`
	sqlSchemaVersion   = `SELECT coalesce(max(version), 0) FROM schema_migrations`
	sqlInsertMigration = `INSERT INTO schema_migrations (version, name, applied) VALUES (?, ?, ?)`
)

// migrate applies, in order and each in a transaction of its own, the files
// dir/migrations/NNNN_name.sql that the database does not have yet.
func migrate(ctx context.Context, pool *sql.DB, dir fs.FS) error {
	all, err := schema.Read(dir)
	if err != nil {
		return err
	}
	if _, err := pool.ExecContext(ctx, sqlCreateSchema); err != nil {
		return fmt.Errorf("create schema_migrations: %w", err)
	}
	if err := refuseNewer(ctx, pool, all); err != nil {
		return err
	}
	for _, m := range all {
		if err := apply(ctx, pool, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.Name, err)
		}
	}
	return nil
}

func refuseNewer(ctx context.Context, pool *sql.DB, all []schema.Migration) error {
	var have int
	if err := pool.QueryRowContext(ctx, sqlSchemaVersion).Scan(&have); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	return schema.RefuseNewer(have, all)
}

// apply runs m unless it has been applied, perhaps by another process a moment
// ago: the version is read under the write lock.
func apply(ctx context.Context, pool *sql.DB, m schema.Migration) error {
	return inTx(ctx, pool, func(tx *sql.Tx) error {
		var have int
		if err := tx.QueryRowContext(ctx, sqlSchemaVersion).Scan(&have); err != nil {
			return err
		}
		if m.Version <= have {
			return nil
		}
		if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlInsertMigration, m.Version, m.Name, time.Now().UnixMilli())
		return err
	})
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"timeclock/server/schema"
	"timeclock/server/session"
)

// Schema is the version a database has, and the one that Open would give it.
// Have is 0 when Open has never been there.
type Schema struct{ Have, Know int }

// Inspect reads the schema version of the database in the named file, and tries
// whether it may be written, without changing either. The error wraps
// fs.ErrNotExist when there is no such file: Inspect makes none.
func Inspect(ctx context.Context, file string) (Schema, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return Schema{}, fmt.Errorf("inspect database: %w", err)
	}
	if err := openable(file); err != nil {
		return Schema{}, fmt.Errorf("inspect database: %w", err)
	}
	all, err := schema.Read(migrations)
	if err != nil {
		return Schema{}, err
	}
	pool, err := sql.Open("sqlite", inspectDSN(file))
	if err != nil {
		return Schema{}, fmt.Errorf("inspect database %s: %w", file, err)
	}
	pool.SetMaxOpenConns(1)
	s := Schema{Know: schema.Latest(all)}
	if s.Have, err = schemaVersion(ctx, pool); err != nil {
		return Schema{}, errors.Join(fmt.Errorf("inspect database %s: %w", file, err), pool.Close())
	}
	return s, pool.Close()
}

// openable fails with the operating system's reason, which is clearer than
// SQLite's.
func openable(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// inspectDSN sets nothing that the file would keep: not even the journal mode.
func inspectDSN(file string) string {
	query := fmt.Sprintf("mode=rw&_txlock=immediate&_pragma=busy_timeout(%d)", busyTimeout.Milliseconds())
	return (&url.URL{Scheme: "file", Path: file, RawQuery: query}).String()
}

const sqlHasSchema = `SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'`

// schemaVersion reads under the write lock, so that a database which cannot be
// written is an error, and commits nothing: even an empty commit would turn an
// empty file into a database.
func schemaVersion(ctx context.Context, pool *sql.DB) (version int, err error) {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	var tables int
	if err := tx.QueryRowContext(ctx, sqlHasSchema).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, sqlSchemaVersion).Scan(&version)
	return version, err
}

const sqlRecentSessions = sqlSelectSession + `WHERE parted = 0 AND expires > ? AND seen > ? ORDER BY seen DESC, hash LIMIT ?`

// Recent gives at most so many sessions that expire after now and were seen
// after idle, the one seen last first.
func (s Sessions) Recent(ctx context.Context, now, idle time.Time, most int) ([]session.Session, error) {
	return s.list(ctx, sqlRecentSessions, now.UnixMilli(), idle.UnixMilli(), most)
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"timeclock/server/journal"
	"timeclock/server/schema"
)

// ReadChains hands f the record of the database in the named file, as it is at
// one moment, and changes nothing; a server may be at work on it. The error
// wraps fs.ErrNotExist when there is no such file.
func ReadChains(ctx context.Context, file string, f func(journal.Chains) error) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	if err := openable(file); err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	pool, err := sql.Open("sqlite", readDSN(file))
	if err != nil {
		return fmt.Errorf("read record in %s: %w", file, err)
	}
	pool.SetMaxOpenConns(1)
	if err := readChains(ctx, pool, f); err != nil {
		return errors.Join(fmt.Errorf("read record in %s: %w", file, err), pool.Close())
	}
	return pool.Close()
}

// readDSN is inspectDSN for a connection that takes no lock and can change
// nothing.
func readDSN(file string) string {
	query := fmt.Sprintf("mode=rw&_pragma=busy_timeout(%d)&_pragma=query_only(ON)", busyTimeout.Milliseconds())
	return (&url.URL{Scheme: "file", Path: file, RawQuery: query}).String()
}

// readChains reads in one transaction, which sees the database as it was when
// it first looked (sqlite.org/isolation.html).
func readChains(ctx context.Context, pool *sql.DB, f func(journal.Chains) error) error {
	all, err := schema.Read(migrations)
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var tables, have int
	if err := tx.QueryRowContext(ctx, sqlHasSchema).Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		if err := tx.QueryRowContext(ctx, sqlSchemaVersion).Scan(&have); err != nil {
			return err
		}
	}
	if err := schema.RefuseNewer(have, all); err != nil {
		return err
	}
	if have < recordSince {
		return journal.ErrNoRecord
	}
	return f(chains{tx})
}

// recordSince is the version of the schema that brought the record.
const recordSince = 7

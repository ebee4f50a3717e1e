package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"timeclock/server/schema"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrationWithin bounds the wait for other replicas and all migrations.
const migrationWithin = 10 * time.Minute

const (
	// The number of the lock spells timecloc.
	sqlLockSchema   = `SELECT pg_advisory_xact_lock(x'74696d65636c6f63'::bigint)`
	sqlNoTimeouts   = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`
	sqlHasSchema    = `SELECT to_regclass('schema_migrations') IS NOT NULL`
	sqlCreateSchema = `CREATE TABLE schema_migrations (
		version integer PRIMARY KEY,
		name    text NOT NULL,
		applied bigint NOT NULL -- ms
	)`
	sqlSchemaVersion   = `SELECT coalesce(max(version), 0) FROM schema_migrations`
	sqlInsertMigration = `INSERT INTO schema_migrations (version, name, applied) VALUES ($1, $2, $3)`
)

// codeNotAllowed is insufficient_privilege.
const codeNotAllowed = "42501"

// migrate applies, in order, the files dir/migrations/NNNN_name.sql that the
// database does not have yet: all of them or, if one fails, none. Replicas that
// start at once take turns.
func (db *DB) migrate(ctx context.Context, dir fs.FS) error {
	known, err := schema.Read(dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, migrationWithin)
	defer cancel()
	err = pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error { return upgrade(ctx, tx, known) })
	if refusal := (*pgconn.PgError)(nil); errors.As(err, &refusal) && refusal.Code == codeNotAllowed {
		return fmt.Errorf("%w: grant its role CREATE on the schema, or let the owner of the database run this program once", err)
	}
	return err
}

func upgrade(ctx context.Context, tx pgx.Tx, known []schema.Migration) error {
	have, err := lockedVersion(ctx, tx)
	if err != nil {
		return err
	}
	if err := schema.RefuseNewer(have, known); err != nil {
		return err
	}
	for _, m := range known {
		if m.Version <= have {
			continue
		}
		if err := apply(ctx, tx, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.Name, err)
		}
	}
	return nil
}

// lockedVersion gives the version of the schema, once no other replica is
// changing it.
func lockedVersion(ctx context.Context, tx pgx.Tx) (version int, err error) {
	if _, err := tx.Exec(ctx, sqlNoTimeouts); err != nil {
		return 0, fmt.Errorf("lift timeouts: %w", err)
	}
	if _, err := tx.Exec(ctx, sqlLockSchema); err != nil {
		return 0, fmt.Errorf("lock schema: %w", err)
	}
	var there bool
	if err := tx.QueryRow(ctx, sqlHasSchema).Scan(&there); err != nil {
		return 0, fmt.Errorf("look for schema_migrations: %w", err)
	}
	if !there {
		if _, err := tx.Exec(ctx, sqlCreateSchema); err != nil {
			return 0, fmt.Errorf("create schema_migrations: %w", err)
		}
	}
	if err := tx.QueryRow(ctx, sqlSchemaVersion).Scan(&version); err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return version, nil
}

func apply(ctx context.Context, tx pgx.Tx, m schema.Migration) error {
	if _, err := tx.Exec(ctx, m.SQL); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlInsertMigration, m.Version, m.Name, time.Now().UnixMilli())
	return err
}

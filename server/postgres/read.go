package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"timeclock/server/journal"
	"timeclock/server/schema"
)

// ReadChains hands f the record of the database that url names, as it is at one
// moment, and changes nothing; servers may be at work on it. A standby will do.
func ReadChains(ctx context.Context, url string, f func(journal.Chains) error) error {
	c, err := configure(url)
	if err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	conn, err := pgx.ConnectConfig(ctx, c.ConnConfig)
	if err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	defer leave(ctx, conn)
	moment := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, conn, moment, func(tx pgx.Tx) error { return readChains(ctx, tx, f) })
	if err != nil {
		return fmt.Errorf("read record in %s: %w", where(c.ConnConfig), err)
	}
	return nil
}

// recordSince is the version of the schema that brought the record.
const recordSince = 8

func readChains(ctx context.Context, tx pgx.Tx, f func(journal.Chains) error) error {
	known, err := schema.Read(migrations)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlNoTimeouts); err != nil {
		return fmt.Errorf("lift timeouts: %w", err)
	}
	var there bool
	if err := tx.QueryRow(ctx, sqlHasSchema).Scan(&there); err != nil {
		return err
	}
	have := 0
	if there {
		if err := tx.QueryRow(ctx, sqlSchemaVersion).Scan(&have); err != nil {
			return err
		}
	}
	if err := schema.RefuseNewer(have, known); err != nil {
		return err
	}
	if have < recordSince {
		return journal.ErrNoRecord
	}
	return f(chains{tx})
}

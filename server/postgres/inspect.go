package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/schema"
)

// Inspect reads the schema version of the database that url names, and the one
// that Open would give it, without changing anything. Its error says why the
// database cannot be used, as Open's would.
func Inspect(ctx context.Context, url string) (schema.State, error) {
	c, err := configure(url)
	if err != nil {
		return schema.State{}, fmt.Errorf("inspect database: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	state, err := inspect(ctx, c.ConnConfig)
	if err != nil {
		return schema.State{}, fmt.Errorf("inspect database %s: %w", where(c.ConnConfig), err)
	}
	return state, nil
}

func inspect(ctx context.Context, c *pgx.ConnConfig) (schema.State, error) {
	known, err := schema.Read(migrations)
	if err != nil {
		return schema.State{}, err
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return schema.State{}, err
	}
	defer leave(ctx, conn)
	if err := prepare(ctx, conn); err != nil {
		return schema.State{}, err
	}
	state := schema.State{Know: schema.Latest(known)}
	var readOnly, there bool
	if err := conn.QueryRow(ctx, sqlReadOnly).Scan(&readOnly); err != nil {
		return schema.State{}, err
	}
	if readOnly {
		return schema.State{}, errReadOnly
	}
	if err := conn.QueryRow(ctx, sqlHasSchema).Scan(&there); err != nil || !there {
		return state, err
	}
	err = conn.QueryRow(ctx, sqlSchemaVersion).Scan(&state.Have)
	return state, err
}

// leave closes a connection, whether or not there is somebody to say it to.
func leave(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

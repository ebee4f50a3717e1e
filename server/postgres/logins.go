package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/auth"
)

// Logins keeps sign-ins under way, and the provider's notices, in PostgreSQL.
type Logins struct{ DB *DB }

var _ auth.Transactions = Logins{}

const (
	sqlExpireLogins = `DELETE FROM logins WHERE state IN
		(SELECT state FROM logins WHERE expires <= $1 FOR UPDATE SKIP LOCKED)`
	// Begin of one browser waits for another of the same, or both would count
	// without the other.
	sqlLockBrowser = `SELECT pg_advisory_xact_lock(1, hashtext($1))`
	sqlInsertLogin = `INSERT INTO logins (state, browser, sealed, created, expires) VALUES ($1, $2, $3, $4, $5)`
	sqlTrimLogins  = `DELETE FROM logins WHERE state IN
		(SELECT state FROM logins WHERE browser = $1 AND used = 0 ORDER BY created DESC, place DESC OFFSET $2)
		AND used = 0`
	sqlTakeLogin = `WITH open AS MATERIALIZED
		(SELECT state, sealed FROM logins WHERE state = $1 AND browser = $2 AND used = 0 AND expires > $3 FOR UPDATE)
		UPDATE logins SET used = $3, sealed = '' FROM open WHERE logins.state = open.state RETURNING open.sealed`
	sqlFinishLogin  = `UPDATE logins SET session = $1 WHERE state = $2 AND used > 0`
	sqlLoginOutcome = `SELECT session FROM logins WHERE state = $1 AND browser = $2 AND used > 0`

	sqlExpireNotices = `DELETE FROM notices WHERE id IN
		(SELECT id FROM notices WHERE expires <= $1 FOR UPDATE SKIP LOCKED)`
	sqlInsertNotice = `INSERT INTO notices (id, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING`
)

// Begin implements auth.Transactions.
func (l Logins) Begin(ctx context.Context, t auth.Transaction, keep int) error {
	return l.DB.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sqlLockBrowser, t.Browser); err != nil {
			return fmt.Errorf("lock sign-ins: %w", err)
		}
		if _, err := tx.Exec(ctx, sqlExpireLogins, t.Created.UnixMilli()); err != nil {
			return fmt.Errorf("delete expired sign-ins: %w", err)
		}
		if _, err := tx.Exec(ctx, sqlInsertLogin,
			t.State, t.Browser, t.Sealed, t.Created.UnixMilli(), t.Expires.UnixMilli()); err != nil {
			return fmt.Errorf("insert sign-in: %w", err)
		}
		if _, err := tx.Exec(ctx, sqlTrimLogins, t.Browser, keep); err != nil {
			return fmt.Errorf("delete old sign-ins: %w", err)
		}
		return nil
	})
}

// Take implements auth.Transactions.
func (l Logins) Take(ctx context.Context, state, browser string, now time.Time) (sealed []byte, ok bool, err error) {
	ok, err = l.DB.one(ctx, sqlTakeLogin, []any{state, browser, now.UnixMilli()}, &sealed)
	if err != nil {
		return nil, false, fmt.Errorf("take sign-in: %w", err)
	}
	return sealed, ok, nil
}

// Finish implements auth.Transactions.
func (l Logins) Finish(ctx context.Context, state, session string) error {
	n, err := l.DB.exec(ctx, sqlFinishLogin, session, state)
	if err == nil && n != 1 {
		err = errors.New("finish sign-in: it was never used")
	}
	return err
}

// Outcome implements auth.Transactions.
func (l Logins) Outcome(ctx context.Context, state, browser string) (string, error) {
	var led string
	_, err := l.DB.one(ctx, sqlLoginOutcome, []any{state, browser}, &led)
	return led, err
}

// Once implements auth.Transactions.
func (l Logins) Once(ctx context.Context, id string, now, expires time.Time) (first bool, err error) {
	err = l.DB.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sqlExpireNotices, now.UnixMilli()); err != nil {
			return fmt.Errorf("delete expired notices: %w", err)
		}
		done, err := tx.Exec(ctx, sqlInsertNotice, id, expires.UnixMilli())
		first = done.RowsAffected() == 1
		return err
	})
	return first, err
}

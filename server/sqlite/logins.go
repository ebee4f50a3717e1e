package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"timeclock/server/auth"
)

// Logins keeps sign-ins under way, and the provider's notices, in SQLite.
type Logins struct{ DB *DB }

var _ auth.Transactions = Logins{}

const (
	sqlExpireLogins = `DELETE FROM logins WHERE expires <= ?`
	sqlInsertLogin  = `INSERT INTO logins (state, browser, sealed, created, expires) VALUES (?, ?, ?, ?, ?)`
	sqlTrimLogins   = `DELETE FROM logins WHERE state IN
		(SELECT state FROM logins WHERE browser = ? AND used = 0 ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?)`
	sqlOpenLogin    = `SELECT sealed FROM logins WHERE state = ? AND browser = ? AND used = 0 AND expires > ?`
	sqlUseLogin     = `UPDATE logins SET used = ?, sealed = x'' WHERE state = ?`
	sqlFinishLogin  = `UPDATE logins SET session = ? WHERE state = ? AND used > 0`
	sqlLoginOutcome = `SELECT session FROM logins WHERE state = ? AND browser = ? AND used > 0`

	sqlExpireNotices = `DELETE FROM notices WHERE expires <= ?`
	sqlInsertNotice  = `INSERT INTO notices (id, expires) VALUES (?, ?) ON CONFLICT DO NOTHING`
)

// Begin implements auth.Transactions.
func (l Logins) Begin(ctx context.Context, t auth.Transaction, keep int) error {
	return l.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlExpireLogins, t.Created.UnixMilli()); err != nil {
			return fmt.Errorf("delete expired sign-ins: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlInsertLogin,
			t.State, t.Browser, t.Sealed, t.Created.UnixMilli(), t.Expires.UnixMilli()); err != nil {
			return fmt.Errorf("insert sign-in: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlTrimLogins, t.Browser, keep); err != nil {
			return fmt.Errorf("delete old sign-ins: %w", err)
		}
		return nil
	})
}

// Take implements auth.Transactions.
func (l Logins) Take(ctx context.Context, state, browser string, now time.Time) (sealed []byte, ok bool, err error) {
	err = l.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, sqlOpenLogin, state, browser, now.UnixMilli()).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("select sign-in: %w", err)
		}
		ok = true
		_, err = tx.ExecContext(ctx, sqlUseLogin, now.UnixMilli(), state)
		return err
	})
	if err != nil {
		return nil, false, err
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
	err := l.DB.queryRow(ctx, sqlLoginOutcome, state, browser).Scan(&led)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return led, err
}

// Once implements auth.Transactions.
func (l Logins) Once(ctx context.Context, id string, now, expires time.Time) (first bool, err error) {
	err = l.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlExpireNotices, now.UnixMilli()); err != nil {
			return fmt.Errorf("delete expired notices: %w", err)
		}
		n, err := affected(tx.ExecContext(ctx, sqlInsertNotice, id, expires.UnixMilli()))
		first = n == 1
		return err
	})
	return first, err
}

package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"timeclock/server/session"
)

// Sessions keeps sessions and their sealed tokens in SQLite.
type Sessions struct{ DB *DB }

var (
	_ session.Store      = Sessions{}
	_ session.People     = Sessions{}
	_ session.TokenStore = Sessions{}
	_ session.Grants     = Sessions{}
)

const (
	sqlInsertSession = `INSERT INTO sessions
		(hash, tenant, object, name, issuer, sid, subject, roles, device, created, seen, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlInsertTokens = `INSERT INTO tokens (session, version, sealed) VALUES (?, 1, ?)`

	sqlSelectSession = `SELECT hash, tenant, object, name, issuer, sid, subject, roles, device, created, seen, expires, parted
		FROM sessions `
	sqlFindSession   = sqlSelectSession + `WHERE hash = ?`
	sqlSessionsOf    = sqlSelectSession + `WHERE tenant = ? AND object = ? ORDER BY seen DESC, created DESC, hash`
	sqlSessionsBySid = sqlSelectSession + `WHERE issuer = ?1 AND sid = ?2 AND sid <> ''
		AND (?3 = '' OR subject IN (?3, '')) ORDER BY hash`
	sqlSessionsBySubject = sqlSelectSession + `WHERE issuer = ? AND subject = ? AND subject <> '' ORDER BY hash`

	sqlTouchSession  = `UPDATE sessions SET seen = max(seen, ?1) WHERE hash = ?2 AND seen > ?3 AND expires > ?1 AND parted = 0`
	sqlDeleteSession = `DELETE FROM sessions WHERE hash = ?`
	sqlPartSession   = `UPDATE sessions SET parted = 1, expires = min(expires, ?) WHERE hash = ? AND parted = 0`
	sqlExpire        = `DELETE FROM sessions WHERE hash IN
		(SELECT hash FROM sessions WHERE expires <= ? ORDER BY expires LIMIT 500)`

	sqlSelectTokens = `SELECT tokens.version, tokens.sealed, sessions.expires
		FROM tokens JOIN sessions ON sessions.hash = tokens.session WHERE tokens.session = ?`
	sqlLeaseTokens   = `UPDATE tokens SET lease = ? WHERE session = ? AND version = ? AND lease <= ?`
	sqlReleaseTokens = `UPDATE tokens SET lease = 0 WHERE session = ? AND version = ?`
	sqlSwapTokens    = `UPDATE tokens SET sealed = ?, version = version + 1, lease = 0 WHERE session = ? AND version = ?`
)

// Create implements session.Store.
func (s Sessions) Create(ctx context.Context, n session.Session, sealed []byte, replaces ...string) error {
	roles, err := json.Marshal(append([]string{}, n.Roles...))
	if err != nil {
		return fmt.Errorf("encode roles: %w", err)
	}
	defer s.drop(replaces...)
	return s.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, hash := range replaces {
			if _, err := tx.ExecContext(ctx, sqlDeleteSession, hash); err != nil {
				return fmt.Errorf("delete session before: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, sqlInsertSession,
			n.Hash, n.Person.Tenant, n.Person.Object, n.Person.Name, n.Issuer, n.Sid, n.Subject, string(roles), n.Device.String(),
			n.Created.UnixMilli(), n.Seen.UnixMilli(), n.Expires.UnixMilli()); err != nil {
			return fmt.Errorf("insert session: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlInsertTokens, n.Hash, sealed); err != nil {
			return fmt.Errorf("insert tokens: %w", err)
		}
		return nil
	})
}

// Find implements session.Store.
func (s Sessions) Find(ctx context.Context, hash string) (session.Session, bool, error) {
	return recall(s.DB, &s.DB.sessions, hash, func() (session.Session, bool, error) {
		found, err := scanSession(s.DB.queryRow(ctx, sqlFindSession, hash))
		if errors.Is(err, sql.ErrNoRows) {
			return session.Session{}, false, nil
		}
		return found, err == nil, err
	})
}

// drop forgets what is remembered of sessions that were, or may have been,
// changed.
func (s Sessions) drop(hashes ...string) {
	s.DB.sessions.drop(hashes...)
	s.DB.tokens.drop(hashes...)
}

// Of implements session.People.
func (s Sessions) Of(ctx context.Context, tenant, object string) ([]session.Session, error) {
	return s.list(ctx, sqlSessionsOf, tenant, object)
}

// Under implements session.People.
func (s Sessions) Under(ctx context.Context, issuer, sid, subject string) ([]session.Session, error) {
	if sid == "" {
		return s.list(ctx, sqlSessionsBySubject, issuer, subject)
	}
	return s.list(ctx, sqlSessionsBySid, issuer, sid, subject)
}

func (s Sessions) list(ctx context.Context, query string, args ...any) ([]session.Session, error) {
	rows, err := s.DB.query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select sessions: %w", err)
	}
	defer rows.Close()
	var all []session.Session
	for rows.Next() {
		one, err := scanSession(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func scanSession(row interface{ Scan(...any) error }) (session.Session, error) {
	var s session.Session
	var roles, device string
	var created, seen, expires int64
	err := row.Scan(&s.Hash, &s.Person.Tenant, &s.Person.Object, &s.Person.Name, &s.Issuer, &s.Sid, &s.Subject, &roles, &device,
		&created, &seen, &expires, &s.Parted)
	if err != nil {
		return session.Session{}, fmt.Errorf("read session: %w", err)
	}
	if err := json.Unmarshal([]byte(roles), &s.Roles); err != nil {
		return session.Session{}, fmt.Errorf("decode roles: %w", err)
	}
	s.Device = session.ParseDevice(device)
	s.Created, s.Seen, s.Expires = at(created), at(seen), at(expires)
	return s, nil
}

// Touch implements session.Store.
func (s Sessions) Touch(ctx context.Context, hash string, seen, idle time.Time) (bool, error) {
	defer s.drop(hash)
	n, err := s.exec(ctx, sqlTouchSession, seen.UnixMilli(), hash, idle.UnixMilli())
	return n == 1, err
}

// Part implements session.Grants.
func (s Sessions) Part(ctx context.Context, hash string, until time.Time) error {
	defer s.drop(hash)
	_, err := s.exec(ctx, sqlPartSession, until.UnixMilli(), hash)
	return err
}

// Delete implements session.Store.
func (s Sessions) Delete(ctx context.Context, hashes ...string) (int, error) {
	defer s.drop(hashes...)
	deleted := 0
	err := s.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, hash := range hashes {
			n, err := affected(tx.ExecContext(ctx, sqlDeleteSession, hash))
			if err != nil {
				return fmt.Errorf("delete session: %w", err)
			}
			deleted += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// Expire implements session.Store.
func (s Sessions) Expire(ctx context.Context, now time.Time) (int, error) {
	n, err := s.exec(ctx, sqlExpire, now.UnixMilli())
	if n > 0 || err != nil {
		s.DB.sessions.dropAll()
		s.DB.tokens.dropAll()
	}
	return n, err
}

// Tokens implements session.TokenStore.
func (s Sessions) Tokens(ctx context.Context, hash string) (session.Sealed, bool, error) {
	return recall(s.DB, &s.DB.tokens, hash, func() (session.Sealed, bool, error) { return s.tokens(ctx, hash) })
}

func (s Sessions) tokens(ctx context.Context, hash string) (session.Sealed, bool, error) {
	var sealed session.Sealed
	var expires int64
	err := s.DB.queryRow(ctx, sqlSelectTokens, hash).Scan(&sealed.Version, &sealed.Blob, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Sealed{}, false, nil
	}
	if err != nil {
		return session.Sealed{}, false, fmt.Errorf("select tokens: %w", err)
	}
	sealed.Expires = at(expires)
	return sealed, true, nil
}

// Lease implements session.TokenStore.
func (s Sessions) Lease(ctx context.Context, hash string, version int64, now, until time.Time) (bool, error) {
	n, err := s.exec(ctx, sqlLeaseTokens, until.UnixMilli(), hash, version, now.UnixMilli())
	return n == 1, err
}

// Release implements session.TokenStore.
func (s Sessions) Release(ctx context.Context, hash string, version int64) error {
	_, err := s.exec(ctx, sqlReleaseTokens, hash, version)
	return err
}

// Swap implements session.TokenStore.
func (s Sessions) Swap(ctx context.Context, hash string, version int64, sealed []byte) (bool, error) {
	defer s.drop(hash)
	n, err := s.exec(ctx, sqlSwapTokens, sealed, hash, version)
	return n == 1, err
}

func (s Sessions) exec(ctx context.Context, query string, args ...any) (int, error) {
	return s.DB.exec(ctx, query, args...)
}

// affected gives how many rows a statement changed.
func affected(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// at gives the time that is stored as milliseconds.
func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/session"
)

// Sessions keeps sessions and their sealed tokens in PostgreSQL.
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
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	sqlInsertTokens = `INSERT INTO tokens (session, version, sealed) VALUES ($1, 1, $2)`

	sqlSelectSession = `SELECT hash, tenant, object, name, issuer, sid, subject, roles, device, created, seen, expires, parted
		FROM sessions `
	sqlFindSession = sqlSelectSession + `WHERE hash = $1`
	sqlSessionsOf  = sqlSelectSession + `WHERE tenant = $1 AND object = $2
		ORDER BY seen DESC, created DESC, hash COLLATE "C"`
	sqlSessionsBySid = sqlSelectSession + `WHERE issuer = $1 AND sid = $2 AND sid <> ''
		AND ($3 = '' OR subject IN ($3, '')) ORDER BY hash COLLATE "C"`
	sqlSessionsBySubject = sqlSelectSession + `WHERE issuer = $1 AND subject = $2 AND subject <> '' ORDER BY hash COLLATE "C"`
	sqlRecentSessions    = sqlSelectSession + `WHERE NOT parted AND expires > $1 AND seen > $2
		ORDER BY seen DESC, hash COLLATE "C" LIMIT $3`

	sqlTouchSession = `UPDATE sessions SET seen = greatest(seen, $1) WHERE hash = $2 AND seen > $3 AND expires > $1
		AND NOT parted`
	sqlPartSession = `UPDATE sessions SET parted = true, expires = least(expires, $1) WHERE hash = $2 AND NOT parted`
	// Rows are locked in the order of their hashes, so that two who delete the
	// same ones do not wait for each other in a circle.
	sqlDeleteSessions = `DELETE FROM sessions WHERE hash IN
		(SELECT hash FROM sessions WHERE hash = ANY($1) ORDER BY hash FOR UPDATE)`
	sqlExpire = `DELETE FROM sessions WHERE hash IN
		(SELECT hash FROM sessions WHERE expires <= $1 ORDER BY expires LIMIT 500 FOR UPDATE SKIP LOCKED)`

	sqlSelectTokens = `SELECT tokens.version, tokens.sealed, sessions.expires
		FROM tokens JOIN sessions ON sessions.hash = tokens.session WHERE tokens.session = $1`
	sqlLeaseTokens   = `UPDATE tokens SET lease = $1 WHERE session = $2 AND version = $3 AND lease <= $4`
	sqlReleaseTokens = `UPDATE tokens SET lease = 0 WHERE session = $1 AND version = $2`
	sqlSwapTokens    = `UPDATE tokens SET sealed = $1, version = version + 1, lease = 0 WHERE session = $2 AND version = $3`
)

// Create implements session.Store.
func (s Sessions) Create(ctx context.Context, n session.Session, sealed []byte, replaces ...string) error {
	roles, err := json.Marshal(append([]string{}, n.Roles...))
	if err != nil {
		return fmt.Errorf("encode roles: %w", err)
	}
	return s.DB.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if len(replaces) > 0 {
			if _, err := tx.Exec(ctx, sqlDeleteSessions, replaces); err != nil {
				return fmt.Errorf("delete sessions before: %w", err)
			}
		}
		if _, err := tx.Exec(ctx, sqlInsertSession,
			n.Hash, n.Person.Tenant, n.Person.Object, storable(n.Person.Name), n.Issuer, n.Sid, storable(n.Subject), string(roles), n.Device.String(),
			n.Created.UnixMilli(), n.Seen.UnixMilli(), n.Expires.UnixMilli()); err != nil {
			return fmt.Errorf("insert session: %w", err)
		}
		if _, err := tx.Exec(ctx, sqlInsertTokens, n.Hash, sealed); err != nil {
			return fmt.Errorf("insert tokens: %w", err)
		}
		return nil
	})
}

// Find implements session.Store.
func (s Sessions) Find(ctx context.Context, hash string) (session.Session, bool, error) {
	found, err := all(ctx, s.DB, scanSession, sqlFindSession, hash)
	if err != nil || len(found) == 0 {
		return session.Session{}, false, err
	}
	return found[0], true, nil
}

// Of implements session.People.
func (s Sessions) Of(ctx context.Context, tenant, object string) ([]session.Session, error) {
	return all(ctx, s.DB, scanSession, sqlSessionsOf, tenant, object)
}

// Under implements session.People.
func (s Sessions) Under(ctx context.Context, issuer, sid, subject string) ([]session.Session, error) {
	if sid == "" {
		return all(ctx, s.DB, scanSession, sqlSessionsBySubject, issuer, storable(subject))
	}
	return all(ctx, s.DB, scanSession, sqlSessionsBySid, issuer, sid, storable(subject))
}

// Recent gives at most so many sessions that expire after now and were seen
// after idle, the one seen last first.
func (s Sessions) Recent(ctx context.Context, now, idle time.Time, most int) ([]session.Session, error) {
	return all(ctx, s.DB, scanSession, sqlRecentSessions, now.UnixMilli(), idle.UnixMilli(), most)
}

func scanSession(row pgx.CollectableRow) (session.Session, error) {
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
	n, err := s.DB.exec(ctx, sqlTouchSession, seen.UnixMilli(), hash, idle.UnixMilli())
	return n == 1, err
}

// Part implements session.Grants.
func (s Sessions) Part(ctx context.Context, hash string, until time.Time) error {
	_, err := s.DB.exec(ctx, sqlPartSession, until.UnixMilli(), hash)
	return err
}

// Delete implements session.Store.
func (s Sessions) Delete(ctx context.Context, hashes ...string) (int, error) {
	if len(hashes) == 0 {
		return 0, nil
	}
	n, err := s.DB.exec(ctx, sqlDeleteSessions, hashes)
	if err != nil {
		return 0, fmt.Errorf("delete sessions: %w", err)
	}
	return n, nil
}

// Expire implements session.Store.
func (s Sessions) Expire(ctx context.Context, now time.Time) (int, error) {
	return s.DB.exec(ctx, sqlExpire, now.UnixMilli())
}

// Tokens implements session.TokenStore.
func (s Sessions) Tokens(ctx context.Context, hash string) (session.Sealed, bool, error) {
	var sealed session.Sealed
	var expires int64
	found, err := s.DB.one(ctx, sqlSelectTokens, []any{hash}, &sealed.Version, &sealed.Blob, &expires)
	if err != nil || !found {
		return session.Sealed{}, false, err
	}
	sealed.Expires = at(expires)
	return sealed, true, nil
}

// Lease implements session.TokenStore.
func (s Sessions) Lease(ctx context.Context, hash string, version int64, now, until time.Time) (bool, error) {
	n, err := s.DB.exec(ctx, sqlLeaseTokens, until.UnixMilli(), hash, version, now.UnixMilli())
	return n == 1, err
}

// Release implements session.TokenStore.
func (s Sessions) Release(ctx context.Context, hash string, version int64) error {
	_, err := s.DB.exec(ctx, sqlReleaseTokens, hash, version)
	return err
}

// Swap implements session.TokenStore.
func (s Sessions) Swap(ctx context.Context, hash string, version int64, sealed []byte) (bool, error) {
	n, err := s.DB.exec(ctx, sqlSwapTokens, sealed, hash, version)
	return n == 1, err
}

// at gives the time that is stored as milliseconds.
func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

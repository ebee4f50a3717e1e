package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

// Journal keeps presses in PostgreSQL.
type Journal struct{ DB *DB }

var (
	_ journal.Store  = Journal{}
	_ journal.Past   = Journal{}
	_ journal.Claims = Journal{}
)

const pressColumns = `id, person, object, session, team, kind, seen, at, bound, trust, device, seq, note,
	received, status, code, version, step, sent, written, reads, tries, not_before,
	card, recorded, delivered, before, actor, stated, resent, against, choice, chosen, decider, approved, change`

const sqlInsertPress = `INSERT INTO presses (` + pressColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
		$24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
	ON CONFLICT (id) DO NOTHING`

// Accept implements journal.Store.
func (s Journal) Accept(ctx context.Context, e journal.Entry) (journal.Entry, bool, error) {
	e.Version = 1
	e.Device, e.Note = storable(e.Device), storable(e.Note)
	fresh, err := s.record(ctx, e, sqlInsertPress,
		e.ID, e.Person, e.Object, e.Session, e.Team, e.Kind, e.Seen, e.At, e.Bound, e.Trust, e.Device, e.Seq, e.Note,
		e.Received, e.Status, e.Code, e.Version, e.Step, e.Sent, e.Written, e.Reads, e.Tries, e.NotBefore,
		e.Card, e.Recorded, e.Delivered, e.Before, e.Actor, e.Stated, e.Resent, e.Against, e.Choice, e.Chosen, e.Decider,
		e.Approved, e.Change.Bytes())
	if err != nil {
		return journal.Entry{}, false, fmt.Errorf("insert press: %w", err)
	}
	if fresh {
		e.Events = nil
		return e, true, nil
	}
	stored, err := s.Entry(ctx, e.ID)
	return stored, false, err
}

// Who pressed, what and when is never updated: only the session that delivers
// it and the delivery itself.
const sqlUpdatePress = `UPDATE presses SET session = $1, status = $2, code = $3, version = version + 1,
	step = $4, sent = $5, written = $6, reads = $7, tries = $8, not_before = $9,
	card = $10, recorded = $11, delivered = $12, before = $13,
	resent = $14, against = $15, choice = $16, chosen = $17, decider = $18, change = $19
	WHERE id = $20 AND version = $21`

// Update implements journal.Store.
func (s Journal) Update(ctx context.Context, e journal.Entry) (journal.Entry, error) {
	updated, err := s.record(ctx, e, sqlUpdatePress,
		e.Session, e.Status, e.Code, e.Step, e.Sent, e.Written, e.Reads, e.Tries, e.NotBefore,
		e.Card, e.Recorded, e.Delivered, e.Before, e.Resent, e.Against, e.Choice, e.Chosen, e.Decider, e.Change.Bytes(),
		e.ID, e.Version)
	if err != nil {
		return e, fmt.Errorf("update press: %w", err)
	}
	if !updated {
		return e, fmt.Errorf("update press: %w", journal.ErrMoved)
	}
	e.Version++
	e.Events = nil
	return e, nil
}

const sqlSelectPress = `SELECT ` + pressColumns + ` FROM presses WHERE id = $1`

// Entry implements journal.Store.
func (s Journal) Entry(ctx context.Context, id string) (journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlSelectPress, id)
	if err != nil {
		return journal.Entry{}, fmt.Errorf("select press: %w", err)
	}
	if len(found) == 0 {
		return journal.Entry{}, journal.ErrNoEntry
	}
	return found[0], nil
}

const (
	sqlOpenPresses   = `SELECT ` + pressColumns + ` FROM presses WHERE status NOT IN ('delivered', 'refused')`
	sqlOpenPressesOf = sqlOpenPresses + ` AND person = $1`
)

// Open implements journal.Store.
func (s Journal) Open(ctx context.Context, person string) ([]journal.Entry, error) {
	query, args := sqlOpenPresses, []any{}
	if person != "" {
		query, args = sqlOpenPressesOf, []any{person}
	}
	entries, err := all(ctx, s.DB, scanPress, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select open presses: %w", err)
	}
	return entries, nil
}

const sqlStampTaken = `SELECT EXISTS (SELECT 1 FROM presses
	WHERE card = $1 AND kind = $2 AND recorded = $3 AND recorded <> 0 AND id <> $4)`

// Adopted implements journal.Store.
func (s Journal) Adopted(ctx context.Context, id string, stamp journal.Stamp) (bool, error) {
	var taken bool
	if _, err := s.DB.one(ctx, sqlStampTaken, []any{stamp.Card, stamp.Kind, stamp.At, id}, &taken); err != nil {
		return false, fmt.Errorf("look for stamp: %w", err)
	}
	return taken, nil
}

const (
	sqlLastPress = `SELECT ` + pressColumns + ` FROM presses
		WHERE person = $1 AND team = $2 AND status = 'delivered' AND kind NOT IN ('agree', 'object') ORDER BY delivered DESC LIMIT 1`
	sqlResentPresses = `SELECT ` + pressColumns + ` FROM presses
		WHERE object = $1 AND team = $2 AND resent <> 0 AND status = 'delivered' AND change IS NULL`
	sqlOpenPressesIn = sqlOpenPresses + ` AND team = $1 AND change IS NULL`
	sqlPressesBy     = `SELECT ` + pressColumns + ` FROM presses
		WHERE actor = $1 AND actor <> '' AND (received >= $2 OR status NOT IN ('delivered', 'refused')) AND change IS NULL`
	sqlTeamConflicts = `SELECT ` + pressColumns + ` FROM presses
		WHERE team = $1 AND status = 'conflict' AND change IS NULL ORDER BY at, id`
	sqlUnchecked = `SELECT ` + pressColumns + ` FROM presses
		WHERE team = $1 AND trust = 'device' AND status = 'delivered' AND at > $2 AND received - at > $3
			AND stated = 0 AND choice = '' AND change IS NULL ORDER BY at DESC, id LIMIT 100`
)

// Last implements journal.Past.
func (s Journal) Last(ctx context.Context, person, team string) (journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlLastPress, person, team)
	if err != nil {
		return journal.Entry{}, fmt.Errorf("select last press: %w", err)
	}
	if len(found) == 0 {
		return journal.Entry{}, journal.ErrNoEntry
	}
	return found[0], nil
}

// Resent implements journal.Past.
func (s Journal) Resent(ctx context.Context, object, team string) ([]journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlResentPresses, object, team)
	if err != nil {
		return nil, fmt.Errorf("select presses sent again: %w", err)
	}
	return found, nil
}

// Conflicts implements journal.Past.
func (s Journal) Conflicts(ctx context.Context, team string) ([]journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlTeamConflicts, team)
	if err != nil {
		return nil, fmt.Errorf("select conflicts: %w", err)
	}
	return found, nil
}

// OpenIn implements journal.Past.
func (s Journal) OpenIn(ctx context.Context, team string) ([]journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlOpenPressesIn, team)
	if err != nil {
		return nil, fmt.Errorf("select open presses: %w", err)
	}
	return found, nil
}

// MadeBy implements journal.Past.
func (s Journal) MadeBy(ctx context.Context, actor string, since clock.Instant) ([]journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlPressesBy, actor, since)
	if err != nil {
		return nil, fmt.Errorf("select presses for others: %w", err)
	}
	return found, nil
}

// Unchecked implements journal.Past.
func (s Journal) Unchecked(ctx context.Context, team string, since clock.Instant, late clock.Span) ([]journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, sqlUnchecked, team, since, late)
	if err != nil {
		return nil, fmt.Errorf("select unchecked presses: %w", err)
	}
	return found, nil
}

const (
	sqlClaim = `INSERT INTO claims AS held (person, owner, until) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET owner = excluded.owner, until = excluded.until
		WHERE held.owner = excluded.owner OR held.until <= $4`
	sqlReleaseClaim = `DELETE FROM claims WHERE person = $1 AND owner = $2`
)

// Claim implements journal.Claims.
func (s Journal) Claim(ctx context.Context, person, owner string, now, until clock.Instant) (bool, error) {
	n, err := s.DB.exec(ctx, sqlClaim, person, owner, until, now)
	if err != nil {
		return false, fmt.Errorf("claim presses: %w", err)
	}
	return n == 1, nil
}

// Release implements journal.Claims.
func (s Journal) Release(ctx context.Context, person, owner string) error {
	if _, err := s.DB.exec(ctx, sqlReleaseClaim, person, owner); err != nil {
		return fmt.Errorf("release claim: %w", err)
	}
	return nil
}

func scanPress(row pgx.CollectableRow) (journal.Entry, error) {
	var e journal.Entry
	var change []byte
	err := row.Scan(&e.ID, &e.Person, &e.Object, &e.Session, &e.Team, &e.Kind, &e.Seen, &e.At, &e.Bound, &e.Trust,
		&e.Device, &e.Seq, &e.Note, &e.Received, &e.Status, &e.Code, &e.Version, &e.Step, &e.Sent, &e.Written,
		&e.Reads, &e.Tries, &e.NotBefore, &e.Card, &e.Recorded, &e.Delivered, &e.Before,
		&e.Actor, &e.Stated, &e.Resent, &e.Against, &e.Choice, &e.Chosen, &e.Decider, &e.Approved, &change)
	if err == nil {
		e.Change, err = journal.ChangeOf(change)
	}
	return e, err
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

// Journal keeps presses in SQLite.
type Journal struct{ DB *DB }

var (
	_ journal.Store = Journal{}
	_ journal.Past  = Journal{}
)

const pressColumns = `id, person, object, session, team, kind, seen, at, bound, trust, device, seq, note,
	received, status, code, version, step, sent, written, reads, tries, not_before,
	card, recorded, delivered, before, actor, stated, resent, against, choice, chosen, decider, approved, change`

const insertPress = `INSERT INTO presses (` + pressColumns + `)
	VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
	ON CONFLICT (id) DO NOTHING`

// Accept implements journal.Store.
func (s Journal) Accept(ctx context.Context, e journal.Entry) (journal.Entry, bool, error) {
	e.Version = 1
	fresh, err := s.record(ctx, e, insertPress,
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
const updatePress = `UPDATE presses SET session = ?, status = ?, code = ?, version = version + 1,
	step = ?, sent = ?, written = ?, reads = ?, tries = ?, not_before = ?,
	card = ?, recorded = ?, delivered = ?, before = ?,
	resent = ?, against = ?, choice = ?, chosen = ?, decider = ?, change = ?
	WHERE id = ? AND version = ?`

// Update implements journal.Store.
func (s Journal) Update(ctx context.Context, e journal.Entry) (journal.Entry, error) {
	updated, err := s.record(ctx, e, updatePress,
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

const selectPress = `SELECT ` + pressColumns + ` FROM presses WHERE id = ?`

// Entry implements journal.Store.
func (s Journal) Entry(ctx context.Context, id string) (journal.Entry, error) {
	e, err := scanPress(s.DB.queryRow(ctx, selectPress, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Entry{}, journal.ErrNoEntry
	}
	if err != nil {
		return journal.Entry{}, fmt.Errorf("select press: %w", err)
	}
	return e, nil
}

const (
	openPresses   = `SELECT ` + pressColumns + ` FROM presses WHERE status NOT IN ('delivered', 'refused')`
	openPressesOf = openPresses + ` AND person = ?`
)

// Open implements journal.Store.
func (s Journal) Open(ctx context.Context, person string) ([]journal.Entry, error) {
	if person == "" {
		return s.list(ctx, openPresses)
	}
	return s.list(ctx, openPressesOf, person)
}

// list gives the presses that a query selects.
func (s Journal) list(ctx context.Context, query string, args ...any) ([]journal.Entry, error) {
	rows, err := s.DB.query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select presses: %w", err)
	}
	defer rows.Close()
	var entries []journal.Entry
	for rows.Next() {
		e, err := scanPress(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("select presses: %w", err)
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

const (
	lastPress = `SELECT ` + pressColumns + ` FROM presses
		WHERE person = ? AND team = ? AND status = 'delivered' AND kind NOT IN ('agree', 'object') ORDER BY delivered DESC LIMIT 1`
	resentPresses = `SELECT ` + pressColumns + ` FROM presses
		WHERE object = ? AND team = ? AND resent <> 0 AND status = 'delivered' AND change IS NULL`
	openPressesIn = openPresses + ` AND team = ? AND change IS NULL`
	pressesBy     = `SELECT ` + pressColumns + ` FROM presses
		WHERE actor = ? AND actor <> '' AND (received >= ? OR status NOT IN ('delivered', 'refused')) AND change IS NULL`
	teamConflicts = `SELECT ` + pressColumns + ` FROM presses
		WHERE team = ? AND status = 'conflict' AND change IS NULL ORDER BY at, id`
	uncheckedPresses = `SELECT ` + pressColumns + ` FROM presses
		WHERE team = ? AND trust = 'device' AND status = 'delivered' AND at > ? AND received - at > ?
			AND stated = 0 AND choice = '' AND change IS NULL ORDER BY at DESC, id LIMIT 100`
)

// Last implements journal.Past.
func (s Journal) Last(ctx context.Context, person, team string) (journal.Entry, error) {
	found, err := s.list(ctx, lastPress, person, team)
	if err != nil || len(found) > 0 {
		return append(found, journal.Entry{})[0], err
	}
	return journal.Entry{}, journal.ErrNoEntry
}

// Resent implements journal.Past.
func (s Journal) Resent(ctx context.Context, object, team string) ([]journal.Entry, error) {
	return s.list(ctx, resentPresses, object, team)
}

// Conflicts implements journal.Past.
func (s Journal) Conflicts(ctx context.Context, team string) ([]journal.Entry, error) {
	return s.list(ctx, teamConflicts, team)
}

// OpenIn implements journal.Past.
func (s Journal) OpenIn(ctx context.Context, team string) ([]journal.Entry, error) {
	return s.list(ctx, openPressesIn, team)
}

// MadeBy implements journal.Past.
func (s Journal) MadeBy(ctx context.Context, actor string, since clock.Instant) ([]journal.Entry, error) {
	return s.list(ctx, pressesBy, actor, since)
}

// Unchecked implements journal.Past.
func (s Journal) Unchecked(ctx context.Context, team string, since clock.Instant, late clock.Span) ([]journal.Entry, error) {
	return s.list(ctx, uncheckedPresses, team, since, late)
}

const stampTaken = `SELECT EXISTS (SELECT 1 FROM presses
	WHERE card = ? AND kind = ? AND recorded = ? AND recorded <> 0 AND id <> ?)`

// Adopted implements journal.Store.
func (s Journal) Adopted(ctx context.Context, id string, stamp journal.Stamp) (bool, error) {
	var taken bool
	err := s.DB.queryRow(ctx, stampTaken, stamp.Card, stamp.Kind, stamp.At, id).Scan(&taken)
	if err != nil {
		return false, fmt.Errorf("look for stamp: %w", err)
	}
	return taken, nil
}

func scanPress(scan func(...any) error) (journal.Entry, error) {
	var e journal.Entry
	var change []byte
	err := scan(&e.ID, &e.Person, &e.Object, &e.Session, &e.Team, &e.Kind, &e.Seen, &e.At, &e.Bound, &e.Trust,
		&e.Device, &e.Seq, &e.Note, &e.Received, &e.Status, &e.Code, &e.Version, &e.Step, &e.Sent, &e.Written,
		&e.Reads, &e.Tries, &e.NotBefore, &e.Card, &e.Recorded, &e.Delivered, &e.Before,
		&e.Actor, &e.Stated, &e.Resent, &e.Against, &e.Choice, &e.Chosen, &e.Decider, &e.Approved, &change)
	if err == nil {
		e.Change, err = journal.ChangeOf(change)
	}
	return e, err
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

var _ journal.Pruner = Journal{}

const (
	// Whoever has an old event has an old press: it goes with its last event.
	selectAged = `SELECT DISTINCT person FROM presses
		WHERE status IN ('delivered', 'refused') AND max(received, delivered) < ?`
	// The event before the first that stays: one that is not old, or of a press
	// that is not over or of which something was recorded since.
	selectCut = `SELECT seq, hash FROM events WHERE person = ?1 AND seq < coalesce((
		SELECT min(seq) FROM events WHERE person = ?1 AND (at >= ?2
			OR press IN (SELECT press FROM events WHERE person = ?1 AND at >= ?2)
			OR press IN (SELECT id FROM presses WHERE person = ?1 AND status NOT IN ('delivered', 'refused'))
		)), 9223372036854775807) ORDER BY seq DESC LIMIT 1`
	setCheckpoint = `INSERT INTO checkpoints (person, seq, hash) VALUES (?,?,?)
		ON CONFLICT (person) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`
	pruneEvents  = `DELETE FROM events WHERE person = ? AND seq <= ?`
	prunePresses = `DELETE FROM presses
		WHERE person = ?1 AND status IN ('delivered', 'refused') AND max(received, delivered) < ?2
		AND id NOT IN (SELECT press FROM events WHERE person = ?1)`
)

// Prune implements journal.Pruner. Others may write between one person and the
// next.
func (s Journal) Prune(ctx context.Context, before clock.Instant) (journal.Pruned, error) {
	var gone journal.Pruned
	people, err := s.aged(ctx, before)
	if err != nil {
		return gone, fmt.Errorf("look for presses to remove: %w", err)
	}
	for _, person := range people {
		var of journal.Pruned
		err := s.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			of, err = prune(ctx, tx, person, before)
			return err
		})
		if err != nil {
			return gone, fmt.Errorf("remove presses: %w", err)
		}
		gone = gone.Add(of)
	}
	return gone, nil
}

// aged lists the people of whom something may be old enough.
func (s Journal) aged(ctx context.Context, before clock.Instant) ([]string, error) {
	rows, err := s.DB.query(ctx, selectAged, before)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var people []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, err
		}
		people = append(people, person)
	}
	return people, rows.Err()
}

// prune shortens one person's chain, and removes the presses of which nothing
// is left on it.
func prune(ctx context.Context, tx *sql.Tx, person string, before clock.Instant) (journal.Pruned, error) {
	var gone journal.Pruned
	cut, err := scanHead(person, tx.QueryRowContext(ctx, selectCut, person, before).Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return gone, err
	default:
		if _, err := tx.ExecContext(ctx, setCheckpoint, person, cut.Seq, cut.Hash[:]); err != nil {
			return gone, err
		}
		if gone.Events, err = affected(tx.ExecContext(ctx, pruneEvents, person, cut.Seq)); err != nil {
			return gone, err
		}
	}
	gone.Presses, err = affected(tx.ExecContext(ctx, prunePresses, person, before))
	return gone, err
}

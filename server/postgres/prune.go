package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

var _ journal.Pruner = Journal{}

const (
	// Whoever has an old event has an old press: it goes with its last event.
	sqlAged = `SELECT DISTINCT person FROM presses
		WHERE status IN ('delivered', 'refused') AND greatest(received, delivered) < $1`
	// No press becomes open again while its events are removed.
	sqlHoldPresses = `SELECT FROM presses WHERE person = $1 ORDER BY id FOR UPDATE`
	// The event before the first that stays: one that is not old, or of a press
	// that is not over or of which something was recorded since.
	sqlCut = `SELECT seq, hash FROM events WHERE person = $1 AND seq < coalesce((
		SELECT min(seq) FROM events WHERE person = $1 AND (at >= $2
			OR press IN (SELECT press FROM events WHERE person = $1 AND at >= $2)
			OR press IN (SELECT id FROM presses WHERE person = $1 AND status NOT IN ('delivered', 'refused'))
		)), 9223372036854775807) ORDER BY seq DESC LIMIT 1`
	sqlSetCheckpoint = `INSERT INTO checkpoints (person, seq, hash) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`
	sqlPruneEvents  = `DELETE FROM events WHERE person = $1 AND seq <= $2`
	sqlPrunePresses = `DELETE FROM presses
		WHERE person = $1 AND status IN ('delivered', 'refused') AND greatest(received, delivered) < $2
		AND id NOT IN (SELECT press FROM events WHERE person = $1)`
)

// Prune implements journal.Pruner. Others may write between one person and the
// next.
func (s Journal) Prune(ctx context.Context, before clock.Instant) (journal.Pruned, error) {
	var gone journal.Pruned
	people, err := all(ctx, s.DB, pgx.RowTo[string], sqlAged, before)
	if err != nil {
		return gone, fmt.Errorf("look for presses to remove: %w", err)
	}
	for _, person := range people {
		var of journal.Pruned
		err := s.DB.tx(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
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

// prune shortens one person's chain, and removes the presses of which nothing
// is left on it.
func prune(ctx context.Context, tx pgx.Tx, person string, before clock.Instant) (journal.Pruned, error) {
	var gone journal.Pruned
	if _, err := tx.Exec(ctx, sqlHoldPresses, person); err != nil {
		return gone, err
	}
	cut, err := scanHead(person, tx.QueryRow(ctx, sqlCut, person, before))
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return gone, err
	default:
		if _, err := tx.Exec(ctx, sqlSetCheckpoint, person, cut.Seq, cut.Hash[:]); err != nil {
			return gone, err
		}
		removed, err := tx.Exec(ctx, sqlPruneEvents, person, cut.Seq)
		if err != nil {
			return gone, err
		}
		gone.Events = int(removed.RowsAffected())
	}
	removed, err := tx.Exec(ctx, sqlPrunePresses, person, before)
	gone.Presses = int(removed.RowsAffected())
	return gone, err
}

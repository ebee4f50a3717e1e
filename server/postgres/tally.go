package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/telemetry"
)

// The index of open presses answers this; it names the same condition.
const sqlBacklog = `SELECT CASE WHEN code = $1 AND not_before = 0 THEN code ELSE status END AS waits,
	count(*), min(received) FROM presses WHERE status NOT IN ('delivered', 'refused') GROUP BY waits`

// Backlog counts the presses that are not final, by what they wait for; what
// nothing waits for is left out.
func (s Journal) Backlog(ctx context.Context) ([]telemetry.Backlog, error) {
	found, err := all(ctx, s.DB, func(row pgx.CollectableRow) (telemetry.Backlog, error) {
		var b telemetry.Backlog
		var oldest int64
		err := row.Scan(&b.Waits, &b.Count, &oldest)
		b.Oldest = time.UnixMilli(oldest)
		return b, err
	}, sqlBacklog, telemetry.WaitsForSignIn)
	if err != nil {
		return nil, fmt.Errorf("count open presses: %w", err)
	}
	return found, nil
}

const sqlLiveSessions = `SELECT count(*) FROM sessions WHERE NOT parted AND expires > $1 AND seen > $2`

// Live counts the sessions that expire after now and were seen after idle.
func (s Sessions) Live(ctx context.Context, now, idle time.Time) (int, error) {
	n := 0
	if _, err := s.DB.one(ctx, sqlLiveSessions, []any{now.UnixMilli(), idle.UnixMilli()}, &n); err != nil {
		return 0, fmt.Errorf("count sessions: %w", err)
	}
	return n, nil
}

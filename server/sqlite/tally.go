package sqlite

import (
	"context"
	"fmt"
	"time"

	"timeclock/server/telemetry"
)

// The index of open presses answers this; it names the same condition.
const backlog = `SELECT CASE WHEN code = ? AND not_before = 0 THEN code ELSE status END AS waits,
	count(*), min(received) FROM presses WHERE status NOT IN ('delivered', 'refused') GROUP BY waits`

// Backlog counts the presses that are not final, by what they wait for; what
// nothing waits for is left out.
func (s Journal) Backlog(ctx context.Context) ([]telemetry.Backlog, error) {
	rows, err := s.DB.query(ctx, backlog, telemetry.WaitsForSignIn)
	if err != nil {
		return nil, fmt.Errorf("count open presses: %w", err)
	}
	defer rows.Close()
	var all []telemetry.Backlog
	for rows.Next() {
		var b telemetry.Backlog
		var oldest int64
		if err := rows.Scan(&b.Waits, &b.Count, &oldest); err != nil {
			return nil, fmt.Errorf("count open presses: %w", err)
		}
		b.Oldest = time.UnixMilli(oldest)
		all = append(all, b)
	}
	return all, rows.Err()
}

const liveSessions = `SELECT count(*) FROM sessions WHERE parted = 0 AND expires > ? AND seen > ?`

// Live counts the sessions that expire after now and were seen after idle.
func (s Sessions) Live(ctx context.Context, now, idle time.Time) (int, error) {
	n := 0
	err := s.DB.queryRow(ctx, liveSessions, now.UnixMilli(), idle.UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count sessions: %w", err)
	}
	return n, nil
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/graph"
)

// Budget keeps the replicas that share a database within Graph's limits
// together. Each replica's own budget goes first: it puts urgent calls before
// others and passes no more than the limits. What it lets pass then takes the
// next free moment in the database, where all replicas take theirs, and waits
// for it; of one team one call at a time does so, urgent ones first.
//
// When the database does not answer, calls pass by the replica's own budget
// alone: Graph still says when it is too much.
type Budget struct {
	own *graph.Buckets
	db  *DB
	log *slog.Logger

	mu    sync.Mutex
	lines map[string]*line // by team; protected by mu
}

var _ graph.Budget = (*Budget)(nil)

// NewBudget gives this replica's part in the budget kept in db.
func NewBudget(db *DB, log *slog.Logger) *Budget {
	return &Budget{own: graph.NewBuckets(), db: db, log: log, lines: map[string]*line{}}
}

// The limits in calls a second ("Microsoft Graph service-specific throttling
// limits", Microsoft Teams).
const teamLimit = 4

var classLimits = map[graph.Class]int{graph.Read: 30, graph.Write: 30, graph.Delete: 15}

// Wait implements graph.Budget.
func (b *Budget) Wait(ctx context.Context, a graph.Ask) error {
	if err := b.own.Wait(ctx, a); err != nil {
		return err
	}
	l := b.line(a.Team)
	if err := l.enter(ctx, a.Urgent); err != nil {
		return fmt.Errorf("wait for budget: %w", err)
	}
	defer l.leave()
	wait, err := b.take(ctx, a)
	var held *graph.HeldError
	switch {
	case errors.As(err, &held):
		return held
	case ctx.Err() != nil:
		return fmt.Errorf("wait for budget: %w", ctx.Err())
	case err != nil:
		b.log.WarnContext(ctx, "budget not shared", "err", err)
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for budget: %w", ctx.Err())
	}
}

// Hold implements graph.Budget. The other replicas hear of it when the database
// does.
func (b *Budget) Hold(team string, until time.Time) {
	b.own.Hold(team, until)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		ms := time.Until(until).Milliseconds()
		if _, err := b.db.exec(ctx, sqlHold, teamKey(team), ms); err != nil {
			b.log.WarnContext(ctx, "other replicas not told to hold", "err", err)
		}
	}()
}

func teamKey(team string) string    { return "team " + team }
func classKey(c graph.Class) string { return fmt.Sprintf("class %d", c) }

// draw is how many calls are taken from a window, and its limit in calls a
// second; 0 is none.
type draw struct{ calls, limit int }

// draws gives what is taken from which window, by key.
func draws(a graph.Ask) map[string]draw {
	all := map[string]draw{
		teamKey(a.Team):   {1 + a.Reads, teamLimit},
		classKey(a.Class): {1, classLimits[a.Class]},
	}
	if a.Team == "" { // calls that concern no team
		all[teamKey("")] = draw{1 + a.Reads, 0}
	}
	if a.Reads > 0 {
		d := all[classKey(graph.Read)]
		all[classKey(graph.Read)] = draw{d.calls + a.Reads, classLimits[graph.Read]}
	}
	return all
}

const (
	sqlNow  = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`
	sqlHold = `INSERT INTO budget (key, held) VALUES ($1, ` + sqlNow + ` + $2)
		ON CONFLICT (key) DO UPDATE SET held = greatest(budget.held, excluded.held)`
	sqlWindows = `INSERT INTO budget (key) SELECT unnest($1::text[]) ON CONFLICT (key) DO NOTHING`
	sqlLock    = `SELECT key, passed, held, ` + sqlNow + ` FROM budget WHERE key = ANY($1) ORDER BY key FOR UPDATE`
	sqlPass    = `UPDATE budget SET passed = $2 WHERE key = $1`
)

// window is one row of the budget.
type window struct {
	key    string
	passed []int64
	held   int64
	now    int64
}

// take takes the earliest moment at which the call may pass, as far as all
// replicas know, and tells how long it is until then. Nothing is taken when ctx
// ends before that; the error is then a *graph.HeldError. Rows are locked in
// the order of their keys.
func (b *Budget) take(ctx context.Context, a graph.Ask) (wait time.Duration, err error) {
	wanted := draws(a)
	keys := slices.Sorted(maps.Keys(wanted))
	if _, err := b.db.exec(ctx, sqlWindows, keys); err != nil {
		return 0, fmt.Errorf("prepare budget: %w", err)
	}
	err = b.db.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		windows, err := lock(ctx, tx, keys)
		if err != nil {
			return err
		}
		var now, at int64
		for _, w := range windows {
			now = max(now, w.now) // the row locked last waited longest
		}
		at = now
		for _, w := range windows {
			at = max(at, w.held, w.free(wanted[w.key]))
		}
		wait = time.Duration(at-now) * time.Millisecond
		if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
			return &graph.HeldError{Until: time.Now().Add(wait)}
		}
		for _, w := range windows {
			if _, err := tx.Exec(ctx, sqlPass, w.key, w.with(at, wanted[w.key])); err != nil {
				return fmt.Errorf("take from budget: %w", err)
			}
		}
		return nil
	})
	return wait, err
}

// lock reads windows, and keeps others from changing them.
func lock(ctx context.Context, tx pgx.Tx, keys []string) ([]window, error) {
	rows, err := tx.Query(ctx, sqlLock, keys)
	if err != nil {
		return nil, fmt.Errorf("lock budget: %w", err)
	}
	windows, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w window, err error) {
		err = row.Scan(&w.key, &w.passed, &w.held, &w.now)
		return w, err
	})
	if err != nil {
		return nil, fmt.Errorf("lock budget: %w", err)
	}
	return windows, nil
}

// free is the earliest moment with room for so many calls more: a second after
// the call before the last limit calls, theirs counted.
func (w window) free(d draw) int64 {
	i := len(w.passed) - d.limit + d.calls - 1
	if d.limit == 0 || i < 0 {
		return 0
	}
	return w.passed[i] + 1000
}

// with is passed with those calls too, as long as it needs to be.
func (w window) with(at int64, d draw) []int64 {
	if d.limit == 0 {
		return []int64{}
	}
	passed := append(w.passed, slices.Repeat([]int64{at}, d.calls)...)
	slices.Sort(passed)
	return passed[max(0, len(passed)-d.limit):]
}

// line lets one call of a team at a time take its moment.
type line struct {
	busy   chan struct{} // holds one thing while somebody is in
	mu     sync.Mutex
	urgent int           // who wait and are urgent; protected by mu
	calm   chan struct{} // closed when none is; nil while none is
}

func (b *Budget) line(team string) *line {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.lines[team]
	if l == nil {
		l = &line{busy: make(chan struct{}, 1)}
		b.lines[team] = l
	}
	return l
}

// enter waits until nobody is in, and, if not urgent, nobody urgent waits.
func (l *line) enter(ctx context.Context, urgent bool) error {
	if urgent {
		l.rush()
		defer l.calmed()
	} else if err := l.quiet(ctx); err != nil {
		return err
	}
	select {
	case l.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *line) leave() { <-l.busy }

func (l *line) rush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.urgent++; l.urgent == 1 {
		l.calm = make(chan struct{})
	}
}

func (l *line) calmed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.urgent--; l.urgent == 0 {
		close(l.calm)
		l.calm = nil
	}
}

// quiet waits until nobody urgent waits.
func (l *line) quiet(ctx context.Context) error {
	l.mu.Lock()
	calm := l.calm
	l.mu.Unlock()
	if calm == nil {
		return nil
	}
	select {
	case <-calm:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

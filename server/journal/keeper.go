package journal

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"timeclock/app/clock"
)

// Pruner removes what has been kept for long enough.
type Pruner interface {
	// Prune removes the final presses of which nothing was recorded at before
	// or later, and their events as far as they begin a chain, and answers how
	// many presses and events that were. Of every chain it shortens it keeps
	// the last link removed as a checkpoint. What stands after an event of
	// another press stays until that one goes. Stopped half-way, it has done so
	// for some people and not for others.
	Prune(ctx context.Context, before clock.Instant) (Pruned, error)
}

// Pruned counts what was removed.
type Pruned struct{ Presses, Events int }

// Add gives both together.
func (p Pruned) Add(q Pruned) Pruned { return Pruned{p.Presses + q.Presses, p.Events + q.Events} }

// pruneEvery is how often a Keeper looks.
const pruneEvery = 24 * time.Hour

// Keeper has what is older than Retention removed, at once and then every day.
// Retention is longer than the age up to which a press is accepted: one that is
// sent again after it was removed would else be taken for a new one.
type Keeper struct {
	Store     Pruner
	Retention time.Duration // 0: everything is kept
	Now       func() time.Time
	Log       *slog.Logger
}

// Run works until ctx ends.
func (k Keeper) Run(ctx context.Context) {
	if k.Retention <= 0 {
		<-ctx.Done()
		return
	}
	each := time.NewTicker(pruneEvery)
	defer each.Stop()
	for ctx.Err() == nil {
		if err := k.prune(ctx); err != nil && ctx.Err() == nil {
			k.Log.ErrorContext(ctx, "what is older than the retention was not removed", "err", err)
		}
		select {
		case <-each.C:
		case <-ctx.Done():
		}
	}
}

func (k Keeper) prune(ctx context.Context) error {
	before := clock.At(k.Now().Add(-k.Retention))
	gone, err := k.Store.Prune(ctx, before)
	if gone != (Pruned{}) {
		k.Log.InfoContext(ctx, "removed what is older than the retention",
			"presses", gone.Presses, "events", gone.Events, "before", before.Time())
	}
	if err != nil {
		return fmt.Errorf("prune: %w", err)
	}
	return nil
}

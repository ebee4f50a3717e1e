package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

// pruned notes when it was asked, and for what.
type pruned struct {
	asked []time.Duration // since the test began
	kept  []clock.Span    // what was to be kept then
	begun time.Time
}

func (p *pruned) Prune(_ context.Context, before clock.Instant) (journal.Pruned, error) {
	p.asked = append(p.asked, time.Since(p.begun))
	p.kept = append(p.kept, clock.At(time.Now()).Sub(before))
	return journal.Pruned{Presses: 1}, errors.New("the disk is full")
}

func TestKeeperRemovesEveryDay(t *testing.T) {
	for retention, want := range map[time.Duration][]time.Duration{
		0: nil, 720 * time.Hour: {0, 24 * time.Hour, 48 * time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := &pruned{begun: time.Now()}
			k := journal.Keeper{Store: p, Retention: retention, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Hour)
			defer cancel()
			k.Run(ctx)
			if ctx.Err() == nil || !slices.Equal(p.asked, want) {
				t.Errorf("with a retention of %s, removed at %v and ended with %v; want %v, until it was ended", retention, p.asked, ctx.Err(), want)
			}
			for _, span := range p.kept {
				if span.Duration() != retention {
					t.Errorf("removed what was older than %s, want %s", span.Duration(), retention)
				}
			}
		})
	}
}

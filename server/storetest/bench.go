package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timeclock/server/journal"
)

// BenchmarkAccept measures what it takes to keep a press, without an event and
// with one, when one person presses after the other and when many do at once.
func BenchmarkAccept(b *testing.B, open func(b *testing.B) journal.Store) {
	for _, atOnce := range []int{1, 16} {
		for _, events := range []int{0, 1} {
			b.Run(fmt.Sprintf("at_once=%d/events=%d", atOnce, events), func(b *testing.B) {
				s := open(b)
				took := acceptAll(b, s, atOnce, events)
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			})
		}
	}
}

// acceptAll accepts b.N presses, so many at once, and gives how long each took.
func acceptAll(b *testing.B, s journal.Store, atOnce, events int) []time.Duration {
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range atOnce {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				e := press(fmt.Sprint("press-", i), fmt.Sprint("person-", i%500))
				if events > 0 {
					e.Events = []journal.Event{journal.Pressed(e, e.Received)}
				}
				begun := time.Now()
				if _, fresh, err := s.Accept(context.Background(), e); err != nil || !fresh {
					b.Errorf("Accept = %v, %v", fresh, err)
				}
				took[i-1] = time.Since(begun)
			}
		})
	}
	wg.Wait()
	return took
}

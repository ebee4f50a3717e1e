package journal_test

import (
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	sandbox "timeclock/server/sandbox/tenant"
)

// crowd has so many calls of the team, older than any press, wait before it.
func (w *world) crowd(budget graph.Budget, calls int) {
	for range calls {
		go func() {
			_ = budget.Wait(w.t.Context(), graph.Ask{Team: w.team, Class: graph.Read, Urgent: true, Since: time.Now().Add(-time.Hour)})
		}()
	}
	synctest.Wait()
}

// TestAPressWaitsForItsTurn: whatever goes before it in the budget, a press is
// sent once, when its turn comes, and stands there at its own time. What an
// action would stamp too late is written.
func TestAPressWaitsForItsTurn(t *testing.T) {
	for _, tt := range []struct {
		name    string
		from    clock.State
		kind    clock.Kind
		before  int // calls
		written bool
	}{
		{"clock in, at once", clock.Out, clock.ClockIn, 0, false},
		{"clock in, in three seconds", clock.Out, clock.ClockIn, 12, false},
		{"clock in, in a minute", clock.Out, clock.ClockIn, 240, true},
		{"clock in, in five minutes", clock.Out, clock.ClockIn, 1200, true},
		{"break, in a minute", clock.In, clock.StartBreak, 240, true},
		{"clock out, in five minutes", clock.In, clock.ClockOut, 1200, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				budget := graph.NewBuckets()
				w, end := newWorldOf(t, onSQLite(t), false, budget)
				defer end()
				if tt.from == clock.In {
					w.open(4 * time.Hour)
				}
				w.start()
				if _, err := w.cards.Mirror.Read(t.Context(), mirrorKey(w)); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Second)
				w.crowd(budget, tt.before)
				before := len(w.graph.Calls())
				e := w.pressed(w.punch(1, tt.kind, 0))
				off := e.Recorded.Sub(e.At)
				if e.Status != wire.Delivered || e.Written != tt.written || off < 0 || off > clock.Of(w.limits.Tolerance) || tt.written && off != 0 {
					t.Errorf("it is %s (%s), written %v, %d ms from the press", e.Status, e.Code, e.Written, off)
				}
				if e.Tries != 0 || e.Resent != 0 {
					t.Errorf("it took %d attempts that failed", e.Tries)
				}
				writes := 0
				for _, c := range w.graph.Calls()[before:] {
					if c.Effect != nil {
						writes++
					}
				}
				if calls := len(w.graph.Calls()) - before; writes != 1 || calls > 3 {
					t.Errorf("Graph was asked %d times and changed %d times", calls, writes)
				}
			})
		})
	}
}

// TestWhoWaitsSaysSo: a press that waits for the budget is told to be waiting
// for that, and a crash meanwhile leaves it as it was.
func TestWhoWaitsSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := graph.NewBuckets()
		w, end := newWorldOf(t, onSQLite(t), false, budget)
		defer end()
		w.start()
		w.crowd(budget, 600)
		p := w.punch(1, clock.ClockIn, 0)
		w.press(p)
		time.Sleep(time.Minute)
		if e, err := w.db.journal.Entry(t.Context(), p.ID); err != nil || e.Status != wire.Accepted || e.Code != wire.CodeBusy {
			t.Errorf("after a minute it is %s (%s), %v; want it accepted (busy)", e.Status, e.Code, err)
		}
		w.restart()
		if e, ok := w.until(p.ID, final); !ok || e.Status != wire.Delivered || e.Recorded != p.At {
			t.Errorf("in the end it is %s (%s), recorded at %d", e.Status, e.Code, e.Recorded)
		}
		if n := w.effects(0); n[sandbox.Create] != 1 || len(n) != 1 {
			t.Errorf("it was made %v", n)
		}
	})
}

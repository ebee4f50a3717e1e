package report_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/report"
)

// slow is a Reader that takes its time and counts.
type slow struct {
	takes       time.Duration
	cards       int
	err         error
	mu          sync.Mutex
	begun, over int
	most        int // at the same time
}

func (s *slow) Cards(ctx context.Context, _ graph.Caller, team, _ string, at clock.Stretch, progress func(int)) ([]report.Card, error) {
	s.note(1)
	defer s.note(-1)
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	progress(s.cards)
	var all []report.Card
	for i := range s.cards {
		in := at.To.Add(-clock.Hour)
		all = append(all, report.Card{Card: clock.Card{ID: fmt.Sprint(i), Team: team, Person: fmt.Sprint(i), In: &clock.Event{At: in}, Out: &clock.Event{At: in}}})
	}
	return all, s.err
}

func (s *slow) note(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if by > 0 {
		s.begun++
	} else {
		s.over++
	}
	s.most = max(s.most, s.begun-s.over)
}

// readings tells how many began and how many are over.
func (s *slow) readings() (begun, over int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun, s.over
}

func (s *slow) Shifts(context.Context, graph.Caller, string, clock.Stretch, func(int)) (map[string][]clock.Stretch, error) {
	return nil, nil
}

func slowReports(s *slow) *report.Reports {
	return &report.Reports{
		Reader: s, Members: func(string) []wire.Person { return nil }, Confirmed: vouched{}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}
}

func askOf(viewer string, days int) report.Ask {
	p := week()
	p.To = p.From.AddDays(days)
	return report.Ask{Period: p, Viewer: viewer}
}

// get asks, and tells how often it was told of the progress.
func get(ctx context.Context, r *report.Reports, a report.Ask) (told int, err error) {
	_, err = r.Get(ctx, a, func(wire.ReportProgress) { told++ })
	return told, err
}

func TestSeveralShareAReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{takes: time.Minute}
		r := slowReports(s)
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Second)
				told, err := get(t.Context(), r, askOf(fmt.Sprint("viewer ", i%2), 7))
				if err != nil || told < 10 {
					t.Errorf("told %d times, %v; want at least every 5 s of a minute", told, err)
				}
			})
		}
		all.Wait()
		if s.begun != 2 || s.most != 1 {
			t.Errorf("%d readings for two viewers, %d at once; want two, one after the other", s.begun, s.most)
		}
	})
}

func TestAReadingEndsWhenNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{takes: time.Minute}
		r := slowReports(s)
		impatient, leave := context.WithTimeout(t.Context(), 10*time.Second)
		defer leave()
		patient, go2 := context.WithTimeout(t.Context(), 20*time.Second)
		defer go2()
		var all sync.WaitGroup
		for _, ctx := range []context.Context{impatient, patient} {
			all.Go(func() {
				if _, err := get(ctx, r, askOf("one", 7)); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("ended with %v", err)
				}
			})
		}
		time.Sleep(15 * time.Second)
		if _, over := s.readings(); over != 0 {
			t.Error("the reading ended while somebody waited")
		}
		all.Wait()
		synctest.Wait()
		if _, over := s.readings(); over != 1 {
			t.Error("the reading went on for nobody")
		}
		if _, err := get(t.Context(), r, askOf("one", 7)); err != nil || s.begun != 2 {
			t.Errorf("asked again: %v, %d readings; want another", err, s.begun)
		}
	})
}

func TestReportsAreKeptForMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{takes: 10 * time.Minute} // as a very large team takes
		r := slowReports(s)
		for i, wait := range []time.Duration{0, 4 * time.Minute, 2 * time.Minute} {
			time.Sleep(wait)
			if _, err := get(t.Context(), r, askOf("one", 7)); err != nil {
				t.Fatal(err)
			}
			if want := []int{1, 1, 2}[i]; s.begun != want {
				t.Errorf("step %d: %d readings, want %d", i, s.begun, want)
			}
		}
	})
}

func TestReportsKeptAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{cards: 30_000, takes: time.Second}
		r := slowReports(s)
		for days := 1; days <= 4; days++ {
			if _, err := get(t.Context(), r, askOf("one", days)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := get(t.Context(), r, askOf("one", 4)); err != nil || s.begun != 4 {
			t.Errorf("the last: %v, %d readings; want it kept", err, s.begun)
		}
		if _, err := get(t.Context(), r, askOf("one", 1)); err != nil || s.begun != 5 {
			t.Errorf("the first: %v, %d readings; want it given up", err, s.begun)
		}
	})
}

func TestFailuresAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{err: graph.ErrUnavailable}
		r := slowReports(s)
		for want := 1; want <= 2; want++ {
			if _, err := get(t.Context(), r, askOf("one", 7)); !errors.Is(err, graph.ErrUnavailable) || s.begun != want {
				t.Errorf("%v after %d readings, want Graph's error after %d", err, s.begun, want)
			}
		}
	})
}

// TestAReadingHasAnEnd holds that one that takes for ever is told as Graph's
// slowness.
func TestAReadingHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := slowReports(&slow{takes: 24 * time.Hour})
		if _, err := get(t.Context(), r, askOf("one", 7)); !errors.Is(err, graph.ErrTimeout) {
			t.Errorf("ended with %v, want %v", err, graph.ErrTimeout)
		}
	})
}

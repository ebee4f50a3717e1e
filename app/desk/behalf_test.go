package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// office is a server that knows a team and what was pressed for its people.
type office struct {
	Server // the calls a test does not expect

	mu     sync.Mutex
	in     map[string]bool         // who is in
	taken  map[string]wire.Receipt // by the id of the press
	counts map[string]int          // presses done, by person
	down   bool                    // answers are lost
	refuse string                  // whose presses Graph refuses
	calls  []int                   // how many presses each call had
}

func (o *office) Me(context.Context) (wire.Me, error) {
	return wire.Me{Person: wire.Person{ID: "sara", Name: "Sara"}, Now: noon, Teams: []wire.Team{
		{ID: "t", Name: "Café", Supervisor: true}, {ID: "u", Name: "Bakery"},
	}}, nil
}

func (o *office) Board(context.Context, string, bool) (wire.Board, error) {
	b := wire.Board{Team: "t", AsOf: noon}
	for i := range 120 {
		b.Rows = append(b.Rows, wire.Row{Person: wire.Person{ID: fmt.Sprint("p", i), Name: fmt.Sprint("P", i)}, State: clock.Out})
	}
	return b, nil
}

func (o *office) Conflicts(context.Context, string) (wire.Conflicts, error) {
	return wire.Conflicts{}, nil
}

func (o *office) Watch(ctx context.Context, _ string, _ func(client.DeskEvent)) error {
	<-ctx.Done()
	return ctx.Err()
}

func (o *office) Behalf(_ context.Context, person, team string, presses []wire.Behalf, preview bool) (wire.Results, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := wire.Results{Team: team}
	for _, p := range presses {
		r := wire.Result{ID: p.ID, Person: wire.Person{ID: p.Person}}
		switch {
		case preview && o.in[p.Person]:
			r.Code, r.State = wire.CodeOrder, clock.In
		case !preview:
			receipt, again := o.taken[p.ID]
			if !again {
				receipt = wire.Receipt{ID: p.ID, Status: wire.Delivered, Note: p.Note}
				if p.Person == o.refuse {
					receipt.Status, receipt.Code = wire.Refused, wire.CodeRefused
				} else {
					o.counts[p.Person]++
				}
				o.taken[p.ID] = receipt
			}
			r.Receipt = &receipt
		}
		out.Results = append(out.Results, r)
	}
	o.calls = append(o.calls, len(presses))
	if o.down {
		return wire.Results{}, wire.NewProblem(0, wire.CodeOffline, "lost")
	}
	return out, nil
}

func newOffice() *office {
	return &office{in: map[string]bool{}, taken: map[string]wire.Receipt{}, counts: map[string]int{}}
}

// at opens a desk at an office, with so many people acted for.
func (o *office) at(t *testing.T, people int) *Store {
	t.Helper()
	ids := 0
	s := New(Deps{
		Server: o, Watch: outbox.NewWatch(func() time.Duration { return 0 }, func() clock.Instant { return noon }),
		Zone: func(string) clock.Zone { return clock.UTC }, ID: func() string { ids++; return fmt.Sprint("id", ids) },
		Fold: strings.ToLower, Assign: func(string) {}, Path: func() string { return "/team" },
		Pref: func(string) string { return "" }, SetPref: func(string, string) {}, Save: func(browser.File) error { return nil },
	})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s.Open(ctx)
	synctest.Wait()
	var all []string
	for i := range people {
		all = append(all, fmt.Sprint("p", i))
	}
	s.Begin(clock.ClockIn, all...)
	return s
}

func (s *Store) wait() Behalf {
	synctest.Wait()
	return s.Model().Behalf
}

func TestManyAreActedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.in["p1"], o.in["p2"], o.in["p101"] = true, true, true
		s := o.at(t, 104)
		s.Foresee(clock.ClockIn, 0, "fire drill")
		if b := s.wait(); b.Step != Foreseen || b.Able() != 101 || b.Count(LeftOut) != 3 || b.Busy {
			t.Fatalf("foreseen: %d able, %d left out, step %d", b.Able(), b.Count(LeftOut), b.Step)
		}
		if len(o.counts) != 0 {
			t.Fatalf("looking did something: %v", o.counts)
		}
		s.Run()
		b := s.wait()
		if b.Count(Done) != 101 || b.Count(LeftOut) != 3 || b.Reason != "" {
			t.Errorf("%d done, %d left out, the reason is %q", b.Count(Done), b.Count(LeftOut), b.Reason)
		}
		if got := fmt.Sprint(o.calls); got != "[100 4 100 1]" {
			t.Errorf("calls had %s presses", got)
		}
	})
}

// TestLostAnswersAreAskedForAgain: the server did all of it, and what it said was
// lost. Nobody is clocked in twice.
func TestLostAnswersAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		s := o.at(t, 3)
		s.Foresee(clock.ClockIn, 0, "forgot")
		s.wait()
		o.down = true
		s.Run()
		if b := s.wait(); b.Count(Failed) != 3 || b.Trouble.Code != wire.CodeOffline || b.Reason != "forgot" {
			t.Fatalf("%d failed by %q, the reason is %q", b.Count(Failed), b.Trouble.Code, b.Reason)
		}
		o.down = false
		s.Run()
		if b := s.wait(); b.Count(Done) != 3 || b.Trouble.Code != "" {
			t.Errorf("%d done once more, trouble %q", b.Count(Done), b.Trouble.Code)
		}
		for person, n := range o.counts {
			if n != 1 {
				t.Errorf("%s was clocked in %d times", person, n)
			}
		}
	})
}

// TestARefusedOneIsTriedAnew: what was refused for good is another press then,
// and what was done is not sent again.
func TestARefusedOneIsTriedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.refuse = "p1"
		s := o.at(t, 3)
		s.Foresee(clock.ClockIn, 0, "forgot")
		s.wait()
		s.Run()
		if b := s.wait(); b.Count(Failed) != 1 || b.Count(Done) != 2 {
			t.Fatalf("%d failed, %d done", b.Count(Failed), b.Count(Done))
		}
		o.refuse = ""
		s.Run()
		if b := s.wait(); b.Count(Done) != 3 || fmt.Sprint(o.calls) != "[3 3 1]" {
			t.Errorf("%d done after calls of %v presses", b.Count(Done), o.calls)
		}
	})
}

// TestWhatWasWrittenStays: the reason outlives the dialog until something was
// done.
func TestWhatWasWrittenStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		s := o.at(t, 1)
		s.Leave("half a rea")
		s.Begin(clock.ClockIn, "p0")
		if got := s.Model().Behalf.Reason; got != "half a rea" {
			t.Errorf("the reason is %q once more", got)
		}
		s.Foresee(clock.ClockIn, 0, "whole")
		s.wait()
		s.Run()
		s.wait()
		s.Leave("whole")
		if got := s.Model().Behalf; got.Reason != "" || got.Step != Idle {
			t.Errorf("left behind is %+v", got)
		}
	})
}

package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/sqlite"
)

var anna = journal.Who{Person: "tid.oid", Object: "oid", Session: "s1"}

// run starts a journal on the database and tenant given and answers it with a
// function that stops it, as a process that ends would.
func run(t *testing.T, store store, d journal.Deliverer) (*journal.Journal, func()) {
	t.Helper()
	j := &journal.Journal{
		Store: store, Past: store, Claims: store, Deliverer: d, Limits: journal.DefaultLimits,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx) }()
	synctest.Wait()
	return j, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
	}
}

// store is all that a journal keeps.
type store interface {
	journal.Store
	journal.Past
	journal.Claims
}

func open(t *testing.T) store {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return sqlite.Journal{DB: db}
}

func punch(id string, seq int64, k clock.Kind) wire.Punch {
	return wire.Punch{ID: id, Team: "team", Kind: k, At: clock.At(time.Now()), Trust: wire.Anchored, Device: "phone", Seq: seq}
}

// settled waits until the press is final and gives its entry.
func settled(t *testing.T, store journal.Store, id string) journal.Entry {
	t.Helper()
	for range 600 {
		e, err := store.Entry(t.Context(), id)
		if err != nil {
			t.Fatalf("Entry(%s) = %v", id, err)
		}
		if final(e) {
			return e
		}
		time.Sleep(time.Second)
	}
	e, _ := store.Entry(t.Context(), id)
	t.Fatalf("press %s is still %s (%s) after ten minutes", id, e.Status, e.Code)
	return e
}

// prepared gives a tenant in which the person is in the state given.
func prepared(s clock.State) *tenant {
	te := &tenant{}
	past := clock.At(time.Now()).Add(-4 * clock.Hour)
	if s != clock.Out {
		te.apply("", []clock.Kind{clock.ClockIn}, past)
	}
	if s == clock.OnBreak {
		te.apply("TCK_1", []clock.Kind{clock.StartBreak}, past.Add(clock.Hour))
	}
	return te
}

var presses = []struct {
	from clock.State
	kind clock.Kind
	want map[clock.Kind]int // stamps in the end
}{
	{clock.Out, clock.ClockIn, map[clock.Kind]int{clock.ClockIn: 1}},
	{clock.In, clock.StartBreak, map[clock.Kind]int{clock.ClockIn: 1, clock.StartBreak: 1}},
	{clock.OnBreak, clock.EndBreak, map[clock.Kind]int{clock.ClockIn: 1, clock.StartBreak: 1, clock.EndBreak: 1}},
	{clock.In, clock.ClockOut, map[clock.Kind]int{clock.ClockIn: 1, clock.ClockOut: 1}},
	{clock.OnBreak, clock.ClockOut, map[clock.Kind]int{clock.ClockIn: 1, clock.StartBreak: 1, clock.EndBreak: 1, clock.ClockOut: 1}},
}

var (
	throttled = fault{name: "throttled", err: told(journal.NotSent, wire.CodeBusy)}
	down      = fault{name: "unreachable", err: told(journal.NotSent, wire.CodeGraphDown)}
	cutBefore = fault{name: "cut before the effect", err: told(journal.Unknown, wire.CodeGraphDown)}
	cutAfter  = fault{name: "cut after the effect", effect: true, err: told(journal.Unknown, wire.CodeGraphDown)}
	lateShown = fault{name: "effect shown by a later reading", effect: true, hidden: 1, err: told(journal.Unknown, wire.CodeGraphSlow)}
	odd       = fault{name: "an error without a class after the effect", effect: true, err: errors.New("odd")}
)

func TestEveryPressEndsAsOneEvent(t *testing.T) {
	scripts := [][]fault{
		nil, {throttled}, {down, down, down}, {cutBefore}, {cutAfter}, {lateShown}, {odd},
		{cutBefore, cutAfter}, {cutBefore, cutBefore}, {throttled, cutAfter}, {{}, cutAfter}, {{}, cutBefore}, {{}, throttled},
	}
	for _, p := range presses {
		for _, script := range scripts {
			for _, late := range []time.Duration{0, time.Minute} {
				name := fmt.Sprintf("%s from %s, %s late", p.kind, p.from, late)
				for _, f := range script {
					name += ", " + f.name
				}
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { oneEvent(t, p.from, p.kind, p.want, script, late) })
				})
			}
		}
	}
}

func oneEvent(t *testing.T, from clock.State, k clock.Kind, want map[clock.Kind]int, script []fault, late time.Duration) {
	te, store := prepared(from), open(t)
	te.faults = script
	p := punch("p1", 1, k)
	time.Sleep(late)
	j, stop := run(t, store, te)
	defer stop()
	for range 3 { // the browser asks again; nothing may come of it
		if _, err := j.Accept(t.Context(), p, anna); err != nil {
			t.Fatalf("Accept = %v", err)
		}
	}
	e := settled(t, store, "p1")
	if e.Status != wire.Delivered {
		t.Fatalf("press ended as %s (%s), want delivered", e.Status, e.Code)
	}
	wantStamps(t, te, want)
	if off := e.Recorded.Sub(e.At).Abs(); off > clock.Of(journal.DefaultLimits.Tolerance)+clock.Second {
		t.Errorf("recorded %d ms away from the press", off)
	}
	if e.Written && e.Recorded != e.At {
		t.Errorf("written at %d, pressed at %d", e.Recorded, e.At)
	}
	if e.Written && k != clock.ClockIn && len(e.Before) == 0 {
		t.Error("the card was replaced without being kept")
	}
}

func wantStamps(t *testing.T, te *tenant, want map[clock.Kind]int) {
	t.Helper()
	got := te.stamps()
	for _, k := range clock.Kinds {
		if got[k] != want[k] {
			t.Errorf("%d × %s on the cards, want %d: %+v", got[k], k, want[k], te.snapshot())
		}
	}
}

// failing is a store whose updates fail from a certain one on.
type failing struct {
	store
	good int // updates that still succeed
	then bool
}

func (f *failing) Update(ctx context.Context, e journal.Entry) (journal.Entry, error) {
	if f.then {
		return e, errors.New("disk full")
	}
	if f.good--; f.good < 0 {
		f.then = true
		return e, errors.New("disk full")
	}
	return f.store.Update(ctx, e)
}

func TestPressSurvivesTheProcess(t *testing.T) {
	for _, p := range presses {
		for good := range 4 {
			t.Run(fmt.Sprintf("%s from %s, record lost after %d writes", p.kind, p.from, good), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					te, store := prepared(p.from), open(t)
					j, kill := run(t, &failing{store: store, good: good}, te)
					if _, err := j.Accept(t.Context(), punch("p1", 1, p.kind), anna); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
					kill()
					time.Sleep(2 * time.Minute)
					_, stop := run(t, store, te)
					defer stop()
					if e := settled(t, store, "p1"); e.Status != wire.Delivered {
						t.Errorf("press ended as %s (%s)", e.Status, e.Code)
					}
					wantStamps(t, te, p.want)
				})
			})
		}
	}
}

func TestPressThatMayNotFollow(t *testing.T) {
	for _, blind := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			te, store := prepared(clock.Out), open(t)
			te.blind = blind
			j, stop := run(t, store, te)
			defer stop()
			j.Accept(t.Context(), punch("out", 1, clock.ClockOut), anna)
			if e := settled(t, store, "out"); e.Status != wire.Conflicted || e.Code != wire.CodeOrder {
				t.Errorf("clock out while out = %s (%s), want a conflict (order)", e.Status, e.Code)
			}
			j.Accept(t.Context(), punch("in", 2, clock.ClockIn), anna)
			if e := settled(t, store, "in"); e.Status != wire.Delivered {
				t.Errorf("the press behind it = %s, want delivered", e.Status)
			}
			wantStamps(t, te, map[clock.Kind]int{clock.ClockIn: 1})
		})
	}
}

func TestRefusedByGraphThoughTheCardsChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.In), open(t)
		te.faults = []fault{{err: told(journal.Refused, wire.CodeRefused)}}
		j, stop := run(t, store, te)
		defer stop()
		j.Accept(t.Context(), punch("p", 1, clock.ClockOut), anna)
		if e := settled(t, store, "p"); e.Status != wire.Refused || e.Code != wire.CodeRefused {
			t.Errorf("= %s (%s), want refused (graph_refused)", e.Status, e.Code)
		}
	})
}

func TestADayInOrderFromTwoDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.Out), open(t)
		te.faults = []fault{down, throttled, cutAfter}
		j, stop := run(t, store, te)
		defer stop()
		day := []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.ClockOut}
		for i, k := range day {
			p := punch(fmt.Sprintf("p%d", i), int64(i), k)
			p.Device = []string{"phone", "desk"}[i%2]
			if _, err := j.Accept(t.Context(), p, anna); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		for i := range day {
			if e := settled(t, store, fmt.Sprintf("p%d", i)); e.Status != wire.Delivered {
				t.Errorf("press %d ended as %s (%s)", i, e.Status, e.Code)
			}
		}
		wantStamps(t, te, map[clock.Kind]int{clock.ClockIn: 1, clock.StartBreak: 1, clock.EndBreak: 1, clock.ClockOut: 1})
	})
}

func TestPressWaitsForItsPersonToReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.Out), open(t)
		te.faults = []fault{{err: told(journal.SignedOut, wire.CodeSignedOut)}}
		j, stop := run(t, store, te)
		defer stop()
		j.Accept(t.Context(), punch("p", 1, clock.ClockIn), anna)
		time.Sleep(time.Hour)
		back := anna
		waiting, err := j.Waiting(t.Context(), back)
		if err != nil || len(waiting) != 1 || waiting[0].Code != wire.CodeSignedOut {
			t.Fatalf("Waiting = %+v, %v; want the press, signed_out", waiting, err)
		}
		back.Session = "s2"
		if _, err := j.Waiting(t.Context(), back); err != nil {
			t.Fatal(err)
		}
		e := settled(t, store, "p")
		if e.Status != wire.Delivered || e.Recorded != e.At {
			t.Errorf("= %s, recorded %d, want delivered at %d", e.Status, e.Recorded, e.At)
		}
	})
}

// TestABreakIsRecordedAsItsOwn and not as the one before, which stands as near
// to its press.
func TestABreakIsRecordedAsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.In), open(t)
		j, stop := run(t, store, te)
		defer stop()
		for i, k := range []clock.Kind{clock.StartBreak, clock.EndBreak, clock.StartBreak} {
			p := punch(fmt.Sprint("p", i), int64(i), k)
			time.Sleep(time.Duration(i) * time.Second) // on its way
			j.Accept(t.Context(), p, anna)
			settled(t, store, p.ID)
		}
		if e := settled(t, store, "p2"); e.Recorded != te.snapshot()[0].Breaks[1].Start.At {
			t.Errorf("recorded at %d, the breaks are %+v", e.Recorded, te.snapshot()[0].Breaks)
		}
	})
}

func TestTimesThatCannotBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.Out), open(t)
		j, stop := run(t, store, te)
		defer stop()
		for _, c := range []struct {
			off  clock.Span
			code wire.Code
		}{{-169 * clock.Hour, wire.CodeTooOld}, {3 * clock.Minute, wire.CodeFuture}} {
			p := punch(string(c.code), 1, clock.ClockIn)
			p.At = p.At.Add(c.off)
			e, err := j.Accept(t.Context(), p, anna)
			if err != nil || e.Status != wire.Conflicted || e.Code != c.code {
				t.Errorf("Accept(%+d ms) = %s (%s), %v; want a conflict (%s)", c.off, e.Status, e.Code, err, c.code)
			}
		}
		wantStamps(t, te, nil)
	})
}

func TestIDsAreOnePersonsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := open(t)
		j, stop := run(t, store, prepared(clock.Out))
		defer stop()
		p := punch("p", 1, clock.ClockIn)
		j.Accept(t.Context(), p, anna)
		ben := journal.Who{Person: "tid.ben", Object: "ben", Session: "s9"}
		if _, err := j.Accept(t.Context(), p, ben); !errors.Is(err, journal.ErrReused) {
			t.Errorf("another person's id: %v, want ErrReused", err)
		}
		if _, err := j.Receipt(t.Context(), ben, "p"); !errors.Is(err, journal.ErrNoEntry) {
			t.Errorf("another person's receipt: %v, want ErrNoEntry", err)
		}
		p.Kind = clock.ClockOut
		if _, err := j.Accept(t.Context(), p, anna); !errors.Is(err, journal.ErrReused) {
			t.Errorf("the id with another kind: %v, want ErrReused", err)
		}
	})
}

func TestTwoProcessesDeliverEachPressOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.Out), open(t)
		te.faults = []fault{throttled, {}, cutAfter, {}, lateShown, cutBefore}
		one, stopOne := run(t, store, te)
		two, stopTwo := run(t, store, te)
		defer stopTwo()
		kinds := []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.ClockOut}
		for i, k := range kinds {
			p := punch(fmt.Sprintf("p%d", i), int64(i), k)
			for _, j := range []*journal.Journal{one, two, one} { // the same press, sent to either
				if _, err := j.Accept(t.Context(), p, anna); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(700 * time.Millisecond)
		}
		stopOne()
		for i := range kinds {
			if e := settled(t, store, fmt.Sprintf("p%d", i)); e.Status != wire.Delivered {
				t.Errorf("press %d ended as %s (%s)", i, e.Status, e.Code)
			}
		}
		wantStamps(t, te, map[clock.Kind]int{clock.ClockIn: 1, clock.StartBreak: 1, clock.EndBreak: 1, clock.ClockOut: 1})
	})
}

func TestPressesOfADeadProcessGoOnWithinTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.Out), open(t)
		lease := clock.Of(journal.DefaultLimits.Lease)
		now := clock.At(time.Now())
		if held, err := store.Claim(t.Context(), anna.Person, "dead", now, now.Add(lease)); !held || err != nil {
			t.Fatalf("Claim = %v, %v", held, err)
		}
		j, stop := run(t, store, te)
		defer stop()
		j.Accept(t.Context(), punch("p", 1, clock.ClockIn), anna)
		time.Sleep((lease - clock.Second).Duration())
		wantStamps(t, te, nil) // it may still be sending
		time.Sleep(3 * time.Second)
		if e := settled(t, store, "p"); e.Status != wire.Delivered || e.Recorded != e.At {
			t.Errorf("press ended as %s at %d, pressed at %d", e.Status, e.Recorded, e.At)
		}
	})
}

// Another process accepted a press and died before it delivered it.
func TestPressesLeftBehindAreFoundWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		te, store := prepared(clock.Out), open(t)
		_, stop := run(t, store, te)
		defer stop()
		time.Sleep(time.Second)
		p := punch("p", 1, clock.ClockIn)
		if _, _, err := store.Accept(t.Context(), journal.Entry{Punch: p, Who: anna, Received: p.At, Status: wire.Accepted}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(journal.DefaultLimits.Lease + time.Second)
		synctest.Wait()
		if e := settled(t, store, "p"); e.Status != wire.Delivered || e.Recorded != e.At {
			t.Errorf("press ended as %s at %d, pressed at %d", e.Status, e.Recorded, e.At)
		}
	})
}

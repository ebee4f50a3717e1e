package journal_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	sandbox "timeclock/server/sandbox/tenant"
)

// inWorld plays f in a world and a time of its own.
func inWorld(t *testing.T, f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w, end := newWorld(t, onSQLite(t))
		defer end()
		w.start()
		f(w)
	})
}

// open gives the person a card that was opened so long ago.
func (w *world) open(ago time.Duration) clock.Instant {
	w.t.Helper()
	began := time.Now().Add(-ago).Truncate(time.Millisecond)
	card := sandbox.Card{ID: "TCK_" + w.who.Object, Team: w.team, Person: w.who.Object, Created: began, Modified: began, In: &sandbox.Event{At: began}}
	if err := w.graph.Seed([]sandbox.Card{card}, nil); err != nil {
		w.t.Fatal(err)
	}
	return clock.At(began)
}

// pressed makes a press and gives it as it goes no further by itself.
func (w *world) pressed(p wire.Punch) journal.Entry {
	w.t.Helper()
	w.press(p)
	e, ok := w.until(p.ID, final)
	if !ok {
		w.t.Errorf("%s is still %s (%s)", p.Kind, e.Status, e.Code)
	}
	return e
}

// decide has the person decide and gives the press as it ends.
func (w *world) decide(id string, d wire.Decision) journal.Entry {
	w.t.Helper()
	j, _ := w.process()
	if _, err := j.Decide(w.t.Context(), w.who, id, d); err != nil {
		w.t.Errorf("Decide(%s) = %v", d.Choice, err)
	}
	e, ok := w.until(id, final)
	if !ok {
		w.t.Errorf("after %s the press is still %s (%s)", d.Choice, e.Status, e.Code)
	}
	return e
}

// wantConflict fails unless e waits for one of these choices, for this reason.
func wantConflict(t *testing.T, e journal.Entry, code wire.Code, choices ...wire.Choice) wire.Conflict {
	t.Helper()
	r := e.Receipt()
	if r.Status != wire.Conflicted || r.Code != code || r.Conflict == nil {
		t.Fatalf("%s ended as %s (%s), want a conflict (%s)", e.Kind, r.Status, r.Code, code)
	}
	slices.Sort(r.Conflict.Choices)
	slices.Sort(choices)
	if !slices.Equal(r.Conflict.Choices, choices) {
		t.Errorf("the choices are %v, want %v", r.Conflict.Choices, choices)
	}
	return *r.Conflict
}

// wantStampsOf fails unless exactly these events stand on the person's cards.
func (w *world) wantStampsOf(want map[clock.Kind][]clock.Instant) {
	w.t.Helper()
	got := map[clock.Kind][]clock.Instant{}
	for _, s := range w.stamps() {
		got[s.Kind] = append(got[s.Kind], s.At)
	}
	for _, k := range clock.Kinds {
		slices.Sort(got[k])
		if !slices.Equal(got[k], want[k]) {
			w.t.Errorf("%s stands at %v, want %v", k, got[k], want[k])
		}
	}
}

// clockedInByOwner has the owner clock the person in, and gives when.
func (w *world) clockedInByOwner() clock.Instant {
	w.t.Helper()
	if _, err := w.client.ClockIn(w.t.Context(), by(w.owner), w.team, graph.Action{OnBehalfOf: w.who.Object}); err != nil {
		w.t.Fatal(err)
	}
	return clock.At(time.Now())
}

// TestClockedInByTheSupervisorMeanwhile: a press from a phone without network
// comes when the supervisor has clocked the person in already. Both are shown,
// what was pressed after it goes on, and the person chooses.
func TestClockedInByTheSupervisorMeanwhile(t *testing.T) {
	for _, choice := range []wire.Choice{wire.ChoiceMine, wire.ChoiceKeep} {
		t.Run(string(choice), func(t *testing.T) {
			inWorld(t, func(w *world) {
				byOwner := w.clockedInByOwner()
				time.Sleep(5 * time.Minute)
				in := w.punch(1, clock.ClockIn, 20*time.Minute)
				e := w.pressed(in)
				c := wantConflict(t, e, wire.CodeOrder, wire.ChoiceKeep, wire.ChoiceMine)
				if c.Stands == nil || c.Stands.In.At != byOwner || c.Become == nil || c.Become.In.At != in.At {
					t.Errorf("stands %+v, would become %+v; want a clock-in at %d to become one at %d", c.Stands, c.Become, byOwner, in.At)
				}
				pause := w.punch(2, clock.StartBreak, 0)
				if behind := w.pressed(pause); behind.Status != wire.Delivered {
					t.Errorf("the press behind it is %s (%s)", behind.Status, behind.Code)
				}
				e = w.decide(in.ID, wire.Decision{Choice: choice})
				want := map[clock.Kind][]clock.Instant{clock.ClockIn: {byOwner}, clock.StartBreak: {pause.At}}
				if choice == wire.ChoiceMine {
					want[clock.ClockIn] = []clock.Instant{in.At}
				}
				w.wantStampsOf(want)
				switch {
				case choice == wire.ChoiceMine && (e.Status != wire.Delivered || e.Recorded != in.At || len(e.Before) == 0):
					t.Errorf("the press is %s, recorded at %d, with %d bytes kept of the card", e.Status, e.Recorded, len(e.Before))
				case choice == wire.ChoiceKeep && (e.Status != wire.Refused || e.Code != wire.CodeKept):
					t.Errorf("the press is %s (%s)", e.Status, e.Code)
				}
			})
		})
	}
}

// TestTheSameDoneTwiceIsAdopted: the supervisor and the person clock in within
// seconds. It is one fact, and nobody is asked.
func TestTheSameDoneTwiceIsAdopted(t *testing.T) {
	inWorld(t, func(w *world) {
		in := w.punch(1, clock.ClockIn, 0)
		time.Sleep(2 * time.Second)
		byOwner := w.clockedInByOwner()
		time.Sleep(time.Second)
		if e := w.pressed(in); e.Status != wire.Delivered || e.Recorded != byOwner {
			t.Errorf("the press is %s (%s), recorded at %d; want it to stand at %d", e.Status, e.Code, e.Recorded, byOwner)
		}
		w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {byOwner}})
	})
}

// TestForgottenClockOut: a card that was left open is never toggled; the person
// says when they left.
func TestForgottenClockOut(t *testing.T) {
	t.Run("pressed to clock out", func(t *testing.T) {
		inWorld(t, func(w *world) {
			in := w.open(20 * time.Hour)
			e := w.pressed(w.punch(1, clock.ClockOut, 0))
			wantConflict(t, e, wire.CodeOpenLong, wire.ChoiceKeep, wire.ChoiceMine, wire.ChoiceStated)
			w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {in}})
			left := in.Add(8 * clock.Hour)
			if e = w.decide(e.ID, wire.Decision{Choice: wire.ChoiceStated, At: left}); e.Status != wire.Delivered || e.Recorded != left {
				t.Errorf("the press is %s (%s), recorded at %d", e.Status, e.Code, e.Recorded)
			}
			w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {in}, clock.ClockOut: {left}})
		})
	})
	t.Run("pressed to clock in, and said when they left", func(t *testing.T) {
		inWorld(t, func(w *world) {
			in := w.open(20 * time.Hour)
			next := w.punch(1, clock.ClockIn, 0)
			wantConflict(t, w.pressed(next), wire.CodeOpenLong, wire.ChoiceKeep)
			time.Sleep(time.Minute)
			out := w.punch(2, clock.ClockOut, 0)
			out.Stated = in.Add(8 * clock.Hour)
			if e := w.pressed(out); e.Status != wire.Delivered || e.Recorded != out.Stated {
				t.Errorf("the clock-out is %s (%s), recorded at %d", e.Status, e.Code, e.Recorded)
			}
			if e, _ := w.until(next.ID, final); e.Status != wire.Delivered || e.Recorded != next.At {
				t.Errorf("the clock-in is %s (%s), recorded at %d; want it taken up by itself", e.Status, e.Code, e.Recorded)
			}
			w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {in, next.At}, clock.ClockOut: {out.Stated}})
		})
	})
	t.Run("pressed long past the shift", func(t *testing.T) {
		inWorld(t, func(w *world) {
			in := w.open(13 * time.Hour)
			w.shifts = []clock.Stretch{{From: in, To: in.Add(8 * clock.Hour)}}
			wantConflict(t, w.pressed(w.punch(1, clock.ClockOut, 0)), wire.CodeOpenLong, wire.ChoiceKeep, wire.ChoiceMine, wire.ChoiceStated)
			w.shifts = []clock.Stretch{{From: in, To: in.Add(10 * clock.Hour)}}
			if e := w.pressed(w.punch(2, clock.ClockOut, 0)); e.Status != wire.Delivered {
				t.Errorf("three hours past the shift it is %s (%s)", e.Status, e.Code)
			}
		})
	})
	t.Run("said to be working still", func(t *testing.T) {
		inWorld(t, func(w *world) {
			in := w.open(20 * time.Hour)
			out := w.punch(1, clock.ClockOut, 0)
			out.Stated = out.At
			if e := w.pressed(out); e.Status != wire.Delivered {
				t.Errorf("the press is %s (%s)", e.Status, e.Code)
			}
			w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {in}, clock.ClockOut: {out.At}})
		})
	})
}

// TestConfirmedMeanwhile: what somebody vouched for is not changed by a press.
func TestConfirmedMeanwhile(t *testing.T) {
	inWorld(t, func(w *world) {
		in := w.open(8 * time.Hour)
		card := "TCK_" + w.who.Object
		out := w.punch(1, clock.ClockOut, 0)
		time.Sleep(time.Minute)
		if _, err := w.client.ClockOut(w.t.Context(), by(w.owner), w.team, card, graph.Action{}); err != nil {
			t.Fatal(err)
		}
		closed := clock.At(time.Now())
		if _, err := w.client.Confirm(w.t.Context(), by(w.owner), w.team, card); err != nil {
			t.Fatal(err)
		}
		wantConflict(t, w.pressed(out), wire.CodeConfirmed, wire.ChoiceKeep)
		w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {in}, clock.ClockOut: {closed}})
	})
}

// TestTimesThatNobodyBelieves: too old, or dated in the future. Both times are
// there to be shown, and the person says which it was.
func TestTimesThatNobodyBelieves(t *testing.T) {
	inWorld(t, func(w *world) {
		ahead := w.punch(1, clock.ClockIn, -time.Hour)
		e := w.pressed(ahead)
		wantConflict(t, e, wire.CodeFuture, wire.ChoiceKeep, wire.ChoiceStated)
		if e = w.decide(e.ID, wire.Decision{Choice: wire.ChoiceStated, At: e.Received}); e.Status != wire.Delivered || e.Recorded != e.Received {
			t.Errorf("the press is %s (%s), recorded at %d, want when it arrived, %d", e.Status, e.Code, e.Recorded, e.Received)
		}
	})
	inWorld(t, func(w *world) {
		old := w.punch(1, clock.ClockIn, 8*24*time.Hour)
		e := w.pressed(old)
		wantConflict(t, e, wire.CodeTooOld, wire.ChoiceKeep, wire.ChoiceMine, wire.ChoiceStated)
		if e = w.decide(e.ID, wire.Decision{Choice: wire.ChoiceMine}); e.Status != wire.Delivered || e.Recorded != old.At {
			t.Errorf("the press is %s (%s), recorded at %d", e.Status, e.Code, e.Recorded)
		}
	})
}

// TestAClockThatWasWrong: a device's own clock, which nobody checked, is found
// to be wrong when its press arrives. The person confirms when it was, and what
// the clock says now is the proposal.
func TestAClockThatWasWrong(t *testing.T) {
	const pressedAgo = 2 * time.Hour
	for name, row := range map[string]struct {
		off   time.Duration // of the device's clock, at the press and since
		trust wire.Trust
		ago   time.Duration // what it says at arrival; 0 as it is
		want  wire.Code
	}{
		"right":                             {0, wire.Device, 0, ""},
		"a minute fast":                     {time.Minute, wire.Device, 0, ""},
		"an hour fast":                      {time.Hour, wire.Device, 0, wire.CodeClock},
		"an hour slow":                      {-time.Hour, wire.Device, 0, wire.CodeClock},
		"so fast that it is ahead":          {3 * time.Hour, wire.Device, 0, wire.CodeClock},
		"a program that says nothing":       {time.Hour, wire.Device, -1, ""},
		"an hour fast, but checked by ours": {time.Hour, wire.Anchored, 0, ""},
	} {
		inWorld(t, func(w *world) {
			p := w.punch(1, clock.ClockIn, pressedAgo-row.off)
			p.Trust, p.Bound, p.Ago = row.trust, 2*clock.Minute, clock.Of(pressedAgo)
			if row.ago < 0 {
				p.Ago = 0
			}
			truth := clock.At(time.Now().Add(-pressedAgo))
			e := w.pressed(p)
			if row.want == "" {
				if e.Status != wire.Delivered || e.Recorded != p.At {
					t.Errorf("%s: the press is %s (%s), recorded at %d, want %d", name, e.Status, e.Code, e.Recorded, p.At)
				}
				return
			}
			choices := []wire.Choice{wire.ChoiceKeep, wire.ChoiceStated}
			if p.At <= e.Received {
				choices = append(choices, wire.ChoiceMine)
			}
			c := wantConflict(t, e, row.want, choices...)
			if c.Likely != truth {
				t.Errorf("%s: %d is likely, want %d", name, c.Likely, truth)
			}
			if e = w.decide(e.ID, wire.Decision{Choice: wire.ChoiceStated, At: c.Likely}); e.Status != wire.Delivered || e.Recorded != truth {
				t.Errorf("%s: confirmed, the press is %s (%s), recorded at %d, want %d", name, e.Status, e.Code, e.Recorded, truth)
			}
		})
	}
}

// TestWhatCannotBeDecided: by somebody else, twice, otherwise than offered.
func TestWhatCannotBeDecided(t *testing.T) {
	inWorld(t, func(w *world) {
		w.clockedInByOwner()
		time.Sleep(time.Minute)
		in := w.punch(1, clock.ClockIn, 5*time.Minute)
		w.pressed(in)
		j, _ := w.process()
		other := journal.Who{Person: "tenant.other", Object: "other"}
		for _, tt := range []struct {
			name string
			who  journal.Who
			id   string
			d    wire.Decision
			want error
		}{
			{"another's press", other, in.ID, wire.Decision{Choice: wire.ChoiceMine}, journal.ErrNoEntry},
			{"no press", w.who, "none", wire.Decision{Choice: wire.ChoiceMine}, journal.ErrNoEntry},
			{"a choice that is not offered", w.who, in.ID, wire.Decision{Choice: wire.ChoiceStated, At: in.At}, journal.ErrChoice},
			{"a choice that is none", w.who, in.ID, wire.Decision{Choice: "both"}, journal.ErrChoice},
		} {
			if _, err := j.Decide(w.t.Context(), tt.who, tt.id, tt.d); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		w.decide(in.ID, wire.Decision{Choice: wire.ChoiceKeep})
		if _, err := j.Decide(w.t.Context(), w.who, in.ID, wire.Decision{Choice: wire.ChoiceMine}); !errors.Is(err, journal.ErrDecided) {
			t.Errorf("once more: %v, want ErrDecided", err)
		}
	})
	inWorld(t, func(w *world) {
		w.open(20 * time.Hour)
		e := w.pressed(w.punch(1, clock.ClockOut, 0))
		j, _ := w.process()
		later := clock.At(time.Now().Add(time.Minute))
		if _, err := j.Decide(w.t.Context(), w.who, e.ID, wire.Decision{Choice: wire.ChoiceStated, At: later}); !errors.Is(err, journal.ErrChoice) {
			t.Errorf("a time in the future: %v, want ErrChoice", err)
		}
		before := e.Receipt().Conflict.Stands.In.At.Add(-clock.Hour)
		if e = w.decide(e.ID, wire.Decision{Choice: wire.ChoiceStated, At: before}); e.Status != wire.Conflicted {
			t.Errorf("left before they came: %s (%s), want to be asked again", e.Status, e.Code)
		}
	})
}

// TestSecondDecisionInAnotherTab: of two decisions at once, one counts.
func TestSecondDecisionInAnotherTab(t *testing.T) {
	inWorld(t, func(w *world) {
		w.clockedInByOwner()
		time.Sleep(time.Minute)
		in := w.punch(1, clock.ClockIn, 5*time.Minute)
		w.pressed(in)
		j, _ := w.process()
		results := make(chan error, 2)
		for _, choice := range []wire.Choice{wire.ChoiceMine, wire.ChoiceKeep} {
			go func() {
				_, err := j.Decide(w.t.Context(), w.who, in.ID, wire.Decision{Choice: choice})
				results <- err
			}()
		}
		first, second := <-results, <-results
		if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), journal.ErrDecided) {
			t.Errorf("the two decisions: %v, %v; want one to count", first, second)
		}
	})
}

// TestALateClockInIsChecked: Graph would make a second card, however young the
// cards are that were read before.
func TestALateClockInIsChecked(t *testing.T) {
	inWorld(t, func(w *world) {
		if _, err := w.cards.Mirror.Read(w.t.Context(), mirrorKey(w)); err != nil {
			w.t.Fatal(err)
		}
		time.Sleep(time.Second)
		byOwner := w.clockedInByOwner()
		time.Sleep(time.Minute)
		wantConflict(w.t, w.pressed(w.punch(1, clock.ClockIn, 20*time.Minute)), wire.CodeOrder, wire.ChoiceKeep, wire.ChoiceMine)
		w.wantStampsOf(map[clock.Kind][]clock.Instant{clock.ClockIn: {byOwner}})
	})
}

// TestGraphForbidsEverything: a press is refused then, and Graph is left alone.
func TestGraphForbidsEverything(t *testing.T) {
	for _, ago := range []time.Duration{0, time.Minute} {
		inWorld(t, func(w *world) {
			w.fails(sandbox.Fault{Do: sandbox.FailBefore, Status: 403})
			if e := w.pressed(w.punch(1, clock.ClockIn, ago)); e.Status != wire.Refused || e.Code != wire.CodeRefused {
				w.t.Errorf("it is %s (%s)", e.Status, e.Code)
			}
			if n := len(w.graph.Calls()); n > 4 {
				w.t.Errorf("Graph was asked %d times", n)
			}
		})
	}
}

// TestTheCardWasDeletedInTeams: what is no card any more cannot be ended.
func TestTheCardWasDeletedInTeams(t *testing.T) {
	inWorld(t, func(w *world) {
		w.open(4 * time.Hour)
		if _, err := w.cards.Mirror.Read(w.t.Context(), mirrorKey(w)); err != nil {
			w.t.Fatal(err)
		}
		if err := w.client.DeleteCard(w.t.Context(), by(w.owner), w.team, "TCK_"+w.who.Object); err != nil {
			w.t.Fatal(err)
		}
		time.Sleep(time.Second)
		for i, ago := range []time.Duration{0, time.Minute} {
			wantConflict(w.t, w.pressed(w.punch(int64(i), clock.ClockOut, ago)), wire.CodeOrder, wire.ChoiceKeep)
		}
	})
}

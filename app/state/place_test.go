package state

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// device tells where it is, after some time.
type device struct {
	mu    sync.Mutex
	after time.Duration
	at    wire.Position
	err   error
	asked int
}

func (d *device) locate(ctx context.Context, _ float64) (wire.Position, error) {
	d.mu.Lock()
	d.asked++
	after := d.after
	d.mu.Unlock()
	select {
	case <-time.After(after):
	case <-ctx.Done():
		return wire.Position{}, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at, d.err
}

func (d *device) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func (d *device) times() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

func (tab *tab) wantWhere(t *testing.T, when string, want Where) {
	t.Helper()
	if got := tab.Model().Where; got != want {
		t.Errorf("%s: where is %d, want %d", when, got, want)
	}
}

// TestNobodyIsAskedWhereUnasked: of a team without a location nothing is asked,
// and of one with a location only once the person has said yes, at a press.
func TestNobodyIsAskedWhereUnasked(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		m.place.at = wire.Position{Latitude: 59.32514321, Longitude: 18.07114321, Accuracy: 12.3}
		a := m.open()
		a.Permitted(Granted)
		a.wantWhere(t, "a team without a location", Nowhere)
		a.Press(clock.ClockIn, "")
		settle()
		s.set(func() { s.located = true })
		a.Permitted(Prompt)
		a.Refresh()
		settle()
		a.wantWhere(t, "a team with one", WhereAsked)
		a.Press(clock.StartBreak, "")
		settle()
		if m.place.times() != 0 {
			t.Errorf("the device was asked %d times before its person was", m.place.times())
		}
		a.LetPlace(true)
		synctest.Wait()
		a.wantWhere(t, "after a yes", WhereSaid)
		settle()
		if m.place.times() != 1 || len(s.placed) != 2 {
			t.Errorf("after a yes the device was asked %d times, and %d presses sent", m.place.times(), len(s.placed))
		}
		a.Permitted(Granted)
		a.Press(clock.EndBreak, "")
		settle()
		last := a.Model().Last
		want := wire.Position{Latitude: 59.3251, Longitude: 18.0711, Accuracy: 21}
		if at := s.placed[last.ID]; at == nil || *at != want || last.Approved == nil || !*last.Approved || m.place.times() != 2 {
			t.Errorf("sent %#v, told %v, asked %d times", at, last.Approved, m.place.times())
		}
		a.LetPlace(false)
		a.wantWhere(t, "after a no", WhereKept)
		a.Press(clock.ClockOut, "")
		settle()
		if last := a.Model().Last; s.placed[last.ID] != nil || last.Approved != nil || m.place.times() != 2 {
			t.Errorf("after a no: sent %v, asked %d times", s.placed[last.ID], m.place.times())
		}
		again := m.open()
		again.Permitted(Granted)
		again.wantWhere(t, "opened again after a no", WhereKept)
	})
}

// TestWhereNeverHoldsAPressUp: it shows at once, and is sent in time whatever
// the device does.
func TestWhereNeverHoldsAPressUp(t *testing.T) {
	for name, row := range map[string]struct {
		after time.Duration
		err   error
		sent  time.Duration // at the latest
	}{
		"soon":   {300 * time.Millisecond, nil, 400 * time.Millisecond},
		"denied": {10 * time.Millisecond, errors.New("denied"), 100 * time.Millisecond},
		"never":  {time.Hour, nil, 3100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *machine, s *server) {
				s.located = true
				m.place.set(func() {
					m.place.after, m.place.err, m.place.at = row.after, row.err, wire.Position{Latitude: 58, Accuracy: 9}
				})
				a := m.open()
				a.Permitted(Granted)
				a.Press(clock.ClockIn, "")
				synctest.Wait()
				a.want(t, "just pressed", Ready, clock.In, Here)
				if name != "denied" && !a.Model().Presses[0].Placing {
					t.Error("it does not say that it waits")
				}
				time.Sleep(row.sent)
				synctest.Wait()
				a.want(t, "in time", Ready, clock.In)
				if last := a.Model().Last; last == nil || (last.Approved != nil) != (name == "soon") {
					t.Errorf("told %+v", last)
				}
			})
		})
	}
}

// TestNoPlaceGoesWithATimeThatIsStated: the person is somewhere else by then.
func TestNoPlaceGoesWithATimeThatIsStated(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.located = true
		a := m.open()
		a.Permitted(Granted)
		a.Press(clock.ClockIn, "")
		settle()
		a.PressStated(clock.ClockOut, now().Add(-1000), "")
		settle()
		if m.place.times() != 1 {
			t.Errorf("the device was asked %d times, want once", m.place.times())
		}
	})
}

func TestWhere(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.located = true
		a := m.open()
		a.wantWhere(t, "before the browser said anything", Nowhere)
		for _, row := range []struct {
			permission Permission
			choice     string
			want       Where
		}{
			{Prompt, "", WhereAsked}, {Prompt, placeYes, WhereSaid}, {Prompt, placeNo, WhereKept},
			{Granted, "", WhereSaid}, {Granted, placeNo, WhereKept},
			{Denied, "", WhereDenied}, {Denied, placeYes, WhereDenied}, {Denied, placeNo, WhereKept},
			{Unable, "", WhereUnable}, {Unable, placeYes, WhereUnable},
		} {
			m.prefs.Store(prefPlace, row.choice)
			a := m.open()
			a.Permitted(row.permission)
			a.wantWhere(t, string(row.permission)+" "+row.choice, row.want)
		}
	})
}

// TestAYesLeavesWithItsPerson, and a no stays: nobody is taken at what another
// has said.
func TestAYesLeavesWithItsPerson(t *testing.T) {
	for choice, want := range map[bool]Where{true: WhereAsked, false: WhereKept} {
		bubble(t, func(t *testing.T, m *machine, s *server) {
			s.located = true
			a := m.open()
			a.Permitted(Prompt)
			a.LetPlace(choice)
			a.SignOut()
			settle()
			s.set(func() { s.person = "bob" })
			b := m.open()
			b.Permitted(Prompt)
			b.wantWhere(t, "somebody else signed in", want)
		})
	}
}

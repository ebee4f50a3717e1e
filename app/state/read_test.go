package state

import (
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
)

// An answer and an event tell of the same press.
func TestAPressIsReadForOnce(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		settle()
		s.set(func() { s.unread = true }) // so that it is not on a card that is shown
		a.Press(clock.ClockIn, "")
		settle()
		if len(a.done) != 1 {
			t.Fatalf("%d presses are done, want 1", len(a.done))
		}
		before := s.readings()
		a.settled(a.done[0].entry)
		synctest.Wait()
		if got := s.readings() - before; got != 0 {
			t.Errorf("read %d times more", got)
		}
	})
}

// TestReadingIsSaid, where it takes a while: asked for, or after a long time. Soon
// after an answer it is not worth a word.
func TestReadingIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		settle()
		reading := func(what string, read func(), want bool) {
			t.Helper()
			s.set(func() { s.latency = time.Second })
			read()
			time.Sleep(500 * time.Millisecond)
			synctest.Wait()
			if got := a.Model().Loading; got != want {
				t.Errorf("%s: says that it reads: %t", what, got)
			}
			s.set(func() { s.latency = 20 * time.Millisecond })
			settle()
		}
		reading("right after an answer", func() { a.read(want{}) }, false)
		reading("asked for", a.Refresh, true)
		time.Sleep(2 * young)
		reading("long after", func() { a.read(want{}) }, true)
	})
}

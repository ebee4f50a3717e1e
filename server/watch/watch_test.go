package watch_test

import (
	"testing"

	"timeclock/server/watch"
)

func TestHub(t *testing.T) {
	var h watch.Hub[int]
	h.Tell("anna", 0) // nobody watches
	anna, stop := h.Watch("anna")
	also, stopAlso := h.Watch("anna")
	defer stopAlso()
	h.Tell("ben", 1)
	h.Tell("anna", 2)
	if a, b := <-anna, <-also; a != 2 || b != 2 {
		t.Errorf("told %d and %d, want 2 and 2", a, b)
	}
	stop()
	h.Tell("anna", 3)
	wantNothing(t, "after stop", anna)
}

func TestWatcherThatFallsBehindIsTold(t *testing.T) {
	var h watch.Hub[int]
	slow, stop := h.Watch("anna")
	defer stop()
	for i := range 1000 { // one who sleeps holds nobody up
		h.Tell("anna", i)
	}
	heard := 0
	for v := range slow {
		if v != heard {
			t.Errorf("told %d after %d things, want them in order", v, heard)
		}
		heard++
	}
	if heard == 0 || heard == 1000 {
		t.Errorf("heard %d of 1000 before the end, want some", heard)
	}
	again, stopAgain := h.Watch("anna")
	defer stopAgain()
	h.Tell("anna", 7)
	if v := <-again; v != 7 {
		t.Errorf("watching anew, told %d, want 7", v)
	}
}

// line is a Relay between two processes.
type line struct {
	far  *line
	subs map[string]watch.Subscriber
}

func newLine() (near, far *line) {
	near = &line{subs: map[string]watch.Subscriber{}}
	far = &line{far: near, subs: map[string]watch.Subscriber{}}
	near.far = far
	return near, far
}

func (l *line) Publish(topic, key string, news []byte) {
	s, ok := l.far.subs[topic]
	switch {
	case !ok:
	case news == nil:
		s.Missed(key)
	default:
		s.Heard(key, news)
	}
}

func (l *line) Subscribe(topic string, s watch.Subscriber) { l.subs[topic] = s }

type news struct {
	Who  string
	What any
}

func TestHubsOfTwoProcesses(t *testing.T) {
	var here, there watch.Hub[news]
	near, far := newLine()
	here.Join(near, "presses")
	there.Join(far, "presses")
	anna, stop := there.Watch("anna")
	defer stop()
	own, stopOwn := here.Watch("anna")
	defer stopOwn()
	ben, stopBen := there.Watch("ben")
	defer stopBen()

	here.Tell("anna", news{"anna", "in"})
	for name, ch := range map[string]<-chan news{"there": anna, "here": own} {
		if v := <-ch; v != (news{"anna", "in"}) {
			t.Errorf("told %s: %v, want what was told here", name, v)
		}
		wantNothing(t, name, ch)
	}
	wantNothing(t, "about somebody else", ben)

	here.Tell("anna", news{What: func() {}}) // is no JSON
	wantClosed(t, "when news could not be sent", anna)
	wantNothing(t, "about somebody else", ben)
	if _, open := <-own; !open {
		t.Error("the process that has the news missed it")
	}
}

func TestLostLineIsToldToAll(t *testing.T) {
	var there watch.Hub[int]
	near, far := newLine()
	there.Join(far, "presses")
	anna, stop := there.Watch("anna")
	defer stop()
	ben, stopBen := there.Watch("ben")
	defer stopBen()
	near.Publish("cards", "anna", []byte("1")) // another topic
	wantNothing(t, "on another topic", anna)
	near.Publish("presses", "anna", []byte(`"not a number"`))
	wantClosed(t, "when news cannot be read", anna)
	far.subs["presses"].Missed(watch.Everything)
	wantClosed(t, "when the line was lost", ben)
}

func wantNothing[T any](t *testing.T, when string, ch <-chan T) {
	t.Helper()
	select {
	case v, open := <-ch:
		t.Errorf("told %v (open %v) %s, want nothing", v, open, when)
	default:
	}
}

func wantClosed[T any](t *testing.T, when string, ch <-chan T) {
	t.Helper()
	select {
	case v, open := <-ch:
		if open {
			t.Errorf("told %v %s, want the end", v, when)
		}
	default:
		t.Errorf("not told %s", when)
	}
}

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
	select {
	case v := <-anna:
		t.Errorf("told %d after stop", v)
	default:
	}
	for i := range 1000 { // one who sleeps holds nobody up
		h.Tell("anna", i)
	}
	if v := <-also; v != 3 {
		t.Errorf("the first thing missed is %d, want 3", v)
	}
}

package journal

import (
	"sync"

	"timeclock/app/wire"
)

// hub hands receipts to whoever watches a person's presses.
type hub struct {
	mu       sync.Mutex
	watchers map[string]map[chan wire.Receipt]bool
}

func (h *hub) watch(person string) (<-chan wire.Receipt, func()) {
	ch := make(chan wire.Receipt, 16)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[string]map[chan wire.Receipt]bool{}
	}
	if h.watchers[person] == nil {
		h.watchers[person] = map[chan wire.Receipt]bool{}
	}
	h.watchers[person][ch] = true
	return ch, func() { h.leave(person, ch) }
}

func (h *hub) leave(person string, ch chan wire.Receipt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers[person], ch)
	if len(h.watchers[person]) == 0 {
		delete(h.watchers, person)
	}
}

func (h *hub) tell(person string, r wire.Receipt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.watchers[person] {
		select {
		case ch <- r:
		default: // a watcher that sleeps reads the state when it wakes
		}
	}
}

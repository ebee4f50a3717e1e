// Package watch tells whoever is watching what happens to somebody.
package watch

import "sync"

// kept is how many things a watcher may fall behind before it misses some.
const kept = 16

// Hub hands things of type T, told about a key, to those who watch that key.
// Nothing is kept for somebody who does not watch yet. Its zero value is ready
// and its methods are safe for use by several goroutines; none of them blocks.
type Hub[T any] struct {
	mu       sync.Mutex
	watchers map[string]map[chan T]bool
}

// Watch gives a channel of what is told about key from now on. It is never
// closed. stop must be called.
func (h *Hub[T]) Watch(key string) (told <-chan T, stop func()) {
	ch := make(chan T, kept)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[string]map[chan T]bool{}
	}
	if h.watchers[key] == nil {
		h.watchers[key] = map[chan T]bool{}
	}
	h.watchers[key][ch] = true
	return ch, func() { h.leave(key, ch) }
}

func (h *Hub[T]) leave(key string, ch chan T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers[key], ch)
	if len(h.watchers[key]) == 0 {
		delete(h.watchers, key)
	}
}

// Tell hands v to everybody who watches key. A watcher that has fallen behind
// misses it, and must read the state when it catches up.
func (h *Hub[T]) Tell(key string, v T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.watchers[key] {
		select {
		case ch <- v:
		default:
		}
	}
}

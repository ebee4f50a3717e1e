// Package watch tells whoever is watching what happens to somebody, in this
// process and, by a Relay, in others that serve the same people.
package watch

import (
	"encoding/json"
	"sync"
)

// kept is how many things a watcher may fall behind before it misses some.
const kept = 16

// Hub hands things of type T, told about a key, to those who watch that key.
// Nothing is kept for somebody who does not watch yet. Its zero value is ready
// and its methods are safe for use by several goroutines; none of them blocks.
type Hub[T any] struct {
	mu       sync.Mutex // protects what follows
	watchers map[string]map[chan T]bool
	relay    Relay
	topic    string
}

// Watch gives a channel of what is told about key from now on. It is closed
// when something was missed, because the watcher fell behind or other processes
// could not be heard: whoever needs the whole then watches anew and reads the
// state after that. stop must be called.
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
	return ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.forget(key, ch)
	}
}

// forget needs the lock.
func (h *Hub[T]) forget(key string, ch chan T) {
	delete(h.watchers[key], ch)
	if len(h.watchers[key]) == 0 {
		delete(h.watchers, key)
	}
}

// Tell hands v to everybody who watches key, in every process that has joined.
func (h *Hub[T]) Tell(key string, v T) {
	h.mu.Lock()
	h.hand(key, v)
	relay, topic := h.relay, h.topic
	h.mu.Unlock()
	if relay == nil {
		return
	}
	news, err := json.Marshal(v)
	if err != nil {
		news = nil // they read the state instead
	}
	relay.Publish(topic, key, news)
}

// hand tells the watchers of this process. It needs the lock.
func (h *Hub[T]) hand(key string, v T) {
	for ch := range h.watchers[key] {
		select {
		case ch <- v:
		default:
			close(ch)
			h.forget(key, ch)
		}
	}
}

// Join makes the hub one with those of other processes that join the same topic
// of the relay; T travels as JSON. It is called once, before the hub is used.
func (h *Hub[T]) Join(r Relay, topic string) {
	h.mu.Lock()
	h.relay, h.topic = r, topic
	h.mu.Unlock()
	r.Subscribe(topic, Subscriber{Heard: h.heard, Missed: h.missed})
}

func (h *Hub[T]) heard(key string, news []byte) {
	var v T
	if err := json.Unmarshal(news, &v); err != nil {
		h.missed(key)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hand(key, v)
}

// missed lets those who watch key, or everybody, know that they do not know
// everything.
func (h *Hub[T]) missed(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for watched, channels := range h.watchers {
		if key != Everything && key != watched {
			continue
		}
		for ch := range channels {
			close(ch)
		}
		delete(h.watchers, watched)
	}
}

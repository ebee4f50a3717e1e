package session

import "sync"

// recent keeps some thousands of values that can be had again at a price. Its
// zero value is ready, and its methods may be called by several goroutines.
type recent[K comparable, V any] struct {
	mu   sync.Mutex // protects what follows
	kept map[K]V
}

// recentMost is how many are kept.
const recentMost = 8192

func (r *recent[K, V]) get(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.kept[key]
	return v, ok
}

func (r *recent[K, V]) put(key K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[K]V{}
	}
	if len(r.kept) >= recentMost {
		for other := range r.kept {
			delete(r.kept, other) // any one
			break
		}
	}
	r.kept[key] = v
}

func (r *recent[K, V]) drop(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, key)
}

func (r *recent[K, V]) dropAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
}

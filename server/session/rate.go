package session

import (
	"sync"
	"time"
)

// How much one session, and one person with all sessions, may ask of this
// server. A burst is what a browser sends that comes back after days with no
// network; nobody at a screen gets near it. Neither knows of addresses: the
// 5,000 people of a factory come from one.
const (
	sessionEvery = time.Second / 20
	sessionBurst = 200
	personEvery  = time.Second / 40
	personBurst  = 400
)

// Rates counts, for each key, how often something was done. Its methods may be
// called by several goroutines. It counts in this process alone, so that of n
// replicas each lets as much through.
type Rates struct {
	every, whole time.Duration // whole is what a burst takes to come back

	mu   sync.Mutex           // protects what follows
	full map[string]time.Time // when a key has its whole burst again
	most int                  // keys that may be there before the idle ones are dropped
}

// keptRates is how many keys are kept before it is looked which may go.
const keptRates = 4096

// NewRates allows burst at once, and one more each time every has passed.
func NewRates(every time.Duration, burst int) *Rates {
	return &Rates{every: every, whole: every * time.Duration(burst), full: map[string]time.Time{}, most: keptRates}
}

// Take counts one for key. When that is too much nothing is counted, and wait
// is how long until it would not be.
func (r *Rates) Take(key string, now time.Time) (wait time.Duration, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	full, known := r.full[key]
	if !known && len(r.full) >= r.most {
		r.drop(now)
	}
	if full.Before(now) || full.Sub(now) > r.whole { // the latter when the clock was set back
		full = now
	}
	full = full.Add(r.every)
	if wait := full.Sub(now) - r.whole; wait > 0 {
		return wait, false
	}
	r.full[key] = full
	return 0, true
}

// drop forgets the keys that have their whole burst again: for them nothing
// changes. The caller holds mu.
func (r *Rates) drop(now time.Time) {
	for key, full := range r.full {
		if !full.After(now) {
			delete(r.full, key)
		}
	}
	r.most = max(keptRates, 2*len(r.full))
}

// Len tells how many keys are counted.
func (r *Rates) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.full)
}

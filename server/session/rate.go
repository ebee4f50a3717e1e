package session

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
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
	every rate.Limit
	burst int

	mu   sync.Mutex // protects what follows
	keys map[string]*rate.Limiter
	most int // keys that may be there before the idle ones are dropped
}

// keptRates is how many keys are kept before it is looked which may go.
const keptRates = 4096

// NewRates allows burst at once, and one more each time every has passed.
func NewRates(every time.Duration, burst int) *Rates {
	return &Rates{every: rate.Every(every), burst: burst, keys: map[string]*rate.Limiter{}, most: keptRates}
}

// Take counts one for key. When that is too much nothing is counted, and wait
// is how long until it would not be.
func (r *Rates) Take(key string, now time.Time) (wait time.Duration, ok bool) {
	r.mu.Lock()
	l := r.keys[key]
	if l == nil {
		if len(r.keys) >= r.most {
			r.drop(now)
		}
		l = rate.NewLimiter(r.every, r.burst)
		r.keys[key] = l
	}
	r.mu.Unlock()
	if l.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - l.TokensAt(now)
	return time.Duration(missing / float64(r.every) * float64(time.Second)), false
}

// drop forgets the keys that have their whole burst again: for them nothing
// changes. The caller holds mu.
func (r *Rates) drop(now time.Time) {
	for key, l := range r.keys {
		if l.TokensAt(now) >= float64(r.burst) {
			delete(r.keys, key)
		}
	}
	r.most = max(keptRates, 2*len(r.keys))
}

// Len tells how many keys are counted.
func (r *Rates) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.keys)
}

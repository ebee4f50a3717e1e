package tenant

import (
	"math"
	"net/http"
	"time"
)

// Limits are requests a second; 0 lifts one.
type Limits struct {
	Team   float64 // every call that names a team, per team
	Read   float64 // GET under /schedule, and apart from it GET joinedTeams, per tenant
	Write  float64 // POST and PUT under /schedule, per tenant
	Delete float64 // DELETE under /schedule, per tenant
}

// Published are the limits Microsoft publishes for one application in one
// tenant.
func Published() Limits { return Limits{Team: 4, Read: 30, Write: 30, Delete: 15} }

// jitter is how much earlier than its due moment a call may arrive: requests
// sent evenly do not arrive evenly.
const jitter = 20 * time.Millisecond

// throttle keeps a bucket per team and per class of call. That the real
// service counts by buckets which hold one second's worth is an assumption:
// with even, they hold one call. It is guarded by the tenant's lock.
type throttle struct {
	limits  Limits
	even    bool
	buckets map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// take counts one call, or gives the time to wait and counts nothing.
func (t *throttle) take(now time.Time, op operation, team string) (wait time.Duration) {
	type draw struct {
		name string
		rate float64
	}
	draws := []draw{{op.class(), t.rate(op)}}
	if team != "" {
		draws = append(draws, draw{"team " + team, t.limits.Team})
	}
	var from []*bucket
	for _, d := range draws {
		if d.rate <= 0 {
			continue
		}
		b := t.bucket(d.name, d.rate, now)
		if short := 1 - b.tokens; short > d.rate*jitter.Seconds() {
			wait = max(wait, time.Duration(short/d.rate*float64(time.Second)))
		}
		from = append(from, b)
	}
	if wait > 0 {
		return wait
	}
	for _, b := range from {
		b.tokens--
	}
	return 0
}

// rate is the tenant-wide limit that counts op.
func (t *throttle) rate(op operation) float64 {
	switch op.class() {
	case "read", "joined":
		return t.limits.Read
	case "write":
		return t.limits.Write
	case "delete":
		return t.limits.Delete
	}
	return 0
}

// bucket gives the bucket, filled up to now.
func (t *throttle) bucket(name string, rate float64, now time.Time) *bucket {
	most := rate
	if t.even {
		most = 1
	}
	b := t.buckets[name]
	if b == nil {
		b = &bucket{tokens: most, at: now}
		t.buckets[name] = b
	}
	if gone := now.Sub(b.at); gone > 0 {
		b.tokens += gone.Seconds() * rate
		b.at = now
	}
	b.tokens = math.Min(most, b.tokens)
	return b
}

// throttled is the answer to a call that came too early.
func throttled(seconds int) *refusal {
	return &refusal{status: http.StatusTooManyRequests, code: "TooManyRequests",
		message: "Please retry again later.", retry: seconds}
}

// seconds rounds a wait up to what Retry-After can say.
func seconds(wait time.Duration) int {
	return max(1, int(math.Ceil(wait.Seconds())))
}

package tenant

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Trouble is a way to misbehave.
type Trouble string

// What can go wrong on demand. "Effect" is the change to a card, or the
// reading of one.
const (
	// SlowBefore waits for Delay, then lets the effect happen and answers. The
	// effect happens even when the caller has given up meanwhile.
	SlowBefore Trouble = "slowBefore"
	// SlowAfter lets the effect happen at once and answers after Delay.
	SlowAfter Trouble = "slowAfter"
	// Throttle answers 429 with RetryAfter; no effect.
	Throttle Trouble = "throttle"
	// FailBefore answers Status (500 when 0); no effect.
	FailBefore Trouble = "failBefore"
	// FailAfter lets the effect happen and answers Status all the same.
	FailAfter Trouble = "failAfter"
	// CutBefore closes the connection without an answer; no effect.
	CutBefore Trouble = "cutBefore"
	// CutAfter lets the effect happen, then closes the connection.
	CutAfter Trouble = "cutAfter"
	// CutThenEffect closes the connection at once; the effect happens after
	// Delay.
	CutThenEffect Trouble = "cutThenEffect"
	// Body answers 200 with the card where 204 is usual, as the service's own
	// metadata declares.
	Body Trouble = "body"
	// EffectAfterReads closes the connection at once, or answers Status when it
	// is not 0. The effect happens when Reads more reads of the team's cards
	// were answered without it, and is dated by its call. A clock-in is not
	// refused then for a card that was opened meanwhile: there are two. Changes
	// of cards alone.
	EffectAfterReads Trouble = "effectAfterReads"
	// Stale answers from the cards as they were Delay ago. Reads of cards alone.
	Stale Trouble = "stale"
	// SmallPages gives at most Size items on a page (2 when 0), with a link to
	// the next. Lists alone.
	SmallPages Trouble = "smallPages"
	// ExtraMembers puts members nobody has published into every object of the
	// answer.
	ExtraMembers Trouble = "extraMembers"
	// Reorder writes the members of every object in an order of chance.
	Reorder Trouble = "reorder"
)

var troubles = []Trouble{SlowBefore, SlowAfter, Throttle, FailBefore, FailAfter, CutBefore, CutAfter, CutThenEffect,
	EffectAfterReads, Stale, Body, SmallPages, ExtraMembers, Reorder}

// Troubles lists what can go wrong on demand.
func Troubles() []Trouble { return slices.Clone(troubles) }

// reaches reports whether the trouble has a meaning for the operation.
func (d Trouble) reaches(o operation) bool {
	switch d {
	case EffectAfterReads:
		return o.changes()
	case Stale:
		return o.reads()
	case SmallPages:
		return o.lists()
	}
	return true
}

// Fault makes calls misbehave. An empty Person, Team or Op matches any call
// the trouble has a meaning for. Of several that match, the oldest acts.
type Fault struct {
	ID         string  `json:"id"` // given by Misbehave
	Do         Trouble `json:"do"`
	Person     string  `json:"person,omitempty"` // object id of the caller
	Team       string  `json:"team,omitempty"`
	Op         Op      `json:"op,omitempty"`
	Times      int     `json:"times,omitempty"` // how many matching calls more; 0 is all until Mend
	DelayMS    int64   `json:"delayMs,omitempty"`
	Status     int     `json:"status,omitempty"`
	RetryAfter int     `json:"retryAfter,omitempty"` // seconds; 10 when 0
	Reads      int     `json:"reads,omitempty"`      // of EffectAfterReads
	Size       int     `json:"size,omitempty"`       // of SmallPages
}

func (f *Fault) delay() time.Duration { return time.Duration(f.DelayMS) * time.Millisecond }

// failure is the answer of a call that fails on demand.
func (f *Fault) failure() *refusal {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	return plain(status, phrase(status), "An error occurred while processing the request.")
}

// retryAfter is what a call throttled on demand is told.
func (f *Fault) retryAfter() int {
	if f.RetryAfter > 0 {
		return f.RetryAfter
	}
	return 10
}

// size is how many items a small page has.
func (f *Fault) size() int {
	if f.Size > 0 {
		return f.Size
	}
	return 2
}

func (f *Fault) check() error {
	if !slices.Contains(troubles, f.Do) {
		return fmt.Errorf("do: %q is none of %v", f.Do, troubles)
	}
	if f.Op != "" {
		i := slices.IndexFunc(operations, func(o operation) bool { return o.name == f.Op })
		if i < 0 {
			return fmt.Errorf("op: no operation %q", f.Op)
		}
		if !f.Do.reaches(operations[i]) {
			return fmt.Errorf("op: %s means nothing for %s", f.Do, f.Op)
		}
	}
	if f.Times < 0 || f.DelayMS < 0 || f.RetryAfter < 0 || f.Reads < 0 || f.Size < 0 {
		return fmt.Errorf("times, delayMs, retryAfter, reads and size may not be negative")
	}
	if f.Do == EffectAfterReads && f.Reads == 0 {
		return fmt.Errorf("reads: how many reads are to miss the effect?")
	}
	if f.Do == Stale && f.DelayMS == 0 {
		return fmt.Errorf("delayMs: how old is the answer to be?")
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		return fmt.Errorf("status: %d is no error", f.Status)
	}
	return nil
}

func (f *Fault) matches(q *request) bool {
	return f.Do.reaches(q.op) &&
		(f.Person == "" || strings.EqualFold(f.Person, q.caller.Object)) &&
		(f.Team == "" || strings.EqualFold(f.Team, q.team)) &&
		(f.Op == "" || f.Op == q.op.name)
}

// faults is the list of what is set to go wrong, oldest first.
type faults struct {
	set  []Fault
	last int
}

// draw gives the fault that acts on the call and counts it; nil is none.
func (fs *faults) draw(q *request) *Fault {
	i := slices.IndexFunc(fs.set, func(f Fault) bool { return f.matches(q) })
	if i < 0 {
		return nil
	}
	f := fs.set[i]
	switch {
	case f.Times == 1:
		fs.set = slices.Delete(fs.set, i, i+1)
	case f.Times > 1:
		fs.set[i].Times--
	}
	return &f
}

// Misbehave sets a fault and gives its id.
func (t *Tenant) Misbehave(f Fault) (string, error) {
	if err := f.check(); err != nil {
		return "", fmt.Errorf("fault: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults.last++
	f.ID = strconv.Itoa(t.faults.last)
	t.faults.set = append(t.faults.set, f)
	return f.ID, nil
}

// Mend removes the fault with this id, or every fault when id is empty.
func (t *Tenant) Mend(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults.set = slices.DeleteFunc(t.faults.set, func(f Fault) bool { return id == "" || f.ID == id })
}

// Faults lists what is still set to go wrong.
func (t *Tenant) Faults() []Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.faults.set)
}

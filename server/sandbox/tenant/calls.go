package tenant

import (
	"slices"
	"time"
)

// Effect is the change a call made to a card.
type Effect struct {
	Op     Op        `json:"op"`
	Card   string    `json:"card"`
	Team   string    `json:"team"`
	Person string    `json:"person"`          // whose card
	Break  string    `json:"break,omitempty"` // of startBreak and endBreak
	At     time.Time `json:"at"`              // the time the event carries, for create and replace the time of the change
}

// Call is one request and what came of it.
type Call struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Query   string    `json:"query,omitempty"`
	Op      Op        `json:"op,omitempty"`     // empty when the path is unknown
	Person  string    `json:"person,omitempty"` // object id of the caller
	App     string    `json:"app,omitempty"`    // client id, of an application's own call
	Status  int       `json:"status"`           // 0 when the connection was cut
	Fault   Trouble   `json:"fault,omitempty"`  // the misbehaviour that was set for it
	Effect  *Effect   `json:"effect,omitempty"` // nil when no card changed
	Request string    `json:"request"`          // its request-id
}

// mostCalls bounds the log; older calls are forgotten.
const mostCalls = 20_000

// record adds a call to the log.
func (t *Tenant) record(c Call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.note(c)
}

// note is record for a caller who holds the lock.
func (t *Tenant) note(c Call) {
	if len(t.calls) >= mostCalls {
		t.calls = slices.Delete(t.calls, 0, mostCalls/2)
	}
	t.calls = append(t.calls, c)
}

// Calls gives the log, oldest first, in the order in which calls were settled.
// The log is not part of the snapshot.
func (t *Tenant) Calls() []Call {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.calls)
}

// Effects gives the changes made to cards since the start, oldest first.
func (t *Tenant) Effects() []Effect {
	var made []Effect
	for _, c := range t.Calls() {
		if c.Effect != nil {
			made = append(made, *c.Effect)
		}
	}
	return made
}

// Forget empties the log.
func (t *Tenant) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls = nil
}

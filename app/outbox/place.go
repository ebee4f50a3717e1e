package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Patience is how long sending waits for where a press was made: less than what
// a press may be late and still be stamped by Graph.
const Patience = 3 * clock.Second

// Place says where the press with that id was made, nil when that is not to be
// known, and has it sent. It does nothing once the server has answered.
func (o *Outbox) Place(ctx context.Context, id string, at *wire.Position) {
	if e, ok := o.place(id, at); ok && !e.Unsafe {
		// Should the storage fail, nothing is known of it when Until has passed.
		_ = o.update(ctx, func(all map[string][]byte) map[string][]byte {
			var stored Entry
			if json.Unmarshal(all[e.key()], &stored) != nil || !stored.Waiting() {
				return nil
			}
			stored.Position, stored.Until = at, 0
			return map[string][]byte{e.key(): encode(stored)}
		})
	}
	o.Changed()
	o.Kick()
}

// place notes it in memory.
func (o *Outbox) place(id string, at *wire.Position) (Entry, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := o.index(id)
	if i < 0 || !o.entries[i].Waiting() {
		return Entry{}, false
	}
	o.version++
	o.entries[i].Position, o.entries[i].Until = at, 0
	return o.entries[i], true
}

// errPlacing: what is to be sent next waits for where it was made.
var errPlacing = errors.New("waits for where it was made")

// placing gives how long e still waits for where it was made. A clock that was
// set meanwhile makes it wait no longer than that.
func (o *Outbox) placing(e Entry) time.Duration {
	if e.Until == 0 {
		return 0
	}
	left := e.Until.Sub(o.Date())
	if left <= 0 || left > Patience {
		return 0
	}
	return left.Duration()
}

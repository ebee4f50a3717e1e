package outbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Entry is one press of this browser. Its JSON is the format of the storage.
type Entry struct {
	Person string     `json:"person"` // wire.Person.ID of who pressed
	Punch  wire.Punch `json:"punch"`
	// Position is where it was made, and stays until the server has answered;
	// nil when that is not known. Until Until, by the device's own clock, it is
	// waited for, and the press not sent; 0 waits for nothing.
	Position *wire.Position `json:"position,omitempty"`
	Until    clock.Instant  `json:"until,omitempty"`
	// Order is the number of the press among all of this browser, the same as
	// Punch.Seq unless it could not be stored when it was pressed.
	Order int64 `json:"order"`
	// Own is what the device's own clock said at the press; 0 is not known.
	Own clock.Instant `json:"own,omitempty"`
	// Answer is the receipt the server gave last; nil while it gave none.
	Answer *wire.Receipt `json:"answer,omitempty"`
	// Refused says why it will never be recorded; empty while it may be. Noted
	// is when that was heard.
	Refused wire.Code     `json:"refused,omitempty"`
	Noted   clock.Instant `json:"noted,omitempty"`
	// Unsafe marks an entry that could not be stored.
	Unsafe bool `json:"-"`
	// Waits says what kept it from being sent; empty while nothing did.
	Waits wire.Code `json:"-"`
}

// Waiting reports whether the server has not answered for e.
func (e Entry) Waiting() bool { return e.Answer == nil && e.Refused == "" }

// Accepted reports whether the server has e but has not settled it.
func (e Entry) Accepted() bool { return e.Answer != nil && e.Refused == "" }

// Disputed reports whether e was accepted and a person has to decide about it.
func (e Entry) Disputed() bool { return e.Accepted() && e.Answer.Status == wire.Conflicted }

// learn takes over what other knows of the outcome.
func (e *Entry) learn(other Entry) {
	e.Answer, e.Refused, e.Noted = other.Answer, other.Refused, other.Noted
	if !e.Waiting() {
		e.unplace()
	}
}

// unplace forgets where e was made.
func (e *Entry) unplace() { e.Position, e.Until = nil, 0 }

// sent gives the press as it is sent when the device's own clock says now.
func (e Entry) sent(now clock.Instant) wire.Punch {
	p := e.Punch
	if e.Own != 0 {
		p.Ago = cmp.Or(now.Sub(e.Own), 1)
	}
	return p
}

// Keys of the storage.
const (
	keyDevice = "device"
	keyTap    = "tap"
	keyPress  = "press/"
)

// key sorts as compare does.
func (e Entry) key() string { return fmt.Sprintf("%s%016d/%s", keyPress, e.Order, e.Punch.ID) }

// compare orders presses as they were made. Of those with one number all but
// the first were made while the storage failed; their ids tell the order.
func compare(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Punch.ID, b.Punch.ID))
}

// device names this browser, or this life of the program while the storage
// fails, and numbers its presses.
type device struct {
	ID  string `json:"id"`
	Seq int64  `json:"seq"` // of the last press
}

// tap is the last press, remembered to know its second tap.
type tap struct {
	ID     string        `json:"id"`
	Person string        `json:"person"`
	Team   string        `json:"team"`
	Kind   clock.Kind    `json:"kind"`
	Seen   clock.State   `json:"seen"`
	At     clock.Instant `json:"at"`
}

// content is the storage, read. What cannot be read is left where it is.
type content struct {
	device  device
	tap     tap
	entries []Entry // in order
	held    []Held  // in order
}

func read(all map[string][]byte) content {
	c := content{held: readHeld(all)}
	// An unreadable device or tap is as good as none: a new one is made.
	_ = json.Unmarshal(all[keyDevice], &c.device)
	_ = json.Unmarshal(all[keyTap], &c.tap)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !strings.HasPrefix(key, keyPress) {
			continue
		}
		var e Entry
		if err := json.Unmarshal(all[key], &e); err == nil && e.Punch.ID != "" {
			c.entries = append(c.entries, e)
		}
	}
	return c
}

// encode gives v as JSON. Only strings and numbers come in, which always can
// be encoded.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return b
}

// NewID makes a UUIDv7 (RFC 9562).
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

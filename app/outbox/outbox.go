package outbox

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Storage keeps values under keys for this browser, across restarts and for
// all its tabs.
type Storage interface {
	// Load gives all there is. The caller may keep and change it.
	Load(ctx context.Context) (map[string][]byte, error)
	// Update calls f once with all there is and writes what it returns (nil
	// removes a key), in one transaction that no other Update overlaps. When
	// it returns nil that is durable; when it returns an error nothing of it
	// was or will be written. f does not wait.
	Update(ctx context.Context, f func(all map[string][]byte) map[string][]byte) error
}

// Sender hands a press of person to the server. A nil error means that the
// server has it for good and the receipt is about this press; a *wire.Problem
// in the error says what the server said; any other error that nothing is
// known.
type Sender interface {
	Punch(ctx context.Context, person string, p wire.Located) (wire.Receipt, error)
}

// Locker gives an exclusive lock among all tabs, freed when its tab dies.
type Locker interface {
	Lock(ctx context.Context, name string) (release func(), err error)
}

// Deps is what an Outbox needs; all must be set. The three callbacks come on
// any goroutine and must return at once.
type Deps struct {
	Storage Storage
	Sender  Sender
	Locker  Locker
	// ID makes the id of a press, a UUIDv7, and that of a device: NewID.
	ID func() string
	// Now gives the server's time as well as it is known, and Date the device's
	// own, right or wrong.
	Now, Date func() clock.Instant
	// Backoff gives how long to wait after so many failures in a row.
	Backoff func(failures int) time.Duration
	// Changed is called after Entries changed. Settled is called when an entry
	// was refused or is disputed, and before one is forgotten, if need be more
	// than once: with the receipt that ended it, or when another tab heard of
	// the end, with what was known before. SignedOut is called when the server
	// no longer takes this browser for the person.
	Changed   func()
	Settled   func(Entry)
	SignedOut func()
	// Tell makes every other tab call Reload.
	Tell func()
}

// Limits of the outbox.
const (
	// SameTap is how soon after a press another of the same kind, from the
	// same state, is its second tap.
	SameTap clock.Span = 1500
	// storageTime is how long the storage may take before a press is sent
	// without it.
	storageTime = 3 * time.Second
	// LockName is the lock among tabs that whoever sends holds.
	LockName = "timeclock-outbox"
)

// Outbox holds the presses; see the package comment.
type Outbox struct {
	Deps
	wake chan struct{} // one token: something may be sendable

	mu      sync.Mutex
	person  string // whose entries are shown
	sending bool   // whether the server takes us for person
	session int    // counts the calls of SignedIn
	entries []Entry
	held    []Held           // as stored
	order   int64            // of the last press that was stored, as far as known
	spare   device           // numbers presses while the storage fails
	tap     tap              // the last press made here
	waits   wire.Code        // what the first waiting entry waits for
	settled map[string]Entry // by id: what this program learned, in case the storage did not
	gone    map[string]bool  // by id: forgotten by this program, in case the storage did not
	asked   map[string]bool  // by id: accepted entries to send again; false once sent
	version int              // grows with every change made here, so that an older Load is not believed
}

// New makes an Outbox. Nothing is sent before Run and SignedIn.
func New(d Deps) *Outbox {
	return &Outbox{
		Deps:    d,
		wake:    make(chan struct{}, 1),
		settled: map[string]Entry{},
		gone:    map[string]bool{},
		asked:   map[string]bool{},
	}
}

// SignedIn says that the server takes this browser for person: their presses
// are shown and sent.
func (o *Outbox) SignedIn(person string) {
	o.mu.Lock()
	o.session++
	o.mu.Unlock()
	o.become(person, person != "", "")
	o.Kick()
}

// SignedAway says that nobody is known to be signed in, but person, who may be
// empty, was: their presses are shown as waiting for why, and none is sent.
func (o *Outbox) SignedAway(person string, why wire.Code) { o.become(person, false, why) }

func (o *Outbox) become(person string, sending bool, waits wire.Code) {
	o.mu.Lock()
	changed := o.person != person || o.sending != sending || !sending && o.waits != waits
	if changed {
		o.person, o.sending, o.waits = person, sending, waits
	}
	o.mu.Unlock()
	if changed {
		o.Changed()
	}
}

// Entries gives the person's presses in order, as copies.
func (o *Outbox) Entries() []Entry {
	o.mu.Lock()
	defer o.mu.Unlock()
	var own []Entry
	for _, e := range o.entries {
		if e.Person != o.person || e.Person == "" {
			continue
		}
		if e.Waiting() {
			e.Waits = o.waits
		}
		own = append(own, e)
	}
	return own
}

// Others counts the presses of other people in this browser that are neither
// settled nor disputed.
func (o *Outbox) Others() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, e := range o.entries {
		if e.Person != o.person && e.Refused == "" && !e.Disputed() {
			n++
		}
	}
	return n
}

// Kick makes Run try at once.
func (o *Outbox) Kick() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Reload reads the storage anew: another tab changed it. An entry of ours that
// is gone was settled there, and one that is new is sent.
func (o *Outbox) Reload(ctx context.Context) error {
	_, ok, err := o.reload(ctx)
	if ok {
		o.Kick()
	}
	return err
}

// reload is Reload and gives the first entry that is to be sent. It is chosen
// under the same lock that took the storage over: a press that another tab
// numbered before one of ours was stored before it, so none is passed over. A
// storage that cannot be read still lets go what is in memory.
func (o *Outbox) reload(ctx context.Context) (next Entry, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, storageTime)
	defer cancel()
	for {
		version := o.versionNow()
		all, err := o.Storage.Load(ctx)
		if err != nil {
			next, ok = o.next()
			return next, ok, fmt.Errorf("load presses: %w", err)
		}
		gone, taken := o.merge(read(all), version, func() { next, ok = o.pick() })
		if !taken {
			continue
		}
		for _, e := range gone {
			o.Settled(e)
		}
		o.Changed()
		return next, ok, nil
	}
}

func (o *Outbox) versionNow() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.version
}

// merge takes over what is stored, keeps what could not be stored, and gives
// the person's entries that were there before and are no more. It does nothing
// when something changed here since version. then runs under the lock.
func (o *Outbox) merge(c content, version int, then func()) (gone []Entry, taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.version != version {
		return nil, false
	}
	o.order = max(o.order, c.device.Seq)
	var entries []Entry
	stored := map[string]bool{}
	for _, e := range c.entries {
		id := e.Punch.ID
		stored[id] = true
		if known, ok := o.settled[id]; ok {
			e.learn(known)
		}
		if !o.gone[id] && !finished(e) {
			entries = append(entries, e)
		}
	}
	for _, e := range o.entries {
		switch {
		case stored[e.Punch.ID]:
		case e.Unsafe:
			entries = append(entries, e)
		case e.Person == o.person && e.Refused == "":
			gone = append(gone, e)
		}
	}
	slices.SortFunc(entries, compare)
	o.entries, o.held = entries, c.held
	then()
	return gone, true
}

// finished reports whether nothing is left to do or say about e.
func finished(e Entry) bool {
	return e.Refused == "" && e.Answer != nil && e.Answer.Status == wire.Delivered
}

// Dismiss forgets a refused press.
func (o *Outbox) Dismiss(ctx context.Context, id string) error {
	e, ok := o.find(id)
	if !ok || e.Refused == "" {
		return nil
	}
	o.forget(id)
	o.Changed()
	return o.write(ctx, e.key(), nil)
}

// Part forgets what the server holds for good of everybody but keep, who may be
// empty, and who pressed last: another person is at this device, or nobody. The
// server tells of those presses again when their person signs in. What it does
// not hold stays, and so does a refusal that its person has not dismissed.
func (o *Outbox) Part(ctx context.Context, keep string) error {
	o.mu.Lock()
	held := func(e Entry) bool { return e.Accepted() && e.Person != keep }
	o.version++
	for _, e := range o.entries {
		if held(e) {
			o.gone[e.Punch.ID] = true
		}
	}
	o.entries = slices.DeleteFunc(o.entries, held)
	if o.tap.Person != keep {
		o.tap = tap{}
	}
	o.mu.Unlock()
	o.Changed()
	return o.update(ctx, func(all map[string][]byte) map[string][]byte {
		c, changes := read(all), map[string][]byte{}
		for _, e := range c.entries {
			if held(e) {
				changes[e.key()] = nil
			}
		}
		if c.tap.Person != keep {
			changes[keyTap] = nil
		}
		return changes
	})
}

func (o *Outbox) find(id string) (Entry, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := o.index(id)
	if i < 0 {
		return Entry{}, false
	}
	return o.entries[i], true
}

// index needs the lock.
func (o *Outbox) index(id string) int {
	return slices.IndexFunc(o.entries, func(e Entry) bool { return e.Punch.ID == id })
}

// forget takes an entry out for good.
func (o *Outbox) forget(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.version++
	o.gone[id] = true
	o.entries = slices.DeleteFunc(o.entries, func(e Entry) bool { return e.Punch.ID == id })
}

// write stores value under key, or removes the key, and tells the other tabs.
func (o *Outbox) write(ctx context.Context, key string, value []byte) error {
	return o.update(ctx, func(map[string][]byte) map[string][]byte {
		return map[string][]byte{key: value}
	})
}

// rewrite is write for a key that must be there: another tab that removed it
// meanwhile knew more.
func (o *Outbox) rewrite(ctx context.Context, key string, value []byte) error {
	return o.update(ctx, func(all map[string][]byte) map[string][]byte {
		if all[key] == nil {
			return nil
		}
		return map[string][]byte{key: value}
	})
}

func (o *Outbox) update(ctx context.Context, f func(map[string][]byte) map[string][]byte) error {
	ctx, cancel := context.WithTimeout(ctx, storageTime)
	defer cancel()
	if err := o.Storage.Update(ctx, f); err != nil {
		return fmt.Errorf("store presses: %w", err)
	}
	o.Tell()
	return nil
}

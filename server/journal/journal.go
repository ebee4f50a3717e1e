package journal

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/watch"
)

// Limits are the times the journal goes by.
type Limits struct {
	// Tolerance is how long after a press Graph's own stamp may stand for it.
	Tolerance time.Duration
	// MaxAge is how long ago a press may have been made when it is accepted.
	MaxAge time.Duration
	// Settle is how long Graph may take to show what it did.
	Settle time.Duration
	// Attempt bounds one attempt at Graph, once its turn has come.
	Attempt time.Duration
	// Queue is how long a press waits for its turn before it says so and lines
	// up again, in the place it had.
	Queue time.Duration
	// Lease is how long a person's presses are one process's to deliver before
	// another may take over. It begins anew with each attempt and is longer than
	// two, so that nobody still sends, or reads back, whose lease is over.
	Lease time.Duration
	// OpenMax is how long a card may be open before the person is asked when
	// they left (clock.Forgotten); 0 has nobody asked.
	OpenMax time.Duration
	// Backoff and BackoffMax bound the wait between attempts that did not
	// reach Graph.
	Backoff, BackoffMax time.Duration
}

// DefaultLimits are the published ones.
var DefaultLimits = Limits{
	Tolerance: 5 * time.Second, MaxAge: 168 * time.Hour, Settle: 20 * time.Second,
	Attempt: 15 * time.Second, Queue: 30 * time.Second, Lease: 45 * time.Second, OpenMax: 16 * time.Hour,
	Backoff: time.Second, BackoffMax: time.Minute,
}

const (
	// maxFuture is how far ahead of the server's clock a press may be dated;
	// beyond that its clock was wrong.
	maxFuture = 2 * clock.Minute
	// maxOff is by how much two tellings of when a press was may differ: a
	// device's clock that nobody checked, and how long ago that clock says it was
	// when the press arrives. The way takes some seconds.
	maxOff = 2 * clock.Minute
	// maxStated is how long ago a person may say that something was: as far as
	// cards are read back.
	maxStated = 31 * 24 * clock.Hour
)

// Counts are how often something happened in this process, for an operator.
type Counts struct {
	Accepted, Delivered, Refused atomic.Int64
	Conflicts                    atomic.Int64 // that a person had to decide about
	Resent                       atomic.Int64 // sent again after two clean readings
	Twins                        atomic.Int64 // found twice after all
	Amended                      atomic.Int64 // cards, as somebody asked for
}

// Journal accepts presses and delivers them. Its methods are safe for use by
// several goroutines. Run must be going for anything to be delivered.
type Journal struct {
	Store     Store
	Past      Past
	Claims    Claims
	Deliverer Deliverer
	// Shifts, if set, gives the shifts of a person (by id in Graph) in a team, as
	// far as they are known without asking.
	Shifts func(team, object string) []clock.Stretch
	Limits Limits
	Now    func() time.Time
	Log    *slog.Logger
	// Observed, if set, is told of every press that was delivered.
	Observed func(Entry)
	// Moved, if set, is told of every press that was accepted or took a step, by
	// team and the person's id in Graph. It must not block.
	Moved func(team, object string)

	Counts Counts

	hub     watch.Hub[wire.Receipt]
	acts    watch.Hub[wire.Act]
	amended watch.Hub[wire.Amended]

	owner string // of this process's claims; made by Run

	mu      sync.Mutex // protects what follows
	started bool
	queues  map[string]chan struct{} // a person's wake-up, while being delivered
	base    context.Context          // of Run
	wg      sync.WaitGroup           // deliveries under way
}

// Accept makes a press durable and answers its entry; delivery follows by
// itself. Called again with the same press it answers what has become of it.
// There is an error only when the press was not kept: its id is another's
// (ErrReused), or the store failed.
func (j *Journal) Accept(ctx context.Context, p wire.Punch, who Who) (Entry, error) {
	return j.AcceptAt(ctx, p, who, nil)
}

// AcceptAt is Accept of a press of which it is known whether it was made at the
// team's approved location, unless approved is nil. Of one that somebody made
// for the person nothing is known: they pressed where they were themselves.
func (j *Journal) AcceptAt(ctx context.Context, p wire.Punch, who Who, approved *bool) (Entry, error) {
	e := Entry{Punch: p, Who: who, Received: clock.At(j.Now()), Status: wire.Accepted}
	if who.Actor == "" {
		e.Approved = approved
	}
	e.tell(Pressed(e, e.Received))
	if code := j.dated(p, e.Received); code != "" {
		e = j.undated(e, code)
	}
	e.Ago = 0 // is about this sending, and in the event
	stored, fresh, err := j.Store.Accept(ctx, e)
	if err != nil {
		return Entry{}, fmt.Errorf("accept press %s: %w", p.ID, err)
	}
	if !fresh && !stored.same(p, who) {
		return Entry{}, fmt.Errorf("accept press %s: %w", p.ID, ErrReused)
	}
	if fresh {
		j.Counts.Accepted.Add(1)
		j.moved(stored)
		j.Log.InfoContext(ctx, "press accepted", "press", p.ID, "kind", p.Kind, "status", stored.Status, "trust", p.Trust)
	}
	if !stored.Status.Final() {
		j.wake(who.Person)
		if _, err := j.Waiting(ctx, who); err != nil {
			j.Log.WarnContext(ctx, "earlier presses not carried on", "err", err)
		}
	}
	return stored, nil
}

// ErrReused says that an id names another press already.
var ErrReused = fmt.Errorf("id names another press")

// dated says what is wrong with the time of p, if anything.
//
// BUG: a device's clock that was wrong at the press, with nothing to check it by,
// and was set right before the press arrived goes unnoticed. What arrives late so
// is listed apart for supervisors.
func (j *Journal) dated(p wire.Punch, now clock.Instant) wire.Code {
	likely := p.Trust == wire.Device && p.Ago != 0 && p.Stated == 0
	switch {
	case likely && now.Add(-p.Ago).Sub(p.At).Abs() > maxOff:
		return wire.CodeClock
	case now.Sub(p.At) > clock.Of(j.Limits.MaxAge):
		return wire.CodeTooOld
	case p.At.Sub(now) > maxFuture, p.Stated.Sub(now) > maxFuture:
		return wire.CodeFuture
	case p.Stated != 0 && now.Sub(p.Stated) > maxStated:
		return wire.CodeTooOld
	}
	return ""
}

// Receipt tells what became of a press of this person.
func (j *Journal) Receipt(ctx context.Context, who Who, id string) (wire.Receipt, error) {
	e, err := j.Store.Entry(ctx, id)
	if err != nil {
		return wire.Receipt{}, fmt.Errorf("find press %s: %w", id, err)
	}
	if e.Person != who.Person || e.Change != nil {
		return wire.Receipt{}, fmt.Errorf("find press %s: %w", id, ErrNoEntry)
	}
	return e.Receipt(), nil
}

// Waiting lists the presses of this person that Graph does not have yet, in
// order, and those that wait for their decision. Those that wait for a sign-in of
// whoever who says has pressed go on with the session given there.
func (j *Journal) Waiting(ctx context.Context, who Who) ([]wire.Receipt, error) {
	open, err := j.Store.Open(ctx, who.Person)
	if err != nil {
		return nil, fmt.Errorf("list waiting presses: %w", err)
	}
	Order(open)
	receipts := make([]wire.Receipt, 0, len(open))
	for _, e := range open {
		if e.Code == wire.CodeSignedOut && e.Session != who.Session && e.Actor == who.Actor {
			e = j.carryOn(ctx, e, who)
		}
		if e.Change == nil {
			receipts = append(receipts, e.Receipt())
		}
	}
	return receipts, nil
}

// Holds reports whether a press made in this session is still on its way, so
// that its tokens are needed after the person has signed out.
func (j *Journal) Holds(ctx context.Context, who Who) (bool, error) {
	open, err := j.Store.Open(ctx, who.Person)
	if err != nil {
		return false, fmt.Errorf("look for open presses: %w", err)
	}
	made, err := j.Past.MadeBy(ctx, who.Object, forever)
	if err != nil {
		return false, fmt.Errorf("look for open presses for others: %w", err)
	}
	return slices.ContainsFunc(append(open, made...), func(e Entry) bool {
		return e.Session == who.Session && e.Status != wire.Conflicted
	}), nil
}

// forever is later than anything.
const forever = clock.Instant(1) << 52

// carryOn hands a press that lost its session to the one the person has now.
func (j *Journal) carryOn(ctx context.Context, e Entry, who Who) Entry {
	next := e
	next.Session, next.Code, next.NotBefore = who.Session, "", 0
	next.tell(Handed(next, e.Session, clock.At(j.Now())))
	saved, err := j.Store.Update(ctx, next)
	if err != nil {
		j.Log.WarnContext(ctx, "press not handed to the new session", "press", e.ID, "err", err)
		return e
	}
	j.wake(e.Person)
	return saved
}

// Watch tells of every step the presses of a person take from now on, as
// watch.Hub does. stop must be called.
func (j *Journal) Watch(person string) (receipts <-chan wire.Receipt, stop func()) {
	return j.hub.Watch(person)
}

// Await gives the receipt of a press when it goes no further, or as it stands when
// ctx ends or news was missed. watch must have been opened before the press was
// accepted.
func (j *Journal) Await(ctx context.Context, e Entry, watch <-chan wire.Receipt) wire.Receipt {
	receipt := e.Receipt()
	for !receipt.Status.Final() && receipt.Status != wire.Conflicted {
		select {
		case r, open := <-watch:
			if !open {
				return j.stored(ctx, receipt)
			}
			if r.ID == e.ID {
				receipt = r
			}
		case <-ctx.Done():
			return receipt
		}
	}
	return receipt
}

// stored gives a receipt as the store has it, or as it was known when that
// cannot be read.
func (j *Journal) stored(ctx context.Context, known wire.Receipt) wire.Receipt {
	e, err := j.Store.Entry(ctx, known.ID)
	if err != nil {
		j.Log.WarnContext(ctx, "press not read again", "press", known.ID, "err", err)
		return known
	}
	return e.Receipt()
}

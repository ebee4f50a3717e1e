package outbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"timeclock/app/wire"
)

// Run sends what waits until ctx ends: when kicked, and after failures by
// itself, ever more patiently. A press that was accepted and is not over is
// asked after in the same way, since news of it may not get through; not so
// one that waits for a person. Call it once.
func (o *Outbox) Run(ctx context.Context) {
	for failures, asked := 0, 0; ctx.Err() == nil; {
		hint, err := o.drain(ctx)
		switch {
		case errors.Is(err, errPlacing):
			o.rest(ctx, hint)
		case err != nil:
			failures++
			o.rest(ctx, max(hint, o.Backoff(failures)))
		case o.unheard():
			failures = 0
			asked++
			if o.rest(ctx, o.Backoff(asked)) {
				o.askAll()
			}
		default:
			failures, asked = 0, 0
			o.rest(ctx, forever)
		}
	}
}

// forever is longer than any page lives.
const forever = 10_000 * time.Hour

// rest waits for a kick, for some time, or for the end, and reports whether it
// was the time.
func (o *Outbox) rest(ctx context.Context, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-o.wake:
	}
	return false
}

// unheard reports whether the end of a press that was accepted is not known.
func (o *Outbox) unheard() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sending && slices.ContainsFunc(o.entries, o.isUnheard)
}

func (o *Outbox) isUnheard(e Entry) bool {
	return e.Person == o.person && e.Accepted() && !e.Disputed()
}

// askAll asks after every such press.
func (o *Outbox) askAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if o.isUnheard(e) {
			o.asked[e.Punch.ID] = true
		}
	}
}

// drain sends in order until nothing is left or one has to wait; then it gives
// the reason, and how long the server asked to wait.
func (o *Outbox) drain(ctx context.Context) (hint time.Duration, err error) {
	select {
	case <-o.wake: // what was kicked for until now is being done
	default:
	}
	if e, ok, _ := o.reload(ctx); !ok {
		return 0, nil
	} else if wait := o.placing(e); wait > 0 { // without the lock
		return wait, errPlacing
	}
	// Without a lock two tabs may send the same press. The server takes it for
	// one, so that is better than not sending.
	if release, err := o.Locker.Lock(ctx, LockName); err == nil {
		defer release()
	}
	for ctx.Err() == nil {
		e, ok, _ := o.reload(ctx)
		if !ok {
			return 0, nil
		}
		if wait := o.placing(e); wait > 0 {
			return wait, errPlacing
		}
		if hint, err := o.send(ctx, e); err != nil {
			return hint, err
		}
	}
	return 0, ctx.Err()
}

// next gives the first entry that is to be sent.
func (o *Outbox) next() (Entry, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pick()
}

// pick is next with the lock held.
func (o *Outbox) pick() (Entry, bool) {
	if !o.sending {
		return Entry{}, false
	}
	i := slices.IndexFunc(o.entries, func(e Entry) bool {
		return e.Person == o.person && (e.Waiting() || e.Accepted() && o.asked[e.Punch.ID])
	})
	if i < 0 {
		return Entry{}, false
	}
	return o.entries[i], true
}

// send sends one entry and notes the answer. An error means that sending has
// to wait; being signed out is none, since waiting would not help.
func (o *Outbox) send(ctx context.Context, e Entry) (hint time.Duration, err error) {
	if e.Unsafe {
		o.secure(ctx, e)
	}
	session := o.sessionNow()
	receipt, err := o.Sender.Punch(ctx, e.Person, wire.Located{Punch: e.sent(o.Date()), Position: e.Position})
	if err == nil {
		o.wait("")
		o.heard(e.Punch.ID)
		o.settle(ctx, e, receipt)
		return 0, nil
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	code := wire.CodeOffline
	if problem, ok := errors.AsType[*wire.Problem](err); ok {
		code = problem.Code
		hint = time.Duration(problem.RetryAfter) * time.Second
	}
	switch VerdictOf(code) {
	case Never:
		o.wait("")
		o.refuse(ctx, e, code)
		return 0, nil
	case Stop:
		o.stop(session)
		return 0, nil
	}
	o.wait(code)
	return hint, err
}

func (o *Outbox) sessionNow() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.session
}

// stop ends the sending until SignedIn, unless that was called after the
// session that the server did not take.
func (o *Outbox) stop(session int) {
	o.mu.Lock()
	same := o.session == session
	if same {
		o.sending, o.waits = false, wire.CodeSignedOut
	}
	o.mu.Unlock()
	if same {
		o.Changed()
		o.SignedOut()
	}
}

func (o *Outbox) wait(code wire.Code) {
	o.mu.Lock()
	changed := o.waits != code
	o.waits = code
	o.mu.Unlock()
	if changed {
		o.Changed()
	}
}

// secure stores an entry that could not be stored before.
func (o *Outbox) secure(ctx context.Context, e Entry) {
	if err := o.write(ctx, e.key(), encode(e)); err != nil {
		return // it stays marked
	}
	o.mu.Lock()
	o.version++
	if i := o.index(e.Punch.ID); i >= 0 {
		o.entries[i].Unsafe = false
	}
	o.mu.Unlock()
	o.Changed()
}

// Settle notes receipts that came by another way than as the answer to
// sending. Those about no entry here are passed over.
func (o *Outbox) Settle(ctx context.Context, receipts ...wire.Receipt) {
	for _, r := range receipts {
		if e, ok := o.find(r.ID); ok {
			o.settle(ctx, e, r)
		}
	}
}

// Ask sends the accepted press with that id once more, to hear what became of
// it. Asking twice in one life of the program does nothing, unless it came to be
// disputed between.
func (o *Outbox) Ask(id string) {
	o.mu.Lock()
	if _, before := o.asked[id]; !before {
		o.asked[id] = true
	}
	o.mu.Unlock()
	o.Kick()
}

// heard notes that what was asked about a press was answered.
func (o *Outbox) heard(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.asked[id] {
		o.asked[id] = false
	}
}

// settle notes a receipt of e: first in memory, so that whatever the storage
// does it is not sent again by this program, then in the storage.
func (o *Outbox) settle(ctx context.Context, e Entry, r wire.Receipt) {
	if e.Answer != nil && bytes.Equal(encode(*e.Answer), encode(r)) {
		return
	}
	e.Answer = &r
	switch {
	case r.Status == wire.Refused && r.Code == wire.CodeKept, r.Status == wire.Delivered:
		o.finish(ctx, e)
	case r.Status == wire.Refused:
		o.refuse(ctx, e, cmp.Or(r.Code, wire.CodeRefused))
	case r.Status == wire.Conflicted:
		o.dispute(ctx, e)
	default:
		o.keep(ctx, e)
	}
}

// dispute keeps e as one that a person has to decide about.
func (o *Outbox) dispute(ctx context.Context, e Entry) {
	if !o.keep(ctx, e) {
		return
	}
	o.mu.Lock()
	delete(o.asked, e.Punch.ID)
	o.mu.Unlock()
	o.Settled(e)
}

// refuse keeps e as one that will never be recorded.
func (o *Outbox) refuse(ctx context.Context, e Entry, code wire.Code) {
	if o.over(e.Punch.ID) {
		return
	}
	e.Refused, e.Noted = code, o.Now()
	o.keep(ctx, e)
	o.Settled(e)
}

// finish forgets e, which is on the card or was decided to stay off it. Should
// the storage fail, it is sent once more one day and answered the same.
func (o *Outbox) finish(ctx context.Context, e Entry) {
	if o.over(e.Punch.ID) {
		return
	}
	o.Settled(e)
	o.forget(e.Punch.ID)
	o.Changed()
	_ = o.write(ctx, e.key(), nil)
}

// keep shows and stores what is known of e, unless it was settled already.
// Should the storage fail, it is sent once more by the next program and
// answered the same.
func (o *Outbox) keep(ctx context.Context, e Entry) (kept bool) {
	e.unplace()
	if !o.note(e) {
		return false
	}
	o.Changed()
	if e.Accepted() && o.left(e.Person) {
		o.forget(e.Punch.ID)
		_ = o.write(ctx, e.key(), nil)
		return true
	}
	if e.Unsafe {
		_ = o.write(ctx, e.key(), encode(e))
		return true
	}
	_ = o.rewrite(ctx, e.key(), encode(e))
	return true
}

// left reports whether person is not at this device any more.
func (o *Outbox) left(person string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return person != o.person
}

// note remembers what is known of e, unless e was settled already: answers may
// overtake one another.
func (o *Outbox) note(e Entry) bool {
	id := e.Punch.ID
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.isOver(id) {
		return false
	}
	o.version++
	o.settled[id] = e
	if i := o.index(id); i >= 0 {
		o.entries[i].learn(e)
	}
	return true
}

// over reports whether nothing more can become of the entry with that id.
func (o *Outbox) over(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.isOver(id)
}

// isOver is over with the lock held.
func (o *Outbox) isOver(id string) bool { return o.gone[id] || o.settled[id].Refused != "" }

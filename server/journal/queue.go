package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Run delivers until ctx ends, beginning with what an earlier process left
// behind, and returns when no delivery is under way any more. From time to time
// it looks for presses whose process has died. It returns early only if the
// store cannot be read at first. It may be called once.
func (j *Journal) Run(ctx context.Context) error {
	j.mu.Lock()
	j.started, j.base, j.owner = true, ctx, rand.Text()
	if j.queues == nil {
		j.queues = map[string]chan struct{}{}
	}
	j.mu.Unlock()
	if err := j.sweep(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	each := time.NewTicker(j.Limits.Lease)
	defer each.Stop()
	for ctx.Err() == nil {
		select {
		case <-each.C:
			if err := j.sweep(ctx); err != nil {
				j.Log.ErrorContext(ctx, "nobody looked for presses left behind", "err", err)
			}
		case <-ctx.Done():
		}
	}
	j.mu.Lock()
	j.started = false
	j.mu.Unlock()
	j.wg.Wait()
	return nil
}

// sweep wakes everybody who has a press open.
func (j *Journal) sweep(ctx context.Context) error {
	left, err := j.Store.Open(ctx, "")
	if err != nil {
		return fmt.Errorf("read open presses: %w", err)
	}
	for _, e := range left {
		if e.Status != wire.Conflicted {
			j.wake(e.Person)
		}
	}
	return nil
}

// wake sees to it that somebody looks at the person's presses from now on.
func (j *Journal) wake(person string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.started {
		return // Run begins with whatever is open
	}
	if bell, busy := j.queues[person]; busy {
		select {
		case bell <- struct{}{}:
		default:
		}
		return
	}
	bell := make(chan struct{}, 1)
	j.queues[person] = bell
	j.wg.Go(func() { j.work(j.base, person, bell) })
}

// work delivers one person's presses until none is left to do. It is the only
// goroutine that does so for this person, and the claim makes it the only one
// of all processes.
func (j *Journal) work(ctx context.Context, person string, bell chan struct{}) {
	for ctx.Err() == nil {
		wait, more := j.turn(ctx, person)
		if !more {
			// First the claim, then the queue: whoever is woken next makes a
			// claim of its own, which must not be released here.
			j.release(ctx, person)
			if j.retire(person, bell) {
				return
			}
			continue
		}
		if wait <= 0 {
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-bell:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	j.release(ctx, person)
	j.retire(person, bell)
}

// retire ends a person's queue unless it was woken meanwhile.
func (j *Journal) retire(person string, bell chan struct{}) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-bell:
		return false
	default:
		delete(j.queues, person)
		return true
	}
}

// turn takes the person's first open press one step further. It answers how
// long to wait before the next turn, and false when there is nothing to do
// until somebody calls wake.
func (j *Journal) turn(ctx context.Context, person string) (wait time.Duration, more bool) {
	held, err := j.claim(ctx, person)
	if err != nil {
		j.Log.ErrorContext(ctx, "presses not claimed", "err", err)
		return j.Limits.BackoffMax, true
	}
	if !held { // another process delivers, or has died with its lease running
		return j.Limits.Backoff, j.waits(ctx, person)
	}
	open, err := j.undecided(ctx, person)
	if err != nil {
		j.Log.ErrorContext(ctx, "open presses not read", "err", err)
		return j.Limits.BackoffMax, true
	}
	if len(open) == 0 {
		return 0, false
	}
	head := open[0]
	if head.parked() {
		return 0, false
	}
	if wait := head.NotBefore.Sub(clock.At(j.Now())); wait > 0 {
		return wait.Duration(), true
	}
	// errLost: by another process; ErrMoved: undone, or handed to another session.
	if err := j.advance(ctx, head); errors.Is(err, errLost) || errors.Is(err, ErrMoved) {
		return j.Limits.Backoff, true
	} else if err != nil {
		j.Log.ErrorContext(ctx, "press not advanced", "press", head.ID, "err", err)
		return j.Limits.Backoff, true
	}
	return 0, true
}

// undecided lists the person's presses that are to be delivered, in order. What
// waits for a decision holds up nothing.
func (j *Journal) undecided(ctx context.Context, person string) ([]Entry, error) {
	open, err := j.Store.Open(ctx, person)
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(e Entry) bool { return e.Status == wire.Conflicted })
	Order(open)
	return open, nil
}

// waits reports whether anything of the person's is still to be delivered.
func (j *Journal) waits(ctx context.Context, person string) bool {
	open, err := j.undecided(ctx, person)
	return err != nil || len(open) > 0
}

// errLost says that another process has taken over the person's presses.
var errLost = errors.New("another process delivers")

// claim makes the person's presses this process's for another lease.
func (j *Journal) claim(ctx context.Context, person string) (bool, error) {
	now := clock.At(j.Now())
	return j.Claims.Claim(ctx, person, j.owner, now, now.Add(clock.Of(j.Limits.Lease)))
}

// release lets another process go on at once. If it fails, that happens when
// the lease is over.
func (j *Journal) release(ctx context.Context, person string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := j.Claims.Release(ctx, person, j.owner); err != nil {
		j.Log.WarnContext(ctx, "claim not released", "err", err)
	}
}

// save records e and tells whoever watches. It is not cut short by a server
// that is stopping.
func (j *Journal) save(ctx context.Context, e Entry) (Entry, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	saved, err := j.Store.Update(ctx, e)
	if err != nil {
		return e, fmt.Errorf("record press %s as %s: %w", e.ID, e.Status, err)
	}
	saved.Events = nil
	j.moved(saved)
	if saved.Change != nil {
		j.amended.Tell(e.Person, saved.Amended())
		return saved, nil
	}
	j.hub.Tell(e.Person, saved.Receipt())
	if e.Actor != "" {
		j.acts.Tell(e.by(), saved.Act())
	}
	return saved, nil
}

func (j *Journal) moved(e Entry) {
	if j.Moved != nil {
		j.Moved(e.Team, e.Object)
	}
}

package journal

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// maxReplans bounds how often a press is planned anew because Graph refused
// what the cards read last had promised.
const maxReplans = 3

// advance takes one press one step further. An error means that the step could
// not be recorded; the press then stands in the store as it was.
func (j *Journal) advance(ctx context.Context, e Entry) error {
	switch {
	case e.Change != nil:
		return j.amend(ctx, e)
	case e.Recorded != 0: // it is on the card already, and once too often
		return j.untwin(ctx, e)
	case e.Status == wire.Accepted:
		return j.send(ctx, e)
	case e.Status == wire.Sending: // left by a crash or a failed write
		e.Status, e.NotBefore = wire.Unsure, 0
		_, err := j.save(ctx, e)
		return err
	default:
		return j.settle(ctx, e)
	}
}

// send plans a press and makes one attempt at it.
func (j *Journal) send(ctx context.Context, e Entry) error {
	e.Written = e.apart() || e.late(clock.At(j.Now()), j.Limits)
	card, err := j.try(ctx, &e)
	if errors.Is(err, ErrLate) {
		e.again("")
		e.Written = true
		card, err = j.try(ctx, &e)
	}
	var out *unrecorded
	var c *contradiction
	switch {
	case errors.As(err, &out):
		return out.err
	case errors.As(err, &c):
		return j.contradicted(ctx, e, c)
	case err != nil:
		return j.failed(ctx, e, failure(err))
	}
	return j.done(ctx, e, card.ID, e.stamp(card))
}

// try plans a press and makes one attempt at it.
func (j *Journal) try(ctx context.Context, e *Entry) (clock.Card, error) {
	p, err := j.plan(ctx, *e)
	if err != nil {
		return clock.Card{}, err
	}
	e.Card = p.card
	e.Written = e.Written || p.edit != nil
	return j.attempt(ctx, e, p)
}

// late reports whether an action would stamp the press too late at now.
func (e Entry) late(now clock.Instant, l Limits) bool { return now.Sub(e.At) > clock.Of(l.Tolerance) }

// unrecorded is an attempt that was not made, because that it was to be could
// not be recorded.
type unrecorded struct{ err error }

func (u *unrecorded) Error() string { return u.err.Error() }
func (u *unrecorded) Unwrap() error { return u.err }

// attempt asks Graph once, when the press's turn has come. Until then the press
// stands as it did; from then on the lease covers everything up to the record of
// the outcome.
func (j *Journal) attempt(ctx context.Context, e *Entry, p plan) (clock.Card, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over := time.AfterFunc(j.Limits.Queue, cancel)
	defer over.Stop()
	step := p.step(e.Written)
	turn := Turn{Since: e.Received, Begin: func(before []byte) error {
		if !e.Written && e.late(clock.At(j.Now()), j.Limits) {
			return ErrLate
		}
		if !over.Stop() {
			return context.Cause(ctx)
		}
		over.Reset(2 * j.Limits.Attempt) // the write, and reading back
		if err := j.begin(ctx, e, step, before); err != nil {
			return err
		}
		if !e.Written && e.late(clock.At(j.Now()), j.Limits) { // by a slow store
			return ErrLate
		}
		return nil
	}}
	if !e.Written {
		turn.Until = e.At.Add(clock.Of(j.Limits.Tolerance))
	}
	sending := *e
	sending.Step, sending.Sent = step, clock.At(j.Now())
	card, err := j.ask(ctx, sending, p, turn)
	if err != nil && ctx.Err() != nil && e.Status != wire.Sending {
		return card, &DeliveryError{Outcome: Queued, Code: wire.CodeBusy, Err: err}
	}
	return card, err
}

// ask has the deliverer do what the plan says.
func (j *Journal) ask(ctx context.Context, e Entry, p plan, t Turn) (clock.Card, error) {
	check := func(cards []clock.Card) error { return j.check(ctx, e, cards) }
	switch {
	case e.Change != nil:
		return j.Deliverer.Amend(ctx, e, func(st Standing) error { return j.withstood(ctx, e, st) }, t)
	case p.edit != nil:
		return j.Deliverer.Edit(ctx, e, p.card, p.edit, t)
	case e.Written:
		return j.Deliverer.Write(ctx, e, p.card, check, t)
	case !p.blind:
		check = nil
	}
	return j.Deliverer.Act(ctx, e, p.card, check, t)
}

// begin records that the press is being sent.
func (j *Journal) begin(ctx context.Context, e *Entry, step clock.Kind, before []byte) error {
	if held, err := j.claim(ctx, e.Person); err != nil {
		return &unrecorded{err}
	} else if !held {
		return &unrecorded{errLost}
	}
	next := *e
	next.Status, next.Code, next.Step, next.Sent = wire.Sending, "", step, clock.At(j.Now())
	next.Reads, next.NotBefore = 0, 0
	next.tell(Sent(next, next.Sent))
	if before != nil {
		next.Before = before
		next.tell(Replaced(next, next.Card, before, next.Sent))
	}
	saved, err := j.save(ctx, next)
	if err != nil {
		return &unrecorded{err}
	}
	*e = saved
	return nil
}

// stamp gives the time of the step that was just put on a card, 0 when the card
// does not show any: the last one of its kind, or the one that was written.
func (e Entry) stamp(c clock.Card) clock.Instant {
	var last clock.Instant
	for _, at := range c.Stamps(e.Step) {
		if e.Written && at == e.When() {
			return at
		}
		last = max(last, at)
	}
	return last
}

// done records a step that is on the card at the time given: the end of the
// press, or, when it was the first of two, the way to the second. Where the
// time is not known, 0, it is looked for.
func (j *Journal) done(ctx context.Context, e Entry, card string, at clock.Instant) error {
	now := clock.At(j.Now())
	e.Card, e.Tries, e.Code, e.NotBefore = card, 0, "", 0
	if e.Step != e.Kind {
		e.Status, e.Sent, e.Reads = wire.Accepted, 0, 0
		_, err := j.save(ctx, e)
		return err
	}
	if e.Delivered == 0 {
		e.Delivered = now
	}
	if at == 0 {
		e.Status, e.NotBefore = wire.Unsure, now.Add(clock.Of(j.Limits.Backoff))
		_, err := j.save(ctx, e)
		return err
	}
	e.Recorded = at
	return j.delivered(ctx, e)
}

// delivered ends a press that is on the card.
func (j *Journal) delivered(ctx context.Context, e Entry) error {
	e.Status, e.Code, e.Against = wire.Delivered, "", nil
	e.tell(Delivered(e, clock.At(j.Now())))
	saved, err := j.save(ctx, e)
	if err != nil {
		return err
	}
	j.Counts.Delivered.Add(1)
	if j.Observed != nil {
		j.Observed(saved)
	}
	j.Log.InfoContext(ctx, "press delivered", "press", e.ID, "kind", e.Kind, "written", e.Written,
		"waited_ms", int64(e.Delivered.Sub(e.Received)), "deviation_ms", int64(saved.Recorded.Sub(e.When())))
	if e.Kind == clock.ClockOut {
		j.resume(ctx, e)
	}
	return nil
}

// failed records an attempt that did not succeed, by what is known of it.
func (j *Journal) failed(ctx context.Context, e Entry, f *DeliveryError) error {
	if f.Outcome == Queued {
		return j.queued(ctx, e, f)
	}
	j.Log.WarnContext(ctx, "press attempt failed", "press", e.ID, "kind", e.Kind, "outcome", f.Outcome, "err", f.Err)
	now := clock.At(j.Now())
	switch f.Outcome {
	case NotSent:
		e.again(f.Code)
		e.Tries++
		e.NotBefore = now.Add(clock.Of(j.pause(e.Tries, f.RetryAfter)))
	case SignedOut:
		e.again(f.Code)
		e.park()
	case Refused:
		if unauthorized(f.Code) {
			return j.refuse(ctx, e, f)
		}
		return j.refused(ctx, e, f)
	default:
		e.Status, e.Code = wire.Unsure, f.Code
		e.NotBefore = now.Add(clock.Of(j.Limits.Backoff))
	}
	_, err := j.save(ctx, e)
	return err
}

// again has the step that was not sent tried again.
func (e *Entry) again(code wire.Code) {
	if e.Status == wire.Sending { // else e.Step tells what was done before
		e.Step = ""
	}
	e.Status, e.Code = wire.Accepted, code
}

// queued says that the press still waits for its turn.
func (j *Journal) queued(ctx context.Context, e Entry, f *DeliveryError) error {
	if e.Code == f.Code || ctx.Err() != nil {
		return nil
	}
	e.Code = f.Code
	_, err := j.save(ctx, e)
	return err
}

// refused looks once more before a press is refused for good: what was sent
// may have rested on cards that changed elsewhere meanwhile, or be there already
// from an attempt before.
func (j *Journal) refused(ctx context.Context, e Entry, f *DeliveryError) error {
	cards, err := j.read(ctx, e)
	switch failed := failure(err); {
	case err != nil && failed.Outcome == Refused: // it may not even look
		return j.refuse(ctx, e, f)
	case err != nil:
		return j.failed(ctx, e, failed)
	}
	p, err := j.planFor(e, cards)
	var c *contradiction
	switch {
	case errors.As(err, &c):
		return j.contradicted(ctx, e, c)
	case err == nil && e.Tries < maxReplans && (contradicts(f) || p.card != e.Card || p.step(e.Written) != e.Step):
		e.again("")
		e.Tries, e.Reads = e.Tries+1, 1
		_, err := j.save(ctx, e)
		return err
	}
	if found, err := j.adopt(ctx, e, cards, WhyRefused); found || err != nil {
		return err
	}
	if contradicts(f) {
		return j.conflict(ctx, e, &contradiction{code: wire.CodeOrder, cards: cards})
	}
	return j.refuse(ctx, e, f)
}

// unauthorized reports whether a press was refused here, whatever the cards say.
func unauthorized(c wire.Code) bool {
	return c == wire.CodeForbidden || c == wire.CodeTeamUnknown || c == wire.CodeNotMember || c == wire.CodeNotFound
}

// contradicts reports whether it was the card that refused, and not Graph.
func contradicts(f *DeliveryError) bool {
	return errors.Is(f.Err, clock.ErrOrder) || errors.Is(f.Err, clock.ErrConfirmed)
}

// contradicted deals with a press that the cards speak against, or Graph by
// them: what it asks for may stand there already, by an attempt before or
// because it was done elsewhere at the same time. Otherwise a person chooses.
func (j *Journal) contradicted(ctx context.Context, e Entry, c *contradiction) error {
	why := WhyRefused
	if e.Sent == 0 {
		why = WhyElsewhere
	}
	if found, err := j.adopt(ctx, e, c.cards, why); found || err != nil {
		return err
	}
	return j.conflict(ctx, e, c)
}

// adopt looks for the press on the cards, and ends it if it is there.
func (j *Journal) adopt(ctx context.Context, e Entry, cards []clock.Card, why Why) (found bool, err error) {
	if e.Sent == 0 || e.Step == "" {
		e.Step = e.Kind
	}
	card, at, err := j.find(ctx, e, cards)
	if err != nil || at == 0 {
		return false, err
	}
	e.tell(Adopted(e, Stamp{Card: card, Kind: e.Step, At: at}, why, clock.At(j.Now())))
	return true, j.done(ctx, e, card, at)
}

// refuse ends a press that is not put on a card.
func (j *Journal) refuse(ctx context.Context, e Entry, f *DeliveryError) error {
	e.Status, e.Code = wire.Refused, f.Code
	e.tell(RefusedFor(e, clock.At(j.Now())))
	j.Counts.Refused.Add(1)
	j.Log.InfoContext(ctx, "press refused", "press", e.ID, "kind", e.Kind, "code", e.Code, "err", f.Err)
	_, err := j.save(ctx, e)
	return err
}

// pause is how long to wait after so many failed attempts: doubling, with
// jitter, and never less than Graph asked for.
func (j *Journal) pause(tries int, asked time.Duration) time.Duration {
	d := min(j.Limits.Backoff<<min(tries-1, 16), j.Limits.BackoffMax)
	d = d/2 + rand.N(d/2+1)
	return max(d, asked)
}

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
	switch e.Status {
	case wire.Accepted:
		return j.send(ctx, e)
	case wire.Sending: // left by a crash or a failed write
		e.Status, e.NotBefore = wire.Unsure, 0
		_, err := j.save(ctx, e)
		return err
	default:
		return j.settle(ctx, e)
	}
}

// plan is what has to be sent for a press, given the cards.
type plan struct {
	card  string // the open card, empty for a clock-in
	steps []clock.Kind
}

func planFor(cards []clock.Card, k clock.Kind) (plan, error) {
	steps, err := clock.Steps(clock.StateOf(cards), k)
	if err != nil {
		return plan{}, err
	}
	var p plan
	p.steps = steps
	if open := clock.Current(cards); open != nil {
		p.card = open.ID
	}
	return p, nil
}

// step is what is sent of the plan: by an action the first step, else all of
// them, of which the last counts.
func (p plan) step(written bool) clock.Kind {
	if written {
		return p.steps[len(p.steps)-1]
	}
	return p.steps[0]
}

// plan works out what to send: from the cards as read last, and from a new
// reading where those are missing or speak against the press, or where the
// press was in doubt before. The error wraps clock.ErrOrder when the cards it
// gives speak against the press.
func (j *Journal) plan(ctx context.Context, e Entry) (plan, []clock.Card, error) {
	if e.Reads == 0 {
		cards, ok := j.Deliverer.Known(ctx, e.Who, e.Team)
		if ok && !j.behind(e, cards) {
			if p, err := planFor(cards, e.Kind); err == nil {
				return p, cards, nil
			}
		}
	}
	cards, err := j.read(ctx, e)
	if err != nil {
		return plan{}, nil, err
	}
	p, err := planFor(cards, e.Kind)
	return p, cards, err
}

// read reads the cards anew. Reading has no effect, so whatever failed, the
// press itself was not sent by it. Cards that lack what was just put on them
// are none: Graph is asked again a little later.
func (j *Journal) read(ctx context.Context, e Entry) ([]clock.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, j.Limits.Attempt)
	defer cancel()
	cards, err := j.Deliverer.Cards(ctx, e.Who, e.Team)
	if err == nil && j.behind(e, cards) {
		err = &DeliveryError{Outcome: NotSent, Code: wire.CodeGraphSlow, Err: errBehind}
	}
	if err == nil {
		return cards, nil
	}
	f := *failure(err)
	if f.Outcome == Unknown {
		f.Outcome = NotSent
	}
	return nil, &f
}

// behind reports whether cards lack the press that was delivered before e, by
// this process and less than Settle ago.
func (j *Journal) behind(e Entry, cards []clock.Card) bool {
	return j.recent.missing(e, cards, clock.At(j.Now()).Add(-clock.Of(j.Limits.Settle)))
}

// send plans a press and makes one attempt at it.
func (j *Journal) send(ctx context.Context, e Entry) error {
	p, cards, err := j.plan(ctx, e)
	if errors.Is(err, clock.ErrOrder) {
		return j.contradicted(ctx, e, cards, &DeliveryError{Outcome: Refused, Code: wire.CodeOrder, Err: err})
	}
	if err != nil {
		return j.failed(ctx, e, failure(err))
	}
	now := clock.At(j.Now())
	e.Status, e.Code, e.Sent, e.Reads, e.NotBefore = wire.Sending, "", now, 0, 0
	e.Card = p.card
	e.Written = now.Sub(e.At) > clock.Of(j.Limits.Tolerance)
	e.Step = p.step(e.Written)
	// From here the lease covers everything up to the record of the outcome.
	if held, err := j.claim(ctx, e.Person); err != nil {
		return err
	} else if !held {
		return errLost
	}
	if e, err = j.save(ctx, e); err != nil {
		return err
	}
	card, err := j.attempt(ctx, &e, p)
	if err != nil {
		return j.failed(ctx, e, failure(err))
	}
	return j.done(ctx, e, card.ID, newest(card, e.Step))
}

// attempt asks Graph once.
func (j *Journal) attempt(ctx context.Context, e *Entry, p plan) (clock.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, j.Limits.Attempt)
	defer cancel()
	if !e.Written {
		return j.Deliverer.Act(ctx, *e, p.card)
	}
	keep := func(raw []byte) error {
		e.Before = raw
		saved, err := j.save(ctx, *e)
		*e = saved
		return err
	}
	return j.Deliverer.Write(ctx, *e, p.card, keep)
}

// done records a step that is on the card at the time given: the end of the
// press, or, when it was the first of two, the way to the second. Where the
// time is not known, 0, it is looked for.
func (j *Journal) done(ctx context.Context, e Entry, card string, at clock.Instant) error {
	now := clock.At(j.Now())
	e.Card, e.Tries, e.Code, e.NotBefore = card, 0, "", 0
	if e.Step != e.Kind {
		e.Status, e.Step, e.Sent, e.Reads = wire.Accepted, "", 0, 0
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
	e.Status, e.Code = wire.Delivered, ""
	saved, err := j.save(ctx, e)
	if err != nil {
		return err
	}
	if saved.Recorded != 0 {
		j.recent.put(saved, clock.At(j.Now()).Add(-clock.Of(j.Limits.Settle)))
	}
	j.Log.InfoContext(ctx, "press delivered", "press", e.ID, "kind", e.Kind, "written", e.Written,
		"waited_ms", int64(e.Delivered.Sub(e.Received)), "deviation_ms", int64(saved.Recorded.Sub(e.At)))
	return nil
}

// failed records an attempt that did not succeed, by what is known of it.
func (j *Journal) failed(ctx context.Context, e Entry, f *DeliveryError) error {
	j.Log.WarnContext(ctx, "press attempt failed", "press", e.ID, "kind", e.Kind, "outcome", f.Outcome, "err", f.Err)
	now := clock.At(j.Now())
	e.Code = f.Code
	switch f.Outcome {
	case NotSent:
		e.Status, e.Tries = wire.Accepted, e.Tries+1
		e.NotBefore = now.Add(clock.Of(j.pause(e.Tries, f.RetryAfter)))
	case SignedOut:
		e.Status = wire.Accepted
		e.park()
	case Refused:
		return j.refused(ctx, e, f)
	default:
		e.Status = wire.Unsure
		e.NotBefore = now.Add(clock.Of(j.Limits.Backoff))
	}
	_, err := j.save(ctx, e)
	return err
}

// refused looks once more before a press is refused for good: what was sent
// may have rested on cards that changed elsewhere meanwhile, or be there already
// from an attempt before.
func (j *Journal) refused(ctx context.Context, e Entry, f *DeliveryError) error {
	if e.Status != wire.Sending {
		return j.refuse(ctx, e, f)
	}
	cards, err := j.read(ctx, e)
	if err != nil {
		return j.failed(ctx, e, failure(err))
	}
	p, err := planFor(cards, e.Kind)
	if err == nil && e.Tries < maxReplans && (p.card != e.Card || p.step(e.Written) != e.Step) {
		e.Status, e.Code, e.Tries = wire.Accepted, "", e.Tries+1
		_, err := j.save(ctx, e)
		return err
	}
	if err != nil {
		e.Code = wire.CodeOrder
	}
	return j.contradicted(ctx, e, cards, f)
}

// contradicted deals with a press that the cards speak against, or Graph by
// them: what it asks for may stand there already, by an attempt before or
// because it was done elsewhere at the same time.
func (j *Journal) contradicted(ctx context.Context, e Entry, cards []clock.Card, f *DeliveryError) error {
	if e.Sent == 0 {
		e.Step = e.Kind
	}
	card, at, err := j.find(ctx, e, cards)
	switch {
	case err != nil:
		return err
	case at != 0:
		return j.done(ctx, e, card, at)
	}
	return j.refuse(ctx, e, f)
}

// refuse ends a press that is not put on a card.
func (j *Journal) refuse(ctx context.Context, e Entry, f *DeliveryError) error {
	e.Status = wire.Refused
	if e.Code == "" {
		e.Code = f.Code
	}
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

package journal

import (
	"cmp"
	"context"

	"timeclock/app/clock"
)

// skew is how far Graph's clock may differ from this server's.
const skew = 10 * clock.Second

// settle finds out what became of a step whose answer was lost.
func (j *Journal) settle(ctx context.Context, e Entry) error {
	cards, err := j.read(ctx, e)
	if err != nil {
		return j.unsettled(ctx, e, failure(err))
	}
	if found, err := j.adopt(ctx, e, cards, WhyLost); found || err != nil {
		return err
	}
	return j.clean(ctx, e)
}

// clean counts a clean reading, and has the step sent again after two.
func (j *Journal) clean(ctx context.Context, e Entry) error {
	now := clock.At(j.Now())
	settled := e.Sent.Add(clock.Of(j.Limits.Settle))
	e.Reads++
	if e.Reads >= 2 && now >= settled && e.Delivered != 0 {
		return j.delivered(ctx, e)
	} else if e.Reads >= 2 && now >= settled {
		e.tell(Resent(e, now))
		e.again("")
		e.Step, e.NotBefore = "", 0
		e.Resent = cmp.Or(e.Resent, e.Sent)
		j.Counts.Resent.Add(1)
		j.Log.WarnContext(ctx, "press sent again", "press", e.ID, "kind", e.Kind, "clean_reads", e.Reads,
			"since_sent_ms", int64(now.Sub(e.Sent)))
	} else {
		e.NotBefore = max(settled, now.Add(clock.Of(j.Limits.Backoff)))
	}
	_, err := j.save(ctx, e)
	return err
}

// unsettled records that the cards could not be read: what became of the step
// stays unknown. If it surely took effect and only its time is looked for, that
// ends when Graph has had the time to show it.
func (j *Journal) unsettled(ctx context.Context, e Entry, f *DeliveryError) error {
	if f.Outcome == Queued {
		return j.queued(ctx, e, f)
	}
	over := clock.At(j.Now()) >= e.Sent.Add(clock.Of(j.Limits.Settle))
	if e.Delivered != 0 && (over || f.Outcome == SignedOut) {
		return j.delivered(ctx, e)
	}
	j.Log.WarnContext(ctx, "press not settled", "press", e.ID, "kind", e.Kind, "err", f.Err)
	e.Code, e.Tries = f.Code, e.Tries+1
	e.NotBefore = clock.At(j.Now()).Add(clock.Of(j.pause(e.Tries, f.RetryAfter)))
	if f.Outcome == SignedOut {
		e.park()
	}
	_, err := j.save(ctx, e)
	return err
}

// find looks for the step on the cards and gives the card and the stamp, 0 when
// it is not there. A stamp that another press already stands for is not it.
func (j *Journal) find(ctx context.Context, e Entry, cards []clock.Card) (card string, at clock.Instant, err error) {
	for _, c := range cards {
		if e.Card != "" && c.ID != e.Card {
			continue
		}
		for _, at := range c.Stamps(e.Step) {
			if !e.matches(at, j.Limits) {
				continue
			}
			taken, err := j.Store.Adopted(ctx, e.ID, Stamp{Card: c.ID, Kind: e.Step, At: at})
			if err != nil {
				return "", 0, err
			}
			if !taken {
				return c.ID, at, nil
			}
		}
	}
	return "", 0, nil
}

// matches reports whether a stamp can be of the press, by any attempt that was
// made at it. One that was late when it was sent first, or is for another time than
// that of the press, was written with its own time, and never sent by an action; an
// action's stamp lies between the press and the end of settling. Where no attempt was made,
// somebody else's stamp may stand for the press as Graph's own would.
func (e Entry) matches(at clock.Instant, l Limits) bool {
	when := e.When()
	switch {
	case e.Sent == 0:
		return at.Sub(when).Abs() <= clock.Of(l.Tolerance)
	case e.apart() || e.late(cmp.Or(e.Resent, e.Sent), l):
		return at >= when && at <= when.Add(skew)
	}
	first, last := min(e.At, e.Received), max(e.At, e.Received)
	return at >= first.Add(-skew) && at <= last.Add(clock.Of(l.Tolerance+l.Attempt+l.Settle)+skew)
}

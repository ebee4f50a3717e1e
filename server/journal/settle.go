package journal

import (
	"context"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// skew is how far Graph's clock may differ from this server's.
const skew = 10 * clock.Second

// settle finds out what became of a step whose answer was lost.
func (j *Journal) settle(ctx context.Context, e Entry) error {
	cards, err := j.read(ctx, e)
	if err != nil {
		return j.unsettled(ctx, e, failure(err))
	}
	card, found, err := j.find(ctx, e, cards)
	switch {
	case err != nil:
		return err
	case found:
		return j.done(ctx, e, card)
	}
	now := clock.At(j.Now())
	settled := e.Sent.Add(clock.Of(j.Limits.Settle))
	e.Reads++
	if e.Reads >= 2 && now >= settled {
		e.Status, e.NotBefore = wire.Accepted, 0
		j.Log.WarnContext(ctx, "press sent again", "press", e.ID, "kind", e.Kind, "clean_reads", e.Reads,
			"since_sent_ms", int64(now.Sub(e.Sent)))
	} else {
		e.NotBefore = max(settled, now.Add(clock.Of(j.Limits.Backoff)))
	}
	_, err = j.save(ctx, e)
	return err
}

// unsettled records that the cards could not be read: what became of the step
// stays unknown.
func (j *Journal) unsettled(ctx context.Context, e Entry, f *DeliveryError) error {
	j.Log.WarnContext(ctx, "press not settled", "press", e.ID, "kind", e.Kind, "err", f.Err)
	e.Code, e.Tries = f.Code, e.Tries+1
	e.NotBefore = clock.At(j.Now()).Add(clock.Of(j.pause(e.Tries, f.RetryAfter)))
	if f.Outcome == SignedOut {
		e.park()
	}
	_, err := j.save(ctx, e)
	return err
}

// find looks for the step on the cards. A stamp that another press already
// stands for is not it.
func (j *Journal) find(ctx context.Context, e Entry, cards []clock.Card) (clock.Card, bool, error) {
	for _, c := range cards {
		if e.Card != "" && c.ID != e.Card {
			continue
		}
		for _, at := range stampsOf(c, e.Step) {
			if !e.matches(at, j.Limits) {
				continue
			}
			taken, err := j.Store.Adopted(ctx, e.ID, Stamp{Card: c.ID, Kind: e.Step, At: at})
			if err != nil {
				return clock.Card{}, false, err
			}
			if !taken {
				return c, true, nil
			}
		}
	}
	return clock.Card{}, false, nil
}

// matches reports whether a stamp can be what was sent: a written step has its
// own time, an action's lies between sending and the end of settling.
func (e Entry) matches(at clock.Instant, l Limits) bool {
	if e.Written {
		return at == e.At
	}
	return at >= e.Sent.Add(-skew) && at <= e.Sent.Add(clock.Of(l.Attempt+l.Settle)+skew)
}

// stampsOf lists the times on a card at which k happened.
func stampsOf(c clock.Card, k clock.Kind) []clock.Instant {
	var at []clock.Instant
	add := func(e *clock.Event) {
		if e != nil {
			at = append(at, e.At)
		}
	}
	switch k {
	case clock.ClockIn:
		add(c.In)
	case clock.ClockOut:
		add(c.Out)
	case clock.StartBreak:
		for i := range c.Breaks {
			add(&c.Breaks[i].Start)
		}
	case clock.EndBreak:
		for i := range c.Breaks {
			add(c.Breaks[i].End)
		}
	}
	return at
}

// stampOf gives the time of k on a card that lies nearest to when it was
// pressed.
func stampOf(c clock.Card, k clock.Kind, pressed clock.Instant) (clock.Instant, bool) {
	var nearest clock.Instant
	found := false
	for _, at := range stampsOf(c, k) {
		if !found || at.Sub(pressed).Abs() < nearest.Sub(pressed).Abs() {
			nearest, found = at, true
		}
	}
	return nearest, found
}

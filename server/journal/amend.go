package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Standing is what an amendment is about, as it stands in Graph: the card, nil
// when it is not there; for a card that is to be made, the person's others around
// its time.
type Standing struct {
	Card   *clock.Card
	Others []clock.Card
}

// Amend makes an amendment durable and answers its entry; delivery follows by
// itself, in the queue of the person whose card it is. Called again with the
// same amendment it answers what has become of it. Whether who may amend, and
// whether the card can stand so, is for the caller to know. There is an error
// only when the amendment was not kept: its id is another's (ErrReused), or the
// store failed.
func (j *Journal) Amend(ctx context.Context, a wire.Amendment, who Who) (Entry, error) {
	return j.keep(ctx, a, who, false)
}

// Grant is Amend for what the person of the card asked for.
func (j *Journal) Grant(ctx context.Context, a wire.Amendment, who Who) (Entry, error) {
	return j.keep(ctx, a, who, true)
}

func (j *Journal) keep(ctx context.Context, a wire.Amendment, who Who, asked bool) (Entry, error) {
	now := clock.At(j.Now())
	e := Entry{
		Punch: wire.Punch{ID: a.ID, Team: a.Team, Kind: clock.Kind(a.Op), At: now, Trust: wire.Server, Device: a.ID, Note: a.Reason},
		Who:   who, Received: now, Status: wire.Accepted, Written: true, Card: a.Card,
		Change: &Change{Op: a.Op, Seen: a.Seen, Next: cleared(a.Next), Asked: asked},
	}
	e.tell(Asked(e, now))
	stored, fresh, err := j.Store.Accept(ctx, e)
	if err != nil {
		return Entry{}, fmt.Errorf("accept amendment %s: %w", a.ID, err)
	}
	if !fresh && !stored.amendsLike(e) {
		return Entry{}, fmt.Errorf("accept amendment %s: %w", a.ID, ErrReused)
	}
	if fresh {
		j.Log.InfoContext(ctx, "amendment accepted", "press", a.ID, "op", a.Op, "behalf", who.Actor != "")
		j.moved(stored)
	}
	if !stored.Status.Final() {
		j.wake(who.Person)
	}
	return stored, nil
}

// amendsLike reports whether two entries with one id are the same amendment,
// whoever asked for it.
func (e Entry) amendsLike(o Entry) bool {
	return e.Change != nil && o.Change != nil && e.Person == o.Person && e.Team == o.Team && e.Change.Op == o.Change.Op &&
		(e.Card == o.Card || o.Card == "") && e.Change.About == o.Change.About
}

// Amendment tells what became of an amendment in this team, of anybody's card.
func (j *Journal) Amendment(ctx context.Context, id string) (Entry, error) {
	e, err := j.Store.Entry(ctx, id)
	if err == nil && !e.IsAmendment() {
		err = ErrNoEntry
	}
	if err != nil {
		return Entry{}, fmt.Errorf("find amendment %s: %w", id, err)
	}
	return e, nil
}

// Settled tells of an amendment when it goes no further by itself, or as it
// stands when ctx ends or news was missed. watch must have been opened, by
// WatchAmended, before it was accepted.
func (j *Journal) Settled(ctx context.Context, e Entry, watch <-chan wire.Amended) wire.Amended {
	told := e.Amended()
	for !told.Status.Final() && told.Status != wire.Conflicted {
		select {
		case next, open := <-watch:
			if !open {
				return j.amendedNow(ctx, told)
			}
			if next.ID == e.ID {
				told = next
			}
		case <-ctx.Done():
			return j.amendedNow(context.WithoutCancel(ctx), told)
		}
	}
	return told
}

// amendedNow tells of an amendment as the store has it, or as it was known when
// that cannot be read.
func (j *Journal) amendedNow(ctx context.Context, known wire.Amended) wire.Amended {
	e, err := j.Store.Entry(ctx, known.ID)
	if err != nil {
		j.Log.WarnContext(ctx, "amendment not read again", "press", known.ID, "err", err)
		return known
	}
	return e.Amended()
}

// WatchAmended tells of every step the amendments of a person's cards take from
// now on, as watch.Hub does. stop must be called.
func (j *Journal) WatchAmended(person string) (told <-chan wire.Amended, stop func()) {
	return j.amended.Watch(person)
}

// amend takes an amendment one step further.
func (j *Journal) amend(ctx context.Context, e Entry) error {
	switch e.Status {
	case wire.Accepted:
		return j.sendChange(ctx, e)
	case wire.Sending: // left by a crash or a failed write
		e.Status, e.NotBefore = wire.Unsure, 0
		_, err := j.save(ctx, e)
		return err
	}
	return j.settleChange(ctx, e)
}

// sendChange makes one attempt at an amendment.
func (j *Journal) sendChange(ctx context.Context, e Entry) error {
	card, err := j.attempt(ctx, &e, plan{card: e.Card, steps: []clock.Kind{e.Kind}})
	var out *unrecorded
	switch {
	case err == nil:
		return j.changed(ctx, e, card)
	case errors.As(err, &out):
		return out.err
	case stands(err):
		return j.opposed(ctx, e, err, WhyElsewhere)
	}
	f := failure(err)
	if f.Outcome == Refused && !unauthorized(f.Code) {
		return j.changeRefused(ctx, e, f)
	}
	return j.changeFailed(ctx, e, f)
}

// changeFailed records an attempt that did not succeed. What somebody else than
// the person of the card has begun must not hold up that person's presses: it
// does not wait for a sign-in.
func (j *Journal) changeFailed(ctx context.Context, e Entry, f *DeliveryError) error {
	lost := e.Actor != "" && f.Code == wire.CodeSignedOut
	switch {
	case lost && e.Sent == 0, f.Outcome == Refused:
		return j.refuse(ctx, e, f)
	case lost:
		return j.leave(ctx, e, f.Code, wire.Conflict{Choices: []wire.Choice{wire.ChoiceKeep}})
	case e.Status == wire.Unsure:
		return j.unsettled(ctx, e, f)
	}
	return j.failed(ctx, e, f)
}

// changeRefused looks what stands before an amendment is refused for good: it may
// be there from an attempt before, or the card has changed.
func (j *Journal) changeRefused(ctx context.Context, e Entry, f *DeliveryError) error {
	st, err := j.standing(ctx, e)
	switch failed := failure(err); {
	case err != nil && failed.Outcome == Refused:
		return j.refuse(ctx, e, f)
	case err != nil: // what was sent was refused, so it may be sent again
		return j.changeFailed(ctx, e, &DeliveryError{Outcome: NotSent, Code: failed.Code, RetryAfter: failed.RetryAfter, Err: failed.Err})
	}
	against, err := j.inTheWay(ctx, e, st)
	switch {
	case err != nil:
		return err
	case against != nil:
		return j.opposed(ctx, e, against, WhyRefused)
	}
	return j.refuse(ctx, e, f)
}

// settleChange finds out what became of an amendment whose answer was lost. It is
// known by what the card says, or by the card being gone.
func (j *Journal) settleChange(ctx context.Context, e Entry) error {
	st, err := j.standing(ctx, e)
	if err != nil {
		return j.changeFailed(ctx, e, failure(err))
	}
	against, err := j.inTheWay(ctx, e, st)
	switch {
	case err != nil:
		return err
	case against != nil:
		return j.opposed(ctx, e, against, WhyLost)
	}
	return j.clean(ctx, e)
}

// standing reads what an amendment is about. Reading has no effect.
func (j *Journal) standing(ctx context.Context, e Entry) (Standing, error) {
	limited, cancel := context.WithTimeout(ctx, j.Limits.Queue)
	defer cancel()
	st, err := j.Deliverer.Standing(limited, e)
	if err == nil {
		return st, nil
	}
	f := *failure(err)
	if f.Outcome == Unknown || limited.Err() != nil {
		f.Outcome = NotSent
	}
	return st, &f
}

// already says that what an amendment asks for stands there.
type already struct{ card clock.Card }

func (*already) Error() string { return "the card stands so already" }

// stands reports whether err says how the card stands.
func stands(err error) bool {
	var there *already
	var c *contradiction
	return errors.As(err, &there) || errors.As(err, &c)
}

// opposed deals with what stands in the way of an amendment: that it is there
// already, and then it is done; or that the card is not as its person saw it, and
// then they choose.
func (j *Journal) opposed(ctx context.Context, e Entry, against error, why Why) error {
	var there *already
	if errors.As(against, &there) {
		if e.Sent == 0 {
			why = WhyElsewhere
		}
		stamp := Stamp{Card: e.Card, Kind: e.Kind}
		if there.card.ID != "" {
			stamp.Card = there.card.ID
		}
		e.tell(Adopted(e, stamp, why, clock.At(j.Now())))
		return j.changed(ctx, e, there.card)
	}
	var c *contradiction
	errors.As(against, &c)
	return j.leave(ctx, e, c.code, e.versions(c))
}

// inTheWay tells what stands in the way of an amendment, an error for which
// stands holds; nil when nothing does.
func (j *Journal) inTheWay(ctx context.Context, e Entry, st Standing) (against, err error) {
	c := e.Change
	switch is := st.Card; {
	case c.Op == wire.Create:
		return j.missed(ctx, e, st.Others)
	case is == nil && c.Op == wire.Delete:
		return &already{}, nil
	case is == nil:
		return &contradiction{code: wire.CodeGone}, nil
	case e.doneOn(*is):
		return &already{*is}, nil
	case e.Actor == "" && c.Op != wire.Confirm && (is.ByPerson || is.BySupervisor):
		return &contradiction{code: wire.CodeConfirmed, against: is}, nil
	case !is.Says(*c.Seen), c.Op != wire.Confirm && !is.ConfirmedLike(*c.Seen):
		return &contradiction{code: wire.CodeChanged, against: is}, nil
	case c.Op == wire.Confirm && is.Open():
		return &contradiction{code: wire.CodeOrder, against: is}, nil
	}
	return nil, nil
}

// withstood is inTheWay for a check.
func (j *Journal) withstood(ctx context.Context, e Entry, st Standing) error {
	against, err := j.inTheWay(ctx, e, st)
	if err != nil {
		return &DeliveryError{Outcome: NotSent, Code: wire.CodeStore, Err: err}
	}
	return against
}

// doneOn reports whether c stands as the amendment leaves it.
func (e Entry) doneOn(c clock.Card) bool {
	switch e.Change.Op {
	case wire.Replace:
		return c.Says(*e.Change.Next)
	case wire.Confirm:
		return c.Says(*e.Change.Seen) && (e.Own() && c.ByPerson || !e.Own() && c.BySupervisor)
	}
	return false
}

// missed tells what stands in the way of a card that is to be made: the same, if
// no other amendment made it, or one at the same time.
func (j *Journal) missed(ctx context.Context, e Entry, others []clock.Card) (against, err error) {
	for _, o := range others {
		if !o.Says(*e.Change.Next) {
			continue
		}
		taken, err := j.Store.Adopted(ctx, e.ID, Stamp{Card: o.ID, Kind: e.Kind, At: o.In.At})
		if err != nil {
			return nil, err
		}
		if !taken {
			return &already{o}, nil
		}
	}
	for _, f := range e.Change.Next.Faults(others, clock.At(j.Now())) {
		if i := slices.IndexFunc(others, func(o clock.Card) bool { return o.ID == f.Other }); f.Code == clock.FaultOverlap && i >= 0 {
			return &contradiction{code: wire.CodeUnsound, against: &others[i]}, nil
		}
	}
	return nil, nil
}

// versions gives both versions of a card that is not as it was seen, and what may
// be chosen.
func (e Entry) versions(c *contradiction) wire.Conflict {
	sides := wire.Conflict{Stands: c.against, Choices: []wire.Choice{wire.ChoiceKeep}}
	if c.code != wire.CodeChanged {
		return sides
	}
	switch e.Change.Op {
	case wire.Replace:
		become, ok := clock.Merge(*e.Change.Seen, *c.against, *e.Change.Next)
		if !ok {
			become = *e.Change.Next
		}
		sides.Become = &become
	case wire.Confirm:
		sides.Become = c.against
	}
	sides.Choices = append(sides.Choices, wire.ChoiceMine)
	return sides
}

// changed ends an amendment that is on the card, which has no id when it is gone.
func (j *Journal) changed(ctx context.Context, e Entry, card clock.Card) error {
	now := clock.At(j.Now())
	change := *e.Change
	change.After = nil
	if card.ID != "" && e.Change.Op != wire.Delete {
		e.Card, change.After = card.ID, &card
	}
	if change.Op == wire.Create && card.In != nil {
		e.Recorded = card.In.At
	}
	e.Change, e.Status, e.Code, e.Against, e.Delivered = &change, wire.Delivered, "", nil, now
	e.tell(ChangedCard(e, now))
	if _, err := j.save(ctx, e); err != nil {
		return err
	}
	j.Counts.Amended.Add(1)
	j.Log.InfoContext(ctx, "amendment delivered", "press", e.ID, "op", change.Op, "waited_ms", int64(now.Sub(e.Received)))
	return nil
}

// Choose ends the conflict about an amendment by what a person chose. Who made it
// may do both; a supervisor of the team may leave the card as it stands whoever
// made it. Whether by is one is for the caller to know. The error wraps
// ErrNoEntry, ErrDecided or ErrChoice; or the store failed.
func (j *Journal) Choose(ctx context.Context, by Who, id string, d wire.Decision) (Entry, error) {
	e, err := j.Amendment(ctx, id)
	switch {
	case err != nil:
		return Entry{}, err
	case e.Status != wire.Conflicted:
		err = ErrDecided
	case d.Choice == wire.ChoiceMine && e.By() != by.Object, !slices.Contains(e.conflict().Choices, d.Choice):
		err = ErrChoice
	}
	if err != nil {
		return Entry{}, fmt.Errorf("decide about amendment %s: %w", id, err)
	}
	saved, err := j.save(ctx, j.chose(e, by, d))
	if errors.Is(err, ErrMoved) {
		err = ErrDecided
	}
	if err != nil {
		return Entry{}, fmt.Errorf("decide about amendment %s: %w", id, err)
	}
	j.Log.InfoContext(ctx, "amendment decided", "press", id, "op", e.Change.Op, "choice", d.Choice)
	j.wake(saved.Person)
	return saved, nil
}

// chose gives an amendment as a decision leaves it.
func (j *Journal) chose(e Entry, by Who, d wire.Decision) Entry {
	now := clock.At(j.Now())
	sides := e.conflict()
	e.Choice, e.Decider = d.Choice, by.Object
	e.tell(Decided(e, d, now))
	if d.Choice == wire.ChoiceKeep {
		e.Status, e.Code = wire.Refused, wire.CodeKept
		e.tell(RefusedFor(e, now))
		return e
	}
	change := *e.Change
	change.Seen = sides.Stands
	if change.Op == wire.Replace {
		change.Next = cleared(sides.Become)
	}
	e.Change, e.Session = &change, by.Session
	e.Status, e.Code, e.NotBefore, e.Tries, e.Reads, e.Sent, e.Step = wire.Accepted, "", 0, 0, 0, 0, ""
	return e
}

// By is the id in Graph of who made the entry.
func (e Entry) By() string { return cmp.Or(e.Actor, e.Object) }

// Own reports whether the person of the card made the entry.
func (e Entry) Own() bool { return e.By() == e.Object }

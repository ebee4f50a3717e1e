package journal

import (
	"context"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// lateness is how much later than its send an effect may come that is still
// taken for that send's.
const lateness = 5 * clock.Minute

// Observe looks through the cards of a person, by id in Graph, as they were just
// read, for a second effect of a press that was sent again. It becomes a
// conflict. What fails here is done at the next reading.
func (j *Journal) Observe(ctx context.Context, team, object string, cards []clock.Card) {
	resent, err := j.Past.Resent(ctx, object, team)
	if err != nil {
		j.Log.WarnContext(ctx, "twins not looked for", "err", err)
		return
	}
	for _, e := range resent {
		if err := j.observe(ctx, e, cards); err != nil {
			j.Log.WarnContext(ctx, "twins not looked for", "press", e.ID, "err", err)
		}
	}
}

// observe looks for a second effect of one press. While another of its kind is
// being delivered, that may be what shows.
func (j *Journal) observe(ctx context.Context, e Entry, cards []clock.Card) error {
	if e.Recorded == 0 || e.Choice != "" {
		return nil
	}
	card, at, err := j.twin(ctx, e, cards)
	if err != nil || at == 0 {
		return err
	}
	open, err := j.undecided(ctx, e.Person)
	if err != nil || slices.ContainsFunc(open, func(o Entry) bool {
		return o.Team == e.Team && (o.Kind == e.Kind || o.Kind == clock.ClockOut && e.Kind == clock.EndBreak)
	}) {
		return err
	}
	if card, at, err = j.twin(ctx, e, cards); err != nil || at == 0 {
		return err // it was delivered meanwhile
	}
	if amended, err := j.amendedSince(ctx, e); err != nil || amended {
		return err // it stands elsewhere because somebody put it there
	}
	return j.twice(ctx, e, card, at)
}

// twin finds an event that a press left beside the one that is recorded, 0 if
// there is none.
func (j *Journal) twin(ctx context.Context, e Entry, cards []clock.Card) (clock.Card, clock.Instant, error) {
	for _, c := range cards {
		for _, at := range e.beside(c) {
			if !e.echoes(at) {
				continue
			}
			taken, err := j.Store.Adopted(ctx, e.ID, Stamp{Card: c.ID, Kind: e.Kind, At: at})
			if err != nil {
				return clock.Card{}, 0, err
			}
			if !taken {
				return c, at, nil
			}
		}
	}
	return clock.Card{}, 0, nil
}

// beside lists the stamps of the press's kind on c that are not the recorded
// one. Two may be of the same instant.
func (e Entry) beside(c clock.Card) []clock.Instant {
	stamps := c.Stamps(e.Kind)
	if i := slices.Index(stamps, e.Recorded); i >= 0 && c.ID == e.Card {
		stamps = slices.Delete(stamps, i, i+1)
	}
	return stamps
}

// echoes reports whether a stamp can be of any send of the press, however late.
func (e Entry) echoes(at clock.Instant) bool {
	return at == e.When() || at >= e.Resent.Add(-skew) && at <= max(e.Sent, e.Resent).Add(lateness)
}

// twice leaves a press that took effect twice to its person.
func (j *Journal) twice(ctx context.Context, e Entry, card clock.Card, at clock.Instant) error {
	j.Counts.Twins.Add(1)
	j.Log.WarnContext(ctx, "press took effect twice", "press", e.ID, "kind", e.Kind, "card", card.ID,
		"apart_ms", int64(at.Sub(e.Recorded)))
	sides := wire.Conflict{Stands: &card, Twin: at, Choices: []wire.Choice{wire.ChoiceKeep}}
	if next, remove, err := e.alone(at)(card); err == nil {
		sides.Choices = append(sides.Choices, wire.ChoiceMine)
		if !remove {
			sides.Become = &next
		}
	}
	e.tell(Twin(e, Stamp{Card: card.ID, Kind: e.Kind, At: at}, clock.At(j.Now())))
	return j.leave(ctx, e, wire.CodeTwin, sides)
}

// alone is the Edit that leaves of two events of a press the recorded one: the
// other, at at, goes, or moves back to where it was.
func (e Entry) alone(at clock.Instant) Edit {
	return func(c clock.Card) (clock.Card, bool, error) {
		if c.ID == e.Card && !slices.Contains(c.Stamps(e.Kind), e.Recorded) {
			next, err := c.Amend(e.Kind, e.Recorded, "")
			return next, false, err
		}
		return c.Without(e.Kind, at)
	}
}

// untwin takes away the second event of a press, as its person chose. It may be
// done again, so nothing needs to be settled.
func (j *Journal) untwin(ctx context.Context, e Entry) error {
	sides := e.conflict()
	cards, err := j.read(ctx, e)
	if err != nil {
		return j.failed(ctx, e, failure(err))
	}
	i := -1
	if sides.Stands != nil {
		i = slices.IndexFunc(cards, func(c clock.Card) bool {
			return c.ID == sides.Stands.ID && slices.Contains(e.beside(c), sides.Twin)
		})
	}
	if i < 0 {
		return j.single(ctx, e)
	}
	was := e
	was.Written = true
	p := plan{card: cards[i].ID, steps: []clock.Kind{e.Kind}, edit: e.alone(sides.Twin)}
	_, err = j.attempt(ctx, &was, p)
	e.Version, e.Before = was.Version, was.Before
	switch f := failure(err); {
	case err == nil:
		return j.single(ctx, e)
	case f.Outcome == Refused:
		return j.leave(ctx, e, wire.CodeTwin, wire.Conflict{Stands: &cards[i], Twin: sides.Twin, Choices: []wire.Choice{wire.ChoiceKeep}})
	case f.Outcome == Unknown:
		return j.failed(ctx, e, &DeliveryError{Outcome: NotSent, Code: f.Code, RetryAfter: f.RetryAfter, Err: f.Err})
	default:
		return j.failed(ctx, e, f)
	}
}

// single ends a press of which only the recorded event is left.
func (j *Journal) single(ctx context.Context, e Entry) error {
	e.Resent = 0
	return j.delivered(ctx, e)
}

// amendedSince reports whether the card of a press was amended here after the
// press was delivered.
func (j *Journal) amendedSince(ctx context.Context, e Entry) (bool, error) {
	done, err := j.Past.OfCard(ctx, e.Team, e.Card)
	return slices.ContainsFunc(done, func(o Entry) bool {
		return o.IsAmendment() && o.Change.Op != wire.Confirm && o.Delivered >= e.Delivered
	}), err
}

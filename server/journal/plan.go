package journal

import (
	"context"
	"errors"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// plan is what has to be sent for a press, given the cards.
type plan struct {
	card  string // the card it is about, empty for a clock-in
	steps []clock.Kind
	edit  Edit // sent instead of steps, where a person chose so
	blind bool // made without cards, which are to be checked
}

// contradiction says that the cards speak against a press.
type contradiction struct {
	code    wire.Code
	against *clock.Card // nil where there is none
	cards   []clock.Card
}

// Error names the code.
func (c *contradiction) Error() string { return "cards speak against the press: " + string(c.code) }

// planFor gives the plan for a press by cards as they stand. The error is a
// *contradiction when they speak against it.
func (j *Journal) planFor(e Entry, cards []clock.Card) (plan, error) {
	open := clock.Current(cards)
	if open != nil && j.forgotten(e, *open) {
		return plan{}, &contradiction{wire.CodeOpenLong, open, cards}
	}
	verdict := clock.Judge(cards, e.press(), e.Seen)
	if verdict.Ruling != clock.Follows {
		return j.against(e, verdict.Against, cards)
	}
	steps, err := clock.Steps(clock.StateOf(cards), e.Kind)
	if err != nil {
		return plan{}, err
	}
	p := plan{steps: steps}
	if open != nil {
		p.card = open.ID
	}
	return p, nil
}

// against gives the plan for a press that the cards speak against: there is
// one if its person chose that it counts.
func (j *Journal) against(e Entry, card *clock.Card, cards []clock.Card) (plan, error) {
	c := &contradiction{wire.CodeOrder, card, cards}
	if card == nil {
		return plan{}, c
	}
	_, err := card.Amend(e.Kind, e.When(), e.Note)
	switch {
	case errors.Is(err, clock.ErrConfirmed):
		c.code = wire.CodeConfirmed
		return plan{}, c
	case err != nil || e.Choice == "":
		return plan{}, c
	}
	return plan{card: card.ID, steps: []clock.Kind{e.Kind}, edit: e.amend}, nil
}

// amend puts the press onto a card that it does not follow.
func (e Entry) amend(c clock.Card) (clock.Card, bool, error) {
	next, err := c.Amend(e.Kind, e.When(), e.Note)
	return next.Placed(e.When(), e.AtApproved()), false, err
}

// forgotten reports whether the person has to be asked when they left: the card
// was open for very long when they pressed, or long past the shift it was for,
// and they have not said so.
func (j *Journal) forgotten(e Entry, open clock.Card) bool {
	if e.Stated != 0 || e.Choice != "" || j.Limits.OpenMax <= 0 {
		return false
	}
	var shifts []clock.Stretch
	if j.Shifts != nil {
		shifts = j.Shifts(e.Team, e.Object)
	}
	_, forgotten := clock.Forgotten(open, shifts, e.At, clock.Of(j.Limits.OpenMax))
	return forgotten
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
// press was in doubt before. The error is a *contradiction when the newest
// cards speak against it.
//
// A clock-in needs no cards to be planned, so where there are none it is checked
// when its turn has come; one that is written is in any case, since Graph would
// take it whatever the cards say.
func (j *Journal) plan(ctx context.Context, e Entry) (plan, error) {
	first := e.Reads == 0 && e.Choice == ""
	blind := first && e.Kind == clock.ClockIn
	if blind && e.Written {
		return plan{steps: []clock.Kind{clock.ClockIn}, blind: true}, nil
	}
	if first {
		cards, ok := j.Deliverer.Known(ctx, e)
		blind = blind && !ok
		if ok && !j.behind(ctx, e, cards) {
			if p, err := j.planFor(e, cards); err == nil {
				return p, nil
			}
		}
	}
	if blind {
		return plan{steps: []clock.Kind{clock.ClockIn}, blind: true}, nil
	}
	cards, err := j.read(ctx, e)
	if err != nil {
		return plan{}, err
	}
	return j.planFor(e, cards)
}

// check looks for what speaks against a clock-in that is about to be sent, by the
// cards as they were just read.
func (j *Journal) check(ctx context.Context, e Entry, cards []clock.Card) error {
	if j.behind(ctx, e, cards) {
		return &DeliveryError{Outcome: NotSent, Code: wire.CodeGraphSlow, Err: errBehind}
	}
	_, err := j.planFor(e, cards)
	return err
}

// errBehind: Graph answered from a copy that is behind.
var errBehind = errors.New("cards do not show yet what is on them")

// read reads the cards anew. Reading has no effect, so whatever failed, the
// press itself was not sent by it. Cards that lack what was just put on them
// are none: Graph is asked again a little later.
func (j *Journal) read(ctx context.Context, e Entry) ([]clock.Card, error) {
	limited, cancel := context.WithTimeout(ctx, j.Limits.Queue)
	defer cancel()
	cards, err := j.Deliverer.Cards(limited, e)
	if err == nil && j.behind(ctx, e, cards) {
		err = &DeliveryError{Outcome: NotSent, Code: wire.CodeGraphSlow, Err: errBehind}
	}
	if err == nil {
		return cards, nil
	}
	f := *failure(err)
	if f.Outcome == Unknown || limited.Err() != nil {
		f.Outcome = NotSent
	}
	if limited.Err() != nil { // it goes on where it is, and is looked for again
		f.Outcome, f.Code = Queued, wire.CodeBusy
	}
	return nil, &f
}

// patience is how many readings in a row may be behind before they are
// believed: with the waits between them they span more than Settle.
const patience = 6

// behind reports whether cards lack what is known to stand on them: the press
// that was delivered before e, less than Settle ago, or the first of e's own
// two steps.
func (j *Journal) behind(ctx context.Context, e Entry, cards []clock.Card) bool {
	if e.Tries > patience {
		return false
	}
	if e.Status == wire.Accepted && e.Step == clock.EndBreak && e.Kind == clock.ClockOut {
		return slices.ContainsFunc(cards, func(c clock.Card) bool { return c.ID == e.Card && c.State() == clock.OnBreak })
	}
	last, err := j.Past.Last(ctx, e.Person, e.Team)
	if err != nil && !errors.Is(err, ErrNoEntry) {
		j.Log.WarnContext(ctx, "last press not read", "press", e.ID, "err", err)
	}
	if err == nil && last.Change != nil {
		return clock.At(j.Now()).Sub(last.Delivered) <= clock.Of(j.Limits.Settle) && last.lacking(cards)
	}
	if err != nil || last.Recorded == 0 || last.Choice != "" || clock.At(j.Now()).Sub(last.Delivered) > clock.Of(j.Limits.Settle) {
		return false
	}
	return !slices.ContainsFunc(cards, func(c clock.Card) bool {
		return c.ID == last.Card && slices.Contains(c.Stamps(last.Kind), last.Recorded)
	})
}

// lacking reports whether cards do not show what an amendment of them did: one
// that was made is not there, one that was deleted is, or one stands as before.
func (e Entry) lacking(cards []clock.Card) bool {
	i := slices.IndexFunc(cards, func(c clock.Card) bool { return c.ID == e.Card })
	switch after := e.Change.After; e.Change.Op {
	case wire.Create:
		recent := after != nil && after.In != nil && e.Delivered.Sub(after.In.At) < maxStated-24*clock.Hour
		return i < 0 && recent // older ones are not read
	case wire.Delete:
		return i >= 0
	case wire.Replace:
		return i >= 0 && e.Change.Seen != nil && after != nil && !after.Says(*e.Change.Seen) && cards[i].Says(*e.Change.Seen)
	}
	return false
}

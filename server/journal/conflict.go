package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Errors of Decide.
var (
	// ErrDecided: there is nothing to decide about the press, any more or yet.
	ErrDecided = errors.New("nothing to decide about the press")
	// ErrChoice: that is not among the choices, or not at that time.
	ErrChoice = errors.New("not a choice there is")
)

// conflict leaves a press that the cards speak against to its person. The
// presses after it go on.
func (j *Journal) conflict(ctx context.Context, e Entry, c *contradiction) error {
	return j.leave(ctx, e, c.code, j.sides(e, c))
}

// leave records a conflict.
func (j *Journal) leave(ctx context.Context, e Entry, code wire.Code, sides wire.Conflict) error {
	e.Status, e.Code, e.NotBefore, e.Choice, e.Chosen = wire.Conflicted, code, 0, "", 0
	e.Against = encode(sides)
	e.tell(Conflicted(e, clock.At(j.Now())))
	j.Counts.Conflicts.Add(1)
	j.Log.InfoContext(ctx, "press in conflict", "press", e.ID, "kind", e.Kind, "code", code)
	_, err := j.save(ctx, e)
	return err
}

// encode gives a conflict as JSON, which can always be written.
func encode(c wire.Conflict) []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("encode conflict: %v", err))
	}
	return b
}

// sides gives both sides of a press that cards speak against, and what may be
// chosen.
func (j *Journal) sides(e Entry, c *contradiction) wire.Conflict {
	sides := wire.Conflict{Stands: c.against, Choices: []wire.Choice{wire.ChoiceKeep}}
	if c.code == wire.CodeConfirmed {
		return sides // only who confirmed it can change it
	}
	if next, ok := j.mine(e, c); ok {
		sides.Become, sides.Choices = next, append(sides.Choices, wire.ChoiceMine)
	}
	if c.code == wire.CodeOpenLong && e.Kind == clock.ClockOut {
		sides.Choices = append(sides.Choices, wire.ChoiceStated)
	}
	return sides
}

// mine gives the card that speaks against a press as it would be if the press
// counts, nil for a new card; false when it cannot.
func (j *Journal) mine(e Entry, c *contradiction) (*clock.Card, bool) {
	e.Choice, e.Stated = "", e.When()
	if _, err := j.planFor(e, c.cards); err != nil && c.against == nil {
		return nil, false
	} else if err == nil && c.against == nil {
		return nil, true
	}
	next, err := c.against.Apply(e.Kind, e.When(), e.Note)
	if c.code == wire.CodeOpenLong {
		return &next, err == nil // when it began is not in question
	}
	if err != nil || clock.Judge([]clock.Card{*c.against}, e.press(), e.Seen).Ruling != clock.Follows {
		next, err = c.against.Amend(e.Kind, e.When(), e.Note)
	}
	return &next, err == nil
}

// undated is a press whose time cannot be believed, left to its person.
func (j *Journal) undated(e Entry, code wire.Code) Entry {
	sides := wire.Conflict{Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceStated}}
	if code == wire.CodeTooOld || code == wire.CodeClock && e.At <= e.Received {
		sides.Choices = append(sides.Choices, wire.ChoiceMine)
	}
	if code == wire.CodeClock {
		sides.Likely = min(e.Received.Add(-e.Ago), e.Received)
	}
	j.Counts.Conflicts.Add(1)
	e.Status, e.Code, e.Against = wire.Conflicted, code, encode(sides)
	e.tell(Conflicted(e, e.Received))
	return e
}

// conflict gives both sides as they were found.
func (e Entry) conflict() *wire.Conflict {
	var c wire.Conflict
	if err := json.Unmarshal(e.Against, &c); err != nil {
		return &wire.Conflict{Choices: []wire.Choice{wire.ChoiceKeep}}
	}
	return &c
}

// Decide ends the conflict about a press of this person by what they chose. The
// error wraps ErrNoEntry, ErrDecided or ErrChoice; or the store failed.
func (j *Journal) Decide(ctx context.Context, who Who, id string, d wire.Decision) (Entry, error) {
	e, err := j.Store.Entry(ctx, id)
	if err == nil && (e.Person != who.Person || e.Change != nil) {
		err = ErrNoEntry
	}
	if err == nil && e.Status != wire.Conflicted {
		err = ErrDecided
	}
	if err == nil {
		e, err = j.decided(e, who, d)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("decide about press %s: %w", id, err)
	}
	saved, err := j.save(ctx, e)
	if errors.Is(err, ErrMoved) {
		err = ErrDecided // in another tab, a moment ago
	}
	if err != nil {
		return Entry{}, fmt.Errorf("decide about press %s: %w", id, err)
	}
	j.Log.InfoContext(ctx, "press decided", "press", id, "kind", e.Kind, "choice", d.Choice)
	j.wake(saved.Person)
	return saved, nil
}

// decided gives a conflicted press as a decision leaves it.
func (j *Journal) decided(e Entry, who Who, d wire.Decision) (Entry, error) {
	if !slices.Contains(e.conflict().Choices, d.Choice) {
		return e, ErrChoice
	}
	now := clock.At(j.Now())
	if d.Choice == wire.ChoiceStated && (d.At > now || now.Sub(d.At) > maxStated) {
		return e, ErrChoice
	}
	e.Choice, e.Decider = d.Choice, who.Object
	if e.Actor == who.Actor { // else it goes on in the name of who pressed
		e.Session = who.Session
	}
	e.tell(Decided(e, d, now))
	switch {
	case d.Choice == wire.ChoiceKeep && e.Code == wire.CodeTwin:
		e.Status, e.Code, e.Resent = wire.Delivered, "", 0
		e.tell(Delivered(e, now))
	case d.Choice == wire.ChoiceKeep:
		e.Status, e.Code = wire.Refused, wire.CodeKept
		e.tell(RefusedFor(e, now))
	default:
		e.Status, e.Code, e.NotBefore, e.Tries, e.Reads, e.Step = wire.Accepted, "", 0, 0, 0, ""
		e.Sent = 0
	}
	if d.Choice == wire.ChoiceStated {
		e.Chosen = d.At
	}
	return e, nil
}

// resume takes up the clock-ins that waited for the end of a forgotten card,
// which out has given it.
func (j *Journal) resume(ctx context.Context, out Entry) {
	open, err := j.Store.Open(ctx, out.Person)
	if err != nil {
		j.Log.WarnContext(ctx, "presses behind a forgotten card not taken up", "err", err)
		return
	}
	for _, e := range open {
		waits := e.Status == wire.Conflicted && e.Code == wire.CodeOpenLong && e.Kind == clock.ClockIn
		if !waits || e.Team != out.Team || e.At < out.When() {
			continue
		}
		e.Status, e.Code, e.Against, e.Step, e.Sent, e.Reads = wire.Accepted, "", nil, "", 0, 1
		if _, err := j.save(ctx, e); err != nil {
			j.Log.WarnContext(ctx, "press behind a forgotten card not taken up", "press", e.ID, "err", err)
		}
	}
}

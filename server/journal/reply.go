package journal

import (
	"context"
	"fmt"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Reply keeps what a person says to a change of a card of theirs. Called again
// with the same it answers the same. Whether there is such a change is for the
// caller to know. There is an error only when it was not kept, as by Amend.
func (j *Journal) Reply(ctx context.Context, r wire.Replying, who Who) (Entry, error) {
	now := clock.At(j.Now())
	op := Object
	if r.Agrees {
		op = Agree
	}
	e := Entry{
		Punch: wire.Punch{ID: r.ID, Team: r.Team, Kind: clock.Kind(op), At: now, Trust: wire.Server, Device: r.ID, Note: r.Word},
		Who:   who, Received: now, Status: wire.Delivered, Delivered: now, Card: r.Card,
		Change: &Change{Op: op, Seen: r.Seen, About: r.About},
	}
	e.tell(Replied(e, now))
	stored, fresh, err := j.Store.Accept(ctx, e)
	if err != nil {
		return Entry{}, fmt.Errorf("accept reply %s: %w", r.ID, err)
	}
	if !fresh && !stored.amendsLike(e) {
		return Entry{}, fmt.Errorf("accept reply %s: %w", r.ID, ErrReused)
	}
	return stored, nil
}

// Answered gives what is replied in e, which IsReply.
func (e Entry) Answered() wire.Reply {
	return wire.Reply{Agrees: e.Change.Op == Agree, Word: e.Note, At: e.Received}
}

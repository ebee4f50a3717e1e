package journal

import (
	"encoding/json"
	"fmt"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Change is what an entry does to a card, where it is no press but an amendment
// (see Amend), or what its person says to one (see Reply).
type Change struct {
	Op wire.Op `json:"op"`
	// Seen is the card as the person saw it, and Next as it is to stand.
	Seen *clock.Card `json:"seen,omitempty"`
	Next *clock.Card `json:"next,omitempty"`
	// After is the card as it was read once the amendment was on it; nil where
	// it is gone.
	After *clock.Card `json:"after,omitempty"`
	// About is the id of the entry that is replied to; empty for what was
	// changed elsewhere.
	About string `json:"about,omitempty"`
	// Asked says that the person of the card asked for it.
	Asked bool `json:"asked,omitempty"`
}

// What an entry does that is a reply.
const (
	Agree  wire.Op = "agree"
	Object wire.Op = "object"
)

// Bytes gives c as a store keeps it, nil for nil.
func (c *Change) Bytes() []byte {
	if c == nil {
		return nil
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("encode change: %v", err)) // it has nothing that cannot be
	}
	return b
}

// ChangeOf gives what Bytes gave.
func ChangeOf(kept []byte) (*Change, error) {
	if len(kept) == 0 {
		return nil, nil
	}
	var c Change
	if err := json.Unmarshal(kept, &c); err != nil {
		return nil, fmt.Errorf("decode change: %w", err)
	}
	return &c, nil
}

// IsReply reports whether e is what a person says to a change.
func (e Entry) IsReply() bool {
	return e.Change != nil && (e.Change.Op == Agree || e.Change.Op == Object)
}

// IsAmendment reports whether e amends a card.
func (e Entry) IsAmendment() bool { return e.Change != nil && e.Change.Op.Valid() }

// Before is the card as it stood before the amendment, nil where there was none.
func (c *Change) Before() *clock.Card { return c.Seen }

// Outcome is the card as it stands after the amendment, or is to stand; nil where
// there is none then.
func (c *Change) Outcome(delivered bool) *clock.Card {
	switch {
	case delivered:
		return c.After
	case c.Op == wire.Confirm:
		return c.Seen
	}
	return c.Next
}

// Amended is what is told of an amendment, without names.
func (e Entry) Amended() wire.Amended {
	a := wire.Amended{
		ID: e.ID, Team: e.Team, Person: wire.Person{ID: e.Object}, By: wire.Person{ID: e.By()},
		Op: e.Change.Op, Card: e.Card, Reason: e.Note, Status: e.Status, Code: e.Code,
		Received: e.Received, Delivered: e.Delivered,
		Before: e.Change.Before(), After: e.Change.Outcome(e.Status == wire.Delivered),
	}
	if e.Status == wire.Conflicted {
		a.Conflict = e.conflict()
	}
	return a
}

// cleared gives a card as it is to stand without what nobody here can say of it:
// that a time was stamped at the approved location, and who confirmed it.
func cleared(c *clock.Card) *clock.Card {
	if c == nil {
		return nil
	}
	bare := func(e *clock.Event) *clock.Event {
		if e == nil {
			return nil
		}
		return &clock.Event{At: e.At, Note: e.Note}
	}
	next := clock.Card{ID: c.ID, Team: c.Team, Person: c.Person, In: bare(c.In), Out: bare(c.Out), Note: c.Note}
	for _, b := range c.Breaks {
		next.Breaks = append(next.Breaks, clock.Break{ID: b.ID, Start: *bare(&b.Start), End: bare(b.End), Note: b.Note})
	}
	return &next
}

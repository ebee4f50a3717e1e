// Package petition keeps the corrections that people ask for: "I left at 18:10".
//
// A petition says what it asks for as an amendment does, and so can be accepted
// with one tap: it becomes the amendment with its own id, made by the supervisor
// who accepted it, with the person's words as the reason. However often and by
// whomever it is accepted, that is one amendment (package journal).
//
//	open ──► accepted ─► (the amendment goes its own way)
//	  ├────► declined, with a word
//	  ├────► withdrawn by its person
//	  └────► expired, wire.RequestFor after it was made
//
// Expiry is not stored: it follows from the time. Petitions are removed by
// retention as presses are, whatever has become of them.
//
// The package decides nothing about who may what, and knows the database only as
// a Store.
package petition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
)

// Petition is one of them.
type Petition struct {
	ID     string
	Person string // the product's key of who asks
	Object string // their id in Graph
	Name   string // as their session had it
	Team   string
	Card   string         // empty for one that is to be made
	Asked  journal.Change // Op, Seen and Next
	Text   string
	Made   clock.Instant
	State  wire.RequestState // as stored: never wire.Expired
	// Decider has the id in Graph of who answered it, at Decided, with Word.
	Decider string
	Decided clock.Instant
	Word    string
}

// Errors of a Store and of Book. ErrReused: the id names another's petition.
// ErrDecided: it is not open any more. ErrExpired: nor can it be answered.
var (
	ErrNone    = errors.New("no such request")
	ErrReused  = errors.New("id names another request")
	ErrDecided = errors.New("request was answered already")
	ErrExpired = errors.New("request was not answered in time")
)

// Store keeps petitions. What a method has returned without error is durable.
type Store interface {
	// Ask inserts p, or answers the one that already has its id and false.
	Ask(ctx context.Context, p Petition) (stored Petition, fresh bool, err error)
	// Petition finds one by id; the error wraps ErrNone when there is none.
	Petition(ctx context.Context, id string) (Petition, error)
	// Close changes an open one to p's State, Decider, Decided and Word, and
	// reports whether it was open.
	Close(ctx context.Context, p Petition) (bool, error)
	// Of lists a person's in a team that were made since, the newest first.
	Of(ctx context.Context, person, team string, since clock.Instant) ([]Petition, error)
	// Open lists those of a team that are open and were made since, the oldest
	// first.
	Open(ctx context.Context, team string, since clock.Instant) ([]Petition, error)
	// About lists those about a card, the oldest first.
	About(ctx context.Context, team, card string) ([]Petition, error)
	// Forget removes those that were made before, and tells how many.
	Forget(ctx context.Context, before clock.Instant) (int, error)
}

// Book answers petitions. Its methods are safe for use by several goroutines.
type Book struct {
	Store Store
	Now   func() time.Time
}

// Ask keeps a petition, once for its id.
func (b Book) Ask(ctx context.Context, p Petition) (Petition, error) {
	p.Made, p.State = clock.At(b.Now()), wire.Asked
	stored, fresh, err := b.Store.Ask(ctx, p)
	if err != nil {
		return Petition{}, fmt.Errorf("keep request %s: %w", p.ID, err)
	}
	if !fresh && (stored.Person != p.Person || stored.Team != p.Team || stored.Card != p.Card) {
		return Petition{}, fmt.Errorf("keep request %s: %w", p.ID, ErrReused)
	}
	return stored, nil
}

// Answer closes an open petition by the state, and answers it. Answered the same
// way again, it is as it was; the error wraps ErrNone, ErrDecided or ErrExpired,
// or the store failed.
func (b Book) Answer(ctx context.Context, id string, state wire.RequestState, decider, word string) (Petition, error) {
	p, err := b.Store.Petition(ctx, id)
	if err != nil {
		return Petition{}, fmt.Errorf("find request %s: %w", id, err)
	}
	now := clock.At(b.Now())
	if p.State == wire.Asked && p.StateAt(now) == wire.Expired {
		return p, fmt.Errorf("answer request %s: %w", id, ErrExpired)
	}
	if p.State == wire.Asked {
		p.State, p.Decider, p.Decided, p.Word = state, decider, now, word
		closed, err := b.Store.Close(ctx, p)
		if err == nil && !closed { // by somebody else, a moment ago
			p, err = b.Store.Petition(ctx, id)
		}
		if err != nil {
			return Petition{}, fmt.Errorf("answer request %s: %w", id, err)
		}
	}
	if p.State != state {
		return p, fmt.Errorf("answer request %s: %w", id, ErrDecided)
	}
	return p, nil
}

// StateAt is how far p has come at now.
func (p Petition) StateAt(now clock.Instant) wire.RequestState {
	if p.State == wire.Asked && now.Sub(p.Made) > wire.RequestFor {
		return wire.Expired
	}
	return p.State
}

// Amendment is what p becomes when it is accepted.
func (p Petition) Amendment() wire.Amendment {
	return wire.Amendment{
		ID: p.ID, Team: p.Team, Person: p.Object, Op: p.Asked.Op, Card: p.Card,
		Seen: p.Asked.Seen, Next: p.Asked.Next, Reason: p.Text,
	}
}

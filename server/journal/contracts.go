package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Store keeps entries. What a method has returned without error is durable:
// it survives the loss of the process and of power.
type Store interface {
	// Accept inserts e and appends its Events to the person's chain, or answers
	// the entry that already has its id and false. No answer holds Events.
	Accept(ctx context.Context, e Entry) (stored Entry, fresh bool, err error)
	// Update replaces what is known of the delivery of e if its Version is
	// still the stored one, appends its Events to the person's chain, and
	// answers it with the next Version and without Events. Otherwise nothing is
	// changed and the error wraps ErrMoved.
	Update(ctx context.Context, e Entry) (Entry, error)
	// Entry finds a press by id; the error wraps ErrNoEntry when there is none.
	Entry(ctx context.Context, id string) (Entry, error)
	// Open lists the entries that are not final, conflicts among them; of one
	// person, or of everybody when person is empty. In no particular order.
	Open(ctx context.Context, person string) ([]Entry, error)
	// Adopted tells whether another press than id already stands on this card
	// as this step at this time.
	Adopted(ctx context.Context, id string, s Stamp) (bool, error)
}

// Past answers what was done before. Entries come in no particular order, where
// none is named.
type Past interface {
	// Last gives the person's press or amendment in this team that was delivered
	// last; the error wraps ErrNoEntry when there is none.
	Last(ctx context.Context, person, team string) (Entry, error)
	// Resent lists the presses in this team of the person with this id in Graph
	// that were delivered after having been sent more than once.
	Resent(ctx context.Context, object, team string) ([]Entry, error)
	// Conflicts lists the conflicts about presses of a team, the oldest first.
	Conflicts(ctx context.Context, team string) ([]Entry, error)
	// OpenIn lists the entries of a team that are not final, conflicts among
	// them.
	OpenIn(ctx context.Context, team string) ([]Entry, error)
	// MadeBy lists what somebody, by the id in Graph, pressed for others: what
	// is not final, and what was received at since or later.
	MadeBy(ctx context.Context, actor string, since clock.Instant) ([]Entry, error)
	// OfCard lists the delivered amendments of a card, and presses on it, and the
	// replies to them.
	OfCard(ctx context.Context, team, card string) ([]Entry, error)
	// Unchecked lists, the latest first and a hundred at most, the presses of a
	// team that were made after since, were delivered as a device's own clock
	// alone tells, nobody having said when it was, and arrived more than late
	// after.
	Unchecked(ctx context.Context, team string, since clock.Instant, late clock.Span) ([]Entry, error)
}

// Claims lets one process at a time deliver a person's presses.
type Claims interface {
	// Claim makes owner the one who delivers until the time given, unless
	// somebody else is and their time is not over at now. It answers whether
	// it is owner's. Claimed again by its owner, it is prolonged.
	Claim(ctx context.Context, person, owner string, now, until clock.Instant) (bool, error)
	// Release ends a claim of owner's, and does nothing to anybody else's.
	Release(ctx context.Context, person, owner string) error
}

// Stamp is one event on one card.
type Stamp struct {
	Card string
	Kind clock.Kind
	At   clock.Instant
}

// Errors of a Store.
var (
	ErrNoEntry = errors.New("no such press")
	ErrMoved   = errors.New("press changed meanwhile")
)

// Deliverer puts events on cards. A failure is a *DeliveryError; anything else
// is taken for Unknown. Whose cards and in which team is always as e says.
type Deliverer interface {
	// Known gives the person's cards as read last, and false when they were
	// never read or that is long ago.
	Known(ctx context.Context, e Entry) ([]clock.Card, bool)
	// Cards reads the person's recent cards, and any open one, from Graph now.
	Cards(ctx context.Context, e Entry) ([]clock.Card, error)
	// Act makes the event of e.Step by Graph's action, which stamps the
	// present. card is the open card, empty for a clock-in; before that check,
	// unless it is nil, has to find nothing against it, as in Write.
	Act(ctx context.Context, e Entry, card string, check func([]clock.Card) error, t Turn) (clock.Card, error)
	// Write puts the press on the card at e.When(): for a clock-in a new card,
	// after check has found nothing against it by the cards as they are read just
	// before, since Graph would make a second one; else by replacing it whole,
	// with all that is missing by the card as it stands. Where what went before
	// was stamped by Graph a moment after e.When(), the press is written at that
	// moment. An error of check, or of the card, is a refusal that it wraps.
	Write(ctx context.Context, e Entry, card string, check func([]clock.Card) error, t Turn) (clock.Card, error)
	// Edit replaces a card whole by what edit makes of it, or deletes it where
	// that says so; the answer is then a card without an id. An error of edit
	// is a refusal.
	Edit(ctx context.Context, e Entry, card string, edit Edit, t Turn) (clock.Card, error)
	// Amend reads what e.Change is about, has check look at it, and makes the
	// change, all in one turn; the answer is the card as it stands then, without
	// an id where it was deleted. An error of check is a refusal that it wraps.
	Amend(ctx context.Context, e Entry, check func(Standing) error, t Turn) (clock.Card, error)
	// Standing reads what e.Change is about from Graph now.
	Standing(ctx context.Context, e Entry) (Standing, error)
}

// Edit gives a card as it is to stand, and whether it is to be deleted instead.
// It changes times and notes, and adds or removes breaks, and nothing else.
type Edit func(clock.Card) (next clock.Card, remove bool, err error)

// Turn is how an attempt comes to be sent.
type Turn struct {
	// Since is when the press began to wait: who has waited longest goes first.
	Since clock.Instant
	// Until is when it is too late to send it, 0 for never; the error then
	// wraps ErrLate.
	Until clock.Instant
	// Begin is called when nothing is left to wait for, before the first byte
	// of a write is sent, with the card as it stands where it is replaced or
	// deleted, else nil. If it fails, nothing is sent.
	Begin func(before []byte) error
}

// ErrLate: it was too late to send the press by an action.
var ErrLate = errors.New("too late for an action")

// Outcome is what is known of an attempt that failed.
type Outcome int

// Unknown: it may have happened. NotSent: it surely did not, and may be tried
// again. Refused: it surely did not, and Graph said no, or the card did
// (clock.ErrOrder, clock.ErrConfirmed). SignedOut: there is no token to ask with
// until the person signs in again. Queued: its turn has not come.
const (
	Unknown Outcome = iota
	NotSent
	Refused
	SignedOut
	Queued
)

// DeliveryError is a failed attempt.
type DeliveryError struct {
	Outcome    Outcome
	Code       wire.Code     // for the person
	RetryAfter time.Duration // 0 when nothing is known
	Err        error
}

// Error gives the cause.
func (e *DeliveryError) Error() string { return fmt.Sprintf("deliver: %v", e.Err) }

// Unwrap gives the cause.
func (e *DeliveryError) Unwrap() error { return e.Err }

// failure gives err as a DeliveryError.
func failure(err error) *DeliveryError {
	var d *DeliveryError
	if errors.As(err, &d) {
		return d
	}
	return &DeliveryError{Outcome: Unknown, Code: wire.CodeGraphDown, Err: err}
}

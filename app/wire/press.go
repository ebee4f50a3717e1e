package wire

import (
	"math"

	"timeclock/app/clock"
)

// Limits of a press, checked on both sides.
const (
	MaxNote = 500 // characters of a note
	MaxBody = 16 << 10
)

// Trust says what stands behind the time of a press.
type Trust string

// Anchored: the server's clock, carried forward by the device's monotonic
// clock. Device: the device's own clock alone, which nobody has checked. Server: stamped on arrival.
const (
	Anchored Trust = "anchored"
	Device   Trust = "device"
	Server   Trust = "server"
)

// Punch is a press on its way to the server (POST PathPunches). It keeps its
// ID for life: sent again, it is the same press.
type Punch struct {
	ID   string      `json:"id"` // UUIDv7 (RFC 9562), made where the press was made
	Team string      `json:"team"`
	Kind clock.Kind  `json:"kind"`
	Seen clock.State `json:"seen,omitempty"` // the state the person saw
	// At is the estimated server time of the press, right within ±Bound.
	At    clock.Instant `json:"at"`
	Bound clock.Span    `json:"bound"`
	Trust Trust         `json:"trust"`
	// Device and Seq order the presses of one device; Seq grows by one.
	Device string `json:"device"`
	Seq    int64  `json:"seq"`
	Note   string `json:"note,omitempty"`
	// Stated is when the person says it was, where that is not when they
	// pressed: the end of work that was forgotten. 0 says that it was at At.
	Stated clock.Instant `json:"stated,omitempty"`
	// Ago is how long ago the press was when it is sent, by the device's own
	// clock alone: a clock that was wrong at the press and has not been set since
	// is found out by it. Of all members it alone differs from one sending to the
	// next. 0 says nothing.
	Ago clock.Span `json:"ago,omitempty"`
}

// Located is a Punch as it is sent (the body of POST PathPunches): with where it
// was made, if the person lets that be known.
type Located struct {
	Punch
	// Position is nil when it was not asked for, was refused or took too long.
	// The server compares it with the team's approved location and keeps the
	// yes or no alone (Receipt.Approved).
	Position *Position `json:"position,omitempty"`
}

// Position is where a device says it is (W3C Geolocation, section 6.2): degrees
// of WGS 84, and within how many metres that is right with a probability of 95
// in a hundred.
type Position struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Accuracy  float64 `json:"accuracy"`
}

// Rounded gives p as it is kept and sent: to four decimals, by which it moves up
// to moved metres.
func (p Position) Rounded() Position {
	const decimals, moved = 1e4, 8
	return Position{
		Latitude:  math.Round(p.Latitude*decimals) / decimals,
		Longitude: math.Round(p.Longitude*decimals) / decimals,
		Accuracy:  math.Ceil(p.Accuracy) + moved,
	}
}

// String tells nothing, so that no position comes to stand in a log.
func (Position) String() string { return "(a position)" }

// GoString is String.
func (p Position) GoString() string { return p.String() }

// When gives the time that belongs on the card.
func (p Punch) When() clock.Instant {
	if p.Stated != 0 {
		return p.Stated
	}
	return p.At
}

// Status is how far a press has come on the server.
type Status string

// Accepted: durable here, not yet sent. Sending: on its way to Graph.
// Delivered: on the card. Refused: Graph or the rules said no, for good.
// Unsure: sent, and the answer was lost; it is being settled by reading the
// cards back. Conflicted: the cards speak against it, or it is doubtful, and a
// person has to choose (Receipt.Conflict); the presses after it go on. A press
// that was Delivered becomes Conflicted when it shows up twice.
const (
	Accepted   Status = "accepted"
	Sending    Status = "sending"
	Delivered  Status = "delivered"
	Refused    Status = "refused"
	Unsure     Status = "unknown"
	Conflicted Status = "conflict"
)

// Final reports whether a press with this status goes no further.
func (s Status) Final() bool { return s == Delivered || s == Refused }

// Receipt tells what became of a press.
type Receipt struct {
	ID     string        `json:"id"`
	Team   string        `json:"team"`
	Kind   clock.Kind    `json:"kind"`
	Status Status        `json:"status"`
	At     clock.Instant `json:"at"` // when it was pressed
	Bound  clock.Span    `json:"bound,omitempty"`
	Trust  Trust         `json:"trust,omitempty"`
	Note   string        `json:"note,omitempty"`
	// Received is when the server had it durable; Delivered when Graph had it.
	Received  clock.Instant `json:"received"`
	Delivered clock.Instant `json:"delivered,omitempty"`
	Card      string        `json:"card,omitempty"` // the card it stands on
	// Recorded is the time that stands on the card for it.
	Recorded clock.Instant `json:"recorded,omitempty"`
	// Code says why it was refused, what it waits for, or what the conflict is
	// about.
	Code Code `json:"code,omitempty"`
	// Stated is as in Punch.
	Stated clock.Instant `json:"stated,omitempty"`
	// By is the id in Graph of who pressed, where that is not the person
	// themselves, and ByName the name, where it is known.
	By     string `json:"by,omitempty"`
	ByName string `json:"byName,omitempty"`
	// Approved says whether it was made at the team's approved location; nil
	// when that is not known, which is not the same as false.
	Approved *bool `json:"approved,omitempty"`
	// Conflict is set while Status is Conflicted.
	Conflict *Conflict `json:"conflict,omitempty"`
}

// Conflict is the other side of a press that a person has to decide about.
type Conflict struct {
	// Stands is the card that speaks against the press, as it stood when that
	// was found; for CodeTwin the one with the second event. Nil when there is
	// none, such as for a press that came too late.
	Stands *clock.Card `json:"stands,omitempty"`
	// Become is Stands as it would be by ChoiceMine; nil when that would make
	// a new card or delete Stands.
	Become *clock.Card `json:"become,omitempty"`
	// Twin is the second event, for CodeTwin.
	Twin clock.Instant `json:"twin,omitempty"`
	// Likely is when the press was if the device's clock was wrong by as much
	// then as when the press arrived, for CodeClock.
	Likely clock.Instant `json:"likely,omitempty"`
	// Choices are those offered; ChoiceKeep is always among them.
	Choices []Choice `json:"choices"`
}

// Choice is what a person decides about a press that is Conflicted.
type Choice string

// ChoiceKeep leaves the cards as they stand, and the press is not recorded
// beyond the journal. ChoiceMine records the press at its own time; of an event
// that is there twice it takes away the second. ChoiceStated records it at
// Decision.At.
const (
	ChoiceKeep   Choice = "keep"
	ChoiceMine   Choice = "mine"
	ChoiceStated Choice = "stated"
)

// Decision is what a person chose (POST PathPunches + "/{id}" + PathDecision).
// The answer is the Receipt.
type Decision struct {
	Choice Choice        `json:"choice"`
	At     clock.Instant `json:"at,omitempty"` // for ChoiceStated
}

// TeamConflict is a conflict of somebody's in a team, as a supervisor sees it.
type TeamConflict struct {
	Person  Person  `json:"person"` // whose press; ID is the id in Graph
	Receipt Receipt `json:"receipt"`
}

// TeamPress is a press of somebody's in a team, as a supervisor sees it.
type TeamPress struct {
	Person  Person  `json:"person"` // as in TeamConflict
	Receipt Receipt `json:"receipt"`
}

// Conflicts answers PathConflicts.
type Conflicts struct {
	Team string         `json:"team"`
	Open []TeamConflict `json:"open"` // the oldest press first
	// Unchecked are the presses of the last 31 days that stand on a card at a
	// time that a device's own clock alone tells, and that arrived long after:
	// nothing here can vouch for it. The latest press comes first.
	Unchecked []TeamPress `json:"unchecked"`
}

package wire

import "timeclock/app/clock"

// Limits of a press, checked on both sides.
const (
	MaxNote = 500 // characters of a note
	MaxBody = 16 << 10
)

// Trust says what stands behind the time of a press.
type Trust string

// Anchored: the server's clock, carried forward by the device's monotonic
// clock. Device: the device's own clock alone. Server: stamped on arrival.
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
}

// Status is how far a press has come on the server.
type Status string

// Accepted: durable here, not yet sent. Sending: on its way to Graph.
// Delivered: on the card. Refused: Graph or the rules said no, for good.
// Unsure: sent, and the answer was lost; it is being settled by reading the
// cards back.
const (
	Accepted  Status = "accepted"
	Sending   Status = "sending"
	Delivered Status = "delivered"
	Refused   Status = "refused"
	Unsure    Status = "unknown"
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
	Note   string        `json:"note,omitempty"`
	// Received is when the server had it durable; Delivered when Graph had it.
	Received  clock.Instant `json:"received"`
	Delivered clock.Instant `json:"delivered,omitempty"`
	Card      string        `json:"card,omitempty"` // the card it stands on
	// Recorded is the time that stands on the card for it.
	Recorded clock.Instant `json:"recorded,omitempty"`
	// Code says why it was refused, or what it waits for.
	Code Code `json:"code,omitempty"`
}

package journal

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Event is one thing that happened to a press, as a person's chain keeps it.
// It holds no tokens and no positions.
type Event struct {
	At    clock.Instant   // when it was recorded, by this server
	What  What            // decides what Data holds
	Press string          // the id of the press
	Data  json.RawMessage // an object in UTF-8
}

// What names a kind of Event. The set is append-only: chains are kept for years.
type What string

// The kinds of Event, and what Data holds. Times are milliseconds since 1970
// UTC; what is empty or not known is left out.
const (
	// WhatPressed: the press was made durable. All that was given with it but a
	// position, the hash of the session, who pressed for the person (actor),
	// when it arrived (received), and whether it was made at the approved
	// location, if that is known.
	WhatPressed What = "pressed"
	// WhatSent: Graph is about to be asked. The step; whether with the time of
	// the press (written) or by an action that stamps the present; the card.
	WhatSent What = "sent"
	// WhatReplaced: a card is about to be replaced or deleted. Its id, and the
	// whole card as it stood, as Graph sent it, byte for byte.
	WhatReplaced What = "replaced"
	// WhatAdopted: a stamp that stands on a card was taken for the step. Card,
	// step and stamp; why; the clean reads before, and the time since the step
	// was sent.
	WhatAdopted What = "adopted"
	// WhatResent: the step is sent again, since the cards do not show it. The
	// step, the clean reads, and the time since it was sent.
	WhatResent What = "resent"
	// WhatDelivered: the press is on the card. Card, the time recorded there,
	// and how far that is from the time that belongs there.
	WhatDelivered What = "delivered"
	// WhatRefused: the press is on no card, for good. The code says why.
	WhatRefused What = "refused"
	// WhatConflict: a person has to decide. The code says why; the other side,
	// as the person is shown it (wire.Conflict).
	WhatConflict What = "conflict"
	// WhatDecided: a person decided. The choice, the time they gave, and who.
	WhatDecided What = "decided"
	// WhatHanded: the press goes on with another session. The hashes of both.
	WhatHanded What = "handed"
	// WhatTwin: the step was found a second time. Card, step, and the stamp of
	// the second.
	WhatTwin What = "twin"
	// WhatUndone: who pressed for the person took the press back before it was
	// sent; it is refused by that. Who that was (actor).
	WhatUndone What = "undone"
	// WhatAsked: an amendment was made durable. What it is to do to which card;
	// the card as it was seen and as it is to stand; why; the hash of the session;
	// who amends for the person (actor); when it arrived (received); and whether
	// the person had asked for it (asked).
	WhatAsked What = "asked"
	// WhatAmended: an amendment is on the card. The card, and the whole of it as
	// it was read then, if it is not gone.
	WhatAmended What = "amended"
	// WhatReplied: the person said that a change is right (agree), or that it is
	// not (object). The card, which change, or where it was made elsewhere how the
	// card stood, and what they said.
	WhatReplied What = "replied"
)

// Why is the reason a stamp was adopted.
type Why string

// The reasons. WhyLost: the answer was lost, and the cards show the step.
// WhyRefused: Graph refused the step, which stands there by an attempt before.
// WhyElsewhere: the step was not sent; the same was done elsewhere.
const (
	WhyLost      Why = "lost"
	WhyRefused   Why = "refused"
	WhyElsewhere Why = "elsewhere"
)

// The shapes of Data. Names of fields stay as they are; new ones are added at
// the end.
type (
	pressed struct {
		Kind     clock.Kind    `json:"kind"`
		Team     string        `json:"team"`
		Seen     clock.State   `json:"seen,omitempty"`
		At       clock.Instant `json:"at"`
		Bound    clock.Span    `json:"bound"`
		Trust    wire.Trust    `json:"trust"`
		Device   string        `json:"device"`
		Seq      int64         `json:"seq"`
		Stated   clock.Instant `json:"stated,omitempty"`
		Note     string        `json:"note,omitempty"`
		Session  string        `json:"session"`
		Actor    string        `json:"actor,omitempty"`
		Received clock.Instant `json:"received"`
		Approved *bool         `json:"approved,omitempty"`
		Ago      clock.Span    `json:"ago,omitempty"`
	}
	sent struct {
		Step    clock.Kind `json:"step"`
		Written bool       `json:"written"`
		Card    string     `json:"card,omitempty"`
	}
	replaced struct {
		Card string `json:"card"`
	}
	adopted struct {
		Card  string        `json:"card"`
		Step  clock.Kind    `json:"step"`
		Stamp clock.Instant `json:"stamp"`
		Why   Why           `json:"why"`
		Reads int           `json:"reads"`
		Since clock.Span    `json:"sinceSent,omitempty"`
	}
	resent struct {
		Step  clock.Kind `json:"step"`
		Reads int        `json:"reads"`
		Since clock.Span `json:"sinceSent"`
	}
	delivered struct {
		Card      string        `json:"card"`
		Recorded  clock.Instant `json:"recorded,omitempty"`
		Deviation *clock.Span   `json:"deviation,omitempty"` // nil when Recorded is not known
		Written   bool          `json:"written"`
	}
	coded struct {
		Code wire.Code `json:"code"`
	}
	decided struct {
		Choice  wire.Choice   `json:"choice"`
		At      clock.Instant `json:"at,omitempty"`
		Decider string        `json:"decider"`
	}
	handed struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
	undone struct {
		Actor string `json:"actor"`
	}
	asked struct {
		Op       wire.Op       `json:"op"`
		Team     string        `json:"team"`
		Card     string        `json:"card,omitempty"`
		Seen     *clock.Card   `json:"seen,omitempty"`
		Next     *clock.Card   `json:"next,omitempty"`
		Reason   string        `json:"reason,omitempty"`
		Session  string        `json:"session"`
		Actor    string        `json:"actor,omitempty"`
		Received clock.Instant `json:"received"`
		ByPerson bool          `json:"asked,omitempty"`
	}
	amended struct {
		Op    wire.Op     `json:"op"`
		Card  string      `json:"card,omitempty"`
		After *clock.Card `json:"after,omitempty"`
	}
	replied struct {
		Says  wire.Op     `json:"says"`
		Team  string      `json:"team"`
		Card  string      `json:"card"`
		About string      `json:"about,omitempty"`
		Seen  *clock.Card `json:"seen,omitempty"`
		Word  string      `json:"word,omitempty"`
	}
	twin struct {
		Card  string        `json:"card"`
		Step  clock.Kind    `json:"step"`
		Stamp clock.Instant `json:"stamp"`
	}
)

// Pressed: e was accepted.
func Pressed(e Entry, at clock.Instant) Event {
	return e.event(at, WhatPressed, pressed{
		Kind: e.Kind, Team: e.Team, Seen: e.Seen, At: e.At, Bound: e.Bound, Trust: e.Trust,
		Device: e.Device, Seq: e.Seq, Stated: e.Stated, Note: e.Note,
		Session: e.Session, Actor: e.Actor, Received: e.Received, Approved: e.Approved, Ago: e.Ago,
	})
}

// Sent: e.Step is about to be sent, on e.Card.
func Sent(e Entry, at clock.Instant) Event {
	return e.event(at, WhatSent, sent{e.Step, e.Written, e.Card})
}

// Replaced: a card is about to be replaced or deleted, which stood as raw.
func Replaced(e Entry, card string, raw []byte, at clock.Instant) Event {
	return e.event(at, WhatReplaced, replaced{card}).with("stood", raw)
}

// Adopted: a stamp was taken for a step of e.
func Adopted(e Entry, s Stamp, why Why, at clock.Instant) Event {
	return e.event(at, WhatAdopted, adopted{s.Card, s.Kind, s.At, why, e.Reads, e.sinceSent(at)})
}

// Resent: e.Step is sent again, after e.Reads clean reads.
func Resent(e Entry, at clock.Instant) Event {
	return e.event(at, WhatResent, resent{e.Step, e.Reads, e.sinceSent(at)})
}

// Delivered: e stands on e.Card at e.Recorded.
func Delivered(e Entry, at clock.Instant) Event {
	d := delivered{Card: e.Card, Recorded: e.Recorded, Written: e.Written}
	if e.Recorded != 0 {
		off := e.Recorded.Sub(e.When())
		d.Deviation = &off
	}
	return e.event(at, WhatDelivered, d)
}

// RefusedFor: e is refused, for e.Code.
func RefusedFor(e Entry, at clock.Instant) Event {
	return e.event(at, WhatRefused, coded{e.Code})
}

// Conflicted: e is left to a person for e.Code, by e.Against.
func Conflicted(e Entry, at clock.Instant) Event {
	return e.event(at, WhatConflict, coded{e.Code}).with("against", e.Against)
}

// Decided: e.Decider chose d.
func Decided(e Entry, d wire.Decision, at clock.Instant) Event {
	return e.event(at, WhatDecided, decided{d.Choice, d.At, e.Decider})
}

// Handed: e goes on with e.Session, and no longer with from.
func Handed(e Entry, from string, at clock.Instant) Event {
	return e.event(at, WhatHanded, handed{from, e.Session})
}

// Twin: a step of e was found a second time.
func Twin(e Entry, second Stamp, at clock.Instant) Event {
	return e.event(at, WhatTwin, twin{second.Card, second.Kind, second.At})
}

// Undone: e.Actor took e back.
func Undone(e Entry, at clock.Instant) Event {
	return e.event(at, WhatUndone, undone{e.Actor})
}

// Asked: the amendment e was accepted.
func Asked(e Entry, at clock.Instant) Event {
	return e.event(at, WhatAsked, asked{
		Op: e.Change.Op, Team: e.Team, Card: e.Card, Seen: e.Change.Seen, Next: e.Change.Next, Reason: e.Note,
		Session: e.Session, Actor: e.Actor, Received: e.Received, ByPerson: e.Change.Asked,
	})
}

// ChangedCard: the amendment e is on the card.
func ChangedCard(e Entry, at clock.Instant) Event {
	return e.event(at, WhatAmended, amended{e.Change.Op, e.Card, e.Change.After})
}

// Replied: the person of e said something to a change.
func Replied(e Entry, at clock.Instant) Event {
	return e.event(at, WhatReplied, replied{e.Change.Op, e.Team, e.Card, e.Change.About, e.Change.Seen, e.Note})
}

// sinceSent is how long ago the step was sent, 0 when it was not.
func (e Entry) sinceSent(at clock.Instant) clock.Span {
	if e.Sent == 0 {
		return 0
	}
	return at.Sub(e.Sent)
}

// event makes an event of e. A shape above has an encoding, whatever it holds.
func (e Entry) event(at clock.Instant, what What, shape any) Event {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(shape); err != nil {
		panic("journal: " + string(what) + ": " + err.Error())
	}
	return Event{At: at, What: what, Press: e.ID, Data: bytes.TrimSpace(data.Bytes())}
}

// with adds raw to Data as it is, if it is JSON, else as a text. Nothing is
// added where there is nothing.
func (e Event) with(name string, raw []byte) Event {
	if len(raw) == 0 {
		return e
	}
	if !json.Valid(raw) || !utf8.Valid(raw) {
		text, _ := json.Marshal(string(raw)) // a string always has an encoding
		raw = text
	}
	open := bytes.TrimSuffix(e.Data, []byte("}"))
	e.Data = append(append(append(bytes.Clone(open), `,"`+name+`":`...), raw...), '}')
	return e
}

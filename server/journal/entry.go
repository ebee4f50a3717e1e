package journal

import (
	"cmp"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Who is the person a press belongs to, and who made it.
type Who struct {
	Person  string // the product's key of the person: tenant and object id
	Object  string // the person's id in Graph
	Session string // hash of the session whose tokens deliver the press
	// Actor is the id in Graph of a supervisor who pressed for the person, or
	// amends a card of theirs, and whose session it is; empty when the person
	// did. Supervisors who amend a card of their own as such are Actor too.
	Actor string
}

// Entry is one press and how far it has come.
type Entry struct {
	wire.Punch
	Who

	Received clock.Instant // when the row was made
	// Approved says whether it was pressed at the team's approved location; nil
	// when that is not known. Where it was pressed is kept nowhere.
	Approved *bool
	Status   wire.Status
	Code     wire.Code // why it was refused, or what it waits for
	// Version grows with every change; Store.Update compares it.
	Version int64

	// What was sent last: which step, when, and whether with the time of the
	// press (Written) or by an action that stamps the present.
	Step    clock.Kind
	Sent    clock.Instant
	Written bool
	// Reads counts clean reads of the cards since Sent that did not show the
	// step.
	Reads int

	Tries     int           // attempts that did not reach Graph
	NotBefore clock.Instant // the next attempt

	Card      string        // the card the press stands on
	Recorded  clock.Instant // the time that stands on the card
	Delivered clock.Instant // when Graph was known to have it
	// Before is the card as it stood before it was replaced, as Graph sent it.
	Before []byte

	// Resent is when the step was sent before it was sent again: an effect of
	// that one may still show. 0 when it was sent once.
	Resent clock.Instant
	// Against is the other side of a conflict: wire.Conflict, as JSON.
	Against []byte
	// Choice is what a person chose about the conflict, who has the id in Graph
	// Decider, and Chosen the time they gave.
	Choice  wire.Choice
	Chosen  clock.Instant
	Decider string

	// Change is set where the entry is no press: Punch.Kind then names what it
	// does, and Punch.Note says why.
	Change *Change

	// Events are appended to the person's chain by the Accept or Update that
	// the entry is given to, and are not part of what is read back.
	Events []Event
}

// When gives the time that belongs on the card: when it was pressed, or as the
// person said since.
func (e Entry) When() clock.Instant {
	if e.Chosen != 0 {
		return e.Chosen
	}
	return e.Punch.When()
}

// press is e as the rules judge it.
func (e Entry) press() clock.Press { return clock.Press{Kind: e.Kind, At: e.When(), Note: e.Note} }

// apart reports whether the time that belongs on the card cannot be the time at
// which the press arrives.
func (e Entry) apart() bool { return e.When() != e.At || e.Choice != "" }

// AtApproved is Approved as it holds of the time that belongs on the card:
// nothing is known of one that was stated.
func (e Entry) AtApproved() *bool {
	if e.Stated != 0 && e.Stated != e.At || e.Choice == wire.ChoiceStated {
		return nil
	}
	return e.Approved
}

// Receipt is what the person is told.
func (e Entry) Receipt() wire.Receipt {
	r := wire.Receipt{
		ID: e.ID, Team: e.Team, Kind: e.Kind, Status: e.Status,
		At: e.At, Bound: e.Bound, Trust: e.Trust, Note: e.Note,
		Received: e.Received, Delivered: e.Delivered,
		Card: e.Card, Recorded: e.Recorded, Code: e.Code,
		Stated: e.Stated, By: e.Actor, Approved: e.AtApproved(),
	}
	if e.Status == wire.Conflicted {
		r.Conflict = e.conflict()
	}
	return r
}

// tell has an event appended to the person's chain with the next change of e.
func (e *Entry) tell(ev Event) { e.Events = append(slices.Clip(e.Events), ev) }

// park lets the press wait until its person has a session again.
func (e *Entry) park() { e.Code, e.NotBefore = wire.CodeSignedOut, 0 }

// parked reports whether the press waits for its person. One whose token was
// refused while the session lives is tried again by itself.
func (e Entry) parked() bool { return e.Code == wire.CodeSignedOut && e.NotBefore == 0 }

// same reports whether two punches with one id are the same press.
func (e Entry) same(p wire.Punch, who Who) bool {
	return e.Person == who.Person && e.Team == p.Team && e.Kind == p.Kind && e.At == p.At
}

// Order puts the presses of one person into the order they are delivered in:
// by sequence within a device, by time of press across devices.
func Order(entries []Entry) {
	byDevice := map[string][]Entry{}
	for _, e := range entries {
		byDevice[e.Device] = append(byDevice[e.Device], e)
	}
	for _, list := range byDevice {
		slices.SortFunc(list, func(a, b Entry) int {
			return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
		})
	}
	for i := range entries {
		device := earliest(byDevice)
		entries[i] = byDevice[device][0]
		byDevice[device] = byDevice[device][1:]
	}
}

// earliest names the device whose next press was made first.
func earliest(byDevice map[string][]Entry) string {
	var found *Entry
	for _, list := range byDevice {
		if len(list) > 0 && (found == nil || before(list[0], *found)) {
			found = &list[0]
		}
	}
	return found.Device
}

func before(a, b Entry) bool {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) < 0
}

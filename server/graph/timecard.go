package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"timeclock/app/clock"
)

// TimeCard is Graph's timeCard (resource page "timeCard resource type"): one
// stretch of attendance with its breaks.
//
// A card that was read can be changed and written back whole with ReplaceCard:
// the members named here can be set, and those Graph sent beside them, on this
// level or below, survive. The zero TimeCard is an empty one to be filled in
// for CreateCard. Copies share what is not changed in place.
type TimeCard struct {
	ID     string // TCK_ and a GUID
	UserID string // whose time it is: the directory object id
	// State is kept by Graph. Replacing a card sends it, so it must fit the
	// events then.
	State       clock.State
	ConfirmedBy ConfirmedBy
	ClockIn     *Event // nil on a card made elsewhere without one
	ClockOut    *Event // nil while the card is open
	Breaks      []Break
	Notes       *ItemBody // set by create and replace only; actions write on events
	// OriginalEntry is what the actions recorded, before any edit. Graph
	// keeps it; on a card made with CreateCard it is empty.
	OriginalEntry *Entry
	CreatedBy     *IdentitySet
	Created       Stamp
	ModifiedBy    *IdentitySet
	Modified      Stamp

	raw object
}

func (t *TimeCard) fields() []field {
	return []field{
		leaf("id", &t.ID),
		leaf("userId", &t.UserID),
		leaf("state", &t.State),
		leaf("confirmedBy", &t.ConfirmedBy),
		nested("clockInEvent", &t.ClockIn),
		nested("clockOutEvent", &t.ClockOut),
		list("breaks", &t.Breaks),
		nested("notes", &t.Notes),
		nested("originalEntry", &t.OriginalEntry),
		nested("createdBy", &t.CreatedBy),
		leaf("createdDateTime", &t.Created),
		nested("lastModifiedBy", &t.ModifiedBy),
		leaf("lastModifiedDateTime", &t.Modified),
	}
}

func (t *TimeCard) read(r *reader) error {
	*t = TimeCard{}
	return r.object(&t.raw, func(name []byte) error {
		switch string(name) {
		case "id":
			return r.string(&t.ID)
		case "userId":
			return r.string(&t.UserID)
		case "state":
			return r.string((*string)(&t.State))
		case "confirmedBy":
			return r.string((*string)(&t.ConfirmedBy))
		case "clockInEvent":
			return pointer(r, &t.ClockIn)
		case "clockOutEvent":
			return pointer(r, &t.ClockOut)
		case "breaks":
			return sequence(r, &t.Breaks)
		case "notes":
			return pointer(r, &t.Notes)
		case "originalEntry":
			return pointer(r, &t.OriginalEntry)
		case "createdBy":
			return pointer(r, &t.CreatedBy)
		case "createdDateTime":
			return t.Created.read(r)
		case "lastModifiedBy":
			return pointer(r, &t.ModifiedBy)
		case "lastModifiedDateTime":
			return t.Modified.read(r)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads a card and keeps what it does not know.
func (t *TimeCard) UnmarshalJSON(b []byte) error { return readAll(bytes.Clone(b), t) }

// MarshalJSON writes the card as it was read, with what was changed since.
func (t TimeCard) MarshalJSON() ([]byte, error) { return t.raw.encode(t.fields()) }

// Worker gives the name of whose card it is, where they made or changed it; else it
// is empty, since cards name nobody but who did that.
func (t TimeCard) Worker() string {
	for _, by := range []*IdentitySet{t.ModifiedBy, t.CreatedBy} {
		if by != nil && by.User != nil && strings.EqualFold(by.User.ID, t.UserID) && by.User.Name != "" {
			return by.User.Name
		}
	}
	return ""
}

// Clock gives the card as the domain sees it. Notes are reduced to text, and
// an event without a time counts as missing.
func (t TimeCard) Clock(team string) clock.Card {
	c := clock.Card{
		ID:           t.ID,
		Team:         team,
		Person:       t.UserID,
		In:           t.ClockIn.clock(),
		Out:          t.ClockOut.clock(),
		Note:         t.Notes.Text(),
		ByPerson:     t.ConfirmedBy.Has(ByUser),
		BySupervisor: t.ConfirmedBy.Has(ByManager),
		Changed:      clock.Instant(t.Modified),
	}
	for _, b := range t.Breaks {
		if start := b.Start.clock(); start != nil {
			c.Breaks = append(c.Breaks, clock.Break{ID: b.ID, Start: *start, End: b.End.clock(), Note: b.Notes.Text()})
		}
	}
	return c
}

// Event is Graph's timeCardEvent: a time, and what was said at it.
type Event struct {
	DateTime Stamp
	// Approved is isAtApprovedLocation: nil when nobody looked, which is not
	// the same as false. Graph believes what it is told.
	Approved *bool
	Notes    *ItemBody

	former *bool // what formerApproved said
	raw    object
}

func (e *Event) fields() []field {
	return []field{
		leaf("dateTime", &e.DateTime),
		leaf("isAtApprovedLocation", &e.Approved),
		nested("notes", &e.Notes),
	}
}

func (e *Event) read(r *reader) error {
	*e = Event{}
	return r.object(&e.raw, func(name []byte) error {
		switch string(name) {
		case "dateTime":
			return e.DateTime.read(r)
		case "isAtApprovedLocation":
			return r.flag(&e.Approved)
		case formerApproved:
			if err := r.flag(&e.former); !errors.Is(err, errNotFlag) {
				return err
			}
			return nil
		case "notes":
			return pointer(r, &e.Notes)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads an event and keeps what it does not know.
func (e *Event) UnmarshalJSON(b []byte) error { return readAll(bytes.Clone(b), e) }

// MarshalJSON writes the event as it was read, with what was changed since. A
// changed Approved is written to the former member as well, where that stands:
// Graph falls back to it when the newer one is null.
func (e Event) MarshalJSON() ([]byte, error) {
	members := e.raw.members()
	if _, ok := members[formerApproved]; ok && e.approvedChanged(members["isAtApprovedLocation"]) {
		value, err := json.Marshal(e.Approved)
		if err != nil {
			return nil, err
		}
		e.raw = e.raw.with(formerApproved, value)
	}
	return e.raw.encode(e.fields())
}

// formerApproved is what isAtApprovedLocation was called at first.
const formerApproved = "atApprovedLocation"

// approvedChanged reports whether Approved is not what was read.
func (e Event) approvedChanged(was json.RawMessage) bool {
	var read *bool
	if err := json.Unmarshal(was, &read); err != nil {
		return e.Approved != nil
	}
	if read == nil || e.Approved == nil {
		return read != e.Approved
	}
	return *read != *e.Approved
}

func (e *Event) clock() *clock.Event {
	if e == nil || e.DateTime == 0 {
		return nil
	}
	return &clock.Event{At: clock.Instant(e.DateTime), Note: e.Notes.Text(), Approved: e.approved()}
}

// approved is Approved, or what stands in the member that came before it:
// atApprovedLocation, which beta shows until 2027 and the first pages alone
// had. Where both say something, the newer one counts (page "timeCardEvent
// resource type", beta).
func (e *Event) approved() *bool {
	if e.Approved != nil {
		return e.Approved
	}
	return e.former
}

// Break is Graph's timeCardBreak. End is nil while it lasts. A new break has
// no ID; Graph gives it one.
type Break struct {
	ID    string // BRK_ and a GUID
	Start Event
	End   *Event
	Notes *ItemBody

	raw object
}

func (b *Break) fields() []field {
	return []field{
		leaf("breakId", &b.ID),
		nested("start", &b.Start),
		nested("end", &b.End),
		nested("notes", &b.Notes),
	}
}

func (b *Break) read(r *reader) error {
	*b = Break{}
	return r.object(&b.raw, func(name []byte) error {
		switch string(name) {
		case "breakId":
			return r.string(&b.ID)
		case "start":
			return b.Start.read(r)
		case "end":
			return pointer(r, &b.End)
		case "notes":
			return pointer(r, &b.Notes)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads a break and keeps what it does not know.
func (b *Break) UnmarshalJSON(data []byte) error { return readAll(bytes.Clone(data), b) }

// MarshalJSON writes the break as it was read, with what was changed since.
func (b Break) MarshalJSON() ([]byte, error) { return b.raw.encode(b.fields()) }

// Entry is Graph's timeCardEntry: the events of a card before it was edited.
type Entry struct {
	ClockIn  *Event
	ClockOut *Event
	Breaks   []Break

	raw object
}

func (e *Entry) fields() []field {
	return []field{
		nested("clockInEvent", &e.ClockIn),
		nested("clockOutEvent", &e.ClockOut),
		list("breaks", &e.Breaks),
	}
}

func (e *Entry) read(r *reader) error {
	*e = Entry{}
	return r.object(&e.raw, func(name []byte) error {
		switch string(name) {
		case "clockInEvent":
			return pointer(r, &e.ClockIn)
		case "clockOutEvent":
			return pointer(r, &e.ClockOut)
		case "breaks":
			return sequence(r, &e.Breaks)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads an entry and keeps what it does not know.
func (e *Entry) UnmarshalJSON(b []byte) error { return readAll(bytes.Clone(b), e) }

// MarshalJSON writes the entry as it was read, with what was changed since.
func (e Entry) MarshalJSON() ([]byte, error) { return e.raw.encode(e.fields()) }

// IdentitySet is Graph's identitySet: who did something, and with what. It is
// an open type: Graph may send members that no metadata names.
type IdentitySet struct {
	Application *Identity
	Device      *Identity
	User        *Identity

	raw object
}

func (s *IdentitySet) fields() []field {
	return []field{
		nested("application", &s.Application),
		nested("device", &s.Device),
		nested("user", &s.User),
	}
}

func (s *IdentitySet) read(r *reader) error {
	*s = IdentitySet{}
	return r.object(&s.raw, func(name []byte) error {
		switch string(name) {
		case "application":
			return pointer(r, &s.Application)
		case "device":
			return pointer(r, &s.Device)
		case "user":
			return pointer(r, &s.User)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads an identity set and keeps what it does not know.
func (s *IdentitySet) UnmarshalJSON(b []byte) error { return readAll(bytes.Clone(b), s) }

// MarshalJSON writes the set as it was read, with what was changed since.
func (s IdentitySet) MarshalJSON() ([]byte, error) { return s.raw.encode(s.fields()) }

// Identity is Graph's identity, an open type.
type Identity struct {
	ID   string
	Name string

	raw object
}

func (i *Identity) fields() []field {
	return []field{leaf("id", &i.ID), leaf("displayName", &i.Name)}
}

func (i *Identity) read(r *reader) error {
	*i = Identity{}
	return r.object(&i.raw, func(name []byte) error {
		switch string(name) {
		case "id":
			return r.string(&i.ID)
		case "displayName":
			return r.string(&i.Name)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads an identity and keeps what it does not know.
func (i *Identity) UnmarshalJSON(b []byte) error { return readAll(bytes.Clone(b), i) }

// MarshalJSON writes the identity as it was read, with what was changed since.
func (i Identity) MarshalJSON() ([]byte, error) { return i.raw.encode(i.fields()) }

// ConfirmedBy is Graph's flags enumeration confirmedBy in its wire form: one
// word, or several with commas between, in any letter case.
type ConfirmedBy string

// The words of ConfirmedBy.
const (
	ByNobody  ConfirmedBy = "none"
	ByUser    ConfirmedBy = "user"
	ByManager ConfirmedBy = "manager"
)

// Has reports whether flag is among those of c.
func (c ConfirmedBy) Has(flag ConfirmedBy) bool {
	for word := range strings.SplitSeq(string(c), ",") {
		if strings.EqualFold(strings.TrimSpace(word), string(flag)) {
			return true
		}
	}
	return false
}

// Stamp is an Edm.DateTimeOffset, cut to the millisecond: milliseconds since
// 1970-01-01T00:00:00Z. The zero Stamp is null on the wire. Graph shows UTC
// with up to seven digits of a second; those of a value that is not changed
// survive in the card.
type Stamp clock.Instant

var errStamp = errors.New("not a time with a zone (RFC 3339)")

// UnmarshalJSON reads an RFC 3339 time, or null. A time without a zone is
// refused: nobody could say when it was.
func (s *Stamp) UnmarshalJSON(b []byte) error { return readAll(b, s) }

func (s *Stamp) read(r *reader) error {
	var text string
	null := r.peek() == 'n'
	err := r.string(&text)
	if *s = 0; null && err == nil {
		return nil
	}
	if errors.Is(err, errNotText) {
		return errStamp
	}
	if err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return errStamp
	}
	*s = Stamp(clock.At(t))
	return nil
}

// MarshalJSON writes the time in UTC with milliseconds, or null.
func (s Stamp) MarshalJSON() ([]byte, error) {
	if s == 0 {
		return []byte("null"), nil
	}
	t := clock.Instant(s).Time()
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, errStamp
	}
	return []byte(`"` + literal(clock.Instant(s)) + `"`), nil
}

// literal is a time as filters and bodies write it.
func literal(i clock.Instant) string { return i.Time().Format("2006-01-02T15:04:05.000Z") }

// withoutContext gives the card without the annotation that tells what an
// answer holds: it belongs to the answer and not to the card.
func (t TimeCard) withoutContext() TimeCard {
	const annotation = "@odata.context"
	if _, ok := t.raw.members()[annotation]; ok {
		t.raw = t.raw.without(annotation)
	}
	return t
}

package desk

import (
	"encoding/json"
	"strconv"
	"strings"

	"timeclock/app/clock"
)

// Field names a field of a Draft. Those of breaks are made by BreakField.
type Field string

// When work began and ended, what is said of that, of the whole card, and why it
// is changed.
const (
	FieldIn      Field = "in"
	FieldInNote  Field = "in-note"
	FieldOut     Field = "out"
	FieldOutNote Field = "out-note"
	FieldNote    Field = "note"
	FieldWhy     Field = "why"
)

// BreakPart is a part of a break that has a field.
type BreakPart string

// When it began and ended, and what is said of it; of its begin and end apart,
// where that is there.
const (
	BreakFrom     BreakPart = "from"
	BreakTo       BreakPart = "to"
	BreakNote     BreakPart = "note"
	BreakFromNote BreakPart = "from-note"
	BreakToNote   BreakPart = "to-note"
)

// BreakField names a field of the break at i.
func BreakField(i int, p BreakPart) Field {
	return Field("break-" + strconv.Itoa(i) + "-" + string(p))
}

// Draft is a card as it is being put right, or one that is being added: what was
// typed, field by field. It is a value; its methods that change it give another.
type Draft struct {
	Team   string `json:"team"`
	Person string `json:"person"` // whose card: the id in Graph
	Card   string `json:"card"`   // empty for one that is being added
	// Seen is the card as it stood when the writing began; nil for a new one.
	Seen   *clock.Card      `json:"seen,omitempty"`
	Typed  map[Field]string `json:"typed"`
	Breaks []DraftBreak     `json:"breaks,omitempty"`
	// Remove says that the card is to be deleted.
	Remove bool `json:"remove,omitempty"`
}

// DraftBreak is a break of a Draft; Was is nil for a new one.
type DraftBreak struct {
	Was  *clock.Break `json:"was,omitempty"`
	Gone bool         `json:"gone,omitempty"`
}

// Wall writes and reads times as fields for a local time hold them, as tell.Times
// does.
type Wall interface {
	Local(clock.Instant) string
	Instant(text string) (clock.Instant, bool)
}

// BeginDraft gives a Draft of a card, nil for one that is to be added, of which
// nothing was typed yet.
func BeginDraft(team, person string, seen *clock.Card) Draft {
	d := Draft{Team: team, Person: person, Seen: seen, Typed: map[Field]string{}}
	if seen == nil {
		return d
	}
	d.Card = seen.ID
	for i := range seen.Breaks {
		d.Breaks = append(d.Breaks, DraftBreak{Was: &seen.Breaks[i]})
	}
	return d
}

// About reports whether d is of that card.
func (d Draft) About(team, person, card string) bool {
	return d.Typed != nil && d.Team == team && strings.EqualFold(d.Person, person) && d.Card == card
}

// Touched reports whether anything was written.
func (d Draft) Touched() bool {
	gone := false
	for _, b := range d.Breaks {
		gone = gone || b.Gone
	}
	return len(d.Typed) > 0 || gone
}

// Write gives d with text in a field.
func (d Draft) Write(f Field, text string) Draft {
	typed := make(map[Field]string, len(d.Typed)+1)
	for k, v := range d.Typed {
		typed[k] = v
	}
	typed[f] = text
	d.Typed = typed
	return d
}

// AddBreak gives d with one more break, of which nothing is known yet.
func (d Draft) AddBreak() Draft {
	d.Breaks = append(append([]DraftBreak(nil), d.Breaks...), DraftBreak{})
	return d
}

// DropBreak gives d without the break at i, or with it again.
func (d Draft) DropBreak(i int) Draft {
	if i < 0 || i >= len(d.Breaks) {
		return d
	}
	d.Breaks = append([]DraftBreak(nil), d.Breaks...)
	d.Breaks[i].Gone = !d.Breaks[i].Gone
	return d
}

// Start is what a field holds before anything is typed into it.
func (d Draft) Start(f Field, w Wall) string {
	time := func(e *clock.Event) string {
		if e == nil {
			return ""
		}
		return w.Local(e.At)
	}
	note := func(e *clock.Event) string {
		if e == nil {
			return ""
		}
		return e.Note
	}
	if d.Seen == nil && len(d.Breaks) == 0 {
		return ""
	}
	var seen clock.Card
	if d.Seen != nil {
		seen = *d.Seen
	}
	switch f {
	case FieldIn:
		return time(seen.In)
	case FieldInNote:
		return note(seen.In)
	case FieldOut:
		return time(seen.Out)
	case FieldOutNote:
		return note(seen.Out)
	case FieldNote:
		return seen.Note
	}
	for i, b := range d.Breaks {
		if b.Was == nil {
			continue
		}
		switch f {
		case BreakField(i, BreakFrom):
			return time(&b.Was.Start)
		case BreakField(i, BreakTo):
			return time(b.Was.End)
		case BreakField(i, BreakNote):
			return b.Was.Note
		case BreakField(i, BreakFromNote):
			return b.Was.Start.Note
		case BreakField(i, BreakToNote):
			return note(b.Was.End)
		}
	}
	return ""
}

// Shown is what a field holds: what was typed, or else what it held before.
func (d Draft) Shown(f Field, w Wall) string {
	if text, typed := d.Typed[f]; typed {
		return text
	}
	return d.Start(f, w)
}

// Why is the reason as it was typed.
func (d Draft) Why() string { return strings.TrimSpace(d.Typed[FieldWhy]) }

// Next gives the card as it was typed. What was not touched stays to the
// millisecond. Wrong lists fields that hold no time, or lack one: then the card
// is not whole.
func (d Draft) Next(w Wall) (next clock.Card, wrong []Field) {
	if d.Seen != nil {
		next = *d.Seen
	}
	event := func(f, noteField Field, was *clock.Event) *clock.Event {
		e, ok := d.event(f, noteField, was, w)
		if !ok {
			wrong = append(wrong, f)
		}
		return e
	}
	next.In, next.Out = event(FieldIn, FieldInNote, next.In), event(FieldOut, FieldOutNote, next.Out)
	next.Note, next.Breaks = d.text(FieldNote, next.Note, w), nil
	for i, row := range d.Breaks {
		if row.Gone {
			continue
		}
		var b clock.Break
		var was *clock.Event
		if row.Was != nil {
			b, was = *row.Was, &row.Was.Start
		}
		start := event(BreakField(i, BreakFrom), BreakField(i, BreakFromNote), was)
		b.End = event(BreakField(i, BreakTo), BreakField(i, BreakToNote), b.End)
		b.Note = d.text(BreakField(i, BreakNote), b.Note, w)
		if start == nil {
			if b.End != nil || b.Note != "" || row.Was != nil {
				wrong = append(wrong, BreakField(i, BreakFrom))
			}
			continue // an empty row
		}
		b.Start = *start
		next.Breaks = append(next.Breaks, b)
	}
	return next, wrong
}

// Row gives the number of the break, counted from 1, that is the n-th of those
// that Next gives.
func (d Draft) Row(n int) int {
	for i, b := range d.Breaks {
		if b.Gone || b.Was == nil && d.Typed[BreakField(i, BreakFrom)] == "" {
			continue
		}
		if n--; n == 0 {
			return i + 1
		}
	}
	return n
}

// event reads a time and its note, which held was; nil for an empty field. It is
// not ok when something is there that is no time.
func (d Draft) event(f, noteField Field, was *clock.Event, w Wall) (e *clock.Event, ok bool) {
	text := d.Shown(f, w)
	if text == "" {
		return nil, true
	}
	var is clock.Event
	if was != nil {
		is = *was
	}
	if text != d.Start(f, w) || was == nil {
		at, ok := w.Instant(text)
		if !ok {
			return was, false
		}
		is.At, is.Approved = at, nil
	}
	is.Note = d.text(noteField, is.Note, w)
	return &is, true
}

// text reads a note that held was. One that was not touched stays as it is.
func (d Draft) text(f Field, was string, w Wall) string {
	text := d.Shown(f, w)
	if text == d.Start(f, w) {
		return was
	}
	return strings.TrimSpace(text)
}

// Changes reports whether the card as typed says anything else than before.
func (d Draft) Changes(next clock.Card) bool { return d.Seen == nil || !next.Says(*d.Seen) }

// encode gives d as a tab keeps it.
func (d Draft) encode(owner string) string {
	text, err := json.Marshal(keptDraft{Owner: owner, Draft: d})
	if err != nil {
		return ""
	}
	return string(text)
}

// keptDraft is a Draft and whose it is.
type keptDraft struct {
	Owner string `json:"owner"`
	Draft Draft  `json:"draft"`
}

// decodeDraft gives what encode gave, if it is owner's.
func decodeDraft(text, owner string) (Draft, bool) {
	var k keptDraft
	if text == "" || json.Unmarshal([]byte(text), &k) != nil || k.Owner != owner || k.Draft.Typed == nil {
		return Draft{}, false
	}
	return k.Draft, true
}

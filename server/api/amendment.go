package api

import (
	"fmt"
	"unicode/utf8"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

const (
	// maxBreaks is more breaks than a card can sensibly have.
	maxBreaks = 30
	// maxCardID is far longer than any id of Graph.
	maxCardID = 100
)

// faultOfAmendment says what is wrong with the form of an amendment; empty when
// nothing is.
func faultOfAmendment(a wire.Amendment) string {
	switch {
	case !uuid.MatchString(a.ID):
		return "id is not a UUID in lower case"
	case len(a.Person) > 100:
		return "person is no id"
	case utf8.RuneCountInString(a.Reason) > wire.MaxNote:
		return fmt.Sprintf("reason is longer than %d characters", wire.MaxNote)
	}
	return faultOfChange(a.Op, a.Card, a.Seen, a.Next)
}

// faultOfChange says what is wrong with the form of a change.
func faultOfChange(op wire.Op, card string, seen, next *clock.Card) string {
	switch {
	case !op.Valid():
		return "op is none of create, replace, delete, confirm"
	case (card == "") != (op == wire.Create), len(card) > maxCardID:
		return "card is needed, but to create one"
	case (seen == nil) != (op == wire.Create), seen != nil && seen.ID != card:
		return "seen is the card as it was seen"
	case (next == nil) != (op == wire.Delete || op == wire.Confirm):
		return "next is how the card is to stand"
	case next != nil && next.In == nil:
		return "next has no clock-in"
	}
	for _, c := range []*clock.Card{seen, next} {
		if fault := faultOfCard(c); fault != "" {
			return fault
		}
	}
	return ""
}

// faultOfCard says what is wrong with the form of a card.
func faultOfCard(c *clock.Card) string {
	if c == nil {
		return ""
	}
	if len(c.Breaks) > maxBreaks {
		return fmt.Sprintf("a card has at most %d breaks", maxBreaks)
	}
	events, notes := []*clock.Event{c.In, c.Out}, []string{c.Note}
	for i := range c.Breaks {
		events = append(events, &c.Breaks[i].Start, c.Breaks[i].End)
		notes = append(notes, c.Breaks[i].Note)
		if len(c.Breaks[i].ID) > maxCardID {
			return "a break's id is too long"
		}
	}
	for _, e := range events {
		if e == nil {
			continue
		}
		if e.At <= 0 || e.At > 1<<52 {
			return "a time is not one in milliseconds"
		}
		notes = append(notes, e.Note)
	}
	for _, n := range notes {
		if utf8.RuneCountInString(n) > wire.MaxCardNote {
			return fmt.Sprintf("a note is longer than %d characters", wire.MaxCardNote)
		}
	}
	return ""
}

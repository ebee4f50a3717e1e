package clock

import (
	"cmp"
	"slices"
	"strings"
)

// Part names a part of a card.
type Part string

// The parts of a card, in the order in which they are compared.
const (
	PartIn    Part = "in"
	PartBreak Part = "break"
	PartOut   Part = "out"
	PartNote  Part = "note"
)

// Said is what a card says in one part of it: of an event its time and note, of
// a break when it began and ended (0 while it lasts), of the note its text.
type Said struct {
	At    Instant `json:"at,omitempty"`
	Until Instant `json:"until,omitempty"`
	Note  string  `json:"note,omitempty"`
}

// Difference is a part that two cards do not say the same of. Was is what the
// first says, and Is what the second does; nil where it has no such part.
type Difference struct {
	Part Part  `json:"part"`
	Was  *Said `json:"was,omitempty"`
	Is   *Said `json:"is,omitempty"`
}

// Differences lists what a and b do not say the same of, in the order of a day;
// breaks are paired by their ids, or where one has none by their start. Either
// may be nil, for a card that is not there. What is not compared: ids, whether a
// stamp was made at the approved location, who confirmed, and when it changed.
func Differences(a, b *Card) []Difference {
	if a == nil {
		a = &Card{}
	}
	if b == nil {
		b = &Card{}
	}
	all := []Difference{{PartIn, a.In.said(), b.In.said()}}
	all = append(all, breakPairs(a.Breaks, b.Breaks)...)
	all = append(all, Difference{PartOut, a.Out.said(), b.Out.said()}, Difference{PartNote, noted(a.Note), noted(b.Note)})
	return slices.DeleteFunc(all, func(d Difference) bool { return d.Was == d.Is || d.Was != nil && d.Is != nil && *d.Was == *d.Is })
}

// Says reports whether c says the same as d, as Differences compares them.
func (c Card) Says(d Card) bool { return len(Differences(&c, &d)) == 0 }

// ConfirmedLike reports whether the same people confirmed c and d.
func (c Card) ConfirmedLike(d Card) bool {
	return c.ByPerson == d.ByPerson && c.BySupervisor == d.BySupervisor
}

// breakPairs gives the breaks of a beside those of b that are the same, by
// when they began, those of a first.
func breakPairs(a, b []Break) []Difference {
	left := slices.Clone(b)
	var pairs []Difference
	take := func(was Break, same func(Break) bool) bool {
		i := slices.IndexFunc(left, same)
		if i < 0 {
			return false
		}
		pairs = append(pairs, Difference{PartBreak, was.said(), left[i].said()})
		left = slices.Delete(left, i, i+1)
		return true
	}
	for _, pass := range []func(was, is Break) bool{
		func(was, is Break) bool { return was.ID != "" && was.ID == is.ID },
		func(was, is Break) bool { return (was.ID == "" || is.ID == "") && was.Start.At == is.Start.At },
	} {
		a = slices.DeleteFunc(slices.Clone(a), func(was Break) bool {
			return take(was, func(is Break) bool { return pass(was, is) })
		})
	}
	for _, was := range a {
		pairs = append(pairs, Difference{PartBreak, was.said(), nil})
	}
	for _, is := range left {
		pairs = append(pairs, Difference{PartBreak, nil, is.said()})
	}
	slices.SortStableFunc(pairs, func(x, y Difference) int { return cmp.Compare(x.began(), y.began()) })
	return pairs
}

// began is when a pair of breaks began.
func (d Difference) began() Instant {
	if d.Was != nil {
		return d.Was.At
	}
	return d.Is.At
}

func (e *Event) said() *Said {
	if e == nil {
		return nil
	}
	return &Said{At: e.At, Note: strings.TrimSpace(e.Note)}
}

func (b Break) said() *Said {
	s := &Said{At: b.Start.At}
	notes := []string{b.Note, b.Start.Note}
	if b.End != nil {
		s.Until, notes = b.End.At, append(notes, b.End.Note)
	}
	notes = slices.DeleteFunc(notes, func(n string) bool { return strings.TrimSpace(n) == "" })
	s.Note = strings.TrimSpace(strings.Join(notes, "\n"))
	return s
}

func noted(note string) *Said {
	if note = strings.TrimSpace(note); note == "" {
		return nil
	}
	return &Said{Note: note}
}

// Merge gives stands with what changed from seen to wanted put on it, where that
// changed other parts than those that changed from seen to stands: the clock-in,
// the breaks together, the clock-out and the note are the parts. ok is false
// when both changed the same part, and not alike, or when the result would not
// be in order; then a person has to choose.
func Merge(seen, stands, wanted Card) (merged Card, ok bool) {
	merged = stands
	ok = true
	pick := func(part Part, take func()) {
		theirs, mine, apart := parted(part, seen, stands), parted(part, seen, wanted), parted(part, stands, wanted)
		switch {
		case mine && theirs && apart:
			ok = false
		case mine && !theirs:
			take()
		}
	}
	pick(PartIn, func() { merged.In = wanted.In })
	pick(PartBreak, func() { merged.Breaks = wanted.Breaks })
	pick(PartOut, func() { merged.Out = wanted.Out })
	pick(PartNote, func() { merged.Note = wanted.Note })
	return merged, ok && len(merged.Faults(nil, forever)) == 0
}

// parted reports whether a and b differ in a part.
func parted(p Part, a, b Card) bool {
	return slices.ContainsFunc(Differences(&a, &b), func(d Difference) bool { return d.Part == p })
}

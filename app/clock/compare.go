package clock

import (
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
	return slices.DeleteFunc(Compared(a, b), Difference.Same)
}

// Same reports whether both cards say the same.
func (d Difference) Same() bool {
	return d.Was == d.Is || d.Was != nil && d.Is != nil && *d.Was == *d.Is
}

// Compared lists what a and b say in each part, as Differences does, those of
// which they say the same among them.
func Compared(a, b *Card) []Difference {
	if a == nil {
		a = &Card{}
	}
	if b == nil {
		b = &Card{}
	}
	all := []Difference{{PartIn, a.In.said(), b.In.said()}}
	all = append(all, breakPairs(a.Breaks, b.Breaks)...)
	return append(all, Difference{PartOut, a.Out.said(), b.Out.said()}, Difference{PartNote, noted(a.Note), noted(b.Note)})
}

// Says reports whether c says the same as d, as Differences compares them.
func (c Card) Says(d Card) bool { return len(Differences(&c, &d)) == 0 }

// ConfirmedLike reports whether the same people confirmed c and d.
func (c Card) ConfirmedLike(d Card) bool {
	return c.ByPerson == d.ByPerson && c.BySupervisor == d.BySupervisor
}

// breakPairs gives the breaks of a beside those of b that are the same, by when
// they began, those of a first.
func breakPairs(a, b []Break) []Difference {
	var pairs []Difference
	paired, taken := make([]bool, len(a)), make([]bool, len(b))
	for _, same := range []func(was, is Break) bool{
		func(was, is Break) bool { return was.ID != "" && was.ID == is.ID },
		func(was, is Break) bool { return (was.ID == "" || is.ID == "") && was.Start.At == is.Start.At },
	} {
		for i := range a {
			for j := range b {
				if !paired[i] && !taken[j] && same(a[i], b[j]) {
					paired[i], taken[j] = true, true
					pairs = append(pairs, Difference{PartBreak, a[i].said(), b[j].said()})
				}
			}
		}
	}
	for i := range a {
		if !paired[i] {
			pairs = append(pairs, Difference{PartBreak, a[i].said(), nil})
		}
	}
	for j := range b {
		if !taken[j] {
			pairs = append(pairs, Difference{PartBreak, nil, b[j].said()})
		}
	}
	for i := range pairs { // few, so the simplest sort that keeps equals in order
		for j := i; j > 0 && pairs[j].began() < pairs[j-1].began(); j-- {
			pairs[j], pairs[j-1] = pairs[j-1], pairs[j]
		}
	}
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
	for _, n := range notes {
		if n = strings.TrimSpace(n); n != "" && s.Note != "" {
			s.Note += "\n" + n
		} else if n != "" {
			s.Note = n
		}
	}
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
	for _, d := range Differences(&a, &b) {
		if d.Part == p {
			return true
		}
	}
	return false
}

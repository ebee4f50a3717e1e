package clock

import (
	"cmp"
	"slices"
)

// Stretch is the time from From up to, and not including, To.
type Stretch struct {
	From, To Instant
}

// Length is never negative: a stretch that ends before it begins has none.
func (s Stretch) Length() Span { return max(0, s.To.Sub(s.From)) }

// Contains reports whether t lies in s.
func (s Stretch) Contains(t Instant) bool { return s.From <= t && t < s.To }

// Split cuts s at each of the instants within it. The parts are in order, none
// is empty but that of an empty s, and they join without a gap.
func (s Stretch) Split(at ...Instant) []Stretch {
	cuts := slices.Clone(at)
	slices.Sort(cuts)
	var parts []Stretch
	for _, t := range slices.Compact(cuts) {
		if t > s.From && t < s.To {
			parts = append(parts, Stretch{s.From, t})
			s.From = t
		}
	}
	return append(parts, s)
}

// clip gives the part of s that lies within t.
func (s Stretch) clip(t Stretch) Stretch {
	return Stretch{From: max(s.From, t.From), To: min(s.To, t.To)}
}

// Presence is the time from clocking in to clocking out, breaks included; up
// to now while the card is open.
func (c Card) Presence(now Instant) Stretch {
	if c.In == nil {
		return Stretch{}
	}
	end := now
	if c.Out != nil {
		end = c.Out.At
	}
	return Stretch{From: c.In.At, To: max(c.In.At, end)}
}

// pauses gives the breaks of c within its presence, in order, none
// overlapping: a minute that two breaks claim is paused once. A break that was
// not ended lasts as long as the presence does.
func (c Card) pauses(now Instant) []Stretch {
	presence := c.Presence(now)
	all := make([]Stretch, 0, len(c.Breaks))
	for _, b := range c.Breaks {
		end := presence.To
		if b.End != nil {
			end = b.End.At
		}
		if p := (Stretch{b.Start.At, end}).clip(presence); p.Length() > 0 {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Stretch) int { return cmp.Compare(a.From, b.From) })
	return merge(all)
}

// merge joins what touches or overlaps in sorted.
func merge(sorted []Stretch) []Stretch {
	var out []Stretch
	for _, s := range sorted {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Paused is the time spent on breaks, up to now while one lasts.
func (c Card) Paused(now Instant) Span { return c.PausedIn(c.Presence(now), now) }

// PausedIn is the part of Paused that lies within s.
func (c Card) PausedIn(s Stretch, now Instant) Span {
	var sum Span
	for _, p := range c.pauses(now) {
		sum += p.clip(s).Length()
	}
	return sum
}

// Worked is presence without breaks, up to now while the card is open.
func (c Card) Worked(now Instant) Span { return c.WorkedIn(c.Presence(now), now) }

// WorkedIn is the part of Worked that lies within s. For stretches that cover
// a card without overlapping, the parts add up to Worked exactly.
func (c Card) WorkedIn(s Stretch, now Instant) Span {
	return c.Presence(now).clip(s).Length() - c.PausedIn(s, now)
}

// OpenFor is how long the card has been open at now, breaks included; nothing
// when it is not open.
func (c Card) OpenFor(now Instant) Span {
	if !c.Open() {
		return 0
	}
	return c.Presence(now).Length()
}

// Worked adds up the time worked on cards.
func Worked(cards []Card, now Instant) Span {
	var sum Span
	for _, c := range cards {
		sum += c.Worked(now)
	}
	return sum
}

// Paused adds up the breaks on cards.
func Paused(cards []Card, now Instant) Span {
	var sum Span
	for _, c := range cards {
		sum += c.Paused(now)
	}
	return sum
}

package state

import (
	"slices"

	"timeclock/app/clock"
)

// Shown gives the chosen team's cards with the presses not yet on them
// applied, as a person should see them at once. The Model is not changed.
func (m Model) Shown() []clock.Card {
	return apply(m.Cards, m.Presses, m.Team, m.Me.Person.ID)
}

// HistoryShown is Shown for the weeks that History reaches back to.
func (m Model) HistoryShown() []clock.Card {
	return apply(m.History.Cards, m.Presses, m.Team, m.Me.Person.ID)
}

// State tells where the person stands in the chosen team, waiting presses
// included; Unknown while no card was ever read.
func (m Model) State() clock.State {
	if m.Team == "" || m.AsOf == 0 {
		return clock.Unknown
	}
	return clock.StateOf(m.Shown())
}

// apply puts presses, the oldest first, onto copies of cards. A press that is
// on a card already, was rejected, or may not follow is left out.
func apply(cards []clock.Card, presses []Press, team, person string) []clock.Card {
	out := slices.Clone(cards)
	for _, p := range presses {
		if p.Team != team || p.Place == Rejected || recorded(cards, p) {
			continue
		}
		if _, err := clock.Steps(clock.StateOf(out), p.Kind); err != nil {
			continue
		}
		out = applyOne(out, p, person)
	}
	return out
}

func applyOne(cards []clock.Card, p Press, person string) []clock.Card {
	event := &clock.Event{At: p.At, Note: p.Note}
	if p.Kind == clock.ClockIn {
		return append(cards, clock.Card{ID: p.ID, Team: p.Team, Person: person, In: event})
	}
	c := clock.Current(cards)
	c.Breaks = slices.Clone(c.Breaks)
	switch p.Kind {
	case clock.StartBreak:
		c.Breaks = append(c.Breaks, clock.Break{ID: p.ID, Start: *event})
	case clock.EndBreak:
		c.OpenBreak().End = event
	case clock.ClockOut:
		if b := c.OpenBreak(); b != nil {
			b.End = event
		}
		c.Out = event
	}
	return cards
}

// How far the time on a card may lie from the time of the press, beyond its
// bound: Graph stamps a press that arrives within some seconds by itself.
const (
	before = 5 * clock.Second
	after  = 15 * clock.Second
)

// recorded reports whether an event that can only be p's stands on a card.
func recorded(cards []clock.Card, p Press) bool {
	for _, c := range cards {
		for _, at := range eventsOf(c, p.Kind) {
			if at == p.Recorded || p.Recorded == 0 && at >= p.At.Add(-p.Bound-before) && at <= p.At.Add(p.Bound+after) {
				return true
			}
		}
	}
	return false
}

// eventsOf lists the times of all events of one kind on c.
func eventsOf(c clock.Card, k clock.Kind) []clock.Instant {
	var at []clock.Instant
	switch {
	case k == clock.ClockIn && c.In != nil:
		at = append(at, c.In.At)
	case k == clock.ClockOut && c.Out != nil:
		at = append(at, c.Out.At)
	}
	for _, b := range c.Breaks {
		if k == clock.StartBreak {
			at = append(at, b.Start.At)
		}
		if k == clock.EndBreak && b.End != nil {
			at = append(at, b.End.At)
		}
	}
	return at
}

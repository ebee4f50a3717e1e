package state

import "timeclock/app/clock"

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
// on a card already, was rejected, is disputed, or may not follow is left out.
func apply(cards []clock.Card, presses []Press, team, person string) []clock.Card {
	out := cards
	for _, p := range presses {
		if p.Team != team || p.Place == Rejected || p.Place == Disputed || recorded(cards, p) {
			continue
		}
		next, err := clock.ApplyPress(out, team, person, clock.Press{Kind: p.Kind, At: p.When(), Note: p.Note})
		if err != nil {
			continue // it waits for the server to say so too
		}
		if p.Kind == clock.ClockIn {
			next[len(next)-1].ID = p.ID
		}
		out = next
	}
	return out
}

// How far the time on a card may lie from the time of the press that made it,
// where the receipt does not tell: Graph itself stamps a press that arrives
// within some seconds. Of the bound only a little is taken, lest the break
// before be taken for this one.
const (
	before   = 5 * clock.Second
	after    = 15 * clock.Second
	boundMax = 2 * clock.Second
)

// recorded reports whether an event that can only be p's stands on a card.
func recorded(cards []clock.Card, p Press) bool {
	bound := min(p.Bound, boundMax)
	from, to := p.When().Add(-bound-before), p.When().Add(bound+after)
	for _, c := range cards {
		for _, at := range eventsOf(c, p.Kind) {
			if at == p.Recorded || p.Recorded == 0 && at >= from && at <= to {
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

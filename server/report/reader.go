package report

import (
	"context"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
)

// Card is a card as a report needs it.
type Card struct {
	clock.Card
	Name   string // of its person, where the card tells; empty where not
	Edited bool   // its times are not those that were pressed, as far as Graph tells
}

// Reader reads a team's attendance.
type Reader interface {
	// Cards lists the cards of a team that began within s, of everybody or of
	// the person with this id in Graph, in no order and each once. progress is
	// told after each call how many there are. The list is complete, or there is
	// an error.
	Cards(ctx context.Context, who graph.Caller, team, person string, s clock.Stretch, progress func(cards int)) ([]Card, error)
	// Shifts lists the shifts of a team that touch s, by the person's id in
	// Graph in lower case, under the same terms.
	Shifts(ctx context.Context, who graph.Caller, team string, s clock.Stretch, progress func(shifts int)) (map[string][]clock.Stretch, error)
}

// Walker hands lists on page by page; it is Graph.
type Walker interface {
	WalkCards(ctx context.Context, who graph.Caller, team string, f graph.Filter, each func(page []graph.TimeCard, more bool) error) error
	WalkShifts(ctx context.Context, who graph.Caller, team string, from, to clock.Instant, each func(page []graph.Shift, more bool) error) error
}

// Pace is how long a reading waits between two calls. Graph lets four calls a
// second pass for a team, and those who press are not to wait for a report.
const Pace = 500 * time.Millisecond

// FromGraph is a Reader of Graph. Both fields are required, Pace but for tests.
type FromGraph struct {
	Graph Walker
	Pace  time.Duration
}

var _ Reader = FromGraph{}

// Cards implements Reader. A list that changes while it is read may show a card
// twice; the one that was read last counts.
func (g FromGraph) Cards(ctx context.Context, who graph.Caller, team, person string, s clock.Stretch, progress func(int)) ([]Card, error) {
	var all []Card
	place := map[string]int{}
	err := g.Graph.WalkCards(ctx, who, team, graph.Filter{Person: person, From: s.From, To: s.To}, func(page []graph.TimeCard, more bool) error {
		for _, t := range page {
			i, again := place[t.ID]
			if !again {
				i = len(all)
				place[t.ID], all = i, append(all, Card{})
			}
			all[i] = cardOf(team, t)
		}
		progress(len(all))
		return g.pause(ctx, more)
	})
	return all, err
}

// cardOf gives what a report needs of a card, and nothing that holds the rest of
// it in memory.
func cardOf(team string, t graph.TimeCard) Card {
	return Card{Card: t.Clock(team), Name: t.Worker(), Edited: edited(t)}
}

// edited reports whether the times on a card are others than the actions
// recorded. On a card that was made whole Graph keeps none of these.
func edited(t graph.TimeCard) bool {
	was := t.OriginalEntry
	if was == nil || was.ClockIn == nil {
		return false
	}
	before := graph.TimeCard{ClockIn: was.ClockIn, ClockOut: was.ClockOut, Breaks: was.Breaks}
	return !before.Clock("").SameTimes(t.Clock(""))
}

// Shifts implements Reader.
func (g FromGraph) Shifts(ctx context.Context, who graph.Caller, team string, s clock.Stretch, progress func(int)) (map[string][]clock.Stretch, error) {
	all, n := map[string][]clock.Stretch{}, 0
	err := g.Graph.WalkShifts(ctx, who, team, s.From, s.To, func(page []graph.Shift, more bool) error {
		for _, shift := range page {
			person := strings.ToLower(shift.UserID)
			all[person] = append(all[person], clock.Stretch{From: shift.Start, To: shift.End})
		}
		n += len(page)
		progress(n)
		return g.pause(ctx, more)
	})
	return all, err
}

// pause waits before the next call, if there is one.
func (g FromGraph) pause(ctx context.Context, more bool) error {
	if !more {
		return nil
	}
	timer := time.NewTimer(g.Pace)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

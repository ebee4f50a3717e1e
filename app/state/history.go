package state

import (
	"cmp"
	"context"
	"slices"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// How far one step of history reaches, and how far back the cards of every
// answer surely do.
const (
	stepBack = 35 * 24 * clock.Hour
	surely   = 30 * 24 * clock.Hour
)

// Older reads five more weeks of history, or the first five. While one
// reading is under way it does nothing.
func (s *Store) Older() {
	ctx, epoch := s.life()
	now := s.Now()
	var team string
	var from, to clock.Instant
	s.change(func(m *Model) {
		if m.Team == "" || m.History.Loading || m.Phase != Ready {
			return
		}
		m.History.Loading, m.History.Trouble = true, ""
		team, to = m.Team, m.History.From
		if to == 0 {
			to = now.Add(24 * clock.Hour)
		}
		from = min(to, now).Add(-stepBack)
	})
	if team != "" {
		go s.older(ctx, epoch, team, clock.Stretch{From: from, To: to})
	}
}

func (s *Store) older(ctx context.Context, epoch int, team string, span clock.Stretch) {
	answer, err := s.Server.Cards(ctx, team, span.From, span.To)
	code := client.CodeOf(err)
	s.change(func(m *Model) {
		if s.epoch != epoch || ctx.Err() != nil {
			return
		}
		h := &m.History
		h.Loading, h.Trouble = false, code
		if err != nil {
			return
		}
		h.Trouble, h.AsOf, h.From = answer.Stale, answer.AsOf, span.From
		h.Cards = join(h.Cards, answer.Cards)
		h.recent(m.Cards, m.AsOf)
	})
	if code == wire.CodeSignedOut {
		s.read(want{})
	}
}

// recent brings the latest weeks up to the cards that were just read, cards
// that are no more included.
func (h *History) recent(cards []clock.Card, asOf clock.Instant) {
	if h.From == 0 || asOf == 0 || asOf < h.AsOf {
		return
	}
	have := map[string]bool{}
	for _, c := range cards {
		have[c.ID] = true
	}
	kept := slices.DeleteFunc(slices.Clone(h.Cards), func(c clock.Card) bool {
		return !have[c.ID] && c.In != nil && c.In.At >= asOf.Add(-surely)
	})
	within := slices.DeleteFunc(slices.Clone(cards), func(c clock.Card) bool {
		return c.In == nil || c.In.At < h.From
	})
	h.Cards, h.AsOf = join(kept, within), asOf
}

// join gives all cards, each once, in order; where both have one, the newer's.
func join(older, newer []clock.Card) []clock.Card {
	byID := map[string]clock.Card{}
	for _, c := range older {
		byID[c.ID] = c
	}
	for _, c := range newer {
		byID[c.ID] = c
	}
	all := make([]clock.Card, 0, len(byID))
	for _, c := range byID {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b clock.Card) int {
		return cmp.Or(cmp.Compare(began(a), began(b)), cmp.Compare(a.ID, b.ID))
	})
	return all
}

func began(c clock.Card) clock.Instant {
	if c.In == nil {
		return 0
	}
	return c.In.At
}

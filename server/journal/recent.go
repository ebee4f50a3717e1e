package journal

import (
	"errors"
	"slices"
	"sync"

	"timeclock/app/clock"
)

// errBehind: Graph answered from a copy that is behind.
var errBehind = errors.New("cards do not show yet what is on them")

// recent is what this process has put on cards so lately that Graph may not
// show it yet. The zero value is empty; safe for use by several goroutines.
type recent struct {
	mu    sync.Mutex
	last  map[string]Entry // the last press of each person
	order []Entry          // the same and those overtaken, oldest first
}

// put notes a press that was delivered, and forgets those delivered before old.
func (r *recent) put(e Entry, old clock.Instant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.order) > 0 && r.order[0].Delivered < old {
		if gone := r.order[0]; r.last[gone.Person].ID == gone.ID {
			delete(r.last, gone.Person)
		}
		r.order = r.order[1:]
	}
	if r.last == nil {
		r.last = map[string]Entry{}
	}
	r.last[e.Person] = e
	r.order = append(r.order, e)
}

// missing reports whether the cards, read for a press, lack the one that was
// delivered before it, at old or later.
func (r *recent) missing(e Entry, cards []clock.Card, old clock.Instant) bool {
	r.mu.Lock()
	last, ok := r.last[e.Person]
	r.mu.Unlock()
	if !ok || last.Team != e.Team || last.Delivered < old {
		return false
	}
	return !slices.ContainsFunc(cards, func(c clock.Card) bool {
		return c.ID == last.Card && slices.Contains(c.Stamps(last.Kind), last.Recorded)
	})
}

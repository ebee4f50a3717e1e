package roster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
)

// formerFor is how far back cards are looked for of somebody who has left.
const formerFor = 366 * 24 * clock.Hour

// Holdings answers which cards a team holds; it is Graph.
type Holdings interface {
	WalkCards(ctx context.Context, who graph.Caller, team string, f graph.Filter, each func(page []graph.TimeCard, more bool) error) error
}

// Former tells who has left a team that still holds cards of theirs, since
// somebody has to answer for their last hours. It goes by the cards alone, and is
// asked for those of whom it is known that they are not in the team. All fields are
// required; safe for use by several goroutines.
type Former struct {
	Graph Holdings
	Now   func() time.Time

	mu    sync.Mutex
	found map[membership]leaver // protected by mu
}

// leaver is somebody who has left, as found at a time.
type leaver struct {
	wire.Person
	at clock.Instant
}

// Person gives the person with this id in Graph when the team holds a card of
// theirs of the last year; the name is empty where the cards do not tell it. The
// error wraps ErrNotMember when there is none; any other error means that it could
// not be learned.
func (f *Former) Person(ctx context.Context, who graph.Caller, team, user string) (wire.Person, error) {
	key, now := membership{team, strings.ToLower(user)}, clock.At(f.Now())
	if p, ok := f.kept(key, now); ok {
		return p, nil
	}
	p, err := f.look(ctx, who, team, graph.Filter{Person: user, From: now.Add(-formerFor)})
	if err != nil {
		return wire.Person{}, fmt.Errorf("look for cards of who left team %s: %w", team, err)
	}
	if p.ID == "" {
		return wire.Person{}, fmt.Errorf("team %q: %w", team, ErrNotMember)
	}
	f.keep(key, leaver{p, now})
	return p, nil
}

// look reads cards until one names the person, or there are no more.
func (f *Former) look(ctx context.Context, who graph.Caller, team string, filter graph.Filter) (wire.Person, error) {
	var p wire.Person
	enough := errors.New("enough is read")
	err := f.Graph.WalkCards(ctx, who, team, filter, func(page []graph.TimeCard, _ bool) error {
		for _, c := range page {
			p.ID, p.Name = c.UserID, cmp.Or(p.Name, c.Worker())
		}
		if p.Name != "" {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) || errors.Is(err, graph.ErrNotFound) || errors.Is(err, graph.ErrInvalid) { // no such team, or no id
		return p, nil
	}
	return p, err
}

func (f *Former) kept(key membership, now clock.Instant) (wire.Person, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l, ok := f.found[key]
	return l.Person, ok && now.Sub(l.at) < clock.Of(memberFor)
}

// keep notes who was found, and forgets what is no longer taken for true.
func (f *Former) keep(key membership, l leaver) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found == nil {
		f.found = map[membership]leaver{}
	}
	for k, old := range f.found {
		if l.at.Sub(old.at) >= clock.Of(memberFor) {
			delete(f.found, k)
		}
	}
	f.found[key] = l
}

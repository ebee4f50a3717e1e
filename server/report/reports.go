package report

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
)

const (
	// keptFor is how long a report is kept for a file to be made of it.
	keptFor = 5 * time.Minute
	// keptCards bounds the reports kept together, by the cards in them: about
	// half a kilobyte each.
	keptCards = 100_000
	// longest bounds one reading.
	longest = 15 * time.Minute
	// beat is how often somebody who waits is told how far it is, though it may
	// be where it was.
	beat = 5 * time.Second
)

// Reports makes reports and keeps them for a while. Several that ask for one at
// once share a reading, which ends when the last of them leaves; readings of a
// team are made one after the other. All fields are required; safe for use by several
// goroutines.
type Reports struct {
	Reader Reader
	// Members lists those of a team, as far as they are known.
	Members   func(team string) []wire.Person
	Confirmed Confirmations
	Rules     clock.Rules
	Now       func() time.Time
	Log       *slog.Logger

	mu      sync.Mutex // protects what follows
	kept    map[key]kept
	flights map[key]*flight
	turns   map[string]chan struct{} // by team: holds one while it is read
}

// Confirmations tells what was confirmed here; it is the store of the journal.
type Confirmations interface {
	// Confirmed lists the confirmations of cards of a team that were delivered at
	// since or later, the oldest first.
	Confirmed(ctx context.Context, team string, since clock.Instant) ([]journal.Entry, error)
}

// Ask is what somebody asks for.
type Ask struct {
	Period Period
	// Viewer is the person who asks, by any id that is theirs alone; Caller is
	// how Graph is asked for them.
	Viewer string
	Caller graph.Caller
	// Person is whose hours alone are asked for; nobody for the whole team's. ID
	// is the id in Graph. Shifts are then not looked at.
	Person wire.Person
	Fresh  bool // what is kept is not wanted
}

// key tells what may be shared.
type key struct {
	team, viewer, person string
	from, to             clock.Date
}

// Get gives the report. It is shared and must not be changed. progress is told
// how far the reading is, from the calling goroutine; not at all when the report
// is kept.
func (r *Reports) Get(ctx context.Context, a Ask, progress func(wire.ReportProgress)) (*wire.Report, error) {
	k := key{a.Period.Team.ID, a.Viewer, strings.ToLower(a.Person.ID), a.Period.From, a.Period.To}
	f, made := r.join(ctx, k, a)
	if made != nil {
		return made, nil
	}
	defer r.leave(k, f)
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		at, changed := f.look()
		progress(at)
		select {
		case <-f.done:
			return f.report, f.err
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// join gives the report that is kept, or else the reading under way, begun if
// there is none.
func (r *Reports) join(ctx context.Context, k key, a Ask) (*flight, *wire.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	if made, ok := r.kept[k]; ok && !a.Fresh {
		return nil, made.report
	}
	if f := r.flights[k]; f != nil {
		f.watchers++
		return f, nil
	}
	if r.flights == nil {
		r.flights, r.kept, r.turns = map[key]*flight{}, map[key]kept{}, map[string]chan struct{}{}
	}
	if r.turns[k.team] == nil {
		r.turns[k.team] = make(chan struct{}, 1)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	f := &flight{watchers: 1, cancel: cancel, done: make(chan struct{}), changed: make(chan struct{})}
	r.flights[k] = f
	go r.fly(ctx, k, f, r.turns[k.team], a)
	return f, nil
}

// leave counts a watcher out; a reading that nobody waits for ends.
func (r *Reports) leave(k key, f *flight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.watchers--; f.watchers == 0 {
		f.cancel()
		r.land(k, f)
	}
}

// land takes a reading out of those under way. The caller holds mu.
func (r *Reports) land(k key, f *flight) {
	if r.flights[k] == f {
		delete(r.flights, k)
	}
}

// fly reads, makes the report and keeps it.
func (r *Reports) fly(ctx context.Context, k key, f *flight, turn chan struct{}, a Ask) {
	defer f.cancel()
	select {
	case turn <- struct{}{}:
		f.report, f.err = r.read(ctx, a, f)
		<-turn
	case <-ctx.Done():
		f.err = ctx.Err()
	}
	if errors.Is(f.err, context.DeadlineExceeded) {
		f.err = fmt.Errorf("%w: %w", graph.ErrTimeout, f.err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.err == nil {
		r.keep(k, f.report)
	}
	r.land(k, f)
	close(f.done)
}

// kept is a report and when it was made.
type kept struct {
	report *wire.Report
	made   clock.Instant
}

// keep keeps a report, and gives up the oldest ones where that is too much. The
// caller holds mu.
func (r *Reports) keep(k key, made *wire.Report) {
	r.kept[k] = kept{made, clock.At(r.Now())}
	for {
		cards, oldest := 0, k
		for other, one := range r.kept {
			cards += one.report.Total.Cards
			if one.made < r.kept[oldest].made {
				oldest = other
			}
		}
		if cards <= keptCards || oldest == k {
			return
		}
		delete(r.kept, oldest)
	}
}

// forget gives up what was made too long ago. The caller holds mu.
func (r *Reports) forget() {
	now := clock.At(r.Now())
	for k, one := range r.kept {
		if now.Sub(one.made) >= clock.Of(keptFor) {
			delete(r.kept, k)
		}
	}
}

// read reads what the report is made of, and makes it.
func (r *Reports) read(ctx context.Context, a Ask, f *flight) (*wire.Report, error) {
	m := Material{Period: a.Period, Rules: r.Rules, AsOf: clock.At(r.Now())}
	s, team, err := a.Period.reading(), a.Period.Team.ID, error(nil)
	f.tell(func(p *wire.ReportProgress) { p.Reading = readingCards })
	m.Cards, err = r.Reader.Cards(ctx, a.Caller, team, a.Person.ID, s, func(n int) {
		f.tell(func(p *wire.ReportProgress) { p.Calls, p.Cards = p.Calls+1, n })
	})
	if err != nil {
		return nil, fmt.Errorf("read cards of team %s: %w", team, err)
	}
	if a.Person.ID != "" {
		m.Members, m.Rules = []wire.Person{a.Person}, unplanned(m.Rules)
		return Build(m), nil
	}
	m.Members = r.Members(team)
	f.tell(func(p *wire.ReportProgress) { p.Reading = readingShifts })
	m.Shifts, err = r.Reader.Shifts(ctx, a.Caller, team, s, func(n int) {
		f.tell(func(p *wire.ReportProgress) { p.Calls, p.Shifts = p.Calls+1, n })
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		r.Log.WarnContext(ctx, "shifts not read for a report", "team", team, "err", err)
		m.Shifts, m.ShiftsStale = nil, fault.Code(err)
	}
	if m.Confirmed, err = r.confirmed(ctx, team, s); err != nil {
		return nil, err
	}
	return Build(m), nil
}

// confirmed gives cards as they stood when somebody confirmed them here last. One
// that began in s was confirmed after that.
func (r *Reports) confirmed(ctx context.Context, team string, s clock.Stretch) (map[string]clock.Card, error) {
	entries, err := r.Confirmed.Confirmed(ctx, team, s.From)
	if err != nil {
		return nil, fmt.Errorf("%w: read confirmations of team %s: %w", mirror.ErrStore, team, err)
	}
	cards := map[string]clock.Card{}
	for _, e := range entries {
		if stood := e.Change.Outcome(true); stood != nil {
			cards[e.Card] = *stood
		}
	}
	return cards, nil
}

// unplanned gives the rules that hold without knowing of shifts.
func unplanned(r clock.Rules) clock.Rules {
	r.Late, r.LeftEarly, r.Unscheduled = -1, -1, false
	return r
}

// What is being read, as wire.ReportProgress says it.
const (
	readingCards  = "cards"
	readingShifts = "shifts"
)

// flight is a reading under way.
type flight struct {
	watchers int // protected by Reports.mu
	cancel   context.CancelFunc
	done     chan struct{} // closed when report or err stands
	report   *wire.Report
	err      error

	mu      sync.Mutex // protects what follows
	at      wire.ReportProgress
	changed chan struct{} // closed when at has changed
}

// look gives how far the reading is, and what is closed when that changes.
func (f *flight) look() (wire.ReportProgress, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at, f.changed
}

// tell changes how far it is.
func (f *flight) tell(change func(*wire.ReportProgress)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.at)
	close(f.changed)
	f.changed = make(chan struct{})
}

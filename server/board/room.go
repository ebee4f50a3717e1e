package board

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/mirror"
	"timeclock/server/watch"
)

const (
	// gather is how long changes are gathered into one telling.
	gather = 100 * time.Millisecond
	// few is how many people are looked up one by one; for more the whole team
	// is.
	few = 25
	// most is how many bytes of rows are told at once; a browser takes 64 KiB, and
	// whoever watches keeps few tellings (watch.Hub).
	most = 32 << 10
	// within bounds how long rows may take to be worked out.
	within = 10 * time.Second
)

// news is that something about a team has changed: of a person, by the id in
// Graph in lower case, of anybody, or that the team or its shifts were read.
type news struct {
	Person string        `json:"person,omitempty"`
	All    bool          `json:"all,omitempty"`
	Shifts bool          `json:"shifts,omitempty"` // were read; then All is set too
	AsOf   clock.Instant `json:"asOf,omitempty"`
	Stale  wire.Code     `json:"stale,omitempty"`
}

// room is where those who watch a team meet.
type room struct {
	team     wire.Team
	watchers int
	out      watch.Hub[wire.BoardChanged]
	leave    context.CancelFunc

	// What follows is for listen alone.
	shown map[string]wire.Row // as told last, by person
}

// Watch gives what changes on the board of a team from now on, as watch.Hub does.
// stop must be called.
func (b *Boards) Watch(team wire.Team) (told <-chan wire.BoardChanged, stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, ok := b.rooms[team.ID]
	if !ok {
		r = b.open(team)
	}
	r.watchers++
	told, quiet := r.out.Watch(team.ID)
	return told, func() {
		quiet()
		b.mu.Lock()
		defer b.mu.Unlock()
		if r.watchers--; r.watchers == 0 {
			r.leave()
			delete(b.rooms, team.ID)
		}
	}
}

// open needs the lock.
func (b *Boards) open(team wire.Team) *room {
	ctx, leave := context.WithCancel(context.Background())
	r := &room{team: team, leave: leave, shown: map[string]wire.Row{}}
	if b.rooms == nil {
		b.rooms = map[string]*room{}
	}
	b.rooms[team.ID] = r
	heard, quiet := b.news.Watch(team.ID)
	go b.listen(ctx, r, heard, quiet)
	return r
}

// Tell notes that something about a person, by the id in Graph, has changed in a
// team. It does not block.
func (b *Boards) Tell(team, person string) {
	b.news.Tell(team, news{Person: strings.ToLower(person)})
}

// TellRead notes that the cards of a team were read, which tells something new of
// everybody if it is for the first time, or why not. It does not block.
func (b *Boards) TellRead(team string, asOf clock.Instant, first bool, err error) {
	n := news{AsOf: asOf, All: first}
	if err != nil {
		n.Stale = fault.Code(err)
	}
	b.news.Tell(team, n)
}

// TellShifts notes that the shifts of a team were read, which may change anybody's
// row. It does not block.
func (b *Boards) TellShifts(team string) { b.news.Tell(team, news{All: true, Shifts: true}) }

// Join lets those who watch here hear of what other processes see, and the other
// way round. It is called once, before b is used.
func (b *Boards) Join(r watch.Relay) { b.news.Join(r, "boards") }

// listen tells those in a room what changes, until the last has left.
func (b *Boards) listen(ctx context.Context, r *room, heard <-chan news, quiet func()) {
	defer func() { quiet() }()
	for ctx.Err() == nil {
		var next change
		var gathered <-chan time.Time
		for done := false; !done; {
			select {
			case n, all := <-heard:
				if !all { // hear what comes from now on, then look at everything
					heard, quiet = b.news.Watch(r.team.ID)
				}
				next.add(n, all)
				if gathered == nil {
					gathered = time.After(gather)
				}
			case <-gathered:
				done = true
			case <-ctx.Done():
				return
			}
		}
		b.tell(ctx, r, next)
	}
}

// change is what was heard together.
type change struct {
	people map[string]bool
	all    bool // something was missed
	shifts bool // were read
	read   news
}

func (c *change) add(n news, heard bool) {
	c.all = c.all || !heard || n.All
	c.shifts = c.shifts || n.Shifts
	if n.AsOf != 0 || n.Stale != "" {
		c.read = n
	}
	if n.Person == "" {
		return
	}
	if c.people == nil {
		c.people = map[string]bool{}
	}
	c.people[n.Person] = true
}

// tell works out the rows that a change is about, and tells those that differ
// from what was told last.
func (b *Boards) tell(ctx context.Context, r *room, c change) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	told := wire.BoardChanged{Team: r.team.ID, Gone: b.gone(r, c), AsOf: c.read.AsOf, Stale: c.read.Stale}
	if c.shifts && b.Shifts.Lately(r.team.ID) { // here, and not by another process alone
		told.ShiftsRead = clock.At(b.Now())
	}
	rows, err := b.changed(ctx, r, c)
	if err != nil {
		b.Log.WarnContext(ctx, "changes of a board not worked out", "team", r.team.ID, "err", err)
		told.All = true
	}
	rows = slices.DeleteFunc(rows, func(row wire.Row) bool {
		was, known := r.shown[row.Person.ID]
		r.shown[row.Person.ID] = row
		was.At = row.At
		return known && reflect.DeepEqual(was, row)
	})
	for len(rows) > 0 {
		n := fitting(rows)
		r.out.Tell(r.team.ID, wire.BoardChanged{Team: r.team.ID, Rows: rows[:n]})
		rows = rows[n:]
	}
	if told.AsOf != 0 || told.Stale != "" || told.All || told.ShiftsRead != 0 || len(told.Gone) > 0 {
		r.out.Tell(r.team.ID, told)
	}
}

// gone lists those of whom something has changed who have no row.
func (b *Boards) gone(r *room, c change) []string {
	if len(c.people) == 0 {
		return nil
	}
	left := maps.Clone(c.people)
	for _, m := range b.Supervisors.Kept(r.team.ID) {
		delete(left, strings.ToLower(m.UserID))
	}
	return slices.Sorted(maps.Keys(left))
}

// fitting gives how many of the first rows can be told at once, at least one.
func fitting(rows []wire.Row) int {
	size := 0
	for i := range rows {
		text, err := json.Marshal(rows[i])
		if size += len(text) + 1; i > 0 && (err != nil || size > most) {
			return i
		}
	}
	return len(rows)
}

// changed gives the rows that a change is about.
func (b *Boards) changed(ctx context.Context, r *room, c change) ([]wire.Row, error) {
	members, at := b.Supervisors.Kept(r.team.ID), clock.At(b.Now())
	if c.all || len(c.people) > few {
		s, err := b.Mirror.KnownTeam(ctx, mirror.TeamKey{Team: r.team.ID, Since: b.today(r.team).From})
		if err != nil {
			return nil, err
		}
		return b.rows(ctx, r.team, members, s, at)
	}
	if len(c.people) == 0 {
		return nil, nil
	}
	members = slices.DeleteFunc(members, func(m graph.Member) bool { return !c.people[strings.ToLower(m.UserID)] })
	s := mirror.TeamSnapshot{}
	for _, m := range members {
		of, err := b.Mirror.KnownOf(ctx, mirror.TeamKey{Team: r.team.ID, Since: b.today(r.team).From}, m.UserID)
		if err != nil {
			return nil, err
		}
		s.Cards, s.AsOf = append(s.Cards, of.Cards...), of.AsOf
	}
	return b.rows(ctx, r.team, members, s, at)
}

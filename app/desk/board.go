package desk

import (
	"context"
	"slices"
	"time"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Board is a team as it is now.
type Board struct {
	Rows []*Row // by name; a row that changed is another one
	// AsOf is when Graph was read last; 0 for never.
	AsOf    clock.Instant
	Loading bool
	// Live says that changes are heard as they happen.
	Live bool
	// Trouble is why the board could not be read; Stale why nothing newer than
	// AsOf could be, and ShiftsStale why shifts are missing.
	Trouble            wire.Problem
	Stale, ShiftsStale wire.Code

	// shiftsRead is when it was told last that shifts were read.
	shiftsRead clock.Instant

	early early
	at    map[string]int // where in Rows somebody's is, by id
}

// early is what was told while the first answer was on its way, which may be older.
type early struct {
	rows map[string]wire.Row // by person
	read wire.BoardChanged   // that Graph was read, if it was
}

// Row is one person on a Board.
type Row struct {
	wire.Row
	folded string // the name, as searches compare it
}

// Read reports whether there is anything to show.
func (b Board) Read() bool { return b.Rows != nil }

// Between events that tell of so many rows or more, the browser is left time to draw.
const (
	manyRows = 10
	breath   = 30 * time.Millisecond
)

// Refresh reads the board anew, from Graph itself.
func (s *Store) Refresh() { go s.readBoard(true) }

// readBoard reads the board, and with it what the people of the team have to
// decide.
func (s *Store) readBoard(fresh bool) {
	ctx, epoch := s.life()
	team := s.Model().Team
	s.within(epoch, func(m *Model) { m.Board.Loading = true })
	b, err := s.Server.Board(ctx, team, fresh)
	s.within(epoch, func(m *Model) {
		m.Board.Loading = false
		switch {
		case client.CodeOf(err) == wire.CodeSignedOut:
			s.leave(m)
		case err != nil:
			m.Board.Trouble = *client.ProblemOf(err)
		default:
			s.showBoard(m, b)
		}
	})
	if err != nil {
		return
	}
	if list, err := s.Server.Conflicts(ctx, team); err == nil {
		s.within(epoch, func(m *Model) { m.Conflicts = list.Open })
	}
}

func (s *Store) showBoard(m *Model, b wire.Board) {
	before := m.Board
	rows, at := make([]*Row, len(b.Rows)), make(map[string]int, len(b.Rows))
	for i, r := range b.Rows {
		at[r.Person.ID] = i
		if told := m.Board.early.rows[r.Person.ID]; told.At > r.At {
			r = told
		}
		rows[i] = later(before.rowOf(r.Person.ID), &Row{Row: r, folded: s.Fold(r.Person.Name)})
	}
	m.Board.Rows, m.Board.at = rows, at
	m.Board.Trouble, m.Board.Loading = wire.Problem{}, b.Reading
	m.Board.Stale, m.Board.ShiftsStale = b.Stale, b.ShiftsStale
	if m.Board.shiftsRead >= b.Now {
		m.Board.ShiftsStale = ""
	}
	m.Board.AsOf = max(m.Board.AsOf, b.AsOf)
	if b.Reading {
		m.Board.heardRead(m.Board.early.read) // it has ended
	}
	m.Board.early = early{}
	m.Chosen = stillThere(m.Chosen, rows)
}

// rowOf gives the row of whoever has that id; nil when there is none.
func (b Board) rowOf(id string) *Row {
	if i, ok := b.at[id]; ok {
		return b.Rows[i]
	}
	return nil
}

// later gives of two rows of a person the one that was worked out later: an
// event may overtake an answer. before may be nil.
func later(before, r *Row) *Row {
	if before != nil && before.At > r.At {
		return before
	}
	return r
}

// stillThere keeps of the chosen those who have a row.
func stillThere(chosen map[string]bool, rows []*Row) map[string]bool {
	kept := map[string]bool{}
	for _, r := range rows {
		if chosen[r.Person.ID] {
			kept[r.Person.ID] = true
		}
	}
	return kept
}

// Pause is called when the page cannot be seen any more: nothing is listened
// for. Resume is called when it can: the board is read, for what happened
// meanwhile was missed.
func (s *Store) Pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = true
	s.deafen()
	s.model.Board.Live = false
}

// Resume is told of at Pause.
func (s *Store) Resume() {
	s.mu.Lock()
	back := s.hidden
	s.hidden = false
	phase := s.model.Phase
	s.mu.Unlock()
	switch {
	case phase == Ready && back:
		s.listen() // which reads the board when it has begun
	case phase == SignedOut || phase == Broken:
		s.Retry()
	}
}

// listen hears what happens in the team while the page can be seen.
func (s *Store) listen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil || s.hidden || s.model.Phase != Ready {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.stop = cancel
	team, epoch := s.model.Team, s.epoch
	go s.turnDays(ctx)
	go func() {
		err := s.Server.Watch(ctx, team, func(e client.DeskEvent) {
			if e.Opened && s.Model().Board.Read() {
				s.catchUp()
			}
			s.within(epoch, func(m *Model) { s.event(m, e) })
			if e.Board != nil && len(e.Board.Rows) >= manyRows {
				time.Sleep(breath)
			}
		})
		if ctx.Err() == nil && client.CodeOf(err) == wire.CodeSignedOut {
			s.change(s.leave)
		}
	}()
}

// catchUp reads anew all that is shown, since something that happened was not heard.
func (s *Store) catchUp() {
	go s.readBoard(false)
	s.readAgain()
}

// deafen ends listening. It needs the lock.
func (s *Store) deafen() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

func (s *Store) event(m *Model, e client.DeskEvent) {
	switch {
	case e.Opened:
		m.Board.Live = true
	case e.Act != nil:
		m.Behalf = m.Behalf.heard(*e.Act)
	case e.Board.All:
		go s.catchUp()
	default:
		s.moved(m, *e.Board)
		s.changeRows(m, *e.Board)
	}
}

// changeRows puts rows that changed in place of those before. Somebody who has
// none yet has come to the team, and the board is read for their place in it.
func (s *Store) changeRows(m *Model, c wire.BoardChanged) {
	if c.ShiftsRead != 0 {
		m.Board.shiftsRead, m.Board.ShiftsStale = c.ShiftsRead, ""
	}
	if !m.Board.Read() {
		m.Board.early.hear(c)
		return
	}
	rows := slices.Clone(m.Board.Rows)
	for _, r := range c.Rows {
		i, known := m.Board.at[r.Person.ID]
		if !known {
			go s.readBoard(false)
			continue
		}
		rows[i] = later(rows[i], &Row{Row: r, folded: rows[i].folded})
	}
	m.Board.Rows = rows
	m.Board.heardRead(c)
}

// heardRead notes that Graph was read, or could not be, if c tells that and not of
// rows alone.
func (b *Board) heardRead(c wire.BoardChanged) {
	if c.AsOf == 0 && c.Stale == "" {
		return
	}
	b.Stale, b.Loading = c.Stale, false
	b.AsOf = max(b.AsOf, c.AsOf)
}

func (e *early) hear(c wire.BoardChanged) {
	if c.AsOf != 0 || c.Stale != "" {
		e.read = c
	}
	for _, r := range c.Rows {
		if before, told := e.rows[r.Person.ID]; told && before.At > r.At {
			continue
		}
		if e.rows == nil {
			e.rows = map[string]wire.Row{}
		}
		e.rows[r.Person.ID] = r
	}
}

// turnDays reads the board anew whenever a day begins in the zone of the team,
// until ctx ends: what was done today is other cards then.
func (s *Store) turnDays(ctx context.Context) {
	for {
		zone, now := s.TeamZone(), s.Now()
		next := time.NewTimer(clock.DateOf(now, zone).AddDays(1).Start(zone).Sub(now).Duration() + time.Second)
		select {
		case <-next.C:
			s.readBoard(false)
		case <-ctx.Done():
			next.Stop()
			return
		}
	}
}

// WorkedAt is the time worked today, at now.
func (r *Row) WorkedAt(now clock.Instant) clock.Span {
	if r.State == clock.In && r.Since != 0 && now > r.Since {
		return r.Worked + now.Sub(r.Since)
	}
	return r.Worked
}

// Mark gives the mark of a kind that holds at now.
func (r *Row) Mark(kind clock.MarkKind, now clock.Instant) (clock.Mark, bool) {
	for _, m := range r.Marks {
		if m.Kind == kind && m.From <= now {
			return m, true
		}
	}
	return clock.Mark{}, false
}

// Disputed counts the presses of the row that wait for the person to decide.
func (r *Row) Disputed() int {
	n := 0
	for _, w := range r.Waiting {
		if w.Status == wire.Conflicted {
			n++
		}
	}
	return n
}

package screen

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
)

// How rows are drawn: so many in a block, so many blocks in a section, within so
// many rows beyond the window's edges, and so many rows before the window is known.
const (
	blockRows     = 2
	sectionBlocks = 6
	margin        = 6
	firstRows     = 12
)

// levels are how many rows a part of each level has: rows are in blocks, and blocks
// in sections, so that a change of the board looks at few that have none drawn.
var levels = [...]int{blockRows, blockRows * sectionBlocks}

// list is a long list of people, of whom those near the window are drawn. In each
// frame one part is drawn or emptied, which takes as long as a frame may on a slow
// phone; the others keep their room.
type list struct {
	app.Compo
	Store  Store
	Rows   []*desk.Row
	Chosen map[string]bool
	Minute clock.Instant
	Zone   string

	ctx      app.Context
	from, to int                         // the rows that are wanted, once the window is known
	parts    [len(levels)]map[int]*piece // those that are mounted, by level and number
	waiting  bool                        // for the next frame
	unmove   func()
}

// OnMount begins to follow the window.
func (l *list) OnMount(ctx app.Context) {
	l.ctx = ctx
	l.unmove = browser.Moved(func() {
		if !l.waiting {
			l.look()
		}
	})
}

// OnUpdate looks again once other rows were drawn.
func (l *list) OnUpdate(app.Context) { l.lookNext() }

// OnDismount ends what OnMount began.
func (l *list) OnDismount() {
	if l.unmove != nil {
		l.unmove()
	}
}

// Render draws the sections.
func (l *list) Render() app.UI {
	return app.Div().ID(rowsID).Class("rows").OnClick(l.pressed).OnChange(l.ticked).
		Body(l.divide(len(levels)-1, 0, l.Rows)...)
}

// divide makes parts of a level of rows, of which the first has that index.
func (l *list) divide(level, first int, rows []*desk.Row) []app.UI {
	size := levels[level]
	var all []app.UI
	for i := 0; i < len(rows); i += size {
		of := rows[i:min(i+size, len(rows))]
		all = append(all, &piece{
			list: l, level: level, First: first + i, Rows: of, Drawn: l.stands(level, first+i),
			Chosen: l.Chosen, Minute: l.Minute,
		})
	}
	return all
}

// stands reports whether the part that begins with a row is drawn. One that is
// mounted changes by step alone.
func (l *list) stands(level, first int) bool {
	if p := l.parts[level][first/levels[level]]; p != nil {
		return p.Drawn
	}
	return l.to == 0 && first < firstRows
}

// look finds the rows that are wanted. While none is in sight, they stay as they
// were.
func (l *list) look() {
	from, to, ok := browser.Sight(rowsID)
	if !ok || from > 1 || to < 0 {
		return
	}
	n := float64(len(l.Rows))
	l.from, l.to = int(from*n)-margin, int(to*n)+margin
	l.step()
}

// wanted reports whether any row of a part is.
func (l *list) wanted(p *piece) bool { return p.First < l.to && p.First+len(p.Rows) > l.from }

// step draws one part that is wanted, or empties one that is not, and goes on in the
// next frame while there are more.
func (l *list) step() {
	p := l.next()
	if p == nil {
		return
	}
	p.draw(!p.Drawn)
	l.lookNext()
}

// lookNext looks again in the next frame.
func (l *list) lookNext() {
	if l.waiting {
		return
	}
	l.waiting = true
	browser.NextFrame(func() {
		l.waiting = false
		l.look()
	})
}

// next gives the part to draw or to empty, nil where all are as they should be:
// a section nobody sees is emptied with all that is in it, which takes little, and
// keeps what has to be painted small.
func (l *list) next() *piece {
	for _, p := range l.parts[len(levels)-1] {
		if p.Drawn && !l.wanted(p) {
			return p
		}
	}
	for level := len(levels) - 1; level >= 0; level-- {
		size := levels[level]
		for i := max(l.from, 0) / size; i*size < l.to; i++ {
			if p := l.parts[level][i]; p != nil && !p.Drawn && l.wanted(p) {
				return p
			}
		}
	}
	return nil
}

// pressed begins to act for whose name was pressed.
func (l *list) pressed(_ app.Context, e app.Event) {
	if id, ok := browser.Pressed(e, `[data-act="person"]`, "[data-person]", "person"); ok {
		l.begin(id)
	}
}

func (l *list) begin(id string) {
	if i := slices.IndexFunc(l.Rows, func(r *desk.Row) bool { return r.Person.ID == id }); i >= 0 {
		l.Store.Begin(next(l.Rows[i].State), id)
	}
}

// ticked chooses whose box was ticked, or does no longer.
func (l *list) ticked(_ app.Context, e app.Event) {
	if id, ok := browser.Pressed(e, `[data-act="choose"]`, "[data-person]", "person"); ok {
		l.Store.Choose(e.Get("target").Get("checked").Bool(), id)
	}
}

// piece is some rows in a row. It draws them, as smaller parts where its level has
// any; or it draws none, and keeps their room.
//
// The rows of the lowest level are written as HTML, which takes a slow phone a
// tenth of the time that elements do. go-app sees them as they were when they were
// drawn; what has changed since is put into them by browser.Patch.
type piece struct {
	app.Compo
	First  int
	Rows   []*desk.Row
	Drawn  bool
	Chosen map[string]bool
	Minute clock.Instant

	list  *list
	level int
	ctx   app.Context

	drawn, shown string // the rows as they were drawn, and as they are now
}

// OnMount lets the list draw it alone. It is drawn already, and so is all that it
// is in.
func (p *piece) OnMount(ctx app.Context) {
	ctx.PreventUpdate()
	p.ctx = ctx
	if p.list.parts[p.level] == nil {
		p.list.parts[p.level] = map[int]*piece{}
	}
	p.list.parts[p.level][p.number()] = p
	p.list.lookNext()
}

// OnDismount ends that.
func (p *piece) OnDismount() { delete(p.list.parts[p.level], p.number()) }

func (p *piece) id() string { return "rows-" + strconv.Itoa(p.First) }

func (p *piece) number() int { return p.First / levels[p.level] }

// draw draws the piece or empties its room, and nothing else on the board: go-app
// would draw all that it is in as well.
func (p *piece) draw(drawn bool) {
	p.Drawn = drawn
	around := p.list.ctx
	if p.level < len(levels)-1 {
		around = p.list.parts[p.level+1][p.First/levels[p.level+1]].ctx
	}
	p.ctx.Dispatch(func(app.Context) { around.PreventUpdate() })
}

// OnUpdate puts what has changed into rows that are drawn.
func (p *piece) OnUpdate(app.Context) {
	if p.drawn == "" {
		return
	}
	now := p.write()
	if now != p.shown && !browser.Patch(p.id(), now) {
		p.drawn = now
	}
	p.shown = now
}

// Render draws the rows or their room.
func (p *piece) Render() app.UI {
	if p.level > 0 && p.Drawn {
		return app.Div().Class("part", "part-"+strconv.Itoa(len(p.Rows))).Role("presentation").
			Body(p.list.divide(p.level-1, p.First, p.Rows)...)
	}
	if !p.Drawn {
		p.drawn = ""
		return app.Div().Class("part", "part-"+strconv.Itoa(len(p.Rows)), "rest").Aria("hidden", true)
	}
	if p.drawn == "" {
		p.drawn = p.write()
		p.shown = p.drawn
	}
	return app.Raw(p.drawn)
}

// write writes the rows.
func (p *piece) write() string {
	t := tell.For(p.list.Store.Now(), p.list.Store.TeamZone(), p.list.Zone)
	var m markup
	m.open("div", "id", p.id(), "class", "part part-"+strconv.Itoa(len(p.Rows)), "role", "rowgroup")
	for i, r := range p.Rows {
		m.row(t, r, p.First+i, p.Chosen[r.Person.ID])
	}
	m.close("div")
	return m.String()
}

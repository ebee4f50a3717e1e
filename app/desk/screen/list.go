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
// The style sheet board.css has the heights of blocks and of whole sections.
const (
	blockRows   = 2
	sectionRows = 12 * blockRows
	margin      = 6
	firstRows   = 12
)

// list is a long list of people, of whom those near the window are drawn; the
// others keep their room. In each frame one block is drawn or one section emptied,
// which takes as long as a frame may on a slow phone.
//
// Its rows are written as HTML and put into the page without go-app, which sees
// them as they were first: elements one by one take three times as long, and leave
// much to be tidied up.
type list struct {
	app.Compo
	Store  Store
	Rows   []*desk.Row
	Chosen map[string]bool
	Minute clock.Instant
	Zone   string

	first    string         // all of it, as go-app sees it
	length   int            // how many rows there is room for
	blocks   map[int]string // what is drawn, by the first row of a block
	from, to int            // the rows that are wanted, once the window is known
	waiting  bool           // for the next frame
	unmove   func()
}

// OnMount begins to follow the window.
func (l *list) OnMount(app.Context) {
	l.unmove = browser.Moved(func() {
		if !l.waiting {
			l.look()
		}
	})
	l.lookNext()
}

// OnDismount ends what OnMount began.
func (l *list) OnDismount() {
	if l.unmove != nil {
		l.unmove()
	}
}

// OnUpdate puts what has changed into what is drawn.
func (l *list) OnUpdate(app.Context) {
	l.lookNext()
	if l.length != len(l.Rows) {
		l.putAll()
		return
	}
	for first, shown := range l.blocks {
		now := l.block(first)
		if l.blocks[first] = now; now != shown && !browser.Patch(blockID(first), now) {
			l.putAll()
			return
		}
	}
}

// putAll puts all anew, or has go-app see it anew where there is no page.
func (l *list) putAll() {
	if all := l.all(); !browser.Patch(sectionsID, all) {
		l.first = all
	}
}

// Render draws the rows.
func (l *list) Render() app.UI {
	if l.blocks == nil {
		l.blocks = map[int]string{}
		for first := 0; first < firstRows; first += blockRows {
			l.blocks[first] = ""
		}
		l.first = l.all()
	}
	return app.Div().ID(rowsID).Class("rows").Role("rowgroup").OnClick(l.pressed).OnChange(l.ticked).
		Body(app.Raw(`<div id="` + sectionsID + `" role="presentation">` + l.first + `</div>`))
}

// look finds the rows that are wanted. While none is in sight, they stay as they
// were.
func (l *list) look() {
	from, to, ok := browser.Sight(rowsID)
	if !ok || from > 1 || to < 0 {
		return
	}
	n := float64(len(l.Rows))
	l.from, l.to = max(int(from*n)-margin, 0), min(int(to*n)+margin, len(l.Rows))
	l.step()
}

// step empties a section nobody sees, or draws a block that is wanted, and goes on
// in the next frame while there are more.
func (l *list) step() {
	if first, ok := l.unseen(); ok {
		for i := first; i < first+sectionRows; i += blockRows {
			delete(l.blocks, i)
		}
		browser.Fill(sectionID(first), l.section(first))
	} else if first, ok := l.missing(); ok {
		l.blocks[first] = l.block(first)
		browser.Fill(blockID(first), l.blocks[first])
	} else {
		return
	}
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

// unseen gives the first row of a section in which a block is drawn and none is
// wanted.
func (l *list) unseen() (first int, ok bool) {
	for i := range l.blocks {
		first = i - i%sectionRows
		if first >= l.to || first+sectionRows <= l.from {
			return first, true
		}
	}
	return 0, false
}

// missing gives the first row of a block that is wanted and not drawn.
func (l *list) missing() (first int, ok bool) {
	for first = l.from - l.from%blockRows; first < l.to; first += blockRows {
		if _, drawn := l.blocks[first]; !drawn {
			return first, true
		}
	}
	return 0, false
}

// all writes the sections, with the blocks that are drawn as they are now.
func (l *list) all() string {
	l.length = len(l.Rows)
	for first := range l.blocks {
		if first < l.length {
			l.blocks[first] = l.block(first)
		} else {
			delete(l.blocks, first)
		}
	}
	var m markup
	for first := 0; first < l.length; first += sectionRows {
		class := "rows-section"
		if first+sectionRows > l.length {
			class = "rows-last"
		}
		m.open("div", "id", sectionID(first), "class", class, "role", "presentation")
		m.WriteString(l.section(first))
		m.close("div")
	}
	return m.String()
}

// section writes the blocks of a section.
func (l *list) section(first int) string {
	var m markup
	for i := first; i < min(first+sectionRows, len(l.Rows)); i += blockRows {
		rows := min(blockRows, len(l.Rows)-i)
		m.open("div", "id", blockID(i), "class", "rows-"+strconv.Itoa(rows), "role", "presentation")
		m.WriteString(l.blocks[i])
		m.close("div")
	}
	return m.String()
}

// block writes the rows of a block.
func (l *list) block(first int) string {
	t := tell.For(l.Store.Now(), l.Store.TeamZone(), l.Zone)
	var m markup
	for i, r := range l.Rows[first:min(first+blockRows, len(l.Rows))] {
		m.row(t, r, first+i, l.Chosen[r.Person.ID])
	}
	return m.String()
}

func sectionID(first int) string { return "section-" + strconv.Itoa(first) }

func blockID(first int) string { return "rows-" + strconv.Itoa(first) }

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

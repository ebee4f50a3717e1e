package screen

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
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

// patience is how long blocks are brought up to date in a frame.
const patience = 6 * time.Millisecond

// list is a long list of people, of whom those near the window are drawn; the
// others keep their room. In a frame one block is drawn or one section emptied,
// which takes as long as a frame may on a slow phone.
//
// Its rows are written as HTML and put into the page without go-app, which sees
// them as they were first: elements one by one take three times as long, and leave
// much to be tidied up.
type list struct {
	app.Compo
	Store  Store
	Shown  *shown
	Chosen map[string]bool
	Zone   string

	first  string         // all of it, as go-app sees it
	length int            // how many rows there is room for
	blocks map[int]string // what is drawn, by the first row of a block
	times  tell.Times     // as it was at the last change
	stale  []int          // blocks drawn before the last change
	// The rows in sight, from seen to before end, when it was looked last.
	seen, end int
	again     func()
	unmove    func()
}

// OnMount begins to follow the window.
func (l *list) OnMount(app.Context) { l.again, l.unmove = browser.Follow(rowsID, l.look) }

// OnDismount ends what OnMount began.
func (l *list) OnDismount() {
	if l.unmove != nil {
		l.unmove()
	}
}

// OnUpdate puts what has changed into what is drawn.
func (l *list) OnUpdate(app.Context) {
	l.tick()
	if l.again != nil {
		l.again()
	}
	if l.length != len(l.Shown.rows) {
		l.stale = nil
		l.putAll()
		return
	}
	l.stale = slices.SortedFunc(maps.Keys(l.blocks), func(a, b int) int { return cmp.Compare(l.far(a), l.far(b)) })
	l.freshen()
}

// far gives how many rows away from those in sight a block begins.
func (l *list) far(first int) int { return max(l.seen-first-blockRows+1, first-l.end+1, 0) }

// freshen puts what has changed into blocks, those in sight first, for as long as
// patience lasts, and leaves the others for the next frame. It reports whether any
// was left or changed.
func (l *list) freshen() bool {
	if len(l.stale) == 0 {
		return false
	}
	for began := browser.Mono(); len(l.stale) > 0 && browser.Mono()-began < patience; l.stale = l.stale[1:] {
		first := l.stale[0]
		shown, drawn := l.blocks[first]
		if !drawn {
			continue
		}
		now := l.block(first)
		if l.blocks[first] = now; now != shown && !browser.Patch(blockID(first), now) {
			l.stale = nil
			l.putAll()
			return true
		}
	}
	return true
}

// putAll puts all anew, or has go-app see it anew where there is no page.
func (l *list) putAll() {
	if all := l.all(); !browser.Refill(sectionsID, all) {
		l.first = all
	}
}

// Render draws the rows.
func (l *list) Render() app.UI {
	if l.blocks == nil {
		l.tick()
		l.blocks = map[int]string{}
		l.first = l.all()
	}
	return app.Div().ID(rowsID).Class("rows").Role("rowgroup").OnClick(l.pressed).OnChange(l.ticked).
		Body(app.Raw(`<div id="` + sectionsID + `" role="presentation">` + l.first + `</div>`))
}

// tick takes the time by which rows are written, for at most a minute.
func (l *list) tick() { l.times = tell.For(l.Store.Now(), l.Store.TeamZone(), l.Zone) }

// look brings blocks up to date, or finds the rows in sight, from and to shares of
// all, and draws a block or empties a section far from them. It reports whether it
// did. While no row is in sight, none is drawn or emptied.
func (l *list) look(from, to float64) bool {
	if l.freshen() {
		return true
	}
	if from > 1 || to < 0 {
		return false
	}
	n := float64(len(l.Shown.rows))
	l.seen, l.end = max(int(from*n), 0), min(int(to*n)+1, len(l.Shown.rows))
	if first, ok := l.missing(); ok {
		l.blocks[first] = l.block(first)
		browser.Fill(blockID(first), l.blocks[first])
		return true
	}
	first, ok := l.unseen()
	if ok {
		for i := first; i < first+sectionRows; i += blockRows {
			delete(l.blocks, i)
		}
		browser.Fill(sectionID(first), l.section(first))
	}
	return ok
}

// missing gives the first row of a block that is not drawn: of those in sight or
// soon after, from the top, or else of those before, the nearest.
func (l *list) missing() (first int, ok bool) {
	seen := l.seen - l.seen%blockRows
	for first = seen; first < min(l.end+margin, len(l.Shown.rows)); first += blockRows {
		if _, drawn := l.blocks[first]; !drawn {
			return first, true
		}
	}
	for first = seen - blockRows; first >= max(seen-margin, 0); first -= blockRows {
		if _, drawn := l.blocks[first]; !drawn {
			return first, true
		}
	}
	return 0, false
}

// unseen gives the first row of a section in which a block is drawn and none is
// wanted.
func (l *list) unseen() (first int, ok bool) {
	for i := range l.blocks {
		first = i - i%sectionRows
		if first >= l.end+margin || first+sectionRows <= l.seen-margin-blockRows {
			return first, true
		}
	}
	return 0, false
}

// all writes the sections, with the blocks in sight as they are now; the others are
// drawn in later frames.
func (l *list) all() string {
	l.length = len(l.Shown.rows)
	from, to := l.seen, l.end
	if to == 0 { // nobody looked yet
		to = firstRows
	}
	from = min(from, max(l.length-(to-from), 0)) // the window goes no further than the end
	clear(l.blocks)
	for first := from - from%blockRows; first < min(to, l.length); first += blockRows {
		l.blocks[first] = l.block(first)
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
	for i := first; i < min(first+sectionRows, len(l.Shown.rows)); i += blockRows {
		rows := min(blockRows, len(l.Shown.rows)-i)
		m.open("div", "id", blockID(i), "class", "rows-"+strconv.Itoa(rows), "role", "presentation")
		m.WriteString(l.blocks[i])
		m.close("div")
	}
	return m.String()
}

// block writes the rows of a block as of the last change.
func (l *list) block(first int) string {
	var m markup
	m.Grow(2 << 10) // about as much as it takes
	for i, r := range l.Shown.rows[first:min(first+blockRows, len(l.Shown.rows))] {
		m.row(l.times, r, first+i, l.Chosen[r.Person.ID])
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
	if i := slices.IndexFunc(l.Shown.rows, func(r *desk.Row) bool { return r.Person.ID == id }); i >= 0 {
		l.Store.Begin(next(l.Shown.rows[i].State), id)
	}
}

// ticked chooses whose box was ticked, or does no longer.
func (l *list) ticked(_ app.Context, e app.Event) {
	if id, ok := browser.Pressed(e, `[data-act="choose"]`, "[data-person]", "person"); ok {
		l.Store.Choose(e.Get("target").Get("checked").Bool(), id)
	}
}

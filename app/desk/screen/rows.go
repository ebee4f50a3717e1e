package screen

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// How rows are drawn: so many in a block, blocks within so many rows beyond the
// window's edges, and so many blocks before the window is known.
const (
	blockRows   = 4 // the style sheet has room for as many
	margin      = 8
	firstBlocks = 6
)

// blocks are those that are mounted, by their number.
type blocks map[int]*block

// block is some rows in a row. Out of sight it draws none, and keeps their room.
type block struct {
	app.Compo
	Store  Store
	Blocks blocks
	First  int
	Rows   []*desk.Row
	Drawn  bool
	Chosen map[string]bool
	Minute clock.Instant
	Zone   string

	ctx app.Context // once it is mounted
}

// OnMount lets the board draw it alone.
func (b *block) OnMount(ctx app.Context) {
	b.ctx = ctx
	b.Blocks[b.First/blockRows] = b
}

// draw draws the rows or empties their room, and nothing else on the board.
func (b *block) draw(drawn bool) {
	b.Drawn = drawn
	b.ctx.Dispatch(func(app.Context) {})
}

// OnDismount ends that.
func (b *block) OnDismount() { delete(b.Blocks, b.First/blockRows) }

// Render draws the rows or their room.
func (b *block) Render() app.UI {
	if !b.Drawn {
		return app.Div().Class("rest", "rest-"+strconv.Itoa(len(b.Rows))).Aria("hidden", true)
	}
	t := tell.For(b.Store.Now(), b.Store.TeamZone(), b.Zone)
	rows := make([]app.UI, len(b.Rows))
	for i, r := range b.Rows {
		rows[i] = b.row(t, r, b.First+i)
	}
	return app.Div().Class("block").Role("rowgroup").Body(rows...)
}

func (b *block) row(t tell.Times, r *desk.Row, index int) app.UI {
	id := r.Person.ID
	worked := r.WorkedAt(t.Now)
	return app.Div().Class("row").Role("row").DataSet("hit", true).Aria("rowindex", index+2).
		DataSet("person", id).DataSet("state", string(r.State)).Body(
		app.Div().Class("cell", "cell-pick").Role("cell").Body(
			app.Label().Class("pick-one").Body(
				app.Input().Type("checkbox").DataSet("act", "choose").DataSet("value", id).
					Checked(b.Chosen[id]).OnChange(b.choose(id), app.EventScope(id)),
				ui.Unseen(words.T(words.BoardChoose, "name", r.Person.Name)),
			),
		),
		app.Div().Class("cell", "cell-name").Role("rowheader").Body(
			app.Button().ID("person-"+id).Type("button").Class("person").DataSet("act", "person").DataSet("value", id).
				OnClick(b.open(r), app.EventScope(id, string(r.State))).Text(r.Person.Name),
		),
		app.Div().Class("cell", "cell-state").Role("cell").Body(
			app.Span().Class("dot").Aria("hidden", true),
			app.Span().Class("state-word").Text(words.T(stateNames[r.State])),
			app.Span().Class("state-since").Text(since(t, r)),
		),
		app.Div().Class("cell", "cell-shift").Role("cell").Text(shift(t, r)),
		app.Div().Class("cell", "cell-worked").Role("cell").Body(
			app.IfSlice(worked > 0 || r.State != clock.Out, func() []app.UI {
				return []app.UI{
					ui.Unseen(words.T(words.BoardToday) + ": " + words.Spoken(worked)),
					app.Span().Aria("hidden", true).Text(words.Length(worked)),
				}
			}),
		),
		app.Div().Class("cell", "cell-marks").Role("cell").Body(marks(t, r)...),
	)
}

func (b *block) choose(id string) app.EventHandler {
	return func(ctx app.Context, _ app.Event) { b.Store.Choose(ctx.JSSrc().Get("checked").Bool(), id) }
}

func (b *block) open(r *desk.Row) app.EventHandler {
	return func(app.Context, app.Event) { b.Store.Begin(next(r.State), r.Person.ID) }
}

var stateNames = map[clock.State]words.Key{
	clock.In: words.GroupIn, clock.OnBreak: words.GroupBreak, clock.Out: words.GroupOut, clock.Unknown: words.StateNotKnown,
}

// since tells from when somebody is where they are.
func since(t tell.Times, r *desk.Row) string {
	if r.Since == 0 {
		return ""
	}
	at := t.Format.Time(r.Since)
	if d := clock.DateOf(r.Since, t.Zone); d != t.Today() {
		at = words.T(words.DateTime, "date", t.Format.Weekday(d), "time", at)
	}
	return words.T(words.SinceTime, "time", at)
}

// shift tells the shift that is on, or the next of today, or the last.
func shift(t tell.Times, r *desk.Row) string {
	for i, s := range r.Shifts {
		if s.End > t.Now || i == len(r.Shifts)-1 {
			return t.FromTo(s.Start, s.End, clock.DateOf(s.Start, t.Zone))
		}
	}
	return ""
}

// marks points out what is not as it should be.
func marks(t tell.Times, r *desk.Row) []app.UI {
	var all []app.UI
	add := func(kind string, glyph ui.Glyph, text string) {
		all = append(all, app.Span().Class("mark-note").DataSet("mark", kind).Body(glyph.Draw(), app.Span().Text(text)))
	}
	if _, ok := r.Mark(clock.OpenLong, t.Now); ok {
		add("open_long", ui.GlyphAlert, words.T(words.MarkOpen, "length", words.Length(t.Now.Sub(r.Began))))
	}
	if m, ok := r.Mark(clock.Missing, t.Now); ok {
		add("missing", ui.GlyphAlert, words.T(words.MarkMissing, "time", t.When(m.Shift)))
	}
	if m, ok := r.Mark(clock.Late, t.Now); ok {
		add("late", ui.GlyphClock, words.T(words.MarkLate, "length", words.Length(m.From.Sub(m.Shift))))
	}
	disputed := r.Disputed()
	if n := len(r.Waiting) - disputed; n > 0 {
		add("waiting", ui.GlyphServer, words.N(words.MarkWaiting, int64(n)))
	}
	if disputed > 0 {
		add("disputed", ui.GlyphAlert, words.N(words.MarkDisputed, int64(disputed)))
	}
	if r.Amends > 0 {
		add("amends", ui.GlyphNote, words.N(words.MarkAmends, int64(r.Amends)))
	}
	if r.Clashes > 0 {
		add("disputed", ui.GlyphAlert, words.N(words.MarkClashes, int64(r.Clashes)))
	}
	return all
}

// tableHead names the columns. On a phone they are heard only.
func tableHead() app.UI {
	var cells []app.UI
	for _, c := range []struct {
		class string
		key   words.Key
	}{
		{"cell-pick", words.BoardPick}, {"cell-name", words.BoardName}, {"cell-state", words.BoardState},
		{"cell-shift", words.BoardShift}, {"cell-worked", words.BoardToday}, {"cell-marks", words.BoardMarks},
	} {
		cells = append(cells, app.Div().Class("cell", c.class).Role("columnheader").Body(app.Span().Text(words.T(c.key))))
	}
	return app.Div().Class("rows-head").Role("rowgroup").Body(
		app.Div().Class("row", "row-head").Role("row").Aria("rowindex", 1).Body(cells...),
	)
}

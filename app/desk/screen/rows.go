package screen

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// row writes one. What is pressed in it is heard by the list.
func (m *markup) row(t tell.Times, r *desk.Row, index int, chosen bool) {
	marks := marks(t, r)
	m.open("div", "class", "row", "role", "row", "aria-rowindex", strconv.Itoa(index+2),
		"data-person", r.Person.ID, "data-state", string(r.State),
		"data-chosen", strconv.FormatBool(chosen), "data-marked", strconv.FormatBool(len(marks) > 0))
	m.pick(r.Person, chosen)
	m.open("div", "class", "cell cell-name", "role", "rowheader")
	m.open("button", "id", "person-"+r.Person.ID, "type", "button", "class", "person", "data-act", "person")
	m.text(r.Person.Name)
	m.close("button", "div")
	m.cell("cell-state")
	m.span(words.T(stateNames[r.State]), "class", "state-word")
	m.span(since(t, r), "class", "state-since")
	m.close("div")
	m.cell("cell-shift")
	m.text(shift(t, r))
	m.close("div")
	m.worked(r, t.Now)
	m.cell("cell-marks")
	for _, mark := range marks {
		m.open("span", "class", "mark-note", "data-mark", mark.kind)
		m.glyph(mark.glyph)
		m.span(mark.text)
		m.close("span")
	}
	m.close("div", "div")
}

func (m *markup) cell(class string) { m.open("div", "class", "cell "+class, "role", "cell") }

// pick writes the box that chooses somebody.
func (m *markup) pick(p wire.Person, chosen bool) {
	box := []string{"type", "checkbox", "data-act", "choose", "aria-label", words.T(words.BoardChoose, "name", p.Name)}
	if chosen {
		box = append(box, "checked", "")
	}
	m.cell("cell-pick")
	m.open("label", "class", "pick-one")
	m.open("input", box...)
	m.close("label", "div")
}

// worked writes how long somebody has worked today.
func (m *markup) worked(r *desk.Row, now clock.Instant) {
	m.cell("cell-worked")
	if worked := r.WorkedAt(now); worked > 0 || r.State != clock.Out {
		m.span(words.Labels(words.BoardToday, words.Spoken(worked)), "class", "unseen")
		m.span(words.Length(worked), "aria-hidden", "true")
	}
	m.close("div")
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

// mark points out something that is not as it should be.
type mark struct {
	kind  string
	glyph ui.Glyph
	text  string
}

func marks(t tell.Times, r *desk.Row) []mark {
	var all []mark
	add := func(kind string, glyph ui.Glyph, text string) { all = append(all, mark{kind, glyph, text}) }
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

package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// row draws one. What is pressed in it is heard by the list.
func (l *list) row(t tell.Times, r *desk.Row, index int, chosen bool) app.UI {
	id := r.Person.ID
	worked := r.WorkedAt(t.Now)
	return app.Div().Class("row").Role("row").Aria("rowindex", index+2).
		DataSet("person", id).DataSet("state", string(r.State)).Body(
		app.Div().Class("cell", "cell-pick").Role("cell").Body(
			app.Label().Class("pick-one").Body(
				app.Input().Type("checkbox").DataSet("act", "choose").
					Checked(chosen).Aria("label", words.T(words.BoardChoose, "name", r.Person.Name)),
			),
		),
		app.Div().Class("cell", "cell-name").Role("rowheader").Body(
			app.Button().ID("person-"+id).Type("button").Class("person").DataSet("act", "person").Text(r.Person.Name),
		),
		app.Div().Class("cell", "cell-state").Role("cell").Body(
			app.Span().Class("state-word").Text(words.T(stateNames[r.State])),
			app.Span().Class("state-since").Text(since(t, r)),
		),
		app.Div().Class("cell", "cell-shift").Role("cell").Text(shift(t, r)),
		app.Div().Class("cell", "cell-worked").Role("cell").Body(
			app.IfSlice(worked > 0 || r.State != clock.Out, func() []app.UI {
				return []app.UI{
					ui.Unseen(words.Labels(words.BoardToday, words.Spoken(worked))),
					app.Span().Aria("hidden", true).Text(words.Length(worked)),
				}
			}),
		),
		app.Div().Class("cell", "cell-marks").Role("cell").Body(marks(t, r)...),
	)
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

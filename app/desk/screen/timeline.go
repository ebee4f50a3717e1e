package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// mostTicks is how many hours are written above a day on the smallest phone.
const mostTicks = 4

// timeline draws one day of the team, a lane for each person, beside the same in
// words.
func (r *Report) timeline(t tell.Times, w wire.Report, days []clock.Date) app.UI {
	day := r.day
	if day.Compare(w.From) < 0 || day.Compare(w.To) >= 0 {
		day = desk.LastDay(w, t.Zone)
	}
	line := desk.TimelineOf(w, day, t.Zone)
	return app.Section().Class("panel", "timeline").Body(
		app.H2().ID("timeline").Class("asks-title").Text(words.T(words.TimelineTitle)),
		app.Div().Class("report-period").Body(
			app.Label().Class("unseen").For("timeline-day").Text(words.T(words.ExceptionDay)),
			options("timeline-day", "pick-day", day.String(), days,
				func(d clock.Date) (string, string) { return d.String(), t.Format.Date(d) }, r.pickDay),
		),
		app.If(len(line.Rows) == 0, func() app.UI { return app.P().Class("note-hint").Text(words.T(words.TimelineNone)) }),
		app.If(len(line.Rows) > 0, func() app.UI { return lanes(t, w, line) }),
	)
}

func (r *Report) pickDay(value string) {
	if err := r.day.UnmarshalText([]byte(value)); err != nil {
		r.day = clock.Date{}
	}
}

func lanes(t tell.Times, w wire.Report, line desk.Timeline) app.UI {
	var ticks []ui.Tick
	for _, at := range line.Hours(mostTicks) {
		ticks = append(ticks, ui.Tick{At: line.Percent(at), Text: t.Format.Time(at)})
	}
	rows := make([]app.UI, len(line.Rows))
	for i, row := range line.Rows {
		rows[i] = app.Tr().DataSet("person", row.Person.Person.ID).Body(
			app.Th().Scope("row").Body(personLink(w.Team, row.Person, line.Day, "")),
			app.Td().Class("lane-cell").Body(ui.Lane(pieces(w, line, row))),
			app.Td().Class("lane-words").Body(spoken(t, row)...),
		)
	}
	return app.Div().Class("scroll").TabIndex(0).Role("region").Aria("labelledby", "timeline").Body(
		app.Table().Class("figures", "lanes").Body(
			app.THead().Body(app.Tr().Body(
				app.Th().Scope("col").Text(words.T(words.BoardName)),
				app.Td().Class("lane-cell").Body(ui.Axis(ticks)),
				app.Th().Scope("col").Text(words.T(words.TimelineWhen)),
			)),
			app.TBody().Body(rows...),
		),
		app.P().Class("note-hint").Text(words.T(words.TimelineKey)),
	)
}

func pieces(w wire.Report, line desk.Timeline, row desk.TimelineRow) []ui.Piece {
	var all []ui.Piece
	add := func(kind ui.PieceKind, stretches []clock.Stretch) {
		for _, s := range stretches {
			all = append(all, ui.Piece{Kind: kind, From: line.Percent(s.From), To: line.Percent(s.To)})
		}
	}
	add(ui.PiecePlan, row.Plan)
	add(ui.PieceWork, row.Work)
	add(ui.PiecePause, row.Pauses)
	if line.Whole.Contains(w.AsOf) {
		all = append(all, ui.Piece{Kind: ui.PieceNow, From: line.Percent(w.AsOf)})
	}
	return all
}

// spoken tells the same as the lane.
func spoken(t tell.Times, row desk.TimelineRow) []app.UI {
	var all []app.UI
	say := func(text string) { all = append(all, app.P().Text(text)) }
	for _, c := range row.Cards {
		if c.Out == 0 {
			say(words.T(words.SinceTime, "time", t.Format.Time(c.In)))
			continue
		}
		say(words.T(words.ShiftTimes, "from", t.Format.Time(c.In), "to", t.Format.Time(c.Out)))
	}
	var paused clock.Span
	for _, s := range row.Pauses {
		paused += s.Length()
	}
	if paused > 0 {
		say(words.T(words.OfBreaks, "length", words.Length(paused)))
	}
	for _, s := range row.Plan {
		say(words.T(words.TimelinePlan, "from", t.Format.Time(s.From), "to", t.Format.Time(s.To)))
	}
	return all
}

package screen

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// exceptions lists what does not fit the rules, by person and day.
func exceptions(t tell.Times, w wire.Report) app.UI {
	var rows []app.UI
	for _, p := range w.People {
		for _, e := range p.Exceptions {
			rows = append(rows, app.Tr().Role("row").DataSet("rule", string(e.Rule)).Body(
				app.Th().Role("rowheader").Scope("row").Body(personLink(w.Team, p, e.Date, "")),
				app.Td().Role("cell").Text(t.Format.Date(e.Date)),
				app.Td().Role("cell").Body(personLink(w.Team, p, e.Date, found(t, e), e.Card)),
			))
		}
	}
	return app.Section().Class("panel").Body(
		app.H2().ID("exceptions").Class("asks-title").Text(words.N(words.ExceptionsTitle, int64(len(rows)))),
		app.If(len(rows) == 0, func() app.UI { return app.P().Class("note-hint").Text(words.T(words.ExceptionsNone)) }),
		app.If(len(rows) > 0, func() app.UI {
			return app.Div().Class("scroll").TabIndex(0).Role("region").Aria("labelledby", "exceptions").Body(
				// On a phone it is no table to the eye any more; the roles keep it one.
				app.Table().Role("table").Class("figures", "exceptions").Body(
					app.THead().Role("rowgroup").Body(app.Tr().Role("row").Body(
						head(words.BoardName), head(words.ExceptionDay), head(words.ExceptionWhat),
					)),
					app.TBody().Role("rowgroup").Body(rows...),
				))
		}),
	)
}

func head(key words.Key) app.UI {
	return app.Th().Role("columnheader").Scope("col").Text(words.T(key))
}

// rules lists what a period is held to.
func rules(r clock.Rules) app.UI {
	lines := words.Rules(r)
	list := make([]app.UI, len(lines))
	for i, line := range lines {
		list[i] = app.Li().Text(line)
	}
	return app.Details().Class("panel", "rules").Body(
		app.Summary().Class("rules-title").Text(words.T(words.RulesTitle)),
		app.Ul().Class("rules-list").Body(list...),
		app.P().Class("note-hint").Text(words.T(words.RulesWho)),
	)
}

// found tells an exception.
func found(t tell.Times, e clock.Exception) string {
	planned := ""
	if e.Planned != 0 {
		planned = t.Format.Time(e.Planned)
	}
	return words.Exception(e, planned)
}

func nameOf(p wire.ReportPerson) string {
	switch {
	case p.Person.Name == "":
		return words.T(words.ReportNameless)
	case p.Gone:
		return words.T(words.ReportGone, "name", p.Person.Name)
	}
	return p.Person.Name
}

// hours is a table of hours by person and day with a bar in each, whose rows add
// up to their totals.
func hours(t tell.Times, w wire.Report, days []clock.Date) app.UI {
	most := int64(9 * 60)
	for _, p := range w.People {
		for _, d := range p.Days {
			most = max(most, d.Hours.Minutes.Worked)
		}
	}
	head := []app.UI{app.Th().Scope("col").Text(words.T(words.BoardName)), app.Th().Scope("col").Text(words.T(words.ReportWorked))}
	for _, d := range days {
		head = append(head, app.Th().Scope("col").Text(words.T(words.ReportDay, "weekday", t.Format.Weekday(d), "day", digits(d.Day))))
	}
	rows := make([]app.UI, len(w.People))
	for i, p := range w.People {
		rows[i] = person(w, p, days, most)
	}
	return app.Section().Class("panel").Body(
		app.H2().ID("hours").Class("asks-title").Text(words.T(words.ReportHours)),
		app.Div().Class("scroll").TabIndex(0).Role("region").Aria("labelledby", "hours").Body(
			app.Table().Class("figures", "hours").Body(app.THead().Body(app.Tr().Body(head...)), app.TBody().Body(rows...)),
		),
	)
}

func person(w wire.Report, p wire.ReportPerson, days []clock.Date, most int64) app.UI {
	on := map[clock.Date]int64{}
	for _, d := range p.Days {
		on[d.Date] += d.Hours.Minutes.Worked
	}
	cells := []app.UI{
		app.Th().Scope("row").Body(personLink(w.Team, p, w.From, "")),
		app.Td().Class("sum").Text(brief(p.Total.Hours.Minutes.Worked)),
	}
	for _, d := range days {
		cells = append(cells, app.Td().Body(
			app.If(on[d] > 0, func() app.UI { return ui.Gauge(int(on[d] * 100 / most)) }),
			app.Span().Text(brief(on[d])),
		))
	}
	return app.Tr().DataSet("person", p.Person.ID).Body(cells...)
}

// brief tells minutes as a table has them, "7:05"; nothing for none.
func brief(minutes int64) string {
	if minutes == 0 {
		return ""
	}
	text := digits(int(minutes % 60))
	if minutes%60 < 10 {
		text = "0" + text
	}
	return digits(int(minutes/60)) + ":" + text
}

func digits(n int) string { return strconv.Itoa(n) }

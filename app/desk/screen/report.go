package screen

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Report is a period of a team: its totals, what does not fit the rules, hours
// by person and day, and files of it to keep.
type Report struct {
	app.Compo
	follower

	Store Store

	asked string // the team whose report was asked for last

	choosing    bool   // days one by one
	first, last string // as they were typed
	wrong       bool   // they are no period

	confirming bool          // it is asked whether all cards are to be confirmed
	before     clock.Instant // the errand that was told of last

	day clock.Date // drawn hour by hour, where it lies in the period
}

// OnPreRender is OnMount without a browser, for tests.
func (r *Report) OnPreRender(ctx app.Context) { r.load(ctx) }

// OnMount begins to follow the Store.
func (r *Report) OnMount(ctx app.Context) {
	r.load(ctx)
	ctx.Page().SetTitle(words.T(words.ReportTitle) + " · " + words.T(words.AppName))
}

func (r *Report) load(ctx app.Context) {
	r.before = r.Store.Model().Errand.At
	r.follow(ctx, r.Store, r.changed)
	r.changed()
}

// changed reads the report once it is known whose it is.
func (r *Report) changed() {
	m := r.Store.Model()
	if m.Phase != desk.Ready || m.Team == r.asked {
		return
	}
	r.asked = m.Team
	if m.Report.Whole == nil {
		r.Store.ReadReport(desk.ThisWeek, false)
	}
}

// OnDismount ends what OnMount began.
func (r *Report) OnDismount() { r.leave() }

// Render draws the screen that fits the Model.
func (r *Report) Render() app.UI {
	if gate := gate(r.Store); gate != nil {
		return frame(r.Store, "report", wire.ScreenReport, "", gate)
	}
	m := r.Store.Model()
	return frame(r.Store, "report", wire.ScreenReport, r.said(m), app.Div().Class("board", "report").Body(
		app.Header().Class("board-head").Body(teamPick(r.Store, m), r.period(m)),
		r.body(m),
	))
}

func (r *Report) said(m desk.Model) string {
	switch {
	case m.Report.Saving != "":
		return words.T(words.ReportSaving)
	case m.Report.Loading:
		return words.T(words.ReportReading)
	}
	return r.outcome(m)
}

// outcome tells what became of confirming the period.
func (r *Report) outcome(m desk.Model) string {
	if e := m.Errand; e.At != r.before && e.Who == "" {
		return confirmed(e)
	}
	return ""
}

var spanNames = map[desk.Span]words.Key{
	desk.ThisWeek: words.ThisWeek, desk.LastWeek: words.LastWeek,
	desk.ThisMonth: words.SpanThisMonth, desk.LastMonth: words.SpanLastMonth,
	desk.Chosen: words.SpanChosen,
}

// Ids of the fields of days.
const (
	firstID = "report-first"
	lastID  = "report-last"
	daysID  = "report-days-error"
)

// period asks which days.
func (r *Report) period(m desk.Model) app.UI {
	span := m.Report.Span
	if r.choosing {
		span = desk.Chosen
	}
	return app.Div().Class("report-period").Body(
		app.Label().Class("unseen").For("span").Text(words.T(words.ReportPeriod)),
		options("span", "pick-span", string(span), desk.Spans,
			func(s desk.Span) (string, string) { return string(s), words.T(spanNames[s]) }, r.pick),
		&ui.Act{Name: "refresh", Class: "link", Label: words.T(words.Refresh), Busy: m.Report.Loading, On: r.fresh},
		app.If(r.choosing, func() app.UI { return r.days() }),
	)
}

// pick reads a span; of days one by one it asks which, and proposes those that
// are shown.
func (r *Report) pick(value string) {
	span := desk.Span(value)
	r.wrong, r.choosing = false, span == desk.Chosen
	if r.choosing {
		p := r.Store.Model().Report.Period
		r.first, r.last = p.First.String(), p.Next.AddDays(-1).String()
		r.focus(firstID)
		return
	}
	r.Store.ReadReport(span, false)
}

// days asks for the first and the last day.
func (r *Report) days() app.UI {
	field := func(id string, label words.Key, value string, typed *string) app.UI {
		return app.Label().Class("week-day").Body(
			app.Span().Class("week-day-label").Text(words.T(label)),
			app.Input().ID(id).Class("ask-field").Type("date").Required(true).Attr("value", value).
				Aria("invalid", r.wrong).Aria("describedby", daysID).
				OnInput(func(ctx app.Context, _ app.Event) { *typed = valueOf(ctx) }),
		)
	}
	return app.Div().Class("report-days").Body(
		field(firstID, words.ReportFirst, r.first, &r.first),
		field(lastID, words.ReportLast, r.last, &r.last),
		&ui.Act{Name: "show-days", Class: "second", Label: words.T(words.ReportShow), On: r.show},
		app.P().ID(daysID).Class("ask-error").Role("alert").Text(r.complaint()),
	)
}

func (r *Report) complaint() string {
	if !r.wrong {
		return ""
	}
	return words.T(words.ReportNoDays, "n", digits(wire.MaxReportDays))
}

func (r *Report) show(app.Context, ui.Act) {
	p, ok := desk.PeriodOf(r.first, r.last)
	if r.wrong = !ok; !ok {
		r.focus(firstID)
		return
	}
	r.Store.ReadDays(p)
}

func (r *Report) fresh(app.Context, ui.Act) { r.Store.ReadReport(r.Store.Model().Report.Span, true) }

func (r *Report) body(m desk.Model) app.UI {
	p := m.Report
	switch {
	case p.Loading:
		return app.Div().Class("asks").Body(
			app.P().Class("report-progress").Text(words.T(words.ReportRead, "cards", fmt.Sprint(p.Read.Cards), "shifts", fmt.Sprint(p.Read.Shifts))),
			ui.Skeleton(words.T(words.ReportReading), 5),
		)
	case p.Whole == nil && p.Trouble.Code != "":
		return failed(p.Trouble, r.fresh).Draw()
	case p.Whole == nil:
		return ui.Skeleton(words.T(words.ReportReading), 5)
	}
	t := timesOf(r.Store)
	days := dates(p.Period)
	return app.Div().Class("asks").Body(
		r.head(m, t),
		ui.Notices(r.notices(m)),
		exceptions(t, *p.Whole),
		r.confirm(m),
		rules(p.Whole.Rules),
		r.timeline(t, *p.Whole, days),
		hours(t, *p.Whole, days),
	)
}

func (r *Report) notices(m desk.Model) []ui.Notice {
	var all []ui.Notice
	if code := m.Report.Unsaved.Code; code != "" {
		all = append(all, trouble(code, nil))
	}
	if said := r.outcome(m); said != "" {
		all = append(all, confirmedNotice(m.Errand, said))
	}
	if m.Report.Whole.ShiftsStale != "" {
		all = append(all, ui.Notice{Problem: "shifts", Tone: ui.Calm, What: words.T(words.BoardNoShifts), Do: words.T(words.ReportNoShifts)})
	}
	return all
}

// head tells totals, and offers the files.
func (r *Report) head(m desk.Model, t tell.Times) app.UI {
	w, p := m.Report.Whole, m.Report
	total := func(key words.Key, minutes int64) app.UI {
		length := clock.Span(minutes) * clock.Minute
		return app.Div().Class("total").Body(
			app.H2().Class("panel-label").Text(words.T(key)),
			app.P().Class("total-figure").Body(ui.Unseen(words.Spoken(length)), app.Span().Aria("hidden", true).Text(words.Length(length))),
		)
	}
	sum := w.Total.Hours.Minutes
	return app.Section().Class("panel").Body(
		app.P().Class("report-dates").Text(words.T(words.ReportDates,
			"first", t.Format.DateYear(p.Period.First), "last", t.Format.DateYear(p.Period.Next.AddDays(-1)), "zone", w.Zone, "time", t.When(w.AsOf))),
		app.Div().Class("totals").Body(
			total(words.ReportWorked, sum.Worked), total(words.ReportRegular, sum.Regular),
			total(words.ReportOver, sum.Over), total(words.ReportPaused, sum.Paused),
		),
		app.If(w.Total.Open > 0, func() app.UI { return app.P().Class("note-hint").Text(words.N(words.ReportOpen, int64(w.Total.Open))) }),
		app.Div().Class("request-acts", "report-files").Body(
			&ui.Act{Name: "save-csv", Value: wire.FormatCSV, Class: "second", Label: words.T(words.ReportCSV), Busy: p.Saving != "", On: r.save},
			&ui.Act{Name: "save-xlsx", Value: wire.FormatXLSX, Class: "second", Label: words.T(words.ReportXLSX), Busy: p.Saving != "", On: r.save},
			app.If(p.Saving != "", func() app.UI { return app.P().Class("report-progress").Text(words.T(words.ReportSaving)) }),
		),
	)
}

func (r *Report) save(_ app.Context, act ui.Act) { r.Store.SaveReport(act.Value) }

// dates lists the days of a period.
func dates(p desk.Period) []clock.Date {
	var all []clock.Date
	for d := p.First; d.Compare(p.Next) < 0; d = d.AddDays(1) {
		all = append(all, d)
	}
	return all
}

package screen

import (
	"net/url"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// personTitleID is the heading of a person.
const personTitleID = "person-title"

// personPath is where the week of a person stands that a day is in; the present
// one for no day.
func personPath(team, person string, day clock.Date) string {
	q := url.Values{wire.ParamTeam: {team}, wire.ParamPerson: {person}}
	if day != (clock.Date{}) {
		q.Set(wire.ParamDay, day.String())
	}
	return wire.ScreenPerson + "?" + q.Encode()
}

// Person is a week of somebody in the team: what they did on each day, what of it
// does not fit the rules, and what waits.
type Person struct {
	app.Compo
	follower
	address

	Store Store

	confirmed clock.Instant // the errand that was told of last
}

// address is what a screen about somebody is opened for, as the page's address
// says it.
type address struct {
	team, person, card string
	day                clock.Date
	shown              string // what was asked for last
	navigate           func(path string)
}

// read reads the address.
func (a *address) read(ctx app.Context) {
	q := ctx.Page().URL().Query()
	*a = address{team: q.Get(wire.ParamTeam), person: q.Get(wire.ParamPerson), card: q.Get(wire.ParamCard)}
	_ = a.day.UnmarshalText([]byte(q.Get(wire.ParamDay))) // one that is none is that of today
	a.navigate = func(path string) { ctx.Navigate(path) }
}

// ready has the team of the address chosen, and reports whether it is.
func (a *address) ready(s Store, m desk.Model) bool {
	theirs := slices.ContainsFunc(m.Teams, func(t wire.Team) bool { return t.ID == a.team })
	if m.Phase == desk.Ready && theirs && a.team != m.Team {
		s.ChooseTeam(a.team)
		m = s.Model()
	}
	return m.Phase == desk.Ready && a.person != "" && (a.team == "" || a.team == m.Team)
}

// missing reports whether the address leads to nobody of whom this person is to
// know.
func (a *address) missing(m desk.Model) bool {
	code := m.Person.Trouble.Code
	return a.person == "" || a.team != "" && a.team != m.Team ||
		m.Person.Days == nil && (code == wire.CodeNotMember || code == wire.CodeTeamUnknown || code == wire.CodeForbidden)
}

// nobody stands in place of a screen about somebody who is not there.
func nobody() app.UI {
	return app.Div().Class("board").Body(ui.Blank{
		Problem: "nobody", Glyph: ui.GlyphTeam, Title: words.T(words.PersonUnknown), Text: []string{words.T(words.PersonUnknownDo)},
	}.Draw(), backLink(wire.ScreenTeam, words.T(words.PersonBack)))
}

func backLink(path, text string) app.UI {
	return app.A().Class("link", "back").DataSet("act", "back").Href(path).Text(text)
}

// OnPreRender is OnMount without a browser, for tests.
func (p *Person) OnPreRender(ctx app.Context) { p.load(ctx) }

// OnMount begins to follow the Store.
func (p *Person) OnMount(ctx app.Context) {
	p.load(ctx)
	p.tick(ctx, p.Store)
}

// OnNav shows another week when the address has changed.
func (p *Person) OnNav(ctx app.Context) {
	p.read(ctx)
	p.changed()
}

// OnDismount ends what OnMount began.
func (p *Person) OnDismount() { p.leave() }

func (p *Person) load(ctx app.Context) {
	p.read(ctx)
	p.confirmed = p.Store.Model().Errand.At
	p.follow(ctx, p.Store, p.changed)
	ctx.Page().SetTitle(words.T(words.PersonLink) + " · " + words.T(words.AppName))
	p.changed()
}

// changed asks for what is to be shown once it is known whose it is.
func (p *Person) changed() {
	m := p.Store.Model()
	want := p.team + "/" + p.person + "/" + p.day.String()
	if !p.ready(p.Store, m) || p.shown == want {
		return
	}
	p.shown = want
	p.Store.ShowPerson(p.person, p.day)
	p.Store.ReadInbox()
}

// Render draws the screen that fits the Model.
func (p *Person) Render() app.UI {
	if gate := gate(p.Store); gate != nil {
		return frame(p.Store, "person", wire.ScreenPerson, "", gate)
	}
	m := p.Store.Model()
	if p.missing(m) {
		return frame(p.Store, "person", wire.ScreenPerson, "", nobody())
	}
	return frame(p.Store, "person", wire.ScreenPerson, p.said(m), app.Div().Class("board", "person-screen").Body(
		p.head(m), p.weeks(m), p.body(m),
	))
}

// said is announced: that the week is being read, or what became of confirming.
func (p *Person) said(m desk.Model) string {
	if m.Person.Loading && m.Person.Days == nil {
		return words.T(words.PersonReading)
	}
	return p.outcome(m)
}

// outcome tells what became of confirming the week.
func (p *Person) outcome(m desk.Model) string {
	if e := m.Errand; e.At != p.confirmed && strings.EqualFold(e.Who, p.person) {
		return confirmed(e)
	}
	return ""
}

// confirmed says what came of an errand that confirmed cards; nothing of another.
func confirmed(e desk.Errand) string {
	switch {
	case e.Busy, e.Op != wire.Confirm, e.N == 0:
		return ""
	case e.Missed > 0:
		return words.N(words.PersonMissed, int64(e.Missed))
	case e.Waits > 0:
		return words.N(words.PersonOnWay, int64(e.Waits))
	}
	return words.N(words.PersonConfirmed, int64(e.N))
}

// confirmedNotice shows what confirmed said of e, and why some could not be.
func confirmedNotice(e desk.Errand, said string) ui.Notice {
	n := ui.Notice{Problem: "confirmed", Tone: ui.Calm, Glyph: ui.GlyphCheck, What: said}
	if e.Missed > 0 {
		n.Problem, n.Tone, n.Glyph = string(e.Failed), ui.Grave, ""
		n.Do = words.Problem(e.Failed).What
	}
	return n
}

func (p *Person) head(m desk.Model) app.UI {
	row := m.RowOf(p.person)
	return app.Header().Class("person-head").Body(
		backLink(wire.ScreenTeam, words.T(words.PersonBack)),
		app.H1().ID(personTitleID).TabIndex(-1).Class("board-title").Text(titleOf(m, p.person)),
		app.P().Class("person-team").Text(m.TeamOf().Name),
		app.If(row != nil, func() app.UI {
			t := timesOf(p.Store)
			return app.P().Class("dialog-state").DataSet("state", string(row.State)).Body(
				app.Span().Class("dot").Aria("hidden", true),
				app.Span().Text(words.Together(words.Joined, words.T(stateNames[row.State]), since(t, row))),
			)
		}),
	)
}

// titleOf names somebody, and says so when they have left the team.
func titleOf(m desk.Model, person string) string {
	if d := m.Person.Days; d != nil && d.Gone && strings.EqualFold(d.Person.ID, person) {
		return nameOf(wire.ReportPerson{Person: d.Person, Gone: true})
	}
	return m.Name(person)
}

// nameIn names somebody within a sentence.
func nameIn(m desk.Model, person string) string {
	if d := m.Person.Days; d != nil && d.Gone && d.Person.Name == "" && strings.EqualFold(d.Person.ID, person) {
		return words.T(words.ReportNameless)
	}
	return m.Name(person)
}

// weeks goes from week to week, and to any day.
func (p *Person) weeks(m desk.Model) app.UI {
	week := m.Person.Week
	t := timesOf(p.Store)
	to := func(name string, key words.Key, day clock.Date) app.UI {
		return app.A().Class("second", "week-go").DataSet("act", name).Href(personPath(m.Team, p.person, day)).Text(words.T(key))
	}
	if week == (desk.Period{}) {
		return nil
	}
	return app.Nav().Class("week-bar").Aria("label", words.T(words.ReportPeriod)).Body(
		app.H2().Class("week-span").Text(words.T(words.PersonWeek,
			"first", t.Format.Date(week.First), "last", t.Format.DateYear(week.Next.AddDays(-1)))),
		app.Div().Class("week-ways").Body(
			to("week-before", words.PersonBefore, week.First.AddDays(-7)),
			to("week-after", words.PersonAfter, week.Next),
			app.If(!inWeek(week, t.Today()), func() app.UI { return to("week-now", words.PersonToday, clock.Date{}) }),
			app.Label().Class("week-day").Body(
				app.Span().Class("week-day-label").Text(words.T(words.PersonDay)),
				app.Input().ID("week-day").Class("ask-field").Type("date").Attr("value", week.First.String()).
					OnChange(p.pickDay, app.EventScope(week.First.String())),
			),
			&ui.Act{Name: "refresh", Class: "link", Label: words.T(words.Refresh), Busy: m.Person.Loading, On: p.refresh},
		),
	)
}

func inWeek(w desk.Period, d clock.Date) bool {
	return d.Compare(w.First) >= 0 && d.Compare(w.Next) < 0
}

func (p *Person) pickDay(ctx app.Context, _ app.Event) {
	var day clock.Date
	if err := day.UnmarshalText([]byte(valueOf(ctx))); err == nil && day != (clock.Date{}) {
		ctx.Navigate(personPath(p.Store.Model().Team, p.person, day))
	}
}

func (p *Person) refresh(app.Context, ui.Act) { p.Store.ReadPerson(true) }

func (p *Person) body(m desk.Model) app.UI {
	switch {
	case m.Person.Days == nil && m.Person.Trouble.Code != "":
		return failed(m.Person.Trouble, p.refresh).Draw()
	case m.Person.Days == nil:
		return ui.Skeleton(words.T(words.PersonReading), 7)
	}
	t := timesOf(p.Store)
	sheet := sheetOf(p.Store, m)
	return app.Div().Class("asks").Body(
		ui.Notices(p.notices(m)),
		p.sums(m, t, sheet),
		app.If(p.waits(m), func() app.UI { return p.waiting(m, t) }),
		p.odd(t, sheet),
		app.Div().Class("day-list").Body(p.days(m, t, sheet)...),
	)
}

// sheetOf judges the week that is shown.
func sheetOf(s Store, m desk.Model) desk.Sheet {
	return desk.SheetOf(*m.Person.Days, m.Me.Rules, desk.PlanOf(*m.Person.Days, m.TeamOf(), s.TeamZone(), s.Now()))
}

func (p *Person) notices(m desk.Model) []ui.Notice {
	var all []ui.Notice
	again := &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: p.refresh}
	switch d := m.Person.Days; {
	case m.Person.Trouble.Code != "":
		all = append(all, trouble(m.Person.Trouble.Code, again))
	case d.Stale != "":
		all = append(all, trouble(d.Stale, again))
	}
	if m.Person.Days.ShiftsStale != "" {
		all = append(all, ui.Notice{Problem: "shifts", Tone: ui.Calm, What: words.T(words.BoardNoShifts), Do: words.T(words.ReportNoShifts)})
	}
	if said := p.outcome(m); said != "" {
		all = append(all, confirmedNotice(m.Errand, said))
	}
	return all
}

// sums tells what the week came to, and confirms it.
func (p *Person) sums(m desk.Model, t tell.Times, sheet desk.Sheet) app.UI {
	total := func(key words.Key, length clock.Span) app.UI {
		return app.Div().Class("total").Body(
			app.H3().Class("panel-label").Text(words.T(key)),
			app.P().Class("total-figure").Body(ui.Unseen(words.Spoken(length)), app.Span().Aria("hidden", true).Text(words.Length(length))),
		)
	}
	cards := sheet.Unconfirmed(m.Amends)
	return app.Section().Class("panel").Body(
		app.Div().Class("totals").Body(
			total(words.ReportWorked, sheet.Hours.Worked()), total(words.ReportRegular, sheet.Hours.Regular),
			total(words.ReportOver, sheet.Hours.Over), total(words.ReportPaused, sheet.Hours.Paused),
		),
		app.If(sheet.Open > 0, func() app.UI { return app.P().Class("note-hint").Text(words.N(words.PersonOpen, int64(sheet.Open))) }),
		app.P().Class("report-dates").Text(words.T(words.PersonAsOf, "time", t.When(m.Person.Days.AsOf), "zone", m.TeamOf().Zone)),
		app.Div().Class("request-acts").Body(
			app.If(len(cards) > 0, func() app.UI {
				return &ui.Act{Name: "confirm-week", Class: "primary", Glyph: ui.GlyphCheck, Busy: m.Errand.Busy,
					Label: words.N(words.PersonConfirm, int64(len(cards))), On: p.confirm}
			}),
			app.If(!m.Person.Days.Gone, func() app.UI { // whom Teams takes no new card of
				return app.A().Class("second").DataSet("act", "add-card").Href(newCardPath(m.Team, p.person, p.firstDay(m, t))).Text(words.T(words.PersonAdd))
			}),
		),
		app.If(len(cards) > 0, func() app.UI {
			return app.P().Class("note-hint").Text(words.T(words.PersonConfirmOf, "name", nameIn(m, p.person)))
		}),
	)
}

// firstDay is the day that a card is likely to be missing on: today where it is
// shown.
func (p *Person) firstDay(m desk.Model, t tell.Times) clock.Date {
	if inWeek(m.Person.Week, t.Today()) {
		return t.Today()
	}
	return m.Person.Week.First
}

func (p *Person) confirm(app.Context, ui.Act) {
	m := p.Store.Model()
	if m.Person.Days == nil {
		return
	}
	p.confirmed = m.Errand.At
	p.Store.Confirm(p.person, sheetOf(p.Store, m).Unconfirmed(m.Amends)...)
}

// odd lists what does not fit the rules.
func (p *Person) odd(t tell.Times, sheet desk.Sheet) app.UI {
	if len(sheet.Exceptions) == 0 {
		return app.P().Class("sheet-fits").Body(ui.GlyphCheck.Draw(), app.Span().Text(words.T(words.PersonFits)))
	}
	m := p.Store.Model()
	items := make([]app.UI, len(sheet.Exceptions))
	for i, e := range sheet.Exceptions {
		what := app.UI(app.Span().Text(found(t, e)))
		if e.Card != "" {
			what = app.A().Class("link").Href(cardPath(m.Team, p.person, e.Card)).Text(found(t, e))
		}
		items[i] = app.Li().Class("odd").DataSet("rule", string(e.Rule)).Body(
			ui.GlyphAlert.Draw(), app.Span().Class("odd-day").Text(t.Format.Date(e.Date)), what,
		)
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("asks-title").Text(words.N(words.ExceptionsTitle, int64(len(items)))),
		app.Ul().Class("odds").Body(items...),
	)
}

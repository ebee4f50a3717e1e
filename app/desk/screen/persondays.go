package screen

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// days lists every day of the week with its cards.
func (p *Person) days(m desk.Model, t tell.Times, sheet desk.Sheet) []app.UI {
	all := make([]app.UI, len(sheet.Days))
	for i, d := range sheet.Days {
		all[i] = p.drawDay(m, t, sheet, d)
	}
	return all
}

func (p *Person) drawDay(m desk.Model, t tell.Times, sheet desk.Sheet, d desk.SheetDay) app.UI {
	cards := make([]app.UI, len(d.Cards))
	for i, c := range d.Cards {
		told := tellCard(t, c)
		told.More, told.MoreText = cardPath(m.Team, p.person, c.ID), words.T(words.SheetOpenCard)
		told.MoreSpoken = words.T(words.CardLookAt, "times", told.Times)
		told.Lines = append(told.Lines, confirmedLine(c, nameIn(m, p.person))...)
		told.Lines = append(told.Lines, oddLines(t, sheet.OfCard(c.ID))...)
		if a := m.AmendOf(c.ID); a != nil {
			told.Lines = append(told.Lines, ui.HistoryLine{Kind: "waits", Glyph: ui.GlyphServer, Text: waitText(*a)})
		}
		cards[i] = told.Draw()
	}
	name, worked := t.Format.Date(d.Date), d.Hours.Worked()
	for _, c := range d.Cards {
		if c.Open() {
			worked += c.Worked(t.Now)
		}
	}
	return app.Article().Class("day").DataSet("day", d.Date.String()).Body(
		app.Div().Class("day-head").Body(
			app.H3().Class("day-title").Text(name),
			app.If(len(cards) > 0, func() app.UI {
				return app.P().Class("day-total").Body(ui.Unseen(words.Spoken(worked)), app.Span().Aria("hidden", true).Text(words.Length(worked)))
			}),
		),
		app.If(len(d.Shifts) > 0, func() app.UI { return app.P().Class("day-shift").Text(shiftsText(t, d)) }),
		app.If(len(cards) == 0, func() app.UI { return app.P().Class("note-hint").Text(words.T(words.PersonNothing)) }),
		app.If(len(cards) > 0, func() app.UI { return app.Ul().Class("day-cards").Body(cards...) }),
		app.If(d.Date.Compare(t.Today()) <= 0 && !m.Person.Days.Gone, func() app.UI {
			return app.A().Class("link", "day-add").DataSet("act", "add-on").DataSet("value", d.Date.String()).
				Aria("label", words.T(words.PersonAddOn, "day", name)).
				Href(newCardPath(m.Team, p.person, d.Date)).Text(words.T(words.PersonAdd))
		}),
	)
}

func shiftsText(t tell.Times, d desk.SheetDay) string {
	var all []string
	for _, s := range d.Shifts {
		all = append(all, words.T(words.PersonShift, "times", t.FromTo(s.Start, s.End, d.Date)))
	}
	return strings.Join(all, " · ")
}

// tellCard tells a card but for who confirmed it.
func tellCard(t tell.Times, c clock.Card) ui.HistoryCard {
	worked := c.Worked(t.Now)
	told := ui.HistoryCard{ID: c.ID, Shown: words.Length(worked), Spoken: words.Spoken(worked), Open: c.Open()}
	if c.In == nil {
		return told
	}
	told.Times = t.FromTo(c.In.At, end(c.Out), clock.DateOf(c.In.At, t.Zone))
	note := func(e *clock.Event, more ...string) {
		if e != nil {
			more = append(more, e.Note)
		}
		for _, text := range more {
			if text = strings.TrimSpace(text); text != "" {
				told.Lines = append(told.Lines, ui.HistoryLine{Kind: "note", Glyph: ui.GlyphNote, Text: text})
			}
		}
	}
	note(c.In)
	for _, b := range c.Breaks {
		last := c.Presence(t.Now).To
		if b.End != nil {
			last = b.End.At
		}
		told.Lines = append(told.Lines, ui.HistoryLine{
			Kind: "break", Glyph: ui.GlyphBreak, Aside: words.Length(clock.Stretch{From: b.Start.At, To: last}.Length()),
			Text: words.T(words.CardBreak, "times", t.FromTo(b.Start.At, end(b.End), clock.DateOf(b.Start.At, t.Zone))),
		})
		note(&b.Start, b.Note)
		note(b.End)
	}
	note(c.Out, c.Note)
	if change := words.ClockChange(c.ClockChange(t.Zone, t.Now), worked, c.Open()); change != "" {
		told.Lines = append(told.Lines, ui.HistoryLine{Kind: "change", Glyph: ui.GlyphClock, Text: change})
	}
	return told
}

// end is the instant of an event, 0 where there is none yet.
func end(e *clock.Event) clock.Instant {
	if e == nil {
		return 0
	}
	return e.At
}

// confirmedLine says who confirmed a card of that person.
func confirmedLine(c clock.Card, name string) []ui.HistoryLine {
	text := ""
	switch {
	case c.ByPerson && c.BySupervisor:
		text = words.T(words.SheetByBoth, "name", name)
	case c.ByPerson:
		text = words.T(words.SheetBy, "name", name)
	case c.BySupervisor:
		text = words.T(words.SheetByBoss)
	default:
		return nil
	}
	return []ui.HistoryLine{{Kind: "confirmed", Glyph: ui.GlyphCheck, Text: text}}
}

// oddLines says what of a card does not fit the rules.
func oddLines(t tell.Times, all []clock.Exception) []ui.HistoryLine {
	lines := make([]ui.HistoryLine, len(all))
	for i, e := range all {
		lines[i] = ui.HistoryLine{Kind: "odd", Glyph: ui.GlyphAlert, Text: found(t, e)}
	}
	return lines
}

// waits reports whether anything of the person's waits for somebody.
func (p *Person) waits(m desk.Model) bool {
	row := m.RowOf(p.person)
	return len(m.AmendsOf(p.person))+len(m.AskedBy(p.person))+len(m.ObjectionsOf(p.person)) > 0 || row != nil && len(row.Waiting) > 0
}

// waiting lists what waits: for Teams, or for somebody to answer.
func (p *Person) waiting(m desk.Model, t tell.Times) app.UI {
	var items []app.UI
	for _, a := range m.AmendsOf(p.person) {
		items = append(items, amendItem(p.Store, m, a))
	}
	for _, q := range m.AskedBy(p.person) {
		items = append(items, waitItem("request", ui.GlyphNote, words.T(words.PersonAsked, "time", t.When(q.Made)), q.Text,
			wire.ScreenRequests, words.T(words.MendAsksLook)))
	}
	for _, o := range m.ObjectionsOf(p.person) {
		items = append(items, waitItem("objection", ui.GlyphAlert, words.T(words.PersonObjects, "word", o.Reply.Word), t.When(o.Reply.At),
			cardPath(m.Team, p.person, o.Card), words.T(words.WaitLook)))
	}
	if row := m.RowOf(p.person); row != nil && len(row.Waiting) > 0 {
		items = append(items, waitItem("press", ui.GlyphServer, words.N(words.PersonPresses, int64(len(row.Waiting))), "", "", ""))
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("asks-title").Text(words.T(words.PersonWaits)),
		app.Ul().Class("waits").Body(items...),
	)
}

// waitItem is one thing that waits, and the way to it.
func waitItem(kind string, glyph ui.Glyph, what, more, path, look string) app.UI {
	return app.Li().Class("wait").DataSet("waits", kind).Body(
		glyph.Draw(),
		app.Div().Class("wait-text").Body(
			app.P().Class("wait-what").Text(what),
			app.If(more != "", func() app.UI { return app.P().Class("wait-more").Text(more) }),
			app.If(path != "", func() app.UI { return app.A().Class("link").Href(path).Text(look) }),
		),
	)
}

var waitNames = map[wire.Op]words.Key{
	wire.Create: words.WaitCreate, wire.Replace: words.WaitReplace, wire.Delete: words.WaitDelete, wire.Confirm: words.WaitConfirm,
}

// waitText tells what an amendment waits for, or that it was not written.
func waitText(a wire.Amended) string {
	switch a.Status {
	case wire.Conflicted:
		return words.T(words.WaitClash)
	case wire.Refused:
		return words.T(words.WaitRefused, "why", words.Problem(a.Code).What)
	case wire.Sending:
		return words.T(words.WaitSending)
	case wire.Unsure:
		return words.T(words.WaitUnsure)
	}
	if a.Code != "" {
		return words.Together(words.Joined, words.T(words.WaitKept), words.Problem(a.Code).What)
	}
	return words.T(words.WaitKept)
}

// amendItem tells of an amendment that is not over, with what can be decided.
func amendItem(s Store, m desk.Model, a wire.Amended) app.UI {
	glyph, kind := ui.GlyphServer, "amendment"
	switch a.Status {
	case wire.Conflicted:
		glyph, kind = ui.GlyphAlert, "clash"
	case wire.Refused:
		glyph, kind = ui.GlyphAlert, "refused"
	}
	path := ""
	if a.Card != "" {
		path = cardPath(m.Team, a.Person.ID, a.Card)
	}
	by := nameOr(a.By.Name)
	item := app.Li().Class("wait").DataSet("waits", kind).DataSet("amendment", a.ID)
	return item.Body(
		glyph.Draw(),
		app.Div().Class("wait-text").Body(
			app.P().Class("wait-what").Text(words.T(waitNames[a.Op], "by", by, "name", a.Person.Name)),
			app.P().Class("wait-more").Text(waitText(a)),
			app.If(path != "", func() app.UI {
				return app.A().Class("link").DataSet("act", "look-amendment").Href(path).Text(words.T(words.WaitLook))
			}),
			app.If(path == "" && a.Status == wire.Conflicted, func() app.UI { return clash(s, m, a) }),
		),
	)
}

func nameOr(name string) string {
	if name == "" {
		return words.T(words.ChangeBySomeone)
	}
	return name
}

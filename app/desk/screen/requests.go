package screen

import (
	"cmp"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Requests is what people of a team ask for, object to, and have to decide.
type Requests struct {
	app.Compo
	follower

	Store Store

	asked string            // the team whose list was asked for last
	word  map[string]string // why a request is declined, as typed, by its id
	open  string            // the request that is being declined
	wrong bool              // it lacks the word
}

// OnPreRender is OnMount without a browser, for tests.
func (r *Requests) OnPreRender(ctx app.Context) { r.load(ctx) }

// OnMount begins to follow the Store.
func (r *Requests) OnMount(ctx app.Context) {
	r.load(ctx)
	r.tick(ctx, r.Store)
	ctx.Page().SetTitle(words.T(words.RequestsTitle) + " · " + words.T(words.AppName))
}

func (r *Requests) load(ctx app.Context) {
	r.word = map[string]string{}
	r.follow(ctx, r.Store, r.changed)
	r.changed()
}

// changed reads the list once it is known whose it is.
func (r *Requests) changed() {
	if m := r.Store.Model(); m.Phase == desk.Ready && m.Team != r.asked {
		r.asked = m.Team
		r.Store.ReadInbox()
	}
}

// OnDismount ends what OnMount began.
func (r *Requests) OnDismount() { r.leave() }

// Render draws the screen that fits the Model.
func (r *Requests) Render() app.UI {
	if gate := gate(r.Store); gate != nil {
		return frame(r.Store, "requests", wire.ScreenRequests, "", gate)
	}
	m := r.Store.Model()
	return frame(r.Store, "requests", wire.ScreenRequests, r.said(m), app.Div().Class("board", "requests").Body(
		app.Header().Class("board-head").Body(
			teamPick(r.Store, m),
			app.P().Class("board-age").Body(
				&ui.Act{Name: "refresh", Class: "link", Label: words.T(words.Refresh), Busy: m.Inbox.Loading, On: r.refresh},
			),
		),
		r.body(m),
	))
}

func (r *Requests) refresh(app.Context, ui.Act) { r.Store.ReadInbox() }

func (r *Requests) body(m desk.Model) app.UI {
	b := m.Inbox
	switch {
	case b.Trouble.Code != "":
		return failed(b.Trouble, r.refresh).Draw()
	case !b.Read:
		return ui.Skeleton(words.T(words.RequestsReading), 4)
	case len(b.Requests)+len(b.Objections)+len(m.Conflicts)+len(m.Amends) == 0:
		return ui.Blank{Problem: "empty", Glyph: ui.GlyphCheck, Title: words.T(words.RequestsNone), Text: []string{words.T(words.RequestsNoneDo)}}.Draw()
	}
	t := timesOf(r.Store)
	return app.Div().Class("asks").Body(
		app.If(len(b.Requests) > 0, func() app.UI { return r.requests(t, b) }),
		app.If(len(b.Objections) > 0, func() app.UI { return objections(t, m.Team, b.Objections) }),
		app.If(len(m.Amends) > 0, func() app.UI { return underWay(r.Store, m) }),
		app.If(len(m.Conflicts) > 0, func() app.UI { return teamConflicts(t, m.Conflicts) }),
	)
}

// requests lists the corrections asked for, each with its answer.
func (r *Requests) requests(t tell.Times, b desk.Inbox) app.UI {
	items := make([]app.UI, len(b.Requests))
	for i, q := range b.Requests {
		items[i] = r.request(t, b, q)
	}
	return app.Section().Body(
		app.H2().Class("asks-title").Text(words.T(words.RequestsAsked)),
		app.Ul().Class("ask-list").Body(items...),
	)
}

func (r *Requests) request(t tell.Times, b desk.Inbox, q wire.Request) app.UI {
	return app.Li().Class("panel", "request").DataSet("request", q.ID).DataSet("answer", string(q.State)).Body(
		app.P().Class("request-who").Text(words.T(words.RequestBy, "name", q.Person.Name, "time", t.When(q.Made))),
		app.P().Class("request-text").Text(q.Text),
		changes(t, q.Op, q.Seen, q.Next),
		lookAt(r.Store.Model().Team, q.Person, q.Card),
		app.If(b.Failed[q.ID] != "", func() app.UI {
			advice := problem(b.Failed[q.ID])
			return app.P().Class("ask-error").Role("alert").Text(words.Together(words.Joined, advice.What, advice.Do))
		}),
		r.answer(b, q),
	)
}

// answer is what can be said to a request, or what was.
func (r *Requests) answer(b desk.Inbox, q wire.Request) app.UI {
	busy := b.Answering[q.ID]
	switch {
	case q.State == wire.Granted:
		return outcomeLine(ui.GlyphCheck, "good", words.T(words.RequestAccepted))
	case q.State != wire.Asked:
		return outcomeLine(ui.GlyphAlert, "bad", words.T(words.RequestRefused))
	case r.open == q.ID:
		return r.declining(q, busy)
	}
	return app.Div().Class("request-acts").Body(
		&ui.Act{Name: "accept", Value: q.ID, Class: "primary", Label: words.T(words.RequestAccept), Busy: busy,
			Spoken: words.T(words.RequestAcceptOf, "name", q.Person.Name), On: r.accept},
		&ui.Act{Name: "decline", Value: q.ID, Class: "second", Label: words.T(words.RequestDecline), Busy: busy,
			Spoken: words.T(words.RequestDeclineOf, "name", q.Person.Name), On: r.decline},
	)
}

// declining asks why.
func (r *Requests) declining(q wire.Request, busy bool) app.UI {
	id := "why-" + q.ID
	text := r.word[q.ID]
	missing := ""
	if r.wrong {
		missing = words.T(words.RequestWhyMissing)
	}
	return app.Div().Class("field").Body(
		app.Label().Class("field-label").For(id).Text(words.T(words.RequestWhy, "name", q.Person.Name)),
		app.Textarea().ID(id).Class("note-field").Rows(2).Attr("maxlength", wire.MaxNote).Attr("value", text).
			Aria("describedby", id+"-error").Aria("invalid", r.wrong).Aria("required", true).
			OnInput(func(ctx app.Context, _ app.Event) { r.word[q.ID] = valueOf(ctx) }, app.EventScope(q.ID)),
		app.P().ID(id+"-error").Class("ask-error").Role("alert").Text(missing),
		app.Div().Class("request-acts").Body(
			&ui.Act{Name: "send-decline", Value: q.ID, Class: "primary", Label: words.T(words.RequestDecline), Busy: busy, On: r.sendDecline},
			&ui.Act{Name: "keep-open", Value: q.ID, Class: "link", Label: words.T(words.ActingCancel), On: r.keepOpen},
		),
	)
}

func outcomeLine(glyph ui.Glyph, tone, text string) app.UI {
	return app.P().Class("request-outcome").DataSet("tone", tone).Body(glyph.Draw(), app.Span().Text(text))
}

func (r *Requests) accept(_ app.Context, act ui.Act) { r.Store.Answer(act.Value, true, "") }

func (r *Requests) decline(_ app.Context, act ui.Act) {
	r.open, r.wrong = act.Value, false
	r.focus("why-" + act.Value)
}

func (r *Requests) keepOpen(app.Context, ui.Act) { r.open = "" }

func (r *Requests) sendDecline(_ app.Context, act ui.Act) {
	if r.wrong = r.word[act.Value] == ""; r.wrong {
		browser.FocusFirst("why-" + act.Value)
		return
	}
	r.Store.Answer(act.Value, false, r.word[act.Value])
}

// said is announced: how many requests are open still.
func (r *Requests) said(m desk.Model) string {
	if !m.Inbox.Read {
		return ""
	}
	open := int64(0)
	for _, q := range m.Inbox.Requests {
		if q.State == wire.Asked {
			open++
		}
	}
	return words.N(words.RequestsOpen, open)
}

var partNames = map[clock.Part]words.Key{
	clock.PartIn: words.PartIn, clock.PartBreak: words.PartBreak, clock.PartOut: words.PartOut, clock.PartNote: words.PartNote,
}

// changes tells before and after of a card side by side, part by part.
func changes(t tell.Times, op wire.Op, was, is *clock.Card) app.UI {
	rows := []app.UI{app.Tr().Body(
		app.Th().Scope("col").Body(ui.Unseen(words.T(words.ComparePart))),
		app.Th().Scope("col").Text(words.T(words.CompareWas)),
		app.Th().Scope("col").Text(words.T(words.CompareIs)),
	)}
	card := cmp.Or(was, is)
	if op == wire.Delete {
		is = nil
	}
	day := dateOf(t, card)
	for _, d := range clock.Differences(was, is) {
		rows = append(rows, app.Tr().Body(
			app.Th().Scope("row").Text(words.T(partNames[d.Part])),
			app.Td().Class("diff-was").Text(part(t, d.Part, d.Was, day)),
			app.Td().Class("diff-is").Text(part(t, d.Part, d.Is, day)),
		))
	}
	return app.Table().Class("diff").Body(
		app.Caption().Class("diff-caption").Text(words.T(opNames[op], "day", t.Format.Date(day))),
		app.TBody().Body(rows...),
	)
}

var opNames = map[wire.Op]words.Key{
	wire.Create: words.OpCreate, wire.Replace: words.OpReplace, wire.Delete: words.OpDelete, wire.Confirm: words.OpConfirm,
}

// dateOf gives the day that a card belongs to, today for one without any.
func dateOf(t tell.Times, c *clock.Card) clock.Date {
	if c == nil || c.In == nil {
		return t.Today()
	}
	return clock.DateOf(c.In.At, t.Zone)
}

// part tells what the card of a day says in one part of it.
func part(t tell.Times, p clock.Part, s *clock.Said, day clock.Date) string {
	switch {
	case s == nil:
		return words.T(words.CompareNone)
	case p == clock.PartNote:
		return s.Note
	}
	text := t.Format.Time(s.At)
	if clock.DateOf(s.At, t.Zone) != day {
		text = t.When(s.At)
	}
	if p == clock.PartBreak {
		text = t.FromTo(s.At, s.Until, clock.DateOf(s.At, t.Zone))
	}
	if s.Note != "" {
		text += " · " + s.Note
	}
	return text
}

// objections lists the changes that people do not agree to.
func objections(t tell.Times, team string, all []wire.Objection) app.UI {
	items := make([]app.UI, len(all))
	for i, o := range all {
		items[i] = app.Li().Class("panel", "request").DataSet("objection", o.Card).Body(
			app.P().Class("request-who").Text(words.T(words.ObjectionBy, "name", o.Person.Name, "time", t.When(o.Reply.At))),
			app.P().Class("request-text").Text(o.Reply.Word),
			app.If(o.Change != nil, func() app.UI { return changes(t, cmp.Or(o.Change.Op, wire.Replace), o.Change.Before, o.Change.After) }),
			lookAt(team, o.Person, o.Card),
		)
	}
	return app.Section().Body(
		app.H2().Class("asks-title").Text(words.T(words.ObjectionsTitle)),
		app.Ul().Class("ask-list").Body(items...),
	)
}

// teamConflicts lists what the people of the team have to decide, for their
// supervisor to ask about.
func teamConflicts(t tell.Times, all []wire.TeamConflict) app.UI {
	lines := make([]ui.Press, len(all))
	for i, c := range all {
		r := c.Receipt
		what := words.T(words.PressAt, "act", words.Act(r.Kind), "time", t.When(cmp.Or(r.Stated, r.At)))
		lines[i] = ui.Press{
			Place: "team", Problem: string(r.Code), Glyph: ui.GlyphAlert,
			What:  words.T(words.TeamPress, "name", c.Person.Name, "press", what),
			Where: words.T(words.TeamNoCard, "time", t.When(r.Received)),
			Do:    words.T(words.TeamAsk, "name", c.Person.Name),
		}
		if r.Conflict != nil && r.Conflict.Stands != nil {
			lines[i].Where = words.T(words.TeamCard, "card", cardTimes(t, *r.Conflict.Stands, r.Kind), "time", t.When(r.Received))
		}
	}
	return ui.Presses("team-conflicts", words.T(words.TeamConflicts), lines)
}

package screen

import (
	"net/url"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// cardTitleID is the heading of a card.
const cardTitleID = "card-title"

// cardPath is where a card of a person stands.
func cardPath(team, person, card string) string {
	return wire.ScreenCard + "?" + url.Values{wire.ParamTeam: {team}, wire.ParamPerson: {person}, wire.ParamCard: {card}}.Encode()
}

// newCardPath is where a card is added that is missing on a day.
func newCardPath(team, person string, day clock.Date) string {
	return wire.ScreenCard + "?" + url.Values{wire.ParamTeam: {team}, wire.ParamPerson: {person}, wire.ParamDay: {day.String()}}.Encode()
}

// Card is one card of somebody in the team: how it stands, what was done to it,
// and what a supervisor does to it. Without a card it adds one.
type Card struct {
	app.Compo
	follower
	address

	Store Store

	form   *form         // nil while nothing is written
	kept   bool          // the form holds what was written before
	errand clock.Instant // the errand that was told of last, and what it did
	doing  wire.Op
	done   string // said of it
	waits  string // the id of an amendment that went on its way, and may end in a clash
}

// OnPreRender is OnMount without a browser, for tests.
func (c *Card) OnPreRender(ctx app.Context) { c.load(ctx) }

// OnMount begins to follow the Store.
func (c *Card) OnMount(ctx app.Context) {
	c.load(ctx)
	c.tick(ctx, c.Store)
}

// OnNav shows another card when the address has changed.
func (c *Card) OnNav(ctx app.Context) {
	if was := c.address; was.path() != pathOf(ctx) {
		c.read(ctx)
		c.form, c.kept, c.done = nil, false, ""
		c.changed()
	}
}

func (a *address) path() string {
	return url.Values{wire.ParamTeam: {a.team}, wire.ParamPerson: {a.person}, wire.ParamCard: {a.card}, wire.ParamDay: {a.day.String()}}.Encode()
}

func pathOf(ctx app.Context) string {
	var a address
	a.read(ctx)
	return a.path()
}

// OnDismount ends what OnMount began.
func (c *Card) OnDismount() { c.leave() }

func (c *Card) load(ctx app.Context) {
	c.read(ctx)
	c.errand = c.Store.Model().Errand.At
	c.follow(ctx, c.Store, c.changed)
	ctx.Page().SetTitle(words.T(words.CardLook) + " · " + words.T(words.AppName))
	c.changed()
}

// changed asks for what is to be shown once it is known whose it is, and takes
// up what was written.
func (c *Card) changed() {
	m := c.Store.Model()
	if !c.ready(c.Store, m) {
		return
	}
	m = c.Store.Model()
	if c.shown != c.path() {
		c.shown = c.path()
		c.Store.ShowCard(c.person, c.card)
		c.Store.ReadInbox()
		c.resume(m)
	}
	if day, ok := c.dayOf(m); ok && (m.Person.ID != c.person || !inWeek(m.Person.Week, day)) {
		c.Store.ShowPerson(c.person, day)
	}
	c.heed(m)
	c.await(m)
}

// await tells what became of an amendment that went on its way.
func (c *Card) await(m desk.Model) {
	if a := c.clash(m); a != nil && a.ID == c.waits {
		c.waits = ""
		c.focus(clashID)
	}
	if t := m.Card.Trail; t != nil && c.waits != "" {
		for _, done := range t.Changes {
			if done.ID == c.waits {
				c.waits, c.done = "", words.T(doneNames[done.Op])
			}
		}
	}
}

// resume takes up what was written in this tab about the same card.
func (c *Card) resume(m desk.Model) {
	d, ok := c.Store.Draft()
	if c.kept = ok && d.About(m.Team, c.person, c.card); c.kept {
		c.form = newForm(d, c.Store)
		return
	}
	if c.form = nil; c.card == "" {
		c.form = newForm(desk.BeginDraft(m.Team, c.person, nil), c.Store)
		c.form.suggest(c.day, c.Store)
	}
}

// dayOf is the day that the card belongs to, or is missing on.
func (c *Card) dayOf(m desk.Model) (clock.Date, bool) {
	if c.card == "" {
		if c.day == (clock.Date{}) {
			return clock.DateOf(c.Store.Now(), c.Store.TeamZone()), true
		}
		return c.day, true
	}
	if t := m.Card.Trail; t != nil && t.Card != nil && t.Card.In != nil {
		return clock.DateOf(t.Card.In.At, c.Store.TeamZone()), true
	}
	return clock.Date{}, false
}

// heed takes what became of the last errand: what went through is not written any
// more, and what came to nothing stays.
func (c *Card) heed(m desk.Model) {
	e := m.Errand
	if e.Busy || e.At == c.errand || c.doing == "" {
		return
	}
	c.errand = e.At
	clashes := e.Amended != nil && e.Amended.Status == wire.Conflicted
	if e.Failed != "" && !clashes {
		c.doing = ""
		c.focus(formErrorID)
		return
	}
	c.end(e, clashes)
	c.doing = ""
}

// end leaves the form for what came of it.
func (c *Card) end(e desk.Errand, clashes bool) {
	c.form, c.kept = nil, false
	c.Store.KeepDraft(desk.Draft{})
	switch waits := e.Amended != nil && !e.Amended.Status.Final(); {
	case clashes, waits:
		c.done, c.waits = "", e.Amended.ID
	default:
		c.done = words.T(doneNames[c.doing])
	}
	if made := e.Amended; c.card == "" && made != nil && !clashes && c.navigate != nil {
		c.navigate(c.madePath(*made))
		return
	}
	c.focus(clashID, cardTitleID)
}

// madePath is where a card shows that was added: its own screen, or while Teams does
// not have it, among what waits in its week.
func (c *Card) madePath(made wire.Amended) string {
	if made.Card != "" {
		return cardPath(made.Team, c.person, made.Card)
	}
	day := c.day
	if next := made.After; next != nil && next.In != nil {
		day = clock.DateOf(next.In.At, c.Store.TeamZone())
	}
	return personPath(made.Team, c.person, day)
}

var doneNames = map[wire.Op]words.Key{
	wire.Create: words.MendAddedDone, wire.Replace: words.MendDone, wire.Delete: words.MendDeleted, wire.Confirm: words.MendConfirmDone,
}

// Render draws the screen that fits the Model.
func (c *Card) Render() app.UI {
	if gate := gate(c.Store); gate != nil {
		return frame(c.Store, "card", wire.ScreenCard, "", gate)
	}
	m := c.Store.Model()
	if c.missing(m) {
		return frame(c.Store, "card", wire.ScreenCard, "", nobody())
	}
	t := timesOf(c.Store)
	card := c.stands(m)
	return frame(c.Store, "card", wire.ScreenCard, c.done, app.Div().Class("board", "card-screen").Body(
		c.head(m, t, card),
		ui.Notices(c.notices(m)),
		app.If(c.clash(m) != nil, func() app.UI { return clash(c.Store, m, *c.clash(m)) }),
		app.If(c.form != nil, func() app.UI { return c.writing(m, t) }),
		app.If(c.form == nil && card != nil && c.settled(m) && m.AmendOf(c.card) == nil, func() app.UI { return c.acts(m, *card) }),
		app.If(c.card != "", func() app.UI { return c.trail(m, t, card) }),
	))
}

// settled reports whether all that stands above the buttons is known, so that
// none moves from under a finger.
func (c *Card) settled(m desk.Model) bool {
	return m.Card.Trail != nil && m.Person.ID == c.person && (m.Person.Days != nil || m.Person.Trouble.Code != "")
}

// stands is the card as it stands, nil where it is not there or not known.
func (c *Card) stands(m desk.Model) *clock.Card {
	switch t := m.Card.Trail; {
	case c.card == "" || m.Card.ID != c.card:
		return nil
	case t != nil:
		return t.Card
	}
	if d := m.Person.Days; d != nil && m.Person.ID == c.person {
		for i := range d.Cards {
			if d.Cards[i].ID == c.card {
				return &d.Cards[i]
			}
		}
	}
	return nil
}

// clash is the amendment of the card, or of one that was to be added, that
// somebody has to decide about; nil when there is none.
func (c *Card) clash(m desk.Model) *wire.Amended {
	if c.card != "" {
		if a := m.AmendOf(c.card); a != nil && a.Status == wire.Conflicted {
			return a
		}
		return nil
	}
	for i, a := range m.AmendsOf(c.person) {
		if a.Op == wire.Create && a.Status == wire.Conflicted {
			return &m.AmendsOf(c.person)[i]
		}
	}
	return nil
}

func (c *Card) head(m desk.Model, t tell.Times, card *clock.Card) app.UI {
	name := nameIn(m, c.person)
	day, known := c.dayOf(m)
	back := clock.Date{}
	if known {
		back = day
	}
	title := words.T(words.MendTitle, "name", name)
	if c.card == "" {
		title = words.T(words.MendNew, "name", name)
	}
	parts := []app.UI{
		backLink(personPath(m.Team, c.person, back), words.T(words.MendBack, "name", name)),
		app.H1().ID(cardTitleID).TabIndex(-1).Class("board-title").Text(title),
	}
	if known && c.card != "" {
		parts = append(parts, app.P().Class("person-team").Text(t.Format.DateYear(day)))
	}
	if card != nil && card.In != nil {
		parts = append(parts, c.facts(m, t, *card))
	}
	return app.Header().Class("person-head").Body(parts...)
}

// facts tells the card as it stands.
func (c *Card) facts(m desk.Model, t tell.Times, card clock.Card) app.UI {
	told := tellCard(t, card)
	told.Lines = append(told.Lines, confirmedLine(card, nameIn(m, c.person))...)
	if m.Person.Days != nil && m.Person.ID == c.person {
		told.Lines = append(told.Lines, oddLines(t, sheetOf(c.Store, m).OfCard(card.ID))...)
	}
	if card.Changed != 0 {
		told.Lines = append(told.Lines, ui.HistoryLine{Kind: "changed", Glyph: ui.GlyphHistory, Text: words.T(words.SheetChanged, "time", t.When(card.Changed))})
	}
	return app.Div().Class("day").Body(app.Ul().Class("day-cards").Body(told.Draw()))
}

// notices tells what went wrong, what waits, and what is done.
func (c *Card) notices(m desk.Model) []ui.Notice {
	var all []ui.Notice
	if code := m.Card.Trouble.Code; code != "" && c.card != "" {
		all = append(all, trouble(code, &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: c.again}))
	}
	if t := m.Card.Trail; t != nil && c.card != "" && m.Card.ID == c.card && t.Card == nil {
		all = append(all, ui.Notice{Problem: "gone", Tone: ui.Calm, What: words.T(words.CardGone), Do: words.T(words.CardGoneDo)})
	}
	if a := m.AmendOf(c.card); a != nil && a.Status != wire.Conflicted {
		all = append(all, ui.Notice{Problem: "waits", Tone: ui.Calm, Glyph: ui.GlyphServer, What: words.T(words.MendOnWay), Do: words.T(words.MendOnWayDo)})
	}
	if c.form == nil && m.Errand.Failed != "" && !m.Errand.Busy && c.clash(m) == nil {
		all = append(all, trouble(m.Errand.Failed, nil))
	}
	if c.done != "" {
		all = append(all, ui.Notice{Problem: "done", Tone: ui.Calm, Glyph: ui.GlyphCheck, What: c.done})
	}
	if c.kept && c.form != nil {
		all = append(all, ui.Notice{Problem: "kept", Tone: ui.Calm, Glyph: ui.GlyphNote, What: words.T(words.MendKept)})
	}
	return all
}

func (c *Card) again(app.Context, ui.Act) { c.Store.ReadCard() }

// acts is what can be done with the card.
func (c *Card) acts(m desk.Model, card clock.Card) app.UI {
	confirms := card.Out != nil && !card.BySupervisor
	return app.Div().Class("card-acts").Body(
		app.If(card.ByPerson || card.BySupervisor, func() app.UI {
			return app.P().Class("card-acts-text").Text(words.Together(words.Joined, words.T(words.MendLocked), words.T(words.MendLockedDo)))
		}),
		app.If(confirms, func() app.UI { return app.P().Class("card-acts-text").Text(words.T(words.MendConfirmText)) }),
		app.Div().Class("request-acts").Body(
			app.If(confirms, func() app.UI {
				return &ui.Act{Name: "confirm-card", Class: "primary", Glyph: ui.GlyphCheck, Label: words.T(words.MendConfirm), Busy: m.Errand.Busy, On: c.confirm}
			}),
			&ui.Act{Name: "correct", Class: "second", Label: words.T(words.MendAct), On: c.correct},
			&ui.Act{Name: "remove", Class: "link", Label: words.T(words.MendRemove), On: c.remove},
		),
	)
}

func (c *Card) confirm(app.Context, ui.Act) {
	if card := c.stands(c.Store.Model()); card != nil {
		c.doing, c.done = wire.Confirm, ""
		c.Store.Confirm(c.person, *card)
	}
}

// begin begins to write about the card as it stands.
func (c *Card) begin(remove bool, focus string) {
	m := c.Store.Model()
	card := c.stands(m)
	if card == nil {
		return
	}
	d := desk.BeginDraft(m.Team, c.person, card)
	d.Remove = remove
	c.form, c.kept, c.done = newForm(d, c.Store), false, ""
	c.focus(focus)
}

func (c *Card) correct(app.Context, ui.Act) { c.begin(false, fieldID(desk.FieldIn)) }
func (c *Card) remove(app.Context, ui.Act)  { c.begin(true, fieldID(desk.FieldWhy)) }

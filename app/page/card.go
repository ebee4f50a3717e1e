package page

import (
	"net/url"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/words"
)

const (
	// cardTitleID is the heading of a card, and sayID the field for some words.
	cardTitleID = "card-title"
	sayID       = "say"
	paramCard   = "id"
)

// cardPath is where the screen of a card stands; without an id, that of one that
// is missing.
func cardPath(id string) string {
	if id == "" {
		return PathCard
	}
	return PathCard + "?" + paramCard + "=" + url.QueryEscape(id)
}

// Card is the screen of one card: what was done to it, what the person says to
// that, and what they ask for. Without a card it asks for one that is missing.
type Card struct {
	app.Compo
	screen

	Store Store

	id       string
	read     bool          // the card was asked for
	asOf     clock.Instant // when cards had been read, and news heard, by then
	heard    int
	done     int         // errands that were through when the screen was drawn last
	objects  string      // the change that is objected to, by objectTo
	wrong    string      // what is wrong with what was typed
	form     *correction // nil while nothing is being corrected
	finished string      // said of the last errand
}

// OnPreRender is OnMount without a browser, for tests.
func (c *Card) OnPreRender(ctx app.Context) { c.load(ctx) }

// OnMount begins to follow the Store.
func (c *Card) OnMount(ctx app.Context) {
	c.load(ctx)
	c.tick(c.Store, clock.Minute, func() clock.Instant { return 0 }, nil)
	ctx.Page().SetTitle(words.T(words.CardTitle) + " · " + words.T(words.AppName))
}

// OnDismount ends what OnMount began.
func (c *Card) OnDismount() { c.leave() }

func (c *Card) load(ctx app.Context) {
	if c.id = ctx.Page().URL().Query().Get(paramCard); c.id == "" {
		c.id = state.NewCard
		c.form = newCorrection(look(c.Store), nil)
	}
	c.follow(ctx, c.Store, func(app.Context) { c.changed() })
	c.Store.OpenCard(c.id)
	m := c.Store.Model()
	c.done, c.asOf, c.heard, c.read = m.Card.Done, m.AsOf, m.Card.Heard, m.Phase == state.Ready
}

// changed is called after every change of the Model.
func (c *Card) changed() {
	m := c.Store.Model()
	if m.Card.Heard != c.heard {
		c.finished = ""
	}
	ready := m.Phase == state.Ready && m.Team != ""
	if ready && (!c.read || m.AsOf != c.asOf || m.Card.Heard != c.heard) {
		c.read = true
		c.Store.ReadCard()
	}
	c.asOf, c.heard = m.AsOf, m.Card.Heard
	if m.Card.Done > c.done {
		c.objects, c.wrong, c.form = "", "", nil
		c.focus(cardTitleID)
	}
	c.done = m.Card.Done
}

// Render draws the screen.
func (c *Card) Render() app.UI {
	v := look(c.Store)
	return frame(v, PathCard, c.finished, who(v, c.signOut), c.body(v))
}

func (c *Card) body(v view) app.UI {
	switch {
	case v.Phase == state.SignedOut:
		return welcome(c.signIn).Draw()
	case v.Phase == state.Broken:
		return unread(v, c.refresh).Draw()
	case v.Phase == state.Ready && !anyClock(v):
		return noClock(v, c.refresh).Draw()
	}
	card, gone := c.card(v)
	parts := []app.UI{
		app.A().Class("link", "back").Href(PathHistory).Text(words.T(words.CardBack)),
		c.head(v, card, gone),
		ui.Notices(c.notices(v)),
	}
	if c.form != nil && (card != nil || c.id == state.NewCard) {
		parts = append(parts, c.form.draw(c, v))
	}
	if changes := c.changes(v, card); len(changes) > 0 {
		parts = append(parts, ui.Changes("changes", words.T(words.ChangesLabel), changes))
	} else if v.Card.Trail != nil && c.form == nil && c.id != state.NewCard {
		parts = append(parts, app.P().Class("week-empty").Text(words.T(words.CardUnchanged)))
	} else if c.id != state.NewCard && v.Card.Trail == nil && v.Card.Trouble == "" {
		parts = append(parts, ui.Skeleton(words.T(words.CardReading), 3))
	}
	if c.form == nil {
		parts = append(parts, c.acts(v, card))
	}
	return app.Div().Class("history", "card-screen").Body(parts...)
}

// card gives the card as it stands, as far as it is known; gone says that it is
// not there any more.
func (c *Card) card(v view) (card *clock.Card, gone bool) {
	if c.id == state.NewCard {
		return nil, false
	}
	if t := v.Card.Trail; t != nil && v.Card.ID == c.id {
		return t.Card, t.Card == nil
	}
	for _, one := range historyCards(v.Model) {
		if one.ID == c.id {
			return &one, false
		}
	}
	return nil, false
}

func (c *Card) head(v view, card *clock.Card, gone bool) app.UI {
	title := words.T(words.CardTitle)
	switch {
	case c.id == state.NewCard:
		title = words.T(words.CorrectNew)
	case card != nil && card.In != nil:
		title = v.format.Date(clock.DateOf(card.In.At, v.zone))
	}
	head := app.Div().Class("card-title").Body(
		app.H1().ID(cardTitleID).TabIndex(-1).Class("history-title").Text(title),
	)
	if gone || card == nil || card.In == nil {
		return head
	}
	told := v.tellCard(*card, clock.DateOf(card.In.At, v.zone), 0)
	told.More = ""
	return app.Div().Class("card-title").Body(
		app.H1().ID(cardTitleID).TabIndex(-1).Class("history-title").Text(title),
		app.Div().Class("day").Body(app.Ul().Class("day-cards").Body(told.Draw())),
	)
}

// notices tells what went wrong, and what is done.
func (c *Card) notices(v view) []ui.Notice {
	all := grave(v, troubleActs{c.retry, c.forget})
	if v.Card.Trouble != "" {
		n := notice(v.Card.Trouble, ui.Grave)
		n.Act = &ui.Act{Name: "card-again", Class: "second", Label: words.T(words.TryAgain), On: c.again}
		all = append(all, n)
	}
	if t := v.Card.Trail; t != nil && t.Card == nil && c.id != state.NewCard {
		all = append(all, ui.Notice{Problem: "gone", Tone: ui.Calm, What: words.T(words.CardGone), Do: words.T(words.CardGoneDo)})
	}
	if v.Card.Failed != "" && len(v.Card.Faults) == 0 {
		all = append(all, notice(v.Card.Failed, ui.Grave))
	}
	if c.form == nil && v.Card.Done > 0 && v.Card.Failed == "" && !v.Card.Sending && c.finished != "" {
		all = append(all, ui.Notice{Problem: "done", Tone: ui.Calm, Glyph: ui.GlyphCheck, What: c.finished})
	}
	return all
}

// acts is what can be asked for about the card.
func (c *Card) acts(v view, card *clock.Card) app.UI {
	if c.id == state.NewCard {
		return app.Div().Class("card-acts").Body(&ui.Act{Name: "correct", Class: "second", Label: words.T(words.CorrectMissed), On: c.correct})
	}
	if card == nil || v.Card.Trail == nil {
		return app.Div()
	}
	var acts []app.UI
	text := ""
	if card.Out != nil && !card.ByPerson {
		text = words.T(words.ConfirmText)
		acts = append(acts, &ui.Act{Name: "confirm-card", Class: "primary", Glyph: ui.GlyphCheck, Label: words.T(words.ConfirmCard), Busy: v.Card.Sending, On: c.confirm})
	}
	label := words.T(words.CorrectAsk)
	if c.own(v, card) {
		label = words.T(words.CorrectEdit)
	} else if card.ByPerson || card.BySupervisor {
		text = words.T(words.CardLocked)
	}
	acts = append(acts, &ui.Act{Name: "correct", Class: "second", Label: label, On: c.correct})
	return app.Div().Class("card-acts").Body(
		app.If(text != "", func() app.UI { return app.P().Class("card-acts-text").Text(text) }),
		app.Div().Class("change-acts").Body(acts...),
	)
}

// own reports whether the person may change the card themselves.
func (c *Card) own(v view, card *clock.Card) bool {
	return v.Me.OwnEdits && (card == nil || !card.ByPerson && !card.BySupervisor)
}

func (c *Card) confirm(app.Context, ui.Act) {
	v := look(c.Store)
	if card, _ := c.card(v); card != nil {
		c.finished = words.T(words.CorrectDone)
		c.Store.Confirm(*card)
	}
}

func (c *Card) correct(app.Context, ui.Act) {
	v := look(c.Store)
	if card, _ := c.card(v); card != nil || c.id == state.NewCard {
		c.form, c.objects = newCorrection(v, card), ""
		c.focus(fieldIn)
	}
}

func (c *Card) cancel(app.Context, ui.Act) {
	c.form, c.objects, c.wrong = nil, "", ""
	c.focus(cardTitleID)
}

func (c *Card) retry(app.Context, ui.Act) {
	c.Store.ClearTrouble()
	c.Store.Refresh()
}

func (c *Card) forget(app.Context, ui.Act)  { c.Store.ClearTrouble() }
func (c *Card) again(app.Context, ui.Act)   { c.Store.ReadCard() }
func (c *Card) refresh(app.Context, ui.Act) { c.Store.Refresh() }
func (c *Card) signIn(app.Context, ui.Act)  { c.Store.SignIn("") }
func (c *Card) signOut(app.Context, ui.Act) { c.Store.SignOut() }

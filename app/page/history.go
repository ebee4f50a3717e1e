package page

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// History is the screen of the weeks before. It opens on this week, with what
// the clock has read already, and reads further back when asked.
type History struct {
	app.Compo
	screen

	Store Store

	read  bool       // what others did was asked for
	weeks []toldWeek // as they are drawn, or not anew
	told  int        // how many were told in all
}

// readOnce reads what others did once it is known to whom.
func (h *History) readOnce() {
	m := h.Store.Model()
	ready := m.Phase == state.Ready && m.Team != ""
	if ready && !h.read {
		h.Store.ReadTold()
	}
	h.read = ready
}

// OnPreRender is OnMount without a browser, for tests.
func (h *History) OnPreRender(ctx app.Context) { h.load(ctx) }

// OnMount begins to follow the Store.
func (h *History) OnMount(ctx app.Context) {
	h.load(ctx)
	h.tick(h.Store, clock.Minute, func() clock.Instant { return 0 }, nil)
	ctx.Page().SetTitle(words.T(words.HistoryTitle) + " · " + words.T(words.AppName))
}

// OnDismount ends what OnMount began.
func (h *History) OnDismount() { h.leave() }

func (h *History) load(ctx app.Context) {
	h.follow(ctx, h.Store, func(app.Context) { h.readOnce() })
	h.Store.OpenCard("") // what was asked for there is over
	h.readOnce()
}

// Render draws the screen that fits the Model.
func (h *History) Render() app.UI {
	v := look(h.Store)
	return frame(v, PathHistory, "", who(v, h.signOut), h.body(v))
}

func (h *History) body(v view) app.UI {
	switch {
	case v.Phase == state.SignedOut:
		return stepUp(v, welcome(h.signIn)).Draw()
	case v.Phase == state.Broken:
		return unread(v, h.refresh).Draw()
	case v.Phase == state.Ready && !anyClock(v):
		return noClock(v, h.refresh).Draw()
	case v.Phase == state.Ready && !v.team.Clock:
		return chooser(v, h.chooseTeam).Draw()
	}
	return app.Div().Class("history").Body(
		app.Div().Class("history-head").Body(
			app.H1().Class("history-title").Text(words.T(words.HistoryTitle)),
			app.If(len(v.Me.Teams) > 1, func() app.UI { return teamOf(v).Draw() }),
			app.If(v.AsOf != 0, func() app.UI { return age(v, h.refresh).Draw() }),
			app.If(v.AsOf != 0, func() app.UI {
				return app.A().Class("link", "missed").DataSet("act", "missed").Href(PathCard).Text(words.T(words.CorrectMissed))
			}),
		),
		ui.Notices(append(grave(v, troubleActs{h.retry, h.forget}), h.toldOf(v)...)),
		ui.Strip(calm(v)),
		h.list(v),
	)
}

// teamOf names the team whose hours are shown; it is changed on the clock.
func teamOf(v view) ui.TeamLine {
	return ui.TeamLine{ID: v.Team, Label: words.T(words.TeamLabel), Name: v.team.Name}
}

// weekFacts is what a week is drawn of.
type weekFacts struct {
	N   int // toldWeek.n
	Act ui.Act
}

func (h *History) list(v view) app.UI {
	switch {
	case v.AsOf == 0 && (v.Loading || v.Phase == state.Opening):
		return ui.Skeleton(words.T(words.HistoryLoading), 6)
	case v.AsOf == 0:
		return unread(v, h.refresh).Draw()
	}
	cards := historyCards(v.Model)
	h.weeks = h.tellWeeks(v, cards)
	open := unconfirmed(v, cards)
	drawn := make([]app.UI, len(h.weeks))
	for i := range h.weeks {
		w := &h.weeks[i]
		if w.told.Act = nil; len(open[w.told.ID]) > 0 {
			w.told.Act = h.confirmAct(v, w.told.ID)
		}
		drawn[i] = &part{Of: weekFacts{w.n, w.told.Act.Facts()}, draw: func() app.UI { return h.weeks[i].told.Draw() }}
	}
	return app.Div().Class("weeks").Body(
		app.Div().Class("week-list").Body(drawn...),
		h.further(v),
		h.taking(v),
	)
}

// toldOf leads to what others did to the person's cards, where nothing was said to
// it yet, and tells what became of a week that was confirmed.
func (h *History) toldOf(v view) []ui.Notice {
	var all []ui.Notice
	if e := v.Card.Errand; e.Failed != "" {
		n := notice(e.Failed, ui.Grave)
		if e.Some > 0 {
			n.What = words.N(words.ConfirmSome, int64(e.Some))
		}
		all = append(all, n)
	}
	for _, c := range v.Told {
		if c.Reply != nil {
			continue
		}
		all = append(all, ui.Notice{
			Problem: "told", Tone: ui.Calm, Glyph: ui.GlyphNote,
			What: words.Together(words.Joined, v.changeTitle(c), words.T(words.ChangeWhen, "time", v.when(c.At))), Do: words.T(words.ToldDo),
			Act: &ui.Act{Name: "told", Value: c.Card, Class: "link", Label: words.T(words.ToldLook), On: lookAt},
		})
	}
	return all
}

func lookAt(ctx app.Context, act ui.Act) { ctx.Navigate(cardPath(act.Value)) }

// confirmAct confirms what unconfirmed lists of a week.
func (h *History) confirmAct(v view, week string) *ui.Act {
	return &ui.Act{Name: "confirm-week", Value: week, Class: "second", Glyph: ui.GlyphCheck, Label: words.T(words.ConfirmWeek), Busy: v.Card.Sending, On: h.confirm}
}

// unconfirmed lists, by the ISO date of the first day of their week, the cards that
// are over and that the person has not confirmed.
func unconfirmed(v view, cards []clock.Card) map[string][]clock.Card {
	weeks := map[clock.Date][]clock.Card{}
	for _, c := range cards {
		if c.Out != nil && c.In != nil && !c.ByPerson {
			week := v.weekOf(clock.DateOf(c.In.At, v.zone))
			weeks[week] = append(weeks[week], c)
		}
	}
	byID := make(map[string][]clock.Card, len(weeks))
	for week, open := range weeks {
		byID[week.String()] = open
	}
	return byID
}

func (h *History) confirm(_ app.Context, act ui.Act) {
	v := look(h.Store)
	h.Store.Confirm(unconfirmed(v, historyCards(v.Model))[act.Value]...)
}

// further is the way to the weeks before those shown.
func (h *History) further(v view) app.UI {
	switch {
	case v.Model.History.Loading:
		return ui.Skeleton(words.T(words.HistoryLoading), 3)
	case v.Model.History.Trouble != "":
		return app.Div().Class("further").Body(ui.Notices([]ui.Notice{furtherTrouble(v.Model.History.Trouble, h.older)}))
	}
	return app.Div().Class("further").Body(
		&ui.Act{Name: "older", Class: "second", Label: words.T(words.Earlier), On: h.older},
	)
}

func furtherTrouble(code wire.Code, on handler) ui.Notice {
	advice := words.Problem(code)
	return ui.Notice{
		Problem: string(code), Tone: ui.Grave, What: advice.What, Do: advice.Do,
		Act: &ui.Act{Name: "older", Class: "second", Label: words.T(words.TryAgain), On: on},
	}
}

// historyCards joins what the clock has read with what was read further back:
// the clock's are newer wherever both have a card.
func historyCards(m state.Model) []clock.Card {
	cards := slices.Clip(m.Shown())
	known := make(map[string]bool, len(cards))
	for _, c := range cards {
		known[c.ID] = true
	}
	for _, c := range m.HistoryShown() {
		if !known[c.ID] {
			cards = append(cards, c)
		}
	}
	return cards
}

func (h *History) retry(app.Context, ui.Act) {
	h.Store.ClearTrouble()
	h.Store.Refresh()
}

func (h *History) forget(app.Context, ui.Act)           { h.Store.ClearTrouble() }
func (h *History) older(app.Context, ui.Act)            { h.Store.Older() }
func (h *History) refresh(app.Context, ui.Act)          { h.Store.Refresh() }
func (h *History) chooseTeam(_ app.Context, act ui.Act) { h.Store.ChooseTeam(act.Value) }
func (h *History) signIn(app.Context, ui.Act)           { h.Store.SignIn("") }
func (h *History) signOut(app.Context, ui.Act)          { h.Store.SignOut() }

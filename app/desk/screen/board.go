package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/desk"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Board is the team as it is now.
type Board struct {
	app.Compo

	Store  *desk.Store
	cancel func()
}

// OnMount begins to follow the Store.
func (b *Board) OnMount(ctx app.Context) {
	ctx.Page().SetTitle(words.T(words.DeskTitle))
	b.cancel = b.Store.Subscribe(func() { ctx.Dispatch(func(app.Context) {}) })
}

// OnDismount ends what OnMount began.
func (b *Board) OnDismount() { b.cancel() }

// Render draws the screen that fits the Model.
func (b *Board) Render() app.UI {
	m := b.Store.Model()
	return app.Div().Class("page").DataSet("screen", "board").Body(
		top(),
		app.Main().ID("main").Class("main").Body(b.body(m)),
	)
}

func (b *Board) body(m desk.Model) app.UI {
	switch m.Phase {
	case desk.Opening:
		return ui.Skeleton(words.T(words.PageOpening), 4)
	case desk.SignedOut:
		return ui.Blank{
			Glyph: ui.GlyphClock, Title: words.T(words.WelcomeTitle), Text: []string{words.T(words.WelcomeText)},
			Act: &ui.Act{Name: "sign-in", Class: "primary", Label: words.T(words.SignIn), On: b.signIn},
		}.Draw()
	case desk.Denied:
		return ui.Blank{Problem: "denied", Glyph: ui.GlyphAlert, Title: words.T(words.DeskDeniedTitle), Text: []string{words.T(words.DeskDeniedText)}}.Draw()
	case desk.Broken:
		advice := words.Problem(m.Trouble.Code)
		return ui.Blank{
			Problem: string(m.Trouble.Code), Glyph: ui.GlyphAlert,
			Title: words.T(words.BrokenTitle), Text: []string{advice.What, advice.Do},
			Act: &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: b.refresh},
		}.Draw()
	}
	return app.H1().Text(teamName(m))
}

func (b *Board) signIn(app.Context, ui.Act)  { b.Store.SignIn() }
func (b *Board) refresh(app.Context, ui.Act) { b.Store.Refresh() }

func teamName(m desk.Model) string {
	for _, t := range m.Teams {
		if t.ID == m.Team {
			return t.Name
		}
	}
	return ""
}

func top() app.UI {
	return ui.Top{App: words.T(words.AppName), Label: words.T(words.NavLabel), Links: []ui.Link{
		{Path: "/", Name: "clock", Label: words.T(words.NavClock), Glyph: ui.GlyphClock},
		{Path: wire.ScreenTeam, Name: "team", Label: words.T(words.NavTeam), Glyph: ui.GlyphTeam, Here: true},
		{Path: wire.ScreenSettings, Name: "settings", Label: words.T(words.SettingsTitle), Glyph: ui.GlyphSettings, Small: true},
	}}.Draw()
}

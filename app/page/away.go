package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// Away stands at the paths of the supervisors' program where its page could not
// be had: without a network the service worker gives that of this one.
type Away struct {
	app.Compo
	screen

	Store Store
}

// OnMount begins to follow the Store.
func (a *Away) OnMount(ctx app.Context) { a.follow(ctx, a.Store, func(app.Context) {}) }

// OnDismount ends what OnMount began.
func (a *Away) OnDismount() { a.leave() }

// Render says that it needs the network.
func (a *Away) Render() app.UI {
	blank := ui.Blank{
		Problem: "away", Glyph: ui.GlyphAlert,
		Title: words.T(words.AwayTitle), Text: []string{words.T(words.AwayText)},
		Act: &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: a.again},
	}
	return frame(look(a.Store), "", "", ui.Who{}, blank.Draw())
}

func (a *Away) again(app.Context, ui.Act) { browser.Reload() }

package page

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// The paths of the screens.
const (
	PathClock    = "/"
	PathHistory  = "/history"
	PathSettings = wire.ScreenSettings
	PathCard     = "/card"
)

// Routes tells go-app which screen stands at which path. Those of the
// supervisors' program are left for; to begin at one means that it could not be
// had.
func Routes(store Store) {
	draft := &Draft{}
	app.Route(PathClock, func() app.Composer { return &Clock{Store: store, Draft: draft} })
	app.Route(PathHistory, func() app.Composer { return &History{Store: store} })
	app.Route(PathCard, func() app.Composer { return &Card{Store: store} })
	app.Route(PathSettings, func() app.Composer { return &Settings{Store: store} })
	began, _, _ := strings.Cut(browser.Path(), "?")
	away := slices.Contains(wire.DeskScreens, began)
	for _, path := range wire.DeskScreens {
		app.Route(path, func() app.Composer {
			if away {
				away = false
				return &Away{Store: store}
			}
			return &ui.Leave{}
		})
	}
}

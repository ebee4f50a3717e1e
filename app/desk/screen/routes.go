package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Routes tells go-app which screen stands at which path. Those of everybody's
// program are left for.
func Routes(store Store) {
	words.AddDesk()
	for _, path := range []string{"/", "/history", wire.ScreenSettings} {
		app.Route(path, func() app.Composer { return &ui.Leave{} })
	}
	app.Route(wire.ScreenTeam, func() app.Composer { return &Board{Store: store} })
	app.Route(wire.ScreenRequests, func() app.Composer { return &Requests{Store: store} })
	app.Route(wire.ScreenReport, func() app.Composer { return &Report{Store: store} })
	app.Route(wire.ScreenPerson, func() app.Composer { return &Person{Store: store} })
	app.Route(wire.ScreenCard, func() app.Composer { return &Card{Store: store} })
}

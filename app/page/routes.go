package page

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// The paths of the screens.
const (
	PathClock   = "/"
	PathHistory = "/history"
)

// Routes tells go-app which screen stands at which path.
func Routes(store Store) {
	draft := &Draft{}
	app.Route(PathClock, func() app.Composer { return &Clock{Store: store, Draft: draft} })
	app.Route(PathHistory, func() app.Composer { return &History{Store: store} })
}

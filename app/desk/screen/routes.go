package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/desk"
)

// PathTeam is where the team's board stands.
const PathTeam = "/team"

// Paths lists where the screens stand.
var Paths = []string{PathTeam}

// Routes tells go-app which screen stands at which path.
func Routes(store *desk.Store) {
	app.Route(PathTeam, func() app.Composer { return &Board{Store: store} })
}

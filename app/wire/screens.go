package wire

// The paths of the supervisors' screens, which a program of its own draws:
// everybody's program leaves for them.
const (
	ScreenTeam = "/team" // who is in, now
)

// DeskScreens lists them.
var DeskScreens = []string{ScreenTeam}

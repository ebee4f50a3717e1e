package wire

// The paths of the supervisors' screens, which a program of its own draws:
// everybody's program leaves for them.
const (
	ScreenTeam     = "/team" // who is in, now
	ScreenRequests = "/team/requests"
	ScreenReport   = "/team/report"
)

// ScreenSettings is a screen of everybody's program that those lead to.
const ScreenSettings = "/settings"

// DeskScreens lists them.
var DeskScreens = []string{ScreenTeam, ScreenRequests, ScreenReport}

// What the two programs of one browser share: the channel between its tabs, and
// the key in its storage whose value changes when a person leaves this browser.
// The value says nothing of who left.
const (
	Channel     = "timeclock"
	PrefParting = "timeclock.parting"
)

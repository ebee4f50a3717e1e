package wire

// The paths of the supervisors' screens, which a program of its own draws:
// everybody's program leaves for them.
const (
	ScreenTeam     = "/team" // who is in, now
	ScreenRequests = "/team/requests"
	ScreenReport   = "/team/report"
	// ScreenPerson is a period of one of the team, and ScreenCard a card of
	// theirs, or one that is missing. Both take ParamTeam and ParamPerson,
	// ScreenPerson and ScreenCard without ParamCard a day as ParamDay.
	ScreenPerson = "/team/person"
	ScreenCard   = "/team/card"

	ParamDay = "day" // 2006-01-02
)

// ScreenSettings is a screen of everybody's program that those lead to.
const ScreenSettings = "/settings"

// DeskScreens lists them.
var DeskScreens = []string{ScreenTeam, ScreenRequests, ScreenReport, ScreenPerson, ScreenCard}

// What the two programs of one browser share: the channel between its tabs, and
// the key in its storage whose value changes when a person leaves this browser.
// The value says nothing of who left. PrefTimes is the key of how times of day
// are written, which is the device's and nobody's in particular: Times12 or
// Times24, or as the locale has it.
const (
	Channel     = "timeclock"
	PrefParting = "timeclock.parting"
	PrefTimes   = "timeclock.times"
	Times12     = "h12"
	Times24     = "h23"
)

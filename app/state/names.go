package state

// How the browser keeps what a Store needs. The early script and the service
// worker (package web) go by the same names.
const (
	PressesStore = "timeclock-outbox" // database of Deps.Presses
	MemoryStore  = "timeclock-memory" // database of Deps.Memory
	PrefTeam     = "timeclock.team"   // Deps.Pref of the chosen team
	KeyClock     = "clock"            // in Deps.Memory, the last answer
	TellPresses  = "presses"          // kind of a message: the stored presses changed
)

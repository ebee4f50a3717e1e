package telemetry

import (
	"time"

	"timeclock/app/wire"
)

// Backlog is how many presses wait for the same, and since when.
type Backlog struct {
	// Waits is a status of the journal, or WaitsForSignIn.
	Waits  string
	Count  int
	Oldest time.Time // when the first of them was received
}

// WaitsForSignIn are presses that can only go on when their person has signed in
// again.
const WaitsForSignIn = string(wire.CodeSignedOut)

package journal

import (
	"encoding/json"

	"timeclock/app/clock"
)

// Event is one thing that happened to a press, as a person's chain keeps it.
type Event struct {
	At    clock.Instant   // when it was recorded, by this server
	What  What            //
	Press string          // the id of the press
	Data  json.RawMessage // an object; what it holds depends on What
}

// What names a kind of Event. The set is append-only: chains are kept for years.
type What string

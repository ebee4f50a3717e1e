//go:build !js

package browser

import (
	"time"

	"timeclock/app/clock"
)

var begin = time.Now()

// Mono gives the time since the program began by a clock nobody can set.
func Mono() time.Duration { return time.Since(begin) }

// Date gives the device's own time, right or wrong.
func Date() clock.Instant { return clock.At(time.Now()) }

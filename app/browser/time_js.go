//go:build js && wasm

package browser

import (
	"syscall/js"
	"time"

	"timeclock/app/clock"
)

var performance, date = js.Global().Get("performance"), js.Global().Get("Date")

// Mono gives the time since the page began by a clock nobody can set
// (performance.now). It may stand still while the device sleeps.
func Mono() time.Duration {
	return time.Duration(performance.Call("now").Float() * float64(time.Millisecond))
}

// Date gives the device's own time, right or wrong (Date.now).
func Date() clock.Instant {
	return clock.Instant(date.Call("now").Float())
}

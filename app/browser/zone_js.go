//go:build js && wasm

package browser

import (
	"sync"

	"timeclock/app/clock"
)

var zones struct {
	sync.Mutex
	made map[string]clock.Zone
}

// Zone gives the zone with that IANA name by the browser's own zone database,
// or the viewer's when the name is empty or unknown.
func Zone(iana string) clock.Zone {
	zones.Lock()
	defer zones.Unlock()
	if z, ok := zones.made[iana]; ok {
		return z
	}
	f := format(formatKey{"en-US", iana, "offset"})
	z := newSteps(func(t clock.Instant) clock.Span {
		offset, _ := offsetIn(f.Call("format", float64(t)).String(), t)
		return offset
	})
	if zones.made == nil {
		zones.made = map[string]clock.Zone{}
	}
	zones.made[iana] = z
	return z
}

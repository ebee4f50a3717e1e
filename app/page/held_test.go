package page

import (
	"fmt"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

func heldAt(time string, k clock.Kind) outbox.Held {
	return outbox.Held{ID: "h-" + time, Kind: k, Note: "secret", At: at("2026-04-01 " + time), Bound: outbox.DeviceBound, Trust: wire.Device}
}

// Nobody is known and there is no network: presses are held, and said to be. No
// team tells the zone, so it is the viewer's: here UTC.
func TestPressesOfNobodyAreHeld(t *testing.T) {
	s := wednesday()
	s.model = state.Model{Phase: state.Broken, Stale: wire.CodeOffline, Offline: true, Held: []outbox.Held{heldAt("07:58", clock.ClockIn)}}
	c, screen := s.clock(t)
	screen.has(`data-place="held"`, "Clock in at 05:58 by the device’s unchecked clock, give or take 2 min",
		"Kept on this device at 05:58", "sign in here and say that it was you")
	screen.lacks("secret", "Was this you")
	c.Draft.Note = "keys"
	for range 2 {
		c.hold(app.Context{}, ui.Act{Kind: string(clock.ClockOut)})
	}
	if got := fmt.Sprint(s.asked); got != "[hold clockOut keys]" {
		t.Errorf("asked was %s, want one press", got)
	}
	s.model.Held = append(s.model.Held, heldAt("11:14", clock.ClockOut))
	c.changed(app.Context{})
	if c.Draft.Note != "" {
		t.Errorf("the note %q is left for another press", c.Draft.Note)
	}
	s.model = state.Model{Phase: state.SignedOut, Held: s.model.Held}
	_, screen = s.clock(t)
	screen.has(`data-act="sign-in"`, "Kept on this device at 05:58")
}

// Somebody signed in: they are asked by name, one press at a time.
func TestPressesOfNobodyAreAskedAbout(t *testing.T) {
	s := wednesday()
	s.model.Held = []outbox.Held{heldAt("07:58", clock.ClockIn), heldAt("10:00", clock.StartBreak)}
	c, screen := s.clock(t)
	screen.has("Was this you, Anna Lind?", "Clock in at 07:58, pressed here before anybody was signed in.", "Clock in: not recorded yet",
		`data-act="claim"`, "Yes, record it for Anna Lind", `data-act="disown"`, "No, it was somebody else",
		"2 presses made here before anybody was signed in wait", `data-problem="held-here"`)
	screen.lacks("secret", "Start break at 10:00")
	c.claim(app.Context{}, ui.Act{Value: "h-07:58"})
	c.disown(app.Context{}, ui.Act{Value: "h-10:00"})
	if got := fmt.Sprint(s.asked); got != "[claim h-07:58 disown h-10:00]" {
		t.Errorf("asked was %s", got)
	}
}

package gallery

import (
	"time"

	"timeclock/app/clock"
	"timeclock/app/page"
	"timeclock/app/state"
	"timeclock/app/wire"
)

// stage is a Store that shows one Model and does nothing.
type stage struct{ model state.Model }

var _ page.Store = stage{}

func (s stage) Model() state.Model                          { return s.model }
func (stage) Now() clock.Instant                            { return now }
func (stage) Zone() clock.Zone                              { return clock.InLocation(stockholm) }
func (stage) Subscribe(func()) (cancel func())              { return func() {} }
func (stage) Press(clock.Kind, string)                      {}
func (stage) PressStated(clock.Kind, clock.Instant, string) {}
func (stage) Dismiss(string)                                {}
func (stage) Decide(string, wire.Choice, clock.Instant)     {}
func (stage) ChooseTeam(string)                             {}
func (stage) Refresh()                                      {}
func (stage) Older()                                        {}
func (stage) ClearTrouble()                                 {}
func (stage) SignIn(string)                                 {}
func (stage) SignOut()                                      {}
func (stage) Stay()                                         {}
func (stage) ReadSignIns()                                  {}
func (stage) EndSignIn(string)                              {}
func (stage) EndOtherSignIns()                              {}
func (stage) EndSignIns()                                   {}
func (stage) Install()                                      {}
func (stage) InstallLater()                                 {}
func (stage) Measure()                                      {}
func (stage) Persist()                                      {}
func (stage) ClearDevice()                                  {}

// now is the moment at which everything is shown, a Wednesday.
var now = at("2026-04-01 11:14:46")

var stockholm = func() *time.Location {
	if zone, err := time.LoadLocation("Europe/Stockholm"); err == nil {
		return zone
	}
	return time.FixedZone("CEST", 2*60*60)
}()

// at reads a local time in Stockholm, with or without seconds.
func at(local string) clock.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04:05"[:len(local)], local, stockholm)
	if err != nil {
		panic(err) // one of our own
	}
	return clock.At(t)
}

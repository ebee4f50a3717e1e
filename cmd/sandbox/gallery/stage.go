package gallery

import (
	"time"

	"timeclock/app/clock"
	"timeclock/app/page"
	"timeclock/app/state"
)

// stage is a Store that shows one Model. Of what a screen may ask it does only
// what is asked for without a press, which is nothing.
type stage struct {
	page.Store
	model state.Model
}

func (s stage) Model() state.Model             { return s.model }
func (stage) Now() clock.Instant               { return now }
func (stage) Zone() clock.Zone                 { return clock.InLocation(stockholm) }
func (stage) Subscribe(func()) (cancel func()) { return func() {} }
func (stage) ReadSignIns()                     {}
func (stage) Measure()                         {}
func (stage) OpenCard(string)                  {}
func (stage) ReadTold()                        {}

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

package state

import (
	"context"
	"strconv"

	"timeclock/app/browser"
	"timeclock/app/clock"
)

// Gadget is what a Store asks of the browser about the device. The first two
// return at once.
type Gadget interface {
	Install() browser.Install
	// PromptInstall has the browser ask whether to install.
	PromptInstall()
	Room(ctx context.Context) (browser.Room, error)
	// Persist asks that what is kept is not cleared by itself.
	Persist(ctx context.Context) (bool, error)
	// DropProgram removes the kept program, which the next loading fetches
	// anew; StartOver hides the page and loads it anew.
	DropProgram(ctx context.Context) error
	StartOver()
}

// Device is what is known of this device.
type Device struct {
	// Install is how the program can be installed here.
	Install browser.Install
	// Offer is set while that is offered beside the clock.
	Offer bool
	// Room is what is kept; RoomKnown says whether the browser told.
	Room      browser.Room
	RoomKnown bool
	// Asked is set when the browser was asked to keep it for good and did not
	// agree; Failed when clearing it failed.
	Asked, Failed bool
}

// prefInstall remembers until when installing is not offered, in milliseconds.
const prefInstall = "timeclock.install"

// notNow is how long installing is not offered after it was.
const notNow = 90 * 24 * clock.Hour

// Installable hears that it may be another than before how the program can be
// installed.
func (s *Store) Installable() {
	s.change(func(*Model) { s.device.Install = s.Device.Install() })
}

// offerInstall offers to install the program, unless that was done lately. A
// press that reached its card has shown what the program is good for.
func (s *Store) offerInstall() {
	how := s.Device.Install()
	until, _ := strconv.ParseInt(s.Pref(prefInstall), 10, 64)
	s.change(func(*Model) {
		s.device.Install = how
		s.device.Offer = how != "" && how != browser.Installed && s.Now() >= clock.Instant(until)
	})
}

// Install has the browser ask whether to install, where it can, and ends the
// offer.
func (s *Store) Install() {
	s.InstallLater()
	if s.Model().Device.Install == browser.ByPrompt {
		s.Device.PromptInstall()
	}
}

// InstallLater ends the offer, for a long time.
func (s *Store) InstallLater() {
	s.SetPref(prefInstall, strconv.FormatInt(int64(s.Now().Add(notNow)), 10))
	s.change(func(*Model) { s.device.Offer = false })
}

// Measure finds out what is kept on this device.
func (s *Store) Measure() {
	ctx, _ := s.life()
	go s.measure(ctx)
}

func (s *Store) measure(ctx context.Context) {
	room, err := s.Device.Room(ctx)
	s.change(func(*Model) { s.device.Room, s.device.RoomKnown = room, err == nil })
}

// Persist asks the browser to keep for good what is kept.
func (s *Store) Persist() {
	ctx, _ := s.life()
	go func() {
		agreed, err := s.Device.Persist(ctx)
		s.change(func(*Model) { s.device.Asked = err != nil || !agreed })
		s.measure(ctx)
	}()
}

// ClearDevice removes all that is kept on this device but presses that the
// server does not have, and loads the page anew. The person stays signed in.
func (s *Store) ClearDevice() {
	ctx, _ := s.life()
	go func() {
		s.forget(ctx)
		s.SetPref(PrefTeam, "")
		s.SetPref(prefInstall, "")
		s.SetPref(prefPlace, "")
		err := s.box.Part(ctx, s.Model().Me.Person.ID)
		if err == nil {
			err = s.Device.DropProgram(ctx)
		}
		if err != nil {
			s.change(func(*Model) { s.device.Failed = true })
			return
		}
		s.Device.StartOver()
	}()
}

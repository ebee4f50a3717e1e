package page

import (
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/wire"
)

// Store is what the screens need of state.Store.
type Store interface {
	Source
	Desk
	Reader
	Door
	Janitor
	Gadget
	Clerk
}

// Source is what a screen shows. Its methods return at once.
type Source interface {
	Model() state.Model
	// Now is the server's time as well as it is known.
	Now() clock.Instant
	// Zone is that of the chosen team.
	Zone() clock.Zone
	// Subscribe calls f after every change, on any goroutine.
	Subscribe(f func()) (cancel func())
}

// Desk is what a person can do at the clock. Its methods return at once; what
// comes of them shows in the Model.
type Desk interface {
	Press(kind clock.Kind, note string)
	// PressStated is Press for something that was at at, or state.Now.
	PressStated(kind clock.Kind, at clock.Instant, note string)
	Dismiss(id string)
	// Decide chooses about a press that is disputed.
	Decide(id string, choice wire.Choice, at clock.Instant)
	ChooseTeam(id string)
	// LetPlace says whether presses on this device may say where they are made.
	LetPlace(may bool)
	// Hold keeps a press of nobody; Claim says that a held one was the person's,
	// Disown that it was not.
	Hold(kind clock.Kind, note string)
	Claim(id string)
	Disown(id string)
}

// Reader is what a person can ask to see. Its methods return at once.
type Reader interface {
	// Refresh reads anew; Older reads further back.
	Refresh()
	Older()
	ClearTrouble()
	// TakeHours saves the person's hours of the days from from up to to.
	TakeHours(from, to clock.Date, format string)
}

// Door is the way in and out.
type Door interface {
	// SignIn leaves for the provider; prompt is "" or "select_account".
	SignIn(prompt string)
	// SignOut asks first when presses wait (Model.Leaving); called while it
	// asks, it goes ahead. Stay takes the question back.
	SignOut()
	Stay()
}

// Janitor is what a person can do about their own sessions.
type Janitor interface {
	ReadSignIns()
	EndSignIn(id string)
	EndOtherSignIns()
	// EndSignIns ends all, this one as SignOut does.
	EndSignIns()
}

// Gadget is what a person can do about this device.
type Gadget interface {
	// Install has the browser ask, where it can; InstallLater ends the offer.
	Install()
	InstallLater()
	Measure()
	Persist()
	ClearDevice()
}

// Clerk is what a person can do about their cards. Its methods return at once;
// what comes of them shows in Model.Card.
type Clerk interface {
	// OpenCard shows a card; ReadCard reads it anew.
	OpenCard(id string)
	ReadCard()
	ReadTold()
	Reply(about string, seen *clock.Card, agrees bool, word string)
	// Correct asks for a change of the card shown, or makes it where own says so.
	Correct(seen, next *clock.Card, text string, own bool)
	Confirm(cards ...clock.Card)
	Withdraw(id string)
}

var _ Store = (*state.Store)(nil)

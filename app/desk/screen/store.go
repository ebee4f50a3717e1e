package screen

import (
	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/wire"
)

// Store is what the screens need of desk.Store. Its methods return at once; what
// comes of them shows in the Model.
type Store interface {
	Model() desk.Model
	// Now is the server's time as well as it is known.
	Now() clock.Instant
	TeamZone() clock.Zone
	// Subscribe calls f after every change, on any goroutine.
	Subscribe(f func()) (cancel func())

	Retry()
	SignIn()
	SignOut()
	ChooseTeam(id string)
	Looker
	Actor
	Keeper
	Clerk
}

// Looker is looking at the board.
type Looker interface {
	Refresh()
	Show(func(*desk.View))
	Choose(on bool, people ...string)
	ChooseNone()
}

// Actor is acting for others.
type Actor interface {
	Begin(kind clock.Kind, people ...string)
	Foresee(kind clock.Kind, stated clock.Instant, reason string)
	Run()
	Undo()
	Rewrite()
	Leave(reason string)
}

// Keeper is answering what people ask for, and reporting.
type Keeper interface {
	ReadInbox()
	Answer(id string, accept bool, word string)
	ReadReport(span desk.Span, fresh bool)
	ReadDays(desk.Period)
	SaveReport(format string)
	ConfirmAll()
}

// Clerk is putting cards of one person right.
type Clerk interface {
	ShowPerson(id string, day clock.Date)
	ReadPerson(fresh bool)
	ShowCard(person, id string)
	ReadCard()
	Draft() (desk.Draft, bool)
	KeepDraft(desk.Draft)
	Amend(seen, next *clock.Card, reason string)
	Confirm(person string, cards ...clock.Card)
	Decide(id string, choice wire.Choice)
}

var _ Store = (*desk.Store)(nil)

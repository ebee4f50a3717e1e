package wire

import "timeclock/app/clock"

// Person is somebody signed in.
type Person struct {
	ID   string `json:"id"` // tenant and object id, joined; opaque to the browser
	Name string `json:"name"`
}

// Team is a team of the signed-in person.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Zone string `json:"zone,omitempty"` // IANA name; days and weeks are told in it
	// FirstDay is the first day of the week, 0 for Sunday.
	FirstDay int `json:"firstDay"`
	// Clock says whether one can clock in here; if not, Why says why not:
	// CodeNoSchedule or CodeNoTimeClock.
	Clock bool `json:"clock"`
	Why   Code `json:"why,omitempty"`
	// Supervisor says that the person answers for the others of the team.
	Supervisor bool `json:"supervisor,omitempty"`
	// Located says that the team has an approved location: a press may say
	// where it was made (Located.Position).
	Located bool `json:"located,omitempty"`
}

// Me answers PathMe: who is signed in, where, until when.
type Me struct {
	Person  Person        `json:"person"`
	Teams   []Team        `json:"teams"`
	Expires clock.Instant `json:"expires"` // the session ends then at the latest
	Now     clock.Instant `json:"now"`     // the server's time when it answered
	Version string        `json:"version"` // of the server's program
	// OpenCardMax is how long a card may be open before it is pointed out.
	OpenCardMax clock.Span `json:"openCardMax,omitempty"`
	// OwnEdits says that people may amend their own cards, and need not ask.
	OwnEdits bool `json:"ownEdits,omitempty"`
	// Rules are the limits that attendance is held to.
	Rules clock.Rules `json:"rules,omitzero"`
}

// Shift is planned time.
type Shift struct {
	ID    string        `json:"id"`
	Title string        `json:"title,omitempty"`
	Note  string        `json:"note,omitempty"`
	Start clock.Instant `json:"start"`
	End   clock.Instant `json:"end"`
}

// Clock answers PathClock: all the clock screen shows, in one answer. With no
// team in the request, Team is the only one there is with a clock, or empty
// when there is none or one must be chosen.
type Clock struct {
	Me   Me     `json:"me"`
	Team string `json:"team,omitempty"`
	// Cards are those of the last 31 days, and so of this week and any open
	// card, as read from Graph at AsOf.
	Cards   []clock.Card  `json:"cards"`
	AsOf    clock.Instant `json:"asOf,omitempty"`
	Shifts  []Shift       `json:"shifts"`  // that touch yesterday, today or tomorrow
	Waiting []Receipt     `json:"waiting"` // presses Graph does not have yet
	// Stale says why nothing newer could be read; empty when AsOf is this
	// request's. ShiftsStale says why Shifts are missing.
	Stale       Code `json:"stale,omitempty"`
	ShiftsStale Code `json:"shiftsStale,omitempty"`
	// Untold counts what others did here to the person's cards in Team that the
	// person has not replied to (PathTold).
	Untold int `json:"untold,omitempty"`
}

// Cards answers PathCards.
type Cards struct {
	Team  string        `json:"team"`
	From  clock.Instant `json:"from"`
	To    clock.Instant `json:"to"`
	Cards []clock.Card  `json:"cards"` // that began within [From, To)
	AsOf  clock.Instant `json:"asOf"`
	Stale Code          `json:"stale,omitempty"`
}

// CardsChanged is the data of EventCards.
type CardsChanged struct {
	Team string        `json:"team"`
	AsOf clock.Instant `json:"asOf"`
}

// SignedOut answers PathLogout: where to go next, at the provider or here.
type SignedOut struct {
	Next string `json:"next"`
}

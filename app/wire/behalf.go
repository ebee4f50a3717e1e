package wire

import "timeclock/app/clock"

// Limits of presses for others in one call.
const (
	MaxBehalf     = 100
	MaxBehalfBody = 256 << 10
)

// Behalf is a press for somebody else. Its Note is the reason, which is required
// and stands on the card; Stated is when it was, for any Kind, where that is not
// At, when the supervisor pressed. Team is that of the path, or empty.
type Behalf struct {
	Punch
	Person string `json:"person"` // the id in Graph of whose press it is
}

// Behalves are presses for the people of a team, at most one for each, and at
// most MaxBehalf (POST PathTeams + "/{team}" + PathPunchesOf). Sent again they
// are the same presses: what was refused or never came may be sent again with
// its old ids or with new ones, what was taken is not taken twice. With
// PathPreview after it nothing is done, and Result.Card tells what would be.
type Behalves struct {
	Presses []Behalf `json:"presses"`
}

// Results answers Behalves and Undo, in the order asked.
type Results struct {
	Team    string   `json:"team"`
	Results []Result `json:"results"`
}

// Result is what became of one press, or would.
type Result struct {
	ID     string `json:"id"`
	Person Person `json:"person"` // ID is the id in Graph; Name is empty when it is not known
	// Code says why the press is not taken, or not undone; empty when it is.
	Code Code `json:"code,omitempty"`
	// Receipt is of a press that was taken, now or before; not of a preview.
	Receipt *Receipt `json:"receipt,omitempty"`
	// State and Card are where the person stands and their card as it would be,
	// in a preview; Card is nil where nothing would be done. Known is when the
	// cards it was worked out from were read, 0 for never.
	State clock.State   `json:"state,omitempty"`
	Card  *clock.Card   `json:"card,omitempty"`
	Known clock.Instant `json:"known,omitempty"`
}

// Undo names presses that are not to be done after all (POST PathTeams +
// "/{team}" + PathPunchesOf + PathUndo). A press that was undone is never sent;
// its receipt is Refused with CodeUndone. One that may have been sent is not
// undone: CodeTooLate.
type Undo struct {
	IDs []string `json:"ids"` // at most MaxBehalf
}

// Acts answers GET PathTeams + "/{team}" + PathActs: the presses that the
// signed-in person made for others in a team, the latest first, as far back as
// a day, and all that are not final.
type Acts struct {
	Team string `json:"team"`
	Acts []Act  `json:"acts"`
}

// Act is a press for somebody else and what became of it; also the data of
// EventAct.
type Act struct {
	Person  Person  `json:"person"` // whose press; ID is the id in Graph
	Receipt Receipt `json:"receipt"`
}

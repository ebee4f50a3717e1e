package wire

import "timeclock/app/clock"

// Board answers PathBoard: everybody in a team, now. It is for supervisors.
//
// While the event stream of the team is open (ParamBoard), every row that
// changes comes by EventBoard, so that nothing has to be read again. What
// passes with time alone is in the row already: clock.Mark.From, and the time worked
// since Row.Since.
type Board struct {
	Team string        `json:"team"`
	Now  clock.Instant `json:"now"`            // the server's time when it answered
	AsOf clock.Instant `json:"asOf,omitempty"` // when the team's cards were last read; 0 for never
	Rows []Row         `json:"rows"`           // by name
	// Reading says that Graph is being asked at this moment; what it says comes
	// by EventBoard.
	Reading bool `json:"reading,omitempty"`
	// Stale says why nothing newer could be read; CodeRefused when Graph does
	// not show the team's cards to this person. ShiftsStale says why the shifts
	// are missing.
	Stale       Code `json:"stale,omitempty"`
	ShiftsStale Code `json:"shiftsStale,omitempty"`
}

// Row is one person on a Board. Ids are those of Graph.
type Row struct {
	Person Person `json:"person"`
	// At is when the row was worked out: of two rows of a person the later counts,
	// whichever way it came.
	At    clock.Instant `json:"at"`
	State clock.State   `json:"state,omitempty"` // empty when it is not known
	// Since is when State came to be; 0 when that is not known, such as when
	// nothing was done today.
	Since clock.Instant `json:"since,omitempty"`
	// Began is when the card that is open began, and Card its id.
	Began clock.Instant `json:"began,omitempty"`
	Card  string        `json:"card,omitempty"`
	// Worked is the time worked until Since on the cards that began today and on
	// the one that is open; while State is clock.In it grows from there.
	Worked clock.Span `json:"worked,omitempty"`
	// Shifts are those that begin today and one that is on, by their beginning.
	Shifts []Shift      `json:"shifts,omitempty"`
	Marks  []clock.Mark `json:"marks,omitempty"`
	// Waiting are presses that Graph does not have yet, and conflicts.
	Waiting []Receipt `json:"waiting,omitempty"`
	// Amends counts the amendments of the person's cards that Graph does not have
	// yet, and Clashes those of which somebody has to decide (PathTeamAmendments).
	Amends  int `json:"amends,omitempty"`
	Clashes int `json:"clashes,omitempty"`
}

// BoardChanged is the data of EventBoard. A row stands for all that was known
// of its person. All says that too much has changed: the board is to be read
// again.
type BoardChanged struct {
	Team string        `json:"team"`
	AsOf clock.Instant `json:"asOf,omitempty"`
	Rows []Row         `json:"rows,omitempty"`
	// Gone are the ids in Graph, in lower case, of people who are not of the team any
	// more and have no row, of whom something has changed.
	Gone  []string `json:"gone,omitempty"`
	Stale Code     `json:"stale,omitempty"` // as in Board
	All   bool     `json:"all,omitempty"`
	// ShiftsRead, unless 0, says that the shifts have been read, by then: what an
	// earlier Board has for ShiftsStale is over.
	ShiftsRead clock.Instant `json:"shiftsRead,omitempty"`
}

package wire

import "timeclock/app/clock"

// PathPerson answers what somebody of a team did in a period, to the supervisors
// of the team. It takes ParamTeam, ParamPerson, and ParamFrom and ParamTo as
// days of the team's zone, To exclusive and at most MaxPersonDays after From;
// ParamFresh has young cards read anew too.
const (
	PathPerson    = "/api/team/person"
	MaxPersonDays = 42
)

// PersonDays answers PathPerson: what is needed to hold a person's days to the
// rules (clock.Rules), where they are read and while they are put right.
type PersonDays struct {
	Team   string     `json:"team"`
	Person Person     `json:"person"`         // ID is the id in Graph
	Gone   bool       `json:"gone,omitempty"` // has left the team; the name may be empty
	From   clock.Date `json:"from"`
	To     clock.Date `json:"to"`
	// Cards are those that began from the week's first day before From on, and a
	// day before From at least, up to To: by the days before it is known what is
	// over the hours of a week, and what lasts into From.
	Cards []clock.Card  `json:"cards"`
	AsOf  clock.Instant `json:"asOf"`
	Stale Code          `json:"stale,omitempty"` // why nothing newer could be read
	// Shifts are the person's in the same time. Scheduled says that the team
	// plans any.
	Shifts      []Shift `json:"shifts"`
	Scheduled   bool    `json:"scheduled,omitempty"`
	ShiftsStale Code    `json:"shiftsStale,omitempty"` // why they could not be read
	// Confirmed are cards as they stood when somebody confirmed them here last.
	Confirmed []clock.Card `json:"confirmed"`
}

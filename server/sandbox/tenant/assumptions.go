package tenant

import "net/http"

// Ruling is what the tenant says to something nobody has documented. The zero
// value allows it.
type Ruling struct {
	Status  int    // HTTP status of the refusal; 0 allows
	Code    string // innererror.code inside error.message
	Message string
}

// Allowed is the ruling that lets a call pass.
var Allowed = Ruling{}

func (r Ruling) refuses() bool { return r.Status != 0 }

// Assumptions is the table of everything this Graph does that no public source
// tells. Each row stands alone: change it here, or for one tenant with
// [Tenant.Assume], and nothing else has to follow.
type Assumptions struct {
	// What may follow what.
	ClockInWhileIn     Ruling // clockIn with a card open in the same team
	ClockInElsewhere   Ruling // clockIn with a card open in another team
	ClockOutWhileOut   Ruling
	ClockOutOnBreak    Ruling // the product's own text forbids it; the API's answer is unknown
	StartBreakOnBreak  Ruling
	StartBreakWhileOut Ruling
	EndBreakWhileIn    Ruling // no break is open
	EndBreakWhileOut   Ruling
	ConfirmWhileOpen   Ruling

	// Whom and what a call names.
	TimeClockOff  Ruling // clockIn, clockOut, breaks and create with timeClockEnabled=false
	TeamUnknown   Ruling // status and sentence are known, the inner code is not
	CardUnknown   Ruling // no such card in this team
	PersonUnknown Ruling // onBehalfOfUserId or userId is no member of the team
	OthersCard    Ruling // status, code and sentence are known for shifts, assumed for cards

	// What create and replace may say.
	TimesContradict Ruling // an end before its start, or a break outside the card
	NoClockIn       Ruling // create or replace without clockInEvent
	SecondOpenCard  Ruling // create or replace leaves two open cards in the team
	OwnerChanged    Ruling // replace names another userId
	EditConfirmed   Ruling // the worker edits or deletes a card that anybody confirmed; a manager may

	// Queries.
	QueryOption Ruling   // a $ option the operation does not document
	Orderable   []string // properties $orderby takes, in lower case
	PageDefault int      // seen for shifts
	PageMax     int      // greater $top counts as this

	// Behaviour.
	MemberSeesAll            bool // a plain member lists and reads everybody's cards
	ReplaceKeepsBreaks       bool // replace without "breaks" leaves them; false clears them
	ReplaceKeepsConfirmation bool // replace leaves confirmedBy; false resets it to none
	UserIdentityType         bool // identities carry userIdentityType, as newer payloads do
}

// Assumed is the table as it stands when nobody flips a row.
func Assumed() Assumptions {
	return Assumptions{
		ClockInWhileIn:     Ruling{http.StatusBadRequest, "UserAlreadyClockedIn", "Sorry, you are already clocked in."},
		ClockInElsewhere:   Allowed,
		ClockOutWhileOut:   Ruling{http.StatusBadRequest, "UserNotClockedIn", "Sorry, you are not clocked in."},
		ClockOutOnBreak:    Ruling{http.StatusBadRequest, "UserOnBreak", "Sorry, you have to end your break before you can end your shift."},
		StartBreakOnBreak:  Ruling{http.StatusBadRequest, "UserAlreadyOnBreak", "Sorry, you are already on a break."},
		StartBreakWhileOut: Ruling{http.StatusBadRequest, "UserNotClockedIn", "Sorry, you are not clocked in."},
		EndBreakWhileIn:    Ruling{http.StatusBadRequest, "UserNotOnBreak", "Sorry, you are not on a break."},
		EndBreakWhileOut:   Ruling{http.StatusBadRequest, "UserNotOnBreak", "Sorry, you are not on a break."},
		ConfirmWhileOpen:   Ruling{http.StatusBadRequest, "TimeCardNotClockedOut", "Sorry, a time card can be confirmed once it is clocked out."},

		TimeClockOff:  Ruling{http.StatusForbidden, "TimeClockNotEnabled", "Sorry, the time clock is not enabled for this team."},
		TeamUnknown:   Ruling{http.StatusNotFound, "TeamNotFound", "Sorry, the team was not found, or you may not have access to it"},
		CardUnknown:   Ruling{http.StatusNotFound, "TimeCardNotFound", "Sorry, the time card was not found."},
		PersonUnknown: Ruling{http.StatusBadRequest, "UserNotInTeam", "Sorry, the user is not a member of this team."},
		OthersCard:    Ruling{http.StatusForbidden, "MissingAdminPermissions", "Sorry, you need to be an admin to do this."},

		TimesContradict: Ruling{http.StatusBadRequest, "InvalidTimeCardTimes", "Sorry, the times of this time card contradict each other."},
		NoClockIn:       Ruling{http.StatusBadRequest, "MissingClockInEvent", "Sorry, a time card needs a clock in event."},
		SecondOpenCard:  Ruling{http.StatusBadRequest, "UserAlreadyClockedIn", "Sorry, there is an open time card already."},
		OwnerChanged:    Ruling{http.StatusBadRequest, "UserIdCannotChange", "Sorry, a time card cannot be given to another user."},
		EditConfirmed:   Ruling{http.StatusForbidden, "TimeCardConfirmed", "Sorry, a confirmed time card cannot be changed."},

		QueryOption: Ruling{http.StatusBadRequest, "", "The query specified in the URI is not valid."},
		Orderable:   []string{"clockinevent/datetime"},
		PageDefault: 100,
		PageMax:     1000,

		MemberSeesAll: true,
	}
}

// follows rules whether op may follow on a card in state s.
func (a Assumptions) follows(op Op, s State) Ruling {
	return map[Op]map[State]Ruling{
		ClockOut:   {ClockedOut: a.ClockOutWhileOut, OnBreak: a.ClockOutOnBreak},
		StartBreak: {ClockedOut: a.StartBreakWhileOut, OnBreak: a.StartBreakOnBreak},
		EndBreak:   {ClockedOut: a.EndBreakWhileOut, ClockedIn: a.EndBreakWhileIn},
		Confirm:    {ClockedIn: a.ConfirmWhileOpen, OnBreak: a.ConfirmWhileOpen},
	}[op][s]
}

package graph

import (
	"fmt"
	"net/http"
	"strings"
)

// Class is a kind of request as Graph's throttling limits count them
// (Microsoft Graph service-specific throttling limits, "Microsoft Teams").
type Class int

// The three classes.
const (
	Read Class = iota
	Write
	Delete
)

// String names the class.
func (c Class) String() string {
	switch c {
	case Read:
		return "read"
	case Write:
		return "write"
	case Delete:
		return "delete"
	}
	return fmt.Sprintf("class %d", int(c))
}

// Operation is one call of the Graph API as its page documents it.
type Operation struct {
	Name   string
	Method string
	// Path follows the version; {team} and {card} stand for ids.
	Path string
	// Status is the documented success. Any other 2xx that carries what the
	// operation promises is accepted too.
	Status int
	// Permission is the least one that a call needs, delegated where the
	// operation can be called so.
	Permission string
	Class      Class
	// Urgent calls go before others in the budget: somebody stands there.
	Urgent bool
	// Beta marks what version v1.0 does not have.
	Beta bool
}

// op is an index into the table of operations.
type op int

const (
	opMe op = iota
	opJoinedTeams
	opMembers
	opSchedule
	opShifts
	opCards
	opCard
	opCreate
	opReplace
	opDelete
	opClockIn
	opClockOut
	opStartBreak
	opEndBreak
	opConfirm
	opConfirmFor
)

const (
	schedulePath = "/teams/{team}/schedule"
	cardsPath    = schedulePath + "/timeCards"
	cardPath     = cardsPath + "/{card}"

	readSchedule  = "Schedule.Read.All"
	writeSchedule = "Schedule.ReadWrite.All"
)

// table lists every call the client makes. What a page says of a call stands
// here and nowhere else.
var table = [...]Operation{
	opMe:          {Name: "me", Method: http.MethodGet, Path: "/me", Status: 200, Permission: "User.Read"},
	opJoinedTeams: {Name: "joinedTeams", Method: http.MethodGet, Path: "/me/joinedTeams", Status: 200, Permission: "Team.ReadBasic.All"},
	opMembers:     {Name: "members", Method: http.MethodGet, Path: "/teams/{team}/members", Status: 200, Permission: "TeamMember.Read.All"},
	opSchedule:    {Name: "schedule", Method: http.MethodGet, Path: schedulePath, Status: 200, Permission: readSchedule},
	opShifts:      {Name: "shifts", Method: http.MethodGet, Path: schedulePath + "/shifts", Status: 200, Permission: readSchedule},

	opCards:   {Name: "list", Method: http.MethodGet, Path: cardsPath, Status: 200, Permission: readSchedule},
	opCard:    {Name: "get", Method: http.MethodGet, Path: cardPath, Status: 200, Permission: readSchedule},
	opCreate:  {Name: "create", Method: http.MethodPost, Path: cardsPath, Status: 201, Permission: writeSchedule, Class: Write},
	opReplace: {Name: "replace", Method: http.MethodPut, Path: cardPath, Status: 204, Permission: writeSchedule, Class: Write},
	opDelete:  {Name: "delete", Method: http.MethodDelete, Path: cardPath, Status: 204, Permission: writeSchedule, Class: Delete},

	opClockIn:    {Name: "clockIn", Method: http.MethodPost, Path: cardsPath + "/clockIn", Status: 201, Permission: writeSchedule, Class: Write, Urgent: true},
	opClockOut:   {Name: "clockOut", Method: http.MethodPost, Path: cardPath + "/clockOut", Status: 204, Permission: writeSchedule, Class: Write, Urgent: true},
	opStartBreak: {Name: "startBreak", Method: http.MethodPost, Path: cardPath + "/startBreak", Status: 204, Permission: writeSchedule, Class: Write, Urgent: true},
	opEndBreak:   {Name: "endBreak", Method: http.MethodPost, Path: cardPath + "/endBreak", Status: 204, Permission: writeSchedule, Class: Write, Urgent: true},

	opConfirm:    {Name: "confirm", Method: http.MethodPost, Path: cardPath + "/confirm", Status: 204, Permission: writeSchedule, Class: Write},
	opConfirmFor: {Name: "confirmForUser", Method: http.MethodPost, Path: cardPath + "/confirmForUser", Status: 200, Permission: writeSchedule, Class: Write, Beta: true},
}

// Operations gives every call the client can make, for checks of permissions
// and for tests.
func Operations() []Operation { return append([]Operation(nil), table[:]...) }

// path fills in team and card. An error wraps ErrInvalid.
func (o Operation) path(team, card string) (string, error) {
	segments := strings.Split(o.Path, "/")
	for i, s := range segments {
		var id string
		switch s {
		case "{team}":
			id = team
		case "{card}":
			id = card
		default:
			continue
		}
		if !validSegment(id) {
			return "", fmt.Errorf("%w: %s is not an id", ErrInvalid, s)
		}
		segments[i] = id
	}
	return strings.Join(segments, "/"), nil
}

// maxSegment is far longer than any id of Graph: TCK_ and a GUID make 40.
const maxSegment = 200

// validSegment reports whether id can stand as one path segment as it is:
// unreserved characters of RFC 3986 §2.3 only, so that nothing needs escaping
// and nothing between here and Graph can read it as two segments, as a parent
// folder or as a query.
func validSegment(id string) bool {
	if id == "" || len(id) > maxSegment || id == "." || strings.Contains(id, "..") {
		return false
	}
	for i := range len(id) {
		if !unreserved(id[i]) {
			return false
		}
	}
	return true
}

func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '-' || c == '_' || c == '.' || c == '~'
}

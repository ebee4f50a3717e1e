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
	// Path follows the version; {team}, {card} and {user} stand for ids.
	Path string
	// Body says what is sent, and Answer what comes back, in Graph's words;
	// empty for nothing.
	Body, Answer string
	// Status is the documented success. Any other 2xx that carries what the
	// operation promises is accepted too.
	Status int
	// Permission is the least that a person's token needs, and Role the least
	// an application's token needs in the whole tenant; empty where such a
	// token cannot make the call.
	Permission, Role string
	Class            Class
	// Urgent calls go before others in the budget: somebody stands there.
	Urgent bool
	// Beta marks what version v1.0 does not have.
	Beta bool
}

// Shifts reports whether the call is about Shifts, as opposed to the directory
// and to teams as such.
func (o Operation) Shifts() bool { return strings.HasPrefix(o.Path, schedulePath) }

// accept is the kind of answer that is asked for.
func (o Operation) accept() string {
	if o.Answer == "image" {
		return "image/*"
	}
	return "application/json"
}

// op is an index into the table of operations.
type op int

const (
	opMe op = iota
	opUser
	opJoinedTeams
	opTeamsOf
	opMembers
	opPhoto
	opPhotoOf
	opSchedule
	opShifts
	opTimesOff
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
	userPath     = "/users/{user}"
	schedulePath = "/teams/{team}/schedule"
	cardsPath    = schedulePath + "/timeCards"
	cardPath     = cardsPath + "/{card}"

	readTeams     = "Team.ReadBasic.All"
	readMembers   = "TeamMember.Read.All"
	readUsers     = "User.ReadBasic.All"
	readSchedule  = "Schedule.Read.All"
	writeSchedule = "Schedule.ReadWrite.All"

	oneCard  = "timeCard"
	anAction = "isAtApprovedLocation, notes"
)

// table lists every call the client makes. What a page says of a call stands
// here and nowhere else. Permissions are those of the Microsoft Graph
// permissions reference.
var table = [...]Operation{
	opMe:          {Name: "me", Method: http.MethodGet, Path: "/me", Answer: "user", Status: 200, Permission: "User.Read"},
	opUser:        {Name: "user", Method: http.MethodGet, Path: userPath, Answer: "user", Status: 200, Permission: readUsers, Role: readUsers},
	opJoinedTeams: {Name: "joinedTeams", Method: http.MethodGet, Path: "/me/joinedTeams", Answer: "teams", Status: 200, Permission: readTeams},
	opTeamsOf:     {Name: "joinedTeams of a user", Method: http.MethodGet, Path: userPath + "/joinedTeams", Answer: "teams", Status: 200, Role: readTeams},
	opMembers:     {Name: "members", Method: http.MethodGet, Path: "/teams/{team}/members", Answer: "aadUserConversationMembers", Status: 200, Permission: readMembers, Role: readMembers},
	opPhoto:       {Name: "photo", Method: http.MethodGet, Path: "/me/photo/$value", Answer: "image", Status: 200, Permission: "User.Read"},
	opPhotoOf:     {Name: "photo of a user", Method: http.MethodGet, Path: userPath + "/photo/$value", Answer: "image", Status: 200, Permission: readUsers, Role: "ProfilePhoto.Read.All"},

	opSchedule: {Name: "schedule", Method: http.MethodGet, Path: schedulePath, Answer: "schedule", Status: 200, Permission: readSchedule, Role: readSchedule},
	opShifts:   {Name: "shifts", Method: http.MethodGet, Path: schedulePath + "/shifts", Answer: "shifts", Status: 200, Permission: readSchedule, Role: readSchedule},
	opTimesOff: {Name: "timesOff", Method: http.MethodGet, Path: schedulePath + "/timesOff", Answer: "timesOff", Status: 200, Permission: readSchedule, Role: readSchedule},

	opCards:   {Name: "list", Method: http.MethodGet, Path: cardsPath, Answer: "timeCards", Status: 200, Permission: readSchedule, Role: readSchedule},
	opCard:    {Name: "get", Method: http.MethodGet, Path: cardPath, Answer: oneCard, Status: 200, Permission: readSchedule, Role: readSchedule},
	opCreate:  {Name: "create", Method: http.MethodPost, Path: cardsPath, Body: oneCard, Answer: oneCard, Status: 201, Permission: writeSchedule, Role: writeSchedule, Class: Write},
	opReplace: {Name: "replace", Method: http.MethodPut, Path: cardPath, Body: oneCard, Status: 204, Permission: writeSchedule, Role: writeSchedule, Class: Write},
	opDelete:  {Name: "delete", Method: http.MethodDelete, Path: cardPath, Status: 204, Permission: writeSchedule, Role: writeSchedule, Class: Delete},

	opClockIn:    {Name: "clockIn", Method: http.MethodPost, Path: cardsPath + "/clockIn", Body: anAction + ", onBehalfOfUserId", Answer: oneCard, Status: 201, Permission: writeSchedule, Role: writeSchedule, Class: Write, Urgent: true},
	opClockOut:   {Name: "clockOut", Method: http.MethodPost, Path: cardPath + "/clockOut", Body: anAction, Status: 204, Permission: writeSchedule, Role: writeSchedule, Class: Write, Urgent: true},
	opStartBreak: {Name: "startBreak", Method: http.MethodPost, Path: cardPath + "/startBreak", Body: anAction, Status: 204, Permission: writeSchedule, Role: writeSchedule, Class: Write, Urgent: true},
	opEndBreak:   {Name: "endBreak", Method: http.MethodPost, Path: cardPath + "/endBreak", Body: anAction, Status: 204, Permission: writeSchedule, Role: writeSchedule, Class: Write, Urgent: true},

	opConfirm:    {Name: "confirm", Method: http.MethodPost, Path: cardPath + "/confirm", Status: 204, Permission: writeSchedule, Class: Write},
	opConfirmFor: {Name: "confirmForUser", Method: http.MethodPost, Path: cardPath + "/confirmForUser", Body: "userId", Answer: oneCard, Status: 200, Role: writeSchedule, Class: Write, Beta: true},
}

// Operations gives every call the client can make, for checks of permissions,
// for tests and for documents.
func Operations() []Operation { return append([]Operation(nil), table[:]...) }

// Markdown is the table of operations for the documentation.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| operation | request | body | success | person's permission | application's permission |\n" +
		"|---|---|---|---|---|---|\n")
	for _, o := range table {
		version := ""
		if o.Beta {
			version = " (beta)"
		}
		success := strings.TrimSpace(fmt.Sprintf("%d %s", o.Status, o.Answer))
		fmt.Fprintf(&b, "| %s%s | `%s %s` | %s | %s | %s | %s |\n",
			o.Name, version, o.Method, o.Path, orNone(o.Body), success, orNone(o.Permission), orNone(o.Role))
	}
	return b.String()
}

func orNone(cell string) string {
	if cell == "" {
		return "–"
	}
	return cell
}

// path fills in the ids. An error wraps ErrInvalid.
func (o Operation) path(t target) (string, error) {
	var b strings.Builder
	for rest := o.Path; rest != ""; {
		before, after, named := strings.Cut(rest, "{")
		b.WriteString(before)
		if !named {
			break
		}
		name, behind, _ := strings.Cut(after, "}")
		id := t.id(name)
		if !validSegment(id) {
			return "", fmt.Errorf("%w: {%s} is not an id", ErrInvalid, name)
		}
		b.WriteString(id)
		rest = behind
	}
	return b.String(), nil
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

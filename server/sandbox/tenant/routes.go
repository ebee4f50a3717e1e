package tenant

import (
	"net/http"
	"slices"
	"strings"
)

// Op names an operation of Graph.
type Op string

// The operations this Graph answers.
const (
	List                 Op = "list"
	Create               Op = "create"
	Get                  Op = "get"
	Replace              Op = "replace"
	Delete               Op = "delete"
	ClockIn              Op = "clockIn"
	ClockOut             Op = "clockOut"
	StartBreak           Op = "startBreak"
	EndBreak             Op = "endBreak"
	Confirm              Op = "confirm"
	ConfirmForUser       Op = "confirmForUser"
	GetSchedule          Op = "schedule"
	PutSchedule          Op = "putSchedule"
	ListShifts           Op = "shifts"
	ListTimesOff         Op = "timesOff"
	ListTimeOffReasons   Op = "timeOffReasons"
	ListSchedulingGroups Op = "schedulingGroups"
	GetMe                Op = "me"
	JoinedTeams          Op = "joinedTeams"
	ListMembers          Op = "members"
	GetUser              Op = "user"
	Photo                Op = "photo"

	// These stand in some publications only; rows of the assumptions decide.
	Count Op = "count"
	Bulk  Op = "bulk"
	Patch Op = "patch"
)

// operation is one row of the table of what can be called.
type operation struct {
	name   Op
	method string
	path   string // segments match in any case; {team} and {id} capture
	beta   bool   // beta alone has it
	status int    // of success
	access access
	do     func(*Tenant, *request) (answer, error)
}

// access is the permissions that open an operation, any one of them, the least
// first: as published per path.
type access struct {
	person []string // delegated; nil where no person's token will do
	app    []string // of an application; nil where none will do
}

var (
	cardsRead  = access{[]string{"Schedule.Read.All", "Schedule.ReadWrite.All"}, []string{"Schedule.Read.All", "Schedule.ReadWrite.All"}}
	cardsWrite = access{[]string{"Schedule.ReadWrite.All"}, []string{"Schedule.ReadWrite.All"}}
	appWrite   = access{nil, []string{"Schedule.ReadWrite.All"}}
	planRead   = access{[]string{"Schedule.Read.All", "Schedule.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"},
		[]string{"Schedule.Read.All", "Schedule.ReadWrite.All"}}
	planWrite = access{[]string{"Schedule.ReadWrite.All", "Group.ReadWrite.All"}, []string{"Schedule.ReadWrite.All"}}
	teamsRead = access{
		[]string{"Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "User.Read.All",
			"User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		[]string{"Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "User.Read.All",
			"User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}}
	membersRead = access{[]string{"TeamMember.Read.All", "TeamMember.ReadWrite.All"},
		[]string{"TeamMember.Read.Group", "TeamMember.Read.All", "TeamMember.ReadWrite.All"}}
	meRead = access{[]string{"User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All",
		"Directory.Read.All", "Directory.ReadWrite.All"}, nil}
	userRead = access{
		[]string{"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		[]string{"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}}
	myPhoto   = access{[]string{"User.Read", "ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.ReadBasic.All"}, nil}
	userPhoto = access{[]string{"User.Read", "ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.ReadBasic.All", "User.Read.All"},
		[]string{"ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All"}}
)

const (
	planPath  = "teams/{team}/schedule"
	cardsPath = planPath + "/timeCards"
)

// operations is the table. A path with a word comes before one that captures
// the same segment.
var operations = []operation{
	{List, http.MethodGet, cardsPath, false, 200, cardsRead, (*Tenant).list},
	{Create, http.MethodPost, cardsPath, false, 201, cardsWrite, (*Tenant).create},
	{ClockIn, http.MethodPost, cardsPath + "/clockIn", false, 201, cardsWrite, (*Tenant).clockIn},
	{Count, http.MethodGet, cardsPath + "/$count", false, 200, cardsRead, (*Tenant).count},
	{Bulk, http.MethodPost, cardsPath + "/bulkUpsert", false, 0, cardsWrite, (*Tenant).bulk},
	{Bulk, http.MethodPost, cardsPath + "/bulkDelete", false, 0, cardsWrite, (*Tenant).bulk},
	{Get, http.MethodGet, cardsPath + "/{id}", false, 200, cardsRead, (*Tenant).get},
	{Replace, http.MethodPut, cardsPath + "/{id}", false, 204, cardsWrite, (*Tenant).replace},
	{Delete, http.MethodDelete, cardsPath + "/{id}", false, 204, cardsWrite, (*Tenant).remove},
	{Patch, http.MethodPatch, cardsPath + "/{id}", false, 200, cardsWrite, (*Tenant).patch},
	{ClockOut, http.MethodPost, cardsPath + "/{id}/clockOut", false, 204, cardsWrite, (*Tenant).clockOut},
	{StartBreak, http.MethodPost, cardsPath + "/{id}/startBreak", false, 204, cardsWrite, (*Tenant).startBreak},
	{EndBreak, http.MethodPost, cardsPath + "/{id}/endBreak", false, 204, cardsWrite, (*Tenant).endBreak},
	{Confirm, http.MethodPost, cardsPath + "/{id}/confirm", false, 204, cardsWrite, (*Tenant).confirm},
	{ConfirmForUser, http.MethodPost, cardsPath + "/{id}/confirmForUser", true, 200, appWrite, (*Tenant).confirmForUser},
	{GetSchedule, http.MethodGet, planPath, false, 200, planRead, (*Tenant).schedule},
	{PutSchedule, http.MethodPut, planPath, false, 200, planWrite, (*Tenant).putSchedule},
	{ListShifts, http.MethodGet, planPath + "/shifts", false, 200, planRead, (*Tenant).shifts},
	{ListTimesOff, http.MethodGet, planPath + "/timesOff", false, 200, planRead, (*Tenant).timesOff},
	{ListTimeOffReasons, http.MethodGet, planPath + "/timeOffReasons", false, 200, planRead, (*Tenant).timeOffReasons},
	{ListSchedulingGroups, http.MethodGet, planPath + "/schedulingGroups", false, 200, planRead, (*Tenant).schedulingGroups},
	{ListMembers, http.MethodGet, "teams/{team}/members", false, 200, membersRead, (*Tenant).members},
	{GetMe, http.MethodGet, "me", false, 200, meRead, (*Tenant).me},
	{JoinedTeams, http.MethodGet, "me/joinedTeams", false, 200, teamsRead, (*Tenant).joinedTeams},
	{Photo, http.MethodGet, "me/photo/$value", false, 200, myPhoto, (*Tenant).photo},
	{GetUser, http.MethodGet, "users/{id}", false, 200, userRead, (*Tenant).user},
	{JoinedTeams, http.MethodGet, "users/{id}/joinedTeams", false, 200, teamsRead, (*Tenant).joinedTeams},
	{Photo, http.MethodGet, "users/{id}/photo/$value", false, 200, userPhoto, (*Tenant).photo},
}

// Operation is an operation as this Graph answers it.
type Operation struct {
	Name   Op
	Method string
	Path   string // after the version
	Status int    // of success; 0 where there is none
	Beta   bool   // beta alone has it
	Person string // the least permission of a person's token; empty where none will do
	App    string // the least permission of an application's token; empty where none will do
}

// Operations lists what can be called.
func Operations() []Operation {
	first := func(all []string) string { return strings.Join(all[:min(1, len(all))], "") }
	var all []Operation
	for _, o := range operations {
		all = append(all, Operation{Name: o.name, Method: o.method, Path: "/" + o.path, Status: o.status, Beta: o.beta,
			Person: first(o.access.person), App: first(o.access.app)})
	}
	return all
}

// planned reports whether the operation is about a team's schedule.
func (o operation) planned() bool { return strings.HasPrefix(o.path, planPath) }

// changes reports whether the operation changes cards.
func (o operation) changes() bool {
	return strings.HasPrefix(o.path, cardsPath) && o.method != http.MethodGet
}

// class names the tenant-wide limit that counts the operation.
func (o operation) class() string {
	switch {
	case o.name == JoinedTeams:
		return "joined"
	case !o.planned():
		return "directory"
	case o.method == http.MethodGet:
		return "read"
	case o.method == http.MethodDelete:
		return "delete"
	}
	return "write"
}

// reads reports whether the operation reads cards.
func (o operation) reads() bool {
	return strings.HasPrefix(o.path, cardsPath) && o.method == http.MethodGet
}

// lists reports whether the operation answers in pages.
func (o operation) lists() bool {
	return slices.Contains([]Op{List, ListShifts, ListTimesOff, ListTimeOffReasons, ListSchedulingGroups, ListMembers}, o.name)
}

// admits rules whether the caller's permissions open the operation.
func (o operation) admits(c Caller, a Assumptions) error {
	need, held := o.access.person, c.Scopes
	if c.Object == "" {
		need, held = o.access.app, c.Roles
	}
	switch {
	case o.name == ConfirmForUser && c.Object != "":
		return ruledOut(a.ConfirmForUserByPerson)
	case need == nil:
		return errApp
	case !slices.ContainsFunc(need, func(s string) bool { return slices.Contains(held, s) }):
		return errScope
	}
	return nil
}

// place is where a URL points.
type place struct {
	op   operation
	beta bool
	team string // as written in the URL
	id   string // of a card or user, as written
}

// find matches method and path. When nothing matches it says so the way Graph
// does: a segment nobody knows, or a verb that is not for this resource.
func find(method, path string) (place, error) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	version := strings.ToLower(segments[0])
	if version != "v1.0" && version != "beta" {
		return place{}, plain(http.StatusNotFound, "BadRequest", "Invalid version: "+segments[0])
	}
	known := false
	for _, op := range operations {
		p, ok := op.match(segments[1:])
		if !ok || op.beta && version != "beta" {
			continue
		}
		if op.method == method {
			p.beta = version == "beta"
			return p, nil
		}
		known = true
	}
	if known {
		return place{}, plain(http.StatusMethodNotAllowed, "Request_BadRequest",
			"Specified HTTP method is not allowed for the request target.")
	}
	last := segments[len(segments)-1]
	return place{}, plain(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+last+"'.")
}

// match compares the segments after the version with the operation's path.
func (o operation) match(segments []string) (place, bool) {
	pattern := strings.Split(o.path, "/")
	if len(pattern) != len(segments) {
		return place{}, false
	}
	p := place{op: o}
	for i, want := range pattern {
		switch {
		case want == "{team}":
			p.team = segments[i]
		case want == "{id}":
			p.id = segments[i]
		case !strings.EqualFold(want, segments[i]):
			return place{}, false
		}
	}
	return p, true
}

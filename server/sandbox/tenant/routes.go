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
	List         Op = "list"
	Create       Op = "create"
	Get          Op = "get"
	Replace      Op = "replace"
	Delete       Op = "delete"
	ClockIn      Op = "clockIn"
	ClockOut     Op = "clockOut"
	StartBreak   Op = "startBreak"
	EndBreak     Op = "endBreak"
	Confirm      Op = "confirm"
	GetSchedule  Op = "schedule"
	ListShifts   Op = "shifts"
	GetMe        Op = "me"
	JoinedTeams  Op = "joinedTeams"
	ListMembers  Op = "members"
	GetUser      Op = "user"
	Photo        Op = "photo"
	patchRefused Op = "patch"
)

// operation is one row of the table of what can be called.
type operation struct {
	name   Op
	method string
	path   string   // segments match in any case; {team} and {id} capture
	scopes []string // any one of them lets the call pass; nil asks for none
	do     func(*Tenant, *request) (answer, error)
}

var (
	scopeWrite    = []string{"Schedule.ReadWrite.All"}
	scopeCards    = []string{"Schedule.Read.All", "Schedule.ReadWrite.All"}
	scopeSchedule = []string{"Schedule.Read.All", "Schedule.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"}
	scopeTeams    = []string{"Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "User.Read.All",
		"User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	scopeMembers = []string{"TeamMember.Read.All", "TeamMember.ReadWrite.All"}
	scopeMe      = []string{"User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All",
		"Directory.Read.All", "Directory.ReadWrite.All"}
	scopeUser = []string{"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All",
		"Directory.Read.All", "Directory.ReadWrite.All"}
	scopePhoto = []string{"User.Read", "User.ReadBasic.All", "User.Read.All", "ProfilePhoto.Read.All"}
)

const cardsPath = "teams/{team}/schedule/timeCards"

// operations is the table. The permissions are those Microsoft publishes per
// path.
var operations = []operation{
	{List, http.MethodGet, cardsPath, scopeCards, (*Tenant).list},
	{Create, http.MethodPost, cardsPath, scopeWrite, (*Tenant).create},
	{ClockIn, http.MethodPost, cardsPath + "/clockIn", scopeWrite, (*Tenant).clockIn},
	{Get, http.MethodGet, cardsPath + "/{id}", scopeCards, (*Tenant).get},
	{Replace, http.MethodPut, cardsPath + "/{id}", scopeWrite, (*Tenant).replace},
	{Delete, http.MethodDelete, cardsPath + "/{id}", scopeWrite, (*Tenant).remove},
	{patchRefused, http.MethodPatch, cardsPath + "/{id}", nil, (*Tenant).patch},
	{ClockOut, http.MethodPost, cardsPath + "/{id}/clockOut", scopeWrite, (*Tenant).clockOut},
	{StartBreak, http.MethodPost, cardsPath + "/{id}/startBreak", scopeWrite, (*Tenant).startBreak},
	{EndBreak, http.MethodPost, cardsPath + "/{id}/endBreak", scopeWrite, (*Tenant).endBreak},
	{Confirm, http.MethodPost, cardsPath + "/{id}/confirm", scopeWrite, (*Tenant).confirm},
	{GetSchedule, http.MethodGet, "teams/{team}/schedule", scopeSchedule, (*Tenant).schedule},
	{ListShifts, http.MethodGet, "teams/{team}/schedule/shifts", scopeSchedule, (*Tenant).shifts},
	{ListMembers, http.MethodGet, "teams/{team}/members", scopeMembers, (*Tenant).members},
	{GetMe, http.MethodGet, "me", scopeMe, (*Tenant).me},
	{JoinedTeams, http.MethodGet, "me/joinedTeams", scopeTeams, (*Tenant).joinedTeams},
	{Photo, http.MethodGet, "me/photo/$value", scopePhoto, (*Tenant).photo},
	{GetUser, http.MethodGet, "users/{id}", scopeUser, (*Tenant).user},
	{Photo, http.MethodGet, "users/{id}/photo/$value", scopePhoto, (*Tenant).photo},
}

// class names the tenant-wide limit that counts the operation.
func (o operation) class() string {
	switch {
	case o.name == JoinedTeams:
		return "joined"
	case !strings.Contains(o.path, "/schedule"):
		return "directory"
	case o.method == http.MethodGet:
		return "read"
	case o.method == http.MethodDelete:
		return "delete"
	}
	return "write"
}

// allows reports whether any of the granted permissions opens the operation.
func (o operation) allows(granted []string) bool {
	return o.scopes == nil || slices.ContainsFunc(o.scopes, func(s string) bool { return slices.Contains(granted, s) })
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
		if !ok {
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

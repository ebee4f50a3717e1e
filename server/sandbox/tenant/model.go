package tenant

import (
	"slices"
	"strings"
	"time"
)

// Person is somebody in the directory.
type Person struct {
	ID    string // object id, a GUID
	Login string // userPrincipalName
	Name  string // displayName
	Job   string // jobTitle
	Photo bool   // has a picture
}

// Member is a person's place in a team.
type Member struct {
	Person string // the person's ID
	Owner  bool   // team owner; in Shifts that is a manager
}

// Schedule is a team's Shifts schedule.
type Schedule struct {
	TimeZone  string    // IANA name
	TimeClock bool      // timeClockEnabled
	Location  *Location // the approved location, or nil when none is set
	Groups    []Group
	Reasons   []Reason
}

// Group is a schedulingGroup: people planned together.
type Group struct {
	ID     string   `json:"id"` // TAG_…
	Name   string   `json:"name"`
	People []string `json:"people"` // object ids
}

// Reason is a timeOffReason.
type Reason struct {
	ID   string `json:"id"` // TOR_…
	Name string `json:"name"`
	Icon string `json:"icon"` // as Graph spells it: "plane", "firstAid"
}

// Location is a point on Earth, in degrees.
type Location struct{ Latitude, Longitude float64 }

// Team is a team with, perhaps, a schedule.
type Team struct {
	ID          string // a GUID
	Name        string
	Description string
	Members     []Member
	Schedule    *Schedule // nil when Shifts was never set up here
}

// member gives the person's place in the team, and false for an outsider.
func (t *Team) member(person string) (Member, bool) {
	i := slices.IndexFunc(t.Members, func(m Member) bool { return strings.EqualFold(m.Person, person) })
	if i < 0 {
		return Member{}, false
	}
	return t.Members[i], true
}

// Directory is what the tenant is made of before anybody works: its people and
// teams. It is given anew at every start and is not part of the snapshot.
type Directory struct {
	People []Person
	Teams  []Team
}

// Person finds a person by object id or login; nil when there is none.
func (d *Directory) Person(id string) *Person {
	for i := range d.People {
		if p := &d.People[i]; strings.EqualFold(p.ID, id) || strings.EqualFold(p.Login, id) {
			return p
		}
	}
	return nil
}

// Team finds a team by id; nil when there is none.
func (d *Directory) Team(id string) *Team {
	for i := range d.Teams {
		if t := &d.Teams[i]; strings.EqualFold(t.ID, id) {
			return t
		}
	}
	return nil
}

// Note is an itemBody: text somebody left.
type Note struct {
	Content string `json:"content"`
	Type    string `json:"contentType"` // "text" or "html"
}

// Event is one stamp on a card.
type Event struct {
	At time.Time `json:"at"` // whole milliseconds, UTC
	// Approved tells whether the caller claimed to be at the approved
	// location; nil when it claimed nothing.
	Approved *bool `json:"approved,omitempty"`
	Notes    *Note `json:"notes,omitempty"`
}

// Break is a pause on a card. End is nil while it lasts.
type Break struct {
	ID    string `json:"id"` // BRK_…
	Start Event  `json:"start"`
	End   *Event `json:"end,omitempty"`
	Notes *Note  `json:"notes,omitempty"`
}

// Entry is the originalEntry of a card: what the action endpoints recorded,
// untouched by later edits.
type Entry struct {
	In     *Event  `json:"in,omitempty"`
	Out    *Event  `json:"out,omitempty"`
	Breaks []Break `json:"breaks,omitempty"`
}

// Identity says who did something: a person, or an application.
type Identity struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Application bool   `json:"application,omitempty"`
}

// State is the timeCardState of a card.
type State string

// The states of a card, as Graph spells them.
const (
	ClockedIn  State = "clockedIn"
	OnBreak    State = "onBreak"
	ClockedOut State = "clockedOut"
)

// Card is a timeCard. Cards handed out by this package are values of their
// own: changing one changes nothing in the tenant.
type Card struct {
	ID         string    `json:"id"` // TCK_…
	Team       string    `json:"team"`
	Person     string    `json:"person"` // userId
	Created    time.Time `json:"created"`
	CreatedBy  Identity  `json:"createdBy"`
	Modified   time.Time `json:"modified"`
	ModifiedBy Identity  `json:"modifiedBy"`
	In         *Event    `json:"in,omitempty"`
	Out        *Event    `json:"out,omitempty"`
	Breaks     []Break   `json:"breaks,omitempty"`
	Notes      *Note     `json:"notes,omitempty"`
	// ByUser and ByManager are the flags of confirmedBy.
	ByUser    bool  `json:"byUser,omitempty"`
	ByManager bool  `json:"byManager,omitempty"`
	Original  Entry `json:"original"`
}

// State tells where the card stands, from its events alone.
func (c Card) State() State {
	if c.Out != nil {
		return ClockedOut
	}
	if c.openBreak() != nil {
		return OnBreak
	}
	return ClockedIn
}

// openBreak gives the break that has not ended, or nil.
func (c Card) openBreak() *Break {
	for i := range c.Breaks {
		if c.Breaks[i].End == nil {
			return &c.Breaks[i]
		}
	}
	return nil
}

// clone gives a card whose slices may be written without touching c's. Events
// and notes are never written in place, so they may be shared.
func (c Card) clone() Card {
	c.Breaks = slices.Clone(c.Breaks)
	c.Original.Breaks = slices.Clone(c.Original.Breaks)
	return c
}

// Activity is a stretch of a shift with a name of its own, such as lunch.
type Activity struct {
	Name       string    `json:"name"`
	Paid       bool      `json:"paid,omitempty"`
	Start, End time.Time `json:",omitzero"`
}

// Shift is planned work. Draft marks one that is not published: Graph shows it
// under draftShift and leaves sharedShift null.
type Shift struct {
	ID         string     `json:"id"` // SHFT_…
	Team       string     `json:"team"`
	Person     string     `json:"person"`
	Group      string     `json:"group,omitempty"` // schedulingGroupId
	Name       string     `json:"name"`
	Notes      string     `json:"notes,omitempty"`
	Theme      string     `json:"theme"`
	Start      time.Time  `json:"start"`
	End        time.Time  `json:"end"`
	Activities []Activity `json:"activities,omitempty"`
	Draft      bool       `json:"draft,omitempty"`
	Planned    time.Time  `json:"planned"` // createdDateTime and lastModifiedDateTime
	PlannedBy  Identity   `json:"plannedBy"`
}

// TimeOff is planned absence. Draft marks one that is not published.
type TimeOff struct {
	ID        string    `json:"id"`
	Team      string    `json:"team"`
	Person    string    `json:"person"`
	Reason    string    `json:"reason"` // timeOffReasonId
	Theme     string    `json:"theme"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	Draft     bool      `json:"draft,omitempty"`
	Planned   time.Time `json:"planned"` // createdDateTime and lastModifiedDateTime
	PlannedBy Identity  `json:"plannedBy"`
}

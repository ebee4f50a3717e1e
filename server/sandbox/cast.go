package sandbox

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"timeclock/server/sandbox/idp"
	"timeclock/server/sandbox/tenant"
)

// Person is somebody in the sandbox.
type Person struct {
	Login string
	Name  string
	OID   string   // object id
	About string   // what this person is, in a few words; empty for one of the crowd
	Roles []string // app roles
}

// Team is a team in the sandbox, by its id, and what is special about it.
type Team struct {
	ID       string
	Name     string
	Schedule bool // Shifts is set up here
	Clock    bool // and its time clock is on
	members  []string
	owners   []string
}

// The people worth signing in as, by login.
const (
	Anna = "anna@harbour.example" // employee of one team
	Ben  = "ben@harbour.example"  // employee of two teams
	Sara = "sara@harbour.example" // owner of one, app role Supervisor, member of another
	Noor = "noor@harbour.example" // her team's time clock is off
)

// Colleagues, so that no team is empty.
const (
	Maja   = "maja@harbour.example"
	Luca   = "luca@harbour.example"
	Erik   = "erik@harbour.example" // owner of the bakery
	Ines   = "ines@harbour.example"
	Tomasz = "tomasz@harbour.example" // owner of the front office
)

// The teams, by id.
const (
	HarbourCafe = "7ea00001-0000-4000-8000-00000000cafe"
	NightBakery = "7ea00002-0000-4000-8000-00000000ba4e"
	FrontOffice = "7ea00003-0000-4000-8000-00000000f0ff"
	BookClub    = "7ea00004-0000-4000-8000-00000000b00c" // without a schedule
)

// zone is where everybody works.
const zone = "Europe/Stockholm"

func people() []Person {
	return []Person{
		{Anna, "Anna Lindqvist", "0b1ec7ed-0001-4000-8000-0000000a22a1", "Employee, Harbour Café", nil},
		{Ben, "Ben Okafor", "0b1ec7ed-0002-4000-8000-0000000000be", "Employee of two teams, Harbour Café and Night Bakery", nil},
		{Sara, "Sara Virtanen", "0b1ec7ed-0003-4000-8000-000000005a4a", "Supervisor, owner of Harbour Café", []string{"Supervisor"}},
		{Noor, "Noor Haddad", "0b1ec7ed-0004-4000-8000-000000000004", "Front Office, where the time clock is off", nil},
		{Maja, "Maja Nyström", "0b1ec7ed-0005-4000-8000-0000000000a5", "Employee, Harbour Café", nil},
		{Luca, "Luca Moretti", "0b1ec7ed-0006-4000-8000-0000000000a6", "Employee, Harbour Café", nil},
		{Erik, "Erik Dahl", "0b1ec7ed-0007-4000-8000-0000000000a7", "Owner of Night Bakery", nil},
		{Ines, "Inês Carvalho", "0b1ec7ed-0008-4000-8000-0000000000a8", "Employee, Night Bakery", nil},
		{Tomasz, "Tomasz Zieliński", "0b1ec7ed-0009-4000-8000-0000000000a9", "Owner of Front Office", nil},
	}
}

func teams() []Team {
	return []Team{
		{HarbourCafe, "Harbour Café", true, true, []string{Anna, Ben, Maja, Luca}, []string{Sara}},
		{NightBakery, "Night Bakery", true, true, []string{Ben, Ines, Sara}, []string{Erik}},
		{FrontOffice, "Front Office", true, false, []string{Noor}, []string{Tomasz}},
		{BookClub, "Book Club", false, false, []string{Maja, Sara}, nil},
	}
}

// Person finds somebody by login; it panics when there is nobody, since logins
// are constants of this package.
func (s *Sandbox) Person(login string) Person { return find(s.People, login) }

func find(all []Person, login string) Person {
	for _, p := range all {
		if p.Login == login {
			return p
		}
	}
	panic("sandbox: nobody is called " + login)
}

// notable are the people to choose from where all would be too many.
func notable(all []Person) []Person {
	return slices.DeleteFunc(slices.Clone(all), func(p Person) bool { return p.About == "" })
}

// signIns are the people as the provider lists them.
func signIns(all []Person) []idp.Person {
	var list []idp.Person
	for _, p := range all {
		list = append(list, idp.Person{Object: p.OID, Login: p.Login, Name: p.Name, About: p.About, Roles: p.Roles, Unlisted: p.About == ""})
	}
	return list
}

// pictured are those who have a picture; the others have none.
var pictured = []string{Anna, Sara, Maja, Erik}

// planGroups are those a team is planned in: who works there, and who leads.
func planGroups(all []Person, team Team) []tenant.Group {
	staff := tenant.Group{ID: groupOf(team.ID, false), Name: "Staff"}
	for _, login := range team.members {
		staff.People = append(staff.People, find(all, login).OID)
	}
	leads := tenant.Group{ID: groupOf(team.ID, true), Name: "Leads"}
	for _, login := range team.owners {
		leads.People = append(leads.People, find(all, login).OID)
	}
	return []tenant.Group{staff, leads}
}

// groupOf is the id of a team's group, the same at every start.
func groupOf(team string, leads bool) string {
	return "TAG_" + uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s %t", team, leads)).String()
}

// Why somebody may be off, by id.
const (
	vacation = "TOR_0b1ec7ed-0001-4000-8000-000000007ac0"
	sickness = "TOR_0b1ec7ed-0002-4000-8000-00000000051c"
)

func reasons() []tenant.Reason {
	return []tenant.Reason{{ID: vacation, Name: "Vacation", Icon: "plane"}, {ID: sickness, Name: "Sick leave", Icon: "firstAid"}}
}

// directory is the same people and their teams as Graph knows them.
func directory(all []Person, groups []Team) tenant.Directory {
	var d tenant.Directory
	for _, p := range all {
		d.People = append(d.People, tenant.Person{ID: p.OID, Login: p.Login, Name: p.Name, Job: p.About,
			Photo: slices.Contains(pictured, p.Login)})
	}
	for _, g := range groups {
		t := tenant.Team{ID: g.ID, Name: g.Name, Description: g.Name}
		for _, login := range g.owners {
			t.Members = append(t.Members, tenant.Member{Person: find(all, login).OID, Owner: true})
		}
		for _, login := range g.members {
			t.Members = append(t.Members, tenant.Member{Person: find(all, login).OID})
		}
		if g.Schedule {
			t.Schedule = &tenant.Schedule{TimeZone: zone, TimeClock: g.Clock,
				Groups: planGroups(all, g), Reasons: reasons()}
		}
		if g.ID == HarbourCafe {
			t.Schedule.Location = &tenant.Location{Latitude: 59.3251, Longitude: 18.0711}
		}
		d.Teams = append(d.Teams, t)
	}
	return d
}

// delegated are the permissions a person's token may carry: what the
// administrator of this tenant consented to.
func delegated() []string {
	return []string{"User.Read", "User.ReadBasic.All", "Team.ReadBasic.All", "TeamMember.Read.All",
		"Schedule.Read.All", "Schedule.ReadWrite.All"}
}

// application are the permissions of the application's own token.
func application() []string {
	return []string{"User.Read.All", "Team.ReadBasic.All", "TeamMember.Read.All",
		"Schedule.Read.All", "Schedule.ReadWrite.All"}
}

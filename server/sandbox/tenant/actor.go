package tenant

import "net/http"

// actor is who stands behind a call: a person, or an application that acts for
// itself.
type actor struct {
	person *Person // nil for an application of its own
	app    Identity
}

// act tells who acts. A delegated token acts as its person. An application's
// token acts for itself, or as the person MS-APP-ACTS-AS names.
func (t *Tenant) act(c Caller, op operation, actsAs string) (actor, error) {
	if c.Object != "" {
		if p := t.people.Person(c.Object); p != nil {
			return actor{person: p}, nil
		}
		return actor{}, errToken
	}
	a := actor{app: Identity{ID: c.App, Name: c.AppName, Application: true}}
	assume := t.assumed()
	if actsAs == "" && op.planned() {
		return a, ruled(assume.AppWithoutHeader)
	}
	if actsAs == "" || assume.ActsAsIgnored {
		return a, nil
	}
	if a.person = t.people.Person(actsAs); a.person == nil {
		return a, ruledOut(assume.OthersCard)
	}
	return a, nil
}

// assumed is the table of assumptions as it stands now.
func (t *Tenant) assumed() Assumptions {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.assume
}

// identity is the actor as createdBy and lastModifiedBy name it.
func (a actor) identity() Identity {
	if a.person == nil {
		return a.app
	}
	return Identity{ID: a.person.ID, Name: a.person.Name}
}

// is reports whether the actor is the person with this id.
func (a actor) is(person string) bool { return a.person != nil && a.person.ID == person }

// manages reports whether the actor may act on everybody's cards in the team:
// its owners may, and an application that acts for itself.
func (a actor) manages(team *Team) bool {
	if a.person == nil {
		return true
	}
	m, _ := team.member(a.person.ID)
	return m.Owner
}

// team gives the team of the call, if the actor may see it.
func (t *Tenant) team(q *request) (*Team, error) {
	team := t.people.Team(q.team)
	if team == nil || !q.actor.sees(team) {
		return nil, plain(http.StatusNotFound, "NotFound", "No team found with Group Id "+q.team)
	}
	return team, nil
}

// scheduled gives the team of the call with its schedule. Shifts answers one
// sentence to an unknown team, an outsider and a team it was never set up for.
func (t *Tenant) scheduled(q *request) (*Team, error) {
	team := t.people.Team(q.team)
	if team == nil || team.Schedule == nil || !q.actor.sees(team) {
		return nil, ruledOut(t.assume.TeamUnknown)
	}
	return team, nil
}

// ticking gives the team of the call if its time clock is on.
func (t *Tenant) ticking(q *request) (*Team, error) {
	team, err := t.scheduled(q)
	if err == nil && !team.Schedule.TimeClock {
		err = ruled(t.assume.TimeClockOff)
	}
	return team, err
}

// sees reports whether the team exists for the actor.
func (a actor) sees(team *Team) bool {
	if a.person == nil {
		return true
	}
	_, ok := team.member(a.person.ID)
	return ok
}

// card gives the card of the call in the team.
func (t *Tenant) card(q *request, team *Team) (Card, error) {
	c, ok := t.seen(q)[q.id]
	if !ok || c.Team != team.ID {
		return Card{}, ruledOut(t.assume.CardUnknown)
	}
	return c.clone(), nil
}

// writable gives the card of the call, if the actor may change it: it is his
// or her own, or the actor manages the team.
func (t *Tenant) writable(q *request, team *Team) (Card, error) {
	c, err := t.card(q, team)
	if err == nil && q.ifMatch != "" && q.ifMatch != "*" && q.ifMatch != c.etag() && t.assume.IfMatchChecked {
		err = errPrecondition
	}
	if err == nil && !q.actor.is(c.Person) && !q.actor.manages(team) {
		err = ruled(t.assume.OthersCard)
	}
	return c, err
}

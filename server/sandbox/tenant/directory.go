package tenant

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// me answers the person of a delegated token.
func (t *Tenant) me(q *request) (answer, error) { return t.user(q) }

// user answers a person by object id or login.
func (t *Tenant) user(q *request) (answer, error) {
	p, err := t.meant(q)
	if err != nil {
		return answer{}, err
	}
	return t.shown(q, p), nil
}

// meant is the person a path under /me or /users is about.
func (t *Tenant) meant(q *request) (*Person, error) {
	if q.id == "" {
		if q.caller.Object == "" {
			return nil, errApp
		}
		return q.actor.person, nil
	}
	p := t.people.Person(q.id)
	if p == nil {
		return nil, plain(http.StatusNotFound, "Request_ResourceNotFound",
			"Resource '"+q.id+"' does not exist or one of its queried reference-property objects are not present.")
	}
	return p, nil
}

func (t *Tenant) shown(q *request, p *Person) answer {
	given, family, _ := strings.Cut(p.Name, " ")
	return answer{status: http.StatusOK, body: map[string]any{
		"@odata.context":    t.view(q.beta).context("users/$entity"),
		"id":                p.ID,
		"displayName":       p.Name,
		"givenName":         given,
		"surname":           family,
		"jobTitle":          p.Job,
		"mail":              p.Login,
		"userPrincipalName": p.Login,
		"preferredLanguage": nil,
		"mobilePhone":       nil,
		"officeLocation":    nil,
		"businessPhones":    []string{},
	}}
}

// joinedTeams answers the teams a person belongs to, with or without a
// schedule: under /me the person of the token, under /users the one named.
func (t *Tenant) joinedTeams(q *request) (answer, error) {
	p, err := t.meant(q)
	if err != nil {
		return answer{}, err
	}
	if q.id != "" && q.caller.Object != "" && !q.actor.is(p.ID) {
		if err := ruled(t.assume.JoinedTeamsOfOthers); err != nil {
			return answer{}, err
		}
	}
	teams := []map[string]any{}
	for _, team := range t.people.Teams {
		if _, ok := team.member(p.ID); ok {
			teams = append(teams, map[string]any{
				"id": team.ID, "displayName": team.Name, "description": team.Description,
				"isArchived": false, "tenantId": nil,
			})
		}
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"@odata.context": t.view(q.beta).context("teams"), "@odata.count": len(teams), "value": teams,
	}}, nil
}

var memberFilter = regexp.MustCompile(
	`(?i)^\(?\s*microsoft\.graph\.aadUserConversationMember/userId\s+eq\s+'([^']*)'\s*\)?$`)

// members answers the members of a team. The one documented filter picks a
// person.
func (t *Tenant) members(q *request) (answer, error) {
	team, err := t.team(q)
	if err != nil {
		return answer{}, err
	}
	opt, err := t.options(q, "$filter", "$top", "$skiptoken", "$select")
	if err != nil {
		return answer{}, err
	}
	all := team.Members
	if f, ok := opt["$filter"]; ok {
		m := memberFilter.FindStringSubmatch(strings.TrimSpace(f))
		if m == nil {
			return answer{}, errFilter
		}
		all = slices.DeleteFunc(slices.Clone(all), func(one Member) bool { return !strings.EqualFold(one.Person, m[1]) })
	}
	a, err := page(t, q, opt, listing[Member]{
		items: all, id: func(m Member) string { return m.Person },
		show:     func(m Member) map[string]any { return t.member(team, m) },
		resource: "teams('" + team.ID + "')/members",
	})
	if err == nil {
		a.body.(map[string]any)["@odata.count"] = len(all)
	}
	return a, err
}

// member writes an aadUserConversationMember.
func (t *Tenant) member(team *Team, m Member) map[string]any {
	roles := []string{}
	if m.Owner {
		roles = append(roles, "owner")
	}
	shown := map[string]any{
		"@odata.type":                 "#microsoft.graph.aadUserConversationMember",
		"id":                          base64.StdEncoding.EncodeToString([]byte(team.ID + "##" + m.Person)),
		"roles":                       roles,
		"userId":                      m.Person,
		"visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
	}
	if p := t.people.Person(m.Person); p != nil {
		shown["displayName"], shown["email"] = p.Name, p.Login
	}
	return shown
}

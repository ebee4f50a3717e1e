package tenant

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// schedule answers a team's schedule.
func (t *Tenant) schedule(q *request) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	var clock any
	if at := team.Schedule.Location; at != nil {
		clock = map[string]any{"approvedLocation": map[string]any{
			"altitude": nil, "latitude": at.Latitude, "longitude": at.Longitude}}
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"@odata.context":            t.view(q.beta).context("teams('" + team.ID + "')/schedule/$entity"),
		"id":                        team.ID,
		"enabled":                   true,
		"timeZone":                  team.Schedule.TimeZone,
		"provisionStatus":           "Completed",
		"provisionStatusCode":       nil,
		"timeClockEnabled":          team.Schedule.TimeClock,
		"timeClockSettings":         clock,
		"openShiftsEnabled":         true,
		"swapShiftsRequestsEnabled": true,
		"offerShiftRequestsEnabled": true,
		"timeOffRequestsEnabled":    true,
		"startDayOfWeek":            "monday",
		"workforceIntegrationIds":   []string{},
	}}, nil
}

// shifts answers a team's shifts.
func (t *Tenant) shifts(q *request) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	opt, err := t.options(q, "$filter", "$top", "$skiptoken")
	if err != nil {
		return answer{}, err
	}
	keep := func(Shift) bool { return true }
	if f, ok := opt["$filter"]; ok {
		if keep, err = shiftFilter(f); err != nil {
			return answer{}, err
		}
	}
	var all []Shift
	for _, s := range t.planned {
		if s.Team == team.ID && keep(s) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b Shift) int { return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.ID, b.ID)) })
	return page(t, q, opt, listing[Shift]{
		items: all, id: func(s Shift) string { return s.ID }, show: t.view(q.beta).shift,
		resource: "teams('" + team.ID + "')/schedule/shifts",
	})
}

// me answers the person of a delegated token.
func (t *Tenant) me(q *request) (answer, error) {
	if q.actor.person == nil {
		return answer{}, errApp
	}
	return t.shown(q, q.actor.person), nil
}

// user answers a person by object id or login.
func (t *Tenant) user(q *request) (answer, error) {
	p := t.people.Person(q.id)
	if p == nil {
		return answer{}, plain(http.StatusNotFound, "Request_ResourceNotFound",
			"Resource '"+q.id+"' does not exist or one of its queried reference-property objects are not present.")
	}
	return t.shown(q, p), nil
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

// photo answers that there is none: nobody here has a picture.
func (t *Tenant) photo(*request) (answer, error) {
	return answer{}, plain(http.StatusNotFound, "ImageNotFound",
		"Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.")
}

// joinedTeams answers the teams the person belongs to, with or without a
// schedule.
func (t *Tenant) joinedTeams(q *request) (answer, error) {
	if q.actor.person == nil {
		return answer{}, errApp
	}
	teams := []map[string]any{}
	for _, team := range t.people.Teams {
		if q.actor.sees(&team) {
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

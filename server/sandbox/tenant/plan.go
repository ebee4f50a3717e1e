package tenant

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// schedule answers a team's schedule.
func (t *Tenant) schedule(q *request) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: t.view(q.beta).schedule(team)}, nil
}

// scheduleBody is a schedule as it comes in; what this Graph does not keep of
// it is passed over.
type scheduleBody struct {
	TimeZone string `json:"timeZone"`
	Clock    *bool  `json:"timeClockEnabled"`
	Settings *struct {
		Location *struct {
			Latitude  float64 `json:"latitude"`
			Longitude float64 `json:"longitude"`
		} `json:"approvedLocation"`
	} `json:"timeClockSettings"`
}

// putSchedule makes or replaces a team's schedule. It is provisioned at once;
// the real service may take its time.
func (t *Tenant) putSchedule(q *request) (answer, error) {
	var body scheduleBody
	if err := q.decode(&body); err != nil || q.body == nil {
		return answer{}, errPayload
	}
	team := t.people.Team(q.team)
	if team == nil || !q.actor.sees(team) {
		return answer{}, ruledOut(t.assume.TeamUnknown)
	}
	if !q.actor.manages(team) {
		return answer{}, ruledOut(t.assume.OthersCard)
	}
	if _, err := time.LoadLocation(body.TimeZone); err != nil || body.TimeZone == "" {
		return answer{}, errPayload
	}
	next := Schedule{TimeZone: body.TimeZone}
	if was := team.Schedule; was != nil {
		next.Groups, next.Reasons = was.Groups, was.Reasons
	}
	next.TimeClock = body.Clock != nil && *body.Clock
	if body.Settings != nil && body.Settings.Location != nil {
		next.Location = &Location{Latitude: body.Settings.Location.Latitude, Longitude: body.Settings.Location.Longitude}
	}
	was, had := t.schedules[team.ID]
	t.schedules[team.ID] = next
	if err := t.save(); err != nil {
		t.schedules[team.ID] = was
		if !had {
			delete(t.schedules, team.ID)
		}
		return answer{}, err
	}
	team.Schedule = &next
	return answer{status: http.StatusOK, body: t.view(q.beta).schedule(team)}, nil
}

// shifts answers a team's shifts.
func (t *Tenant) shifts(q *request) (answer, error) {
	var all []Shift
	for _, s := range t.planned {
		all = append(all, s)
	}
	return planned(t, q, "shift", plan[Shift]{
		all: all, team: func(s Shift) string { return s.Team }, id: func(s Shift) string { return s.ID },
		span: func(s Shift) span { return span{s.Draft, s.Start, s.End} }, show: t.view(q.beta).shift,
	})
}

// timesOff answers a team's times off.
func (t *Tenant) timesOff(q *request) (answer, error) {
	var all []TimeOff
	for _, o := range t.absent {
		all = append(all, o)
	}
	return planned(t, q, "timeoff", plan[TimeOff]{
		all: all, team: func(o TimeOff) string { return o.Team }, id: func(o TimeOff) string { return o.ID },
		span: func(o TimeOff) span { return span{o.Draft, o.Start, o.End} }, show: t.view(q.beta).timeOff,
	})
}

// plan is a kind of planned thing.
type plan[T any] struct {
	all  []T
	team func(T) string
	id   func(T) string
	span func(T) span
	show func(T) map[string]any
}

// planned answers the team's part of a plan, in the order of its starts.
func planned[T any](t *Tenant, q *request, kind string, p plan[T]) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	opt, err := t.options(q, "$filter", "$top", "$skiptoken")
	if err != nil {
		return answer{}, err
	}
	keep := func(span) bool { return true }
	if f, ok := opt["$filter"]; ok {
		if keep, err = planFilter(f, kind); err != nil {
			return answer{}, err
		}
	}
	var mine []T
	for _, one := range p.all {
		if p.team(one) == team.ID && keep(p.span(one)) {
			mine = append(mine, one)
		}
	}
	slices.SortFunc(mine, func(a, b T) int {
		return cmp.Or(p.span(a).start.Compare(p.span(b).start), strings.Compare(p.id(a), p.id(b)))
	})
	return page(t, q, opt, listing[T]{items: mine, id: p.id, show: p.show, resource: q.resource(team)})
}

// schedulingGroups answers the groups people are planned in.
func (t *Tenant) schedulingGroups(q *request) (answer, error) {
	team, opt, err := t.plain(q)
	if err != nil {
		return answer{}, err
	}
	return page(t, q, opt, listing[Group]{items: team.Schedule.Groups, id: func(g Group) string { return g.ID },
		show: func(g Group) map[string]any { return t.view(q.beta).group(t, team, g) }, resource: q.resource(team)})
}

// timeOffReasons answers why people may be off.
func (t *Tenant) timeOffReasons(q *request) (answer, error) {
	team, opt, err := t.plain(q)
	if err != nil {
		return answer{}, err
	}
	return page(t, q, opt, listing[Reason]{items: team.Schedule.Reasons, id: func(r Reason) string { return r.ID },
		show: func(r Reason) map[string]any { return t.view(q.beta).reason(t, team, r) }, resource: q.resource(team)})
}

// plain gives team and options of a list that documents no filter.
func (t *Tenant) plain(q *request) (*Team, map[string]string, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return nil, nil, err
	}
	opt, err := t.options(q, "$top", "$skiptoken")
	return team, opt, err
}

// resource is the path of the call's collection in @odata.context.
func (q *request) resource(team *Team) string {
	return strings.Replace(q.op.path, "teams/{team}", "teams('"+team.ID+"')", 1)
}

// planner is who made what the directory came with: an owner of the team.
func (t *Tenant) planner(team *Team) Identity {
	for _, m := range team.Members {
		if p := t.people.Person(m.Person); m.Owner && p != nil {
			return Identity{ID: p.ID, Name: p.Name}
		}
	}
	return Identity{ID: "system", Name: "Shifts", Application: true}
}

// schedule writes a schedule.
func (v view) schedule(team *Team) map[string]any {
	var clock any
	if at := team.Schedule.Location; at != nil {
		clock = map[string]any{"approvedLocation": map[string]any{
			"altitude": nil, "latitude": at.Latitude, "longitude": at.Longitude}}
	}
	shown := map[string]any{
		"@odata.context":            v.context("teams('" + team.ID + "')/schedule/$entity"),
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
		"isActivitiesIncludedWhenCopyingShiftsEnabled": true,
	}
	if v.beta {
		shown["activitiesIncludedWhenCopyingShiftsEnabled"] = true
		shown["isCrossLocationShiftsEnabled"] = false
		shown["isCrossLocationShiftRequestApprovalRequired"] = false
	}
	return shown
}

// made writes who made something planned and when. These older types show a
// conversation in v1.0 too.
func (v view) made(at time.Time, by Identity) map[string]any {
	who := v.by(by)
	who["conversation"] = nil
	return map[string]any{
		"createdDateTime": stamp(at), "lastModifiedDateTime": stamp(at), "createdBy": who, "lastModifiedBy": who,
	}
}

// shift writes a shift. A draft shows under draftShift, a published one under
// sharedShift.
func (v view) shift(s Shift) map[string]any {
	activities := []any{}
	for _, a := range s.Activities {
		activities = append(activities, map[string]any{
			"code": "", "displayName": a.Name, "isPaid": a.Paid, "theme": "gray",
			"startDateTime": stamp(a.Start), "endDateTime": stamp(a.End),
		})
	}
	var group any
	if s.Group != "" {
		group = s.Group
	}
	shown := v.made(s.Planned, s.PlannedBy)
	shown["id"], shown["userId"], shown["schedulingGroupId"], shown["isStagedForDeletion"] = s.ID, s.Person, group, false
	shown["sharedShift"], shown["draftShift"] = halves(s.Draft, map[string]any{
		"displayName": s.Name, "notes": s.Notes, "theme": colour(s.Theme), "activities": activities,
		"startDateTime": stamp(s.Start), "endDateTime": stamp(s.End),
	})
	return shown
}

// timeOff writes a time off, a draft under draftTimeOff.
func (v view) timeOff(o TimeOff) map[string]any {
	shown := v.made(o.Planned, o.PlannedBy)
	shown["id"], shown["userId"], shown["isStagedForDeletion"] = o.ID, o.Person, false
	shown["sharedTimeOff"], shown["draftTimeOff"] = halves(o.Draft, map[string]any{
		"timeOffReasonId": o.Reason, "theme": colour(o.Theme), "startDateTime": stamp(o.Start), "endDateTime": stamp(o.End),
	})
	return shown
}

// colour writes a scheduleEntityTheme, which is never null; white is the first.
func colour(theme string) string { return cmp.Or(theme, "white") }

// halves gives the item as the shared one, or as the draft.
func halves(draft bool, item map[string]any) (shared, drafted any) {
	if draft {
		return nil, item
	}
	return item, nil
}

// established is when the directory's groups and reasons were made.
var established = time.Date(2025, 1, 7, 9, 0, 0, 0, time.UTC)

// group writes a schedulingGroup.
func (v view) group(t *Tenant, team *Team, g Group) map[string]any {
	shown := v.made(established, t.planner(team))
	shown["id"], shown["displayName"], shown["isActive"] = g.ID, g.Name, true
	shown["userIds"] = append([]string{}, g.People...)
	return shown
}

// reason writes a timeOffReason.
func (v view) reason(t *Tenant, team *Team, r Reason) map[string]any {
	shown := v.made(established, t.planner(team))
	shown["id"], shown["displayName"], shown["iconType"], shown["isActive"] = r.ID, r.Name, r.Icon, true
	return shown
}

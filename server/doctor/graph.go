package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"timeclock/server/config"
	"timeclock/server/graph"
)

// reachGraph asks without a token, which Graph must refuse.
func (x *exam) reachGraph(ctx context.Context) Finding {
	where := x.Config.GraphURL + "/" + x.Config.GraphAPI + "/me"
	a, err := x.get(ctx, where, "Graph")
	if err != nil {
		return silent(where, err, x.graphSettings()...)
	}
	told := fmt.Sprintf("%s answers %d to a call without a token", where, a.status)
	switch {
	case a.status == http.StatusUnauthorized:
		return ok(told + ", as it should.")
	case a.status < 300:
		return warn(told+": whoever it is, it lets anybody in.").advise("Compare where Graph is.", x.graphSettings()...)
	case a.status >= 500 || a.status == http.StatusTooManyRequests:
		return failed(told+": it fails at the moment.").advise("Try again later.", x.graphSettings()...)
	}
	return failed(told+", where Graph says 401: this is something else, or something stands in between.").
		advise("Compare where Graph is, and look for a proxy.", x.graphSettings()...)
}

// team is a team that was looked at.
type team struct {
	id, name string
	schedule graph.Schedule
	missing  bool // there is no schedule
}

// String names the team, as far as its name is known.
func (t team) String() string {
	if t.name == t.id {
		return t.id
	}
	return t.name + " (" + t.id + ")"
}

// mostTeams is how many teams are looked at, so that a person of many teams
// does not cost Graph much.
const mostTeams = 12

// caller asks Graph as the server would: with the person's token, or with the
// application's, for somebody whose teams these are.
func (x *exam) caller() graph.Caller {
	token := x.graphToken()
	c := graph.By(func(context.Context) (string, error) { return token, nil })
	if x.application() {
		c.User, c.ActsAs = x.actor, x.Config.ActsAs == config.ActsAsHeader
	}
	return c
}

// listTeams finds the teams to look at. An application may look at any team.
func (x *exam) listTeams(ctx context.Context) Finding {
	client, err := x.client()
	if err != nil {
		return failed("Graph cannot be asked: "+err.Error()+".").advise("Compare where Graph is.", x.graphSettings()...)
	}
	if x.application() && x.Team != "" {
		return x.anyTeam(ctx, client)
	}
	x.actor = x.visitor.person.Object
	if x.application() && x.actor == "" {
		return skipped("It is not known whose.").
			advise("Name a team with --team ID, or sign in to the product with a browser and run this again.")
	}
	joined, err := client.JoinedTeams(ctx, x.caller())
	if err != nil {
		return x.refusedByGraph("The person's teams cannot be read", err)
	}
	for _, t := range joined {
		if x.Team == "" || strings.EqualFold(t.ID, x.Team) {
			x.teams = append(x.teams, team{id: t.ID, name: brief(t.Name)})
		}
	}
	switch {
	case len(x.teams) == 0 && x.Team != "":
		return failed("The person who signed in last is not in the team that was asked for.").
			advise("Compare the id given with --team; else sign in as somebody of that team, and run this again.")
	case len(x.teams) == 0:
		return failed("The person who signed in last is in no team.").
			advise("Add people to a team in Microsoft Teams, or sign in as somebody who is in one, and run this again.")
	case len(x.teams) > mostTeams:
		f := ok(fmt.Sprintf("The person is in %d teams, of which the first %d are looked at.", len(x.teams), mostTeams))
		x.teams = x.teams[:mostTeams]
		return f.with(x.names(all)...)
	}
	return ok(fmt.Sprintf("%d to look at.", len(x.teams))).with(x.names(all)...)
}

// anyTeam finds the team that was asked for, and in it somebody to act for, an
// owner if there is one: of a team one is not in Shifts says nothing.
func (x *exam) anyTeam(ctx context.Context, client *graph.Client) Finding {
	members, err := client.Members(ctx, x.caller(), x.Team)
	if errors.Is(err, graph.ErrNotFound) || errors.Is(err, graph.ErrInvalid) {
		return failed("There is no team with this id.").advise("Compare the id given with --team.")
	}
	if err != nil {
		return x.refusedByGraph("The team's members cannot be read", err)
	}
	if len(members) == 0 {
		return failed("Nobody is in the team that was asked for.").advise("Add people to it in Microsoft Teams.")
	}
	x.actor = members[max(0, slices.IndexFunc(members, graph.Member.Owner))].UserID
	x.teams = []team{{id: x.Team, name: x.Team}}
	return ok(fmt.Sprintf("The one that was asked for, with %d people.", len(members)))
}

func all(team) bool { return true }

// names lists the teams that one keeps.
func (x *exam) names(keep func(team) bool) []string {
	var list []string
	for _, t := range x.teams {
		if keep(t) {
			list = append(list, t.String())
		}
	}
	return list
}

// readSchedules asks for the schedule of each team. A team without one is no
// fault unless it was asked for: people are in teams that do not use Shifts.
func (x *exam) readSchedules(ctx context.Context) Finding {
	client, err := x.client()
	if err != nil {
		return failed("Graph cannot be asked: " + err.Error() + ".")
	}
	for i := range x.teams {
		t := &x.teams[i]
		t.schedule, err = client.Schedule(ctx, x.caller(), t.id)
		if errors.Is(err, graph.ErrNotFound) {
			t.missing = true
			continue
		}
		if err != nil {
			return x.refusedByGraph("The schedule of "+t.name+" cannot be read", err)
		}
	}
	without := x.names(func(t team) bool { return t.missing })
	unready := x.names(func(t team) bool { return !t.missing && !t.ready() })
	const provision = "Open Shifts in Microsoft Teams, choose the team and set up its schedule."
	switch {
	case len(without) == len(x.teams):
		return failed("No team has a schedule.").with(without...).advise(provision)
	case len(without)+len(unready) == len(x.teams):
		return failed("No team has a schedule that can be used yet.").with(unready...).
			advise("Wait until Microsoft has provisioned it, or switch it on in Shifts.")
	case len(unready) > 0:
		return warn("Schedules that are off or not provisioned yet:").with(unready...).
			advise("Wait until Microsoft has provisioned them, or switch them on in Shifts.")
	case len(without) > 0:
		return ok("Read. Teams without one, where nobody can clock in:").with(without...)
	}
	return ok("Provisioned in every team looked at.")
}

// ready reports whether Graph calls the schedule usable. A Graph that says
// nothing of provisioning is believed.
func (t team) ready() bool {
	s := t.schedule
	return s.Enabled && (s.Provision == "" || strings.EqualFold(s.Provision, "completed"))
}

// ticks reports whether one can clock in.
func (t team) ticks() bool { return !t.missing && t.ready() && t.schedule.TimeClock }

// timeClocks looks where one can clock in.
func (x *exam) timeClocks(context.Context) Finding {
	on := x.names(team.ticks)
	off := x.names(func(t team) bool { return !t.missing && !t.schedule.TimeClock })
	const enable = "In Microsoft Teams open Shifts, choose the team, Settings, and switch Time clock on."
	switch {
	case len(on) == 0:
		return failed("It is on in no team that was looked at: nobody can clock in.").with(off...).advise(enable)
	case len(off) > 0:
		return warn("It is off in some teams:").with(off...).advise(enable + " Nothing needs to be done where it is off on purpose.")
	}
	return ok("On in " + strings.Join(on, ", ") + ".")
}

// locations looks where a press can be compared with a place.
func (x *exam) locations(context.Context) Finding {
	unset := x.names(func(t team) bool { return t.ticks() && t.schedule.Approved == nil })
	if len(unset) > 0 {
		return warn("Presses in these teams are recorded without saying whether they were made at work:").with(unset...).
			advise("If that is wanted, set the location beside the time clock in the settings of Shifts.")
	}
	return ok("Set wherever one can clock in.")
}

// refusedByGraph explains an error of a call.
func (x *exam) refusedByGraph(what string, err error) Finding {
	f := failed(what + ": " + brief(err.Error()) + ".")
	switch {
	case errors.Is(err, graph.ErrToken):
		return f.advise("Graph does not accept the token. Compare that provider and Graph are of one cloud.", "CLOUD", "GRAPH_URL", "OIDC_ISSUER")
	case errors.Is(err, graph.ErrForbidden):
		return f.advise("A permission or an administrator's consent is missing; look at the check \""+checkToken+"\".", x.permissionSettings()...)
	case errors.Is(err, graph.ErrBusy), errors.Is(err, graph.ErrTimeout), errors.Is(err, graph.ErrUnavailable):
		return f.advise("Graph fails at the moment; try again later.")
	}
	return f.advise("The id of the request, if there is one, finds the call at Microsoft.")
}

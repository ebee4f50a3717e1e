package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/api"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/telemetry"
)

// Who asks, of the café: nobody who is signed in; somebody who works there; the
// owner of another team, once with the app role; a colleague who owns another
// team; the owner; and a colleague with the app role.
const (
	anonymous = iota
	employee
	otherBoss
	otherRole
	colleague
	owner
	appointed
	kinds
)

var kindNames = [kinds]string{"anonymous", "employee", "other team's owner", "other team's with the role", "member who owns another team", "owner", "member with the role"}

// may is the status that each is to be answered with.
type may [kinds]int

var (
	// everybody who is signed in, about themselves.
	everybody = may{401, 200, 200, 200, 200, 200, 200}
	// members of the team, about themselves; nobody else knows that it exists.
	members = may{401, 200, 404, 404, 200, 200, 200}
	// supervisors of the team, about its people.
	supervisors = may{401, 403, 404, 404, 403, 200, 200}
	// nobody: what is asked for is somebody else's, or there is no such thing.
	nobody = may{401, 404, 404, 404, 404, 404, 404}
)

// right is who may make a call.
type right struct {
	route string // as api.Handler.Routes has it
	path  string // empty for the route's
	body  func() any
	may   may
}

// rights says of every call who may make it, about the café.
var rights = []right{
	{"GET /api/me", "", nil, everybody},
	{"GET /api/clock", wire.PathClock + "?team=" + cafe, nil, members},
	{"GET /api/cards", wire.PathCards + "?from=1&to=2&team=" + cafe, nil, members},
	{"POST /api/punches", "", func() any { return press(cafe, clock.ClockIn) }, members},
	{"GET /api/punches/{id}", wire.PathPunches + "/" + annasPress, nil, with(nobody, employee, 200)},
	{"POST /api/punches/{id}/decision", wire.PathPunches + "/" + annasPress + wire.PathDecision,
		func() any { return wire.Decision{Choice: wire.ChoiceKeep} }, with(nobody, employee, 409)},
	{"GET /api/events", "", nil, everybody},
	{"GET /api/events", wire.PathEvents + "?board=" + cafe, nil, supervisors},
	{"GET /api/conflicts", conflictsOf(cafe), nil, supervisors},
	{"GET /api/trail", trailOf(cafe, bensCard, ben), nil, with(supervisors, colleague, 200)},
	{"GET /api/told", wire.PathTold + "?team=" + cafe, nil, members},
	{"POST /api/replies", "", func() any {
		return wire.Replying{ID: uuid.NewString(), Team: cafe, Card: bensCard, Seen: &clock.Card{ID: bensCard}, Agrees: true}
	}, members},
	{"POST /api/requests", "", func() any { return asking(cafe) }, members},
	{"GET /api/requests/mine", wire.PathRequests + "?team=" + cafe, nil, members},
	{"GET /api/team/requests", wire.PathTeamRequests + "?team=" + cafe, nil, supervisors},
	{"POST /api/requests/{id}/accept", wire.PathAsk + "/" + annasRequest + wire.PathAccept, func() any { return wire.Answer{} }, supervisors},
	{"POST /api/requests/{id}/decline", wire.PathAsk + "/" + annasOther + wire.PathDecline,
		func() any { return wire.Answer{Word: "no"} }, supervisors},
	{"POST /api/requests/{id}/withdraw", wire.PathAsk + "/" + annasRequest + wire.PathWithdraw, nil, with(nobody, employee, 409)},
	{"POST /api/amendments", "", func() any { return deletes(cafe, bensCard, ben) }, supervisors},
	{"POST /api/amendments/all", "", func() any { return wire.Amendments{Rows: []wire.Amendment{deletes(cafe, bensCard, ben)}} }, everybody},
	{"GET /api/amendments/{id}", wire.PathAmendments + "/" + bensAmendment, nil, with(supervisors, colleague, 200)},
	{"POST /api/amendments/{id}/decision", wire.PathAmendments + "/" + bensAmendment + wire.PathDecision,
		func() any { return wire.Decision{Choice: wire.ChoiceKeep} }, with(supervisors, appointed, 409)},
	{"GET /api/team/amendments", wire.PathTeamAmendments + "?team=" + cafe, nil, supervisors},
	{"GET /api/team/objections", wire.PathObjections + "?team=" + cafe, nil, supervisors},
	{"GET /api/team/person", wire.PathPerson + "?from=2026-11-01&to=2026-11-08&team=" + cafe + "&person=" + ben, nil, supervisors},
	{"GET /api/report", wire.PathReport + "?from=2026-11-01&to=2026-11-03&team=" + cafe, nil, supervisors},
	{"GET /api/report/file", wire.PathReportFile + "?from=2026-11-01&to=2026-11-03&format=csv&team=" + cafe, nil, supervisors},
	{"GET /api/me/report", wire.PathMyReport + "?from=2026-11-01&to=2026-11-03&format=csv&team=" + cafe, nil, members},
	{"GET /api/board", boardOf(cafe), nil, supervisors},
	{"POST /api/teams/{team}/punches", punchesOf(cafe), forBen, supervisors},
	{"POST /api/teams/{team}/punches/preview", punchesOf(cafe) + wire.PathPreview, forBen, supervisors},
	{"POST /api/teams/{team}/punches/undo", punchesOf(cafe) + wire.PathUndo,
		func() any { return wire.Undo{IDs: []string{annasPress}} }, supervisors},
	{"GET /api/teams/{team}/acts", wire.PathTeams + "/" + cafe + wire.PathActs, nil, supervisors},
	{"GET /api/sessions", "", nil, everybody},
	{"POST /api/sessions/end", "", nil, everybody},
	{"POST /api/sessions/{id}/end", wire.PathSessions + "/0000000000000000/end", nil, nobody},
}

// annasPress is one that the employee made.
const annasPress = "019ac000-0000-7000-8000-0000000a22a1"

// with is m but for one kind.
func with(m may, kind, status int) may {
	m[kind] = status
	return m
}

func forBen() any { return wire.Behalves{Presses: []wire.Behalf{behalf(ben, clock.ClockIn)}} }

// TestRights makes every call there is as everybody there is. Who may not is
// told so, nothing else, and Graph is not asked.
func TestRights(t *testing.T) {
	for name, by := range map[string]access.Access{
		"delegated":                {},
		"application":              {Application: application{}},
		"application, with header": {Application: application{}, ActsAs: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRigBy(t, by)
			routes := slices.Concat(r.api.Routes(), (&api.Sessions{}).Routes())
			for _, route := range routes {
				if !slices.ContainsFunc(rights, func(row right) bool { return row.route == route }) {
					t.Errorf("nothing says who may %s: add a row to the rights", route)
				}
			}
			all := r.everybody()
			for _, denied := range []bool{true, false} { // what is allowed may go on in the background
				for _, row := range rights {
					for kind, v := range all {
						if want := row.may[kind]; denied == (want == 401 || want == 403 || want == 404) {
							r.wantRight(v, kindNames[kind], row, want)
						}
					}
				}
			}
			for _, row := range rights {
				if !slices.Contains(routes, row.route) {
					t.Errorf("there is no %s any more", row.route)
				}
			}
		})
	}
}

// everybody signs in one of each kind, and lets the server know their teams and
// who owns the café, so that nothing of that has to be looked up.
func (r *rig) everybody() [kinds]*visitor {
	r.t.Helper()
	all := [kinds]*visitor{
		anonymous: {r, nil, http.Header{wire.Header: {wire.HeaderValue}}},
		employee:  r.signIn(anna, anna), otherBoss: r.signIn(otto, otto), otherRole: r.signIn(olga, olga, role),
		colleague: r.signIn(ben, ben), owner: r.signIn(sara, sara), appointed: r.signIn(rita, rita, role),
	}
	for _, v := range all[employee:] {
		v.call("GET", wire.PathMe, nil, nil)
	}
	all[owner].call("GET", conflictsOf(cafe), nil, nil)
	p := press(cafe, clock.ClockIn)
	p.ID = annasPress
	if got := all[employee].call("POST", wire.PathPunches, p, nil); got.StatusCode != 200 {
		r.t.Fatalf("press: %d %s", got.StatusCode, got.body)
	}
	r.seed(bensCard, ben)
	for _, id := range []string{annasRequest, annasOther} {
		want := asking(cafe)
		want.ID = id
		if got := all[employee].call("POST", wire.PathAsk, want, nil); got.StatusCode != 200 {
			r.t.Fatalf("request: %d %s", got.StatusCode, got.body)
		}
	}
	otherwise := deletes(cafe, bensCard, ben)
	otherwise.ID = bensAmendment
	if got := all[owner].call("POST", wire.PathAmendments, otherwise, nil); got.StatusCode != 200 {
		r.t.Fatalf("amendment: %d %s", got.StatusCode, got.body)
	}
	return all
}

// wantRight makes a call and holds its status.
func (r *rig) wantRight(v *visitor, who string, row right, want int) {
	r.t.Helper()
	route, path := row.route, row.path
	method, pattern, _ := strings.Cut(route, " ")
	if path == "" {
		path = pattern
	}
	var sent []byte
	if row.body != nil {
		sent, _ = json.Marshal(row.body())
	}
	before, denials := len(r.box.Calls()), len(r.said.audited(telemetry.Denied))
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	got := v.send(ctx, method, path, sent)
	defer got.Body.Close()
	status := got.StatusCode
	if status == http.StatusAccepted {
		status = http.StatusOK
	}
	if status != want {
		text, _ := io.ReadAll(got.Body)
		r.t.Errorf("%s, %s: %d, want %d: %s", route, who, status, want, text)
	}
	if want == 200 || want == 409 {
		return
	}
	if text, _ := io.ReadAll(got.Body); !strings.Contains(string(text), `"type":"urn:timeclock:problem:`) || len(text) > 300 {
		r.t.Errorf("%s, %s: answered %s, want a problem alone", route, who, text)
	}
	if asked := r.box.Calls()[before:]; len(asked) > 0 {
		r.t.Errorf("%s, %s: Graph was asked to %s", route, who, calls(asked))
	}
	refused := len(r.said.audited(telemetry.Denied)) - denials
	if audited := want == 403 || want == 404 && row.may[owner] == 200; audited != (refused == 1) {
		r.t.Errorf("%s, %s: %d lines in the audit log", route, who, refused)
	}
}

func calls(all []tenant.Call) string {
	var names []string
	for _, c := range all {
		names = append(names, fmt.Sprint(c.Method, " ", c.Path))
	}
	return strings.Join(names, ", ")
}

// TestRightsUnlearned: when nothing is known yet, who may not has their teams
// looked up and who owns them, and nothing more.
func TestRightsUnlearned(t *testing.T) {
	for name, by := range map[string]access.Access{"delegated": {}, "application": {Application: application{}}} {
		for _, who := range []string{anna, otto} {
			r := newRigBy(t, by)
			v := r.signIn(who, who)
			for _, path := range []string{boardOf(cafe), conflictsOf(cafe), wire.PathEvents + "?board=" + cafe} {
				if got := v.call("GET", path, nil, nil); got.StatusCode != 403 && got.StatusCode != 404 {
					t.Errorf("%s: %s is answered %d", name, path, got.StatusCode)
				}
			}
			if got := v.call("POST", punchesOf(cafe), forBen(), nil); got.StatusCode != 403 && got.StatusCode != 404 {
				t.Errorf("%s: a press for Ben is answered %d", name, got.StatusCode)
			}
			for _, c := range r.box.Calls() {
				if c.Op != tenant.JoinedTeams && c.Op != tenant.GetSchedule && c.Op != tenant.ListMembers {
					t.Errorf("%s: Graph was asked to %s %s", name, c.Method, c.Path)
				}
			}
		}
	}
}

// TestNobodyOfAnotherTeam: whoever supervises a team does so for nobody who is
// not in it.
func TestNobodyOfAnotherTeam(t *testing.T) {
	for name, by := range map[string]access.Access{"delegated": {}, "application": {Application: application{}}} {
		r := newRigBy(t, by)
		boss := r.signIn(sara, sara)
		for _, person := range []string{otto, uuid.NewString(), "x' or userId ne '"} {
			var got wire.Results
			boss.call("POST", punchesOf(cafe), wire.Behalves{Presses: []wire.Behalf{behalf(person, clock.ClockIn)}}, &got)
			if len(got.Results) != 1 || got.Results[0].Code != wire.CodeNotMember || got.Results[0].Receipt != nil {
				t.Errorf("%s: a press for %s: %+v, want %s", name, person, got, wire.CodeNotMember)
			}
		}
		if n := len(r.box.Effects()); n != 0 {
			t.Errorf("%s: %d effects", name, n)
		}
		if n := len(r.said.audited(telemetry.Denied)); n != 3 {
			t.Errorf("%s: %d lines in the audit log, want 3", name, n)
		}
	}
}

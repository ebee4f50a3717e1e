package tenant_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

// The cast: two workers and an owner of the team cafe, an outsider, and a team
// whose clock is off.
const (
	worker   = "d56f3e8a-2b0f-42b1-88b9-e2dbd12a34d2"
	other    = "3f29c8e7-7a41-4d8e-99d6-2b1f76c9421e"
	owner    = "70e47528-2fae-42b5-9d8e-ee73ccd90603"
	outsider = "598efcd4-e549-402a-9602-0b50201faebe"

	cafe   = "ee0f5ae2-8bc6-4ae5-8466-7daeebbfa062"
	bakery = "31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1"
	office = "833fc4df-c88b-4398-992f-d8afcfe41df2"
	club   = "aa0f5ae2-8bc6-4ae5-8466-7daeebbfa0aa"

	app = "app" // a token of the application's own
)

func directory() tenant.Directory {
	scheduled := &tenant.Schedule{TimeZone: "Europe/Stockholm", TimeClock: true, Location: &tenant.Location{Latitude: 59.3, Longitude: 18.1},
		Groups:  []tenant.Group{{ID: "TAG_1", Name: "Bar", People: []string{worker, other}}, {ID: "TAG_2", Name: "Floor"}},
		Reasons: []tenant.Reason{{ID: "TOR_1", Name: "Vacation", Icon: "plane"}}}
	crew := []tenant.Member{{Person: worker}, {Person: other}, {Person: owner, Owner: true}}
	return tenant.Directory{
		People: []tenant.Person{
			{ID: worker, Login: "alice@example.test", Name: "Alice Bradford"}, {ID: other, Login: "bo@example.test", Name: "Bo Ek"},
			{ID: owner, Login: "olga@example.test", Name: "Olga Berg", Photo: true}, {ID: outsider, Login: "out@example.test", Name: "Out Sider"},
		},
		Teams: []tenant.Team{
			{ID: cafe, Name: "Cafe", Members: crew, Schedule: scheduled},
			{ID: bakery, Name: "Bakery", Members: crew, Schedule: scheduled},
			{ID: office, Name: "Office", Members: crew, Schedule: &tenant.Schedule{TimeZone: "Europe/Stockholm"}},
			{ID: club, Name: "Club", Members: crew},
		},
	}
}

// verify reads the tokens of these tests: an object id, with the scopes after
// a bar when they are not the usual ones.
func verify(_ context.Context, token string) (tenant.Caller, error) {
	id, scopes, narrowed := strings.Cut(token, "|")
	all := []string{"User.Read", "User.ReadBasic.All", "Team.ReadBasic.All", "TeamMember.Read.All", "Schedule.ReadWrite.All"}
	if narrowed {
		all = strings.Fields(scopes)
	}
	switch id {
	case "bad":
		return tenant.Caller{}, errors.New("bad token")
	case app:
		return tenant.Caller{App: "a11", AppName: "Time Clock", Roles: all}, nil
	}
	return tenant.Caller{Object: id, App: "a11", Scopes: all}, nil
}

// ticker is a clock that a test turns.
type ticker struct {
	mu  sync.Mutex
	now time.Time
}

func (c *ticker) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *ticker) advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// graph is a tenant over HTTP.
type graph struct {
	*tenant.Tenant
	t     *testing.T
	url   string
	clock *ticker
}

// morning is when every test begins.
var morning = time.Date(2025, 1, 7, 21, 35, 36, 311_999_000, time.UTC)

func open(t *testing.T, change func(*tenant.Config)) *graph {
	t.Helper()
	clock := &ticker{now: morning}
	cfg := tenant.Config{Verify: verify, Directory: directory(), Now: clock.Now}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	cfg.URL = server.URL
	if change != nil {
		change(&cfg)
	}
	g, err := tenant.Open(cfg)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	handler = g
	t.Cleanup(func() { g.Close(); server.Close() })
	return &graph{Tenant: g, t: t, url: server.URL, clock: clock}
}

// said is an answer.
type said struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// try sends a request and gives the answer, or the error of a cut connection.
func (g *graph) try(token, method, path, body string, headers ...string) (said, error) {
	g.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = g.url + "/v1.0/" + path
	}
	req, err := http.NewRequestWithContext(g.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	// A fresh connection each time: net/http sends a request again by itself
	// when a kept connection turns out to be cut.
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return said{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return said{}, err
	}
	s := said{status: res.StatusCode, header: res.Header, text: string(text)}
	if len(bytes.TrimSpace(text)) > 0 && strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(text, &s.body); err != nil {
			g.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return s, nil
}

// call is try where an answer must come.
func (g *graph) call(token, method, path, body string, headers ...string) said {
	g.t.Helper()
	s, err := g.try(token, method, path, body, headers...)
	if err != nil {
		g.t.Fatalf("%s %s: %v", method, path, err)
	}
	return s
}

// must is call with the status that must come.
func (g *graph) must(status int, token, method, path, body string) said {
	g.t.Helper()
	s := g.call(token, method, path, body)
	if s.status != status {
		g.t.Fatalf("%s %s = %d %s, want %d", method, path, s.status, s.text, status)
	}
	return s
}

const cards = "teams/" + cafe + "/schedule/timeCards"

// clockIn opens a card and gives its path.
func (g *graph) clockIn(token string) string {
	g.t.Helper()
	return cards + "/" + g.must(201, token, "POST", cards+"/clockIn", "").body["id"].(string)
}

// problem gives error.code and, of a Shifts failure, the inner code and
// message that are a document within error.message.
func (s said) problem(t *testing.T) (code, inner, message string) {
	t.Helper()
	e, ok := s.body["error"].(map[string]any)
	if !ok {
		t.Fatalf("no error envelope in %s", s.text)
	}
	code, message = e["code"].(string), e["message"].(string)
	var nested struct {
		Error struct {
			Code, Message string
			Inner         struct{ Code string } `json:"innererror"`
		}
	}
	if json.Unmarshal([]byte(message), &nested) == nil {
		return code, nested.Error.Inner.Code, nested.Error.Message
	}
	return code, "", message
}

// TestFollows presses every action in every state.
func TestFollows(t *testing.T) {
	reach := map[tenant.State][]string{
		tenant.ClockedIn:  nil,
		tenant.OnBreak:    {"startBreak"},
		tenant.ClockedOut: {"clockOut"},
	}
	for _, row := range []struct {
		state  tenant.State
		action string
		status int
		inner  string
		after  tenant.State
	}{
		{tenant.ClockedIn, "clockIn", 400, "UserAlreadyClockedIn", tenant.ClockedIn},
		{tenant.ClockedIn, "startBreak", 204, "", tenant.OnBreak},
		{tenant.ClockedIn, "endBreak", 400, "UserNotOnBreak", tenant.ClockedIn},
		{tenant.ClockedIn, "clockOut", 204, "", tenant.ClockedOut},
		{tenant.ClockedIn, "confirm", 400, "TimeCardNotClockedOut", tenant.ClockedIn},
		{tenant.OnBreak, "clockIn", 400, "UserAlreadyClockedIn", tenant.OnBreak},
		{tenant.OnBreak, "startBreak", 400, "UserAlreadyOnBreak", tenant.OnBreak},
		{tenant.OnBreak, "endBreak", 204, "", tenant.ClockedIn},
		{tenant.OnBreak, "clockOut", 400, "UserOnBreak", tenant.OnBreak},
		{tenant.OnBreak, "confirm", 400, "TimeCardNotClockedOut", tenant.OnBreak},
		{tenant.ClockedOut, "clockIn", 201, "", tenant.ClockedOut},
		{tenant.ClockedOut, "startBreak", 400, "UserNotClockedIn", tenant.ClockedOut},
		{tenant.ClockedOut, "endBreak", 400, "UserNotOnBreak", tenant.ClockedOut},
		{tenant.ClockedOut, "clockOut", 400, "UserNotClockedIn", tenant.ClockedOut},
		{tenant.ClockedOut, "confirm", 204, "", tenant.ClockedOut},
	} {
		t.Run(string(row.state)+" "+row.action, func(t *testing.T) {
			g := open(t, nil)
			card := g.clockIn(worker)
			for _, action := range reach[row.state] {
				g.must(204, worker, "POST", card+"/"+action, "")
			}
			before := len(g.Effects())
			path := card + "/" + row.action
			if row.action == "clockIn" {
				path = cards + "/clockIn"
			}
			s := g.call(worker, "POST", path, "{}")
			if s.status != row.status {
				t.Fatalf("status = %d %s, want %d", s.status, s.text, row.status)
			}
			if row.inner != "" {
				if code, inner, _ := s.problem(t); code != "BadRequest" || inner != row.inner {
					t.Errorf("problem = %s/%s, want BadRequest/%s", code, inner, row.inner)
				}
			}
			if got := g.must(200, worker, "GET", card, "").body["state"]; got != string(row.after) {
				t.Errorf("state after = %v, want %v", got, row.after)
			}
			if made, want := len(g.Effects())-before, row.status < 300; made != 0 != want {
				t.Errorf("%d effects, want some: %v", made, want)
			}
		})
	}
}

// TestAssumptionFlips changes one row of the table.
func TestAssumptionFlips(t *testing.T) {
	g := open(t, nil)
	g.Assume(func(a *tenant.Assumptions) { a.ClockOutOnBreak = tenant.Allowed })
	card := g.clockIn(worker)
	g.must(204, worker, "POST", card+"/startBreak", "")
	g.must(204, worker, "POST", card+"/clockOut", "")
}

// TestPlaces checks who may do what where.
func TestPlaces(t *testing.T) {
	g := open(t, nil)
	mine := g.clockIn(worker)
	behalf := func(who string) string { return `{"onBehalfOfUserId":"` + who + `"}` }
	at := func(team string) string { return "teams/" + team + "/schedule/timeCards" }
	for _, row := range []struct {
		name, token, method, path, body string
		status                          int
		code, inner                     string
	}{
		{"no token", "", "GET", "me", "", 401, "InvalidAuthenticationToken", ""},
		{"bad token", "bad", "GET", "me", "", 401, "InvalidAuthenticationToken", ""},
		{"read-only scope writes", worker + "|Schedule.Read.All", "POST", cards + "/clockIn", "", 403, "Authorization_RequestDenied", ""},
		{"group scope does not cover cards", worker + "|Group.ReadWrite.All", "GET", cards, "", 403, "Authorization_RequestDenied", ""},
		{"group scope covers the schedule", worker + "|Group.Read.All", "GET", "teams/" + cafe + "/schedule", "", 200, "", ""},
		{"members need their scope", worker + "|Schedule.ReadWrite.All", "GET", "teams/" + cafe + "/members", "", 403, "Authorization_RequestDenied", ""},
		{"another's card", other, "POST", mine + "/clockOut", "", 403, "Forbidden", "MissingAdminPermissions"},
		{"another's card, replaced", other, "PUT", mine, `{"clockInEvent":{"dateTime":"2025-01-07T08:00:00Z"}}`, 403, "Forbidden", "MissingAdminPermissions"},
		{"another's card, deleted", other, "DELETE", mine, "", 403, "Forbidden", "MissingAdminPermissions"},
		{"on behalf by a worker", worker, "POST", cards + "/clockIn", behalf(other), 403, "Forbidden", "MissingAdminPermissions"},
		{"on behalf by the owner", owner, "POST", cards + "/clockIn", behalf(other), 201, "", ""},
		{"on behalf of oneself", worker, "POST", at(bakery) + "/clockIn", behalf(worker), 201, "", ""},
		{"on behalf of an outsider", owner, "POST", cards + "/clockIn", behalf(outsider), 400, "BadRequest", "UserNotInTeam"},
		{"owner ends another's shift", owner, "POST", mine + "/clockOut", "", 204, "", ""},
		{"outsider", outsider, "GET", cards, "", 404, "NotFound", "TeamNotFound"},
		{"unknown team", worker, "GET", at(outsider), "", 404, "NotFound", "TeamNotFound"},
		{"team without schedule", worker, "GET", "teams/" + club + "/schedule", "", 404, "NotFound", "TeamNotFound"},
		{"cards without schedule", worker, "GET", at(club), "", 404, "NotFound", "TeamNotFound"},
		{"members without schedule", worker, "GET", "teams/" + club + "/members", "", 200, "", ""},
		{"members for an outsider", outsider, "GET", "teams/" + cafe + "/members", "", 404, "NotFound", ""},
		{"clock off", worker, "POST", at(office) + "/clockIn", "", 403, "Forbidden", "TimeClockNotEnabled"},
		{"reading with clock off", worker, "GET", at(office), "", 200, "", ""},
		{"unknown card", worker, "POST", cards + "/TCK_0/clockOut", "", 404, "NotFound", "TimeCardNotFound"},
		{"card of another team", worker, "GET", strings.Replace(mine, cafe, bakery, 1), "", 404, "NotFound", "TimeCardNotFound"},
		{"wrong verb", worker, "PATCH", mine, "{}", 404, "UnknownError", ""},
		{"unknown segment", worker, "GET", "teams/" + cafe + "/nonsense", "", 400, "BadRequest", ""},
		{"method not allowed", worker, "DELETE", cards, "", 405, "Request_BadRequest", ""},
		{"no photo", worker, "GET", "me/photo/$value", "", 404, "ImageNotFound", ""},
		{"user by login", worker, "GET", "users/bo@example.test", "", 200, "", ""},
		{"unknown user", worker, "GET", "users/nobody", "", 404, "Request_ResourceNotFound", ""},
		{"application clocks in for nobody", app, "POST", cards + "/clockIn", "", 400, "BadRequest", "MissingUserId"},
		{"application clocks somebody in", app, "POST", cards + "/clockIn", behalf(worker), 201, "", ""},
		{"application is nobody", app, "GET", "me", "", 400, "BadRequest", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := g.call(row.token, row.method, row.path, row.body)
			if s.status != row.status {
				t.Fatalf("%s %s = %d %s, want %d", row.method, row.path, s.status, s.text, row.status)
			}
			if row.code == "" {
				return
			}
			if code, inner, _ := s.problem(t); code != row.code || inner != row.inner {
				t.Errorf("problem = %s/%s, want %s/%s", code, inner, row.code, row.inner)
			}
		})
	}
}

// TestActsAs narrows an application's token to what a person may do.
func TestActsAs(t *testing.T) {
	g := open(t, nil)
	mine := g.clockIn(worker)
	const header = "MS-APP-ACTS-AS"
	if s := g.call(app, "POST", mine+"/clockOut", "", header, other); s.status != 403 {
		t.Errorf("clockOut acting as another worker = %d, want 403", s.status)
	}
	if s := g.call(app, "POST", mine+"/clockOut", "", header, "a11"); s.status != 403 {
		t.Errorf("clockOut acting as an application = %d, want 403", s.status)
	}
	if s := g.call(app, "POST", mine+"/clockOut", "", header, owner); s.status != 204 {
		t.Errorf("clockOut acting as the owner = %d %s, want 204", s.status, s.text)
	}
	if by := g.Cards(cafe)[0].ModifiedBy; by.ID != owner || by.Application {
		t.Errorf("lastModifiedBy = %+v, want the owner", by)
	}
}

package tenant_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

const plans = "teams/" + cafe + "/schedule"

// ids of a page of plans.
func values(s said) []map[string]any {
	var all []map[string]any
	for _, one := range s.body["value"].([]any) {
		all = append(all, one.(map[string]any))
	}
	return all
}

func TestTimesOff(t *testing.T) {
	g := open(t, nil)
	at := func(day int) time.Time { return time.Date(2025, 3, day, 0, 0, 0, 0, time.UTC) }
	if err := g.Seed(nil, nil,
		tenant.TimeOff{ID: "b", Team: cafe, Person: worker, Reason: "TOR_1", Theme: "blue", Start: at(3), End: at(5), Planned: at(1), PlannedBy: tenant.Identity{ID: owner, Name: "Olga Berg"}},
		tenant.TimeOff{ID: "a", Team: cafe, Person: other, Start: at(1), End: at(2)},
		tenant.TimeOff{ID: "d", Team: cafe, Person: other, Start: at(3), End: at(4), Draft: true},
		tenant.TimeOff{ID: "e", Team: bakery, Person: worker, Start: at(3), End: at(4)},
	); err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string]string{
		"sharedTimeOff/startDateTime ge 2025-03-02T00:00:00Z":                                                       "b",
		"sharedTimeOff/startDateTime ge 2025-03-01T00:00:00Z and sharedTimeOff/endDateTime le 2025-03-02T00:00:00Z": "a",
		"draftTimeOff/startDateTime ge 2025-03-01T00:00:00Z":                                                        "d",
		"sharedShift/startDateTime ge 2025-03-01T00:00:00Z":                                                         "refused",
		"userId eq '" + worker + "'":                                                                                "refused",
	} {
		s := g.call(worker, "GET", plans+"/timesOff?$filter="+url.QueryEscape(filter), "")
		got := "refused"
		if s.status == 200 {
			got = s.ids()
		}
		if got != want {
			t.Errorf("timesOff %q = %d %q, want %q", filter, s.status, got, want)
		}
	}
	all := values(g.must(200, worker, "GET", plans+"/timesOff", ""))
	shaped(t, "time off", all[1], `{"id":"b","userId":"`+worker+`","isStagedForDeletion":false,
		"createdDateTime":"2025-03-01T00:00:00Z","lastModifiedDateTime":"2025-03-01T00:00:00Z",
		"createdBy":`+older(olga)+`,"lastModifiedBy":`+older(olga)+`,
		"sharedTimeOff":{"timeOffReasonId":"TOR_1","theme":"blue","startDateTime":"2025-03-03T00:00:00Z","endDateTime":"2025-03-05T00:00:00Z"},
		"draftTimeOff":null}`)
	if len(all) != 3 || all[2]["sharedTimeOff"] != nil || all[2]["draftTimeOff"] == nil {
		t.Errorf("timesOff = %v, want three, the last a draft", all)
	}
}

// older is an identity set as the older types show it: with a conversation.
func older(set string) string { return `{"conversation":null,` + set[1:] }

func TestGroupsAndReasons(t *testing.T) {
	g := open(t, nil)
	made := `"createdDateTime":"2025-01-07T09:00:00Z","lastModifiedDateTime":"2025-01-07T09:00:00Z","createdBy":` + older(olga) +
		`,"lastModifiedBy":` + older(olga) + `,"isActive":true`
	groups := values(g.must(200, worker, "GET", plans+"/schedulingGroups", ""))
	shaped(t, "group", groups[0], `{"id":"TAG_1","displayName":"Bar","userIds":["`+worker+`","`+other+`"],`+made+`}`)
	shaped(t, "group of nobody", groups[1], `{"id":"TAG_2","displayName":"Floor","userIds":[],`+made+`}`)
	reasons := values(g.must(200, worker, "GET", plans+"/timeOffReasons", ""))
	shaped(t, "reason", reasons[0], `{"id":"TOR_1","displayName":"Vacation","iconType":"plane",`+made+`}`)
	g.must(400, worker, "GET", plans+"/schedulingGroups?$filter="+url.QueryEscape("isActive eq true"), "")
	for _, path := range []string{"/schedulingGroups", "/timeOffReasons", "/timesOff"} {
		g.must(404, outsider, "GET", plans+path, "")
		g.must(403, worker+"|User.Read", "GET", plans+path, "")
	}
}

// TestPhoto: some have a picture of their own, others none.
func TestPhoto(t *testing.T) {
	g := open(t, nil)
	for _, row := range []struct {
		token, path string
		status      int
	}{
		{owner, "me/photo/$value", 200}, {worker, "users/" + owner + "/photo/$value", 200}, {app + "|User.Read.All", "users/" + owner + "/photo/$value", 200},
		{worker, "me/photo/$value", 404}, {owner, "users/" + worker + "/photo/$value", 404}, {owner, "users/nobody/photo/$value", 404},
		{owner + "|Schedule.Read.All", "me/photo/$value", 403},
	} {
		s := g.call(row.token, "GET", row.path, "")
		if s.status != row.status {
			t.Errorf("%s = %d %.80s, want %d", row.path, s.status, s.text, row.status)
		}
		if s.status != 200 {
			continue
		}
		img, err := png.Decode(bytes.NewReader([]byte(s.text)))
		if err != nil || img.Bounds().Dx() != 96 || s.header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: %v, %s, want a PNG of 96 pixels", row.path, err, s.header.Get("Content-Type"))
		}
	}
}

func TestJoinedTeamsOfUsers(t *testing.T) {
	g := open(t, nil)
	if n := len(values(g.must(200, worker, "GET", "users/"+worker+"/joinedTeams", ""))); n != 4 {
		t.Errorf("one's own teams under /users: %d, want 4", n)
	}
	if n := len(values(g.must(200, app, "GET", "users/bo@example.test/joinedTeams", ""))); n != 4 {
		t.Errorf("teams of bo for the application: %d, want 4", n)
	}
	g.must(403, worker, "GET", "users/"+other+"/joinedTeams", "")
}

// TestPutSchedule sets Shifts up for a team, turns its clock off and on, and
// finds it so after a restart.
func TestPutSchedule(t *testing.T) {
	dir := t.TempDir()
	g := open(t, func(c *tenant.Config) { c.Dir = filepath.Join(dir, "kept") })
	const at = "teams/" + office + "/schedule"
	for _, row := range []struct {
		token, path, body string
		status            int
	}{
		{worker, at, `{"enabled":true,"timeZone":"Europe/Oslo"}`, 403},
		{outsider, at, `{"enabled":true,"timeZone":"Europe/Oslo"}`, 404},
		{owner + "|Schedule.Read.All", at, `{"enabled":true,"timeZone":"Europe/Oslo"}`, 403},
		{owner, at, `{"enabled":true}`, 400},
		{owner, at, `{"enabled":true,"timeZone":"Nowhere/Land"}`, 400},
		{owner, at, ``, 400},
	} {
		if s := g.call(row.token, "PUT", row.path, row.body); s.status != row.status {
			t.Errorf("PUT %s %s = %d %s, want %d", row.path, row.body, s.status, s.text, row.status)
		}
	}
	s := g.must(200, owner, "PUT", at, `{"enabled":true,"timeZone":"Europe/Oslo","timeClockEnabled":true,
		"timeClockSettings":{"approvedLocation":{"altitude":null,"latitude":59.9,"longitude":10.7}}}`)
	if s.body["timeZone"] != "Europe/Oslo" || s.body["provisionStatus"] != "Completed" || s.body["timeClockEnabled"] != true {
		t.Errorf("PUT = %s", s.text)
	}
	g.must(201, worker, "POST", at+"/timeCards/clockIn", "")
	g.must(200, app, "PUT", "teams/"+club+"/schedule", `{"enabled":true,"timeZone":"America/Chicago"}`)
	g.must(200, worker, "GET", "teams/"+club+"/schedule", "")

	again, err := tenant.Open(tenant.Config{Dir: filepath.Join(dir, "kept"), Verify: verify, Directory: directory(), URL: g.url})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	kept := &graph{Tenant: again, t: t, clock: g.clock, url: serve(t, again)}
	s = kept.must(200, worker, "GET", at, "")
	spot := s.body["timeClockSettings"].(map[string]any)["approvedLocation"].(map[string]any)
	if s.body["timeZone"] != "Europe/Oslo" || s.body["timeClockEnabled"] != true || spot["latitude"] != 59.9 {
		t.Errorf("after a restart = %s", s.text)
	}
	if s := kept.must(200, worker, "GET", "teams/"+club+"/schedule", ""); s.body["timeClockEnabled"] != false {
		t.Errorf("the club after a restart = %s, want its clock off", s.text)
	}
	if s := kept.must(200, worker, "GET", plans+"/timeOffReasons", ""); len(values(s)) != 1 {
		t.Errorf("reasons of another team = %s, want one", s.text)
	}
}

// TestPutScheduleKeepsPlans: groups and reasons are no part of what is replaced.
func TestPutScheduleKeepsPlans(t *testing.T) {
	g := open(t, nil)
	g.must(200, owner, "PUT", plans, `{"enabled":true,"timeZone":"Europe/Oslo"}`)
	if s := g.must(200, worker, "GET", plans+"/schedulingGroups", ""); len(values(s)) != 2 {
		t.Errorf("groups after PUT = %s, want two", s.text)
	}
	if s := g.must(200, worker, "GET", plans, ""); s.body["timeClockEnabled"] != false || s.body["timeClockSettings"] != nil {
		t.Errorf("schedule after PUT = %s, want the clock off and no location", s.text)
	}
	if s := g.must(200, worker, "GET", "teams/"+bakery+"/schedule", ""); s.body["timeZone"] != "Europe/Stockholm" {
		t.Errorf("another team's schedule = %s, want it untouched", s.text)
	}
}

// TestBetaSchedule shows what beta has beside v1.0.
func TestBetaSchedule(t *testing.T) {
	g := open(t, nil)
	for version, want := range map[string]bool{"/beta/": true, "/v1.0/": false} {
		if s := g.must(200, worker, http.MethodGet, g.url+version+plans, ""); hasKey(s.body, "isCrossLocationShiftsEnabled") != want {
			t.Errorf("%s schedule = %s, want isCrossLocationShiftsEnabled: %t", version, s.text, want)
		}
	}
}

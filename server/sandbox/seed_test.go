package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// on is a fixed clock.
func on(at time.Time) func() time.Time { return func() time.Time { return at } }

func stockholm(t *testing.T) *time.Location {
	t.Helper()
	where, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return where
}

// days are moments at which a sandbox might be started: a working day, a
// Sunday, the mornings after both clock changes, the hour the clock shows
// twice, and both sides of midnight.
func days(where *time.Location) []time.Time {
	return []time.Time{
		time.Date(2026, 9, 16, 10, 0, 0, 0, where),
		time.Date(2026, 9, 20, 10, 0, 0, 0, where),
		time.Date(2026, 3, 30, 6, 0, 0, 0, where),
		time.Date(2026, 10, 26, 6, 0, 0, 0, where),
		time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC),
		time.Date(2026, 12, 31, 23, 59, 0, 0, where),
		time.Date(2027, 1, 1, 0, 0, 0, 0, where),
	}
}

// TestHistory: the cards of a new sandbox are closed, end before today, reach
// back six weeks and make sense.
func TestHistory(t *testing.T) {
	where := stockholm(t)
	for _, now := range days(where) {
		box := start(t, sandbox.Options{Seed: true, Now: on(now)})
		y, m, d := now.In(where).Date()
		today := time.Date(y, m, d, 0, 0, 0, 0, where)
		counts, earliest, corrected := map[string]int{}, now, 0
		for _, c := range box.Tenant.Cards("") {
			counts[c.Person]++
			if c.State() != tenant.ClockedOut || !c.Out.At.Before(today) {
				t.Errorf("%v: card %s of %s ends %v, want it closed before today", now, c.ID, c.Person, c.Out)
			}
			if worked := c.Out.At.Sub(c.In.At); worked < 6*time.Hour || worked > 10*time.Hour {
				t.Errorf("%v: card %v–%v lasts %v", now, c.In.At, c.Out.At, worked)
			}
			for _, b := range c.Breaks {
				if b.Start.At.Before(c.In.At) || b.End.At.Before(b.Start.At) || c.Out.At.Before(b.End.At) {
					t.Errorf("%v: break %v–%v outside %v–%v", now, b.Start.At, b.End.At, c.In.At, c.Out.At)
				}
			}
			if c.In.At.Before(earliest) {
				earliest = c.In.At
			}
			if c.ModifiedBy.ID != c.Person {
				corrected++
			}
		}
		if span := today.Sub(earliest); span < 39*24*time.Hour || span > 43*24*time.Hour {
			t.Errorf("%v: history reaches back %v, want about six weeks", now, span)
		}
		if n := counts[box.Person(sandbox.Anna).OID]; n < 20 || n > 31 {
			t.Errorf("%v: Anna has %d cards, want some thirty", now, n)
		}
		if n := counts[box.Person(sandbox.Noor).OID]; n != 0 {
			t.Errorf("%v: Noor has %d cards, want none: her clock is off", now, n)
		}
		if corrected != 1 {
			t.Errorf("%v: %d cards changed by others, want 1", now, corrected)
		}
		overlaps(t, now, box.Tenant.Cards(""))
	}
}

// overlaps reports a person who was in two places.
func overlaps(t *testing.T, now time.Time, cards []tenant.Card) {
	t.Helper()
	for i, a := range cards {
		for _, b := range cards[i+1:] {
			if a.Person == b.Person && a.In.At.Before(b.Out.At) && b.In.At.Before(a.Out.At) {
				t.Errorf("%v: %s works %v–%v and %v–%v", now, a.Person, a.In.At, a.Out.At, b.In.At, b.Out.At)
			}
		}
	}
}

// TestHistoryIsDeterministic: two sandboxes begun on one day hold the same.
func TestHistoryIsDeterministic(t *testing.T) {
	now := time.Date(2026, 9, 16, 10, 0, 0, 0, time.UTC)
	a := start(t, sandbox.Options{Seed: true, Now: on(now)}).Tenant.Cards("")
	b := start(t, sandbox.Options{Seed: true, Now: on(now.Add(5 * time.Hour))}).Tenant.Cards("")
	if len(a) == 0 || !reflect.DeepEqual(a, b) {
		t.Errorf("two sandboxes of one day hold %d and %d cards that differ", len(a), len(b))
	}
}

// TestClockChange: when clocks changed within the history, somebody worked
// that night, an hour more or less.
func TestClockChange(t *testing.T) {
	where := stockholm(t)
	for _, row := range []struct {
		now   time.Time
		night time.Time
		want  time.Duration // from planned begin to planned end
	}{
		{time.Date(2026, 4, 10, 9, 0, 0, 0, where), time.Date(2026, 3, 28, 23, 0, 0, 0, where), 7*time.Hour + 30*time.Minute},
		{time.Date(2026, 11, 10, 9, 0, 0, 0, where), time.Date(2026, 10, 24, 23, 0, 0, 0, where), 9*time.Hour + 30*time.Minute},
	} {
		box := start(t, sandbox.Options{Seed: true, Now: on(row.now)})
		found := 0
		for _, c := range box.Tenant.Cards(sandbox.NightBakery) {
			if off := c.In.At.Sub(row.night).Abs(); off > 15*time.Minute {
				continue
			}
			found++
			if off := (c.Out.At.Sub(c.In.At) - row.want).Abs(); off > 30*time.Minute {
				t.Errorf("night of %v lasted %v, want about %v", row.night, c.Out.At.Sub(c.In.At), row.want)
			}
		}
		if found != 2 {
			t.Errorf("%d cards on the night of %v, want Ben's and Inês's", found, row.night)
		}
	}
}

// shiftsOf reads a person's shifts over HTTP.
func shiftsOf(t *testing.T, box *sandbox.Sandbox, login, team string) []map[string]any {
	t.Helper()
	c := register(t, box)
	token := c.signIn(t, login).AccessToken
	var all []map[string]any
	next := box.GraphURL + "/v1.0/teams/" + team + "/schedule/shifts"
	for next != "" {
		status, said := c.graph(t, token, "GET", next, "")
		if status != http.StatusOK {
			t.Fatalf("shifts = %d %v", status, said)
		}
		for _, one := range said["value"].([]any) {
			if shift := one.(map[string]any); shift["userId"] == box.Person(login).OID {
				all = append(all, shift)
			}
		}
		next, _ = said["@odata.nextLink"].(string)
	}
	return all
}

// TestShifts: shifts reach from five weeks back through next week, and Anna
// works today whatever day it is.
func TestShifts(t *testing.T) {
	where := stockholm(t)
	for _, now := range days(where)[:2] {
		box := start(t, sandbox.Options{Seed: true, Now: on(now), Limits: &tenant.Limits{}})
		var today, drafts int
		first, last := "9", "0"
		for _, s := range shiftsOf(t, box, sandbox.Anna, sandbox.HarbourCafe) {
			shared, ok := s["sharedShift"].(map[string]any)
			if !ok {
				drafts++
				continue
			}
			begin := shared["startDateTime"].(string)
			first, last = min(first, begin), max(last, begin)
			want := time.Date(now.Year(), now.Month(), now.Day(), 8, 0, 0, 0, where)
			if begin == want.UTC().Format(time.RFC3339) {
				today++
				end := want.Add(8*time.Hour + 30*time.Minute).UTC().Format(time.RFC3339)
				if shared["endDateTime"] != end || len(shared["activities"].([]any)) != 1 {
					t.Errorf("Anna's shift today = %v, want 08:00–16:30 with lunch", shared)
				}
			}
		}
		if today != 1 || drafts != 1 {
			t.Errorf("%v: %d shifts today and %d drafts, want one of each", now, today, drafts)
		}
		if want := "2026-08-10T06:00:00Z"; first != want {
			t.Errorf("%v: first shift %s, want %s", now, first, want)
		}
		if want := "2026-09-25T06:00:00Z"; last != want {
			t.Errorf("%v: last shift %s, want %s", now, last, want)
		}
	}
}

// TestLaterStart: a folder opened weeks later has new shifts and the old
// cards, to the letter.
func TestLaterStart(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 9, 16, 10, 0, 0, 0, time.UTC)
	box := start(t, sandbox.Options{Dir: dir, Seed: true, Now: on(now), Limits: &tenant.Limits{}})
	c := register(t, box)
	token := c.signIn(t, sandbox.Anna)
	cards := box.GraphURL + "/v1.0/teams/" + sandbox.HarbourCafe + "/schedule/timeCards"
	if status, said := c.graph(t, token.AccessToken, "POST", cards+"/clockIn", ""); status != http.StatusCreated {
		t.Fatalf("clockIn = %d %v", status, said)
	}
	before, planned := box.Tenant.Cards(""), len(shiftsOf(t, box, sandbox.Anna, sandbox.HarbourCafe))
	if err := box.Close(t.Context()); err != nil {
		t.Fatalf("Close: %v", err)
	}

	later := now.AddDate(0, 0, 21)
	box = start(t, sandbox.Options{Dir: dir, Seed: true, Now: on(later), Limits: &tenant.Limits{}, Addr: strings.TrimPrefix(box.Origin, "http://")})
	if after := box.Tenant.Cards(""); !reflect.DeepEqual(after, before) {
		t.Errorf("%d cards before, %d after, or they differ", len(before), len(after))
	}
	shifts := shiftsOf(t, box, sandbox.Anna, sandbox.HarbourCafe)
	if more := len(shifts) - planned; more < 15 || more > 17 { // three weeks, each with a new draft
		t.Errorf("%d shifts more three weeks later, want those of three weeks", more)
	}
	seen := map[any]bool{}
	for _, s := range shifts {
		if seen[s["id"]] {
			t.Errorf("shift %v twice", s["id"])
		}
		seen[s["id"]] = true
	}
	status, said := c.post(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken},
		"client_id": {box.ClientID}, "client_secret": {box.ClientSecret}})
	if status != http.StatusOK {
		t.Errorf("refresh after the restart = %d %v", status, said)
	}
}

// TestTeamsAsSeen signs everybody in and looks at what each may see.
func TestTeamsAsSeen(t *testing.T) {
	box := start(t, sandbox.Options{Limits: &tenant.Limits{}})
	for login, want := range map[string]string{
		sandbox.Anna: "Harbour Café: schedule, clock",
		sandbox.Ben:  "Harbour Café: schedule, clock; Night Bakery: schedule, clock",
		sandbox.Sara: "Harbour Café: schedule, clock, owner; Night Bakery: schedule, clock; Book Club: no schedule",
		sandbox.Noor: "Front Office: schedule",
	} {
		c := register(t, box)
		token := c.signIn(t, login).AccessToken
		_, joined := c.graph(t, token, "GET", box.GraphURL+"/v1.0/me/joinedTeams", "")
		var seen []string
		for _, one := range joined["value"].([]any) {
			seen = append(seen, about(t, c, token, box, one.(map[string]any)))
		}
		if got := strings.Join(seen, "; "); got != want {
			t.Errorf("%s sees %q, want %q", login, got, want)
		}
	}
}

// about says in a few words what a team is to the bearer of the token.
func about(t *testing.T, c *client, token string, box *sandbox.Sandbox, team map[string]any) string {
	t.Helper()
	at := fmt.Sprintf("%s/v1.0/teams/%s", box.GraphURL, team["id"])
	text := team["displayName"].(string) + ": "
	status, schedule := c.graph(t, token, "GET", at+"/schedule", "")
	if status == http.StatusNotFound {
		return text + "no schedule"
	}
	text += "schedule"
	if schedule["timeClockEnabled"] == true {
		text += ", clock"
	}
	_, me := c.graph(t, token, "GET", box.GraphURL+"/v1.0/me", "")
	_, members := c.graph(t, token, "GET", at+"/members", "")
	for _, one := range members["value"].([]any) {
		if m := one.(map[string]any); m["userId"] == me["id"] && len(m["roles"].([]any)) > 0 {
			text += ", owner"
		}
	}
	return text
}

// TestForeignTokens: Graph takes no id token, nobody else's token, and none
// that was made elsewhere.
func TestForeignTokens(t *testing.T) {
	box, elsewhere := start(t, sandbox.Options{}), start(t, sandbox.Options{})
	c := register(t, box)
	id, _ := c.signIn(t, sandbox.Anna).Extra("id_token").(string)
	foreign := register(t, elsewhere).signIn(t, sandbox.Anna).AccessToken
	for name, token := range map[string]string{"id token": id, "another sandbox's": foreign, "nonsense": "x.y.z"} {
		if status, said := c.graph(t, token, "GET", box.GraphURL+"/v1.0/me", ""); status != http.StatusUnauthorized {
			t.Errorf("%s = %d %v, want 401", name, status, said)
		}
	}
}

// TestApplicationToken clocks somebody in with a token of the application's.
func TestApplicationToken(t *testing.T) {
	box := start(t, sandbox.Options{})
	c := register(t, box)
	_, said := c.post(t, url.Values{"grant_type": {"client_credentials"}, "scope": {box.GraphURL + "/.default"},
		"client_id": {box.ClientID}, "client_secret": {box.ClientSecret}})
	token, _ := said["access_token"].(string)
	anna := box.Person(sandbox.Anna).OID
	status, card := c.graph(t, token, "POST", box.GraphURL+"/v1.0/teams/"+sandbox.HarbourCafe+"/schedule/timeCards/clockIn",
		`{"onBehalfOfUserId":"`+anna+`"}`)
	if status != http.StatusCreated || card["userId"] != anna {
		t.Errorf("clockIn by the application = %d %v, want a card of Anna's", status, card)
	}
	by, _ := card["createdBy"].(map[string]any)
	if app, _ := by["application"].(map[string]any); app["id"] != box.ClientID || by["user"] != nil {
		t.Errorf("createdBy = %v, want the application", by)
	}
}

// TestReboundName: a host name that leads to loopback reaches nothing.
func TestReboundName(t *testing.T) {
	box := start(t, sandbox.Options{})
	req, _ := http.NewRequestWithContext(t.Context(), "GET", box.Origin+"/sandbox/cards", nil)
	req.Host = "evil.test"
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("call for evil.test = %d, want 421", res.StatusCode)
	}
	for path, want := range map[string]int{"/": 200, "/sandbox/faults": 200, "/nothing": 404} {
		res, err := http.Get(box.Origin + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("GET %s = %d, want %d", path, res.StatusCode, want)
		}
	}
}

// TestPlans: shifts are planned in groups that exist, absences for reasons that
// exist, and some have a picture.
func TestPlans(t *testing.T) {
	box := start(t, sandbox.Options{Seed: true, Limits: &tenant.Limits{}, Tokens: map[string]string{"tool": "", "anna": sandbox.Anna}})
	c := register(t, box)
	at := box.GraphURL + "/v1.0/teams/" + sandbox.HarbourCafe + "/schedule/"
	ids := func(kind string) map[any]map[string]any {
		status, body := c.graph(t, "tool", "GET", at+kind, "")
		if status != http.StatusOK {
			t.Fatalf("%s = %d %v", kind, status, body)
		}
		all := map[any]map[string]any{}
		for _, one := range body["value"].([]any) {
			all[one.(map[string]any)["id"]] = one.(map[string]any)
		}
		return all
	}
	groups, reasons := ids("schedulingGroups"), ids("timeOffReasons")
	for id, shift := range ids("shifts") {
		group := groups[shift["schedulingGroupId"]]
		if group == nil || !slices.Contains(group["userIds"].([]any), shift["userId"]) {
			t.Errorf("shift %v of %v is planned in group %v, which is %v", id, shift["userId"], shift["schedulingGroupId"], group)
		}
	}
	off := ids("timesOff")
	for id, one := range off {
		if reasons[one["sharedTimeOff"].(map[string]any)["timeOffReasonId"]] == nil {
			t.Errorf("time off %v has no known reason: %v", id, one)
		}
	}
	if len(off) != 2 || len(reasons) != 2 || len(groups) != 2 {
		t.Errorf("%d times off, %d reasons, %d groups, want two of each", len(off), len(reasons), len(groups))
	}
	for login, want := range map[string]int{sandbox.Sara: 200, sandbox.Ben: 404} {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", box.GraphURL+"/v1.0/users/"+login+"/photo/$value", nil)
		req.Header.Set("Authorization", "Bearer anna")
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("picture of %s = %d, want %d", login, res.StatusCode, want)
		}
	}
}

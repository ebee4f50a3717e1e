package tenant_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

// past puts n closed cards of an hour in the cafe, one a day from 1 March,
// worker's and other's in turn, and an open one of worker's on 1 April.
func past(t *testing.T, g *graph, n int) {
	t.Helper()
	var all []tenant.Card
	for i := range n {
		in := time.Date(2025, 3, 1+i, 8, 0, 0, 0, time.UTC)
		who := []string{worker, other}[i%2]
		all = append(all, tenant.Card{ID: fmt.Sprintf("TCK_%03d", i), Team: cafe, Person: who, Created: in, Modified: in,
			In: &tenant.Event{At: in}, Out: &tenant.Event{At: in.Add(time.Hour)}})
	}
	in := time.Date(2025, 4, 1, 8, 0, 0, 0, time.UTC)
	all = append(all, tenant.Card{ID: "TCK_open", Team: cafe, Person: worker, Created: in, Modified: in, In: &tenant.Event{At: in}})
	if err := g.Seed(all, nil); err != nil {
		t.Fatal(err)
	}
}

// ids are the ids of a page.
func (s said) ids() string {
	var ids []string
	for _, one := range s.body["value"].([]any) {
		ids = append(ids, strings.TrimPrefix(one.(map[string]any)["id"].(string), "TCK_"))
	}
	return strings.Join(ids, " ")
}

func TestFilter(t *testing.T) {
	g := open(t, nil)
	past(t, g, 6)
	for _, row := range []struct{ filter, want string }{
		{"state eq 'clockedIn'", "open"},
		{"state eq 'CLOCKEDOUT' and userId eq '" + strings.ToUpper(other) + "'", "001 003 005"},
		{"clockInEvent/dateTime ge 2025-03-03T08:00:00.000Z and clockInEvent/dateTime le 2025-03-04T08:00:00Z", "002 003"},
		{"ClockInEvent/DateTime ge 2025-03-05T09:00:00+01:00", "004 005 open"},
		{"clockOutEvent/dateTime ge 2025-03-06T09:00:00Z", "005"},
		{"clockOutEvent/dateTime le 2025-03-01T09:00:00Z", "000"},
		{"userId eq '" + worker + "' AND state EQ 'clockedOut'  and clockInEvent/dateTime ge 2025-03-02T00:00:00Z", "002 004"},
		{"state eq 'onBreak'", ""},
		{"state eq 'clockedIn' or state eq 'onBreak'", "refused"},
		{"(state eq 'clockedIn')", "refused"},
		{"not state eq 'clockedIn'", "refused"},
		{"lastModifiedDateTime ge 2025-03-01T00:00:00Z", "refused"},
		{"createdDateTime ge '2022-02-01T08:00'", "refused"},
		{"clockInEvent/dateTime gt 2025-03-01T00:00:00Z", "refused"},
		{"clockInEvent/dateTime eq 2025-03-01T08:00:00Z", "refused"},
		{"clockInEvent/dateTime ge '2025-03-01T08:00:00Z'", "refused"},
		{"clockInEvent/dateTime ge 2025-03-01", "refused"},
		{"state eq clockedIn", "refused"},
		{"state ne 'clockedIn'", "refused"},
		{"userId in ('a','b')", "refused"},
		{"", "refused"},
	} {
		s := g.call(worker, "GET", cards+"?$filter="+url.QueryEscape(row.filter), "")
		if row.want == "refused" {
			if code, _, message := s.problem(t); s.status != 400 || code != "BadRequest" || message != "Invalid filter clause" {
				t.Errorf("filter %q = %d %s, want 400 Invalid filter clause", row.filter, s.status, s.text)
			}
			continue
		}
		if s.status != 200 || s.ids() != row.want {
			t.Errorf("filter %q = %d %q, want %q", row.filter, s.status, s.ids(), row.want)
		}
	}
}

func TestOrderAndOptions(t *testing.T) {
	g := open(t, nil)
	past(t, g, 3)
	for _, row := range []struct {
		query  string
		status int
		want   string
	}{
		{"", 200, "000 001 002 open"},
		{"?$orderby=clockInEvent/dateTime%20desc", 200, "open 002 001 000"},
		{"?$orderBy=clockInEvent/dateTime", 200, "000 001 002 open"},
		{"?$orderby=lastModifiedDateTime%20desc", 400, ""},
		{"?$orderby=clockInEvent/dateTime%20sideways", 400, ""},
		{"?$top=2", 200, "000 001"},
		{"?$top=0", 400, ""},
		{"?$top=x", 400, ""},
		{"?$select=id", 400, ""},
		{"?$skiptoken=nonsense", 400, ""},
		{"?unrelated=1", 200, "000 001 002 open"},
	} {
		s := g.call(worker, "GET", cards+row.query, "")
		if s.status != row.status || row.status == 200 && s.ids() != row.want {
			t.Errorf("list%s = %d %s, want %d %s", row.query, s.status, s.text, row.status, row.want)
		}
	}
}

// TestPages follows nextLink to the end while a card disappears on the way.
func TestPages(t *testing.T) {
	g := open(t, nil)
	past(t, g, 250)
	first := g.must(200, worker, "GET", cards+"?$filter="+url.QueryEscape("state eq 'clockedOut'"), "")
	if n := len(strings.Fields(first.ids())); n != 100 {
		t.Fatalf("first page has %d cards, want 100", n)
	}
	g.must(204, owner, "DELETE", cards+"/TCK_050", "")
	var all []string
	pages := 0
	for page := first; ; pages++ {
		all = append(all, strings.Fields(page.ids())...)
		next, ok := page.body["@odata.nextLink"].(string)
		if !ok {
			break
		}
		if !strings.HasPrefix(next, g.url+"/v1.0/") || !strings.Contains(next, "skiptoken=") {
			t.Fatalf("nextLink = %s, want an absolute link with a skip token", next)
		}
		page = g.must(200, worker, "GET", next, "")
	}
	if pages != 2 || len(all) != 250 || all[100] != "100" || all[249] != "249" {
		t.Errorf("%d further pages with %d cards in all, want 2 and 250 in order", pages, len(all))
	}
	if s := g.must(200, worker, "GET", cards+"?$top=250&$filter="+url.QueryEscape("userId eq '"+other+"'"), ""); len(strings.Fields(s.ids())) != 125 {
		t.Errorf("$top=250 gave %d cards, want 125", len(strings.Fields(s.ids())))
	}
}

// TestVisibility flips who sees whose cards.
func TestVisibility(t *testing.T) {
	g := open(t, nil)
	past(t, g, 2)
	if got := g.must(200, other, "GET", cards, "").ids(); got != "000 001 open" {
		t.Errorf("list = %s, want everybody's", got)
	}
	g.Assume(func(a *tenant.Assumptions) { a.MemberSeesAll = false })
	if got := g.must(200, other, "GET", cards, "").ids(); got != "001" {
		t.Errorf("list = %s, want one's own", got)
	}
	if got := g.must(200, owner, "GET", cards, "").ids(); got != "000 001 open" {
		t.Errorf("owner's list = %s, want everybody's", got)
	}
	g.must(403, other, "GET", cards+"/TCK_000", "")
}

func TestShifts(t *testing.T) {
	g := open(t, nil)
	at := func(day, hour int) time.Time { return time.Date(2025, 3, day, hour, 0, 0, 0, time.UTC) }
	err := g.Seed(nil, []tenant.Shift{
		{ID: "SHFT_night", Team: cafe, Person: worker, Name: "Night", Start: at(1, 22), End: at(2, 6)},
		{ID: "SHFT_day", Team: cafe, Person: worker, Name: "Day", Start: at(2, 8), End: at(2, 16),
			Activities: []tenant.Activity{{Name: "Lunch", Start: at(2, 12), End: at(2, 13)}}},
		{ID: "SHFT_draft", Team: cafe, Person: worker, Start: at(2, 10), End: at(2, 12), Draft: true},
		{ID: "SHFT_elsewhere", Team: bakery, Person: worker, Start: at(2, 8), End: at(2, 16)},
	})
	if err != nil {
		t.Fatal(err)
	}
	const path = "teams/" + cafe + "/schedule/shifts"
	for filter, want := range map[string]string{
		"sharedShift/startDateTime ge 2025-03-02T00:00:00.000Z and sharedShift/endDateTime le 2025-03-03T00:00:00.000Z": "SHFT_day",
		"sharedShift/startDateTime ge 2025-03-01T00:00:00Z":                                                             "SHFT_night SHFT_day",
		"draftShift/startDateTime ge 2025-03-01T00:00:00Z":                                                              "SHFT_draft",
		"userId eq '" + worker + "'":                                                                                    "refused",
		"sharedShift/startDateTime le 2025-03-01T00:00:00Z":                                                             "refused",
		"sharedShift/startDateTime ge '2025-03-01'":                                                                     "refused",
	} {
		s := g.call(worker, "GET", path+"?$filter="+url.QueryEscape(filter), "")
		if want == "refused" {
			if s.status != 400 {
				t.Errorf("filter %q = %d, want 400", filter, s.status)
			}
			continue
		}
		if s.ids() != want {
			t.Errorf("filter %q = %s, want %s", filter, s.ids(), want)
		}
	}
	all := g.must(200, worker, "GET", path, "").body["value"].([]any)
	day := all[1].(map[string]any)
	lunch := day["sharedShift"].(map[string]any)["activities"].([]any)[0].(map[string]any)
	if day["draftShift"] != nil || lunch["displayName"] != "Lunch" || lunch["startDateTime"] != "2025-03-02T12:00:00Z" || lunch["isPaid"] != false {
		t.Errorf("shift = %v, want a published shift with an unpaid lunch", day)
	}
	if draft := all[2].(map[string]any); draft["sharedShift"] != nil || draft["draftShift"] == nil {
		t.Errorf("draft = %v, want sharedShift null", draft)
	}
}

func TestDirectory(t *testing.T) {
	g := open(t, nil)
	s := g.must(200, worker, "GET", "teams/"+cafe+"/members", "")
	if s.body["@odata.count"] != 3.0 {
		t.Errorf("@odata.count = %v, want 3", s.body["@odata.count"])
	}
	roles := map[string]int{}
	for _, one := range s.body["value"].([]any) {
		m := one.(map[string]any)
		roles[m["userId"].(string)] = len(m["roles"].([]any))
		if m["@odata.type"] != "#microsoft.graph.aadUserConversationMember" || m["displayName"] == nil || m["email"] == nil {
			t.Errorf("member = %v, want an aadUserConversationMember with name and e-mail", m)
		}
	}
	if roles[owner] != 1 || roles[worker] != 0 {
		t.Errorf("roles = %v, want one for the owner alone", roles)
	}
	filter := url.QueryEscape("(microsoft.graph.aadUserConversationMember/userId eq '" + other + "')")
	if s := g.must(200, worker, "GET", "teams/"+cafe+"/members?$filter="+filter, ""); len(s.body["value"].([]any)) != 1 {
		t.Errorf("filtered members = %s, want one", s.text)
	}
	if s := g.must(200, worker, "GET", "me/joinedTeams?$select=id", ""); len(s.body["value"].([]any)) != 4 {
		t.Errorf("joinedTeams = %s, want four", s.text)
	}
	if s := g.must(200, outsider, "GET", "me/joinedTeams", ""); len(s.body["value"].([]any)) != 0 {
		t.Errorf("outsider's joinedTeams = %s, want none", s.text)
	}
	if s := g.must(200, worker, "GET", "me", ""); s.body["id"] != worker || s.body["displayName"] != "Alice Bradford" {
		t.Errorf("me = %s", s.text)
	}
	s = g.must(200, worker, "GET", "teams/"+cafe+"/schedule", "")
	settings := s.body["timeClockSettings"].(map[string]any)["approvedLocation"].(map[string]any)
	if s.body["timeZone"] != "Europe/Stockholm" || s.body["timeClockEnabled"] != true || settings["latitude"] != 59.3 {
		t.Errorf("schedule = %s", s.text)
	}
	if s := g.must(200, worker, "GET", "teams/"+office+"/schedule", ""); s.body["timeClockEnabled"] != false || s.body["timeClockSettings"] != nil {
		t.Errorf("office schedule = %s, want the clock off and no location", s.text)
	}
}

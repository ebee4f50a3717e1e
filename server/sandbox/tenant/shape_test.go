package tenant_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// shaped compares an answer with the JSON it should be. Ids are made anew each
// time: in want they stand as kinds, "TCK_*", "BRK_*".
func shaped(t *testing.T, what string, got map[string]any, want string) {
	t.Helper()
	delete(got, "@odata.context")
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	guid := regexp.MustCompile(`(TCK|BRK)_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	text = guid.ReplaceAll(text, []byte("${1}_*"))
	var have, should any
	if err := json.Unmarshal(text, &have); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &should); err != nil {
		t.Fatalf("%s: the test's own JSON: %v", what, err)
	}
	if !reflect.DeepEqual(have, should) {
		pretty, _ := json.MarshalIndent(have, "", "  ")
		t.Errorf("%s = %s\nwant %s", what, pretty, want)
	}
}

const (
	alice = `{"application":null,"device":null,"user":{"id":"` + worker + `","displayName":"Alice Bradford"}}`
	olga  = `{"application":null,"device":null,"user":{"id":"` + owner + `","displayName":"Olga Berg"}}`
)

// TestShapeOfDay follows one card through a day and compares every member.
func TestShapeOfDay(t *testing.T) {
	g := open(t, nil)
	s := g.must(201, worker, "POST", cards+"/clockIn",
		`{"isAtApprovedLocation":true,"notes":{"content":"Started late","contentType":"Text"},"whatever":1}`)
	in := `{"dateTime":"2025-01-07T21:35:36.311Z","isAtApprovedLocation":true,"notes":{"contentType":"text","content":"Started late"}}`
	card := cards + "/" + s.body["id"].(string)
	shaped(t, "clockIn", s.body, `{
		"id":"TCK_*","userId":"`+worker+`","state":"clockedIn","confirmedBy":"none","notes":null,
		"createdDateTime":"2025-01-07T21:35:36.311Z","lastModifiedDateTime":"2025-01-07T21:35:36.311Z",
		"createdBy":`+alice+`,"lastModifiedBy":`+alice+`,
		"clockInEvent":`+in+`,"clockOutEvent":null,"breaks":[],
		"originalEntry":{"clockInEvent":`+in+`,"clockOutEvent":null,"breaks":[]}}`)

	g.clock.advance(time.Hour)
	g.must(204, worker, "POST", card+"/startBreak", `{"notes":{"content":"soup"}}`)
	g.clock.advance(30 * time.Minute)
	g.must(204, owner, "POST", card+"/endBreak", `{"isAtApprovedLocation":false,"notes":{"content":"<p>back</p>","contentType":"html"}}`)
	g.clock.advance(time.Hour)
	g.must(204, worker, "POST", card+"/clockOut", `{"isAtApprovedLocation":null}`)
	g.must(204, worker, "POST", card+"/confirm", "")
	g.clock.advance(689 * time.Millisecond)
	g.must(204, owner, "POST", card+"/confirm", "")

	pause := `[{"breakId":"BRK_*","notes":null,
		"start":{"dateTime":"2025-01-07T22:35:36.311Z","isAtApprovedLocation":null,"notes":{"contentType":"text","content":"soup"}},
		"end":{"dateTime":"2025-01-07T23:05:36.311Z","isAtApprovedLocation":false,"notes":{"contentType":"html","content":"<p>back</p>"}}}]`
	out := `{"dateTime":"2025-01-08T00:05:36.311Z","isAtApprovedLocation":null,"notes":null}`
	shaped(t, "card at the end", g.must(200, worker, "GET", card, "").body, `{
		"id":"TCK_*","userId":"`+worker+`","state":"clockedOut","confirmedBy":"user,manager","notes":null,
		"createdDateTime":"2025-01-07T21:35:36.311Z","lastModifiedDateTime":"2025-01-08T00:05:37Z",
		"createdBy":`+alice+`,"lastModifiedBy":`+olga+`,
		"clockInEvent":`+in+`,"clockOutEvent":`+out+`,"breaks":`+pause+`,
		"originalEntry":{"clockInEvent":`+in+`,"clockOutEvent":`+out+`,"breaks":`+pause+`}}`)
}

// TestShapeOnBehalf: the card is the worker's, the making the owner's.
func TestShapeOnBehalf(t *testing.T) {
	g := open(t, nil)
	s := g.must(201, owner, "POST", cards+"/clockIn", `{"isAtApprovedLocation":true,"onBehalfOfUserId":"`+worker+`"}`)
	in := `{"dateTime":"2025-01-07T21:35:36.311Z","isAtApprovedLocation":true,"notes":null}`
	shaped(t, "clockIn on behalf", s.body, `{
		"id":"TCK_*","userId":"`+worker+`","state":"clockedIn","confirmedBy":"none","notes":null,
		"createdDateTime":"2025-01-07T21:35:36.311Z","lastModifiedDateTime":"2025-01-07T21:35:36.311Z",
		"createdBy":`+olga+`,"lastModifiedBy":`+olga+`,
		"clockInEvent":`+in+`,"clockOutEvent":null,"breaks":[],
		"originalEntry":{"clockInEvent":`+in+`,"clockOutEvent":null,"breaks":[]}}`)
}

// TestShapeOfCreateAndReplace: what create makes has no original entry, and a
// replace leaves both it and the making alone.
func TestShapeOfCreateAndReplace(t *testing.T) {
	g := open(t, nil)
	s := g.must(201, worker, "POST", cards, `{"@odata.type":"#microsoft.graph.timeCard","state":"onBreak",
		"clockInEvent":{"dateTime":"2025-01-07T21:00:00.000Z","isAtApprovedLocation":true,"notes":{"content":"traffic","contentType":"text"}},
		"clockOutEvent":{"dateTime":"2025-01-07T22:30:00.000+01:00","isAtApprovedLocation":true}}`)
	in := `{"dateTime":"2025-01-07T21:00:00Z","isAtApprovedLocation":true,"notes":{"contentType":"text","content":"traffic"}}`
	out := `{"dateTime":"2025-01-07T21:30:00Z","isAtApprovedLocation":true,"notes":null}`
	none := `{"clockInEvent":null,"clockOutEvent":null,"breaks":[]}`
	created := `"id":"TCK_*","userId":"` + worker + `","createdDateTime":"2025-01-07T21:35:36.311Z","createdBy":` + alice
	shaped(t, "create", s.body, `{`+created+`,"state":"clockedOut","confirmedBy":"none","notes":null,
		"lastModifiedDateTime":"2025-01-07T21:35:36.311Z","lastModifiedBy":`+alice+`,
		"clockInEvent":`+in+`,"clockOutEvent":`+out+`,"breaks":[],"originalEntry":`+none+`}`)

	card := cards + "/" + s.body["id"].(string)
	g.must(204, worker, "POST", card+"/confirm", "")
	g.clock.advance(time.Hour)
	g.must(204, owner, "PUT", card, `{"userId":"`+worker+`","state":"clockedOut","confirmedBy":"None","lastModifiedBy":`+alice+`,
		"notes":{"contentType":"text","content":"Modified"},
		"clockInEvent":`+in+`,"clockOutEvent":null,
		"breaks":[{"breakId":"BRK_138f4751-68b1-44c1-aca2-2b26cba9e73f","start":{"dateTime":"2025-01-07T21:10:00Z"}}]}`)
	shaped(t, "replaced", g.must(200, worker, "GET", card, "").body, `{`+created+`,"state":"onBreak","confirmedBy":"none",
		"notes":{"contentType":"text","content":"Modified"},
		"lastModifiedDateTime":"2025-01-07T22:35:36.311Z","lastModifiedBy":`+olga+`,
		"clockInEvent":`+in+`,"clockOutEvent":null,
		"breaks":[{"breakId":"BRK_*","notes":null,"end":null,"start":{"dateTime":"2025-01-07T21:10:00Z","isAtApprovedLocation":null,"notes":null}}],
		"originalEntry":`+none+`}`)
	if id := g.Cards(cafe)[0].Breaks[0].ID; id != "BRK_138f4751-68b1-44c1-aca2-2b26cba9e73f" {
		t.Errorf("break id = %s, want it kept", id)
	}

	g.must(204, owner, "PUT", card, `{"clockInEvent":`+in+`,"clockOutEvent":`+out+`}`)
	if c := g.Cards(cafe)[0]; len(c.Breaks) != 0 || c.Notes != nil {
		t.Errorf("after a replace without breaks and notes: %+v, want neither", c)
	}
}

// TestBeta shows what beta has beside v1.0.
func TestBeta(t *testing.T) {
	g := open(t, nil)
	beta := g.url + "/beta/" + cards
	s := g.must(201, worker, "POST", beta+"/clockin", `{"atApprovedLocation":true,"atAprovedLocation":false}`)
	in := s.body["clockInEvent"].(map[string]any)
	if in["isAtApprovedLocation"] != true || in["atApprovedLocation"] != true {
		t.Errorf("beta clockInEvent = %v, want both names true", in)
	}
	if by := s.body["createdBy"].(map[string]any); !hasKey(by, "conversation") {
		t.Errorf("beta createdBy = %v, want a conversation", by)
	}
	if want := g.url + "/beta/$metadata#teams('" + cafe + "')/schedule/timeCards/$entity"; s.body["@odata.context"] != want {
		t.Errorf("context = %v, want %s", s.body["@odata.context"], want)
	}
	for path, tagged := range map[string]bool{beta: true, cards: false} {
		one := g.must(200, worker, "GET", path, "").body["value"].([]any)[0].(map[string]any)
		if hasKey(one, "@odata.etag") != tagged {
			t.Errorf("list %s: etag in %v, want %v", path, one, tagged)
		}
	}
	s = g.must(201, other, "POST", cards+"/clockIn", `{"atApprovedLocation":true}`)
	if in := s.body["clockInEvent"].(map[string]any); in["isAtApprovedLocation"] != nil || hasKey(in, "atApprovedLocation") {
		t.Errorf("v1.0 clockInEvent = %v, want the former name unknown", in)
	}
}

func hasKey(m map[string]any, key string) bool {
	_, ok := m[key]
	return ok
}

// TestBodies sends what clients send, and what none should.
func TestBodies(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(`{"notes":{"content":"zipped"}}`))
	z.Close()
	g := open(t, nil)
	s := g.call(worker, "POST", strings.ToUpper(cards)+"/CLOCKIN", zipped.String(), "Content-Encoding", "gzip", "client-request-id", "c1")
	if s.status != 201 || !strings.Contains(s.text, "zipped") {
		t.Fatalf("gzip clockIn = %d %s, want 201 with the note", s.status, s.text)
	}
	if s.header.Get("client-request-id") != "c1" || s.header.Get("request-id") == "" {
		t.Errorf("headers = %v, want both request ids", s.header)
	}
	for name, row := range map[string]struct{ path, body, kind string }{
		"no JSON":            {cards + "/clockIn", `{"notes":`, "application/json"},
		"wrong type":         {cards + "/clockIn", `{"isAtApprovedLocation":"yes"}`, "application/json"},
		"unknown enum":       {cards + "/clockIn", `{"notes":{"contentType":"pdf"}}`, "application/json"},
		"form":               {cards + "/clockIn", `a=b`, "application/x-www-form-urlencoded"},
		"event without time": {cards, `{"clockInEvent":{"notes":null}}`, "application/json"},
		"time without zone":  {cards, `{"clockInEvent":{"dateTime":"2025-01-07T21:00:00"}}`, "application/json"},
		"break without time": {cards, `{"clockInEvent":{"dateTime":"2025-01-07T21:00:00Z"},"breaks":[{"end":{"dateTime":"2025-01-07T22:00:00Z"}}]}`, "application/json"},
		"empty create":       {cards, ``, "application/json"},
		"too large":          {cards + "/clockIn", `{"notes":{"content":"` + strings.Repeat("x", 1<<20) + `"}}`, "application/json"},
	} {
		s := g.call(other, "POST", row.path, row.body, "Content-Type", row.kind)
		if s.status != 400 {
			t.Errorf("%s = %d %.200s, want 400", name, s.status, s.text)
			continue
		}
		if code, _, message := s.problem(t); code != "BadRequest" || !strings.HasPrefix(message, "Unable to read JSON") {
			t.Errorf("%s: problem = %s %q", name, code, message)
		}
	}
}

// TestTimesContradict tries cards that cannot be.
func TestTimesContradict(t *testing.T) {
	at := func(clock string) string { return `{"dateTime":"2025-01-07T` + clock + `:00Z"}` }
	in, out := `"clockInEvent":`+at("08:00"), `"clockOutEvent":`+at("16:00")
	pause := func(start, end string) string {
		if end == "" {
			return `{"start":` + at(start) + `}`
		}
		return `{"start":` + at(start) + `,"end":` + at(end) + `}`
	}
	g := open(t, nil)
	for name, row := range map[string]struct{ body, inner string }{
		"out before in":            {in + `,"clockOutEvent":` + at("07:00"), "InvalidTimeCardTimes"},
		"no in":                    {out, "MissingClockInEvent"},
		"break before in":          {in + `,` + out + `,"breaks":[` + pause("07:00", "09:00") + `]`, "InvalidTimeCardTimes"},
		"break after out":          {in + `,` + out + `,"breaks":[` + pause("15:00", "17:00") + `]`, "InvalidTimeCardTimes"},
		"break backwards":          {in + `,` + out + `,"breaks":[` + pause("12:00", "11:00") + `]`, "InvalidTimeCardTimes"},
		"break open on closed":     {in + `,` + out + `,"breaks":[` + pause("12:00", "") + `]`, "InvalidTimeCardTimes"},
		"two open breaks":          {in + `,"breaks":[` + pause("12:00", "") + `,` + pause("13:00", "") + `]`, "InvalidTimeCardTimes"},
		"given to somebody else":   {`"userId":"` + other + `",` + in, "MissingAdminPermissions"},
		"of somebody from nowhere": {`"userId":"nobody",` + in, "UserNotInTeam"},
	} {
		s := g.call(worker, "POST", cards, "{"+row.body+"}")
		if _, inner, _ := s.problem(t); inner != row.inner {
			t.Errorf("%s = %d %s, want %s", name, s.status, s.text, row.inner)
		}
	}
	if n := len(g.Cards("")); n != 0 {
		t.Errorf("%d cards were made, want none", n)
	}
	g.must(201, worker, "POST", cards, "{"+in+"}")
	s := g.call(worker, "POST", cards, `{"clockInEvent":`+at("09:00")+`}`)
	if _, inner, _ := s.problem(t); inner != "UserAlreadyClockedIn" {
		t.Errorf("second open card = %d %s, want UserAlreadyClockedIn", s.status, s.text)
	}
}

// TestConfirmedLocks: the worker edits no card that was confirmed, the owner
// does and thereby lifts the confirmation.
func TestConfirmedLocks(t *testing.T) {
	g := open(t, nil)
	card := g.clockIn(worker)
	g.must(204, worker, "POST", card+"/clockOut", "")
	g.must(204, owner, "POST", card+"/confirm", "")
	const body = `{"clockInEvent":{"dateTime":"2025-01-07T08:00:00Z"},"clockOutEvent":{"dateTime":"2025-01-07T09:00:00Z"}}`
	for _, method := range []string{"PUT", "DELETE"} {
		s := g.call(worker, method, card, body)
		if _, inner, _ := s.problem(t); s.status != 403 || inner != "TimeCardConfirmed" {
			t.Errorf("%s of a confirmed card = %d %s, want 403 TimeCardConfirmed", method, s.status, s.text)
		}
	}
	g.must(204, owner, "PUT", card, body)
	g.must(204, worker, "DELETE", card, "")
	g.must(404, worker, "GET", card, "")
}

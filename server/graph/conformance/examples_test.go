package conformance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"timeclock/server/graph"
	"timeclock/server/sandbox/tenant"
)

// example is a documented payload.
type example struct {
	version, op string
	file        string // below examples/
	text        []byte
	page        page
}

func (e example) path(card string) string {
	return "/" + e.version + strings.NewReplacer("{teamId}", team, "{timeCardId}", card).Replace(e.page.Path)
}

// examples gives the documented payloads whose names hold a word, such as
// "-request.json"; those with an ending of .invalid are no JSON.
func examples(t testing.TB, word string) []example {
	t.Helper()
	var all []example
	for version, pages := range documented(t) {
		for op, page := range pages {
			names, err := filepath.Glob(filepath.Join(published(t), "examples", version, op+"-*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				// "clockOut-…", and not what begins with another's name.
				if !strings.Contains(name, word) || !strings.HasSuffix(name, ".json") && !strings.HasSuffix(word, ".invalid") {
					continue
				}
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, example{version, op, version + "/" + filepath.Base(name), text, page})
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no example is called %s", word)
	}
	slices.SortFunc(all, func(a, b example) int { return strings.Compare(a.file, b.file) })
	return all
}

// noon is when the rigs stand still, but where an example has its own time.
var noon = time.Date(2025, 1, 8, 12, 0, 0, 0, time.UTC)

// before is the state a card must be in for an operation, and what is written
// where by it.
var before = map[string]struct {
	state tenant.State // empty for no card
	event string       // the place of the event that the body describes
}{
	"clockIn":        {"", "clockInEvent"},
	"clockOut":       {tenant.ClockedIn, "clockOutEvent"},
	"startBreak":     {tenant.ClockedIn, "breaks/0/start"},
	"endBreak":       {tenant.OnBreak, "breaks/0/end"},
	"create":         {"", ""},
	"replace":        {tenant.ClockedOut, ""},
	"confirmForUser": {tenant.ClockedOut, ""},
}

// serverSide are members of documented requests that the server keeps itself,
// or does not know, and passes over.
var serverSide = []string{
	"lastModifiedBy",    // read-only; the page of replace sends it
	"state",             // follows from the events
	"confirmedBy",       // beta's replace sends "None"; editing resets it
	"atAprovedLocation", // misspelt on every page of beta
	"userId",            // of confirmForUser: who confirms, not whose card it is
}

// TestRequestExamplesAreAccepted sends every documented request to the
// sandbox's Graph: it is answered with the documented status, and what it says
// stands on the card.
func TestRequestExamplesAreAccepted(t *testing.T) {
	all := examples(t, "request.json")
	for _, e := range all {
		// What v1.0 documents, beta takes too.
		if e.version == "v1.0" {
			e.version = "beta"
			all = append(all, e)
		}
	}
	for _, e := range all {
		t.Run(e.version+" "+e.file, func(t *testing.T) {
			r := newRig(t, "", noon)
			body := parse(t, e.text)
			caller, owner := alice, alice
			if strings.HasPrefix(e.file, "beta") {
				caller, owner = jing, jing
			}
			if named, ok := member(body, "onBehalfOfUserId").(string); ok {
				owner = named
			}
			if e.op == "confirmForUser" {
				caller = "app"
			}
			id := cardID
			if state := before[e.op].state; state != "" {
				r.seed(t, owner, state)
			}
			code, text := r.send(t, caller, e.page.Method, e.path(id), e.text)
			if code != e.page.Status {
				t.Fatalf("%s %s = %d %s, documented is %d", e.page.Method, e.path(id), code, text, e.page.Status)
			}
			if len(text) > 0 {
				id = member(parse(t, text), "id").(string)
			}
			card := r.card(t, e.version, id)
			if got := member(card, "userId"); got != owner {
				t.Errorf("the card is of %v, want %s", got, owner)
			}
			said, _ := body.(map[string]any)
			delete(said, "onBehalfOfUserId")
			written := card
			if event := before[e.op].event; event != "" {
				written = member(card, event)
			}
			for _, gone := range missing(written, said, e.op, serverSide...) {
				t.Error(gone)
			}
			if e.op == "confirmForUser" && member(card, "confirmedBy") != "manager" && member(card, "confirmedBy") != "user" {
				t.Errorf("confirmed, the card says %v", member(card, "confirmedBy"))
			}
			if _, misspelt := said["atAprovedLocation"]; misspelt && member(written, "isAtApprovedLocation") != nil {
				t.Errorf("a misspelt flag was taken: %v", written)
			}
		})
	}
}

// TestSandboxAnswersAsDocumented compares what the sandbox answers to a
// documented request, at the documented moment, with the documented answer.
func TestSandboxAnswersAsDocumented(t *testing.T) {
	requests := examples(t, "request.json")
	for _, e := range examples(t, "response.json") {
		i := slices.IndexFunc(requests, func(r example) bool { return r.file == strings.Replace(e.file, "response", "request", 1) })
		if i < 0 || e.op == "confirmForUser" { // that card's history is not documented
			continue
		}
		t.Run(e.file, func(t *testing.T) {
			want := parse(t, e.text)
			r := newRig(t, "", instant(t, member(want, "createdDateTime")))
			caller, _ := member(want, "createdBy/user/id").(string)
			code, text := r.send(t, caller, e.page.Method, e.path(""), requests[i].text)
			if code != e.page.Status {
				t.Fatalf("%s %s = %d %s", e.page.Method, e.path(""), code, text)
			}
			for _, gone := range missing(parse(t, text), want, e.op, "id") {
				t.Error(gone)
			}
		})
	}
}

// TestAnswerExamplesAreReadWhole decodes every documented card and list of
// cards, and expects every member back when it is written again.
func TestAnswerExamplesAreReadWhole(t *testing.T) {
	for _, e := range examples(t, "response.json") {
		whole := parse(t, e.text)
		cards := []any{whole}
		if list, ok := member(whole, "value").([]any); ok {
			cards = list
		}
		for i, one := range cards {
			text, err := json.Marshal(one)
			if err != nil {
				t.Fatal(err)
			}
			var card graph.TimeCard
			if err := json.Unmarshal(text, &card); err != nil {
				t.Errorf("%s, card %d: %v", e.file, i, err)
				continue
			}
			back, err := json.Marshal(card)
			if err != nil || !reflect.DeepEqual(parse(t, back), one) {
				t.Errorf("%s, card %d: read\n%s\nwritten\n%s, %v", e.file, i, text, back, err)
			}
			if card.ID == "" || card.UserID == "" || !card.State.Valid() || card.Clock(team).State() != card.State {
				t.Errorf("%s, card %d is read as %+v", e.file, i, card)
			}
		}
	}
}

// notTheSchema are documented payloads that the description does not allow.
var notTheSchema = map[string]string{
	"beta/create-seed004-response.json": "the first draft's shapes: an id without TCK_, confirmationStatus",
	"beta/clockIn-request.json":         "atAprovedLocation, misspelt",
	"beta/clockOut-request.json":        "atAprovedLocation, misspelt",
	"beta/startBreak-request.json":      "atAprovedLocation, misspelt",
	"beta/endBreak-request.json":        "atAprovedLocation, misspelt",
}

// TestDescriptionHoldsExamples holds the documented payloads to the schemas,
// and so the schemas, as they are read here, to the documents.
func TestDescriptionHoldsExamples(t *testing.T) {
	d := describe(t)
	for _, e := range append(examples(t, "response.json"), examples(t, "request.json")...) {
		x := sound(nil)
		x.Method, x.Path, x.Status = e.page.Method, e.path(cardID), e.page.Status
		x.Body, x.Answer, x.Answered = e.text, nil, false
		where := "request"
		if strings.Contains(e.file, "response") {
			x.Body, x.Answer, x.Answered = nil, e.text, true
			where = "answer"
		}
		var found []finding
		for _, f := range d.check(x) {
			if strings.HasPrefix(f.where, where) && excuse(f) == "" {
				found = append(found, f)
			}
		}
		if why := notTheSchema[e.file]; (why != "") != (len(found) > 0) {
			t.Errorf("%s: found %v; known is %q", e.file, found, why)
		}
	}
}

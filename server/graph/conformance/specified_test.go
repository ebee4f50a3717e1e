package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/sandbox/tenant"
)

// The people of the documents in testdata/specified.
const (
	mara = "5b1f6a0e-7c1d-4f7e-9a52-1f0c3d2e4b60"
	ines = "c0a3d9f4-2f57-4a0b-8d8f-6be1f7a5e911" // owns the team
)

// document is a page that the product was specified by: a request, and the
// answer the page shows.
type document struct {
	name            string
	version         string
	method, path    string // path follows the collection of cards
	request, answer string // files; an answer of "" is none
	status          int    // as the page has it

	begin tenant.State // of the card the request is about
	by    string       // who asks
	// assume takes up the page's reading where the sandbox has several.
	assume func(*tenant.Assumptions)
	fault  tenant.Trouble

	// call is the client's way to ask for the same.
	call     func(t *testing.T, c *graph.Client, id string) (graph.TimeCard, error)
	state    clock.State // of the card that the page shows
	original bool        // its originalEntry is filled
	// dropped are members of the request that come to nothing on the card.
	dropped []string
}

var documents = []document{
	{
		name: "clockOut, as first published", version: "beta", method: "POST", path: "/{id}/clockOut",
		request: "clockOut-first-request.json", answer: "clockOut-first-answer.json", status: 200,
		begin: tenant.ClockedIn, by: mara, fault: tenant.Body,
		call: clockOut, state: clock.Out, original: true,
	},
	{
		name: "clockOut, as republished", version: "beta", method: "POST", path: "/{id}/clockOut",
		request: "clockOut-again-request.json", status: 204,
		begin: tenant.ClockedIn, by: mara,
		call: clockOut, state: clock.Out, original: true, dropped: []string{"atAprovedLocation"},
	},
	{
		name: "clockIn, as oneself", version: "v1.0", method: "POST", path: "/clockIn",
		request: "clockIn-request.json", answer: "clockIn-answer.json", status: 201,
		by: mara,
		call: func(t *testing.T, c *graph.Client, _ string) (graph.TimeCard, error) {
			return c.ClockIn(t.Context(), as(mara), team, graph.Action{Note: "The gate was shut", Approved: yes()})
		}, state: clock.In, original: true,
	},
	{
		name: "clockIn, on behalf of another", version: "v1.0", method: "POST", path: "/clockIn",
		request: "clockIn-behalf-request.json", answer: "clockIn-behalf-answer.json", status: 201,
		by: ines,
		call: func(t *testing.T, c *graph.Client, _ string) (graph.TimeCard, error) {
			return c.ClockIn(t.Context(), as(ines), team, graph.Action{OnBehalfOf: mara, Approved: yes()})
		}, state: clock.In, original: true, dropped: []string{"onBehalfOfUserId"},
	},
	{
		name: "replace", version: "v1.0", method: "PUT", path: "/{id}",
		request: "replace-request.json", status: 204,
		begin: tenant.ClockedOut, by: mara,
		call: func(t *testing.T, c *graph.Client, id string) (graph.TimeCard, error) {
			card := read[graph.TimeCard](t, specified(t, "replace-request.json"))
			card.ID = id
			return c.ReplaceCard(t.Context(), as(mara), team, card)
		}, state: clock.Out, original: true, dropped: []string{"lastModifiedBy"},
	},
	{
		name: "create, answered with a filled original entry", version: "beta", method: "POST", path: "",
		request: "create-request.json", answer: "create-filled-answer.json", status: 201,
		by: ines, assume: func(a *tenant.Assumptions) { a.CreateTakesBehalf, a.CreateFillsOriginal = true, true },
		call: create, state: clock.OnBreak, original: true, dropped: []string{"onBehalfOfUserId", "breakId"},
	},
	{
		name: "create, answered with an empty original entry", version: "v1.0", method: "POST", path: "",
		request: "create-request.json", answer: "create-empty-answer.json", status: 201,
		by: ines, assume: func(a *tenant.Assumptions) { a.CreateTakesBehalf = true },
		call: create, state: clock.OnBreak, dropped: []string{"onBehalfOfUserId", "breakId", "atApprovedLocation"},
	},
}

func yes() *bool { b := true; return &b }

func clockOut(t *testing.T, c *graph.Client, id string) (graph.TimeCard, error) {
	return c.ClockOut(t.Context(), as(mara), team, id, graph.Action{Note: "The last pallet is in", Approved: yes()})
}

// create says whose card it is in userId, as the pages have it since.
func create(t *testing.T, c *graph.Client, _ string) (graph.TimeCard, error) {
	draft := read[graph.TimeCard](t, specified(t, "create-request.json"))
	card := graph.TimeCard{UserID: mara, ClockIn: part(draft.ClockIn), Notes: draft.Notes}
	for _, b := range draft.Breaks {
		card.Breaks = append(card.Breaks, graph.Break{Start: *part(&b.Start), Notes: b.Notes})
	}
	return c.CreateCard(t.Context(), as(ines), team, card)
}

func specified(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "specified", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// at is the path of the document's request about a card.
func (d document) at(id string) string {
	return "/" + d.version + "/teams/" + team + "/schedule/timeCards" + strings.Replace(d.path, "{id}", id, 1)
}

// rig is a sandbox that reads the page the way the page wants it.
func (d document) rig(t *testing.T) (*rig, string) {
	t.Helper()
	r := newRig(t, d.version, time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))
	if d.assume != nil {
		r.box.Assume(d.assume)
	}
	if d.fault != "" {
		if _, err := r.box.Misbehave(tenant.Fault{Do: d.fault, Op: tenant.ClockOut}); err != nil {
			t.Fatal(err)
		}
	}
	id := ""
	if d.begin != "" {
		id = r.seed(t, mara, d.begin)
	}
	return r, id
}

// TestDocumentsAreAccepted sends each document's request to the sandbox: the
// status is the document's, and what it says stands on the card of the person
// it is about.
func TestDocumentsAreAccepted(t *testing.T) {
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			r, id := d.rig(t)
			request := specified(t, d.request)
			code, text := r.send(t, d.by, d.method, d.at(id), request)
			if code != d.status || (len(text) > 0) != (d.answer != "") {
				t.Fatalf("%s %s = %d %s, documented is %d", d.method, d.at(id), code, text, d.status)
			}
			if d.answer != "" {
				id = member(parse(t, text), "id").(string)
			}
			whole := r.card(t, d.version, id)
			card := whole
			if place := map[string]string{"/clockIn": "clockInEvent", "/{id}/clockOut": "clockOutEvent"}[d.path]; place != "" {
				card = member(card, place)
			}
			want := parse(t, request)
			openBreaks(want)
			for _, gone := range missing(card, want, "card", d.dropped...) {
				t.Error(gone)
			}
			if got := member(whole, "userId"); got != mara {
				t.Errorf("the card is of %v", got)
			}
		})
	}
}

// openBreaks writes out what a request leaves out of a break that lasts.
func openBreaks(v any) {
	all, _ := member(v, "breaks").([]any)
	for _, b := range all {
		b.(map[string]any)["end"] = nil
	}
}

// TestDocumentsAreUnderstood lets the client ask for the same, of a server that
// answers with the document's own words. What it makes of the answer is the
// card the document shows, with nothing lost.
func TestDocumentsAreUnderstood(t *testing.T) {
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			shown := specified(t, d.shown())
			var writes, reads int
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if q.Method == http.MethodGet {
					reads++
					w.Write(shown)
					return
				}
				writes++
				w.WriteHeader(d.status)
				if d.answer != "" {
					w.Write(shown)
				}
			}))
			defer server.Close()
			c, err := graph.New(graph.Config{Root: server.URL, API: d.version, Budget: unlimited{}})
			if err != nil {
				t.Fatal(err)
			}
			card, err := d.call(t, c, cardID)
			if err != nil {
				t.Fatal(err)
			}
			if wantReads := map[bool]int{true: 1}[d.answer == ""]; writes != 1 || reads != wantReads {
				t.Errorf("%d writes and %d reads, want 1 and %d", writes, reads, wantReads)
			}
			d.holds(t, card)
			// The flag has had two names; beta's former one counts where it stands alone.
			at, known := member(parse(t, shown), "clockInEvent/isAtApprovedLocation").(bool)
			if !known {
				at, known = member(parse(t, shown), "clockInEvent/atApprovedLocation").(bool)
			}
			if flag := card.Clock(team).In.Approved; (flag != nil) != known || known && *flag != at {
				t.Errorf("at the approved location: %v, the document has %v (%v)", flag, at, known)
			}
			back, err := json.Marshal(card)
			if err != nil || !reflect.DeepEqual(parse(t, back), parse(t, shown)) {
				t.Errorf("the document's card came back as %s, %v", back, err)
			}
		})
	}
}

// shown is the card that the document's answer shows, or that reading finds
// after an answer of 204.
func (d document) shown() string {
	if d.answer == "" {
		return "clockOut-first-answer.json"
	}
	return d.answer
}

// holds checks what the product goes by.
func (d document) holds(t *testing.T, card graph.TimeCard) {
	t.Helper()
	if card.UserID != mara || card.State != d.state || card.Clock(team).State() != d.state {
		t.Errorf("card of %s is %s, by its events %s; want %s's, %s", card.UserID, card.State, card.Clock(team).State(), mara, d.state)
	}
	entry := card.OriginalEntry
	if filled := entry != nil && (entry.ClockIn != nil || len(entry.Breaks) > 0); filled != d.original {
		t.Errorf("original entry is filled: %v, want %v", filled, d.original)
	}
}

// TestDocumentsAreLived makes the client's call in the sandbox: what it asks
// for is what the document asks for.
func TestDocumentsAreLived(t *testing.T) {
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			r, id := d.rig(t)
			card, err := d.call(t, r.Client, id)
			if err != nil {
				t.Fatal(err)
			}
			d.holds(t, card)
			sent := r.last(d.method)
			if sent.status != d.status || sent.path != d.at(id) {
				t.Errorf("%s %s was answered %d; documented is %s %d", sent.method, sent.path, sent.status, d.at(id), d.status)
			}
		})
	}
}

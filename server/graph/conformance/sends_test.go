package conformance_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"timeclock/server/graph"
)

// ask is what a documented request asks for, as the client's arguments.
type ask struct {
	Approved *bool  `json:"isAtApprovedLocation"`
	Misspelt *bool  `json:"atAprovedLocation"`
	Behalf   string `json:"onBehalfOfUserId"`
	User     string `json:"userId"`
	Notes    struct {
		Content string `json:"content"`
	} `json:"notes"`
}

func (a ask) action() graph.Action {
	if a.Approved == nil {
		a.Approved = a.Misspelt
	}
	return graph.Action{Note: a.Notes.Content, Approved: a.Approved, OnBehalfOf: a.Behalf}
}

// calls are the client's calls that documents show the bodies of.
var calls = map[string]func(r *rig, t *testing.T, who graph.Caller, text []byte) error{
	"clockIn": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		_, err := r.ClockIn(t.Context(), who, team, read[ask](t, text).action())
		return err
	},
	"clockOut": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		_, err := r.ClockOut(t.Context(), who, team, cardID, read[ask](t, text).action())
		return err
	},
	"startBreak": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		_, err := r.StartBreak(t.Context(), who, team, cardID, read[ask](t, text).action())
		return err
	},
	"endBreak": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		_, err := r.EndBreak(t.Context(), who, team, cardID, read[ask](t, text).action())
		return err
	},
	"confirmForUser": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		_, err := r.ConfirmFor(t.Context(), who, team, cardID, read[ask](t, text).User)
		return err
	},
	// A new card is written from its parts: nothing of the text passes unread.
	"create": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		c := read[graph.TimeCard](t, text)
		_, err := r.CreateCard(t.Context(), who, team, graph.TimeCard{
			UserID: c.UserID, ClockIn: part(c.ClockIn), ClockOut: part(c.ClockOut), Notes: c.Notes,
		})
		return err
	},
	// A card is replaced as one does it: read, changed, written.
	"replace": func(r *rig, t *testing.T, who graph.Caller, text []byte) error {
		c := read[graph.TimeCard](t, text)
		card, err := r.Card(t.Context(), who, team, cardID)
		if err != nil {
			return err
		}
		card.State, card.Notes, card.Breaks = c.State, c.Notes, c.Breaks
		change(card.ClockIn, c.ClockIn)
		change(card.ClockOut, c.ClockOut)
		_, err = r.ReplaceCard(t.Context(), who, team, card)
		return err
	},
}

func read[T any](t *testing.T, text []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// part is a new event with what an old one says.
func part(e *graph.Event) *graph.Event {
	return &graph.Event{DateTime: e.DateTime, Approved: e.Approved, Notes: e.Notes}
}

func change(e, to *graph.Event) { e.DateTime, e.Approved, e.Notes = to.DateTime, to.Approved, to.Notes }

// departs are the places where the client sends what a document does not show,
// or does not send what it shows, with the reason.
var departs = map[string]map[string]string{
	"v1.0/replace-request.json": wholeCard(map[string]string{
		"breaks":                "an empty list",
		"clockInEvent/dateTime": "written with milliseconds", "clockOutEvent/dateTime": "written with milliseconds",
	}),
	"beta/replace-request.json": wholeCard(map[string]string{
		"clockInEvent/isAtApprovedLocation": "both names were read", "clockOutEvent/isAtApprovedLocation": "both names were read",
	}),
	"beta/clockIn-request.json":    spelt,
	"beta/clockOut-request.json":   spelt,
	"beta/startBreak-request.json": spelt,
	"beta/endBreak-request.json":   spelt,
}

var spelt = map[string]string{
	"atAprovedLocation":    "misspelt, and passed over by the service",
	"isAtApprovedLocation": "the name that is to stay",
}

// wholeCard adds what is sent because a card is written back as it was read.
func wholeCard(own map[string]string) map[string]string {
	for _, name := range []string{
		"id", "confirmedBy", "createdBy", "createdDateTime", "lastModifiedBy", "lastModifiedDateTime", "originalEntry",
	} {
		if own[name] == "" {
			own[name] = "a card is written back as it was read"
		}
	}
	return own
}

// TestClientSendsWhatIsDocumented makes the call that each documented request
// is an example of. The body sent equals the example but for the listed places.
func TestClientSendsWhatIsDocumented(t *testing.T) {
	for _, e := range examples(t, "request.json") {
		t.Run(e.file, func(t *testing.T) {
			r := newRig(t, e.version, noon)
			person, who := alice, as(alice)
			if e.version == "beta" {
				person, who = jing, as(jing)
			}
			if e.op == "confirmForUser" {
				person, who = alice, as("app")
			}
			if state := before[e.op].state; state != "" {
				r.seed(t, person, state)
			}
			if e.op == "confirmForUser" {
				who.User = alice
			}
			if calls[e.op] == nil {
				t.Fatal("the client makes no such call")
			}
			if err := calls[e.op](r, t, who, e.text); err != nil {
				t.Fatal(err)
			}
			sent := r.last(e.page.Method)
			if sent.path != e.path(cardID) || sent.status != e.page.Status {
				t.Errorf("%s %s was answered %d; documented is %s %d", sent.method, sent.path, sent.status, e.path(cardID), e.page.Status)
			}
			got, want := leaves(parse(t, sent.body), "breaks"), leaves(parse(t, e.text), "breaks")
			why := departs[e.file]
			used := map[string]bool{}
			for place := range union(got, want) {
				g, sends := got[place]
				w, shows := want[place]
				if sends == shows && reflect.DeepEqual(g, w) {
					continue
				}
				row, ok := reason(why, place)
				if used[row] = true; !ok {
					t.Errorf("%s is sent as %v (%v), documented %v (%v)", place, g, sends, w, shows)
				}
			}
			for row := range why {
				if !used[row] {
					t.Errorf("%s is listed to depart and does not", row)
				}
			}
		})
	}
}

// reason finds the listed place that is, or holds, the given one.
func reason(why map[string]string, place string) (string, bool) {
	for row := range why {
		if place == row || strings.HasPrefix(place, row+"/") {
			return row, true
		}
	}
	return "", false
}

// leaves gives every value that is no object by its place; a list is one value
// where whole names it, else its items are places.
func leaves(v any, whole ...string) map[string]any {
	all := map[string]any{}
	var walk func(any, string)
	walk = func(v any, at string) {
		if o, ok := v.(map[string]any); ok && !slices.Contains(whole, at) {
			for name, inner := range o {
				walk(inner, strings.TrimPrefix(at+"/"+name, "/"))
			}
			return
		}
		all[at] = v
	}
	walk(v, "")
	return all
}

func union(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

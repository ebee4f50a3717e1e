package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/sandbox/tenant"
)

// The people of the documented payloads, by the ids they have there.
const (
	alice  = "d56f3e8a-2b0f-42b1-88b9-e2dbd12a34d2" // owns the team
	bert   = "3f29c8e7-7a41-4d8e-99d6-2b1f76c9421e"
	jing   = "70e47528-2fae-42b5-9d8e-ee73ccd90603"
	dwight = "a3601044-a1b5-438e-b742-f78d01d68a67"
	team   = "31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1"
	cardID = "TCK_18aeaf79-71c3-44a5-8a6c-236d25d0f726"
)

// rig is a Graph of the sandbox in which the documented people work, and a
// client of it.
type rig struct {
	*graph.Client
	box *tenant.Tenant
	url string
	now time.Time

	mu   sync.Mutex
	sent []sentRequest
}

// sentRequest is a request that reached the rig, and what it was answered.
type sentRequest struct {
	method, path string
	body         []byte
	status       int
}

// last gives the last request of a method.
func (r *rig) last(method string) sentRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range slices.Backward(r.sent) {
		if s.method == method {
			return s
		}
	}
	return sentRequest{}
}

// newRig starts a rig whose time stands at now; api is the client's version.
func newRig(t testing.TB, api string, now time.Time) *rig {
	t.Helper()
	r := &rig{now: now}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		q.Body = io.NopCloser(bytes.NewReader(body))
		seen := httptest.NewRecorder()
		handler.ServeHTTP(seen, q)
		r.mu.Lock()
		r.sent = append(r.sent, sentRequest{q.Method, q.URL.Path, body, seen.Code})
		r.mu.Unlock()
		for name, values := range seen.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(seen.Code)
		w.Write(seen.Body.Bytes())
	}))
	var err error
	r.url = server.URL
	r.box, err = tenant.Open(tenant.Config{URL: server.URL, Verify: believe, Directory: staff(), Now: func() time.Time { return r.now }})
	if err != nil {
		t.Fatal(err)
	}
	handler = r.box
	if r.Client, err = graph.New(graph.Config{Root: server.URL, API: api, Budget: unlimited{}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.box.Close(); server.Close() })
	return r
}

func staff() tenant.Directory {
	return tenant.Directory{
		People: []tenant.Person{
			{ID: alice, Login: "alice@example.com", Name: "Alice Bradford", Photo: true}, {ID: bert, Login: "bert@example.com", Name: "Bert Ruiz"},
			{ID: jing, Login: "jing@example.com", Name: "Jing Jing GuTwo"}, {ID: dwight, Login: "dwight@example.com", Name: "Dwight Schrute"},
			{ID: mara, Login: "mara@example.com", Name: "Mara Lindt"}, {ID: ines, Login: "ines@example.com", Name: "Ines Roth"},
		},
		Teams: []tenant.Team{{
			ID: team, Name: "Bakery", Schedule: &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: true},
			Members: []tenant.Member{{Person: alice, Owner: true}, {Person: bert}, {Person: jing}, {Person: dwight}, {Person: mara}, {Person: ines, Owner: true}},
		}},
	}
}

// believe takes the words of a token as they are: the person, or "app". Both
// have what the client's table asks for, and no more.
func believe(_ context.Context, token string) (tenant.Caller, error) {
	var scopes, roles []string
	for _, o := range graph.Operations() {
		scopes, roles = append(scopes, o.Permission), append(roles, o.Role)
	}
	switch token {
	case "":
		return tenant.Caller{}, errors.New("no token")
	case "app":
		return tenant.Caller{App: "c1", AppName: "Timeclock", Roles: roles}, nil
	}
	return tenant.Caller{Object: token, Scopes: scopes}, nil
}

// as is a caller with a token of a person's own.
func as(person string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return person, nil })
}

// unlimited is a Budget without limits.
type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

// seed puts a card of a person's into the rig: begun two hours ago, on a break
// since one hour, or ended one hour ago.
func (r *rig) seed(t testing.TB, person string, state tenant.State) string {
	t.Helper()
	in, later := r.now.Add(-2*time.Hour), r.now.Add(-time.Hour)
	by := tenant.Identity{ID: person, Name: "somebody"}
	c := tenant.Card{
		ID: cardID, Team: team, Person: person, Created: in, CreatedBy: by, Modified: later, ModifiedBy: by,
		In: &tenant.Event{At: in}, Original: tenant.Entry{In: &tenant.Event{At: in}},
	}
	switch state {
	case tenant.OnBreak:
		c.Breaks = []tenant.Break{{ID: "BRK_1", Start: tenant.Event{At: later}}}
	case tenant.ClockedOut:
		c.Out = &tenant.Event{At: later}
	}
	if err := r.box.Seed([]tenant.Card{c}, nil); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// send makes a request of its own, as it stands in a document.
func (r *rig) send(t testing.TB, token, method, path string, body []byte) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, text
}

// card reads the card as a version of Graph shows it.
func (r *rig) card(t testing.TB, version, id string) any {
	t.Helper()
	code, text := r.send(t, alice, "GET", "/"+version+"/teams/"+team+"/schedule/timeCards/"+id, nil)
	if code != http.StatusOK {
		t.Fatalf("read card %s: %d %s", id, code, text)
	}
	return parse(t, text)
}

// parse reads JSON into maps and slices, numbers letter for letter.
func parse(t testing.TB, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// member walks down a path such as "breaks/0/start"; nil where it ends early.
func member(v any, path string) any {
	for step := range strings.SplitSeq(path, "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i := 0
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// missing tells where got does not have what want has. Times are compared as
// such; members that only got has are not looked at, and neither are those of
// want whose names are passed over.
func missing(got, want any, at string, pass ...string) []string {
	var all []string
	switch want := want.(type) {
	case map[string]any:
		has, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, want an object", at, got)}
		}
		for name, inner := range want {
			if !slices.Contains(pass, name) {
				all = append(all, missing(has[name], inner, at+"/"+name, pass...)...)
			}
		}
	case []any:
		has, ok := got.([]any)
		if !ok || len(has) != len(want) {
			return []string{fmt.Sprintf("%s is %v, want %d items", at, got, len(want))}
		}
		for i := range want {
			all = append(all, missing(has[i], want[i], fmt.Sprintf("%s/%d", at, i), pass...)...)
		}
	default:
		if !reflect.DeepEqual(got, want) && !sameTime(got, want) {
			return []string{fmt.Sprintf("%s is %v, want %v", at, got, want)}
		}
	}
	return all
}

func sameTime(a, b any) bool {
	x, err := time.Parse(time.RFC3339Nano, fmt.Sprint(a))
	y, err2 := time.Parse(time.RFC3339Nano, fmt.Sprint(b))
	return err == nil && err2 == nil && x.Equal(y)
}

// instant reads a time.
func instant(t testing.TB, text any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(text))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// clockOf is a time of the wire as the domain has it.
func clockOf(s graph.Stamp) clock.Instant { return clock.Instant(s) }

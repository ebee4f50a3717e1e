package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

func TestMe(t *testing.T) {
	r := newRig(t)
	var me wire.Me
	if got := r.signIn(anna, anna).call("GET", wire.PathMe, nil, &me); got.code() != "" {
		t.Fatalf("me: %s", got.body)
	}
	if me.Person.ID != "tenant."+anna || me.Person.Name == "" || len(me.Teams) != 3 || me.Version != "v-test" ||
		me.Expires <= me.Now || time.Since(me.Now.Time()).Abs() > time.Minute {
		t.Errorf("me = %+v", me)
	}
}

func TestClock(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	v.call("POST", wire.PathPunches, press(cafe, clock.ClockIn), nil)
	var c wire.Clock
	if got := v.call("GET", wire.PathClock, nil, &c); got.code() != "" || c.Team != cafe || len(c.Cards) != 1 || c.Stale != "" || c.AsOf == 0 || c.Shifts == nil || c.Waiting == nil {
		t.Errorf("the clock of the only team with one: %s", got.body)
	}
	if c.Cards[0].Person != anna {
		t.Errorf("Anna is shown a card of %s", c.Cards[0].Person)
	}
	for path, want := range map[string]wire.Code{
		wire.PathClock + "?team=" + bakery:       wire.CodeTeamUnknown,
		wire.PathClock + "?team=" + office:       wire.CodeNoTimeClock,
		wire.PathClock + "?team=" + club:         wire.CodeNoSchedule,
		wire.PathClock + "?team=..%2Fme":         wire.CodeMalformed,
		wire.PathClock + "?team=a%20b":           wire.CodeMalformed,
		wire.PathClock + "?team=" + long(101):    wire.CodeMalformed,
		wire.PathClock + "?team=" + cafe:         "",
		wire.PathClock + "?fresh=1&team=" + cafe: "",
	} {
		if got := v.call("GET", path, nil, nil); got.code() != want {
			t.Errorf("GET %s: %q, want %q", path, got.code(), want)
		}
	}
	var bens wire.Clock
	if r.signIn(ben, ben).call("GET", wire.PathClock, nil, &bens); bens.Team != "" || len(bens.Cards) != 0 {
		t.Errorf("with two teams and none named, the clock is of %q with %d cards", bens.Team, len(bens.Cards))
	}
}

func long(n int) string { return strings.Repeat("a", n) }

func TestClockWhileGraphFails(t *testing.T) {
	for _, tt := range []struct {
		status int
		want   wire.Code
	}{{503, wire.CodeGraphDown}, {504, wire.CodeGraphSlow}, {403, wire.CodeRefused}} {
		r := newRig(t)
		v := r.signIn(anna, anna)
		v.call("GET", wire.PathClock, nil, nil)
		r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: tt.status})
		var c wire.Clock
		if got := v.call("GET", wire.PathClock+"?fresh=1", nil, &c); got.code() != "" || c.Stale != tt.want || c.AsOf == 0 {
			t.Errorf("while cards answer %d: %s; want 200, stale by %s", tt.status, got.body, tt.want)
		}
	}
	r := newRig(t)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListShifts, Status: 503})
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 503})
	var c wire.Clock
	if got := r.signIn(anna, anna).call("GET", wire.PathClock, nil, &c); got.code() != "" || c.ShiftsStale != wire.CodeGraphDown ||
		c.Stale != wire.CodeGraphDown || c.AsOf != 0 || c.Cards == nil || c.Shifts == nil || len(c.Me.Teams) != 3 {
		t.Errorf("with neither cards nor shifts: %s; want the clock all the same", got.body)
	}
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.JoinedTeams, Status: 429, RetryAfter: 9})
	if got := r.signIn(ben, ben).call("GET", wire.PathClock, nil, nil); got.code() != wire.CodeBusy {
		t.Errorf("with no teams known and Graph busy: %s", got.body)
	}
	if got := r.signIn(ben, "revoked").call("GET", wire.PathClock, nil, nil); got.code() != wire.CodeSignedOut {
		t.Errorf("with a token that Graph does not accept: %s", got.body)
	}
}

func TestCards(t *testing.T) {
	r := newRig(t)
	day := func(n int) time.Time { return time.Now().AddDate(0, 0, -n) }
	seeded := func(id, person string, n int) tenant.Card {
		return tenant.Card{ID: id, Team: cafe, Person: person, Created: day(n), Modified: day(n), In: &tenant.Event{At: day(n)}, Out: &tenant.Event{At: day(n).Add(time.Hour)}}
	}
	if err := r.box.Seed([]tenant.Card{seeded("TCK_1", anna, 50), seeded("TCK_2", ben, 50), seeded("TCK_3", anna, 80)}, nil); err != nil {
		t.Fatal(err)
	}
	v := r.signIn(anna, anna)
	path := func(team string, from, to any) string {
		return fmt.Sprintf("%s?team=%s&from=%v&to=%v", wire.PathCards, team, from, to)
	}
	from, to := clock.At(day(60)), clock.At(day(40))
	var c wire.Cards
	if got := v.call("GET", path(cafe, from, to), nil, &c); got.code() != "" || len(c.Cards) != 1 || c.Cards[0].ID != "TCK_1" ||
		c.Team != cafe || c.From != from || c.To != to || c.AsOf == 0 {
		t.Errorf("cards: %s; want Anna's one", got.body)
	}
	if got := v.call("GET", path(cafe, 1, 2), nil, &c); got.code() != "" || !strings.Contains(string(got.body), `"cards":[]`) {
		t.Errorf("no cards: %s; want an empty list", got.body)
	}
	for _, bad := range []string{
		path(cafe, "", to), path(cafe, from, ""), path(cafe, "x", to), path(cafe, to, from), path(cafe, from, from), path(cafe, -1, to),
		path(cafe, 0, 101*24*clock.Hour), path("", from, to), wire.PathCards,
	} {
		if got := v.call("GET", bad, nil, nil); got.code() != wire.CodeMalformed {
			t.Errorf("GET %s: %s, want %s", bad, got.body, wire.CodeMalformed)
		}
	}
	if got := v.call("GET", path(bakery, from, to), nil, nil); got.code() != wire.CodeTeamUnknown {
		t.Errorf("cards of another's team: %s", got.body)
	}
	r.breaks(tenant.Fault{Do: tenant.Throttle, Op: tenant.List, RetryAfter: 30})
	if got := v.call("GET", path(cafe, from, to), nil, nil); got.code() != wire.CodeBusy || got.Header.Get("Retry-After") != "30" ||
		!strings.Contains(string(got.body), `"retryAfter":30`) {
		t.Errorf("while Graph is busy: %v %s; want the time to wait in both places", got.Header, got.body)
	}
}

// routes are all calls there are.
var routes = []struct{ method, path string }{
	{"GET", wire.PathMe}, {"GET", wire.PathClock}, {"GET", wire.PathCards}, {"POST", wire.PathPunches},
	{"GET", wire.PathPunches + "/id"}, {"GET", wire.PathEvents}, {"GET", wire.PathConflicts}, {"GET", wire.PathReport},
	{"GET", wire.PathReportFile}, {"GET", wire.PathMyReport}, {"GET", "/api/nothing"},
}

// TestOnlyOwnPagesMayCall is the matrix of what browsers say of a request.
func TestOnlyOwnPagesMayCall(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	for _, route := range routes {
		for _, header := range []string{"", "0", "1"} {
			for _, site := range []string{"", "same-origin", "same-site", "cross-site", "none"} {
				for _, mode := range []string{"", "cors", "navigate"} {
					v.header = http.Header{}
					for name, value := range map[string]string{wire.Header: header, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode} {
						if value != "" {
							v.header.Set(name, value)
						}
					}
					allowed := header == "1" && (site == "" || site == "same-origin") && mode != "navigate"
					if allowed && route.path == wire.PathEvents {
						continue // a stream does not end by itself
					}
					if got := v.call(route.method, route.path, nil, nil); allowed == (got.code() == wire.CodeCrossSite) {
						t.Errorf("%s %s with header %q, site %q, mode %q: %d %q", route.method, route.path, header, site, mode, got.StatusCode, got.code())
					}
				}
			}
		}
	}
}

func TestEveryCallNeedsASession(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	signedIn := v.cookie
	forged := *signedIn
	forged.Value = "x" + forged.Value[1:]
	for name, cookie := range map[string]*http.Cookie{"no cookie": nil, "a forged cookie": &forged} {
		v.cookie = cookie
		for _, route := range routes {
			if got := v.call(route.method, route.path, nil, nil); got.code() != wire.CodeSignedOut || got.StatusCode != 401 {
				t.Errorf("%s %s with %s: %d %q", route.method, route.path, name, got.StatusCode, got.code())
			}
		}
	}
	v.cookie = signedIn
	r.people.Close()
	for _, route := range routes {
		if got := v.call(route.method, route.path, nil, nil); got.code() != wire.CodeStore || got.StatusCode != 503 {
			t.Errorf("%s %s while sessions cannot be read: %d %q", route.method, route.path, got.StatusCode, got.code())
		}
	}
}

func TestWrongMethodsAndPaths(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	for _, route := range routes[:10] {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
			if method == route.method {
				continue
			}
			if got := v.call(method, route.path, nil, nil); got.code() != wire.CodeMethod || got.Header.Get("Allow") != route.method {
				t.Errorf("%s %s: %d %q, Allow %q", method, route.path, got.StatusCode, got.code(), got.Header.Get("Allow"))
			}
		}
	}
	for _, path := range []string{"/api/", "/api/me/", "/api/punches/a/b", "/api/teams"} {
		if got := v.call("GET", path, nil, nil); got.code() != wire.CodeNotFound {
			t.Errorf("GET %s: %d %q, want %s", path, got.StatusCode, got.code(), wire.CodeNotFound)
		}
	}
}

// TestTheDatabaseFails: every call says so, and none takes it for emptiness.
func TestTheDatabaseFails(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	v.call("GET", wire.PathMe, nil, nil)
	r.db.Close()
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"GET", wire.PathMe, nil}, {"GET", wire.PathClock, nil}, {"POST", wire.PathPunches, press(cafe, clock.ClockIn)},
		{"GET", wire.PathPunches + "/0192e4a0-0000-7000-8000-000000000000", nil},
	} {
		if got := v.call(call.method, call.path, call.body, nil); got.code() != wire.CodeStore || strings.Contains(string(got.body), "sql") {
			t.Errorf("%s %s: %d %s; want %s, and nothing of the inside told", call.method, call.path, got.StatusCode, got.body, wire.CodeStore)
		}
	}
}

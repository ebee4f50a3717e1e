package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/auth"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

func TestADayOverTheWire(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := visit(t, b).signIn(sandbox.Anna)
	oid := b.Sandbox.Person(sandbox.Anna).OID
	c := anna.clock("")
	if c.Team != sandbox.HarbourCafe || c.Me.Person.Name != "Anna Lindqvist" || len(c.Cards) < 10 || c.AsOf == 0 || c.Stale != "" {
		t.Fatalf("the clock opens with team %q, %q, %d cards as of %d (%s)", c.Team, c.Me.Person.Name, len(c.Cards), c.AsOf, c.Stale)
	}
	if got := clock.StateOf(c.Cards); got != clock.Out {
		t.Fatalf("the day begins %s", got)
	}
	if len(c.Shifts) == 0 {
		t.Error("no shift around today")
	}
	const note = "bus was late"
	begun := clock.At(time.Now())
	for _, k := range []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.StartBreak, clock.ClockOut} {
		p := punch(c.Team, k)
		if k == clock.ClockIn {
			p.Note = note
		}
		r := anna.press(p)
		if r.Status != wire.Delivered || r.Recorded.Sub(p.At).Abs() > 5*clock.Second || r.Card == "" {
			t.Errorf("%s became %+v", p.Kind, r)
		}
		if again := anna.press(p); again != r {
			t.Errorf("%s sent again answers %+v, want %+v", p.Kind, again, r)
		}
	}
	wantEffects(t, b, oid, "clockIn", "startBreak", "endBreak", "startBreak", "endBreak", "clockOut")
	after := anna.clock("")
	if got := len(after.Cards); got != len(c.Cards)+1 || clock.StateOf(after.Cards) != clock.Out || len(after.Waiting) != 0 {
		t.Errorf("afterwards %d cards, %s, %d waiting", got, clock.StateOf(after.Cards), len(after.Waiting))
	}
	for _, card := range after.Cards {
		if card.In != nil && card.In.At >= begun-1000 && card.In.Note != note {
			t.Errorf("the note is %q, want %q", card.In.Note, note)
		}
	}
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var anna *visitor
	var at, tenantAt string // a tenant that moved would be another one
	t.Run("first run", func(t *testing.T) {
		b := open(t, dir)
		at, tenantAt = b.listener.Addr().String(), strings.TrimPrefix(b.Sandbox.Origin, "http://")
		anna = visit(t, b).signIn(sandbox.Anna)
		if r := anna.press(punch(sandbox.HarbourCafe, clock.ClockIn)); r.Status != wire.Delivered {
			t.Fatalf("clock in: %+v", r)
		}
	})
	if t.Failed() {
		return
	}
	t.Run("second run", func(t *testing.T) {
		b := openAt(t, dir, at, tenantAt)
		anna.t, anna.box = t, b
		if got := clock.StateOf(anna.clock("").Cards); got != clock.In {
			t.Errorf("after a restart the person is %s, want %s", got, clock.In)
		}
		if r := anna.press(punch(sandbox.HarbourCafe, clock.ClockOut)); r.Status != wire.Delivered {
			t.Errorf("clock out: %+v", r)
		}
	})
}

func TestBadInputHasACode(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna, noor := visit(t, b).signIn(sandbox.Anna), visit(t, b).signIn(sandbox.Noor)
	body := func(change func(*wire.Punch)) wire.Punch {
		p := punch(sandbox.HarbourCafe, clock.ClockIn)
		change(&p)
		return p
	}
	rows := []struct {
		name   string
		who    *visitor
		method string
		path   string
		body   any
		code   wire.Code
	}{
		{"signed out", visit(t, b), "GET", wire.PathClock, nil, wire.CodeSignedOut},
		{"signed out, pressing", visit(t, b), "POST", wire.PathPunches, punch(sandbox.HarbourCafe, clock.ClockIn), wire.CodeSignedOut},
		{"no JSON", anna, "POST", wire.PathPunches, "{", wire.CodeMalformed},
		{"no id", anna, "POST", wire.PathPunches, body(func(p *wire.Punch) { p.ID = "" }), wire.CodeMalformed},
		{"a toggle", anna, "POST", wire.PathPunches, body(func(p *wire.Punch) { p.Kind = "toggle" }), wire.CodeMalformed},
		{"no time", anna, "POST", wire.PathPunches, body(func(p *wire.Punch) { p.At = 0 }), wire.CodeMalformed},
		{"a long note", anna, "POST", wire.PathPunches, body(func(p *wire.Punch) { p.Note = strings.Repeat("é", 501) }), wire.CodeMalformed},
		{"a huge body", anna, "POST", wire.PathPunches, body(func(p *wire.Punch) { p.Note = strings.Repeat("x", 20_000) }), wire.CodeTooLarge},
		{"somebody else's team", anna, "POST", wire.PathPunches, punch(sandbox.NightBakery, clock.ClockIn), wire.CodeTeamUnknown},
		{"a team that is none", anna, "GET", wire.PathClock + "?team=nothing", nil, wire.CodeTeamUnknown},
		{"a team's path", anna, "GET", wire.PathClock + "?team=../me", nil, wire.CodeMalformed},
		{"a team without a time clock", noor, "POST", wire.PathPunches, punch(sandbox.FrontOffice, clock.ClockIn), wire.CodeNoTimeClock},
		{"no such call", anna, "GET", "/api/nothing", nil, wire.CodeNotFound},
		{"no such receipt", anna, "GET", wire.PathPunches + "/0", nil, wire.CodeNotFound},
		{"wrong method", anna, "POST", wire.PathMe, nil, wire.CodeMethod},
		{"a year of cards", anna, "GET", wire.PathCards + "?team=" + sandbox.HarbourCafe + "&from=0&to=31536000000", nil, wire.CodeMalformed},
		{"a crooked path", anna, "GET", "/api/%2e%2e/me", nil, wire.CodeNotFound},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			row.who.t = t
			status, p := row.who.call(row.method, row.path, row.body, nil)
			if p == nil || p.Code != row.code || status != wire.StatusOf(row.code) || p.RequestID == "" && row.name != "a crooked path" {
				t.Errorf("answered %d %+v, want %s", status, p, row.code)
			}
		})
	}
	wantEffects(t, b, b.Sandbox.Person(sandbox.Anna).OID)
	wantEffects(t, b, b.Sandbox.Person(sandbox.Noor).OID)
}

// A tab that was left open for one person, on a computer where another has
// signed in since.
func TestAPressIsNotSentAsSomebodyElses(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna, maja := visit(t, b).signIn(sandbox.Anna), visit(t, b).signIn(sandbox.Maja)
	maja.as = anna.clock("").Me.Person.ID
	status, p := maja.call("POST", wire.PathPunches, punch(sandbox.HarbourCafe, clock.ClockIn), nil)
	if status != http.StatusUnauthorized || p.Code != wire.CodeSignedOut {
		t.Errorf("Anna's press in Maja's session answered %d %+v, want 401 signed_out", status, p)
	}
	maja.as = maja.clock("").Me.Person.ID
	if r := maja.press(punch(sandbox.HarbourCafe, clock.ClockIn)); r.Status != wire.Delivered {
		t.Errorf("Maja's own press became %+v", r)
	}
	wantEffects(t, b, b.Sandbox.Person(sandbox.Anna).OID)
	wantEffects(t, b, b.Sandbox.Person(sandbox.Maja).OID, "clockIn")
}

func TestCallsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := visit(t, b).signIn(sandbox.Anna)
	for name, change := range map[string]func(http.Header){
		"no static header":     func(h http.Header) { h.Del(wire.Header) },
		"another site":         func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"a sister's site":      func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"a navigation":         func(h http.Header) { h.Set("Sec-Fetch-Mode", "navigate") },
		"the origin of others": func(h http.Header) { h.Set("Origin", "https://evil.example") },
	} {
		for _, method := range []string{"GET", "POST"} {
			if method == "GET" && name == "the origin of others" {
				continue // a GET changes nothing, and its answer cannot be read from there
			}
			path := map[string]string{"GET": wire.PathMe, "POST": wire.PathPunches}[method]
			r, _ := http.NewRequest(method, b.URL+path, strings.NewReader("{}"))
			r.Header.Set(wire.Header, wire.HeaderValue)
			change(r.Header)
			answer, err := anna.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %s answered %s, want 403", method, name, answer.Status)
			}
		}
	}
}

func TestPressesInBadWeather(t *testing.T) {
	for _, fault := range []tenant.Fault{
		{Do: tenant.Throttle, RetryAfter: 1, Times: 1},
		{Do: tenant.FailBefore, Times: 1},
		{Do: tenant.FailAfter, Times: 1},
		{Do: tenant.CutBefore, Times: 1},
		{Do: tenant.CutAfter, Times: 1},
		{Do: tenant.SlowAfter, DelayMS: 4000, Times: 1},
		{Do: tenant.Body, Times: 1},
	} {
		t.Run(string(fault.Do), func(t *testing.T) {
			t.Parallel()
			b := open(t, t.TempDir())
			oid := b.Sandbox.Person(sandbox.Anna).OID
			anna := visit(t, b).signIn(sandbox.Anna)
			anna.clock("")
			for _, op := range []tenant.Op{"clockIn", "startBreak"} {
				f := fault
				f.Op = op
				if _, err := b.Sandbox.Tenant.Misbehave(f); err != nil {
					t.Fatal(err)
				}
			}
			for _, k := range []clock.Kind{clock.ClockIn, clock.StartBreak, clock.ClockOut} {
				begun := time.Now()
				p := punch(sandbox.HarbourCafe, k)
				if r := anna.press(p); r.Status != wire.Delivered || r.Recorded.Sub(p.At).Abs() > 5*clock.Second {
					t.Errorf("%s became %+v after %s", k, r, time.Since(begun))
				}
			}
			cards := b.Sandbox.Tenant.Cards(sandbox.HarbourCafe)
			stamps := 0
			for _, c := range cards {
				if c.Person == oid && c.Created.After(time.Now().Add(-5*time.Minute)) {
					stamps += 2 + 2*len(c.Breaks)
				}
			}
			if stamps != 4 {
				t.Errorf("%d stamps on today's card, want in, break, back, out: %v", stamps, b.effects(oid))
			}
		})
	}
}

// Whoever signs out at the provider is signed out here too, and led back.
func TestASignOutAtTheProviderIsHeard(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := visit(t, b).signIn(sandbox.Anna)
	var me wire.Me
	if _, problem := anna.call("GET", wire.PathMe, nil, &me); problem != nil {
		t.Fatal(problem)
	}
	answer, err := anna.http.Get(b.Sandbox.Origin + b.Sandbox.Provider.Prefix() + "oauth2/v2.0/logout?" + url.Values{
		"client_id": {b.Sandbox.ClientID}, "post_logout_redirect_uri": {b.URL + "/"},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page := read(t, answer.Body)
	if back := answer.Header.Get("Refresh"); back != "0; url="+b.URL+"/" || !strings.Contains(page, `<iframe src="`+b.URL+auth.PathFrontChannel) {
		t.Errorf("the provider's last page goes on with %q and is\n%s", back, page)
	}
	if _, problem := anna.call("GET", wire.PathMe, nil, nil); problem == nil || problem.Code != wire.CodeSignedOut {
		t.Errorf("afterwards: %+v, want signed_out", problem)
	}
}

// On a shared computer people sign out seconds after pressing, whatever Graph
// is doing at that moment.
func TestAPressIsDeliveredAfterItsPersonSignedOut(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := visit(t, b).signIn(sandbox.Anna)
	anna.clock("")
	b.misbehave(t, tenant.Fault{Do: tenant.FailBefore, Status: http.StatusServiceUnavailable})
	p := punch(sandbox.HarbourCafe, clock.ClockIn)
	if status, problem := anna.call("POST", wire.PathPunches, p, nil); status != http.StatusAccepted {
		t.Fatalf("pressed while Graph is down: %d %+v, want 202", status, problem)
	}
	var out wire.SignedOut
	if _, problem := anna.call("POST", wire.PathLogout, nil, &out); problem != nil {
		t.Fatal(problem)
	}
	if _, problem := anna.call("GET", wire.PathMe, nil, nil); problem == nil || problem.Code != wire.CodeSignedOut {
		t.Fatalf("after signing out: %+v, want signed_out", problem)
	}
	b.Sandbox.Tenant.Mend("")
	for deadline := time.Now().Add(90 * time.Second); len(b.effects(oidOf(b, sandbox.Anna))) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the press was not delivered")
		}
	}
	if in := b.lastCard(sandbox.Anna).In.At; in.Sub(p.At.Time()).Abs() > 5*time.Second {
		t.Errorf("pressed at %s, recorded at %s", p.At.Time(), in)
	}
	if n := len(b.effects(oidOf(b, sandbox.Anna))); n != 1 {
		t.Errorf("%d changes of cards, want 1", n)
	}
}

package tenant_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

// TestThrottle holds Graph's published limits against a clock that a test
// turns.
func TestThrottle(t *testing.T) {
	g := open(t, func(c *tenant.Config) { c.Limits = tenant.Published() })
	burst := func(n int, token, method, path string) (passed int, last said) {
		for range n {
			if last = g.call(token, method, path, ""); last.status != http.StatusTooManyRequests {
				passed++
			}
		}
		return passed, last
	}
	passed, last := burst(6, worker, "GET", cards)
	if passed != 4 || last.header.Get("Retry-After") != "1" {
		t.Errorf("%d of 6 calls passed, Retry-After %q, want 4 and 1", passed, last.header.Get("Retry-After"))
	}
	if code, _, _ := last.problem(t); code != "TooManyRequests" {
		t.Errorf("code = %s, want TooManyRequests", code)
	}
	if inner := last.body["error"].(map[string]any)["innerError"].(map[string]any); inner["code"] != "429" {
		t.Errorf("innerError = %v, want code 429", inner)
	}
	if n, _ := burst(1, other, "GET", "teams/"+cafe+"/members"); n != 0 {
		t.Error("another person's call to the same team passed")
	}
	if n, _ := burst(5, worker, "GET", "teams/"+strings.ToUpper(bakery)+"/schedule"); n != 4 {
		t.Errorf("another team let %d of 5 pass, want 4", n)
	}
	g.clock.advance(500 * time.Millisecond)
	if n, _ := burst(4, worker, "GET", cards); n != 2 {
		t.Errorf("half a second later %d of 4 passed, want 2", n)
	}
	g.clock.advance(time.Hour)
	if n, _ := burst(6, worker, "GET", cards); n != 4 {
		t.Errorf("an hour later %d of 6 passed, want 4", n)
	}
	if n, _ := burst(40, worker, "GET", "me/joinedTeams"); n != 30 {
		t.Errorf("%d of 40 joinedTeams passed, want 30", n)
	}

	g.SetLimits(tenant.Limits{Read: 3, Write: 2, Delete: 1})
	for method, want := range map[string]int{"GET": 3, "PUT": 2, "DELETE": 1} {
		if n, _ := burst(5, worker, method, cards+"/TCK_0"); n != want {
			t.Errorf("%d of 5 %s passed, want %d", n, method, want)
		}
	}
	g.SetLimits(tenant.Limits{})
	if n, _ := burst(50, worker, "GET", cards); n != 50 {
		t.Errorf("%d of 50 passed without limits", n)
	}
}

// TestFaults breaks a clock-in in every way and looks whether it took effect.
func TestFaults(t *testing.T) {
	for _, row := range []struct {
		fault  tenant.Fault
		status int // 0: the connection is cut
		effect bool
	}{
		{tenant.Fault{Do: tenant.SlowBefore, DelayMS: 20}, 201, true},
		{tenant.Fault{Do: tenant.SlowAfter, DelayMS: 20}, 201, true},
		{tenant.Fault{Do: tenant.Throttle, RetryAfter: 7}, 429, false},
		{tenant.Fault{Do: tenant.FailBefore}, 500, false},
		{tenant.Fault{Do: tenant.FailBefore, Status: 503}, 503, false},
		{tenant.Fault{Do: tenant.FailAfter}, 500, true},
		{tenant.Fault{Do: tenant.FailAfter, Status: 504}, 504, true},
		{tenant.Fault{Do: tenant.CutBefore}, 0, false},
		{tenant.Fault{Do: tenant.CutAfter}, 0, true},
		{tenant.Fault{Do: tenant.CutThenEffect, DelayMS: 1}, 0, true},
		{tenant.Fault{Do: tenant.Body}, 201, true},
	} {
		t.Run(string(row.fault.Do), func(t *testing.T) {
			g := open(t, nil)
			row.fault.Person, row.fault.Op, row.fault.Times = worker, tenant.ClockIn, 1
			if _, err := g.Misbehave(row.fault); err != nil {
				t.Fatal(err)
			}
			g.must(201, other, "POST", cards+"/clockIn", "") // another person is spared
			g.must(200, worker, "GET", cards, "")            // and so is another operation
			began := time.Now()
			s, err := g.try(worker, "POST", cards+"/clockIn", "")
			if cut := err != nil; cut != (row.status == 0) || s.status != row.status {
				t.Fatalf("answer = %d %s, error %v, want %d", s.status, s.text, err, row.status)
			}
			if took := time.Since(began); row.status != 0 && took < time.Duration(row.fault.DelayMS)*time.Millisecond {
				t.Errorf("answered in %v, want at least %d ms", took, row.fault.DelayMS)
			}
			if row.status == 429 && s.header.Get("Retry-After") != "7" {
				t.Errorf("Retry-After = %q, want 7", s.header.Get("Retry-After"))
			}
			want := 1
			if row.effect {
				want = 2
			}
			waitFor(t, func() bool { return len(g.Cards(cafe)) >= want && len(g.Effects()) >= want })
			if n := len(g.Cards(cafe)); n != want {
				t.Errorf("%d cards, want %d", n, want)
			}
			if left := g.Faults(); len(left) != 0 {
				t.Errorf("faults left: %v", left)
			}
			calls := g.Calls()
			if c := calls[2]; c.Person != worker || c.Op != tenant.ClockIn || c.Status != row.status || c.Fault != row.fault.Do {
				t.Errorf("call = %+v, want the clockIn with its fault", c)
			}
		})
	}
}

// waitFor gives what happens behind an answer a moment to happen.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Second); !done() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}

// TestEffectAfterCallerLeft: a caller that gives up does not stop the effect.
func TestEffectAfterCallerLeft(t *testing.T) {
	g := open(t, nil)
	g.Misbehave(tenant.Fault{Do: tenant.SlowBefore, DelayMS: 80, Times: 1})
	req, _ := http.NewRequestWithContext(t.Context(), "POST", g.url+"/v1.0/"+cards+"/clockIn", nil)
	req.Header.Set("Authorization", "Bearer "+worker)
	impatient := &http.Client{Timeout: 20 * time.Millisecond}
	if _, err := impatient.Do(req); err == nil {
		t.Fatal("the call was answered in time, want a timeout")
	}
	waitFor(t, func() bool { return len(g.Cards(cafe)) == 1 })
	if n := len(g.Cards(cafe)); n != 1 {
		t.Errorf("%d cards, want the one that came late", n)
	}
}

// TestBodyInsteadOf204 answers an action with the card.
func TestBodyInsteadOf204(t *testing.T) {
	g := open(t, nil)
	card := g.clockIn(worker)
	id, err := g.Misbehave(tenant.Fault{Do: tenant.Body})
	if err != nil {
		t.Fatal(err)
	}
	if s := g.must(200, worker, "POST", card+"/startBreak", ""); s.body["state"] != "onBreak" {
		t.Errorf("startBreak = %s, want the card on break", s.text)
	}
	g.Mend(id)
	g.must(204, worker, "POST", card+"/endBreak", "")
}

func TestFaultMustMakeSense(t *testing.T) {
	g := open(t, nil)
	for _, f := range []tenant.Fault{{}, {Do: "explode"}, {Do: tenant.CutAfter, Op: "dance"}, {Do: tenant.FailBefore, Status: 200},
		{Do: tenant.SlowAfter, DelayMS: -1}, {Do: tenant.CutAfter, Times: -1}} {
		if _, err := g.Misbehave(f); err == nil {
			t.Errorf("Misbehave(%+v): no error", f)
		}
	}
}

// TestControl works the tenant's own door.
func TestControl(t *testing.T) {
	g := open(t, nil)
	door := httptest.NewServer(g.Control())
	defer door.Close()
	knock := func(method, path, body string) (int, string) {
		req, _ := http.NewRequestWithContext(t.Context(), method, door.URL+path, strings.NewReader(body))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(text)
	}
	if status, text := knock("POST", "/sandbox/faults", `{"do":"failBefore","op":"clockIn","times":1}`); status != 201 || !strings.Contains(text, `"id": "1"`) {
		t.Fatalf("POST faults = %d %s", status, text)
	}
	for _, bad := range []string{`{"do":"nonsense"}`, `{`, ``} {
		if status, text := knock("POST", "/sandbox/faults", bad); status != 400 {
			t.Errorf("POST faults %q = %d %s, want 400", bad, status, text)
		}
	}
	g.must(500, worker, "POST", cards+"/clockIn", "")
	g.must(201, worker, "POST", cards+"/clockIn", "")
	_, text := knock("GET", "/sandbox/calls", "")
	var calls []tenant.Call
	if err := json.Unmarshal([]byte(text), &calls); err != nil || len(calls) != 2 {
		t.Fatalf("GET calls = %s (%v), want two", text, err)
	}
	if e := calls[1].Effect; calls[0].Effect != nil || e == nil || e.Op != tenant.ClockIn || e.Person != worker ||
		!e.At.Equal(morning.Truncate(time.Millisecond)) {
		t.Errorf("calls = %s, want the effect on the second", text)
	}
	if _, text := knock("GET", "/sandbox/cards?team="+cafe, ""); !strings.Contains(text, `"state": "clockedIn"`) {
		t.Errorf("GET cards = %s, want the open card", text)
	}
	if _, text := knock("GET", "/sandbox/cards?team="+bakery, ""); strings.TrimSpace(text) != "[]" {
		t.Errorf("GET cards of another team = %s, want none", text)
	}
	knock("POST", "/sandbox/faults", `{"do":"cutAfter"}`)
	knock("DELETE", "/sandbox/faults", "")
	knock("DELETE", "/sandbox/calls", "")
	if _, text := knock("GET", "/sandbox/faults", ""); strings.TrimSpace(text) != "[]" {
		t.Errorf("faults after DELETE = %s, want none", text)
	}
	if n := len(g.Calls()); n != 0 {
		t.Errorf("%d calls after DELETE, want none", n)
	}
}

// TestSnapshot opens the tenant again at every step: what was answered is
// there, exactly.
func TestSnapshot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	g := open(t, func(c *tenant.Config) { c.Dir = dir })
	if !g.Fresh() {
		t.Error("a tenant without snapshot is not fresh")
	}
	check := func(step string) {
		t.Helper()
		again, err := tenant.Open(tenant.Config{Dir: dir, Verify: verify, Directory: directory()})
		if err != nil {
			t.Fatalf("%s: Open: %v", step, err)
		}
		defer again.Close()
		if got, want := again.Cards(""), g.Cards(""); again.Fresh() || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: kept %+v, want %+v", step, got, want)
		}
	}
	card := g.clockIn(worker)
	check("clockIn")
	for _, action := range []string{"startBreak", "endBreak", "clockOut", "confirm"} {
		g.must(204, worker, "POST", card+"/"+action, `{"isAtApprovedLocation":false,"notes":{"content":"x"}}`)
		check(action)
	}
	g.must(204, owner, "PUT", card, `{"clockInEvent":{"dateTime":"2025-01-07T08:00:00.123Z"}}`)
	check("replace")
	g.must(204, owner, "DELETE", card, "")
	check("delete")
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestUnwritable: an effect that cannot be kept does not happen.
func TestUnwritable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tenant")
	g := open(t, func(c *tenant.Config) { c.Dir = dir })
	card := g.clockIn(worker)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the folder was
		t.Fatal(err)
	}
	g.must(500, worker, "POST", card+"/clockOut", "")
	g.must(500, other, "POST", cards+"/clockIn", "")
	g.must(500, worker, "DELETE", card, "")
	if all := g.Cards(""); len(all) != 1 || all[0].State() != tenant.ClockedIn {
		t.Errorf("cards = %+v, want the one open card", all)
	}
	if n := len(g.Effects()); n != 1 {
		t.Errorf("%d effects, want 1", n)
	}
}

func TestBrokenSnapshot(t *testing.T) {
	for _, text := range []string{"{", `{"version":99}`} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "tenant.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := tenant.Open(tenant.Config{Dir: dir, Verify: verify}); err == nil || !strings.Contains(err.Error(), "tenant.json") {
			t.Errorf("Open with snapshot %q: %v, want an error that names the file", text, err)
		}
	}
}

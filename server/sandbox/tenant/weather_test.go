package tenant_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

// serve puts a handler on a port of its own.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// trouble sets a fault.
func (g *graph) trouble(f tenant.Fault) string {
	g.t.Helper()
	id, err := g.Misbehave(f)
	if err != nil {
		g.t.Fatalf("Misbehave(%+v): %v", f, err)
	}
	return id
}

// TestEffectAfterReads: nobody is told, two reads miss it, the third has it,
// dated by its call. A clock-in made meanwhile does not stop it.
func TestEffectAfterReads(t *testing.T) {
	for status, want := range map[int]int{0: 0, 503: 503} {
		g := open(t, nil)
		g.trouble(tenant.Fault{Do: tenant.EffectAfterReads, Reads: 2, Times: 1, Status: status})
		called := morning.Truncate(time.Millisecond)
		s, err := g.try(worker, "POST", cards+"/clockIn", "")
		if s.status != want || (err != nil) != (want == 0) {
			t.Fatalf("clockIn = %d %v, want %d", s.status, err, want)
		}
		g.clock.advance(time.Minute)
		g.must(200, other, "GET", "teams/"+bakery+"/schedule/timeCards", "") // another team's reads do not count
		g.must(200, worker, "GET", "teams/"+cafe+"/schedule", "")            // nor reads of no cards
		if s := g.must(200, other, "GET", cards, ""); s.ids() != "" {
			t.Errorf("first read = %q, want nothing", s.ids())
		}
		g.must(201, worker, "POST", cards+"/clockIn", "")
		if s := g.must(200, worker, "GET", strings.ToUpper(cards), ""); len(strings.Fields(s.ids())) != 1 {
			t.Errorf("second read = %q, want the card made meanwhile alone", s.ids())
		}
		all := g.must(200, worker, "GET", cards, "").body["value"].([]any)
		if len(all) != 2 || all[0].(map[string]any)["createdDateTime"] != called.Format("2006-01-02T15:04:05.999Z") {
			t.Errorf("third read = %v, want two cards, the first of %v", all, called)
		}
		effects := g.Effects()
		if len(effects) != 2 || !effects[1].At.Equal(called) || effects[0].Card == effects[1].Card {
			t.Errorf("effects = %+v, want two, the late one dated by its call", effects)
		}
	}
}

// TestEffectAfterReadsIsRuled: what cannot be any more does not happen.
func TestEffectAfterReadsIsRuled(t *testing.T) {
	g := open(t, nil)
	card := g.clockIn(worker)
	g.trouble(tenant.Fault{Do: tenant.EffectAfterReads, Reads: 1, Times: 1, Status: 500})
	g.must(500, worker, "POST", card+"/clockOut", "")
	g.must(204, worker, "POST", card+"/clockOut", "")
	g.must(200, worker, "GET", card, "")
	if n := len(g.Effects()); n != 2 {
		t.Errorf("%d effects, want clockIn and one clockOut", n)
	}
}

// TestStale reads the past for as long as it is set.
func TestStale(t *testing.T) {
	g := open(t, nil)
	card := g.clockIn(worker)
	g.clock.advance(10 * time.Second)
	g.must(204, worker, "POST", card+"/startBreak", "")
	g.clock.advance(10 * time.Second)
	mine := g.must(201, other, "POST", cards+"/clockIn", "").body["id"].(string)
	g.clock.advance(10 * time.Second)
	g.must(204, worker, "DELETE", card, "")
	g.clock.advance(time.Second)

	for _, row := range []struct {
		old   time.Duration
		cards string // worker's state and how many
	}{
		{500 * time.Millisecond, "- 1"}, {5 * time.Second, "onBreak 2"}, {15 * time.Second, "onBreak 1"},
		{25 * time.Second, "clockedIn 1"}, {time.Minute, "- 0"},
	} {
		id := g.trouble(tenant.Fault{Do: tenant.Stale, DelayMS: row.old.Milliseconds()})
		all := values(g.must(200, worker, "GET", cards, ""))
		state := "-"
		if s := g.call(worker, "GET", card, ""); s.status == 200 {
			state = s.body["state"].(string)
		}
		if got := state + " " + string(rune('0'+len(all))); got != row.cards {
			t.Errorf("%v ago: %s, want %s", row.old, got, row.cards)
		}
		g.must(204, other, "POST", cards+"/"+mine+"/startBreak", "") // a change looks at the present
		g.must(204, other, "POST", cards+"/"+mine+"/endBreak", "")
		g.Mend(id)
		if s := g.must(200, worker, "GET", cards, ""); len(values(s)) != 1 {
			t.Errorf("after mending: %s, want one card", s.text)
		}
	}
}

// TestSmallPages follows pages of two, whatever $top says.
func TestSmallPages(t *testing.T) {
	g := open(t, nil)
	past(t, g, 4)
	g.trouble(tenant.Fault{Do: tenant.SmallPages, Size: 2})
	var seen []string
	for next := cards + "?$top=250"; next != ""; {
		page := g.must(200, worker, "GET", next, "")
		seen = append(seen, page.ids())
		next, _ = page.body["@odata.nextLink"].(string)
	}
	if got := strings.Join(seen, "|"); got != "000 001|002 003|open" {
		t.Errorf("pages = %s, want 000 001|002 003|open", got)
	}
	if n := len(values(g.must(200, worker, "GET", plans+"/schedulingGroups", ""))); n != 2 {
		t.Errorf("a list of two has %d on its page", n)
	}
}

// objects visits every object of an answer.
func objects(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for name, one := range v {
			if name != "unheardOf" {
				objects(one, visit)
			}
		}
	case []any:
		for _, one := range v {
			objects(one, visit)
		}
	}
}

// TestExtraMembers: every object has more members, and all it had.
func TestExtraMembers(t *testing.T) {
	g := open(t, nil)
	card := on(g, "startBreak", "endBreak", "clockOut")
	before := g.must(200, worker, "GET", card, "").body
	g.trouble(tenant.Fault{Do: tenant.ExtraMembers})
	after := g.must(200, worker, "GET", card, "").body
	n := 0
	objects(after, func(o map[string]any) {
		n++
		if !hasKey(o, "unheardOf") {
			t.Errorf("no extra member in %v", o)
		}
		delete(o, "unheardOf")
		delete(o, "unheardOf@odata.type")
	})
	if n < 10 || !reflect.DeepEqual(before, after) {
		t.Errorf("%d objects; without the extra members %v, want %v", n, after, before)
	}
	g.must(204, worker, "DELETE", card, "")
}

// TestReorder: the same card, its members in another order now and then.
func TestReorder(t *testing.T) {
	g := open(t, nil)
	card := on(g, "startBreak", "endBreak", "clockOut")
	plain := g.must(200, worker, "GET", card, "")
	g.trouble(tenant.Fault{Do: tenant.Reorder})
	orders := map[string]bool{}
	for range 20 {
		s := g.must(200, worker, "GET", card, "")
		if !reflect.DeepEqual(s.body, plain.body) {
			t.Fatalf("reordered = %s, want the same as %s", s.text, plain.text)
		}
		orders[s.text] = true
		d := json.NewDecoder(strings.NewReader(s.text))
		d.Token()
		first, _ := d.Token()
		orders[first.(string)] = true
	}
	if len(orders) < 20 {
		t.Errorf("%d different orders and first members in 20 answers, want many", len(orders))
	}
}

// TestReach: a fault waits for a call it has a meaning for.
func TestReach(t *testing.T) {
	g := open(t, nil)
	for _, f := range []tenant.Fault{
		{Do: tenant.EffectAfterReads}, {Do: tenant.Stale}, {Do: tenant.EffectAfterReads, Reads: 1, Op: tenant.List},
		{Do: tenant.Stale, DelayMS: 1, Op: tenant.ClockIn}, {Do: tenant.SmallPages, Op: tenant.Get},
		{Do: tenant.SmallPages, Size: -1}, {Do: tenant.EffectAfterReads, Reads: -1},
	} {
		if _, err := g.Misbehave(f); err == nil {
			t.Errorf("Misbehave(%+v): no error", f)
		}
	}
	g.trouble(tenant.Fault{Do: tenant.EffectAfterReads, Reads: 1, Times: 1, Status: 500})
	g.trouble(tenant.Fault{Do: tenant.Stale, DelayMS: 1000, Times: 1})
	g.trouble(tenant.Fault{Do: tenant.SmallPages, Times: 1})
	g.must(200, worker, "GET", "me", "")
	g.must(200, worker, "GET", plans, "")
	if n := len(g.Faults()); n != 3 {
		t.Fatalf("%d faults left, want all three", n)
	}
	g.must(200, worker, "GET", plans+"/shifts", "")
	g.must(200, worker, "GET", cards, "")
	g.must(500, worker, "POST", cards+"/clockIn", "")
	if left := g.Faults(); len(left) != 0 {
		t.Errorf("faults left: %+v", left)
	}
}

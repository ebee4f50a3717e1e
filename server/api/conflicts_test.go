package api_test

import (
	"strings"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
)

// dispute leaves a press in the journal that somebody has to decide about.
func (r *rig) dispute(team, person string, later clock.Span) wire.Punch {
	r.t.Helper()
	p := press(team, clock.ClockOut)
	p.At = p.At.Add(later)
	store := sqlite.Journal{DB: r.db}
	e, _, err := store.Accept(r.t.Context(), journal.Entry{
		Punch: p, Who: journal.Who{Person: "tenant." + person, Object: person, Session: "hash"},
		Received: p.At, Status: wire.Accepted,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	e.Status, e.Code = wire.Conflicted, wire.CodeOrder
	if _, err := store.Update(r.t.Context(), e); err != nil {
		r.t.Fatal(err)
	}
	return p
}

// unchecked leaves a press on a card whose time a device's own clock alone
// tells, and that arrived so long after.
func (r *rig) unchecked(team, person string, late clock.Span) wire.Punch {
	r.t.Helper()
	p := press(team, clock.ClockOut)
	received := p.At
	p.At, p.Trust = p.At.Add(-late), wire.Device
	store := sqlite.Journal{DB: r.db}
	e, _, err := store.Accept(r.t.Context(), journal.Entry{
		Punch: p, Who: journal.Who{Person: "tenant." + person, Object: person, Session: "hash"},
		Received: received, Status: wire.Accepted,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	e.Status = wire.Delivered
	if _, err := store.Update(r.t.Context(), e); err != nil {
		r.t.Fatal(err)
	}
	return p
}

// supervises tells of which teams the person's own page says so.
func (v *visitor) supervises() string {
	v.rig.t.Helper()
	var me wire.Me
	v.call("GET", wire.PathMe, nil, &me)
	var names []string
	for _, t := range me.Teams {
		if t.Supervisor {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, " ")
}

func conflictsOf(team string) string { return wire.PathConflicts + "?team=" + team }

func TestConflictsAreForSupervisors(t *testing.T) {
	r := newRig(t)
	for name, test := range map[string]struct {
		visitor      *visitor
		cafe, bakery wire.Code
	}{
		"a member":                        {r.signIn(anna, anna), wire.CodeForbidden, wire.CodeTeamUnknown},
		"a member of both":                {r.signIn(ben, ben), wire.CodeForbidden, wire.CodeForbidden},
		"the owner of one":                {r.signIn(sara, sara), "", wire.CodeForbidden},
		"the owner of one, with the role": {r.signIn(sara, sara, "Other", role), "", ""},
		"a member with the role":          {r.signIn(anna, anna, role), "", wire.CodeTeamUnknown},
		"a member with another role":      {r.signIn(anna, anna, "chief", "owner", ""), wire.CodeForbidden, wire.CodeTeamUnknown},
	} {
		for team, want := range map[string]wire.Code{
			cafe: test.cafe, bakery: test.bakery, "": wire.CodeMalformed, "..%2Fme": wire.CodeMalformed,
			"7ea00009-0000-4000-8000-000000000000": wire.CodeTeamUnknown,
		} {
			if got := test.visitor.call("GET", conflictsOf(team), nil, nil); got.code() != want {
				t.Errorf("%s asks for conflicts of %q: %d %s; want %q", name, team, got.StatusCode, got.body, want)
			}
		}
	}
}

func TestConflictsOfATeam(t *testing.T) {
	r := newRig(t)
	v := r.signIn(sara, sara)
	var c wire.Conflicts
	if got := v.call("GET", conflictsOf(cafe), nil, &c); !strings.Contains(string(got.body), `"open":[]`) {
		t.Errorf("without conflicts: %s; want an empty list", got.body)
	}
	later := r.dispute(cafe, ben, -clock.Hour)
	sooner := r.dispute(cafe, anna, -2*clock.Hour)
	left := r.dispute(cafe, "0b1ec7ed-0099-4000-8000-000000000000", 0)
	r.dispute(bakery, ben, 0)
	if got := v.call("GET", conflictsOf(cafe), nil, &c); got.code() != "" || c.Team != cafe || len(c.Open) != 3 {
		t.Fatalf("conflicts: %s; want three, of the café alone", got.body)
	}
	for i, want := range []struct {
		id, person, name string
	}{{sooner.ID, anna, "Anna"}, {later.ID, ben, "Ben"}, {left.ID, "0b1ec7ed-0099-4000-8000-000000000000", ""}} {
		got := c.Open[i]
		if got.Receipt.ID != want.id || got.Receipt.Status != wire.Conflicted || got.Receipt.Code != wire.CodeOrder ||
			got.Person.ID != want.person || got.Person.Name != want.name {
			t.Errorf("conflict %d is %+v, want %+v", i, got, want)
		}
	}
	if len(c.Unchecked) != 0 {
		t.Errorf("unchecked are %+v, want none", c.Unchecked)
	}
	r.unchecked(cafe, anna, 14*clock.Minute)
	late := r.unchecked(cafe, anna, 16*clock.Minute)
	r.unchecked(bakery, ben, clock.Hour)
	r.unchecked(cafe, anna, 40*24*clock.Hour)
	got := v.call("GET", conflictsOf(cafe), nil, &c)
	if len(c.Unchecked) != 1 || c.Unchecked[0].Receipt.ID != late.ID || c.Unchecked[0].Receipt.Trust != wire.Device || c.Unchecked[0].Person.Name != "Anna" {
		t.Errorf("unchecked: %s; want the one that came after a quarter of an hour, and not last month's", got.body)
	}
	r.db.Close()
	if got := v.call("GET", conflictsOf(cafe), nil, nil); got.code() != wire.CodeStore {
		t.Errorf("while the database fails: %s", got.body)
	}
}

// A page learns of the role at once, and of ownership once somebody asked.
func TestMeTellsWhoSupervises(t *testing.T) {
	r := newRig(t)
	for _, test := range []struct {
		visitor       *visitor
		before, after string
	}{
		{r.signIn(sara, sara), "", "Café"},
		{r.signIn(anna, anna), "", ""},
		{r.signIn(sara, sara, role), "Café Bakery", "Café Bakery"},
		{r.signIn(sara, sara), "Café", "Café"}, // by what was read before, and not by the other session's role
	} {
		if got := test.visitor.supervises(); got != test.before {
			t.Errorf("before asking, supervises %q, want %q", got, test.before)
		}
		test.visitor.call("GET", conflictsOf(cafe), nil, nil)
		if got := test.visitor.supervises(); got != test.after {
			t.Errorf("after asking, supervises %q, want %q", got, test.after)
		}
	}
	members := 0
	for _, call := range r.box.Calls() {
		if call.Op == tenant.ListMembers {
			members++
		}
	}
	if members != 1 {
		t.Errorf("the members were read %d times, want once", members)
	}
}

func TestConflictsWhileMembersCannotBeRead(t *testing.T) {
	for status, want := range map[int]struct{ owner, appointed wire.Code }{
		403: {wire.CodeForbidden, ""},
		503: {wire.CodeGraphDown, wire.CodeGraphDown},
	} {
		r := newRig(t)
		r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: status})
		if got := r.signIn(sara, sara).call("GET", conflictsOf(cafe), nil, nil); got.code() != want.owner {
			t.Errorf("members answer %d, the owner asks: %s; want %q", status, got.body, want.owner)
		}
		if got := r.signIn(anna, anna, role).call("GET", conflictsOf(cafe), nil, nil); got.code() != want.appointed {
			t.Errorf("members answer %d, a member with the role asks: %s; want %q", status, got.body, want.appointed)
		}
	}
}

func TestDenialIsLogged(t *testing.T) {
	r := newRig(t)
	r.signIn(ben, ben).call("GET", conflictsOf(bakery), nil, nil)
	lines := r.said.audited(telemetry.Denied)
	if len(lines) != 1 || !strings.Contains(lines[0], "team="+bakery) || strings.Contains(lines[0], ben) ||
		!strings.Contains(lines[0], `reason="not a supervisor of the team"`) || !strings.Contains(lines[0], "route=/api/") {
		t.Errorf("the audit log says %q; want the denial, by team and route and not by person", lines)
	}
}

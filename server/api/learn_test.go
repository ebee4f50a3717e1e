package api_test

import (
	"strings"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

// asked counts how often Graph was asked for members.
func (r *rig) asked() int {
	n := 0
	for _, call := range r.box.Calls() {
		if call.Op == tenant.ListMembers {
			n++
		}
	}
	return n
}

// shows gives what the clock screen of a team says of who supervises it.
func (v *visitor) shows(team string) bool {
	v.rig.t.Helper()
	var c wire.Clock
	if got := v.call("GET", wire.PathClock+"?team="+team, nil, &c); got.code() != "" {
		v.rig.t.Fatalf("the clock: %s", got.body)
	}
	for _, t := range c.Me.Teams {
		if t.ID == team {
			return t.Supervisor
		}
	}
	return false
}

// An owner's screen becomes a supervisor's by being looked at, for one call a
// team, and no answer waits for it.
func TestClockLearnsWhoSupervises(t *testing.T) {
	r := newRig(t)
	member, owner := r.signIn(anna, anna), r.signIn(sara, sara)
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.ListMembers, DelayMS: 1500})
	began := time.Now()
	if owner.shows(cafe) {
		t.Error("the owner is known before anything was read")
	}
	if took := time.Since(began); took > 1400*time.Millisecond {
		t.Errorf("the first screen took %v; want no waiting for the members", took)
	}
	for end := time.Now().Add(10 * time.Second); owner.supervises() != "Café"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the owner is not learned of")
		}
	}
	if !owner.shows(cafe) || member.shows(cafe) || owner.supervises() != "Café" || member.supervises() != "" {
		t.Error("what was learned is not what the screens show")
	}
	if n := r.asked(); n != 1 {
		t.Errorf("the members were read %d times, want once", n)
	}
	if owner.shows(bakery) || r.signIn(ben, ben).shows(bakery) {
		t.Error("a member of the bakery supervises it")
	}
}

// Where Graph does not show the members, visits cost one call a person.
func TestClockDoesNotAskInVain(t *testing.T) {
	r := newRig(t)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: 403})
	for _, person := range []string{anna, sara} {
		v := r.signIn(person, person)
		want := r.asked() + 1
		for end := time.Now().Add(10 * time.Second); r.asked() < want && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			v.shows(cafe)
		}
		for range 10 {
			if v.shows(cafe) {
				t.Error("somebody supervises whom nobody could look up")
			}
		}
		if n := r.asked(); n != want {
			t.Errorf("the members were asked for %d times, want %d", n, want)
		}
	}
}

// TestRightsAreAskedFor: whoever asks for their rights is told them by the first
// answer, and learns of nobody else's team.
func TestRightsAreAskedFor(t *testing.T) {
	r := newRig(t)
	for who, want := range map[string]string{sara: "Café", ben: "Depot", anna: "", otto: "Depot"} {
		var me wire.Me
		if got := r.signIn(who, who).call("GET", wire.PathMe+"?"+wire.ParamRights+"=1", nil, &me); got.code() != "" {
			t.Fatalf("me: %s", got.body)
		}
		var names []string
		for _, team := range me.Teams {
			if team.Supervisor {
				names = append(names, team.Name)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s supervises %q, want %q", who, got, want)
		}
	}
	if n := r.asked(); n != 4 { // the club has no schedule
		t.Errorf("the members were read %d times, want once for each team", n)
	}
}

package roster_test

import (
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"timeclock/server/graph"
	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
)

const role = "Supervisor"

func (r *rig) supervisors() *roster.Supervisors {
	return &roster.Supervisors{Graph: r.client, Role: role, Now: r.now, Log: slog.New(slog.DiscardHandler)}
}

func actor(person string, roles ...string) roster.Actor {
	return roster.Actor{Object: person, Roles: roles, Caller: caller(person)}
}

// wantCheck holds what Check says of somebody; nil is yes.
func wantCheck(t *testing.T, s *roster.Supervisors, a roster.Actor, team string, want error) {
	t.Helper()
	if err := s.Check(t.Context(), a, team); !errors.Is(err, want) {
		t.Errorf("Check(%s, roles %q, team %s) = %v, want %v", a.Object, a.Roles, team, err, want)
	}
}

func TestWhoSupervises(t *testing.T) {
	r := newRig(t)
	s, no := r.supervisors(), roster.ErrNotSupervisor
	wantCheck(t, s, actor(anna), cafe, no)
	wantCheck(t, s, actor(ben), cafe, nil)
	wantCheck(t, s, actor("0B1EC7ED-0002-4000-8000-0000000000BE"), cafe, nil)
	wantCheck(t, s, actor(anna, "Other", role), cafe, nil)
	wantCheck(t, s, actor(anna, "supervisor", ""), cafe, no)
	wantCheck(t, s, actor("0b1ec7ed-0099-4000-8000-000000000000", role), cafe, no)
	wantCheck(t, s, actor("", role), cafe, no)
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times, want once for the team", n)
	}
	wantCheck(t, s, actor(ben), bakery, nil)
	wantCheck(t, s, actor(ben), "7ea00009-0000-4000-8000-000000000000", no)
	app := roster.Actor{Object: ben, Caller: graph.Caller{Token: caller("app").Token, User: ben}}
	wantCheck(t, r.supervisors(), app, cafe, nil)

	nobody := r.supervisors()
	nobody.Role = ""
	wantCheck(t, nobody, actor(anna, ""), cafe, no)
	if nobody.Known(actor(anna, ""), cafe) {
		t.Error("without an app role, somebody has it")
	}
}

func TestMembersAreKept(t *testing.T) {
	r := newRig(t)
	s, no := r.supervisors(), roster.ErrNotSupervisor
	if s.Known(actor(ben), cafe) || !s.Known(actor(anna, role), cafe) || s.Name(cafe, anna) != "" {
		t.Error("before any reading only the role is known")
	}
	wantCheck(t, s, actor(ben), cafe, nil)
	if !s.Known(actor(ben), cafe) || s.Known(actor(anna), cafe) || s.Known(actor(ben), bakery) || s.Name(cafe, anna) != "Anna" {
		t.Error("what was read is not known")
	}
	r.pass(4 * time.Minute)
	wantCheck(t, s, actor(ben), cafe, nil)
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times within five minutes, want once", n)
	}
	wantCheck(t, s, actor(anna), cafe, no)
	wantCheck(t, s, actor(anna), cafe, no)
	if n := r.asked(tenant.ListMembers); n != 2 {
		t.Errorf("Graph was asked %d times, want anew for one whom an older list does not have", n)
	}
	r.pass(6 * time.Minute)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: 503})
	wantCheck(t, s, actor(ben), cafe, graph.ErrUnavailable)
	wantCheck(t, s, actor(ben, role), cafe, graph.ErrUnavailable)
	if !s.Known(actor(ben), cafe) || s.Name(cafe, ben) != "Ben" {
		t.Error("while Graph is down what was read is no longer shown")
	}
	r.box.Mend("")
	r.pass(time.Hour)
	wantCheck(t, s, actor(ben), bakery, nil)
	if s.Known(actor(ben), cafe) || s.Name(cafe, ben) != "" {
		t.Error("what was read more than an hour ago is still known")
	}
}

// Where Graph does not show the members there are no owners, and nothing fails.
func TestMembersAreWithheld(t *testing.T) {
	r := newRig(t)
	s, no := r.supervisors(), roster.ErrNotSupervisor
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: 403})
	for range 3 {
		wantCheck(t, s, actor(ben), cafe, no)
	}
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times within a minute, want once", n)
	}
	wantCheck(t, s, actor(anna, role), cafe, nil)
	r.box.Mend("")
	wantCheck(t, s, actor(ben), cafe, no)
	wantCheck(t, s, roster.Actor{Object: anna, Caller: caller(anna)}, bakery, no)
	r.pass(61 * time.Second)
	wantCheck(t, s, actor(ben), cafe, nil)
}

// Many asking at once for one person ask once.
func TestManyChecksAskOnce(t *testing.T) {
	r := newRig(t)
	s := r.supervisors()
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.ListMembers, DelayMS: 200})
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { wantCheck(t, s, actor(ben), cafe, nil) })
	}
	all.Wait()
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times, want once", n)
	}
}

// TestMemberOfATeam finds who may be acted for, by the members as they are read for
// the decision before.
func TestMemberOfATeam(t *testing.T) {
	r := newRig(t)
	s := r.supervisors()
	if m, err := s.Member(t.Context(), actor(ben), cafe, "0B1EC7ED-0001-4000-8000-0000000A22A1"); err != nil || m.UserID != anna {
		t.Errorf("Member = %+v, %v; want Anna, as Graph spells her", m, err)
	}
	if _, err := s.Member(t.Context(), actor(ben), cafe, "0b1ec7ed-0099-4000-8000-000000000000"); !errors.Is(err, roster.ErrNotMember) {
		t.Errorf("Member of nobody = %v", err)
	}
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times, want once", n)
	}
	r.pass(2 * time.Minute)
	if _, err := s.Member(t.Context(), actor(ben), cafe, "0b1ec7ed-0099-4000-8000-000000000000"); !errors.Is(err, roster.ErrNotMember) {
		t.Errorf("Member of nobody = %v", err)
	}
	if n := r.asked(tenant.ListMembers); n != 2 {
		t.Errorf("of somebody who is not there Graph was asked %d times, want once more after a while", n)
	}
	if people := s.Kept(cafe); len(people) != 2 || people[0].Name != "Anna" {
		t.Errorf("Kept = %+v, want both by name", people)
	}
}

package roster_test

import (
	"sync"
	"testing"
	"time"

	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
)

// soon waits until what is asked for holds.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

// visits lets somebody's page be shown often, and waits until Graph was asked
// so many times for members.
func (r *rig) visits(s *roster.Supervisors, a roster.Actor, want int) {
	r.t.Helper()
	soon(r.t, "the members are asked for", func() bool {
		s.Learn(r.t.Context(), a, cafe)
		return r.asked(tenant.ListMembers) >= want
	})
	for range 20 {
		s.Learn(r.t.Context(), a, cafe)
		time.Sleep(2 * time.Millisecond)
	}
	if n := r.asked(tenant.ListMembers); n != want {
		r.t.Errorf("Graph was asked %d times for members, want %d", n, want)
	}
}

func TestOwnersAreLearned(t *testing.T) {
	r := newRig(t)
	s := r.supervisors()
	s.Learn(t.Context(), actor(anna, role), cafe)
	r.visits(s, actor(anna), 1)
	if soon(t, "the owner is known", func() bool { return s.Known(actor(ben), cafe) }); s.Known(actor(anna), cafe) {
		t.Error("a member is taken for a supervisor")
	}
	r.pass(59 * time.Minute)
	r.visits(s, actor(ben), 1)
	r.pass(time.Minute)
	r.visits(s, actor(ben), 2)
}

// Who waits for an answer does not wait for the members.
func TestLearningDelaysNobody(t *testing.T) {
	r := newRig(t)
	s := r.supervisors()
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.ListMembers, DelayMS: 500})
	began := time.Now()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { s.Learn(t.Context(), actor(anna), cafe) })
		all.Go(func() { s.Learn(t.Context(), actor(ben), cafe) })
	}
	all.Wait()
	if took := time.Since(began); took > 400*time.Millisecond {
		t.Errorf("twenty visits were kept for %v", took)
	}
	soon(t, "the owner is known", func() bool { return s.Known(actor(ben), cafe) })
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times, want once for all who visited at once", n)
	}
}

func TestLearningInVain(t *testing.T) {
	r := newRig(t)
	s := r.supervisors()
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: 403})
	r.visits(s, actor(anna), 1)
	r.pass(59 * time.Minute)
	r.visits(s, actor(anna), 1)
	r.visits(s, actor(ben), 2) // others may be shown more
	r.pass(time.Minute)
	r.visits(s, actor(anna), 3)

	r.box.Mend("")
	r.pass(time.Hour)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: 501})
	r.visits(s, actor(anna), 4)
	r.visits(s, actor(ben), 4)
	r.box.Mend("")
	r.pass(5 * time.Minute)
	r.visits(s, actor(ben), 5)
	soon(t, "the owner is known", func() bool { return s.Known(actor(ben), cafe) })
}

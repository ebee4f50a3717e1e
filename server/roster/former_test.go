package roster_test

import (
	"errors"
	"testing"
	"time"

	"timeclock/server/graph"
	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
)

// TestWhoHasLeftIsKnownByCards: by those of the last year, and only of that team.
func TestWhoHasLeftIsKnownByCards(t *testing.T) {
	const otto = "0b1ec7ed-0003-4000-8000-00000000070a"
	r := newRig(t)
	f := &roster.Former{Graph: r.client, Now: r.now}
	nobody := func(team, user string) {
		t.Helper()
		if p, err := f.Person(t.Context(), caller(ben), team, user); !errors.Is(err, roster.ErrNotMember) {
			t.Errorf("%s in team %s: %+v, %v; want nobody", user, team, p, err)
		}
	}
	nobody(cafe, otto)
	nobody(cafe, "no id'")
	nobody("7ea00009-0000-4000-8000-000000000000", otto)
	card := func(id, team string, ago time.Duration, made tenant.Identity) tenant.Card {
		in := r.now().UTC().Add(-ago).Truncate(time.Second)
		return tenant.Card{ID: id, Team: team, Person: otto, Created: in, Modified: in, CreatedBy: made, In: &tenant.Event{At: in}, Out: &tenant.Event{At: in.Add(time.Hour)}}
	}
	seed := func(cards ...tenant.Card) {
		t.Helper()
		if err := r.box.Seed(cards, nil); err != nil {
			t.Fatal(err)
		}
	}
	by := tenant.Identity{ID: otto, Name: "Otto"}
	seed(card("TCK_0b1ec7ed-0000-4000-8000-000000000001", bakery, time.Hour, by),
		card("TCK_0b1ec7ed-0000-4000-8000-000000000002", cafe, 400*24*time.Hour, by))
	nobody(cafe, otto)
	seed(card("TCK_0b1ec7ed-0000-4000-8000-000000000003", cafe, 48*time.Hour, tenant.Identity{ID: ben, Name: "Ben"}))
	if p, err := f.Person(t.Context(), caller(ben), cafe, otto); err != nil || p.ID != otto || p.Name != "" {
		t.Errorf("by a card that somebody else made: %+v, %v", p, err)
	}
	asked := r.asked(tenant.List)
	seed(card("TCK_0b1ec7ed-0000-4000-8000-000000000004", cafe, 24*time.Hour, by))
	if p, err := f.Person(t.Context(), caller(ben), cafe, otto); err != nil || p.ID != otto || r.asked(tenant.List) != asked {
		t.Errorf("asked a moment later: %+v, %v, %d calls more", p, err, r.asked(tenant.List)-asked)
	}
	r.pass(time.Hour)
	if p, err := f.Person(t.Context(), caller(ben), cafe, otto); err != nil || p.Name != "Otto" {
		t.Errorf("by a card of their own: %+v, %v", p, err)
	}
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 403})
	r.pass(time.Hour)
	if _, err := f.Person(t.Context(), caller(ben), cafe, otto); errors.Is(err, roster.ErrNotMember) || !errors.Is(err, graph.ErrForbidden) {
		t.Errorf("where Graph does not say: %v", err)
	}
}

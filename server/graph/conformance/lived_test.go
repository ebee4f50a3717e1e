package conformance_test

import (
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/sandbox/tape"
	"timeclock/server/sandbox/tenant"
)

// TestEveryOperationIsLived makes every call of the client in the sandbox, in
// both versions and with both kinds of token where there are two. Each is
// answered with its documented status; recorded, each has its answer held to
// the descriptions.
func TestEveryOperationIsLived(t *testing.T) {
	for _, api := range []string{"v1.0", "beta"} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, api, noon)
			seedPlans(t, r)
			for _, step := range day(r) {
				if err := step.make(t); err != nil {
					t.Fatalf("%s: %v", step.name, err)
				}
			}
			for _, o := range graph.Operations() {
				if !r.lived(o) {
					t.Errorf("%s was not answered with %d", o.Name, o.Status)
				}
			}
		})
	}
}

func seedPlans(t *testing.T, r *rig) {
	t.Helper()
	by := tenant.Identity{ID: alice, Name: "Alice Bradford"}
	err := r.box.Seed(nil, []tenant.Shift{{
		ID: "SHFT_1", Team: team, Person: alice, Name: "Morning", Start: noon, End: noon.Add(time.Hour), Planned: noon, PlannedBy: by,
		Activities: []tenant.Activity{{Name: "Lunch", Start: noon, End: noon.Add(time.Minute)}},
	}}, tenant.TimeOff{ID: "TOFF_1", Team: team, Person: bert, Reason: "TOR_1", Start: noon, End: noon.Add(time.Hour), Planned: noon, PlannedBy: by})
	if err != nil {
		t.Fatal(err)
	}
}

// step is one call of a day.
type step struct {
	name string
	make func(t *testing.T) error
}

// day makes every call, in an order in which each may be made.
func day(r *rig) []step {
	who, app := as(alice), as("app")
	app.User, app.ActsAs = alice, true
	var card, old graph.TimeCard
	from, to := clock.At(noon), clock.At(noon.Add(time.Hour))
	event := func(hours int) *graph.Event {
		return &graph.Event{DateTime: graph.Stamp(clock.At(noon.Add(time.Duration(hours) * time.Hour)))}
	}
	keep := func(into *graph.TimeCard, got graph.TimeCard, err error) error { *into = got; return err }
	return []step{
		{"me", func(t *testing.T) error { _, err := r.Me(t.Context(), who); return err }},
		{"user", func(t *testing.T) error { _, err := r.Me(t.Context(), app); return err }},
		{"teams", func(t *testing.T) error { _, err := r.JoinedTeams(t.Context(), who); return err }},
		{"teams of a user", func(t *testing.T) error { _, err := r.JoinedTeams(t.Context(), app); return err }},
		{"members", func(t *testing.T) error { _, err := r.Members(t.Context(), who, team); return err }},
		{"one member", func(t *testing.T) error { _, _, err := r.Member(t.Context(), app, team, alice); return err }},
		{"photo", func(t *testing.T) error { _, err := r.Photo(t.Context(), who, ""); return err }},
		{"photo of a user", func(t *testing.T) error { _, err := r.Photo(t.Context(), app, alice); return err }},
		{"schedule", func(t *testing.T) error { _, err := r.Schedule(t.Context(), who, team); return err }},
		{"shifts", func(t *testing.T) error { _, err := r.Shifts(t.Context(), app, team, from, to); return err }},
		{"times off", func(t *testing.T) error { _, err := r.TimesOff(t.Context(), who, team, from, to); return err }},
		{"clock in", func(t *testing.T) error {
			got, err := r.ClockIn(t.Context(), app, team, graph.Action{OnBehalfOf: alice, Note: "early"})
			return keep(&card, got, err)
		}},
		{"start break", func(t *testing.T) error {
			_, err := r.StartBreak(t.Context(), who, team, card.ID, graph.Action{})
			return err
		}},
		{"end break", func(t *testing.T) error {
			_, err := r.EndBreak(t.Context(), app, team, card.ID, graph.Action{})
			return err
		}},
		{"clock out", func(t *testing.T) error {
			got, err := r.ClockOut(t.Context(), who, team, card.ID, graph.Action{Approved: yes()})
			return keep(&card, got, err)
		}},
		{"replace", func(t *testing.T) error {
			card.Notes = graph.NewNote("as agreed")
			_, err := r.ReplaceCard(t.Context(), who, team, card)
			return err
		}},
		{"confirm", func(t *testing.T) error { _, err := r.Confirm(t.Context(), who, team, card.ID); return err }},
		{"confirm for user", func(t *testing.T) error { _, err := r.ConfirmFor(t.Context(), app, team, card.ID, alice); return err }},
		{"create", func(t *testing.T) error {
			got, err := r.CreateCard(t.Context(), app, team, graph.TimeCard{UserID: alice, ClockIn: event(-9), ClockOut: event(-8)})
			return keep(&old, got, err)
		}},
		{"get", func(t *testing.T) error { _, err := r.Card(t.Context(), who, team, old.ID); return err }},
		{"list", func(t *testing.T) error {
			_, err := r.Cards(t.Context(), app, team, graph.Filter{Person: alice, From: from - 86_400_000, To: to, State: clock.Out})
			return err
		}},
		{"delete", func(t *testing.T) error { return r.DeleteCard(t.Context(), who, team, old.ID) }},
	}
}

// lived reports whether the operation was answered as documented.
func (r *rig) lived(o graph.Operation) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.sent {
		_, answered := seen(o, []tape.Exchange{{Method: s.method, Path: s.path, Answered: s.status == o.Status}})
		if answered > 0 {
			return true
		}
	}
	return false
}

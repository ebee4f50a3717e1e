package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/sandbox/tenant"
)

const (
	team   = "31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1"
	bare   = "90aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee9" // a team without a schedule
	worker = "d56f3e8a-2b0f-42b1-88b9-e2dbd12a34d2"
	boss   = "3f29c8e7-7a41-4d8e-99d6-2b1f76c9421e"
)

// as is the token of a person with all the permissions of the table. The
// tenant here takes the words of a token as they are: person, space, scopes.
func as(person string) graph.Caller {
	var scopes []string
	for _, o := range graph.Operations() {
		scopes = append(scopes, o.Permission)
	}
	return scoped(person, scopes...)
}

func scoped(person string, scopes ...string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return person + " " + strings.Join(scopes, " "), nil })
}

// applied is an application with these roles that calls for a person.
func applied(person string, roles ...string) graph.Caller {
	who := scoped("application", roles...)
	who.User, who.ActsAs = person, true
	return who
}

func believe(_ context.Context, token string) (tenant.Caller, error) {
	words := strings.Fields(token)
	if len(words) == 0 {
		return tenant.Caller{}, errors.New("no token")
	}
	if words[0] == "application" {
		return tenant.Caller{App: "client", Roles: words[1:]}, nil
	}
	return tenant.Caller{Object: words[0], Scopes: words[1:]}, nil
}

// open starts a tenant over HTTP and a client of it.
func open(t *testing.T) (*tenant.Tenant, *graph.Client) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	box, err := tenant.Open(tenant.Config{
		URL: server.URL + "/graph", Verify: believe,
		Directory: tenant.Directory{
			People: []tenant.Person{{ID: worker, Login: "ana@example.com", Name: "Ana"}, {ID: boss, Login: "bea@example.com", Name: "Bea"}},
			Teams: []tenant.Team{
				{ID: team, Name: "Bakery", Members: []tenant.Member{{Person: worker}, {Person: boss, Owner: true}},
					Schedule: &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: true}},
				{ID: bare, Name: "Choir", Members: []tenant.Member{{Person: worker}}},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/graph/", http.StripPrefix("/graph", box))
	c, err := graph.New(graph.Config{
		Root: server.URL + "/graph", Timeout: 300 * time.Millisecond,
		Budget: unlimited{}, Rand: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close(); server.Close() })
	return box, c
}

// unlimited is a Budget without limits.
type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

// TestADayInATenant works a day against the stateful Graph.
func TestADayInATenant(t *testing.T) {
	box, c := open(t)
	ctx, me := t.Context(), as(worker)
	var card graph.TimeCard
	step := func(name string, want clock.State) func(graph.TimeCard, error) {
		return func(got graph.TimeCard, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if s := got.Clock(team).State(); s != want || got.State != want || got.UserID != worker {
				t.Fatalf("%s: card of %s is %s by its events, %s by its state; want %s", name, got.UserID, s, got.State, want)
			}
			card = got
		}
	}
	step("clock in", clock.In)(c.ClockIn(ctx, me, team, graph.Action{Note: "early"}))
	step("start break", clock.OnBreak)(c.StartBreak(ctx, me, team, card.ID, graph.Action{}))
	if _, err := c.ClockOut(ctx, me, team, card.ID, graph.Action{}); graph.OutcomeOf(err) != graph.Refused {
		t.Fatalf("clock out on a break: %v, want it refused", err)
	}
	step("end break", clock.In)(c.EndBreak(ctx, me, team, card.ID, graph.Action{Note: "back"}))
	step("clock out", clock.Out)(c.ClockOut(ctx, me, team, card.ID, graph.Action{}))

	card.ClockOut.DateTime += graph.Stamp(clock.Minute)
	card.Notes = graph.NewNote("stayed on")
	edited := card.ClockOut.DateTime
	step("replace", clock.Out)(c.ReplaceCard(ctx, me, team, card))
	if card.ClockOut.DateTime != edited || card.Notes.Text() != "stayed on" || len(card.Breaks) != 1 || card.ClockIn.Notes.Text() != "early" {
		t.Errorf("replaced card is %+v", card)
	}
	step("confirm", clock.Out)(c.Confirm(ctx, me, team, card.ID))
	step("confirm as manager", clock.Out)(c.Confirm(ctx, as(boss), team, card.ID))
	if k := card.Clock(team); !k.ByPerson || !k.BySupervisor {
		t.Errorf("confirmed by %q, want both", card.ConfirmedBy)
	}
	if got, want := len(box.Effects()), 7; got != want {
		t.Errorf("%d effects in the tenant, want %d: %+v", got, want, box.Effects())
	}
}

func TestOthersInATenant(t *testing.T) {
	_, c := open(t)
	ctx := t.Context()
	card, err := c.ClockIn(ctx, as(boss), team, graph.Action{OnBehalfOf: worker})
	if err != nil || card.UserID != worker || card.ModifiedBy.User.ID != boss {
		t.Errorf("ClockIn on behalf = %+v, %v; want a card of the worker by the boss", card, err)
	}
	if _, err := c.ClockIn(ctx, as(worker), team, graph.Action{OnBehalfOf: boss}); !errors.Is(err, graph.ErrForbidden) {
		t.Errorf("ClockIn on behalf of the boss: %v, want %v", err, graph.ErrForbidden)
	}
	if _, err := c.Schedule(ctx, as(worker), bare); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("Schedule of a team without one: %v, want %v", err, graph.ErrNotFound)
	}
	s, err := c.Schedule(ctx, as(worker), team)
	if err != nil || !s.TimeClock || s.TimeZone != "Europe/Vienna" {
		t.Errorf("Schedule = %+v, %v", s, err)
	}
	teams, err := c.JoinedTeams(ctx, as(worker))
	if err != nil || len(teams) != 2 {
		t.Errorf("JoinedTeams = %+v, %v; want two", teams, err)
	}
	members, err := c.Members(ctx, as(worker), team)
	if err != nil || len(members) != 2 || members[0].Owner() == members[1].Owner() {
		t.Errorf("Members = %+v, %v; want a member and an owner", members, err)
	}
	me, err := c.Me(ctx, as(boss))
	if err != nil || me.ID != boss || me.Name != "Bea" {
		t.Errorf("Me = %+v, %v", me, err)
	}
}

// TestManyCardsInATenant reads more than a page.
func TestManyCardsInATenant(t *testing.T) {
	box, c := open(t)
	first := time.Date(2026, 1, 1, 7, 0, 0, 0, time.UTC)
	var seeded []tenant.Card
	for i := range 450 {
		in := first.Add(time.Duration(i) * 12 * time.Hour)
		person := []string{worker, boss}[i%2]
		seeded = append(seeded, tenant.Card{
			ID: fmt.Sprintf("TCK_%03d", i), Team: team, Person: person, Created: in, Modified: in,
			In: &tenant.Event{At: in}, Out: &tenant.Event{At: in.Add(8 * time.Hour)},
		})
	}
	if err := box.Seed(seeded, nil); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		filter graph.Filter
		want   int
	}{
		{graph.Filter{}, 450},
		{graph.Filter{Person: worker}, 225},
		{graph.Filter{Person: worker, From: clock.At(first.AddDate(0, 0, 1)), To: clock.At(first.AddDate(0, 0, 8))}, 7},
		{graph.Filter{State: clock.In}, 0},
	}
	for _, tt := range tests {
		cards, err := c.Cards(t.Context(), as(worker), team, tt.filter)
		if err != nil || len(cards) != tt.want {
			t.Errorf("Cards(%+v) = %d cards, %v; want %d", tt.filter, len(cards), err, tt.want)
		}
	}
}

// TestPermissionsInATenant makes a call with nothing but the permission that
// the table names, and with none.
func TestPermissionsInATenant(t *testing.T) {
	_, c := open(t)
	ctx := t.Context()
	card, err := c.ClockIn(ctx, as(worker), team, graph.Action{})
	if err != nil {
		t.Fatal(err)
	}
	ended := func(hours int) graph.TimeCard {
		t.Helper()
		at := func(h int) *graph.Event {
			return &graph.Event{DateTime: graph.Stamp(clock.At(time.Now().Add(time.Duration(-h) * time.Hour)))}
		}
		made, err := c.CreateCard(ctx, as(worker), team, graph.TimeCard{UserID: worker, ClockIn: at(hours), ClockOut: at(hours - 1)})
		if err != nil || made.State != clock.Out {
			t.Fatalf("CreateCard = %+v, %v; want a card that has ended", made, err)
		}
		return made
	}
	old, confirmed := ended(9), ended(20)
	calls := map[string]func(graph.Caller) error{
		"me":                    func(who graph.Caller) error { _, err := c.Me(ctx, who); return err },
		"user":                  func(who graph.Caller) error { _, err := c.Me(ctx, who); return err },
		"joinedTeams":           func(who graph.Caller) error { _, err := c.JoinedTeams(ctx, who); return err },
		"joinedTeams of a user": func(who graph.Caller) error { _, err := c.JoinedTeams(ctx, who); return err },
		"members":               func(who graph.Caller) error { _, err := c.Members(ctx, who, team); return err },
		"photo":                 func(who graph.Caller) error { return pictured(c.Photo(ctx, who, "")) },
		"photo of a user":       func(who graph.Caller) error { return pictured(c.Photo(ctx, who, worker)) },
		"schedule":              func(who graph.Caller) error { _, err := c.Schedule(ctx, who, team); return err },
		"shifts":                func(who graph.Caller) error { _, err := c.Shifts(ctx, who, team, 1, 2); return err },
		"timesOff":              func(who graph.Caller) error { _, err := c.TimesOff(ctx, who, team, 1, 2); return err },
		"list":                  func(who graph.Caller) error { _, err := c.Cards(ctx, who, team, graph.Filter{}); return err },
		"get":                   func(who graph.Caller) error { _, err := c.Card(ctx, who, team, card.ID); return err },
		"startBreak": func(who graph.Caller) error {
			_, err := c.StartBreak(ctx, who, team, card.ID, graph.Action{})
			return wrote(err)
		},
		"confirm":        func(who graph.Caller) error { _, err := c.Confirm(ctx, who, team, confirmed.ID); return wrote(err) },
		"confirmForUser": func(who graph.Caller) error { _, err := c.ConfirmFor(ctx, who, team, confirmed.ID, worker); return err },
		"delete":         func(who graph.Caller) error { return found(c.DeleteCard(ctx, who, team, old.ID)) },
	}
	for _, o := range graph.Operations() {
		call := calls[o.Name]
		if call == nil {
			continue
		}
		if o.Permission != "" {
			wantAllowed(t, o.Name+" by a person", call, func(p ...string) graph.Caller { return scoped(worker, p...) }, o.Permission)
		}
		if o.Role != "" {
			wantAllowed(t, o.Name+" by an application", call, func(p ...string) graph.Caller { return applied(worker, p...) }, o.Role)
		}
	}
}

// wantAllowed makes a call without any permission and with the one.
func wantAllowed(t *testing.T, name string, call func(graph.Caller) error, with func(...string) graph.Caller, permission string) {
	t.Helper()
	if err := call(with()); !errors.Is(err, graph.ErrForbidden) {
		t.Errorf("%s without a permission: %v, want %v", name, err, graph.ErrForbidden)
	}
	if err := call(with(permission)); err != nil && !refusedByRules(err) {
		t.Errorf("%s with %s: %v", name, permission, err)
	}
}

// pictured passes over that somebody has no picture, found that a card is gone.
func pictured(_ graph.Photo, err error) error { return found(err) }

func found(err error) error {
	if errors.Is(err, graph.ErrNotFound) {
		return nil
	}
	return err
}

// wrote passes over that what was written cannot be read back with so little.
func wrote(err error) error {
	if back := (*graph.ReadBackError)(nil); errors.As(err, &back) {
		return nil
	}
	return err
}

// refusedByRules reports whether Graph let the caller in and then said that the
// card does not stand so.
func refusedByRules(err error) bool {
	var e *graph.Error
	return errors.As(err, &e) && e.Status == http.StatusBadRequest
}

// TestTroubleInATenant sets every trouble before every action. What the client
// believes must agree with the tenant's own log of effects.
func TestTroubleInATenant(t *testing.T) {
	always := map[tenant.Trouble]graph.Outcome{
		tenant.SlowBefore:    graph.Unknown,
		tenant.SlowAfter:     graph.Unknown,
		tenant.Throttle:      graph.NotSent,
		tenant.FailBefore:    graph.Unknown,
		tenant.FailAfter:     graph.Unknown,
		tenant.CutBefore:     graph.Unknown,
		tenant.CutAfter:      graph.Unknown,
		tenant.CutThenEffect: graph.Unknown,
		tenant.Body:          graph.Done,
	}
	for trouble, want := range always {
		for _, op := range []tenant.Op{tenant.ClockIn, tenant.StartBreak, tenant.EndBreak, tenant.ClockOut} {
			t.Run(fmt.Sprint(trouble, " ", op), func(t *testing.T) {
				t.Parallel()
				box, c := open(t)
				act := upTo(t, c, op)
				before := len(box.Effects())
				if _, err := box.Misbehave(tenant.Fault{Do: trouble, Op: op, Times: 1, DelayMS: 600}); err != nil {
					t.Fatal(err)
				}
				card, err := act()
				got := graph.OutcomeOf(err)
				if got != want {
					t.Errorf("%s: %v: outcome %v, want %v", op, err, got, want)
				}
				if made := len(box.Effects()) - before; got == graph.Done && (made != 1 || card.ID == "") || got == graph.NotSent && made != 0 {
					t.Errorf("%s: outcome %v, but %d effects", op, got, made)
				}
				if n := sent(box, op); n > 1 {
					t.Errorf("%s was sent %d times", op, n)
				}
			})
		}
	}
}

// upTo works the day up to op and gives the call that makes it.
func upTo(t *testing.T, c *graph.Client, op tenant.Op) func() (graph.TimeCard, error) {
	t.Helper()
	ctx, me := t.Context(), as(worker)
	var card graph.TimeCard
	steps := []struct {
		op  tenant.Op
		act func() (graph.TimeCard, error)
	}{
		{tenant.ClockIn, func() (graph.TimeCard, error) { return c.ClockIn(ctx, me, team, graph.Action{}) }},
		{tenant.StartBreak, func() (graph.TimeCard, error) { return c.StartBreak(ctx, me, team, card.ID, graph.Action{}) }},
		{tenant.EndBreak, func() (graph.TimeCard, error) { return c.EndBreak(ctx, me, team, card.ID, graph.Action{}) }},
		{tenant.ClockOut, func() (graph.TimeCard, error) { return c.ClockOut(ctx, me, team, card.ID, graph.Action{}) }},
	}
	for _, s := range steps {
		if s.op == op {
			return s.act
		}
		var err error
		if card, err = s.act(); err != nil {
			t.Fatalf("%s: %v", s.op, err)
		}
	}
	t.Fatalf("no step %s", op)
	return nil
}

// sent counts the requests for op that reached the tenant.
func sent(box *tenant.Tenant, op tenant.Op) int {
	n := 0
	for _, call := range box.Calls() {
		if call.Op == op {
			n++
		}
	}
	return n
}

// TestReadBackFailsInATenant: the action took effect, the reading after it
// does not succeed.
func TestReadBackFailsInATenant(t *testing.T) {
	box, c := open(t)
	act := upTo(t, c, tenant.StartBreak)
	if _, err := box.Misbehave(tenant.Fault{Do: tenant.FailBefore, Op: tenant.Get, Status: 503}); err != nil {
		t.Fatal(err)
	}
	_, err := act()
	var back *graph.ReadBackError
	if !errors.As(err, &back) || back.Card == "" || graph.OutcomeOf(err) != graph.Done {
		t.Errorf("StartBreak: %v, want *graph.ReadBackError", err)
	}
	if got := len(box.Effects()); got != 2 {
		t.Errorf("%d effects, want 2", got)
	}
}

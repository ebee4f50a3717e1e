package roster_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/sqlite"
)

const (
	cafe   = "7ea00001-0000-4000-8000-00000000cafe"
	bakery = "7ea00002-0000-4000-8000-00000000ba4e" // of Ben alone
	office = "7ea00003-0000-4000-8000-00000000f0ff" // its time clock is off
	club   = "7ea00004-0000-4000-8000-00000000b00c" // without a schedule
	anna   = "0b1ec7ed-0001-4000-8000-0000000a22a1"
	ben    = "0b1ec7ed-0002-4000-8000-0000000000be"
)

// rig is a roster before a tenant, with a clock to set. Teams that are hidden
// are left out of what Graph says, as if they were joined later.
type rig struct {
	*roster.Roster
	t      *testing.T
	box    *tenant.Tenant
	client *graph.Client

	mu     sync.Mutex
	skew   time.Duration
	hidden string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	clocked := func(on bool) *tenant.Schedule { return &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: on} }
	both := []tenant.Member{{Person: anna}, {Person: ben, Owner: true}}
	box, err := tenant.Open(tenant.Config{
		URL: server.URL + "/graph",
		Verify: func(_ context.Context, token string) (tenant.Caller, error) {
			granted := []string{"Schedule.ReadWrite.All", "TeamMember.Read.All", "Team.ReadBasic.All"}
			if token == "app" {
				return tenant.Caller{App: "client", Roles: granted}, nil
			}
			return tenant.Caller{Object: token, Scopes: granted}, nil
		},
		Directory: tenant.Directory{
			People: []tenant.Person{{ID: anna, Login: "anna@example.com", Name: "Anna"}, {ID: ben, Login: "ben@example.com", Name: "Ben"}},
			Teams: []tenant.Team{
				{ID: cafe, Name: "Café", Members: both, Schedule: clocked(true)},
				{ID: bakery, Name: "Bakery", Members: both[1:], Schedule: clocked(true)},
				{ID: office, Name: "Office", Members: both, Schedule: clocked(false)},
				{ID: club, Name: "Club", Members: both},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	mux.Handle("/graph/", http.StripPrefix("/graph", box))
	r.box = box
	if r.client, err = graph.New(graph.Config{Root: server.URL + "/graph", Budget: unlimited{}, Rand: func() float64 { return 0 }}); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r.Roster = &roster.Roster{Store: sqlite.Roster{DB: db}, Graph: r, Now: r.now, Log: slog.New(slog.DiscardHandler)}
	return r
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Now().Add(r.skew)
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skew += d
}

// JoinedTeams asks the tenant and leaves out what is hidden.
func (r *rig) JoinedTeams(ctx context.Context, who graph.Caller) ([]graph.Team, error) {
	teams, err := r.client.JoinedTeams(ctx, who)
	return slices.DeleteFunc(teams, func(t graph.Team) bool { return t.ID == r.hidden }), err
}

func (r *rig) Schedule(ctx context.Context, who graph.Caller, team string) (graph.Schedule, error) {
	return r.client.Schedule(ctx, who, team)
}

type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

func caller(token string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return token, nil })
}

var key = roster.Key{Person: "tenant." + anna, Caller: caller(anna)}

func (r *rig) breaks(f tenant.Fault) {
	r.t.Helper()
	if _, err := r.box.Misbehave(f); err != nil {
		r.t.Fatal(err)
	}
}

// asked counts calls of an operation.
func (r *rig) asked(op tenant.Op) int {
	n := 0
	for _, c := range r.box.Calls() {
		if c.Op == op {
			n++
		}
	}
	return n
}

func (r *rig) teams() []wire.Team {
	r.t.Helper()
	teams, err := r.Teams(r.t.Context(), key)
	if err != nil {
		r.t.Fatalf("Teams: %v", err)
	}
	return teams
}

func TestTeamsSayWhereOneCanClockIn(t *testing.T) {
	r := newRig(t)
	want := []wire.Team{
		{ID: cafe, Name: "Café", Zone: "Europe/Vienna", FirstDay: 1, Clock: true},
		{ID: office, Name: "Office", Zone: "Europe/Vienna", FirstDay: 1, Why: wire.CodeNoTimeClock},
		{ID: club, Name: "Club", Why: wire.CodeNoSchedule},
	}
	if got := r.teams(); !slices.Equal(got, want) {
		t.Errorf("Teams = %+v\nwant    %+v", got, want)
	}
	if got := r.teams(); !slices.Equal(got, want) || r.asked(tenant.JoinedTeams) != 1 {
		t.Errorf("asked again, Teams = %+v after %d calls", got, r.asked(tenant.JoinedTeams))
	}
	// An application gives the same list, and only to whom it belongs.
	app := roster.Key{Person: "app." + anna, Caller: graph.Caller{Token: caller("app").Token, User: anna, ActsAs: true}}
	if got, err := r.Teams(t.Context(), app); err != nil || !slices.Equal(got, want) {
		t.Errorf("by application, Teams = %+v, %v", got, err)
	}
}

func TestTheKeptListServesForAnHourAndWhileGraphIsDown(t *testing.T) {
	r := newRig(t)
	r.hidden = office
	if got := r.teams(); len(got) != 2 {
		t.Fatalf("Teams = %+v, want two", got)
	}
	r.hidden = ""
	r.pass(59 * time.Minute)
	if got := r.teams(); len(got) != 2 || r.asked(tenant.JoinedTeams) != 1 {
		t.Errorf("after 59 minutes Teams = %+v, want the kept ones", got)
	}
	r.pass(2 * time.Minute)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.JoinedTeams, Status: 503})
	if got := r.teams(); len(got) != 2 {
		t.Errorf("while Graph is down Teams = %+v, want the kept ones", got)
	}
	r.box.Mend("")
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.JoinedTeams, DelayMS: 5000})
	began := time.Now()
	if got := r.teams(); len(got) != 2 || time.Since(began) > 3*time.Second {
		t.Errorf("while Graph is slow Teams = %+v after %v, want the kept ones soon", got, time.Since(began))
	}
	r.box.Mend("")
	fresh := newRig(t)
	fresh.teams()
	fresh.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.GetSchedule, Status: 503})
	fresh.pass(2 * time.Hour)
	if got := fresh.teams(); !got[0].Clock {
		t.Errorf("while schedules cannot be read Teams = %+v, want the kept ones", got)
	}
	fresh.box.Mend("")
	fresh.hidden = cafe
	if got := fresh.teams(); len(got) != 2 {
		t.Errorf("once Graph answers again Teams = %+v, want a team less", got)
	}
}

func TestWithoutAKeptListTheErrorIsGraphs(t *testing.T) {
	r := newRig(t)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.JoinedTeams, Status: 503})
	if got, err := r.Teams(t.Context(), key); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("Teams = %+v, %v; want %v", got, err, graph.ErrUnavailable)
	}
}

func TestATeamThatIsNew(t *testing.T) {
	r := newRig(t)
	r.hidden = office
	r.teams()
	r.hidden = ""
	if got, err := r.Team(t.Context(), key, office); !errors.Is(err, roster.ErrUnknown) || r.asked(tenant.JoinedTeams) != 1 {
		t.Errorf("at once, Team = %+v, %v after %d calls; want it unknown without asking", got, err, r.asked(tenant.JoinedTeams))
	}
	r.pass(61 * time.Second)
	if got, err := r.Team(t.Context(), key, office); err != nil || got.ID != office {
		t.Errorf("a minute later, Team = %+v, %v; want it found", got, err)
	}
	r.pass(61 * time.Second)
	for _, id := range []string{bakery, "", "nonsense", "../me"} {
		if got, err := r.Team(t.Context(), key, id); !errors.Is(err, roster.ErrUnknown) {
			t.Errorf("Team(%q) = %+v, %v; want %v", id, got, err, roster.ErrUnknown)
		}
	}
	if n := r.asked(tenant.JoinedTeams); n != 3 {
		t.Errorf("Graph was asked %d times, want once more for the first unknown team", n)
	}
	r.pass(2 * time.Minute)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.JoinedTeams, Status: 503})
	if _, err := r.Team(t.Context(), key, bakery); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("while Graph is down, Team of a team not on the list: %v, want %v", err, graph.ErrUnavailable)
	}
	if _, err := r.Team(t.Context(), key, cafe); err != nil {
		t.Errorf("while Graph is down, Team of one on the list: %v", err)
	}
}

func TestManyAskingForOnePersonAskOnce(t *testing.T) {
	r := newRig(t)
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.JoinedTeams, DelayMS: 200})
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if got, err := r.Teams(t.Context(), key); err != nil || len(got) != 3 {
				t.Errorf("Teams = %+v, %v", got, err)
			}
		})
	}
	all.Wait()
	if n := r.asked(tenant.JoinedTeams); n != 1 {
		t.Errorf("Graph was asked %d times, want once", n)
	}
}

func TestShiftsAreReadForTheTeamAndGivenToTheirPerson(t *testing.T) {
	r := newRig(t)
	hour := func(n int) time.Time { return time.Now().Truncate(time.Hour).Add(time.Duration(n) * time.Hour) }
	shift := func(id, person string, start, end int) tenant.Shift {
		return tenant.Shift{ID: id, Team: cafe, Person: person, Start: hour(start), End: hour(end)}
	}
	if err := r.box.Seed(nil, []tenant.Shift{
		shift("later", anna, 20, 28), shift("sooner", anna, -2, 6), shift("ben's", ben, 0, 8), shift("far", anna, 100, 108), shift("night", anna, -50, -47),
	}); err != nil {
		t.Fatal(err)
	}
	shifts := &roster.Shifts{Graph: r.client, Now: r.now}
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.ListShifts, DelayMS: 100})
	var all sync.WaitGroup
	for range 5 {
		for person, want := range map[string][]string{anna: {"night", "sooner", "later"}, ben: {"ben's"}, "nobody": {}} {
			all.Go(func() {
				got, err := shifts.Of(t.Context(), caller(ben), wire.Team{ID: cafe}, person)
				var ids []string
				for _, s := range got {
					ids = append(ids, s.ID)
				}
				if err != nil || got == nil || !slices.Equal(ids, append([]string(nil), want...)) {
					t.Errorf("shifts of %s: %v, %v; want %v", person, ids, err, want)
				}
			})
		}
	}
	all.Wait()
	if n := r.asked(tenant.ListShifts); n != 1 {
		t.Errorf("Graph was asked %d times, want once for the team", n)
	}
	r.pass(11 * time.Minute)
	r.box.Mend("")
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListShifts, Status: 503})
	if got, err := shifts.Of(t.Context(), caller(anna), wire.Team{ID: cafe}, anna); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("old shifts while Graph is down: %v, %v; want %v", got, err, graph.ErrUnavailable)
	}
	r.box.Mend("")
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.ListShifts, DelayMS: 4000, Times: 1})
	if got, err := shifts.Of(t.Context(), caller(anna), wire.Team{ID: cafe}, anna); !errors.Is(err, graph.ErrTimeout) {
		t.Errorf("shifts while Graph is slow: %v, %v; want %v soon", got, err, graph.ErrTimeout)
	}
}

func TestMembership(t *testing.T) {
	r := newRig(t)
	members := &roster.Members{Graph: r.client, Now: r.now}
	app := graph.Caller{Token: caller("app").Token, User: anna}
	check := func(team, person string, want error) {
		t.Helper()
		if err := members.Check(t.Context(), app, team, person); !errors.Is(err, want) {
			t.Errorf("Check(%s, %s) = %v, want %v", team, person, err, want)
		}
	}
	check(cafe, anna, nil)
	check(cafe, anna, nil)
	if n := r.asked(tenant.ListMembers); n != 1 {
		t.Errorf("Graph was asked %d times within five minutes, want once", n)
	}
	check(cafe, ben, nil)
	check(bakery, anna, roster.ErrUnknown)
	check(bakery, anna, roster.ErrUnknown)
	check("7ea00009-0000-4000-8000-000000000000", anna, roster.ErrUnknown)
	check(cafe, "0b1ec7ed-0099-4000-8000-000000000000", roster.ErrUnknown)
	if n := r.asked(tenant.ListMembers); n != 6 {
		t.Errorf("Graph was asked %d times, want anew for whoever is not found", n)
	}
	r.pass(6 * time.Minute)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: 503})
	check(cafe, anna, graph.ErrUnavailable)
	if err := members.Check(t.Context(), app, cafe, anna); errors.Is(err, roster.ErrUnknown) {
		t.Errorf("Check while Graph is down = %v: that is no answer", err)
	}
}

package deliver_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/authority"
	"timeclock/server/deliver"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

const (
	team  = "7ea00001-0000-4000-8000-00000000cafe"
	other = "7ea00002-0000-4000-8000-00000000ba4e" // a team that Anna is not in
	anna  = "0b1ec7ed-0001-4000-8000-0000000a22a1"
	ben   = "0b1ec7ed-0002-4000-8000-0000000000be"
)

// who is Anna at the session she pressed with.
var who = journal.Who{Person: "tenant." + anna, Object: anna, Session: "hash"}

// keyring hands out tokens that are the names of whom they speak for, as long
// as no error is set.
type keyring struct{ session, person, app error }

func (k *keyring) AccessToken(_ context.Context, hash string) (string, error) {
	return anna, k.session
}

func (k *keyring) PersonToken(_ context.Context, p session.Person) (string, error) {
	return p.Object, k.person
}

func (k *keyring) Token(context.Context) (string, error) { return "app", k.app }

func (k *keyring) Drop(string) {}

// rig is a deliverer with the real mirror and client, before a tenant.
type rig struct {
	*deliver.Graph
	t      *testing.T
	box    *tenant.Tenant
	client *graph.Client
	db     *sqlite.DB
	keys   *keyring
}

func newRig(t *testing.T, byApplication bool) *rig {
	t.Helper()
	r := &rig{t: t, keys: &keyring{}}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.open(server.URL + "/graph")
	mux.Handle("/graph/", http.StripPrefix("/graph", r.box))
	var err error
	if r.client, err = graph.New(graph.Config{
		Root: server.URL + "/graph", Timeout: 300 * time.Millisecond, Budget: unlimited{}, Rand: func() float64 { return 0 },
	}); err != nil {
		t.Fatal(err)
	}
	if r.db, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	asking := access.Access{Sessions: r.keys, ActsAs: true}
	if byApplication {
		asking.Application = r.keys
	}
	log := slog.New(slog.DiscardHandler)
	r.Graph = &deliver.Graph{
		Client: r.client, Access: asking, Now: time.Now, Log: log,
		Mirror: &mirror.Mirror{Store: sqlite.Mirror{DB: r.db}, Graph: r.client, Now: time.Now, Log: log},
		Authority: &authority.Authority{
			Members:       &roster.Members{Graph: r.client, Now: time.Now},
			Supervisors:   &roster.Supervisors{Graph: r.client, Now: time.Now, Log: log},
			Former:        &roster.Former{Graph: r.client, Now: time.Now},
			ByApplication: byApplication, Log: log,
		},
		Roles: func(context.Context, session.Person, string) []string { return nil },
	}
	return r
}

// open starts the tenant: two teams, Anna in one of them and Ben in both.
func (r *rig) open(url string) {
	r.t.Helper()
	clocked := &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: true}
	box, err := tenant.Open(tenant.Config{
		URL: url,
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
				{ID: team, Name: "Café", Members: []tenant.Member{{Person: anna}, {Person: ben}}, Schedule: clocked},
				{ID: other, Name: "Bakery", Members: []tenant.Member{{Person: ben}}, Schedule: clocked},
			},
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(box.Close)
	r.box = box
}

type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

// beginning is a turn that comes at once and begins so.
func beginning(begin func([]byte) error) journal.Turn { return journal.Turn{Begin: begin} }

// unopposed finds nothing against a press.
func unopposed([]clock.Card) error { return nil }

var atOnce = beginning(func([]byte) error { return nil })

// press is a press of Anna's about to be sent as one step.
func press(k, step clock.Kind) journal.Entry {
	now := clock.At(time.Now())
	return journal.Entry{
		Punch: wire.Punch{ID: string(k), Team: team, Kind: k, At: now, Note: "a note"}, Who: who, Step: step, Sent: now,
	}
}

// late is a press of so long ago, to be written with its own time.
func late(k clock.Kind, ago time.Duration) journal.Entry {
	e := press(k, k)
	e.At, e.Written = clock.At(time.Now().Add(-ago)), true
	return e
}

// begun clocks somebody in and gives the card.
func (r *rig) begun(person string) graph.TimeCard {
	r.t.Helper()
	c, err := r.client.ClockIn(r.t.Context(), graph.By(func(context.Context) (string, error) { return person, nil }), team, graph.Action{})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) breaks(f tenant.Fault) {
	r.t.Helper()
	if _, err := r.box.Misbehave(f); err != nil {
		r.t.Fatal(err)
	}
}

// effects are the changes made in the tenant, by name.
func (r *rig) effects() string {
	var names []string
	for _, e := range r.box.Effects() {
		names = append(names, string(e.Op))
	}
	return strings.Join(names, " ")
}

// mirrored gives Anna's card in the mirror.
func (r *rig) mirrored(id string) clock.Card {
	r.t.Helper()
	s, err := r.Mirror.Known(r.t.Context(), mirror.Key{Team: team, Person: anna})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range s.Cards {
		if c.ID == id {
			return c
		}
	}
	r.t.Fatalf("card %q is not in the mirror: %+v", id, s.Cards)
	return clock.Card{}
}

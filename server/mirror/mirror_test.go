package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/server/graph"
	"timeclock/server/mirror"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/sqlite"
)

const (
	team = "7ea00001-0000-4000-8000-00000000cafe"
	anna = "0b1ec7ed-0001-4000-8000-0000000a22a1"
	ben  = "0b1ec7ed-0002-4000-8000-0000000000be"
)

// rig is a mirror before a tenant, with a clock to set.
type rig struct {
	*mirror.Mirror
	t      *testing.T
	box    *tenant.Tenant
	client *graph.Client

	mu   sync.Mutex
	skew time.Duration
	told []string // what Changed was told
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	box, err := tenant.Open(tenant.Config{
		URL: server.URL + "/graph",
		Verify: func(_ context.Context, token string) (tenant.Caller, error) {
			return tenant.Caller{Object: token, Scopes: []string{"Schedule.ReadWrite.All"}}, nil
		},
		Directory: tenant.Directory{
			People: []tenant.Person{{ID: anna, Login: "anna@example.com", Name: "Anna"}, {ID: ben, Login: "ben@example.com", Name: "Ben"}},
			Teams: []tenant.Team{{ID: team, Name: "Café", Members: []tenant.Member{{Person: anna}, {Person: ben}},
				Schedule: &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: true}}},
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
	r.Mirror = &mirror.Mirror{Store: sqlite.Mirror{DB: openDB(t)}, Graph: r.client, Now: r.now, Log: slog.New(slog.DiscardHandler), Changed: r.changed}
	return r
}

func openDB(t *testing.T) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
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

func (r *rig) changed(team, person string, _ clock.Instant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, team+" "+person)
}

type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

func caller(person string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return person, nil })
}

var key = mirror.Key{Team: team, Person: anna, Caller: caller(anna)}

func (r *rig) clockIn(person string) graph.TimeCard {
	r.t.Helper()
	c, err := r.client.ClockIn(r.t.Context(), caller(person), team, graph.Action{})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) visit(fresh bool) mirror.Snapshot {
	r.t.Helper()
	s, err := r.Visit(r.t.Context(), key, fresh)
	if err != nil {
		r.t.Fatalf("Visit: %v", err)
	}
	return s
}

func (r *rig) lists() int {
	n := 0
	for _, c := range r.box.Calls() {
		if c.Op == tenant.List {
			n++
		}
	}
	return n
}

func TestAVisitAsksGraphOnlyWhenItMust(t *testing.T) {
	r := newRig(t)
	mine := r.clockIn(anna)
	r.clockIn(ben)
	s := r.visit(false)
	if len(s.Cards) != 1 || s.Cards[0].ID != mine.ID || s.Stale != nil || s.AsOf == 0 || r.lists() != 1 {
		t.Fatalf("the first visit = %+v after %d calls; want Anna's card by one call", s, r.lists())
	}
	if again := r.visit(false); again.AsOf != s.AsOf || r.lists() != 1 {
		t.Errorf("a visit soon after asked Graph again")
	}
	if fresh := r.visit(true); fresh.AsOf <= s.AsOf || r.lists() != 2 {
		t.Errorf("a visit that wants it fresh is as of %d, was %d, after %d calls", fresh.AsOf, s.AsOf, r.lists())
	}
	r.pass(11 * time.Second)
	if later := r.visit(false); later.AsOf <= s.AsOf || r.lists() != 3 {
		t.Errorf("a visit after 11 s was answered from the mirror")
	}
	if want := []string{team + " " + anna, team + " " + anna, team + " " + anna}; !slices.Equal(r.told, want) {
		t.Errorf("Changed was told %q, want once for each reading", r.told)
	}
}

func TestVisitsAtOnceAreOneCall(t *testing.T) {
	r := newRig(t)
	r.clockIn(anna)
	if _, err := r.box.Misbehave(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.List, DelayMS: 300}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if s, err := r.Visit(t.Context(), key, false); err != nil || len(s.Cards) != 1 {
				t.Errorf("Visit = %+v, %v", s, err)
			}
		})
	}
	all.Wait()
	if n := r.lists(); n != 1 {
		t.Errorf("Graph was asked %d times, want once", n)
	}
}

// TestAReadingGoesOnWhenItsVisitorLeaves, so that the next finds it done.
func TestAReadingGoesOnWhenItsVisitorLeaves(t *testing.T) {
	r := newRig(t)
	r.clockIn(anna)
	list := &slowList{Lister: r.client, begun: make(chan bool), let: make(chan bool)}
	r.Mirror.Graph = list
	leaving, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { _, err := r.Visit(leaving, key, false); left <- err }()
	<-list.begun
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the visitor who left: %v", err)
	}
	found := make(chan mirror.Snapshot)
	go func() { found <- r.visit(false) }()
	close(list.let)
	if s := <-found; len(s.Cards) != 1 || r.lists() != 1 {
		t.Errorf("the next visit = %+v after %d calls, want the card and one call", s, r.lists())
	}
}

func TestWhatIsKnownIsShownWhileGraphFails(t *testing.T) {
	r := newRig(t)
	r.clockIn(anna)
	set := func(f tenant.Fault) {
		r.box.Mend("")
		if _, err := r.box.Misbehave(f); err != nil {
			t.Fatal(err)
		}
	}
	set(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 503})
	if s, err := r.Visit(t.Context(), key, false); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("a visit with nothing known = %+v, %v; want Graph's error", s, err)
	}
	r.box.Mend("")
	known := r.visit(false)
	for _, tt := range []struct {
		name  string
		fault tenant.Fault
		stale error
	}{
		{"Graph is down", tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 503}, graph.ErrUnavailable},
		{"Graph refuses", tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 403}, graph.ErrForbidden},
		{"Graph is slow", tenant.Fault{Do: tenant.SlowBefore, Op: tenant.List, DelayMS: 3000}, mirror.ErrPending},
	} {
		set(tt.fault)
		began := time.Now()
		s := r.visit(true)
		if !errors.Is(s.Stale, tt.stale) || s.AsOf != known.AsOf || len(s.Cards) != 1 {
			t.Errorf("%s: Visit = %+v; want what is known, stale by %v", tt.name, s, tt.stale)
		}
		if took := time.Since(began); took > 2500*time.Millisecond {
			t.Errorf("%s: the visit took %v", tt.name, took)
		}
	}
}

// TestOwnWritesAreNotUndone by a reading that had begun before them.
func TestOwnWritesAreNotUndone(t *testing.T) {
	r := newRig(t)
	card := r.clockIn(anna).Clock(team)
	list := &slowList{Lister: r.client, begun: make(chan bool), let: make(chan bool)}
	r.Mirror.Graph = list
	read := make(chan error)
	go func() { _, err := r.Read(t.Context(), key); read <- err }()
	<-list.begun
	r.pass(50 * time.Millisecond)
	card.Out = &clock.Event{At: clock.At(r.now())}
	if err := r.Put(t.Context(), card); err != nil {
		t.Fatal(err)
	}
	close(list.let)
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	s, err := r.Known(t.Context(), key)
	if err != nil || len(s.Cards) != 1 || s.Cards[0].Out == nil {
		t.Errorf("Known = %+v, %v; want the clock-out that was put in", s, err)
	}
	if len(r.told) != 2 {
		t.Errorf("Changed was told %q, want of the card and of the reading", r.told)
	}
}

// slowList lists as its Lister does, and gives the list only when told to.
type slowList struct {
	mirror.Lister
	begun, let chan bool
}

func (l *slowList) Cards(ctx context.Context, who graph.Caller, team string, f graph.Filter) ([]graph.TimeCard, error) {
	cards, err := l.Lister.Cards(ctx, who, team, f)
	select {
	case l.begun <- true:
	case <-l.let: // a later reading than the one waited for
	}
	<-l.let
	return cards, errors.Join(err, ctx.Err())
}

func TestTimeGoneByIsReadAndNotMirrored(t *testing.T) {
	r := newRig(t)
	day := func(n int) time.Time { return time.Now().AddDate(0, 0, -n).Truncate(time.Millisecond) }
	var seeded []tenant.Card
	for _, n := range []int{40, 50, 60} {
		seeded = append(seeded, tenant.Card{ID: fmt.Sprint("TCK_", n), Team: team, Person: anna, Created: day(n), Modified: day(n),
			In: &tenant.Event{At: day(n)}, Out: &tenant.Event{At: day(n).Add(time.Hour)}})
	}
	if err := r.box.Seed(seeded, nil); err != nil {
		t.Fatal(err)
	}
	s, err := r.Between(t.Context(), key, clock.Stretch{From: clock.At(day(55)), To: clock.At(day(40))})
	if err != nil || len(s.Cards) != 1 || s.Cards[0].ID != "TCK_50" || s.AsOf == 0 {
		t.Errorf("Between = %+v, %v; want the card of 50 days ago", s, err)
	}
	if known, err := r.Known(t.Context(), key); err != nil || len(known.Cards) != 0 || known.AsOf != 0 {
		t.Errorf("Known = %+v, %v; want nothing", known, err)
	}
	if visited := r.visit(false); len(visited.Cards) != 0 {
		t.Errorf("a visit shows %+v, want nothing older than %d days", visited.Cards, mirror.Window/(24*clock.Hour))
	}
}

// TestTheStoreFails: that is said, and not taken for an empty week.
func TestTheStoreFails(t *testing.T) {
	r := newRig(t)
	db := openDB(t)
	r.Mirror.Store = sqlite.Mirror{DB: db}
	db.Close()
	if s, err := r.Visit(t.Context(), key, false); !errors.Is(err, mirror.ErrStore) {
		t.Errorf("Visit = %+v, %v; want %v", s, err, mirror.ErrStore)
	}
	if err := r.Put(t.Context(), clock.Card{ID: "c", Team: team, Person: anna}); !errors.Is(err, mirror.ErrStore) || len(r.told) != 0 {
		t.Errorf("Put = %v and told %q, want an error and nobody told", err, r.told)
	}
	if s, err := r.Read(t.Context(), key); err == nil {
		t.Errorf("Read = %+v, want an error", s)
	}
}

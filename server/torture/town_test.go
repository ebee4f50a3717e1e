package torture

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/roster"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/idp"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

// resident is somebody of a town, who works in one team.
type resident struct {
	id, login, team string
}

// town is a provider and a Graph of any size, on one origin in this process:
// whatever happens to the product, they live on.
type town struct {
	origin   string
	graph    *tenant.Tenant
	provider *idp.Provider
	people   []resident
	teams    []string

	// delay is what a call to Graph takes on its way there and on its way back.
	// Its effect comes between, even if nobody waits any more.
	delay func() (there, back time.Duration)
	asked atomic.Int64 // calls that reached Graph

	mu    sync.Mutex
	holds []*hold // protected by mu
}

// found makes a town of people in teams of about the same size, with the limits
// given, and ends it with the test. redirect is the product's address to come
// back to.
func found(t *testing.T, people, teams int, limits tenant.Limits, redirect string) *town {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &town{origin: "http://" + l.Addr().String(), delay: func() (time.Duration, time.Duration) { return 0, 0 }}
	d := w.populate(people, teams)
	w.provider, err = idp.New(idp.Config{
		Origin: w.origin, Tenant: sandbox.TenantID, Audience: w.origin + "/graph", Scopes: permissions,
		Client: idp.Client{ID: sandbox.ClientID, Secret: sandbox.ClientSecret, Name: "Timeclock", RedirectURLs: []string{redirect}},
		People: w.signIns(),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.graph, err = tenant.Open(tenant.Config{URL: w.origin + "/graph", Verify: w.verify, Directory: d, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(w.provider.Prefix(), w.provider)
	mux.Handle("/graph/", http.StripPrefix("/graph", http.HandlerFunc(w.far)))
	server := &http.Server{Handler: mux}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with Close
	t.Cleanup(func() {
		server.Close()
		serving.Wait()
		w.graph.Close()
	})
	return w
}

// permissions are those the product asks for.
var permissions = []string{"User.Read", "User.ReadBasic.All", "Team.ReadBasic.All", "TeamMember.Read.All",
	"Schedule.Read.All", "Schedule.ReadWrite.All"}

// populate makes the people and gives them as Graph knows them.
func (w *town) populate(people, teams int) tenant.Directory {
	var d tenant.Directory
	for i := range teams {
		id := fmt.Sprintf("7ea30000-0000-4000-8000-%012d", i)
		w.teams = append(w.teams, id)
		d.Teams = append(d.Teams, tenant.Team{ID: id, Name: fmt.Sprintf("Team %d", i),
			Schedule: &tenant.Schedule{TimeZone: "Europe/Stockholm", TimeClock: true}})
	}
	for i := range people {
		p := resident{fmt.Sprintf("9e09e000-0000-4000-8000-%012d", i), fmt.Sprintf("p%d@town.example", i), w.teams[i%teams]}
		w.people = append(w.people, p)
		d.People = append(d.People, tenant.Person{ID: p.id, Login: p.login, Name: p.login})
		team := &d.Teams[i%teams]
		team.Members = append(team.Members, tenant.Member{Person: p.id})
	}
	return d
}

// signIns are the people as the provider lists them.
func (w *town) signIns() []idp.Person {
	var all []idp.Person
	for _, p := range w.people {
		all = append(all, idp.Person{Object: p.id, Login: p.login, Name: p.login})
	}
	return all
}

func (w *town) verify(_ context.Context, token string) (tenant.Caller, error) {
	a, err := w.provider.Verify(token)
	if err != nil {
		return tenant.Caller{}, err
	}
	return tenant.Caller{Object: a.Object, App: a.App, AppName: a.AppName, Scopes: a.Scopes, Roles: a.Roles}, nil
}

// far is Graph at the end of a long way.
func (w *town) far(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it never arrived as a whole
	}
	there, back := w.delay()
	time.Sleep(there)
	h := w.take(r.Method, r.URL.Path)
	if !h.stand(onTheWay) {
		panic(http.ErrAbortHandler)
	}
	r = r.WithContext(context.WithoutCancel(r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	w.asked.Add(1)
	w.graph.ServeHTTP(answer, r)
	time.Sleep(back)
	if !h.stand(onItsReturn) {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header() {
		rw.Header()[name] = values
	}
	rw.WriteHeader(answer.Code)
	_, _ = rw.Write(answer.Body.Bytes())
}

// slow delays calls by some tens of milliseconds on both ways, and one in
// twenty by seconds on one of them.
func slow(seed uint64) func() (there, back time.Duration) {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, 1))
	return func() (there, back time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		there, back = upTo(rng, 60*time.Millisecond), upTo(rng, 60*time.Millisecond)
		switch rng.IntN(40) {
		case 0:
			there += upTo(rng, latest)
		case 1:
			back += upTo(rng, latest)
		}
		return there, back
	}
}

// latest is the most that slow adds.
const latest = 3 * time.Second

func upTo(rng *rand.Rand, d time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(d))) }

// acquaint puts into the product's database what it would otherwise ask Graph
// for at everybody's first press: who works in which team, as read just now.
func (w *town) acquaint(t *testing.T, kept roster.Store) {
	t.Helper()
	for _, p := range w.people {
		who := session.Person{Tenant: sandbox.TenantID, Object: p.id}
		teams := []roster.Team{{Team: wire.Team{ID: p.team, Name: p.team, Zone: "Europe/Stockholm", Clock: true}}}
		if err := kept.SetTeams(t.Context(), who.Key(), teams, clock.At(time.Now())); err != nil {
			t.Fatal(err)
		}
	}
}

// embedded makes a SQLite database for the town and gives its URL.
func (w *town) embedded(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "timeclock.db")
	db, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	w.acquaint(t, sqlite.Roster{DB: db})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

// repeating makes the Graph take every action again as if it were the first, so
// that whoever sends one twice is seen to.
func (w *town) repeating(t *testing.T) {
	t.Helper()
	for _, name := range []string{"clockInWhileIn", "clockOutWhileOut", "clockOutOnBreak", "startBreakOnBreak",
		"startBreakWhileOut", "endBreakWhileIn", "endBreakWhileOut"} {
		if err := w.graph.Suppose(name, "allow"); err != nil {
			t.Fatal(err)
		}
	}
}

package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/api"
	"timeclock/server/authority"
	"timeclock/server/board"
	"timeclock/server/deliver"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/petition"
	"timeclock/server/report"
	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/session"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
	"timeclock/server/trail"
)

const (
	cafe   = "7ea00001-0000-4000-8000-00000000cafe"
	bakery = "7ea00002-0000-4000-8000-00000000ba4e" // of Ben alone
	office = "7ea00003-0000-4000-8000-00000000f0ff" // its time clock is off
	club   = "7ea00004-0000-4000-8000-00000000b00c" // without a schedule
	anna   = "0b1ec7ed-0001-4000-8000-0000000a22a1"
	ben    = "0b1ec7ed-0002-4000-8000-0000000000be"
	sara   = "0b1ec7ed-0003-4000-8000-000000005a4a" // owner of the café, and in the bakery
	depot  = "7ea00005-0000-4000-8000-00000000de90" // of Otto and Ben, who own it
	otto   = "0b1ec7ed-0004-4000-8000-000000000770" // owner of the depot
	olga   = "0b1ec7ed-0005-4000-8000-0000000001ca" // in the depot
	rita   = "0b1ec7ed-0006-4000-8000-0000000021fa" // in the café
)

// harbour is the approved location of the café, the only team with one.
var harbour = wire.Position{Latitude: 59.3251, Longitude: 18.0711, Accuracy: 20}

// rig is the API with all that is behind it, over HTTP, before a tenant.
type rig struct {
	t       *testing.T
	url     string
	box     *tenant.Tenant
	api     *api.Handler
	db      *sqlite.DB // journal, mirror, roster
	people  *sqlite.DB // sessions
	session *session.Manager
	said    *transcript              // the log
	roles   atomic.Pointer[[]string] // of everybody, when a press is delivered
}

// transcript is a log that several goroutines write.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *transcript) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// audited gives the lines of the audit log that tell of an event.
func (l *transcript) audited(e telemetry.Event) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, "msg="+string(e)+" ") && strings.Contains(line, telemetry.AuditKey+"=true") {
			found = append(found, line)
		}
	}
	return found
}

func (r *rig) log() *slog.Logger { return slog.New(slog.NewTextHandler(r.said, nil)) }

func newRig(t *testing.T) *rig { return newRigBy(t, access.Access{}) }

// newRigBy is a rig that asks Graph by the application and as it says, or, where
// it names none, with people's own tokens.
func newRigBy(t *testing.T, by access.Access) *rig {
	t.Helper()
	r := &rig{t: t, db: openDB(t), people: openDB(t), said: &transcript{}}
	r.roles.Store(&[]string{role})
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.url = server.URL
	r.openTenant()
	mux.Handle("/graph/", http.StripPrefix("/graph", r.box))
	r.openSessions()
	by.Sessions = r.session
	r.assemble(by)
	inner := http.NewServeMux()
	r.api.Mount(inner)
	(&api.Sessions{Manager: r.session, Log: r.log()}).Mount(inner)
	requests := &telemetry.Requests{Log: r.log(), Now: time.Now}
	mux.Handle("/api/", requests.Wrap(r.session.Load(inner)))
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

func (r *rig) openTenant() {
	r.t.Helper()
	clocked := func(on bool) *tenant.Schedule { return &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: on} }
	both := []tenant.Member{{Person: anna}, {Person: ben}}
	saras := tenant.Member{Person: sara}
	located := clocked(true)
	located.Location = &tenant.Location{Latitude: harbour.Latitude, Longitude: harbour.Longitude}
	var err error
	r.box, err = tenant.Open(tenant.Config{
		URL: r.url + "/graph",
		Verify: func(_ context.Context, token string) (tenant.Caller, error) {
			if token == "revoked" {
				return tenant.Caller{}, errors.New("revoked")
			}
			granted := []string{"Schedule.ReadWrite.All", "Team.ReadBasic.All", "TeamMember.Read.All"}
			if token == appToken {
				return tenant.Caller{App: "client", Roles: granted}, nil
			}
			return tenant.Caller{Object: token, Scopes: granted}, nil
		},
		Directory: tenant.Directory{
			People: []tenant.Person{
				{ID: anna, Login: "anna@example.com", Name: "Anna"}, {ID: ben, Login: "ben@example.com", Name: "Ben"},
				{ID: sara, Login: "sara@example.com", Name: "Sara"}, {ID: otto, Login: "otto@example.com", Name: "Otto"},
				{ID: olga, Login: "olga@example.com", Name: "Olga"}, {ID: rita, Login: "rita@example.com", Name: "Rita"},
			},
			Teams: []tenant.Team{
				{ID: cafe, Name: "Café", Members: append([]tenant.Member{{Person: sara, Owner: true}, {Person: rita}}, both...), Schedule: located},
				{ID: bakery, Name: "Bakery", Members: []tenant.Member{both[1], saras}, Schedule: clocked(true)},
				{ID: office, Name: "Office", Members: both, Schedule: clocked(false)},
				{ID: club, Name: "Club", Members: both},
				{ID: depot, Name: "Depot", Members: []tenant.Member{{Person: otto, Owner: true}, {Person: ben, Owner: true}, {Person: olga}}, Schedule: clocked(true)},
			},
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(r.box.Close)
}

func (r *rig) openSessions() {
	r.t.Helper()
	keys, err := session.NewKeys([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		r.t.Fatal(err)
	}
	store := sqlite.Sessions{DB: r.people}
	r.session, err = session.New(session.Config{
		Sessions: store, People: store, Tokens: store, Grants: store, Refresher: never{}, Keys: keys,
		InsecureHTTP: true, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// never renews tokens: those of these tests live long enough.
type never struct{}

func (never) Refresh(context.Context, session.Tokens) (session.Tokens, error) {
	return session.Tokens{}, session.ErrUnavailable
}

// appToken is the application's own.
const appToken = "app"

// application hands out the server's own token.
type application struct{}

func (application) Token(context.Context) (string, error) { return appToken, nil }
func (application) Drop(string)                           {}

func (r *rig) assemble(asking access.Access) {
	r.t.Helper()
	log := r.log()
	client, err := graph.New(graph.Config{Root: r.url + "/graph", Budget: unlimited{}, Rand: func() float64 { return 0 }})
	if err != nil {
		r.t.Fatal(err)
	}
	changes := &api.Changes{}
	cards := &mirror.Mirror{Store: sqlite.Mirror{DB: r.db}, Graph: client, Now: time.Now, Log: log}
	supervisors := &roster.Supervisors{Graph: client, Role: role, Now: time.Now, Log: log}
	kept := sqlite.Journal{DB: r.db}
	teams, shifts := &roster.Roster{Store: sqlite.Roster{DB: r.db}, Graph: client, Now: time.Now, Log: log}, &roster.Shifts{Graph: client, Now: time.Now}
	may := &authority.Authority{
		Teams: teams, Members: &roster.Members{Graph: client, Now: time.Now}, Supervisors: supervisors,
		Former: &roster.Former{Graph: client, Now: time.Now}, ByApplication: asking.ByApplication(), Log: log,
	}
	boards := &board.Boards{
		Mirror: cards, Shifts: shifts, Supervisors: supervisors, Presses: kept, Rules: clock.DefaultRules, Now: time.Now, Log: log,
	}
	cards.Changed = func(team, person string, asOf clock.Instant) {
		changes.Tell(team, person, asOf)
		boards.Tell(team, person)
	}
	cards.ChangedTeam, shifts.Changed = boards.TellRead, boards.TellShifts
	j := &journal.Journal{
		Store: kept, Past: kept, Claims: kept,
		Deliverer: &deliver.Graph{
			Client: client, Mirror: cards, Access: asking, Authority: may,
			Roles: func(context.Context, session.Person, string) []string { return *r.roles.Load() }, Now: time.Now, Log: log,
		},
		Limits: journal.DefaultLimits, Now: time.Now, Log: log, Moved: boards.Tell,
	}
	r.api = &api.Handler{
		Journal: j, Mirror: cards, Access: asking, Changes: changes,
		Roster: teams, Shifts: shifts, Authority: may, Supervisors: supervisors, Boards: boards,
		Disputes:  kept,
		Trail:     trail.Book{Store: kept, Graph: client, Name: supervisors.Name, Now: time.Now},
		Petitions: petition.Book{Store: sqlite.Petitions{DB: r.db}, Now: time.Now},
		Reports: &report.Reports{
			Reader: report.FromGraph{Graph: client}, Members: supervisors.People, Confirmed: kept,
			Rules: clock.DefaultRules, Now: time.Now, Log: log,
		},
		PressWait: 5 * time.Second, Version: "v-test", Now: time.Now, Log: log,
		LocationRadius: 200,
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx) }()
	r.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	})
}

type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

func (r *rig) breaks(f tenant.Fault) {
	r.t.Helper()
	if _, err := r.box.Misbehave(f); err != nil {
		r.t.Fatal(err)
	}
}

// visitor is somebody's browser.
type visitor struct {
	rig    *rig
	cookie *http.Cookie // nil when signed out
	header http.Header  // beside what the program sends
}

// role is the app role of supervisors.
const role = "Chief"

// signIn begins a session; the access token is whom it speaks for.
func (r *rig) signIn(person, token string, roles ...string) *visitor {
	r.t.Helper()
	w := httptest.NewRecorder()
	_, err := r.session.Start(r.t.Context(), w, httptest.NewRequest(http.MethodGet, "/", nil), session.SignIn{
		Person: session.Person{Tenant: "tenant", Object: person, Name: "Name of " + person[7:11]},
		Issuer: "https://id.example", Roles: roles, Tokens: session.Tokens{Access: token, Issued: time.Now(), Expires: time.Now().Add(time.Hour)},
	})
	if err != nil || len(w.Result().Cookies()) != 1 {
		r.t.Fatalf("Start: %v, cookies %v", err, w.Result().Cookies())
	}
	return &visitor{r, w.Result().Cookies()[0], http.Header{wire.Header: {wire.HeaderValue}}}
}

// send makes a call and gives the answer, unread.
func (v *visitor) send(ctx context.Context, method, path string, body []byte) *http.Response {
	t := v.rig.t
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, v.rig.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = v.header.Clone()
	if v.cookie != nil {
		req.AddCookie(v.cookie)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp
}

// reply is an answer, read.
type reply struct {
	*http.Response
	body []byte
}

// code is that of the problem; empty when it went well.
func (r reply) code() wire.Code {
	if r.StatusCode < 300 {
		return ""
	}
	var p wire.Problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		return wire.Code("no problem: " + string(r.body))
	}
	return p.Code
}

// call makes a call. in is sent as JSON, or as it is when it is text; out takes
// the answer when it went well.
func (v *visitor) call(method, path string, in, out any) reply {
	t := v.rig.t
	t.Helper()
	var body []byte
	switch in := in.(type) {
	case nil:
	case string:
		body = []byte(in)
	default:
		var err error
		if body, err = json.Marshal(in); err != nil {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	resp := v.send(ctx, method, path, body)
	defer resp.Body.Close()
	got := reply{Response: resp}
	var err error
	if got.body, err = io.ReadAll(resp.Body); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	if out != nil && resp.StatusCode < 300 {
		if err := json.Unmarshal(got.body, out); err != nil {
			t.Errorf("%s %s answered %s: %v", method, path, got.body, err)
		}
	}
	wantCommon(t, method+" "+path, got)
	return got
}

// wantCommon holds what is true of every answer.
func wantCommon(t *testing.T, name string, got reply) {
	t.Helper()
	want := "application/json"
	if got.StatusCode >= 300 {
		want = wire.ContentTypeProblem
		var p wire.Problem
		if err := json.Unmarshal(got.body, &p); err != nil || p.Status != got.StatusCode || wire.StatusOf(p.Code) != p.Status ||
			p.Type != "urn:timeclock:problem:"+string(p.Code) || p.RequestID == "" || p.Title == "" {
			t.Errorf("%s answered %d with %s, which is not a whole problem (%v)", name, got.StatusCode, got.body, err)
		}
	}
	if got.Header.Get("Content-Type") != want || got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Location") != "" {
		t.Errorf("%s answered %d with headers %v", name, got.StatusCode, got.Header)
	}
}

// press is one made now.
func press(team string, k clock.Kind) wire.Punch {
	return wire.Punch{
		ID: uuid.Must(uuid.NewV7()).String(), Team: team, Kind: k, At: clock.At(time.Now()), Bound: 30,
		Trust: wire.Anchored, Device: "device", Seq: time.Now().UnixMicro(),
	}
}

// faults are those of the problem.
func (r reply) faults(t *testing.T) []clock.FaultCode {
	t.Helper()
	var p wire.Problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Error(err)
	}
	var codes []clock.FaultCode
	for _, f := range p.Faults {
		codes = append(codes, f.Code)
	}
	return codes
}

// inTeams has somebody move the end of a card in the café past this server, and
// gives where it is then.
func (r *rig) inTeams(person, id string, later clock.Span) clock.Instant {
	r.t.Helper()
	by := graph.By(func(context.Context) (string, error) { return person, nil })
	client, err := graph.New(graph.Config{Root: r.url + "/graph", Budget: unlimited{}, Rand: func() float64 { return 0 }})
	if err != nil {
		r.t.Fatal(err)
	}
	var at graph.Stamp
	_, err = client.EditCard(r.t.Context(), by, cafe, id, func(c graph.TimeCard) (graph.TimeCard, error) {
		at = c.ClockOut.DateTime + graph.Stamp(later)
		c.ClockOut.DateTime = at
		return c, nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return clock.Instant(at)
}

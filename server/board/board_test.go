package board_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/board"
	"timeclock/server/graph"
	"timeclock/server/mirror"
	"timeclock/server/roster"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/sqlite"
	"timeclock/server/watch"
)

const (
	team = "7ea00001-0000-4000-8000-00000000cafe"
	boss = "0b1ec7ed-0000-4000-8000-000000000b05"
	role = "Supervisor"
)

var cafe = wire.Team{ID: team, Name: "Café", Zone: "Europe/Vienna", Clock: true}

// worker is the id of the nth person of the team.
func worker(n int) string { return fmt.Sprintf("0b1ec7ed-0001-4000-8000-%012d", n) }

// rig is boards before a tenant, with a clock to set.
type rig struct {
	*board.Boards
	t      *testing.T
	box    *tenant.Tenant
	client *graph.Client
	db     *sqlite.DB

	mu   sync.Mutex
	skew time.Duration
}

// newRig has a team of so many people beside the boss.
func newRig(t *testing.T, people int) *rig {
	t.Helper()
	r := &rig{t: t}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	d := tenant.Directory{People: []tenant.Person{{ID: boss, Login: "boss", Name: "Boss"}}}
	of := tenant.Team{ID: team, Name: "Café", Members: []tenant.Member{{Person: boss, Owner: true}}, Schedule: &tenant.Schedule{TimeZone: cafe.Zone, TimeClock: true}}
	for n := range people {
		d.People = append(d.People, tenant.Person{ID: worker(n), Login: worker(n), Name: fmt.Sprintf("Worker %04d", n)})
		of.Members = append(of.Members, tenant.Member{Person: worker(n)})
	}
	d.Teams = []tenant.Team{of}
	var err error
	r.box, err = tenant.Open(tenant.Config{
		URL: server.URL + "/graph", Now: r.now, Directory: d,
		Verify: func(_ context.Context, token string) (tenant.Caller, error) {
			return tenant.Caller{Object: token, Scopes: []string{"Schedule.ReadWrite.All", "TeamMember.Read.All"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.box.Close)
	mux.Handle("/graph/", http.StripPrefix("/graph", r.box))
	if r.client, err = graph.New(graph.Config{Root: server.URL + "/graph", Budget: unlimited{}, Rand: func() float64 { return 0 }}); err != nil {
		t.Fatal(err)
	}
	if r.db, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	r.Boards = r.boards()
	return r
}

// boards are those of a process.
func (r *rig) boards() *board.Boards {
	log := slog.New(slog.DiscardHandler)
	cards := &mirror.Mirror{Store: sqlite.Mirror{DB: r.db}, Graph: r.client, Now: r.now, Log: log}
	b := &board.Boards{
		Mirror: cards, Shifts: &roster.Shifts{Graph: r.client, Now: r.now},
		Supervisors: &roster.Supervisors{Graph: r.client, Role: role, Now: r.now, Log: log},
		Presses:     sqlite.Journal{DB: r.db}, Rules: clock.DefaultRules, Now: r.now, Log: log,
	}
	cards.Changed = func(team, person string, _ clock.Instant) { b.Tell(team, person) }
	cards.ChangedTeam, b.Shifts.Changed = b.TellRead, b.TellShifts
	return b
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

type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

func caller(person string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return person, nil })
}

func viewer(person string, roles ...string) board.Viewer {
	return board.Viewer{Actor: roster.Actor{Object: person, Roles: roles, Caller: caller(person)}}
}

// visit gives the board as the boss sees it.
func (r *rig) visit(fresh bool) wire.Board {
	r.t.Helper()
	b, err := r.Visit(r.t.Context(), viewer(boss), cafe, fresh)
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

// asked counts the calls of an operation.
func (r *rig) asked(op tenant.Op) int {
	n := 0
	for _, c := range r.box.Calls() {
		if c.Op == op {
			n++
		}
	}
	return n
}

// clockIn is pressed in Teams, and this server does not know.
func (r *rig) clockIn(person string) graph.TimeCard {
	r.t.Helper()
	c, err := r.client.ClockIn(r.t.Context(), caller(person), team, graph.Action{})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// told gathers what a watcher is told until it is enough.
func told(t *testing.T, heard <-chan wire.BoardChanged, enough func(rows map[string]wire.Row, last wire.BoardChanged) bool) map[string]wire.Row {
	t.Helper()
	rows := map[string]wire.Row{}
	for timeout := time.After(10 * time.Second); ; {
		select {
		case c, all := <-heard:
			if !all {
				t.Fatal("the watcher fell behind")
			}
			for _, row := range c.Rows {
				rows[row.Person.ID] = row
			}
			if enough(rows, c) {
				return rows
			}
		case <-timeout:
			t.Fatalf("told no more than %+v", rows)
		}
	}
}

func rowOf(t *testing.T, rows []wire.Row, person string) wire.Row {
	t.Helper()
	i := slices.IndexFunc(rows, func(r wire.Row) bool { return r.Person.ID == person })
	if i < 0 {
		t.Fatalf("%s is not among %+v", person, rows)
	}
	return rows[i]
}

// TestOneReadingForAll: however many look at once, the team's cards are walked
// once: today's, and those that are open since before.
func TestOneReadingForAll(t *testing.T) {
	r := newRig(t, 150)
	for n := range 150 {
		r.clockIn(worker(n))
	}
	look := func(fresh bool) {
		t.Helper()
		r.box.Forget()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if b := r.visit(fresh); len(b.Rows) != 151 {
					t.Errorf("%d rows, want 151", len(b.Rows))
				}
			})
		}
		all.Wait()
	}
	look(true)
	if cards, members, shifts := r.asked(tenant.List), r.asked(tenant.ListMembers), r.asked(tenant.ListShifts); cards != 3 || members != 1 || shifts != 1 {
		t.Errorf("the first visit asked for cards %d times, members %d, shifts %d; want 3, 1 and 1", cards, members, shifts)
	}
	look(true)
	if n := len(r.box.Calls()); n != 0 {
		t.Errorf("a moment later %d calls, want none", n)
	}
	r.pass(time.Minute)
	look(false)
	if n := len(r.box.Calls()); n != 0 {
		t.Errorf("whoever asks for nothing fresh caused %d calls, want none", n)
	}
	heard, stop := r.Watch(cafe)
	defer stop()
	look(true)
	told(t, heard, func(_ map[string]wire.Row, last wire.BoardChanged) bool { return last.AsOf != 0 })
	if n := len(r.box.Calls()); n != 3 {
		t.Errorf("a minute later %d calls, want 3", n)
	}
	for _, row := range r.visit(false).Rows {
		if want := row.Person.ID != boss; want != (row.State == clock.In) {
			t.Errorf("%s is %s", row.Person.Name, row.State)
		}
	}
}

// TestWatchersAreToldWhatChanges: of those, once, and of nobody else.
func TestWatchersAreToldWhatChanges(t *testing.T) {
	r := newRig(t, 30)
	r.visit(true)
	const watchers = 50
	var heard [watchers]<-chan wire.BoardChanged
	for i := range watchers {
		told, stop := r.Watch(cafe)
		defer stop()
		heard[i] = told
	}
	r.box.Forget()
	card := r.clockIn(worker(7)).Clock(team)
	if err := r.Mirror.Put(t.Context(), card); err != nil {
		t.Fatal(err)
	}
	for i := range watchers {
		rows := told(t, heard[i], func(rows map[string]wire.Row, _ wire.BoardChanged) bool { return len(rows) > 0 })
		row := rows[worker(7)]
		if len(rows) != 1 || row.State != clock.In || row.Card != card.ID || row.Since != card.In.At || row.Person.Name != "Worker 0007" {
			t.Fatalf("watcher %d was told %+v; want that one is in", i, rows)
		}
	}
	if n := len(r.box.Calls()); n != 1 { // the clock-in
		t.Errorf("%d calls for 50 watchers, want none", n-1)
	}
	if err := r.Mirror.Put(t.Context(), card); err != nil {
		t.Fatal(err)
	}
	r.pass(time.Minute)
	done := r.clockIn(worker(8))
	if _, err := r.box.Misbehave(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.List, DelayMS: 1000}); err != nil {
		t.Fatal(err)
	}
	if b := r.visit(true); !b.Reading || rowOf(t, b.Rows, worker(8)).State != clock.Out {
		t.Errorf("a visit a minute later gives %+v; want what is known, and that it is being read", rowOf(t, b.Rows, worker(8)))
	}
	rows := told(t, heard[0], func(_ map[string]wire.Row, last wire.BoardChanged) bool { return last.AsOf != 0 })
	if len(rows) != 1 || rows[worker(8)].Card != done.ID {
		t.Errorf("told %+v of a reading that found one new", rows)
	}
}

// TestWatchersHearOfWhoHasLeft: somebody without a row is named alone.
func TestWatchersHearOfWhoHasLeft(t *testing.T) {
	r := newRig(t, 3)
	r.visit(true)
	heard, stop := r.Watch(cafe)
	defer stop()
	r.Tell(team, "0B1EC7ED-0009-4000-8000-0000000009FF")
	r.Tell(team, worker(1))
	var gone []string
	rows := told(t, heard, func(_ map[string]wire.Row, last wire.BoardChanged) bool {
		gone = last.Gone
		return len(gone) > 0
	})
	if len(gone) != 1 || gone[0] != "0b1ec7ed-0009-4000-8000-0000000009ff" || len(rows) != 1 {
		t.Errorf("told of %v and of rows %+v", gone, rows)
	}
}

// TestOpenSinceYesterday: of a card that was open when the day began, it is
// learned when it ended.
func TestOpenSinceYesterday(t *testing.T) {
	r := newRig(t, 3)
	r.pass(-30 * time.Hour)
	var cards []graph.TimeCard
	for n := range 3 {
		cards = append(cards, r.clockIn(worker(n)))
	}
	r.pass(30 * time.Hour)
	b := r.visit(true)
	for n := range 3 {
		row := rowOf(t, b.Rows, worker(n))
		long := slices.ContainsFunc(row.Marks, func(m clock.Mark) bool { return m.Kind == clock.OpenLong && m.From < b.Now })
		if row.State != clock.In || row.Card != cards[n].ID || !long {
			t.Errorf("row = %+v, want in since yesterday and too long", row)
		}
	}
	if _, err := r.client.ClockOut(t.Context(), caller(worker(0)), team, cards[0].ID, graph.Action{}); err != nil {
		t.Fatal(err)
	}
	if err := r.client.DeleteCard(t.Context(), caller(boss), team, cards[1].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.client.StartBreak(t.Context(), caller(worker(2)), team, cards[2].ID, graph.Action{}); err != nil {
		t.Fatal(err)
	}
	heard, stop := r.Watch(cafe)
	defer stop()
	r.pass(time.Minute)
	r.visit(true)
	rows := told(t, heard, func(_ map[string]wire.Row, last wire.BoardChanged) bool { return last.AsOf != 0 })
	if rows[worker(0)].State != clock.Out || rows[worker(1)].State != clock.Out || rows[worker(2)].State != clock.OnBreak {
		t.Errorf("told %+v", rows)
	}
	known, err := r.Mirror.Known(t.Context(), mirror.Key{Team: team, Person: worker(0)})
	if err != nil || len(known.Cards) != 1 || known.Cards[0].Out == nil {
		t.Errorf("the mirror has %+v, %v; want when the card ended", known.Cards, err)
	}
}

// TestWhomGraphShowsLess: with the role and no more, Graph shows a person their
// own cards alone. Nobody is out by that, and what the owner had read is not shown
// around Graph's back.
func TestWhomGraphShowsLess(t *testing.T) {
	r := newRig(t, 3)
	r.clockIn(worker(1))
	r.box.Assume(func(a *tenant.Assumptions) { a.MemberSeesAll = false })
	r.visit(true) // the owner is shown them
	b, err := r.Visit(t.Context(), viewer(worker(0), role), cafe, true)
	if err != nil || b.Stale != wire.CodeRefused || b.AsOf != 0 || len(b.Rows) != 4 || rowOf(t, b.Rows, worker(1)).State != clock.Unknown || len(rowOf(t, b.Rows, worker(1)).Marks) != 0 {
		t.Errorf("board = %+v, %v; want that nothing is known", b, err)
	}
	if shown, err := r.Shown(t.Context(), viewer(worker(0), role), cafe); err != nil || shown {
		t.Errorf("Shown = %t, %v; want that nothing is told", shown, err)
	}
	if _, err := r.Look(t.Context(), viewer(worker(0), role), cafe); !errors.Is(err, graph.ErrForbidden) {
		t.Errorf("Look = %v, want that it is refused", err)
	}
	if b := r.visit(false); rowOf(t, b.Rows, worker(1)).State != clock.In {
		t.Errorf("the owner is shown %+v", b)
	}
	r.box.Assume(func(a *tenant.Assumptions) { a.MemberSeesAll = true })
	r.pass(time.Minute)
	b, err = r.Visit(t.Context(), viewer(worker(0), role), cafe, true)
	if err != nil || b.Stale != "" || rowOf(t, b.Rows, worker(1)).State != clock.In || rowOf(t, b.Rows, worker(2)).State != clock.Out {
		t.Errorf("where members are shown all: %+v, %v", b, err)
	}
	if shown, err := r.Shown(t.Context(), viewer(worker(0), role), cafe); err != nil || !shown {
		t.Errorf("Shown = %t, %v; want that what changes is told", shown, err)
	}
}

func TestGraphFails(t *testing.T) {
	r := newRig(t, 3)
	if _, err := r.box.Misbehave(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 503}); err != nil {
		t.Fatal(err)
	}
	if b := r.visit(true); b.Stale != wire.CodeGraphDown || b.Reading || b.AsOf != 0 || len(b.Rows) != 4 || b.Rows[0].State != clock.Unknown {
		t.Errorf("board = %+v; want the people, and that nothing is known of them", b)
	}
	for _, f := range r.box.Faults() {
		r.box.Mend(f.ID)
	}
	asOf := r.visit(true).AsOf
	if _, err := r.box.Misbehave(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 503}); err != nil {
		t.Fatal(err)
	}
	heard, stop := r.Watch(cafe)
	defer stop()
	r.pass(time.Minute)
	if b := r.visit(true); b.AsOf != asOf || !b.Reading || b.Rows[0].State != clock.Out {
		t.Errorf("board = %+v; want it as it was", b)
	}
	told(t, heard, func(_ map[string]wire.Row, last wire.BoardChanged) bool { return last.Stale == wire.CodeGraphDown })
}

// line carries news to the other end.
type line struct {
	far *line
	sub watch.Subscriber
}

func (l *line) Publish(_, key string, news []byte)     { l.far.sub.Heard(key, news) }
func (l *line) Subscribe(_ string, s watch.Subscriber) { l.sub = s }

// TestOtherProcesses: what one process reads is told by another.
func TestOtherProcesses(t *testing.T) {
	r := newRig(t, 3)
	other := r.boards()
	here, there := &line{}, &line{}
	here.far, there.far = there, here
	r.Join(here)
	other.Join(there)
	if _, err := other.Visit(t.Context(), viewer(boss), cafe, true); err != nil {
		t.Fatal(err)
	}
	heard, stop := other.Watch(cafe)
	defer stop()
	if err := r.Mirror.Put(t.Context(), r.clockIn(worker(2)).Clock(team)); err != nil {
		t.Fatal(err)
	}
	rows := told(t, heard, func(rows map[string]wire.Row, _ wire.BoardChanged) bool { return len(rows) > 0 })
	if rows[worker(2)].State != clock.In {
		t.Errorf("told %+v", rows)
	}
}

func TestShiftsOfTheDay(t *testing.T) {
	r := newRig(t, 3)
	now := r.now().Truncate(time.Millisecond)
	day := clock.DateOf(clock.At(now), zone(t)).StretchOf(zone(t))
	hour := func(h time.Duration) time.Time { return now.Add(h * time.Hour) }
	var shifts []tenant.Shift
	for n, from := range []time.Time{hour(-1), hour(-1), hour(-30)} {
		shifts = append(shifts, tenant.Shift{ID: fmt.Sprint("SHFT_", n), Team: team, Person: strings.ToUpper(worker(n)), Name: "Early", Start: from, End: from.Add(8 * time.Hour)})
	}
	if err := r.box.Seed(nil, shifts); err != nil {
		t.Fatal(err)
	}
	r.clockIn(worker(1))
	b := r.visit(true)
	missing, late := rowOf(t, b.Rows, worker(0)), rowOf(t, b.Rows, worker(1))
	if !day.Contains(clock.At(hour(-1))) {
		t.Skip("it is just after midnight in Vienna")
	}
	if len(missing.Marks) != 1 || missing.Marks[0].Kind != clock.Missing || missing.Marks[0].From >= b.Now || len(missing.Shifts) != 1 || missing.Shifts[0].Title != "Early" {
		t.Errorf("who has not come: %+v", missing)
	}
	if len(late.Marks) != 2 || late.Marks[0].Kind != clock.Late || late.Marks[1].Kind != clock.OpenLong || late.Marks[1].From <= b.Now {
		t.Errorf("who came late: %+v", late)
	}
	if other := rowOf(t, b.Rows, worker(2)); len(other.Marks) != 0 || len(other.Shifts) != 0 {
		t.Errorf("whose shift is over: %+v", other)
	}
}

// TestWatchersHearThatShiftsWereRead: of a large team that may take longer than a
// board is waited for, which says then that they are missing.
func TestWatchersHearThatShiftsWereRead(t *testing.T) {
	r := newRig(t, 3)
	heard, stop := r.Watch(cafe)
	defer stop()
	from := r.now().Truncate(time.Millisecond)
	if err := r.box.Seed(nil, []tenant.Shift{{ID: "SHFT_0", Team: team, Person: worker(0), Start: from, End: from.Add(8 * time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	before := clock.At(r.now())
	r.visit(true)
	var read clock.Instant
	rows := told(t, heard, func(_ map[string]wire.Row, last wire.BoardChanged) bool {
		read = max(read, last.ShiftsRead)
		return read != 0
	})
	if read < before || len(rows[worker(0)].Shifts) != 1 {
		t.Errorf("told at %d of shifts, with the row %+v; want the shift first, after %d", read, rows[worker(0)], before)
	}
	other := r.boards() // in another process, which has read none
	silent, stop := other.Watch(cafe)
	defer stop()
	other.TellShifts(cafe.ID)
	other.TellRead(cafe.ID, before, false, nil)
	told(t, silent, func(_ map[string]wire.Row, last wire.BoardChanged) bool {
		if last.ShiftsRead != 0 {
			t.Error("told that shifts were read that were not")
		}
		return last.AsOf != 0
	})
}

func zone(t *testing.T) clock.Zone {
	loc, err := time.LoadLocation(cafe.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return clock.InLocation(loc)
}

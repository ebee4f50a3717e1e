package report_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata" // the tests mean the same on every machine

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/report"
	"timeclock/server/sandbox/tenant"
)

const (
	team = "7ea00001-0000-4000-8000-00000000cafe"
	boss = "0b1ec7ed-0000-4000-8000-000000000b05"
)

func person(i int) string { return fmt.Sprintf("0b1ec7ed-%04d-4000-8000-000000000001", i) }

// from is a Monday.
var from = clock.Date{Year: 2026, Month: 3, Day: 2}

// open gives a tenant with a team of so many, each of whom worked from 8 to 16
// on so many days from from on, as their shifts wanted it, over HTTP.
func open(t *testing.T, people, days int) (*tenant.Tenant, *graph.Client) {
	t.Helper()
	box, root := openAt(t, people, days)
	client, err := graph.New(graph.Config{Root: root, Rand: func() float64 { return 0 }, Budget: boundless{}})
	if err != nil {
		t.Fatal(err)
	}
	return box, client
}

// openAt is open, and gives where the tenant is.
func openAt(t *testing.T, people, days int) (*tenant.Tenant, string) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	members := []tenant.Member{{Person: boss, Owner: true}}
	all := []tenant.Person{{ID: boss, Login: "boss@example.com", Name: "Boss"}}
	for i := range people {
		members = append(members, tenant.Member{Person: person(i)})
		all = append(all, tenant.Person{ID: person(i), Login: fmt.Sprintf("p%d@example.com", i), Name: fmt.Sprintf("Person %03d", i)})
	}
	box, err := tenant.Open(tenant.Config{
		URL: server.URL,
		Verify: func(_ context.Context, token string) (tenant.Caller, error) {
			return tenant.Caller{Object: token, Scopes: []string{"Schedule.ReadWrite.All"}}, nil
		},
		Directory: tenant.Directory{People: all, Teams: []tenant.Team{
			{ID: team, Name: "Café", Members: members, Schedule: &tenant.Schedule{TimeZone: "Europe/Vienna", TimeClock: true}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	mux.Handle("/", box)
	seed(t, box, people, days)
	return box, server.URL
}

func seed(t *testing.T, box *tenant.Tenant, people, days int) {
	t.Helper()
	var cards []tenant.Card
	var shifts []tenant.Shift
	zone := clock.InLocation(must(time.LoadLocation("Europe/Vienna")))
	for day := range days {
		for i := range people {
			in := from.AddDays(day).Start(zone).Add(8 * clock.Hour).Time()
			c := tenant.Card{ID: fmt.Sprintf("TCK_%d_%d", day, i), Team: team, Person: person(i), Created: in, Modified: in,
				CreatedBy: tenant.Identity{ID: person(i), Name: fmt.Sprintf("Person %03d", i)},
				In:        &tenant.Event{At: in}, Out: &tenant.Event{At: in.Add(8 * time.Hour)}}
			c.Original = tenant.Entry{In: c.In, Out: c.Out}
			cards = append(cards, c)
			shifts = append(shifts, tenant.Shift{ID: fmt.Sprintf("SHFT_%d_%d", day, i), Team: team, Person: person(i), Start: in, End: in.Add(8 * time.Hour)})
		}
	}
	if err := box.Seed(cards, shifts); err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// boundless lets every call pass.
type boundless struct{}

func (boundless) Wait(context.Context, graph.Ask) error { return nil }
func (boundless) Hold(string, time.Time)                {}

func asked(box *tenant.Tenant, op tenant.Op) int {
	n := 0
	for _, c := range box.Calls() {
		if c.Op == op {
			n++
		}
	}
	return n
}

func caller(token string) graph.Caller {
	return graph.By(func(context.Context) (string, error) { return token, nil })
}

func week() report.Period {
	return report.Period{Team: wire.Team{ID: team, Name: "Café", Zone: "Europe/Vienna", FirstDay: 1}, From: from, To: from.AddDays(7)}
}

func reports(client *graph.Client) *report.Reports {
	return &report.Reports{
		Reader: report.FromGraph{Graph: client}, Members: func(string) []wire.Person { return nil }, Confirmed: vouched{},
		Rules: clock.DefaultRules, Now: func() time.Time { return from.AddDays(30).Start(clock.UTC).Time() }, Log: slog.New(slog.DiscardHandler),
	}
}

// TestAPeriodIsWalkedOnce counts the calls of a week of 120 people: one for each
// page, and none twice.
func TestAPeriodIsWalkedOnce(t *testing.T) {
	box, client := open(t, 120, 9)
	var told []wire.ReportProgress
	r, err := reports(client).Get(t.Context(), report.Ask{Period: week(), Viewer: boss, Caller: caller(boss)},
		func(p wire.ReportProgress) { told = append(told, p) })
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Total; got.Cards != 840 || got.Hours.Minutes.Worked != 840*480 || len(r.People) != 120 || r.People[7].Person.Name != "Person 007" {
		t.Errorf("the report has %+v of %d people, want 840 cards of 120", got, len(r.People))
	}
	if lists, shifts := asked(box, tenant.List), asked(box, tenant.ListShifts); lists != 5 || shifts > 12 {
		t.Errorf("840 cards were read in %d calls, want 5; and their shifts in %d", lists, shifts)
	}
	last := told[len(told)-1]
	if last.Cards != 840 || last.Calls != asked(box, tenant.List)+asked(box, tenant.ListShifts) || last.Reading != "shifts" {
		t.Errorf("the last progress is %+v", last)
	}
	if !slices.IsSortedFunc(told, func(a, b wire.ReportProgress) int { return a.Calls - b.Calls }) {
		t.Errorf("the progress goes back: %+v", told)
	}
}

// TestCardsThatMoveAreCountedOnce changes the list while it is read.
func TestCardsThatMoveAreCountedOnce(t *testing.T) {
	box, client := open(t, 50, 1)
	if _, err := box.Misbehave(tenant.Fault{Do: tenant.SmallPages, Op: tenant.List, Size: 10}); err != nil {
		t.Fatal(err)
	}
	doubled := twice{client}
	cards, err := report.FromGraph{Graph: doubled}.Cards(t.Context(), caller(boss), team, "", stretch(), func(int) {})
	if err != nil || len(cards) != 50 {
		t.Errorf("%d cards, %v; want 50", len(cards), err)
	}
	if asked(box, tenant.List) != 5 {
		t.Errorf("%d calls, want 5", asked(box, tenant.List))
	}
}

// twice shows the last card of each page on the next one too.
type twice struct{ *graph.Client }

func (w twice) WalkCards(ctx context.Context, who graph.Caller, team string, f graph.Filter, each func([]graph.TimeCard, bool) error) error {
	var last []graph.TimeCard
	return w.Client.WalkCards(ctx, who, team, f, func(page []graph.TimeCard, more bool) error {
		page, last = append(last, page...), page[len(page)-1:]
		return each(page, more)
	})
}

func stretch() clock.Stretch {
	z := clock.InLocation(must(time.LoadLocation("Europe/Vienna")))
	return clock.Stretch{From: from.Start(z), To: from.AddDays(7).Start(z)}
}

// TestOnePersonsCards holds that nobody else's are asked for.
func TestOnePersonsCards(t *testing.T) {
	box, client := open(t, 3, 5)
	r, err := reports(client).Get(t.Context(), report.Ask{
		Period: week(), Viewer: person(1), Caller: caller(person(1)), Person: wire.Person{ID: strings.ToUpper(person(1)), Name: "Own"},
	}, func(wire.ReportProgress) {})
	if err != nil || len(r.People) != 1 || r.Total.Cards != 5 || r.People[0].Person.Name != "Own" {
		t.Errorf("the report is %+v, %v", r, err)
	}
	for _, c := range box.Calls() {
		if c.Op == tenant.List && !strings.Contains(strings.ToLower(c.Query), person(1)) {
			t.Errorf("asked for %q", c.Query)
		}
	}
	if asked(box, tenant.ListShifts) != 0 {
		t.Error("shifts were read")
	}
}

// TestEditedInTeams tells cards whose times are not those that were pressed.
func TestEditedInTeams(t *testing.T) {
	box, client := open(t, 1, 0)
	at := func(h int) *tenant.Event { return &tenant.Event{At: time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC)} }
	original := tenant.Entry{In: at(8), Out: at(16)}
	card := func(id string, in, out int, o tenant.Entry) tenant.Card {
		return tenant.Card{ID: "TCK_" + id, Team: team, Person: person(0), In: at(in), Out: at(out), Created: at(8).At, Modified: at(8).At, Original: o}
	}
	if err := box.Seed([]tenant.Card{card("kept", 8, 16, original), card("moved", 8, 17, original), card("made", 8, 16, tenant.Entry{})}, nil); err != nil {
		t.Fatal(err)
	}
	cards, err := report.FromGraph{Graph: client}.Cards(t.Context(), caller(boss), team, "", stretch(), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cards {
		if c.Edited != (c.ID == "TCK_moved") {
			t.Errorf("%s is edited: %v", c.ID, c.Edited)
		}
	}
}

// TestReportsLeaveRoomForPresses walks through a budget with Graph's limits: the
// walk takes half of it at most, and nothing of it in a hurry.
func TestReportsLeaveRoomForPresses(t *testing.T) {
	box, root := openAt(t, 30, 1)
	if _, err := box.Misbehave(tenant.Fault{Do: tenant.SmallPages, Op: tenant.List, Size: 5}); err != nil {
		t.Fatal(err)
	}
	budget := &counted{Buckets: graph.NewBuckets()}
	client, err := graph.New(graph.Config{Root: root, Budget: budget})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	cards, err := report.FromGraph{Graph: client, Pace: report.Pace}.Cards(t.Context(), caller(boss), team, "", stretch(), func(int) {})
	if err != nil || len(cards) != 30 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	if took := time.Since(began); took < 5*report.Pace {
		t.Errorf("six calls took %s, less than five times %s", took, report.Pace)
	}
	if budget.hurried.Load() != 0 || budget.calls.Load() != 6 {
		t.Errorf("%d calls of %d were urgent, want none of 6", budget.hurried.Load(), budget.calls.Load())
	}
}

// counted counts what passes a budget.
type counted struct {
	*graph.Buckets
	calls, hurried atomic.Int64
}

func (c *counted) Wait(ctx context.Context, a graph.Ask) error {
	c.calls.Add(1)
	if a.Urgent {
		c.hurried.Add(1)
	}
	return c.Buckets.Wait(ctx, a)
}

// vouched is what was confirmed here, or why that cannot be read.
type vouched struct {
	entries []journal.Entry
	err     error
}

func (v vouched) Confirmed(context.Context, string, clock.Instant) ([]journal.Entry, error) {
	return v.entries, v.err
}

// TestEditedAfterConfirmation tells of cards that do not stand as they did when
// they were confirmed last.
func TestEditedAfterConfirmation(t *testing.T) {
	_, client := open(t, 3, 1)
	cards, err := report.FromGraph{Graph: client}.Cards(t.Context(), caller(boss), team, "", stretch(), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	confirms := func(c report.Card, later clock.Span) journal.Entry {
		stood := c.Card
		stood.Out = &clock.Event{At: c.Out.At.Add(later)}
		return journal.Entry{Card: c.ID, Change: &journal.Change{Op: wire.Confirm, After: &stood}}
	}
	r := reports(client)
	r.Confirmed = vouched{entries: []journal.Entry{
		confirms(cards[0], 0), confirms(cards[1], clock.Minute), // as it stands, and otherwise
		confirms(cards[2], clock.Minute), confirms(cards[2], 0), // again since
	}}
	made, err := r.Get(t.Context(), report.Ask{Period: week(), Viewer: boss, Caller: caller(boss)}, func(wire.ReportProgress) {})
	if err != nil {
		t.Fatal(err)
	}
	var edited []string
	for _, p := range made.People {
		for _, e := range p.Exceptions {
			if e.Rule == clock.RuleEdited {
				edited = append(edited, e.Card)
			}
		}
	}
	if !slices.Equal(edited, []string{cards[1].ID}) {
		t.Errorf("edited after confirmation: %v, want %s", edited, cards[1].ID)
	}
	r = reports(client)
	r.Confirmed = vouched{err: errors.New("no space")}
	_, err = r.Get(t.Context(), report.Ask{Period: week(), Viewer: boss, Caller: caller(boss)}, func(wire.ReportProgress) {})
	if fault.Code(err) != wire.CodeStore {
		t.Errorf("while the database fails: %v", err)
	}
}

package api_test

import (
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

// TestDaysOfAPerson: a supervisor reads a period of somebody in the team, is told
// what waits on the board, and nothing of others.
func TestDaysOfAPerson(t *testing.T) {
	r := newRig(t)
	boss := r.signIn(sara, sara)
	r.seed(bensCard, ben)
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	today := clock.DateOf(clock.At(time.Now()), clock.InLocation(vienna))
	days := func(team, person string, from, to clock.Date) string {
		return wire.PathPerson + "?team=" + team + "&person=" + person + "&from=" + from.String() + "&to=" + to.String()
	}
	var got wire.PersonDays
	boss.call("GET", days(cafe, strings.ToUpper(ben), today.AddDays(-6), today.AddDays(1)), nil, &got)
	if len(got.Cards) != 1 || got.Cards[0].ID != bensCard || got.Person.Name != "Ben" || got.Person.ID != ben || got.AsOf == 0 || got.ShiftsStale != "" {
		t.Errorf("the days are %+v", got)
	}
	for name, row := range map[string]struct {
		path string
		want wire.Code
	}{
		"somebody of another team": {days(cafe, otto, today, today.AddDays(7)), wire.CodeNotMember},
		"nobody":                   {days(cafe, "", today, today.AddDays(7)), wire.CodeMalformed},
		"too long":                 {days(cafe, ben, today, today.AddDays(wire.MaxPersonDays+1)), wire.CodeMalformed},
		"backwards":                {days(cafe, ben, today, today), wire.CodeMalformed},
		"no day":                   {wire.PathPerson + "?team=" + cafe + "&person=" + ben + "&from=x&to=y", wire.CodeMalformed},
	} {
		if got := boss.call("GET", row.path, nil, nil).code(); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}

	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.Confirm, Status: 503})
	card := got.Cards[0]
	boss.call("POST", wire.PathAmendments, wire.Amendment{ID: press(cafe, clock.ClockIn).ID, Team: cafe, Person: ben, Op: wire.Confirm, Card: card.ID, Seen: &card}, nil)
	var board wire.Board
	boss.call("GET", boardOf(cafe), nil, &board)
	for _, row := range board.Rows {
		want := 0
		if row.Person.ID == ben {
			want = 1
		}
		if row.Amends != want || row.Clashes != 0 || len(row.Waiting) != 0 {
			t.Errorf("%s: %d amendments wait, %d clash, %d presses", row.Person.Name, row.Amends, row.Clashes, len(row.Waiting))
		}
	}
}

// TestCardsOfSomebodyWhoHasLeft: a supervisor sees, puts right and confirms their last
// hours, and presses for them no more. To others of the team they stay closed.
func TestCardsOfSomebodyWhoHasLeft(t *testing.T) {
	r := newRig(t)
	seen := r.seed(ottosCard, otto)
	boss := r.signIn(sara, sara)
	day := clock.DateOf(seen.In.At, clock.UTC).AddDays(-1)
	week := wire.PathPerson + "?team=" + cafe + "&person=" + otto + "&from=" + day.String() + "&to=" + day.AddDays(7).String()
	var got wire.PersonDays
	if answer := boss.call("GET", week, nil, &got); !got.Gone || len(got.Cards) != 1 || got.Cards[0].ID != ottosCard || got.Person.ID != otto {
		t.Fatalf("the week is %s", answer.body)
	}
	edit := leaves(seen, otto, 10*clock.Minute)
	var done wire.Amended
	if answer := boss.call("POST", wire.PathAmendments, edit, &done); done.Status != wire.Delivered {
		t.Fatalf("put right: %s", answer.body)
	}
	confirm := wire.Amendment{ID: press(cafe, clock.ClockIn).ID, Team: cafe, Person: otto, Op: wire.Confirm, Card: seen.ID, Seen: done.After}
	if answer := boss.call("POST", wire.PathAmendments, confirm, &done); done.Status != wire.Delivered || !done.After.BySupervisor {
		t.Errorf("confirmed: %s", answer.body)
	}
	var results wire.Results
	boss.call("POST", punchesOf(cafe), wire.Behalves{Presses: []wire.Behalf{behalf(otto, clock.ClockIn)}}, &results)
	if len(results.Results) != 1 || results.Results[0].Code != wire.CodeNotMember {
		t.Errorf("pressed for them: %+v", results)
	}
	added := edit
	added.ID, added.Op, added.Card, added.Seen = press(cafe, clock.ClockIn).ID, wire.Create, "", nil
	later := *edit.Next
	later.ID, later.Breaks = "", nil
	later.In, later.Out = &clock.Event{At: seen.In.At.Add(-9 * clock.Hour)}, &clock.Event{At: seen.In.At.Add(-8 * clock.Hour)}
	added.Next = &later
	done = wire.Amended{}
	if answer := boss.call("POST", wire.PathAmendments, added, &done); done.Status != wire.Refused || done.Code != wire.CodeNotMember {
		t.Errorf("a card added for them: %s", answer.body)
	}
	him := r.signIn(ben, ben)
	if code := him.call("GET", week, nil, nil).code(); code != wire.CodeForbidden {
		t.Errorf("a worker of the team is told %q", code)
	}
	if code := him.call("POST", wire.PathAmendments, leaves(seen, otto, 20*clock.Minute), nil).code(); code != wire.CodeForbidden {
		t.Errorf("a worker of the team who changes the card is told %q", code)
	}
}

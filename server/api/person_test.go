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

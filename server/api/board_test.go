package api_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

func boardOf(team string) string { return wire.PathBoard + "?" + wire.ParamTeam + "=" + team }

func punchesOf(team string) string { return wire.PathTeams + "/" + team + wire.PathPunchesOf }

// behalf is a press for somebody, made now.
func behalf(person string, k clock.Kind) wire.Behalf {
	p := press("", k)
	p.Note = "forgot the phone"
	return wire.Behalf{Punch: p, Person: person}
}

// rowOf finds somebody on a board.
func rowOf(t *testing.T, rows []wire.Row, person string) wire.Row {
	t.Helper()
	for _, r := range rows {
		if r.Person.ID == person {
			return r
		}
	}
	t.Fatalf("%s is not among %+v", person, rows)
	return wire.Row{}
}

func TestBoard(t *testing.T) {
	r := newRig(t)
	r.signIn(anna, anna).call("POST", wire.PathPunches, press(cafe, clock.ClockIn), nil)
	boss := r.signIn(sara, sara)
	var b wire.Board
	if got := boss.call("GET", boardOf(cafe), nil, &b); got.code() != "" {
		t.Fatalf("board: %s", got.body)
	}
	if len(b.Rows) != 4 || b.AsOf == 0 || b.Stale != "" || b.ShiftsStale != "" || b.Now < b.AsOf || b.Team != cafe {
		t.Errorf("board = %+v", b)
	}
	if a := rowOf(t, b.Rows, anna); a.State != clock.In || a.Card == "" || a.Since == 0 || a.Began != a.Since || a.Person.Name != "Anna" {
		t.Errorf("Anna = %+v, want in", a)
	}
	if a := rowOf(t, b.Rows, ben); a.State != clock.Out || a.Card != "" || a.Since != 0 {
		t.Errorf("Ben = %+v, want out", a)
	}
}

func TestActFor(t *testing.T) {
	r := newRig(t)
	boss := r.signIn(sara, sara)
	in, stranger := behalf(anna, clock.ClockIn), behalf(uuid.NewString(), clock.ClockIn)
	in.Stated = in.At.Add(-2 * clock.Hour)
	wrong := behalf(ben, clock.ClockOut)
	batch := wire.Behalves{Presses: []wire.Behalf{in, stranger, wrong}}

	var seen wire.Results
	if got := boss.call("POST", punchesOf(cafe)+wire.PathPreview, batch, &seen); got.code() != "" {
		t.Fatalf("preview: %s", got.body)
	}
	want := []wire.Code{"", wire.CodeNotMember, wire.CodeOrder}
	for i, row := range seen.Results {
		if row.Code != want[i] || (row.Card != nil) != (want[i] == "") || row.Receipt != nil {
			t.Errorf("preview of press %d = %+v, want %q", i, row, want[i])
		}
	}
	if c := seen.Results[0].Card; c == nil || c.In.At != in.Stated || seen.Results[0].State != clock.In {
		t.Errorf("preview = %+v, want a card from two hours ago", seen.Results[0])
	}
	if n := len(r.box.Cards("")); n != 0 {
		t.Fatalf("the preview made %d cards", n)
	}

	var done wire.Results
	for range 2 { // sent again, it is the same
		if got := boss.call("POST", punchesOf(cafe), batch, &done); got.code() != "" {
			t.Fatalf("press: %s", got.body)
		}
	}
	if done.Results[1].Code != wire.CodeNotMember || done.Results[0].Receipt.ByName != "Sara" || done.Results[0].Person.Name != "Anna" {
		t.Errorf("results = %+v", done.Results)
	}
	var acts wire.Acts
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		boss.call("GET", wire.PathTeams+"/"+cafe+wire.PathActs, nil, &acts)
		open := 0
		for _, a := range acts.Acts {
			if !a.Receipt.Status.Final() && a.Receipt.Status != wire.Conflicted {
				open++
			}
		}
		if open == 0 || time.Now().After(deadline) {
			break
		}
	}
	if len(acts.Acts) != 2 {
		t.Fatalf("acts = %+v, want two", acts.Acts)
	}
	cards := r.box.Cards("")
	if len(cards) != 1 || cards[0].Person != anna || cards[0].CreatedBy.ID != sara || clock.At(cards[0].In.At) != in.Stated {
		t.Errorf("cards = %+v, want one of Anna's by Sara", cards)
	}
}

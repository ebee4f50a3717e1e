package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/journal"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
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

// TestBoardIsLive: while a stream carries the board, whoever presses shows on it
// without anything being read again, and the supervisor hears of what they pressed
// for others.
func TestBoardIsLive(t *testing.T) {
	r := newRig(t)
	boss := r.signIn(sara, sara)
	var b wire.Board
	boss.call("GET", boardOf(cafe), nil, &b)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	heard := boss.listenTo(ctx, wire.PathEvents+"?"+wire.ParamBoard+"="+cafe)

	r.signIn(anna, anna).call("POST", wire.PathPunches, press(cafe, clock.ClockIn), nil)
	rows := map[string]wire.Row{}
	for rows[anna].State != clock.In {
		var c wire.BoardChanged
		next(t, heard, wire.EventBoard, &c)
		for _, row := range c.Rows {
			rows[row.Person.ID] = row
		}
	}
	if len(rows) != 1 {
		t.Errorf("told of %+v, want Anna alone", rows)
	}

	heard = boss.listenTo(ctx, wire.PathEvents+"?"+wire.ParamBoard+"="+cafe)
	bens := r.signIn(ben, ben).listenTo(ctx, wire.PathEvents)
	boss.call("POST", punchesOf(cafe), wire.Behalves{Presses: []wire.Behalf{behalf(ben, clock.ClockIn)}}, nil)
	var a wire.Act
	for a.Receipt.Status != wire.Delivered {
		next(t, heard, wire.EventAct, &a)
	}
	if a.Person.ID != ben || a.Person.Name != "Ben" || a.Receipt.ByName != "Sara" {
		t.Errorf("told of %+v", a)
	}
	var his wire.Receipt
	for his.Status != wire.Delivered {
		next(t, bens, wire.EventReceipt, &his)
	}
	if his.By != sara || his.ByName != "Sara" || his.Note != "forgot the phone" {
		t.Errorf("Ben was told of %+v; want who pressed and why", his)
	}
	if lines := r.said.audited(telemetry.ActedFor); len(lines) != 1 || !strings.Contains(lines[0], "kind=clockIn") ||
		strings.Contains(lines[0], ben) || strings.Contains(lines[0], "phone") {
		t.Errorf("the audit log says %q; want one line, without a name or a reason", lines)
	}
}

// TestManyAtOnce: of forty three cannot be pressed for; sent again nothing is done
// twice.
func TestManyAtOnce(t *testing.T) {
	r := newRig(t)
	boss := r.signIn(sara, sara)
	r.signIn(anna, anna).call("POST", wire.PathPunches, press(cafe, clock.ClockIn), nil)
	b := wire.Behalves{Presses: []wire.Behalf{behalf(anna, clock.ClockIn), behalf(ben, clock.ClockIn), behalf(rita, clock.ClockIn), behalf(otto, clock.ClockIn)}}
	for range 3 {
		if got := boss.call("POST", punchesOf(cafe), b, nil); got.code() != "" {
			t.Fatal(string(got.body))
		}
	}
	want := map[string]wire.Status{anna: wire.Conflicted, ben: wire.Delivered, rita: wire.Delivered}
	for _, p := range b.Presses[:3] {
		r.waitFor(p.ID, want[p.Person])
	}
	if n := len(r.box.Cards("")); n != 3 {
		t.Errorf("%d cards, want three", n)
	}
	if n := len(r.said.audited(telemetry.ActedFor)); n != 3 {
		t.Errorf("%d lines in the audit log, want 3", n)
	}
	var undone wire.Results
	boss.call("POST", punchesOf(cafe)+wire.PathUndo, wire.Undo{IDs: []string{b.Presses[0].ID, b.Presses[1].ID, "nothing"}}, &undone)
	for i, code := range []wire.Code{"", wire.CodeTooLate, wire.CodeNotFound} {
		if got := undone.Results[i]; got.Code != code || i == 0 && (got.Receipt.Code != wire.CodeUndone || got.Person.Name != "Anna") {
			t.Errorf("undo of press %d = %+v, want %q", i, got, code)
		}
	}
	if n := len(r.said.audited(telemetry.Undone)); n != 1 {
		t.Errorf("%d lines in the audit log, want 1", n)
	}
}

// waitFor waits until a press has come so far.
func (r *rig) waitFor(id string, want wire.Status) journal.Entry {
	r.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		e, err := sqlite.Journal{DB: r.db}.Entry(r.t.Context(), id)
		if err == nil && e.Status == want {
			return e
		}
		if err != nil || time.Now().After(deadline) {
			r.t.Fatalf("press %s is %s (%s), %v; want %s", id, e.Status, e.Code, err, want)
		}
	}
}

// TestTheRightIsLostMeanwhile: a press that was accepted is refused when whoever
// made it may not any more. With application access nobody else would.
func TestTheRightIsLostMeanwhile(t *testing.T) {
	r := newRigBy(t, access.Access{Application: application{}})
	r.api.PressWait = 50 * time.Millisecond
	boss := r.signIn(rita, rita, role)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ClockIn, Status: 429})
	lost, kept := behalf(anna, clock.ClockIn), behalf(ben, clock.ClockIn)
	var done wire.Results
	boss.call("POST", punchesOf(cafe), wire.Behalves{Presses: []wire.Behalf{lost}}, &done)
	if len(done.Results) != 1 || done.Results[0].Receipt == nil || done.Results[0].Receipt.Status.Final() {
		t.Fatalf("results = %+v, want that it waits", done)
	}
	r.roles.Store(&[]string{})
	for _, f := range r.box.Faults() {
		r.box.Mend(f.ID)
	}
	if e := r.waitFor(lost.ID, wire.Refused); e.Code != wire.CodeForbidden {
		t.Errorf("refused with %q, want %s", e.Code, wire.CodeForbidden)
	}
	if n := len(r.box.Cards("")); n != 0 {
		t.Errorf("%d cards, want none", n)
	}
	if lines := r.said.audited(telemetry.Denied); len(lines) != 1 || !strings.Contains(lines[0], `action="act for"`) || !strings.Contains(lines[0], "for=") {
		t.Errorf("the audit log says %q, want one denial", lines)
	}
	r.roles.Store(&[]string{role})
	boss.call("POST", punchesOf(cafe), wire.Behalves{Presses: []wire.Behalf{kept}}, nil)
	r.waitFor(kept.ID, wire.Delivered)
}

func TestMalformedPressesForOthers(t *testing.T) {
	r := newRig(t)
	boss := r.signIn(sara, sara)
	good := behalf(anna, clock.ClockIn)
	for name, change := range map[string]func(*wire.Behalf){
		"no reason":    func(b *wire.Behalf) { b.Note = " " },
		"no person":    func(b *wire.Behalf) { b.Person = "" },
		"another team": func(b *wire.Behalf) { b.Team = bakery },
		"no id":        func(b *wire.Behalf) { b.ID = "1" },
		"the future":   func(b *wire.Behalf) { b.Stated = b.At + 1 },
	} {
		bad := good
		change(&bad)
		for _, path := range []string{punchesOf(cafe), punchesOf(cafe) + wire.PathPreview} {
			if got := boss.call("POST", path, wire.Behalves{Presses: []wire.Behalf{bad}}, nil); got.code() != wire.CodeMalformed {
				t.Errorf("%s: %s", name, got.body)
			}
		}
	}
	twice := behalf(strings.ToUpper(anna), clock.ClockOut)
	for name, body := range map[string]any{
		"none": wire.Behalves{}, "text": "{", "twice one person": wire.Behalves{Presses: []wire.Behalf{good, twice}},
		"too many": wire.Behalves{Presses: make([]wire.Behalf, wire.MaxBehalf+1)},
	} {
		if got := boss.call("POST", punchesOf(cafe), body, nil); got.code() != wire.CodeMalformed {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	if got := boss.call("POST", punchesOf(cafe), strings.Repeat(" ", wire.MaxBehalfBody+1), nil); got.code() != wire.CodeTooLarge {
		t.Errorf("too large: %s", got.body)
	}
	if n := len(r.box.Effects()); n != 0 {
		t.Errorf("%d effects", n)
	}
	boss.header.Set(wire.HeaderPerson, "tenant."+anna)
	if got := boss.call("POST", punchesOf(cafe), wire.Behalves{Presses: []wire.Behalf{good}}, nil); got.code() != wire.CodeSignedOut {
		t.Errorf("of a page that another person opened: %s", got.body)
	}
}

package api_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// from is harbour, so many metres north of it.
func from(metres, accuracy float64) *wire.Position {
	return &wire.Position{Latitude: harbour.Latitude + metres/111_195, Longitude: harbour.Longitude, Accuracy: accuracy}
}

func told(is *bool) string {
	if is == nil {
		return "unknown"
	}
	return fmt.Sprint(*is)
}

// TestWhereAPressWasMade works a day of the café's: the receipts, the record and
// the card say yes, no or nothing, whether the press went by an action or was
// written late onto a new card or an old one.
func TestWhereAPressWasMade(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	var me wire.Me
	if v.call("GET", wire.PathMe, nil, &me); !me.Teams[0].Located || len(me.Teams) < 2 || me.Teams[1].Located {
		t.Fatalf("the teams are %+v, want only the café located", me.Teams)
	}
	send := func(k clock.Kind, ago clock.Span, position *wire.Position) string {
		t.Helper()
		p := wire.Located{Punch: press(cafe, k), Position: position}
		p.At = p.At.Add(-ago)
		var got wire.Receipt
		if a := v.call("POST", wire.PathPunches, p, &got); got.Status != wire.Delivered {
			t.Fatalf("%s: %s", k, a.body)
		}
		return told(got.Approved)
	}
	late := 60 * clock.Minute
	for _, row := range []struct {
		kind     clock.Kind
		ago      clock.Span
		position *wire.Position
		want     string
	}{
		{clock.ClockIn, late, from(10, 20), "true"},
		{clock.StartBreak, late - clock.Minute, from(5_000, 20), "false"},
		{clock.EndBreak, late - 2*clock.Minute, nil, "unknown"},
		{clock.StartBreak, 0, from(150, 20), "true"},
		{clock.ClockOut, 0, from(900, 20), "false"},
		{clock.ClockIn, 0, from(150, 900), "unknown"},
	} {
		if got := send(row.kind, row.ago, row.position); got != row.want {
			t.Errorf("%s is told to be at the location: %s, want %s", row.kind, got, row.want)
		}
	}
	cards := r.box.Cards(cafe)
	if len(cards) != 2 || len(cards[0].Breaks) != 2 {
		t.Fatalf("the cards are %+v", cards)
	}
	c := cards[0]
	got := []string{told(c.In.Approved)}
	for _, b := range c.Breaks {
		got = append(got, told(b.Start.Approved), told(b.End.Approved))
	}
	got = append(got, told(c.Out.Approved), told(cards[1].In.Approved))
	// The clock-out from the break ended that too.
	if want := "[true false unknown true false false unknown]"; fmt.Sprint(got) != want {
		t.Errorf("the cards say %v, want %s", got, want)
	}
	if kept := r.recorded(t); fmt.Sprint(kept) != "[true false unknown true false unknown]" {
		t.Errorf("the record says %v", kept)
	}
}

// recorded gives what the record says of where each press was made.
func (r *rig) recorded(t *testing.T) []string {
	t.Helper()
	rows, err := r.db.Read.QueryContext(t.Context(), `SELECT data FROM events WHERE what = 'pressed' ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var data []byte
		var pressed struct {
			Approved *bool `json:"approved"`
		}
		if err := rows.Scan(&data); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &pressed); err != nil {
			t.Fatal(err)
		}
		all = append(all, told(pressed.Approved))
	}
	return all
}

// TestAPositionIsNoReasonAgainstAPress: whatever comes as a position, and
// wherever there is nothing to compare it with, the press is recorded.
func TestAPositionIsNoReasonAgainstAPress(t *testing.T) {
	r := newRig(t)
	v := r.signIn(ben, ben)
	kinds := []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.StartBreak, clock.EndBreak, clock.ClockOut}
	for i, position := range []string{
		`"here"`, `[1,2,3]`, `{"latitude":1e999,"longitude":18,"accuracy":1}`,
		`{"latitude":59.3251,"longitude":18.0711}`, `{"latitude":159.3251,"longitude":18.0711,"accuracy":1}`, `null`,
	} {
		body, err := json.Marshal(press(cafe, kinds[i]))
		if err != nil {
			t.Fatal(err)
		}
		var got wire.Receipt
		a := v.call("POST", wire.PathPunches, string(body[:len(body)-1])+`,"position":`+position+`}`, &got)
		if got.Status != wire.Delivered || got.Approved != nil {
			t.Errorf("with position %s: %s", position, a.body)
		}
	}
	var got wire.Receipt
	if a := v.call("POST", wire.PathPunches, wire.Located{Punch: press(bakery, clock.ClockIn), Position: from(0, 1)}, &got); got.Status != wire.Delivered || got.Approved != nil {
		t.Errorf("in a team without a location: %s", a.body)
	}
}

// TestNothingIsSaidOfWhereAtAnotherTime: who states when they left was pressing
// somewhere else by then; sent again, a press stays what it was.
func TestNothingIsSaidOfWhereAtAnotherTime(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	in := wire.Located{Punch: press(cafe, clock.ClockIn), Position: from(0, 20)}
	in.At = in.At.Add(-60 * clock.Minute)
	var first, again, out wire.Receipt
	v.call("POST", wire.PathPunches, in, &first)
	in.Position = from(50_000, 20)
	if v.call("POST", wire.PathPunches, in, &again); told(first.Approved) != "true" || told(again.Approved) != "true" {
		t.Errorf("pressed here, and sent again from far away: %s, then %s", told(first.Approved), told(again.Approved))
	}
	left := wire.Located{Punch: press(cafe, clock.ClockOut), Position: from(0, 20)}
	left.Stated = left.At.Add(-10 * clock.Minute)
	if a := v.call("POST", wire.PathPunches, left, &out); out.Status != wire.Delivered || out.Approved != nil {
		t.Errorf("stated: %s", a.body)
	}
	if c := r.box.Cards(cafe); len(c) != 1 || told(c[0].In.Approved) != "true" || c[0].Out == nil || c[0].Out.Approved != nil {
		t.Errorf("the cards are %+v", c)
	}
	now := wire.Located{Punch: press(cafe, clock.ClockIn), Position: from(0, 20)}
	v.call("POST", wire.PathPunches, now, nil)
	now = wire.Located{Punch: press(cafe, clock.ClockOut), Position: from(0, 20)}
	now.Stated = now.At // asked when they left, they say: now
	if v.call("POST", wire.PathPunches, now, &out); told(out.Approved) != "true" {
		t.Errorf("stated to be now: %s", told(out.Approved))
	}
}

// TestWhereStaysWithAPressThatIsDecided: chosen to count, a press moves the
// event that stood there, and takes with it where it was made.
func TestWhereStaysWithAPressThatIsDecided(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	first := wire.Located{Punch: press(cafe, clock.ClockIn), Position: from(0, 20)}
	first.At = first.At.Add(-60 * clock.Minute)
	v.call("POST", wire.PathPunches, first, nil)
	second := wire.Located{Punch: press(cafe, clock.ClockIn), Position: from(9_000, 20)}
	second.At, second.Seen = second.At.Add(-50*clock.Minute), clock.Out
	var got wire.Receipt
	if a := v.call("POST", wire.PathPunches, second, &got); got.Status != wire.Conflicted || told(got.Approved) != "false" {
		t.Fatalf("clocked in twice: %s", a.body)
	}
	a := v.call("POST", wire.PathPunches+"/"+second.ID+wire.PathDecision, wire.Decision{Choice: wire.ChoiceMine}, &got)
	for deadline := time.Now().Add(10 * time.Second); got.Status != wire.Delivered; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("decided: %s", a.body)
		}
		a = v.call("GET", wire.PathPunches+"/"+second.ID, nil, &got)
	}
	if c := r.box.Cards(cafe); len(c) != 1 || clock.At(c[0].In.At) != second.At || told(c[0].In.Approved) != "false" {
		t.Errorf("the cards are %+v", c)
	}
}

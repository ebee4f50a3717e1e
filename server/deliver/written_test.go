package deliver

import (
	"encoding/json"
	"errors"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
)

// The card has members nobody here knows, on three levels.
const card = `{
	"id": "TCK_1", "userId": "oid", "state": "onBreak", "confirmedBy": "none", "fromTheFuture": {"a": [1]},
	"notes": {"contentType": "html", "content": "<p>inventory</p>"},
	"clockInEvent": {"dateTime": "2026-03-24T08:00:00.123Z", "isAtApprovedLocation": true, "weather": "rain"},
	"clockOutEvent": null,
	"breaks": [
		{"breakId": "BRK_1", "start": {"dateTime": "2026-03-24T10:00:00Z"}, "end": {"dateTime": "2026-03-24T10:15:00Z"}, "paid": true},
		{"breakId": "BRK_2", "start": {"dateTime": "2026-03-24T12:00:00Z"}, "end": null}
	]
}`

func read(t *testing.T, text string) graph.TimeCard {
	t.Helper()
	var c graph.TimeCard
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t *testing.T, text string) clock.Instant {
	t.Helper()
	var s graph.Stamp
	if err := json.Unmarshal([]byte(`"`+text+`"`), &s); err != nil {
		t.Fatal(err)
	}
	return clock.Instant(s)
}

func entry(k clock.Kind, at clock.Instant, note string) journal.Entry {
	return journal.Entry{Punch: wire.Punch{Team: "team", Kind: k, At: at, Note: note}}
}

func members(t *testing.T, c graph.TimeCard) map[string]any {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAClockOutFromABreakIsWrittenAndNothingIsLost(t *testing.T) {
	pressed := at(t, "2026-03-24T12:20:00.500Z")
	was := read(t, card)
	got, err := written(was, entry(clock.ClockOut, pressed, "left early"))
	if err != nil {
		t.Fatal(err)
	}
	c := got.Clock("team")
	if c.State() != clock.Out || c.Out.At != pressed || c.Breaks[1].End.At != pressed || got.State != clock.Out {
		t.Errorf("written as %+v", c)
	}
	if c.Out.Note != "left early" || c.Breaks[1].End.Note != "" {
		t.Errorf("the note stands on the clock-out as %q and on the break as %q", c.Out.Note, c.Breaks[1].End.Note)
	}
	m := members(t, got)
	events, breaks := m["clockInEvent"].(map[string]any), m["breaks"].([]any)
	if m["fromTheFuture"] == nil || events["weather"] != "rain" || breaks[0].(map[string]any)["paid"] != true ||
		events["dateTime"] != "2026-03-24T08:00:00.123Z" || m["notes"].(map[string]any)["content"] != "<p>inventory</p>" {
		t.Errorf("something was lost: %v", m)
	}
	if was.ClockOut != nil || was.Breaks[1].End != nil {
		t.Error("the card as it stood was changed as well")
	}
}

func TestWhatContradictsTheCardIsNotWritten(t *testing.T) {
	closed := `{"id":"TCK_1","clockInEvent":{"dateTime":"2026-03-24T08:00:00Z"},"clockOutEvent":{"dateTime":"2026-03-24T16:00:00Z"},"breaks":[]}`
	odd := `{"id":"TCK_1","clockInEvent":{"dateTime":"2026-03-24T08:00:00Z"},"breaks":[{"start":{"dateTime":"2026-03-24T12:00:00Z"},"end":{}}]}`
	for _, row := range []struct {
		name, card string
		kind       clock.Kind
		at         string
		ok         bool
	}{
		{"clock out twice", closed, clock.ClockOut, "2026-03-24T17:00:00Z", false},
		{"break on a break", card, clock.StartBreak, "2026-03-24T17:00:00Z", false},
		{"out before in", card, clock.ClockOut, "2026-03-24T07:00:00Z", false},
		{"a break that ends before it began", card, clock.EndBreak, "2026-03-24T11:00:00Z", false},
		{"out before the break began", card, clock.ClockOut, "2026-03-24T11:58:00Z", false},
		{"a break whose end has no time", odd, clock.EndBreak, "2026-03-24T13:00:00Z", true},
	} {
		got, err := written(read(t, row.card), entry(row.kind, at(t, row.at), ""))
		if row.ok != (err == nil) || err != nil && !errors.Is(err, clock.ErrOrder) {
			t.Errorf("%s: %v, written as %+v", row.name, err, got.Clock("team"))
		}
	}
}

func TestABreakEndedByTheSamePressDoesNotOutlastIt(t *testing.T) {
	const back = `{"id":"TCK_1","clockInEvent":{"dateTime":"2026-03-24T08:00:00Z"},"breaks":[{"breakId":"b",
		"start":{"dateTime":"2026-03-24T12:00:00Z"},"end":{"dateTime":"2026-03-24T12:30:03Z"}}]}`
	for pressed, ok := range map[string]bool{"2026-03-24T12:30:00Z": true, "2026-03-24T12:10:00Z": false} {
		out := entry(clock.ClockOut, at(t, pressed), "")
		out.Seen = clock.OnBreak
		got, err := written(read(t, back), out)
		if ok != (err == nil) {
			t.Errorf("clock out at %s: %v", pressed, err)
		}
		if c := got.Clock("team"); ok && c.Breaks[0].End.At != c.Out.At {
			t.Errorf("the break ends at %d, after the clock-out at %d", c.Breaks[0].End.At, c.Out.At)
		}
	}
}

// TestABreakThatAnotherPressEndedStaysAsItIs, even where Graph stamped its end a
// moment after the clock-out was pressed.
func TestABreakThatAnotherPressEndedStaysAsItIs(t *testing.T) {
	const back = `{"id":"TCK_1","clockInEvent":{"dateTime":"2026-03-24T08:00:00Z"},"breaks":[{"breakId":"b",
		"start":{"dateTime":"2026-03-24T12:00:00Z"},"end":{"dateTime":"2026-03-24T12:30:03Z"}}]}`
	for pressed, ok := range map[string]bool{"2026-03-24T12:30:01Z": true, "2026-03-24T12:29:30Z": false} {
		out := entry(clock.ClockOut, at(t, pressed), "")
		out.Seen = clock.In
		got, err := written(read(t, back), out)
		if ok != (err == nil) {
			t.Errorf("clock out at %s: %v", pressed, err)
		}
		end := at(t, "2026-03-24T12:30:03Z")
		if c := got.Clock("team"); ok && (c.Breaks[0].End.At != end || c.Out.At != end) {
			t.Errorf("the break ends at %d and the person left at %d, want both at %d", c.Breaks[0].End.At, c.Out.At, end)
		}
	}
}

// TestAPressIsWrittenAfterTheOneBefore, which Graph stamped a moment after it
// was made.
func TestAPressIsWrittenAfterTheOneBefore(t *testing.T) {
	const in = `{"id":"TCK_1","clockInEvent":{"dateTime":"2026-03-24T08:00:04Z"},"breaks":[]}`
	for _, k := range []clock.Kind{clock.StartBreak, clock.ClockOut} {
		got, err := written(read(t, in), entry(k, at(t, "2026-03-24T08:00:01Z"), ""))
		if stamps := got.Clock("team").Stamps(k); err != nil || len(stamps) != 1 || stamps[0] != at(t, "2026-03-24T08:00:04Z") {
			t.Errorf("%s three seconds before the clock-in was stamped: %v, %v; want it at the clock-in", k, stamps, err)
		}
	}
}

// TestWhereAPressWasMadeStandsOnItsOwnEvents, and what other events say of
// where they were made stays.
func TestWhereAPressWasMadeStandsOnItsOwnEvents(t *testing.T) {
	elsewhere := entry(clock.ClockOut, at(t, "2026-03-24T12:20:00Z"), "")
	elsewhere.Approved = new(false)
	got, err := written(read(t, card), elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	m := members(t, got)
	in, out := m["clockInEvent"].(map[string]any), m["clockOutEvent"].(map[string]any)
	breaks := m["breaks"].([]any)
	first, last := breaks[0].(map[string]any)["end"].(map[string]any), breaks[1].(map[string]any)["end"].(map[string]any)
	const name = "isAtApprovedLocation"
	if in[name] != true || first[name] != nil || last[name] != false || out[name] != false {
		t.Errorf("written as %v", m)
	}
	made := newCard(elsewhere)
	if made.ClockIn.Approved == nil || *made.ClockIn.Approved {
		t.Errorf("a new card says %v", made.ClockIn.Approved)
	}
	elsewhere.Stated = elsewhere.At - 1
	if made := newCard(elsewhere); made.ClockIn.Approved != nil {
		t.Errorf("of a time that was stated a new card says %v", *made.ClockIn.Approved)
	}
}

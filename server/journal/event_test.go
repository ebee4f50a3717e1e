package journal_test

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
)

// full is an entry about which everything is known.
var full = journal.Entry{
	Punch: wire.Punch{
		ID: "p1", Team: "team", Kind: clock.ClockOut, Seen: clock.In, At: 1000, Bound: 40, Trust: wire.Anchored,
		Device: "phone", Seq: 7, Note: "late <bus>", Stated: 900,
	},
	Who:      journal.Who{Person: "tid.anna", Object: "anna", Session: "5e55", Actor: "boss"},
	Received: 1200, Code: wire.CodeTwin, Step: clock.EndBreak, Sent: 1300, Written: true, Reads: 2,
	Card: "TCK_1", Recorded: 950, Against: []byte(`{"choices":["keep"]}`), Decider: "boss", Approved: new(false),
}

// TestEventsKeepTheirShape holds what chains are made of to what it was: it is
// kept for years, and read by others.
func TestEventsKeepTheirShape(t *testing.T) {
	second := journal.Stamp{Card: "TCK_2", Kind: clock.EndBreak, At: 960}
	bare := journal.Entry{Punch: wire.Punch{ID: "p2", Kind: clock.ClockIn, Team: "team", At: 5, Device: "d", Seq: 1, Trust: wire.Server}}
	for _, tt := range []struct {
		event journal.Event
		what  journal.What
		data  string
	}{
		{journal.Pressed(full, 2000), journal.WhatPressed, `{"kind":"clockOut","team":"team","seen":"clockedIn","at":1000,"bound":40,"trust":"anchored","device":"phone","seq":7,"stated":900,"note":"late <bus>","session":"5e55","actor":"boss","received":1200,"approved":false}`},
		{journal.Pressed(bare, 2000), journal.WhatPressed, `{"kind":"clockIn","team":"team","at":5,"bound":0,"trust":"server","device":"d","seq":1,"session":"","received":0}`},
		{journal.Sent(full, 2000), journal.WhatSent, `{"step":"endBreak","written":true,"card":"TCK_1"}`},
		{journal.Replaced(full, "TCK_1", []byte("{ \"id\":\"TCK_1\",\n\"x\":1.0 }"), 2000), journal.WhatReplaced, "{\"card\":\"TCK_1\",\"stood\":{ \"id\":\"TCK_1\",\n\"x\":1.0 }}"},
		{journal.Replaced(full, "TCK_1", []byte("<html>\xff"), 2000), journal.WhatReplaced, `{"card":"TCK_1","stood":"\u003chtml\u003e\ufffd"}`},
		{journal.Adopted(full, second, journal.WhyLost, 2000), journal.WhatAdopted, `{"card":"TCK_2","step":"endBreak","stamp":960,"why":"lost","reads":2,"sinceSent":700}`},
		{journal.Adopted(bare, second, journal.WhyElsewhere, 2000), journal.WhatAdopted, `{"card":"TCK_2","step":"endBreak","stamp":960,"why":"elsewhere","reads":0}`},
		{journal.Resent(full, 2000), journal.WhatResent, `{"step":"endBreak","reads":2,"sinceSent":700}`},
		{journal.Delivered(full, 2000), journal.WhatDelivered, `{"card":"TCK_1","recorded":950,"deviation":50,"written":true}`},
		{journal.Delivered(bare, 2000), journal.WhatDelivered, `{"card":"","written":false}`},
		{journal.RefusedFor(full, 2000), journal.WhatRefused, `{"code":"twin"}`},
		{journal.Conflicted(full, 2000), journal.WhatConflict, `{"code":"twin","against":{"choices":["keep"]}}`},
		{journal.Conflicted(bare, 2000), journal.WhatConflict, `{"code":""}`},
		{journal.Decided(full, wire.Decision{Choice: wire.ChoiceStated, At: 77}, 2000), journal.WhatDecided, `{"choice":"stated","at":77,"decider":"boss"}`},
		{journal.Handed(full, "01d", 2000), journal.WhatHanded, `{"from":"01d","to":"5e55"}`},
		{journal.Twin(full, second, 2000), journal.WhatTwin, `{"card":"TCK_2","step":"endBreak","stamp":960}`},
	} {
		if tt.event.What != tt.what || tt.event.At != 2000 || string(tt.event.Data) != tt.data {
			t.Errorf("%s at %d holds\n%s\nwant %s at 2000 with\n%s", tt.event.What, tt.event.At, tt.event.Data, tt.what, tt.data)
		}
		if !json.Valid(tt.event.Data) {
			t.Errorf("%s holds what is not JSON: %s", tt.event.What, tt.event.Data)
		}
		if tt.event.Press != "p1" && tt.event.Press != "p2" {
			t.Errorf("%s is of press %q", tt.event.What, tt.event.Press)
		}
	}
}

// TestWhereIsSaidOfThePressAlone: not of a time that was stated, nor of a press
// that somebody made for the person.
func TestWhereIsSaidOfThePressAlone(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*journal.Entry)
		known  bool
	}{
		{"as pressed", func(*journal.Entry) {}, true},
		{"stated to be then", func(e *journal.Entry) { e.Stated = e.At }, true},
		{"stated to be before", func(e *journal.Entry) { e.Stated = e.At - 1 }, false},
		{"decided to count", func(e *journal.Entry) { e.Choice = wire.ChoiceMine }, true},
		{"decided to have been before", func(e *journal.Entry) { e.Choice, e.Chosen = wire.ChoiceStated, e.At-1 }, false},
		{"written a moment later", func(e *journal.Entry) { e.Chosen = e.At + 1 }, true},
	} {
		e := journal.Entry{Punch: wire.Punch{ID: "p", Kind: clock.ClockOut, At: 1000}, Approved: new(false)}
		row.change(&e)
		if got := e.AtApproved(); row.known != (got != nil && !*got) {
			t.Errorf("%s: %v, want it known: %t", row.name, got, row.known)
		}
	}
}

func TestNothingIsKnownOfWhereForAnother(t *testing.T) {
	j := &journal.Journal{Store: onSQLite(t).journal, Limits: journal.DefaultLimits, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	for actor, known := range map[string]bool{"": true, "boss": false} {
		p := wire.Punch{ID: "by " + actor, Team: "team", Kind: clock.ClockIn, At: clock.At(time.Now())}
		who := anna
		who.Actor = actor
		e, err := j.AcceptAt(t.Context(), p, who, new(true))
		if err != nil || known != (e.Approved != nil) || known != (e.Receipt().Approved != nil) {
			t.Errorf("pressed by %q: %v, %v", actor, e.Approved, err)
		}
	}
}

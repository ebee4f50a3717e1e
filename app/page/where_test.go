package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
)

// TestWhereIsSaid: whatever holds of positions stands below the button, with
// what one can do about it.
func TestWhereIsSaid(t *testing.T) {
	for _, row := range []struct {
		where       state.Where
		want, lacks []string
	}{
		{state.Nowhere, nil, []string{"location", "position"}},
		{state.WhereAsked, []string{`data-where="asked"`, "This team records whether you press at its location.", "May it know?", "keeps yes, no or not known", "then it is deleted",
			"count just the same", `data-act="where-yes"`, `data-act="where-no"`}, nil},
		{state.WhereSaid, []string{`data-where="said"`, "asked for when you press", "then it is deleted", `data-act="where-no"`}, []string{"May it know?", `data-act="where-yes"`}},
		{state.WhereKept, []string{`data-where="kept"`, "Your position is not sent", `data-act="where-yes"`}, []string{`data-act="where-no"`}},
		{state.WhereDenied, []string{`data-where="denied"`, "allow location for this site"}, []string{`data-act="where-`}},
		{state.WhereUnable, []string{`data-where="unable"`, "cannot tell where you are"}, []string{`data-act="where-`}},
	} {
		s := wednesday()
		s.model.Me.Teams[0].Located = row.where != state.Nowhere
		s.model.Where = row.where
		_, screen := s.clock(t)
		screen.has(row.want...)
		screen.lacks(row.lacks...)
	}
}

func TestWhereIsChosen(t *testing.T) {
	s := wednesday()
	s.model.Me.Teams[0].Located, s.model.Where = true, state.WhereAsked
	c, screen := s.clock(t)
	c.sayWhere(app.Context{}, ui.Act{})
	c.keepWhere(app.Context{}, ui.Act{})
	screen.asked("let place yes", "let place no")
}

// TestAPressSaysWhere once the server has said so, and only in a team that wants
// to know.
func TestAPressSaysWhere(t *testing.T) {
	yes, no := true, false
	for _, row := range []struct {
		name    string
		located bool
		press   state.Press
		want    string
	}{
		{"at it", true, state.Press{Place: state.AtServer, Received: 1, Approved: &yes}, "on its way to Teams · at the team's location"},
		{"not at it", true, state.Press{Place: state.InGraph, Received: 1, Approved: &no}, "In Teams at 11:14 · not at the team's location"},
		{"nobody knows", true, state.Press{Place: state.InGraph, Received: 1}, "In Teams at 11:14 · whether at the team's location is not known"},
		{"being found out", true, state.Press{Place: state.Here, Placing: true}, "waiting for the server · finding out where"},
		{"not heard of yet", true, state.Press{Place: state.Here}, "waiting for the server"},
		{"a team that does not ask", false, state.Press{Place: state.InGraph, Received: 1}, "In Teams at 11:14"},
		{"made by somebody else", true, state.Press{Place: state.InGraph, Received: 1, Helped: true}, "In Teams at 11:14"},
	} {
		s := wednesday()
		s.model.Me.Teams[0].Located = row.located
		row.press.Team, row.press.At, row.press.Done = "t1", s.now, s.now
		if got := pressWhere(look(s), row.press); len(got) < len(row.want) || got[len(got)-len(row.want):] != row.want {
			t.Errorf("%s: %q, want it to end with %q", row.name, got, row.want)
		}
	}
}

func TestTheHistorySaysWhere(t *testing.T) {
	yes, no := true, false
	for _, row := range []struct {
		in, out *bool
		want    string
	}{
		{&yes, &no, "Clocked in at the team's location · Clocked out elsewhere"},
		{&no, nil, "Clocked in elsewhere"},
		{nil, &yes, "Clocked out at the team's location"},
		{nil, nil, ""},
	} {
		c := card("x", "2026-04-01 08:00", "2026-04-01 09:00")
		c.In.Approved, c.Out.Approved = row.in, row.out
		_, screen := wednesday(c).history(t)
		if row.want == "" {
			screen.lacks("line-place")
			continue
		}
		screen.has("line-place", row.want)
	}
	if wheres(clock.Card{}) != "" {
		t.Error("a card without a clock-in says where that was")
	}
}

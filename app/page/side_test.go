package page

import (
	"testing"

	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/wire"
)

func TestShiftThatMatters(t *testing.T) {
	shift := func(from, to string) wire.Shift {
		return wire.Shift{ID: from, Start: at(from), End: at(to)}
	}
	in := card("a", "2026-04-01 08:00", "")
	for _, row := range []struct {
		name   string
		cards  []clock.Card
		shifts []wire.Shift
		want   []string
	}{
		{"none", nil, nil, []string{"No shift is planned for you today."}},
		{"about to begin", nil, []wire.Shift{shift("2026-04-01 11:30", "2026-04-01 16:30")}, []string{"11:30 – 16:30", "starts in 15 min"}},
		{"in the next minute", nil, []wire.Shift{shift("2026-04-01 11:15", "2026-04-01 16:30")}, []string{"starts now"}},
		{"on, and out", nil, []wire.Shift{shift("2026-04-01 11:09", "2026-04-01 16:30")}, []string{"started 5 min ago"}},
		{"on, and in", []clock.Card{in}, []wire.Shift{shift("2026-04-01 08:00", "2026-04-01 16:30")}, []string{"ends in 5 h 15 min"}},
		{"over, and still in", []clock.Card{in}, []wire.Shift{shift("2026-04-01 06:00", "2026-04-01 11:00"), shift("2026-04-02 06:00", "2026-04-02 11:00")},
			[]string{"06:00 – 11:00", "ended 14 min ago"}},
		{"over, and out, with another tomorrow", nil, []wire.Shift{shift("2026-04-01 06:00", "2026-04-01 11:00"), shift("2026-04-02 07:00", "2026-04-02 11:00")},
			[]string{"06:00 – 11:00", "ended 14 min ago"}},
		{"two today: the one to come", nil, []wire.Shift{shift("2026-04-01 06:00", "2026-04-01 11:00"), shift("2026-04-01 12:00", "2026-04-01 15:00")},
			[]string{"12:00 – 15:00", "starts in 45 min"}},
		{"only tomorrow", nil, []wire.Shift{shift("2026-04-02 07:00", "2026-04-02 11:00")}, []string{"Your next shift", "Thursday 2 April"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday(row.cards...)
			s.model.Shifts = row.shifts
			_, screen := s.clock(t)
			screen.has(row.want...)
		})
	}
}

func TestWherePressesAre(t *testing.T) {
	s := wednesday()
	p := func(place state.Place, code wire.Code) state.Press {
		return state.Press{ID: "x", Team: "t1", Kind: clock.ClockIn, At: at("2026-04-01 08:02"), Done: at("2026-04-01 08:03"), Place: place, Code: code}
	}
	for _, row := range []struct {
		name  string
		press state.Press
		want  []string
	}{
		{"here", p(state.Here, wire.CodeOffline), []string{`data-place="here"`, "Recorded on this device at 08:03 · waiting for the server"}},
		{"at the server", p(state.AtServer, wire.CodeGraphDown), []string{`data-place="server"`, "Recorded by the server at 08:03 · on its way to Teams", "Microsoft Teams cannot be reached"}},
		{"in Teams", p(state.InGraph, ""), []string{`data-place="graph"`, "In Teams at 08:03"}},
		{"rejected", p(state.Rejected, wire.CodeNoSchedule), []string{`data-place="rejected"`, "Not recorded. This team has no schedule", "Ask your supervisor to create one"}},
		{"unsafe", p(state.Unsafe, ""), []string{`data-place="unsafe"`, "Not stored yet · keep this page open"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s.model.Presses = []state.Press{row.press}
			_, screen := s.clock(t)
			screen.has(row.want...)
		})
	}
}

func TestPressSaysThatItWasRecordedAtAnotherTime(t *testing.T) {
	for _, row := range []struct {
		off  clock.Span
		want string
	}{
		{999, "In Teams at 11:14"},
		{3100, "In Teams at 11:14 · recorded 3 s later"},
		{-2 * clock.Second, "In Teams at 11:14 · recorded 2 s earlier"},
		{2 * clock.Hour, "In Teams at 11:14 · recorded 2 h later"},
	} {
		s := wednesday()
		p := pressed(s, clock.ClockIn, state.InGraph)
		p.Recorded = p.At.Add(row.off)
		s.model.Last = &p
		_, screen := s.clock(t)
		screen.has(row.want)
		if row.off < clock.Second && row.off > 0 {
			screen.lacks("recorded")
		}
	}
}

func TestPressSaysHowSureItsTimeIs(t *testing.T) {
	s := wednesday()
	s.model.Me.Teams = append(s.model.Me.Teams, wire.Team{ID: "t2", Name: "Warehouse", Clock: true})
	s.model.Presses = []state.Press{{ID: "x", Team: "t2", Kind: clock.ClockIn, At: at("2026-03-31 08:02"), Bound: 3 * clock.Minute}}
	_, screen := s.clock(t)
	screen.has("Clock in at Tuesday 31 March, 08:02, give or take 3 min · Warehouse")
}

func TestSharesAddUpToWhatTheTotalShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.Int64Range(0, int64(30*clock.Hour))).Draw(t, "parts")
		var sum, shown clock.Span
		for _, p := range parts {
			part := clock.Span(p)
			s := share(sum, part)
			if off := s - part; off <= -clock.Minute || off >= clock.Minute {
				t.Fatalf("share(%d, %d) = %d, a minute off or more", sum, part, s)
			}
			shown += s
			sum += part
		}
		if shown != minutes(sum) {
			t.Fatalf("shares of %v add up to %d, want %d", parts, shown, minutes(sum))
		}
	})
}

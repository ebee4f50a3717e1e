package page

import (
	"testing"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/wire"
)

// planned adds a shift of the day to s, and the rules that the server tells of.
func (s *stage) planned(from, to string) *stage {
	s.model.Me.Rules = clock.DefaultRules
	if from != "" {
		s.model.Shifts = append(s.model.Shifts, wire.Shift{ID: "s", Start: at("2026-04-01 " + from), End: at("2026-04-01 " + to)})
	}
	return s
}

func TestAPressIsToldWhatItWouldBreak(t *testing.T) {
	for _, row := range []struct {
		name       string
		stage      *stage
		has, lacks []string
	}{
		{"late", wednesday().planned("11:00", "19:00"),
			[]string{"Clock in now – 14 min late: the shift begins at 11:00"}, nil},
		{"on time", wednesday().planned("11:10", "19:00"), nil, []string{"now –"}},
		{"with no shifts planned", wednesday().planned("", ""), nil, []string{"now –"}},
		{"after a short break", wednesday(card("a", "2026-04-01 08:00", "", "2026-04-01 11:02:46", "")).planned("08:00", "16:30"),
			[]string{"Back to work now – Break of 12 min, 30 min due"}, []string{"Clock out now"}},
		{"after a break that is long enough", wednesday(card("a", "2026-04-01 08:00", "", "2026-04-01 10:44", "")).planned("08:00", "16:30"),
			nil, []string{"now –"}},
		{"without a break", wednesday(card("a", "2026-04-01 05:00", "")).planned("", ""),
			[]string{"Clock out now – No break, 30 min due"}, []string{"Start break now"}},
		{"early by a little", wednesday(card("a", "2026-04-01 08:00", "")).planned("08:00", "11:50"),
			[]string{"Clock out now – 35 min early: the shift ends at 11:50"}, nil},
		{"hours before the end", wednesday(card("a", "2026-04-01 08:00", "")).planned("08:00", "16:30"), nil, []string{"now –"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, screen := row.stage.clock(t)
			screen.t = t
			screen.has(row.has...)
			screen.lacks(row.lacks...)
			screen.change(func(m *state.Model) { m.Me.Rules = clock.Rules{} }) // of a server before there were any
			screen.lacks("now –")
		})
	}
}

// TestATellingPressIsTaken holds that what a press would break keeps nobody from
// making it.
func TestATellingPressIsTaken(t *testing.T) {
	s := wednesday().planned("08:00", "16:30")
	c, screen := s.clock(t)
	screen.has("now –")
	c.pressKind(clock.ClockIn)
	screen.asked("press clockIn ")
}

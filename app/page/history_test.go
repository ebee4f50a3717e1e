package page

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

func TestHistoryTellsCards(t *testing.T) {
	noted := card("a", "2026-04-01 08:02", "")
	noted.In.Note = "opened up"
	confirmed := card("b", "2026-03-27 08:00", "2026-03-27 09:00")
	confirmed.ByPerson, confirmed.BySupervisor = true, true
	for _, row := range []struct {
		name string
		card clock.Card
		want []string
	}{
		{"a day with a break", card("x", "2026-03-26 08:00", "2026-03-26 16:30", "2026-03-26 12:00", "2026-03-26 12:30"),
			[]string{`data-card="x"`, `data-day="2026-03-26"`, "Thursday 26 March 8 hours 8 h", "08:00 – 16:30", "Break 12:00 – 12:30 30 min"}},
		{"a night belongs to the day it began", card("x", "2026-03-24 23:00", "2026-03-25 07:30", "2026-03-25 03:00", "2026-03-25 03:30"),
			[]string{`data-day="2026-03-24"`, "Tuesday 24 March 8 hours 8 h", "23:00 → Wed 07:30", "Break 03:00 – 03:30"}},
		{"the night clocks go forward", card("x", "2026-03-28 23:00", "2026-03-29 07:30", "2026-03-29 04:00", "2026-03-29 04:30"),
			[]string{"Saturday 28 March 7 hours 7 h", "Clocks went forward 1 h: this shift had 7 h."}},
		{"a card that is open", noted, []string{"08:02 – now", "3 h 12 min", "opened up"}},
		{"a card that both confirmed", confirmed, []string{"Confirmed by you and your supervisor"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, screen := wednesday(row.card).history(t)
			screen.has(row.want...)
		})
	}
}

func TestHistoryWhenClocksGoBack(t *testing.T) {
	s := wednesday()
	s.now = at("2026-10-26 12:00")
	s.model.AsOf = s.now
	s.model.Cards = []clock.Card{card("x", "2026-10-24 23:00", "2026-10-25 07:30", "2026-10-25 04:00", "2026-10-25 04:30")}
	_, screen := s.history(t)
	screen.has("Saturday 24 October 9 hours 9 h", "Clocks went back 1 h: this shift had 9 h.")
}

func TestHistoryOpensOnThisWeek(t *testing.T) {
	_, screen := wednesday(card("x", "2026-03-25 08:00", "2026-03-25 10:00"), card("y", "2026-03-18 08:00", "2026-03-18 09:00")).history(t)
	screen.has("This week Week of 30 March 2026 15 hours 30 minutes 15 h 30 min", "Last week Week of 23 March 2026 2 hours 2 h",
		"Week of 16 March 2026 1 hour 1 h", `data-week="2026-03-30"`)
	s := wednesday()
	s.model.Cards = []clock.Card{card("x", "2026-03-25 08:00", "2026-03-25 10:00")}
	_, screen = s.history(t)
	screen.has("This week", "Nothing recorded this week.")
	s.model.Cards = nil
	_, screen = s.history(t)
	screen.has("This week", "No time recorded yet.")
}

func TestHistoryReadsFurtherBack(t *testing.T) {
	s := wednesday()
	h, screen := s.history(t)
	h.older(app.Context{}, ui.Act{})
	screen.asked("open card ", "read told", "older")
	screen.change(func(m *state.Model) { m.History.Loading = true })
	screen.has("Reading your history")
	screen.lacks(`data-act="older"`)
	screen.change(func(m *state.Model) {
		m.History = state.History{From: at("2026-02-01 00:00"), AsOf: m.AsOf,
			Cards: []clock.Card{card("old", "2026-02-10 08:00", "2026-02-10 10:00"), card("mon", "2026-03-30 01:00", "2026-03-30 02:00")}}
	})
	screen.has(`data-card="old"`, "Week of 9 February 2026", `data-act="older"`, "08:00 – 16:30")
	screen.lacks("01:00 – 02:00")
	screen.change(func(m *state.Model) { m.History.Trouble = wire.CodeGraphSlow })
	screen.has("Microsoft Teams takes too long to answer.", `data-act="older"`, `data-card="old"`)
}

func TestHistoryWithNothingRead(t *testing.T) {
	for _, row := range []struct {
		name  string
		model func(*state.Model)
		want  []string
	}{
		{"while reading", func(m *state.Model) { m.Loading = true }, []string{"Reading your history"}},
		{"offline", func(m *state.Model) { m.Offline, m.Stale = true, wire.CodeOffline }, []string{`data-problem="offline"`, "Check the connection of this device", "Try again"}},
		{"signed out", func(m *state.Model) { *m = state.Model{Phase: state.SignedOut} }, []string{`data-act="sign-in"`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday()
			s.model.Cards, s.model.AsOf = nil, 0
			row.model(&s.model)
			_, screen := s.history(t)
			screen.has(row.want...)
		})
	}
}

func TestHistoryFollowsPressesAtOnce(t *testing.T) {
	s := wednesday()
	_, screen := s.history(t)
	screen.change(func(m *state.Model) { m.Presses = []state.Press{pressed(s, clock.ClockIn, state.Here)} })
	screen.has(`data-day="2026-04-01"`, "11:14 – now")
}

func TestTimesAreThoseOfTheTeam(t *testing.T) {
	before := time.Local
	t.Cleanup(func() { time.Local = before })
	for _, row := range []struct {
		viewer string
		told   bool
	}{{"America/Chicago", true}, {"Europe/Berlin", false}} {
		time.Local = must(time.LoadLocation(row.viewer))
		_, screen := wednesday().history(t)
		screen.has("08:00 – 16:30")
		if note := "Times are those of Café Norr (Europe/Stockholm)."; row.told {
			screen.has(note)
		} else {
			screen.lacks(note)
		}
	}
}

// TestOnlyWeeksThatChangedAreToldAgain, and all of them when the week is another.
func TestOnlyWeeksThatChangedAreToldAgain(t *testing.T) {
	s := wednesday()
	h := &History{Store: s}
	told := func(cards ...clock.Card) (numbers []int, empty string) {
		s.model.Cards = cards
		h.weeks = h.tellWeeks(look(s), cards)
		for _, w := range h.weeks {
			numbers = append(numbers, w.n)
		}
		return numbers, h.weeks[0].told.Empty
	}
	if _, empty := told(); !strings.HasPrefix(empty, "No time recorded yet.") {
		t.Errorf("without cards it says %q", empty)
	}
	last, before := card("x", "2026-03-25 08:00", "2026-03-25 10:00"), card("y", "2026-03-18 08:00", "2026-03-18 09:00")
	was, empty := told(last, before)
	if empty != "Nothing recorded this week." {
		t.Errorf("with cards of other weeks it says %q", empty)
	}
	same := func(what string, now []int, want ...bool) {
		t.Helper()
		for i := range want {
			if (now[i] == was[i]) != want[i] {
				t.Errorf("%s: week %d was told as it was before: %v, want %v", what, i, !want[i], want[i])
			}
		}
		was = now
	}
	now, _ := told(last, before)
	same("nothing changed", now, true, true, true)
	last.Out = event("2026-03-25 11:00")
	now, _ = told(last, before)
	same("a card changed", now, true, false, true)
	now, _ = told(card("z", "2026-04-01 08:02", ""), last, before)
	same("one was begun", now, false, true, true)
	s.now += clock.Instant(clock.Minute)
	now, _ = told(card("z", "2026-04-01 08:02", ""), last, before)
	same("it goes on", now, false, true, true)
	s.now += clock.Instant(7 * 24 * clock.Hour)
	if now, _ = told(last, before); len(now) != 3 || now[1] == was[1] {
		t.Errorf("a week later the weeks are told as %v, before as %v", now, was)
	}
}

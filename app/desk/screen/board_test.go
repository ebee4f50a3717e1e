package screen

import (
	"fmt"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

func TestBoardTellsWhereEverybodyIs(t *testing.T) {
	s := wednesday()
	b := s.show(t, &Board{Store: s})
	b.has("Anna Lind In since", "3 h 12 min", "Missing · ", "Live · read from Teams 2 min ago", "Ben Okafor On break", "All 4", "In 1", "Missing 1")
	b.lacks("Late ", "Open too long", "style=")
	b.change(func(m *desk.Model) { m.View.Group = desk.Missing })
	b.has("Luca Moretti", "1 person shown")
	b.lacks("Anna Lind")
	b.change(func(m *desk.Model) { m.View.Search = "zz" })
	b.has("Nobody fits", "Show everybody")
}

func TestBoardTellsWhatIsTheMatter(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*desk.Model)
		want   string
	}{
		{"nobody signed in", func(m *desk.Model) { *m = desk.Model{Phase: desk.SignedOut} }, `data-act="sign-in"`},
		{"no supervisor", func(m *desk.Model) { m.Phase = desk.Denied }, `data-problem="denied"`},
		{"nothing read", func(m *desk.Model) { m.Board = desk.Board{Loading: true} }, "Reading the team"},
		{"never read", func(m *desk.Model) { m.Board = desk.Board{Trouble: wire.Problem{Code: wire.CodeGraphDown}} }, "The team cannot be shown"},
		{"not read anew", func(m *desk.Model) { m.Board.Trouble = wire.Problem{Code: wire.CodeOffline} }, `data-problem="offline"`},
		{"cards hidden", func(m *desk.Model) { m.Board.Stale = wire.CodeRefused }, `data-problem="hidden"`},
		{"shifts missing", func(m *desk.Model) { m.Board.ShiftsStale = wire.CodeGraphDown }, `data-problem="shifts"`},
		{"nobody in the team", func(m *desk.Model) { m.Board.Rows = []*desk.Row{} }, "Nobody is in this team yet"},
		{"not live", func(m *desk.Model) { m.Board.Live = false }, "Not live"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wednesday()
			s.show(t, &Board{Store: s}).change(row.change)
			b := s.show(t, &Board{Store: s})
			b.has(row.want)
		})
	}
}

// TestOnlyRowsNearTheWindowAreDrawn: of many, the first blocks stand there, and
// the room of the others.
func TestOnlyRowsNearTheWindowAreDrawn(t *testing.T) {
	s := wednesday()
	s.model.Board.Rows = nil
	for i := range 1000 {
		s.model.Board.Rows = append(s.model.Board.Rows, &desk.Row{Row: wire.Row{
			Person: wire.Person{ID: fmt.Sprint("p", i), Name: fmt.Sprint("Person ", i)}, State: clock.Out,
		}})
	}
	markup := s.show(t, &Board{Store: s}).markup()
	if n := strings.Count(markup, "data-person="); n != firstRows {
		t.Errorf("%d rows are drawn, want %d", n, firstRows)
	}
	room := 2*strings.Count(markup, `class="rows-2"`) + strings.Count(markup, `class="rows-1"`)
	if room != 1000 {
		t.Errorf("there is room for %d rows, want 1000", room)
	}
	if !strings.Contains(markup, `aria-rowcount="1001"`) {
		t.Error("the table does not say how many rows it has")
	}
}

func TestActingAsksForWhatIsMissing(t *testing.T) {
	s := wednesday()
	a := &acting{Store: s, Behalf: desk.Behalf{Step: desk.Writing, Kind: clock.ClockOut, Acts: []desk.Act{{Person: wire.Person{ID: "a", Name: "Anna Lind"}}}}}
	screen := s.show(t, a)
	screen.has("Anna Lind", "In since", "shift ", "3 h 12 min today")
	a.send()
	a.past, a.when, a.reason = true, "2026-04-01T23:00", "went home"
	a.send()
	a.when = ""
	a.send()
	if len(s.asked) != 0 {
		t.Errorf("asked %v for what was not whole", s.asked)
	}
	a.when = "2026-04-01T10:30"
	a.send()
	a.past = false
	a.send()
	if got := strings.Join(s.asked, ", "); got != "foresee clockOut 2026-04-01 10:30 went home, foresee clockOut now went home" {
		t.Errorf("asked %s", got)
	}
}

func TestActingTellsOneByOne(t *testing.T) {
	s := wednesday()
	act := func(name string, foreseen, result *wire.Result) desk.Act {
		return desk.Act{Person: wire.Person{ID: name, Name: name}, Foreseen: foreseen, Result: result}
	}
	card := clock.Card{In: &clock.Event{At: at("2026-04-01 08:00")}, Out: &clock.Event{At: at("2026-04-01 11:14")}}
	b := desk.Behalf{Step: desk.Foreseen, Kind: clock.ClockOut, Reason: "fire", Acts: []desk.Act{
		act("Anna", &wire.Result{Card: &card}, nil),
		act("Ben", &wire.Result{Code: wire.CodeOrder, State: clock.Out}, nil),
		act("Cleo", &wire.Result{Code: wire.CodeConfirmed, State: clock.In}, nil),
	}}
	screen := s.show(t, &acting{Store: s, Behalf: b})
	screen.has("Clock out now", "2 people are left out.", "Anna The card becomes", "Ben Left as it is: they are out.",
		"Cleo Left as it is: their card is confirmed.", "Clock out for 1 person", "fire")
	receipt := func(status wire.Status, code wire.Code) *wire.Result {
		return &wire.Result{Receipt: &wire.Receipt{Status: status, Code: code, At: s.now}}
	}
	b = desk.Behalf{Step: desk.Ran, Kind: clock.ClockOut, Acts: []desk.Act{
		act("Anna", nil, receipt(wire.Delivered, "")), act("Ben", nil, receipt(wire.Accepted, "")),
		act("Cleo", nil, receipt(wire.Refused, wire.CodeRefused)), act("Dora", nil, receipt(wire.Refused, wire.CodeUndone)),
		act("Eva", nil, receipt(wire.Conflicted, wire.CodeOrder)), act("Finn", nil, &wire.Result{Code: wire.CodeOffline}),
	}}
	screen = s.show(t, &acting{Store: s, Behalf: b})
	screen.has("Clocked out: 2 people. 1 taken back. 2 failed.", "Anna In Teams", "Ben Recorded by the server", "Dora Taken back",
		"Eva Their card says something else", "Finn Left as it is: there is no connection", "Try the 2 failed again", "Take back the one on its way")
}

func TestRequestsAreAnswered(t *testing.T) {
	s := wednesday()
	seen := clock.Card{ID: "c", In: &clock.Event{At: at("2026-03-31 08:00")}, Out: &clock.Event{At: at("2026-03-31 16:30")}}
	next := seen
	next.Out = &clock.Event{At: at("2026-03-31 18:10")}
	s.model.Inbox = desk.Inbox{Read: true, Requests: []wire.Request{{
		ID: "q", Person: wire.Person{Name: "Anna Lind"}, Op: wire.Replace, Seen: &seen, Next: &next, Text: "I left at 18:10", State: wire.Asked, Made: s.now,
	}}}
	s.model.Conflicts = []wire.TeamConflict{{Person: wire.Person{Name: "Ben"}, Receipt: wire.Receipt{
		Kind: clock.ClockIn, At: s.now, Received: s.now, Code: wire.CodeOrder, Conflict: &wire.Conflict{Stands: &seen},
	}}}
	r := &Requests{Store: s}
	screen := s.show(t, r)
	screen.has("Anna Lind", "I left at 18:10", "Part Before After", "End ", "1 request is open.", "Only Ben can decide. Ask them.")
	screen.lacks("Start ")
	r.accept(app.Context{}, ui.Act{Value: "q"})
	r.open = "q"
	r.sendDecline(app.Context{}, ui.Act{Value: "q"}) // without a word
	r.word["q"] = "no"
	r.sendDecline(app.Context{}, ui.Act{Value: "q"})
	if got := strings.Join(s.asked, ", "); got != "inbox, answer q true , answer q false no" {
		t.Errorf("asked %s", got)
	}
	screen.change(func(m *desk.Model) { m.Inbox.Requests[0].State = wire.Granted })
	screen.has("Accepted.", "0 requests are open.")
}

func TestReportTellsHoursAndExceptions(t *testing.T) {
	s := wednesday()
	day := clock.Date{Year: 2026, Month: 3, Day: 30}
	hours := func(worked int64) wire.ReportHours {
		return wire.ReportHours{Minutes: wire.ReportUnits{Worked: worked, Regular: worked}}
	}
	s.model.Report = desk.Report{Span: desk.ThisWeek, Period: desk.Period{First: day, Next: day.AddDays(7)}, Whole: &wire.Report{
		Team: "t1", Zone: "Europe/Stockholm", AsOf: s.now, Total: wire.ReportSum{Hours: hours(485), Open: 1},
		People: []wire.ReportPerson{{
			Person: wire.Person{ID: "a", Name: "Anna Lind"}, Total: wire.ReportSum{Hours: hours(485)},
			Days:       []wire.ReportDay{{Date: day, Hours: hours(485)}},
			Exceptions: []clock.Exception{{Rule: clock.RuleBreakMissing, Date: day, Limit: 30 * clock.Minute}},
		}, {Person: wire.Person{ID: "g", Name: "Gus"}, Gone: true}},
	}}
	screen := s.show(t, &Report{Store: s})
	screen.has("1 exception", "No break, 30 min due", "8 h 5 min", "Anna Lind 8:05 8:05", "Gus (left the team)", "1 card is open and counts no time yet.", "times of Europe/Stockholm")
	screen.change(func(m *desk.Model) { m.Report.Loading, m.Report.Read = true, wire.ReportProgress{Cards: 300} })
	screen.has("300 cards and 0 shifts read so far…")
}

// Cards are confirmed after it was asked for twice, and it is said what came of it.
func TestReportConfirmsWhatFits(t *testing.T) {
	s := wednesday()
	day := clock.Date{Year: 2026, Month: 3, Day: 30}
	card := func(id string) wire.ReportCard {
		return wire.ReportCard{ID: id, In: at("2026-03-30 08:00"), Out: at("2026-03-30 12:00")}
	}
	s.model.Report = desk.Report{Span: desk.ThisWeek, Period: desk.Period{First: day, Next: day.AddDays(7)}, Whole: &wire.Report{
		Team: "t1", Zone: "Europe/Stockholm", AsOf: s.now,
		People: []wire.ReportPerson{{
			Person: wire.Person{ID: "a", Name: "Anna Lind"}, Days: []wire.ReportDay{{Date: day, Cards: []wire.ReportCard{card("c1"), card("c2"), card("c3")}}},
			Exceptions: []clock.Exception{{Rule: clock.RuleLate, Date: day, Card: "c3", Is: clock.Hour, Planned: at("2026-03-30 07:00")}},
		}},
	}}
	r := &Report{Store: s}
	screen := s.show(t, r)
	screen.has("Confirm 2 cards", "1 card is left out")
	screen.lacks("confirm-sure")
	r.ask(app.Context{}, ui.Act{})
	screen.change(func(*desk.Model) {})
	screen.has("confirm-sure", "Nobody but a supervisor can change them after that.")
	r.confirmAll(app.Context{}, ui.Act{})
	if got := s.asked[len(s.asked)-1]; got != "confirm all" {
		t.Errorf("asked %s", got)
	}
	screen.change(func(m *desk.Model) {
		m.Errand = desk.Errand{Op: wire.Confirm, N: 2, At: s.now}
		for i := range 2 {
			m.Report.Whole.People[0].Days[0].Cards[i].BySupervisor = true
		}
	})
	screen.has("2 cards are confirmed.", "1 card is left out")
	screen.lacks(`data-act="confirm-all"`, "confirm-sure")
	screen.change(func(m *desk.Model) {
		m.Errand = desk.Errand{Op: wire.Confirm, N: 2, Missed: 1, Failed: wire.CodeChanged, At: s.now + 1}
	})
	screen.has("1 card could not be confirmed.")
}

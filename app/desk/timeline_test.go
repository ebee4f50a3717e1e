package desk

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

func TestTimelineOfADay(t *testing.T) {
	loc, err := time.LoadLocation("Asia/Kathmandu") // a quarter of an hour beside the others
	if err != nil {
		t.Fatal(err)
	}
	z := clock.InLocation(loc)
	day := clock.Date{Year: 2026, Month: 3, Day: 30}
	at := func(h, m int) clock.Instant {
		return day.Start(z).Add(clock.Span(h)*clock.Hour + clock.Span(m)*clock.Minute)
	}
	w := wire.Report{AsOf: at(17, 10), People: []wire.ReportPerson{
		{Person: wire.Person{ID: "a"}, Shifts: []wire.ReportShift{{Start: at(8, 0), End: at(16, 30)}, {Start: at(32, 0), End: at(40, 0)}},
			Days: []wire.ReportDay{{Date: day, Cards: []wire.ReportCard{{In: at(8, 5), Out: at(16, 0),
				Breaks: []wire.ReportBreak{{Start: at(12, 0), End: at(12, 30)}, {Start: at(12, 10), End: at(12, 20)}}}}}}},
		{Person: wire.Person{ID: "b"}, Days: []wire.ReportDay{{Date: day, Cards: []wire.ReportCard{{In: at(9, 0), Breaks: []wire.ReportBreak{{Start: at(17, 0)}}}}}}},
		{Person: wire.Person{ID: "c"}, Days: []wire.ReportDay{{Date: day.AddDays(1), Cards: []wire.ReportCard{{In: at(33, 0)}}}}},
		{Person: wire.Person{ID: "d"}, Shifts: []wire.ReportShift{{Start: at(22, 0), End: at(30, 0)}}},
	}}
	l := TimelineOf(w, day, z)
	if len(l.Rows) != 3 || l.Whole != (clock.Stretch{From: at(8, 0), To: at(30, 0)}) {
		t.Fatalf("%d rows in %v, want a, b and d from 8 to 6", len(l.Rows), l.Whole)
	}
	a, b := l.Rows[0], l.Rows[1]
	if want := []clock.Stretch{{From: at(8, 5), To: at(12, 0)}, {From: at(12, 30), To: at(16, 0)}}; !slices.Equal(a.Work, want) || len(a.Pauses) != 1 || len(a.Plan) != 1 {
		t.Errorf("a worked %v, paused %v, was planned %v", a.Work, a.Pauses, a.Plan)
	}
	if want := []clock.Stretch{{From: at(17, 0), To: at(17, 10)}}; !slices.Equal(b.Pauses, want) {
		t.Errorf("b pauses %v, want until it was read", b.Pauses)
	}
	if got := l.Hours(7); len(got) > 7 || got[0] != at(8, 0) || got[1] != at(12, 0) {
		t.Errorf("hours %v", got)
	}
	if got := l.Percent(at(19, 0)); got != 50 {
		t.Errorf("the middle is at %v", got)
	}
	if got := LastDay(w, z); got != day.AddDays(1) {
		t.Errorf("the last day is %v", got)
	}
}

// TestPartsAddUp: work and pauses of a card join, and none overlaps.
func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instant := rapid.Map(rapid.Int64Range(1, 1000), func(n int64) clock.Instant { return clock.Instant(n) })
		c := wire.ReportCard{In: instant.Draw(t, "in")}
		if rapid.Bool().Draw(t, "over") {
			c.Out = c.In + instant.Draw(t, "length")
		}
		for range rapid.IntRange(0, 4).Draw(t, "breaks") {
			b := wire.ReportBreak{Start: instant.Draw(t, "start")}
			if rapid.Bool().Draw(t, "ended") {
				b.End = instant.Draw(t, "end")
			}
			c.Breaks = append(c.Breaks, b)
		}
		asOf := instant.Draw(t, "read")
		work, pauses := parts(c, asOf)
		all := slices.Concat(work, pauses)
		slices.SortFunc(all, func(a, b clock.Stretch) int { return int(a.From - b.From) })
		at, end := c.In, c.Out
		if end == 0 {
			end = max(c.In, asOf)
		}
		for _, s := range all {
			if s.From != at || s.To <= s.From {
				t.Fatalf("%v do not join from %d to %d", all, c.In, end)
			}
			at = s.To
		}
		if at != end {
			t.Fatalf("%v end at %d, want %d", all, at, end)
		}
	})
}

// What does not fit the rules is left for somebody to look at, and so is what is
// open, confirmed, being amended or of people who have left.
func TestConfirmableOfAReport(t *testing.T) {
	card := func(id string, change func(*wire.ReportCard)) wire.ReportCard {
		c := wire.ReportCard{ID: id, In: 1000, Out: 2000, InNote: "early", Breaks: []wire.ReportBreak{{Start: 1200, End: 1300, EndNote: "back"}}}
		if change != nil {
			change(&c)
		}
		return c
	}
	day := func(cards ...wire.ReportCard) []wire.ReportDay { return []wire.ReportDay{{Cards: cards}} }
	r := Report{Whole: &wire.Report{Team: "t", People: []wire.ReportPerson{
		{Person: wire.Person{ID: "a"}, Days: day(
			card("fits", nil), card("open", func(c *wire.ReportCard) { c.Out = 0 }),
			card("confirmed", func(c *wire.ReportCard) { c.BySupervisor = true }),
			card("own", func(c *wire.ReportCard) { c.ByPerson = true }), card("late", nil), card("waits", nil), card("overlaps", nil), card("refused", nil),
		), Exceptions: []clock.Exception{{Rule: clock.RuleLate, Card: "late"}, {Rule: clock.RuleOverlap, Card: "late", Other: "overlaps"}, {Rule: clock.RuleOverDay}}},
		{Person: wire.Person{ID: "b"}, Gone: true, Days: day(card("left", nil))},
	}}}
	cards, left := r.Confirmable([]wire.Amended{{Card: "waits", Status: wire.Accepted}, {Card: "refused", Status: wire.Refused}})
	var ids []string
	for _, c := range cards {
		ids = append(ids, c.ID)
	}
	if got := strings.Join(ids, " "); got != "fits own refused left" || left != 2 {
		t.Errorf("%s can be confirmed, and %d are left out", got, left)
	}
	want := clock.Card{ID: "fits", Team: "t", Person: "a", In: &clock.Event{At: 1000, Note: "early"}, Out: &clock.Event{At: 2000},
		Breaks: []clock.Break{{Start: clock.Event{At: 1200}, End: &clock.Event{At: 1300, Note: "back"}}}}
	if !cards[0].Says(want) || cards[0].Person != "a" {
		t.Errorf("the card to confirm is %+v", cards[0])
	}
	after := r.confirmed([]string{"fits", "own"})
	if cards, left := after.Confirmable(nil); len(cards) != 3 || cards[0].ID != "waits" || cards[1].ID != "refused" || cards[2].ID != "left" || left != 2 {
		t.Errorf("after two were confirmed %+v can be, and %d are left out", cards, left)
	}
	if r.Whole.People[0].Days[0].Cards[0].BySupervisor {
		t.Error("the report as it was shown has changed")
	}
	if cards, left := (Report{}).Confirmable(nil); cards != nil || left != 0 {
		t.Errorf("of no report %d can be confirmed", len(cards))
	}
}

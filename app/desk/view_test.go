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

const noon clock.Instant = 1_774_857_600_000

func row(name string, s clock.State, since clock.Instant, marks ...clock.Mark) *Row {
	return &Row{Row: wire.Row{Person: wire.Person{ID: name, Name: name}, State: s, Since: since, Marks: marks}, folded: strings.ToLower(name)}
}

func names(rows []*Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Person.Name)
	}
	return strings.Join(all, ", ")
}

func TestSelect(t *testing.T) {
	late := clock.Mark{Kind: clock.Late, From: noon - 5}
	soon := clock.Mark{Kind: clock.Missing, From: noon + 5}
	open := clock.Mark{Kind: clock.OpenLong, From: noon}
	rows := []*Row{
		row("Anna Lind-Berg", clock.In, noon-10, late), row("Ben Okafor", clock.OnBreak, noon-30),
		row("Carla Annas", clock.Out, 0, soon), row("Dora Berg", clock.In, noon-20, open),
	}
	for _, c := range []struct {
		name string
		view View
		want string
	}{
		{"all by name", View{}, "Anna Lind-Berg, Ben Okafor, Carla Annas, Dora Berg"},
		{"in", View{Group: In}, "Anna Lind-Berg, Dora Berg"},
		{"a mark that holds", View{Group: Late}, "Anna Lind-Berg"},
		{"a mark that does not yet", View{Group: Missing}, ""},
		{"a mark from now on", View{Group: OpenLong}, "Dora Berg"},
		{"the beginning of a part of the name", View{Search: "ann"}, "Anna Lind-Berg, Carla Annas"},
		{"a part after a hyphen", View{Search: "berg"}, "Anna Lind-Berg, Dora Berg"},
		{"every word counts", View{Search: "b an"}, "Anna Lind-Berg"},
		{"not the middle of a part", View{Search: "kafor"}, ""},
		{"what needs a look", View{Sort: ByAttention}, "Dora Berg, Anna Lind-Berg, Ben Okafor, Carla Annas"},
		{"longest", View{Sort: BySince}, "Ben Okafor, Dora Berg, Anna Lind-Berg, Carla Annas"},
		{"most today", View{Sort: ByWorked}, "Dora Berg, Anna Lind-Berg, Ben Okafor, Carla Annas"},
	} {
		if got := names(c.view.Select(rows, c.view.Search, noon)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestCountsAreWhatGroupsShow: a group shows as many as it counts, and nothing
// that is shown is invented or there twice.
func TestCountsAreWhatGroupsShow(t *testing.T) {
	states := []clock.State{clock.In, clock.OnBreak, clock.Out, clock.Unknown}
	kinds := []clock.MarkKind{clock.Late, clock.Missing, clock.OpenLong}
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]*Row, rapid.IntRange(0, 20).Draw(t, "rows"))
		for i := range rows {
			rows[i] = row(string(rune('a'+i)), rapid.SampledFrom(states).Draw(t, "state"), noon-clock.Instant(rapid.IntRange(0, 100).Draw(t, "since")))
			if rapid.Bool().Draw(t, "marked") {
				rows[i].Marks = []clock.Mark{{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), From: noon + clock.Instant(rapid.IntRange(-5, 5).Draw(t, "from"))}}
			}
		}
		count := Count(rows, noon)
		for _, g := range Groups {
			shown := View{Group: g, Sort: rapid.SampledFrom(Sorts).Draw(t, "sort")}.Select(rows, "", noon)
			if len(shown) != count[g] {
				t.Fatalf("%s shows %d and counts %d", g, len(shown), count[g])
			}
			slices.SortFunc(shown, func(a, b *Row) int { return strings.Compare(a.Person.ID, b.Person.ID) })
			if len(slices.Compact(shown)) != count[g] {
				t.Fatalf("%s shows somebody twice", g)
			}
		}
	})
}

// TestSpansJoin: the span before ends where this one begins, whatever day it is.
func TestSpansJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := clock.Instant(rapid.Int64Range(0, 4_000_000_000_000).Draw(t, "at"))
		today, first := clock.DateOf(at, clock.UTC), time.Weekday(rapid.IntRange(0, 6).Draw(t, "first"))
		for _, pair := range [][2]Span{{LastWeek, ThisWeek}, {LastMonth, ThisMonth}} {
			before, now := pair[0].Of(today, first), pair[1].Of(today, first)
			if before.Next != now.First || now.First.Compare(today) > 0 || now.Next.Compare(today) <= 0 {
				t.Fatalf("%v: %v and %v", today, before, now)
			}
			if n := now.Days(); pair[1] == ThisWeek && n != 7 || pair[1] == ThisMonth && (n < 28 || n > 31 || now.Next.Day != 1) {
				t.Fatalf("%v has %d days", now, n)
			}
		}
	})
}

func TestPeriodOfTypedDays(t *testing.T) {
	for _, c := range []struct {
		first, last string
		days        int // 0 for none
	}{
		{"2026-03-01", "2026-03-01", 1}, {"2026-03-01", "2026-06-08", 100}, {"2026-03-01", "2026-06-09", 0},
		{"2026-03-02", "2026-03-01", 0}, {"", "2026-03-01", 0}, {"2026-03-01", "", 0}, {"2026-02-30", "2026-03-01", 0},
	} {
		if p, ok := PeriodOf(c.first, c.last); ok != (c.days > 0) || ok && p.Days() != c.days {
			t.Errorf("PeriodOf(%q, %q) = %v, %t, want %d days", c.first, c.last, p, ok, c.days)
		}
	}
}

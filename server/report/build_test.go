package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests mean the same on every machine

	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

var march = clock.Date{Year: 2026, Month: 3, Day: 23} // a Monday, the week of Europe's change of clocks

func someMaterial() *rapid.Generator[Material] {
	return rapid.Custom(func(t *rapid.T) Material {
		zone := rapid.SampledFrom([]string{"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"}).Draw(t, "zone")
		m := Material{
			Period: Period{
				Team: wire.Team{ID: "team", Name: "Team", Zone: zone, FirstDay: rapid.IntRange(0, 6).Draw(t, "first")},
				From: march.AddDays(rapid.IntRange(-3, 3).Draw(t, "from")),
			},
			Rules: clock.DefaultRules,
		}
		m.Period.To = m.Period.From.AddDays(rapid.IntRange(1, 14).Draw(t, "days"))
		m.AsOf = m.Period.To.AddDays(rapid.IntRange(-2, 3).Draw(t, "asOf")).Start(clock.UTC)
		for i := range rapid.IntRange(0, 3).Draw(t, "members") {
			m.Members = append(m.Members, wire.Person{ID: fmt.Sprint("P", i), Name: fmt.Sprint("Name ", i)})
		}
		read := m.Period.reading()
		for i := range rapid.IntRange(0, 20).Draw(t, "cards") {
			in := read.From.Add(clock.Span(rapid.Int64Range(0, int64(read.Length())-1).Draw(t, "in")))
			c := Card{Card: clock.Card{ID: fmt.Sprint("TCK_", i), Person: fmt.Sprint(rapid.SampledFrom([]string{"p", "P"}).Draw(t, "case"),
				rapid.IntRange(0, 4).Draw(t, "person")), In: &clock.Event{At: in}}}
			if rapid.IntRange(0, 5).Draw(t, "open") > 0 {
				c.Out = &clock.Event{At: in.Add(clock.Span(rapid.Int64Range(0, int64(14*clock.Hour)).Draw(t, "length")))}
			}
			if rapid.Bool().Draw(t, "break") {
				at := in.Add(clock.Span(rapid.Int64Range(0, int64(5*clock.Hour)).Draw(t, "start")))
				c.Breaks = []clock.Break{{Start: clock.Event{At: at}, End: &clock.Event{At: at.Add(1_234_567)}}}
			}
			m.Cards = append(m.Cards, c)
		}
		return m
	})
}

// TestReportAddsUp holds a report against the cards it is made of.
func TestReportAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := someMaterial().Draw(t, "material")
		r := Build(m)
		var worked, paused clock.Span
		cards, during := 0, m.Period.stretch()
		for _, c := range m.Cards {
			if !during.Contains(c.In.At) {
				continue
			}
			cards++
			if c.Out != nil {
				worked, paused = worked+c.Worked(0), paused+c.Paused(0)
			}
		}
		if u := r.Total.Hours.Minutes; u.Worked != nearest(worked, minute) || u.Paused != nearest(paused, minute) {
			t.Fatalf("the total is %+v, the cards have %d and %d", u, worked, paused)
		}
		if u := r.Total.Hours.Hundredths; u.Worked != nearest(worked, hundredth) || u.Paused != nearest(paused, hundredth) {
			t.Fatalf("the total is %+v, the cards have %d and %d", u, worked, paused)
		}
		if r.Total.Cards != cards {
			t.Fatalf("the report has %d cards of %d", r.Total.Cards, cards)
		}
		checkSums(t, r)
		checkOrder(t, m, r)
	})
}

// checkSums adds the rows of a report up again.
func checkSums(t *rapid.T, r *wire.Report) {
	plus := func(a *wire.ReportUnits, b wire.ReportUnits) {
		a.Worked, a.Regular, a.Over, a.Paused = a.Worked+b.Worked, a.Regular+b.Regular, a.Over+b.Over, a.Paused+b.Paused
	}
	var team wire.ReportSum
	for _, p := range r.People {
		var sum wire.ReportSum
		for _, d := range p.Days {
			plus(&sum.Hours.Minutes, d.Hours.Minutes)
			plus(&sum.Hours.Hundredths, d.Hours.Hundredths)
			add(&sum, count(d))
		}
		sum.Exceptions = len(p.Exceptions)
		if sum != p.Total {
			t.Fatalf("the days of %s add up to %+v, the total is %+v", p.Person.ID, sum, p.Total)
		}
		plus(&team.Hours.Minutes, sum.Hours.Minutes)
		plus(&team.Hours.Hundredths, sum.Hours.Hundredths)
		add(&team, sum)
	}
	if team != r.Total {
		t.Fatalf("the people add up to %+v, the total is %+v", team, r.Total)
	}
}

// checkOrder holds who is in a report, and when.
func checkOrder(t *rapid.T, m Material, r *wire.Report) {
	seen := map[string]bool{}
	for i, p := range r.People {
		key := strings.ToLower(p.Person.ID)
		if seen[key] {
			t.Fatalf("%s is there twice", p.Person.ID)
		}
		seen[key] = true
		if i > 0 && p.Person.Name != "" && strings.ToLower(r.People[i-1].Person.Name) > strings.ToLower(p.Person.Name) {
			t.Fatalf("%q comes after %q", p.Person.Name, r.People[i-1].Person.Name)
		}
		if p.Gone && len(p.Days) == 0 {
			t.Fatalf("%s is not of the team and did nothing", p.Person.ID)
		}
		for j, d := range p.Days {
			if !m.Period.has(d.Date) || j > 0 && p.Days[j-1].Date.Compare(d.Date) >= 0 {
				t.Fatalf("%s is not in place", d.Date)
			}
		}
		for _, e := range p.Exceptions {
			if !m.Period.has(e.Date) && e.Rule != clock.RuleOverWeek {
				t.Fatalf("%+v is not of the period", e)
			}
		}
	}
	for _, p := range m.Members {
		if !seen[strings.ToLower(p.ID)] {
			t.Fatalf("%s of the team is missing", p.ID)
		}
	}
}

// TestWeeksBeginBeforeThePeriod holds that a month that begins on a Thursday
// knows what was worked from Monday on.
func TestWeeksBeginBeforeThePeriod(t *testing.T) {
	thursday := march.AddDays(3)
	m := Material{
		Period: Period{Team: wire.Team{Zone: "Europe/Stockholm", FirstDay: int(time.Monday)}, From: thursday, To: thursday.AddDays(2)},
		Rules:  clock.Rules{WeekMax: 30 * clock.Hour, Late: -1, LeftEarly: -1}, AsOf: thursday.AddDays(9).Start(clock.UTC),
	}
	z := m.Period.zone()
	for n := range 5 {
		in := march.AddDays(n).Start(z).Add(8 * clock.Hour)
		m.Cards = append(m.Cards, Card{Card: clock.Card{ID: fmt.Sprint(n), Person: "p", In: &clock.Event{At: in}, Out: &clock.Event{At: in.Add(8 * clock.Hour)}}})
	}
	if read := m.Period.reading(); read.From > march.Start(z) {
		t.Fatalf("read from %v, want Monday", read.From.Time())
	}
	r := Build(m)
	if got := r.Total.Hours.Minutes; got != (wire.ReportUnits{Worked: 960, Regular: 360, Over: 600}) {
		t.Errorf("Thursday and Friday: %+v, want ten hours over", got)
	}
	want := []clock.Exception{{Rule: clock.RuleOverWeek, Date: march, Is: 40 * clock.Hour, Limit: 30 * clock.Hour}}
	if got := r.People[0].Exceptions; !slices.Equal(got, want) {
		t.Errorf("exceptions %+v, want %+v", got, want)
	}
}

// TestUnknownZone tells days in UTC, and says so.
func TestUnknownZone(t *testing.T) {
	for _, name := range []string{"", "Mars/Olympus", "../etc"} {
		p := Period{Team: wire.Team{Zone: name}, From: march, To: march.AddDays(1)}
		if r := Build(Material{Period: p}); r.Zone != "UTC" {
			t.Errorf("zone %q became %q", name, r.Zone)
		}
	}
}

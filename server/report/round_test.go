package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeclock/app/clock"
)

func spans(least int) *rapid.Generator[[]clock.Span] {
	// Around whole minutes and hundredths, and anything.
	one := rapid.Map(rapid.OneOf(rapid.Int64Range(0, 90_000_000), rapid.Map(rapid.Int64Range(0, 1500), func(n int64) int64 { return n * 60_000 }),
		rapid.Map(rapid.Int64Range(0, 1500), func(n int64) int64 { return n*36_000 + 18_000 }), rapid.Just(int64(0))),
		func(n int64) clock.Span { return clock.Span(n) })
	return rapid.SliceOfN(one, least, 12)
}

func TestApportion(t *testing.T) {
	for _, test := range []struct {
		total int64
		parts []clock.Span
		want  []int64
	}{
		{0, nil, []int64{}},
		{1, []clock.Span{20_000, 20_000, 20_000}, []int64{1, 0, 0}}, // equal ones: the first
		{2, []clock.Span{20_000, 40_000, 60_000}, []int64{0, 1, 1}},
		{3, []clock.Span{61_000, 62_000, 0}, []int64{1, 2, 0}}, // what is nothing stays nothing
		{2, []clock.Span{119_999}, []int64{2}},
		{1, []clock.Span{119_999}, []int64{1}},
	} {
		if got := apportion(test.total, test.parts, minute); !slices.Equal(got, test.want) {
			t.Errorf("apportion(%d, %v) = %v, want %v", test.total, test.parts, got, test.want)
		}
	}
}

// TestApportionAddsUp holds for any total that is the sum rounded either way.
func TestApportionAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts, unit := spans(0).Draw(t, "parts"), rapid.SampledFrom([]clock.Span{minute, hundredth, 1}).Draw(t, "unit")
		var sum clock.Span
		for _, p := range parts {
			sum += p
		}
		total := int64(sum / unit)
		if sum%unit > 0 && rapid.Bool().Draw(t, "up") {
			total++
		}
		got, all := apportion(total, parts, unit), int64(0)
		for i, n := range got {
			all += n
			if off := clock.Span(n)*unit - parts[i]; off <= -unit || off >= unit {
				t.Fatalf("part %d of %d became %d units of %d", i, parts[i], n, unit)
			}
		}
		if all != total {
			t.Fatalf("apportion(%d, %v) = %v, which add up to %d", total, parts, got, all)
		}
	})
}

// TestTablesAddUp draws reports and holds every sum, in both units, and that
// nothing is off by a whole unit.
func TestTablesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var exact table
		for range rapid.IntRange(0, 6).Draw(t, "people") {
			regular := spans(0).Draw(t, "regular")
			over, paused := make([]clock.Span, len(regular)), make([]clock.Span, len(regular))
			for i := range regular {
				over[i] = clock.Span(rapid.Int64Range(0, 9_000_000).Draw(t, "over")) * clock.Span(rapid.IntRange(0, 1).Draw(t, "any"))
				paused[i] = clock.Span(rapid.Int64Range(0, 9_000_000).Draw(t, "paused"))
			}
			exact.regular, exact.over, exact.paused = append(exact.regular, regular), append(exact.over, over), append(exact.paused, paused)
		}
		for _, unit := range []clock.Span{minute, hundredth} {
			u := exact.in(unit)
			for name, c := range map[string]struct {
				exact   column
				rounded rounded
			}{"regular": {exact.regular, u.regular}, "over": {exact.over, u.over}, "paused": {exact.paused, u.paused}} {
				checkColumn(t, name, unit, c.exact, c.rounded)
			}
			regular, _ := exact.regular.sum()
			over, _ := exact.over.sum()
			if all := u.all(); all.Worked != nearest(regular+over, unit) || all.Worked != all.Regular+all.Over {
				t.Fatalf("of %d and %d the total is %+v", regular, over, all)
			}
		}
	})
}

func checkColumn(t *rapid.T, name string, unit clock.Span, exact column, r rounded) {
	near := func(what string, units int64, span clock.Span) {
		if off := clock.Span(units)*unit - span; off <= -unit || off >= unit {
			t.Fatalf("%s of %s: %d became %d units of %d", what, name, span, units, unit)
		}
	}
	sum, each := exact.sum()
	near("the total", r.total, sum)
	var people int64
	for i := range exact {
		near("a person", r.people[i], each[i])
		people += r.people[i]
		var days int64
		for j := range exact[i] {
			near("a day", r.days[i][j], exact[i][j])
			days += r.days[i][j]
		}
		if days != r.people[i] {
			t.Fatalf("%s: the days add up to %d, their person has %d", name, days, r.people[i])
		}
	}
	if people != r.total {
		t.Fatalf("%s: people add up to %d, the total is %d", name, people, r.total)
	}
}

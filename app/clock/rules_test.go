package clock_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// someRules draws limits near to what is drawn for cards, and none at all.
func someRules() *rapid.Generator[Rules] {
	return rapid.Custom(func(t *rapid.T) Rules {
		limit := func(name string) Span {
			return Span(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, int64(30*Hour))).Draw(t, name))
		}
		r := Rules{
			OpenMax: limit("open"), CardMax: limit("card"), Late: limit("late"), LeftEarly: limit("left"),
			Unscheduled: rapid.Bool().Draw(t, "unscheduled"), DayMax: limit("day"), WeekMax: 3 * limit("week"),
			OverGrace: limit("grace") / 20,
		}
		for range rapid.IntRange(0, 3).Draw(t, "dues") {
			r.Breaks = append(r.Breaks, BreakDue{After: limit("after"), Least: limit("least") / 10})
		}
		return r
	})
}

// somePlan draws shifts of the same days as cards.
func somePlan() *rapid.Generator[Plan] {
	return rapid.Custom(func(t *rapid.T) Plan {
		p := Plan{
			Scheduled: rapid.Bool().Draw(t, "scheduled"), Now: instants().Draw(t, "now"),
			Zone: InLocation(load(t, zoneNames().Draw(t, "zone"))), FirstDay: time.Weekday(rapid.IntRange(0, 6).Draw(t, "first")),
			Until: instants().Draw(t, "until"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "shifts") {
			from := instants().Draw(t, "from")
			p.Shifts = append(p.Shifts, Stretch{from, from.Add(Span(rapid.Int64Range(0, int64(12*Hour)).Draw(t, "length")))})
		}
		return p
	})
}

// TestHoursAddUp holds the hours of days against the time worked, and against
// the limits.
func TestHoursAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := rapid.SliceOfN(anyCards(), 0, 8).Draw(t, "cards")
		r, p := someRules().Draw(t, "rules"), somePlan().Draw(t, "plan")
		var done []Card
		for _, c := range cards {
			if c.In != nil && c.Out != nil {
				done = append(done, c)
			}
		}
		var worked, paused Span
		weeks := map[Date]Span{}
		var last Date
		for i, h := range r.Hours(cards, p) {
			if h.Regular < 0 || h.Over < 0 {
				t.Fatalf("%+v is negative", h)
			}
			if r.DayMax > 0 && h.Regular > r.DayMax {
				t.Fatalf("%+v has more regular hours than %d", h, r.DayMax)
			}
			if i > 0 && h.Date.Compare(last) <= 0 {
				t.Fatalf("%s comes after %s", h.Date, last)
			}
			last = h.Date
			weeks[h.Date.Week(p.FirstDay)] += h.Regular
			worked, paused = worked+h.Worked(), paused+h.Paused
		}
		if worked != Worked(done, p.Now) || paused != Paused(done, p.Now) {
			t.Fatalf("the days have %d worked and %d paused, the cards %d and %d", worked, paused, Worked(done, p.Now), Paused(done, p.Now))
		}
		for week, regular := range weeks {
			if r.WeekMax > 0 && regular > r.WeekMax {
				t.Fatalf("the week of %s has %d regular, more than %d", week, regular, r.WeekMax)
			}
		}
	})
}

func TestHours(t *testing.T) {
	monday := moment(t, "2026-03-30 08:00", time.UTC)
	day := func(n int, worked Span) Card {
		in := monday.Add(Span(n) * 24 * Hour)
		return Card{In: &Event{At: in}, Out: &Event{At: in.Add(worked)}}
	}
	week := []Card{day(0, 9*Hour), day(1, 8*Hour), day(2, 8*Hour), day(3, 8*Hour), day(4, 8*Hour), day(5, 4*Hour), day(7, 8*Hour)}
	plan := Plan{Zone: UTC, FirstDay: time.Monday}
	for _, test := range []struct {
		name  string
		rules Rules
		over  []Span // hours a day
	}{
		{"no limits", Rules{}, []Span{0, 0, 0, 0, 0, 0, 0}},
		{"by the day", Rules{DayMax: 8 * Hour}, []Span{1, 0, 0, 0, 0, 0, 0}},
		{"by the week, the last hours first", Rules{WeekMax: 40 * Hour}, []Span{0, 0, 0, 0, 1, 4, 0}},
		{"by both, no hour twice", Rules{DayMax: 8 * Hour, WeekMax: 40 * Hour}, []Span{1, 0, 0, 0, 0, 4, 0}},
	} {
		var over []Span
		for _, h := range test.rules.Hours(week, plan) {
			over = append(over, h.Over/Hour)
		}
		if !slices.Equal(over, test.over) {
			t.Errorf("%s: over %v hours, want %v", test.name, over, test.over)
		}
	}
}

// TestExceptionsAreOfTheCards draws whatever there may be and holds what is
// true of every answer.
func TestExceptionsAreOfTheCards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cards := rapid.SliceOfN(anyCards(), 0, 6).Draw(t, "cards")
		for i := range cards {
			cards[i].ID = string(rune('a' + i))
		}
		r, p := someRules().Draw(t, "rules"), somePlan().Draw(t, "plan")
		all := r.Exceptions(cards, p)
		seen := map[Exception]bool{}
		for i, e := range all {
			if seen[e] {
				t.Fatalf("%+v is told twice", e)
			}
			seen[e] = true
			if i > 0 && e.Date.Compare(all[i-1].Date) < 0 {
				t.Fatalf("%+v comes after %+v", e, all[i-1])
			}
			if !slices.Contains(AllRules, e.Rule) || e.Is < 0 || e.Limit < 0 {
				t.Fatalf("%+v makes no sense", e)
			}
			j := slices.IndexFunc(cards, func(c Card) bool { return c.ID == e.Card })
			if e.Card != "" && (j < 0 || cards[j].In == nil || DateOf(cards[j].In.At, p.Zone) != e.Date) {
				t.Fatalf("%+v is of no card of that day", e)
			}
		}
		slices.Reverse(cards)
		slices.Reverse(p.Shifts)
		again := r.Exceptions(cards, p)
		if len(again) != len(all) {
			t.Fatalf("in another order of cards and shifts there are %d exceptions, not %d", len(again), len(all))
		}
		if none := (Rules{Late: -1, LeftEarly: -1}).Exceptions(cards, Plan{Zone: p.Zone, Now: p.Now}); slices.ContainsFunc(none,
			func(e Exception) bool { return e.Rule != RuleOverlap }) {
			t.Fatalf("rules that hold nothing find %+v", none)
		}
	})
}

func TestExceptions(t *testing.T) {
	at := func(clock string) Instant {
		return moment(t, "2026-03-30 "+clock, time.UTC)
	}
	card := func(id, in, out string, breaks ...string) Card {
		c := Card{ID: id, In: &Event{At: at(in)}}
		if out != "" {
			c.Out = &Event{At: at(out)}
		}
		for i := 0; i < len(breaks); i += 2 {
			c.Breaks = append(c.Breaks, Break{Start: Event{At: at(breaks[i])}, End: &Event{At: at(breaks[i+1])}})
		}
		return c
	}
	shift := func(from, to string) Stretch { return Stretch{at(from), at(to)} }
	full := card("a", "08:00", "16:00", "12:00", "12:30")
	night := card("n", "20:00", "")
	night.Out = &Event{At: at("20:00").Add(9 * Hour)}
	for _, test := range []struct {
		name   string
		cards  []Card
		shifts []Stretch
		now    Instant // 18:00 when 0
		want   []Rule
	}{
		{"a day as planned", []Card{full}, []Stretch{shift("08:00", "16:00")}, 0, nil},
		{"nothing was planned for anybody", []Card{full}, nil, 0, nil},
		{"within what is let pass", []Card{card("a", "08:05", "15:55", "12:00", "12:30")}, []Stretch{shift("08:00", "16:00")}, 0, nil},
		{"late", []Card{card("a", "08:06", "16:00", "12:00", "12:30")}, []Stretch{shift("08:00", "16:00")}, 0, []Rule{RuleLate}},
		{"left early", []Card{card("a", "08:00", "15:54", "12:00", "12:30")}, []Stretch{shift("08:00", "16:00")}, 0, []Rule{RuleLeftEarly}},
		{"away for lunch, back", []Card{card("a", "08:00", "12:00"), card("b", "13:00", "17:00")}, []Stretch{shift("08:00", "17:00")}, 0, nil},
		{"away for lunch, not back yet", []Card{card("a", "08:00", "12:00")}, []Stretch{shift("08:00", "17:00")}, at("12:30"), nil},
		{"away for lunch, never back", []Card{card("a", "08:00", "12:00")}, []Stretch{shift("08:00", "17:00")}, 0, []Rule{RuleLeftEarly}},
		{"two shifts in a row", []Card{full}, []Stretch{shift("12:00", "16:00"), shift("08:00", "12:00")}, 0, nil},
		{"the second of two shifts left early", []Card{card("a", "08:00", "13:30")},
			[]Stretch{shift("08:00", "12:00"), shift("13:00", "17:00")}, 0, []Rule{RuleLeftEarly}},
		{"at work on another day's shift", []Card{full}, []Stretch{shift("21:00", "23:00")}, 0, []Rule{RuleUnscheduled}},
		{"in two hours before the shift", []Card{card("a", "06:00", "12:00")}, []Stretch{shift("08:00", "12:00")}, 0, nil},
		{"no break", []Card{card("a", "08:00", "14:30")}, nil, 0, []Rule{RuleBreakMissing}},
		{"no break, none due", []Card{card("a", "08:00", "14:00")}, nil, 0, nil},
		{"a short break", []Card{card("a", "08:00", "16:00", "12:00", "12:12")}, nil, 0, []Rule{RuleBreakShort}},
		{"two breaks that are enough", []Card{card("a", "08:00", "16:00", "10:00", "10:15", "12:00", "12:15")}, nil, 0, nil},
		{"no break so far, at work", []Card{card("a", "08:00", "")}, nil, at("14:30"), []Rule{RuleBreakMissing}},
		{"too long", []Card{card("a", "04:00", "17:30", "11:00", "17:00")}, nil, 0, []Rule{RuleTooLong}},
		{"over on a day", []Card{card("a", "08:00", "16:46", "12:00", "12:30")}, nil, 0, []Rule{RuleOverDay}},
		{"not worth telling", []Card{card("a", "08:00", "16:45", "12:00", "12:30")}, nil, 0, nil},
		{"open too long", []Card{card("a", "08:00", "")}, nil, at("08:00").Add(17 * Hour), []Rule{RuleNoOut}},
		{"open hours after the shift", []Card{card("a", "08:00", "", "12:00", "12:30")}, []Stretch{shift("08:00", "13:00")}, at("17:30"), []Rule{RuleNoOut}},
		{"twice at work", []Card{full, card("b", "15:00", "17:00")}, nil, 0, []Rule{RuleOverlap, RuleOverDay}},
		{"one within another", []Card{full, card("b", "09:00", "10:00"), card("c", "15:00", "15:30")}, nil, 0,
			[]Rule{RuleOverlap, RuleOverlap, RuleOverDay}},
		{"by clocks that disagree", []Card{full, {ID: "b", In: &Event{At: at("16:00") - 10_000}, Out: &Event{At: at("16:10")}}}, nil, 0, nil},
		{"absent", []Card{card("a", "14:00", "16:00")}, []Stretch{shift("08:00", "12:00")}, 0, []Rule{RuleAbsent, RuleUnscheduled}},
		{"not absent before the end", nil, []Stretch{shift("08:00", "12:00")}, at("11:59"), nil},
		{"nor after what is known", nil, []Stretch{shift("20:00", "23:30")}, at("20:00").Add(12 * Hour), nil},
		{"a night", []Card{night}, nil, at("20:00").Add(12 * Hour), []Rule{RuleBreakMissing, RuleOverDay}},
	} {
		p := Plan{Shifts: test.shifts, Scheduled: len(test.shifts) > 0, Zone: UTC, FirstDay: time.Monday, Until: at("22:00"), Now: test.now}
		if p.Now == 0 {
			p.Now = at("18:00")
		}
		var got []Rule
		for _, e := range DefaultRules.Exceptions(test.cards, p) {
			got = append(got, e.Rule)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestEditedAfterConfirmation(t *testing.T) {
	was := Card{ID: "a", In: &Event{At: base}, Out: &Event{At: base.Add(4 * Hour)}, ByPerson: true}
	noted, moved, other := was, was, was
	noted.Note, noted.ByPerson = "hello", false
	moved.Out = &Event{At: base.Add(5 * Hour)}
	other.ID = "b"
	for _, test := range []struct {
		name string
		card Card
		want int
	}{{"as it was", was, 0}, {"with a note", noted, 0}, {"moved", moved, 1}, {"another card", other, 0}} {
		p := Plan{Zone: UTC, Now: base.Add(9 * Hour), Confirmed: map[string]Card{"a": was}}
		if got := (Rules{}).Exceptions([]Card{test.card}, p); len(got) != test.want || test.want == 1 && got[0].Rule != RuleEdited {
			t.Errorf("%s: %+v, want %d", test.name, got, test.want)
		}
	}
}

func TestOverWeek(t *testing.T) {
	monday := moment(t, "2026-03-30 08:00", time.UTC)
	var cards []Card
	for n := range Span(6) {
		in := monday.Add(n * 24 * Hour)
		cards = append(cards, Card{In: &Event{At: in}, Out: &Event{At: in.Add(7 * Hour)}})
	}
	rules := Rules{WeekMax: 40 * Hour, Late: -1, LeftEarly: -1}
	got := rules.Exceptions(cards, Plan{Zone: UTC, FirstDay: time.Monday, Now: monday.Add(200 * Hour)})
	want := []Exception{{Rule: RuleOverWeek, Date: Date{2026, 3, 30}, Is: 42 * Hour, Limit: 40 * Hour}}
	if !slices.Equal(got, want) {
		t.Errorf("six days of seven hours: %+v, want %+v", got, want)
	}
}

func TestDateText(t *testing.T) {
	for _, text := range []string{`"2026-02-28"`, `"0001-01-01"`, `""`} {
		var d Date
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Errorf("reading %s: %v", text, err)
		}
		if again, err := json.Marshal(d); err != nil || string(again) != text {
			t.Errorf("%s was written %s, %v", text, again, err)
		}
	}
	for _, text := range []string{`"2026-02-29"`, `"2026-2-1"`, `"x"`, `"2026-02-01T00:00:00Z"`} {
		var d Date
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s was read as %s", text, d)
		}
	}
}

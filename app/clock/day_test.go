package clock_test

import (
	"testing"
	"time"

	. "timeclock/app/clock"
)

// TestEveryTransition holds days against the zone database, around every
// change of every zone listed.
func TestEveryTransition(t *testing.T) {
	for _, name := range zones {
		loc := load(t, name)
		zone, all := InLocation(loc), segments(loc)
		for _, s := range all[1:] {
			near := around(all, s.from)
			for n := -2; n <= 2; n++ {
				checkDay(t, name, zone, near, DateOf(s.from, zone).AddDays(n))
			}
			if t.Failed() {
				break
			}
		}
	}
}

func checkDay(t *testing.T, name string, zone Zone, near []segment, d Date) {
	t.Helper()
	want, exists := dayIn(near, d)
	got := d.Start(zone)
	if got != want {
		t.Errorf("%s: %s.Start = %v, want %v", name, d, got.Time(), want.Time())
	}
	if on := DateOf(got, zone); exists && on != d {
		t.Errorf("%s: DateOf(%s.Start) = %s", name, d, on)
	}
	whole, next := d.StretchOf(zone), d.AddDays(1).StretchOf(zone)
	if whole.To != next.From {
		t.Errorf("%s: %s ends %v, the next day begins %v", name, d, whole.To.Time(), next.From.Time())
	}
	if exists != (whole.Length() > 0) || whole.From > whole.To {
		t.Errorf("%s: %s.StretchOf = %v to %v, but the day exists: %v",
			name, d, whole.From.Time(), whole.To.Time(), exists)
	}
}

func TestStretchOf(t *testing.T) {
	for _, test := range []struct {
		zone   string
		date   Date
		start  string // local time of the first instant
		length Span
	}{
		{"Europe/Stockholm", Date{2026, 3, 29}, "2026-03-29 00:00", 23 * Hour},
		{"Europe/Stockholm", Date{2026, 10, 25}, "2026-10-25 00:00", 25 * Hour},
		{"America/Chicago", Date{2026, 3, 8}, "2026-03-08 00:00", 23 * Hour},
		{"America/Chicago", Date{2026, 11, 1}, "2026-11-01 00:00", 25 * Hour},
		{"America/Chicago", Date{2026, 7, 4}, "2026-07-04 00:00", 24 * Hour},
		{"Australia/Lord_Howe", Date{2026, 4, 5}, "2026-04-05 00:00", 24*Hour + 30*Minute},
		{"Australia/Lord_Howe", Date{2026, 10, 4}, "2026-10-04 00:00", 23*Hour + 30*Minute},
		{"Antarctica/Troll", Date{2026, 3, 29}, "2026-03-29 00:00", 22 * Hour},
		// The clocks skip midnight: the day begins at one.
		{"America/Sao_Paulo", Date{2018, 11, 4}, "2018-11-04 01:00", 23 * Hour},
		{"Africa/Cairo", Date{2026, 4, 24}, "2026-04-24 01:00", 23 * Hour},
		{"Asia/Beirut", Date{2026, 3, 29}, "2026-03-29 01:00", 23 * Hour},
		{"America/Havana", Date{2026, 3, 8}, "2026-03-08 01:00", 23 * Hour},
		// Midnight strikes twice or the hour before it comes twice.
		{"America/Sao_Paulo", Date{2018, 2, 17}, "2018-02-17 00:00", 25 * Hour},
		{"Africa/Cairo", Date{2026, 10, 29}, "2026-10-29 00:00", 25 * Hour},
		{"America/Havana", Date{2026, 11, 1}, "2026-11-01 00:00", 25 * Hour},
		{"America/St_Johns", Date{2006, 10, 28}, "2006-10-28 00:00", 24 * Hour},
		{"America/St_Johns", Date{2006, 10, 29}, "2006-10-29 00:00", 25 * Hour},
		// The day was left out.
		{"Pacific/Apia", Date{2011, 12, 29}, "2011-12-29 00:00", 24 * Hour},
		{"Pacific/Apia", Date{2011, 12, 30}, "2011-12-31 00:00", 0},
		{"Pacific/Apia", Date{2011, 12, 31}, "2011-12-31 00:00", 24 * Hour},
		{"Pacific/Kwajalein", Date{1993, 8, 21}, "1993-08-22 00:00", 0},
	} {
		loc := load(t, test.zone)
		got := test.date.StretchOf(InLocation(loc))
		local := got.From.Time().In(loc).Format("2006-01-02 15:04")
		if local != test.start || got.Length() != test.length {
			t.Errorf("%s.StretchOf(%s) begins %s and lasts %v, want %s and %v",
				test.date, test.zone, local, got.Length().Duration(), test.start, test.length.Duration())
		}
	}
}

// In St. John's the clocks went from 00:01 back to 23:01 of the day before.
func TestMidnightTwice(t *testing.T) {
	zone := InLocation(load(t, "America/St_Johns"))
	saturday, sunday := Date{2006, 10, 28}, Date{2006, 10, 29}
	start := sunday.Start(zone)
	for _, test := range []struct {
		after Span
		shown Date
	}{{-Minute, saturday}, {0, sunday}, {59 * Second, sunday}, {Minute, saturday}, {59 * Minute, saturday}, {Hour, sunday}} {
		if got := DateOf(start.Add(test.after), zone); got != test.shown {
			t.Errorf("DateOf(start + %v) = %s, want %s", test.after.Duration(), got, test.shown)
		}
	}
	in := start.Add(30 * Minute)
	for _, length := range []Span{8 * Hour, 0} {
		card := Card{In: &Event{At: in}, Out: &Event{At: in.Add(length)}}
		parts := card.Split(zone, 0)
		if len(parts) != 1 || parts[0] != (Portion{sunday, Stretch{in, in.Add(length)}, length, 0}) {
			t.Errorf("Split of a card that began in the hour that came twice = %+v, want all of it on %s", parts, sunday)
		}
	}
}

func TestDateArithmetic(t *testing.T) {
	for d := (Date{1999, 12, 1}); d.Compare(Date{2001, 2, 1}) < 0; d = d.AddDays(1) {
		if got := d.AddDays(-40).AddDays(40); got != d {
			t.Fatalf("%s.AddDays(-40).AddDays(40) = %s", d, got)
		}
		if d.Compare(d) != 0 || d.Compare(d.AddDays(1)) >= 0 || d.Compare(d.AddDays(-1)) <= 0 {
			t.Fatalf("%s does not lie between its neighbours", d)
		}
		want := time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
		if d.Weekday() != want.Weekday() || d.String() != want.Format(time.DateOnly) {
			t.Fatalf("%s is a %s, want %s, a %s", d, d.Weekday(), want.Format(time.DateOnly), want.Weekday())
		}
		for first := time.Weekday(-8); first <= 8; first++ {
			begin := d.Week(first)
			wantFirst := (first%7 + 7) % 7
			if begin.Weekday() != wantFirst || begin.Compare(d) > 0 || begin.AddDays(7).Compare(d) <= 0 {
				t.Fatalf("%s.Week(%d) = %s, a %s", d, first, begin, begin.Weekday())
			}
		}
	}
}

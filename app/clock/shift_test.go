package clock_test

import (
	"testing"
	"time"

	. "timeclock/app/clock"
)

func TestAgainst(t *testing.T) {
	shift := Stretch{base, base.Add(8 * Hour)}
	for _, test := range []struct {
		at   Span
		want Position
		by   Span
	}{
		{-10 * Minute, Before, 10 * Minute},
		{0, Within, 8 * Hour},
		{7 * Hour, Within, Hour},
		{8 * Hour, Past, 0},
		{9 * Hour, Past, Hour},
	} {
		if got, by := Against(shift, base.Add(test.at)); got != test.want || by != test.by {
			t.Errorf("Against(shift, start + %v) = %d, %v; want %d, %v",
				test.at.Duration(), got, by.Duration(), test.want, test.by.Duration())
		}
	}
}

func TestCardAgainst(t *testing.T) {
	shift := Stretch{base, base.Add(8 * Hour)}
	for _, test := range []struct {
		name    string
		card    Card
		in, out Span
	}{
		{"not begun", Card{}, 0, 0},
		{"late and open", Card{In: &Event{At: base.Add(5 * Minute)}}, 5 * Minute, 0},
		{"early and early", Card{In: &Event{At: base - 1}, Out: &Event{At: base.Add(7 * Hour)}}, -1, -Hour},
		{"stayed on", Card{In: &Event{At: base}, Out: &Event{At: base.Add(9 * Hour)}}, 0, Hour},
	} {
		if in, out := test.card.Against(shift); in != test.in || out != test.out {
			t.Errorf("%s: Against = %v, %v; want %v, %v", test.name, in.Duration(), out.Duration(), test.in.Duration(), test.out.Duration())
		}
	}
}

func TestUpcoming(t *testing.T) {
	shifts := []Stretch{{30, 40}, {15, 25}, {10, 20}, {50, 60}, {45, 46}}
	for at, want := range map[Instant]int{0: 2, 10: 2, 14: 2, 15: 1, 24: 1, 25: 0, 39: 0, 40: 4, 46: 3, 59: 3, 60: -1} {
		if got := Upcoming(shifts, at); got != want {
			t.Errorf("Upcoming(shifts, %d) = %d, want %d", at, got, want)
		}
	}
	if got := Upcoming(nil, 0); got != -1 {
		t.Errorf("Upcoming of no shifts = %d, want -1", got)
	}
}

func TestInstants(t *testing.T) {
	at := time.Date(2026, 3, 29, 1, 2, 3, 987654321, time.FixedZone("", 3600))
	if got, want := At(at).Time(), at.UTC().Truncate(time.Millisecond); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("At(%v).Time() = %v, want %v", at, got, want)
	}
	if got := Of(1999 * time.Microsecond); got != 1 {
		t.Errorf("Of(1.999 ms) = %d, want 1", got)
	}
	if got := Instant(5).Add(-7).Sub(5); got != -7 || got.Abs() != 7 || got.Duration() != -7*time.Millisecond {
		t.Errorf("5 - 7 ms lies %d from 5, want -7", got)
	}
}

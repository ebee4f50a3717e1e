package clock_test

import (
	"testing"

	. "timeclock/app/clock"
)

func TestForgotten(t *testing.T) {
	at := func(h float64) Instant { return base.Add(Span(h * float64(Hour))) }
	day, evening, long := Stretch{at(0), at(8)}, Stretch{at(8), at(12)}, Stretch{at(0), at(24)}
	stayed := eight(-1, [2]int{9, -1})
	for _, test := range []struct {
		name   string
		card   Card
		shifts []Stretch
		now    float64
		end    Instant
		want   bool
	}{
		{"at work", eight(-1), []Stretch{day}, 7, 0, false},
		{"some overtime", eight(-1), []Stretch{day}, 12, 0, false},
		{"long past the shift", eight(-1), []Stretch{evening, day}, 12.1, at(8), true},
		{"clocked in early", eight(-1), []Stretch{{at(1.9), at(5)}}, 9.1, at(5), true},
		{"clocked in for no shift", eight(-1), []Stretch{{at(2.1), at(5)}}, 9.2, 0, false},
		{"a shift of days ago", eight(-1), []Stretch{{at(-9), at(-1)}}, 9.2, 0, false},
		{"open too long, without a shift", eight(-1), nil, 16.1, 0, true},
		{"open too long, with a shift", eight(-1), []Stretch{day}, 16.1, at(8), true},
		{"open too long, in a longer shift", eight(-1), []Stretch{long}, 16.1, 0, true},
		{"stayed on, and is at it", stayed, []Stretch{day}, 12.5, 0, false},
		{"stayed on, and forgot", stayed, []Stretch{day}, 13.1, 0, true},
		{"not open", eight(8), []Stretch{day}, 30, 0, false},
	} {
		end, got := Forgotten(test.card, test.shifts, at(test.now), 16*Hour)
		if got != test.want || end != test.end {
			t.Errorf("%s: Forgotten = %d, %t; want %d, %t", test.name, end, got, test.end, test.want)
		}
	}
}

package clock_test

import (
	"time"
	_ "time/tzdata" // the tests mean the same on every machine

	"pgregory.net/rapid"

	. "timeclock/app/clock"
)

// zones are those whose clocks do something worth testing: changes of a whole
// hour, half an hour and twenty minutes, at 2 o'clock, at midnight and a minute
// after it; days left out; offsets by the quarter of an hour; changes several
// times a year; a day that came twice.
var zones = []string{
	"UTC", "America/Chicago", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Goose_Bay",
	"America/Sao_Paulo", "America/Santiago", "America/Asuncion", "America/Havana", "America/Bogota",
	"America/Caracas", "America/Scoresbysund", "America/Nuuk", "America/Anchorage", "America/Juneau", "America/Toronto",
	"America/Argentina/San_Luis", "Antarctica/Troll", "Antarctica/Macquarie", "Antarctica/Casey", "Africa/Cairo",
	"Africa/Casablanca", "Africa/Monrovia", "Africa/Khartoum", "Asia/Amman", "Asia/Beirut", "Asia/Damascus",
	"Asia/Gaza", "Asia/Hebron", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila", "Asia/Pyongyang", "Asia/Tehran",
	"Asia/Vladivostok", "Atlantic/Azores", "Australia/Lord_Howe", "Australia/Eucla", "Australia/Sydney",
	"Europe/Dublin", "Europe/Istanbul", "Europe/Lisbon", "Europe/London", "Europe/Moscow", "Europe/Stockholm",
	"Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Enderbury", "Pacific/Fakaofo",
	"Pacific/Kiritimati", "Pacific/Kwajalein", "Pacific/Marquesas", "Pacific/Norfolk", "Pacific/Tongatapu",
}

func load(t rapid.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("zone %s: %v", name, err)
	}
	return loc
}

// moment reads local time as a person writes it, such as "2026-03-29 23:00".
func moment(t rapid.TB, local string, loc *time.Location) Instant {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, loc)
	if err != nil {
		t.Fatal(err)
	}
	return At(at)
}

// segment is a time during which a zone does not change.
type segment struct {
	from, to Instant
	offset   Span
}

// segments lists the segments of loc from 1840 to 2038, as the zone database
// has them.
func segments(loc *time.Location) []segment {
	at := time.Date(1840, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(2038, 12, 31, 0, 0, 0, 0, time.UTC)
	var out []segment
	for at.Before(last) {
		_, end := at.In(loc).ZoneBounds()
		if end.IsZero() || end.After(last) {
			end = last
		}
		_, seconds := at.In(loc).Zone()
		out = append(out, segment{At(at), At(end), Span(seconds) * Second})
		at = end.UTC()
	}
	return out
}

// dayIn tells by segments when d or a later day is first shown, and whether d
// itself is ever shown.
func dayIn(all []segment, d Date) (start Instant, exists bool) {
	midnight := At(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC))
	found := false
	for _, s := range all {
		from := max(s.from, midnight.Add(-s.offset))
		if !found && from < s.to {
			start, found = from, true
		}
		if from < min(s.to, midnight.Add(24*Hour-s.offset)) {
			exists = true
		}
	}
	return start, exists
}

// around cuts all to the segments that matter within three days of at.
func around(all []segment, at Instant) []segment {
	var out []segment
	for _, s := range all {
		if s.from < at.Add(72*Hour) && s.to > at.Add(-72*Hour) {
			out = append(out, s)
		}
	}
	return out
}

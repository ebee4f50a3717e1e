//go:build js && wasm

package browser

import (
	"sync"
	"syscall/js"
	"time"
	"unicode/utf8"

	"timeclock/app/clock"
)

// formats keeps the Intl.DateTimeFormat objects made so far: making one costs
// far more than using it.
var formats struct {
	sync.Mutex
	made map[formatKey]js.Value
}

type formatKey struct{ locale, zone, kind string }

// options of each kind of format, as Intl.DateTimeFormat names them. All are of
// the calendar and in the digits that hours are counted in here.
var formatOptions = map[string]map[string]any{
	"time":    {"timeStyle": "short"},
	"date":    {"weekday": "long", "day": "numeric", "month": "long"},
	"year":    {"day": "numeric", "month": "long", "year": "numeric"},
	"weekday": {"weekday": "short"},
	"letter":  {"weekday": "narrow"},
	"offset": {"hourCycle": "h23",
		"year": "numeric", "month": "2-digit", "day": "2-digit",
		"hour": "2-digit", "minute": "2-digit", "second": "2-digit"},
}

// format gives the DateTimeFormat for k, falling back to the browser's own
// locale and then its own zone where it does not know the ones asked for.
func format(k formatKey) js.Value {
	formats.Lock()
	defer formats.Unlock()
	if f, ok := formats.made[k]; ok {
		return f
	}
	f, err := makeFormat(k.locale, k.zone, k.kind)
	if err != nil {
		f, err = makeFormat("", k.zone, k.kind)
	}
	if err != nil {
		f, _ = makeFormat("", "", k.kind)
	}
	if formats.made == nil {
		formats.made = map[formatKey]js.Value{}
	}
	formats.made[k] = f
	return f
}

func makeFormat(locale, zone, kind string) (f js.Value, err error) {
	defer recoverJS(&err)
	options := map[string]any{"calendar": "gregory", "numberingSystem": "latn"}
	for name, v := range formatOptions[kind] {
		options[name] = v
	}
	if zone != "" {
		options["timeZone"] = zone
	}
	locales := js.Undefined()
	if locale != "" {
		locales = js.ValueOf(locale)
	}
	return js.Global().Get("Intl").Get("DateTimeFormat").New(locales, options), nil
}

// Locale gives the language the browser is set to.
func Locale() string {
	if l := js.Global().Get("navigator").Get("language"); l.Type() == js.TypeString {
		return l.String()
	}
	return "en"
}

// ViewerZone gives the IANA name of the zone the device is set to.
func ViewerZone() string {
	zone := format(formatKey{kind: "offset"}).Call("resolvedOptions").Get("timeZone")
	if zone.Type() != js.TypeString {
		return "UTC"
	}
	return zone.String()
}

// times keeps the times of day told lately, by format and minute: many people begin
// and end at the same ones, and each call of the browser leaves something to be
// tidied up.
var times struct {
	sync.Mutex
	told map[timeKey]string
}

type timeKey struct {
	Format
	minute int64
}

// maxTimes bounds times.
const maxTimes = 2000

// Time gives the time of day, "08:02".
func (f Format) Time(t clock.Instant) string {
	key := timeKey{f, int64(t) / int64(clock.Minute)}
	times.Lock()
	defer times.Unlock()
	if text, ok := times.told[key]; ok {
		return text
	}
	if times.told == nil || len(times.told) >= maxTimes {
		times.told = map[timeKey]string{}
	}
	text := format(formatKey{f.Locale, f.Zone, "time"}).Call("format", float64(t)).String()
	times.told[key] = text
	return text
}

// Date gives the day without its year, "Tuesday 24 March".
func (f Format) Date(d clock.Date) string { return f.day(d, "date") }

// DateYear gives the day with its year, "24 March 2026".
func (f Format) DateYear(d clock.Date) string { return f.day(d, "year") }

// Weekday gives the short name of the day of the week, "Tue".
func (f Format) Weekday(d clock.Date) string { return f.day(d, "weekday") }

// Letter gives as much of the day of the week as stands under a narrow bar.
func (f Format) Letter(d clock.Date) string {
	if short := f.Weekday(d); utf8.RuneCountInString(short) <= 4 {
		return short
	}
	return f.day(d, "letter")
}

// day writes d as the day it is: a date belongs to no zone, so it is given and
// read in UTC.
func (f Format) day(d clock.Date, kind string) string {
	noon := time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).UnixMilli()
	return format(formatKey{f.Locale, "UTC", kind}).Call("format", float64(noon)).String()
}

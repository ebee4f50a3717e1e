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

// Locale gives the language the browser was set to when it was asked first.
func Locale() string { return locale() }

var locale = sync.OnceValue(func() string {
	if l := js.Global().Get("navigator").Get("language"); l.Type() == js.TypeString {
		return l.String()
	}
	return "en"
})

// ViewerZone gives the IANA name of the zone the device is set to.
func ViewerZone() string {
	zone := format(formatKey{kind: "offset"}).Call("resolvedOptions").Get("timeZone")
	if zone.Type() != js.TypeString {
		return "UTC"
	}
	return zone.String()
}

// told keeps what was written lately, by format and time: the same times and days
// are written again and again, and each call of the browser leaves something to be
// tidied up.
var told struct {
	sync.Mutex
	texts map[toldKey]string
}

type toldKey struct {
	formatKey
	at clock.Instant
}

// maxTold bounds told.
const maxTold = 2000

// tell writes at as k says.
func tell(k formatKey, at clock.Instant) string {
	key := toldKey{k, at}
	told.Lock()
	defer told.Unlock()
	if text, ok := told.texts[key]; ok {
		return text
	}
	if told.texts == nil || len(told.texts) >= maxTold {
		told.texts = map[toldKey]string{}
	}
	text := format(k).Call("format", float64(at)).String()
	told.texts[key] = text
	return text
}

// Time gives the time of day, "08:02".
func (f Format) Time(t clock.Instant) string {
	return tell(formatKey{f.Locale, f.Zone, "time"}, t-t%clock.Instant(clock.Minute))
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
	noon := clock.At(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC))
	return tell(formatKey{f.Locale, "UTC", kind}, noon)
}

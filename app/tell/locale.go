package tell

import (
	"timeclock/app/browser"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Locale gives the locale that times and dates are written in: the reader's, in
// the language in use, with the hours that were chosen in the settings.
func Locale() string { return In(browser.Pref(wire.PrefTimes)) }

// In is Locale with other hours, wire.Times12 or wire.Times24, as a Unicode
// extension (UTS #35, hc); anything else leaves it to the locale.
func In(hours string) string {
	locale := words.Locale(browser.Locale())
	if hours == wire.Times12 || hours == wire.Times24 {
		return locale + "-u-hc-" + hours
	}
	return locale
}

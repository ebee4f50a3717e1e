package browser

// Format writes times as people read them in a locale and a zone. It is a
// value and safe for concurrent use.
//
// Time gives the time of day ("08:02"), Date the day without its year
// ("Tuesday 24 March"), DateYear the day with it, Weekday the short name of
// the day of the week ("Tue"). A zone or locale the browser does not know is
// replaced by its own.
type Format struct {
	Locale string // BCP 47, such as "en-GB"; empty for the browser's
	Zone   string // IANA name; empty for the viewer's
}

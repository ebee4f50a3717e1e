package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// How far clocks may be apart: beyond the first, presses are recorded visibly
// wrong; beyond the second, tokens are refused (Kerberos and Entra ID draw the
// line at 5 minutes too).
const (
	skewWarn = 5 * time.Second
	skewFail = 5 * time.Minute
)

// reading is what one answer told of a clock.
type reading struct {
	who   string
	ahead time.Duration // of this machine's clock; negative when behind
	bound time.Duration // how far off ahead may be
}

// readClock compares the Date of an answer (RFC 9110 section 6.6.1), a whole
// second that was cut off, with the middle of the time that the exchange took.
// An answer that a cache kept for a while is older by its Age.
func (x *exam) readClock(who string, h http.Header, asked, answered time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	if age, err := strconv.Atoi(h.Get("Age")); err == nil && age > 0 {
		date = date.Add(time.Duration(age) * time.Second)
	}
	took := answered.Sub(asked)
	const cut = time.Second
	theirs, ours := date.Add(cut/2), asked.Add(took/2)
	x.readings = append(x.readings, reading{who, theirs.Sub(ours), cut/2 + took/2})
}

// compareClocks takes the most exact reading of each clock.
func (x *exam) compareClocks(context.Context) Finding {
	best := map[string]reading{}
	var order []string
	for _, r := range x.readings {
		known, has := best[r.who]
		if !has {
			order = append(order, r.who)
		}
		if !has || r.bound < known.bound {
			best[r.who] = r
		}
	}
	if len(order) == 0 {
		return skipped("No answer told the time.")
	}
	worst := time.Duration(0)
	var details []string
	for _, who := range order {
		r := best[who]
		worst = max(worst, r.ahead.Abs()-r.bound)
		details = append(details, r.String())
	}
	const synchronize = "Let this machine keep its time by NTP: time recorded is time read from its clock."
	switch {
	case worst > skewFail:
		return failed("This machine's clock is wrong: tokens will be refused.").with(details...).advise(synchronize)
	case worst > skewWarn:
		return warn("This machine's clock is off: presses would be recorded at a wrong time.").with(details...).advise(synchronize)
	}
	return ok("This machine agrees with the others.").with(details...)
}

// String tells the difference and how sure it is.
func (r reading) String() string {
	how := "ahead of"
	if r.ahead < 0 {
		how = "behind"
	}
	// Date has whole seconds; anything smaller is not known.
	if r.ahead.Abs() <= r.bound {
		return fmt.Sprintf("%s: the same, within %s.", r.who, roughly(r.bound.Truncate(time.Second)+time.Second))
	}
	return fmt.Sprintf("%s is %s %s this machine.", r.who, roughly(r.ahead), how)
}

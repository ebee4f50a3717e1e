package page

import (
	"time"

	"timeclock/app/clock"
	"timeclock/app/words"
)

// near is how long before the end of a shift one is told that a clock-out would
// be early. Whoever leaves hours before knows.
const near = clock.Hour

// ahead says what a press of kind k would break, were it made now; empty for
// nothing, and while the server has not told of its rules. It keeps nobody from
// pressing.
func (v view) ahead(k clock.Kind) string {
	if v.Me.Rules.OpenMax == 0 {
		return ""
	}
	plan := clock.Plan{
		Shifts: v.stretches(), Scheduled: len(v.Shifts) > 0, Zone: v.zone, FirstDay: time.Weekday(v.team.FirstDay),
	}
	var texts []string
	for _, e := range v.Me.Rules.Ahead(v.Shown(), clock.Press{Kind: k, At: v.now}, plan) {
		if e.Rule == clock.RuleLeftEarly && e.Is > near {
			continue
		}
		planned := ""
		if e.Planned != 0 {
			planned = v.format.Time(e.Planned)
		}
		texts = append(texts, words.Exception(e, planned))
	}
	return words.Together(words.Listed, texts...)
}

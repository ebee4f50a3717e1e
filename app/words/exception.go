package words

import "timeclock/app/clock"

// Exception says what does not fit the rules: "Break of 12 min, 30 min due".
// planned is the time of day of e.Planned, in words; empty when there is none.
// It reads the same to the person and to others, before a press and after it.
func (b *Book) Exception(e clock.Exception, planned string) string {
	k := Key("rule." + string(e.Rule))
	if planned == "" && (e.Rule == clock.RuleLate || e.Rule == clock.RuleLeftEarly || e.Rule == clock.RuleAbsent) {
		k += ".bare"
	}
	if _, known := b.text(k); !known {
		return b.T(RuleOther)
	}
	return b.T(k, "is", b.Exact(e.Is), "limit", b.Length(e.Limit), "planned", planned)
}

// RuleOther is what is said of a rule from the future.
const RuleOther Key = "rule.other"

// rules are the English texts of exceptions.
var rules = map[Key]string{
	RuleOther: "Something to look at",

	"rule.noClockOut":     "No clock-out: open for {is}",
	"rule.tooLong":        "{is} from in to out, {limit} at most",
	"rule.breakMissing":   "No break, {limit} due",
	"rule.breakShort":     "Break of {is}, {limit} due",
	"rule.late":           "{is} late: the shift begins at {planned}",
	"rule.late.bare":      "{is} late for the shift",
	"rule.leftEarly":      "{is} early: the shift ends at {planned}",
	"rule.leftEarly.bare": "{is} before the end of the shift",
	"rule.absent":         "No card for the shift at {planned}",
	"rule.absent.bare":    "No card for a shift of {is}",
	"rule.unscheduled":    "No shift planned",
	"rule.overlap":        "{is} on another card too",
	"rule.edited":         "Changed after it was confirmed",
	"rule.overDay":        "{is} in a day, {limit} regular",
	"rule.overWeek":       "{is} in a week, {limit} regular",
}

package words

import "timeclock/app/clock"

// Keys of what a rule asks for. The English texts are no part of English: they
// are for files and for supervisors, and stay out of programs that do not tell
// them.
const (
	ruleNoOut   Key = "limit.noOut" // length
	ruleLong    Key = "limit.long"  // length
	ruleBreak   Key = "limit.break" // after, least
	ruleLate    Key = "limit.late"  // length
	ruleLeft    Key = "limit.left"  // length
	ruleDay     Key = "limit.day"   // length
	ruleWeek    Key = "limit.week"  // length
	ruleGrace   Key = "limit.grace" // length
	rulePlanned Key = "limit.planned"
	ruleOverlap Key = "limit.overlap"
	ruleEdited  Key = "limit.edited"
)

// limitEnglish are the English texts.
var limitEnglish = map[Key]string{
	ruleNoOut:   "A card open for more than {length} has no clock-out",
	ruleLong:    "A card lasts {length} at most",
	ruleBreak:   "After {after} of work, {least} of breaks",
	ruleLate:    "Late by more than {length}, or absent",
	ruleLeft:    "Left early by more than {length}",
	rulePlanned: "Every card belongs to a shift",
	ruleDay:     "Regular hours of a day: {length}",
	ruleWeek:    "Regular hours of a week: {length}",
	ruleGrace:   "More than {length} over is pointed out",
	ruleOverlap: "No two cards claim the same time",
	ruleEdited:  "Times stay as they were confirmed",
}

// Rules says which rules hold, a line for each.
func (b *Book) Rules(r clock.Rules) []string {
	var all []string
	say := func(holds bool, k Key, args ...string) {
		if holds {
			all = append(all, fill(b.or(k, limitEnglish), args))
		}
	}
	say(r.OpenMax > 0, ruleNoOut, "length", b.Length(r.OpenMax))
	say(r.CardMax > 0, ruleLong, "length", b.Length(r.CardMax))
	for _, due := range r.Breaks {
		say(true, ruleBreak, "after", b.Length(due.After), "least", b.Length(due.Least))
	}
	say(r.Late >= 0, ruleLate, "length", b.Length(r.Late))
	say(r.LeftEarly >= 0, ruleLeft, "length", b.Length(r.LeftEarly))
	say(r.Unscheduled, rulePlanned)
	say(true, ruleOverlap)
	say(true, ruleEdited)
	say(r.DayMax > 0, ruleDay, "length", b.Length(r.DayMax))
	say(r.WeekMax > 0, ruleWeek, "length", b.Length(r.WeekMax))
	say(r.OverGrace >= 0 && r.DayMax+r.WeekMax > 0, ruleGrace, "length", b.Length(r.OverGrace))
	return all
}

package config

import (
	"fmt"
	"strings"
	"time"

	"timeclock/app/clock"
)

// off is the value of a rule that does not hold.
const off = "off"

// ruleSettings are the rows about what attendance is held to. They point things
// out to people and their supervisors, and keep nobody from pressing.
var ruleSettings = []setting{
	rule("RULES_CARD_MAX", "13h", time.Hour, 7*24*time.Hour, 0,
		"A card that lasts longer, breaks included, is pointed out.",
		func(r *clock.Rules) *clock.Span { return &r.CardMax }),
	{
		name: "RULES_BREAKS", value: "WORK:BREAK,…", def: "6h:30m",
		meaning: "After how much work on a card how much break is due in all, such as 6h:30m,9h:45m; or off.",
		set:     func(c *Config, v string) (err error) { c.Rules.Breaks, err = parseBreaks(v); return },
		get:     func(c Config) string { return showBreaks(c.Rules.Breaks) },
	},
	rule("RULES_LATE", "5m", 0, 12*time.Hour, -1,
		"Who clocks in later after the beginning of a shift is late, and who does not at all is absent.",
		func(r *clock.Rules) *clock.Span { return &r.Late }),
	rule("RULES_LEFT_EARLY", "5m", 0, 12*time.Hour, -1,
		"Who clocks out earlier before the end of a shift left early.",
		func(r *clock.Rules) *clock.Span { return &r.LeftEarly }),
	{
		name: "RULES_UNSCHEDULED", value: "on|off", def: "on",
		meaning: "Whether a card without a shift is pointed out, in teams that plan shifts.",
		set: func(c *Config, v string) error {
			word, err := choice(v, "on", off)
			c.Rules.Unscheduled = word == "on"
			return err
		},
		get: func(c Config) string {
			if c.Rules.Unscheduled {
				return "on"
			}
			return off
		},
	},
	rule("RULES_DAY_MAX", "8h", time.Minute, 24*time.Hour, 0,
		"Regular hours of a day; what is worked beyond them is over.",
		func(r *clock.Rules) *clock.Span { return &r.DayMax }),
	rule("RULES_WEEK_MAX", "40h", time.Minute, 7*24*time.Hour, 0,
		"Regular hours of a week; what is worked beyond them, and is not over on its day already, is over.",
		func(r *clock.Rules) *clock.Span { return &r.WeekMax }),
	rule("RULES_OVER_GRACE", "15m", 0, 24*time.Hour, -1,
		"How much may be over in a day or week before it is pointed out; it is counted from the first minute.",
		func(r *clock.Rules) *clock.Span { return &r.OverGrace }),
}

// rule makes the row of a rule that is a length of time, or does not hold: then
// it has the value none.
func rule(name, def string, least, most time.Duration, none clock.Span, meaning string, field func(*clock.Rules) *clock.Span) setting {
	return setting{
		name: name, value: "LENGTH", def: def,
		meaning: fmt.Sprintf("%s From %s to %s, or %s.", meaning, short(least), short(most), off),
		set: func(c *Config, v string) error {
			if v == off {
				*field(&c.Rules) = none
				return nil
			}
			d, err := parseLength(v, least, most)
			if err != nil {
				return fmt.Errorf("%w, or %s", err, off)
			}
			*field(&c.Rules) = clock.Of(d)
			return nil
		},
		get: func(c Config) string {
			if s := *field(&c.Rules); s != none {
				return short(s.Duration())
			}
			return off
		},
	}
}

// parseBreaks reads what break is due after what work.
func parseBreaks(v string) ([]clock.BreakDue, error) {
	if v == off {
		return nil, nil
	}
	var all []clock.BreakDue
	for _, part := range strings.Split(v, ",") {
		work, pause, found := strings.Cut(strings.TrimSpace(part), ":")
		after, errAfter := time.ParseDuration(work)
		least, errLeast := time.ParseDuration(pause)
		if !found || errAfter != nil || errLeast != nil {
			return nil, fmt.Errorf("%q does not say after how much work how much break is due; write it like 6h:30m,9h:45m, or %s", part, off)
		}
		if after < 0 || after > 24*time.Hour || least < time.Minute || least > 12*time.Hour {
			return nil, fmt.Errorf("%q is out of range; choose work up to 24h and a break from 1m to 12h", part)
		}
		all = append(all, clock.BreakDue{After: clock.Of(after), Least: clock.Of(least)})
	}
	return all, nil
}

// showBreaks writes them as parseBreaks reads them.
func showBreaks(all []clock.BreakDue) string {
	var parts []string
	for _, b := range all {
		parts = append(parts, short(b.After.Duration())+":"+short(b.Least.Duration()))
	}
	if len(parts) == 0 {
		return off
	}
	return strings.Join(parts, ",")
}

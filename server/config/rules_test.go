package config

import (
	"reflect"
	"strings"
	"testing"

	"timeclock/app/clock"
)

// TestRulesByDefault holds the defaults of the settings to those of the domain.
func TestRulesByDefault(t *testing.T) {
	c, err := Load(nil, complete())
	if err != nil || !reflect.DeepEqual(c.Rules, clock.DefaultRules) {
		t.Errorf("Rules = %+v, %v; want %+v", c.Rules, err, clock.DefaultRules)
	}
}

func TestRules(t *testing.T) {
	c, err := Load(nil, complete("TIMECLOCK_OPEN_CARD_MAX=20h", "TIMECLOCK_RULES_CARD_MAX=off", "TIMECLOCK_RULES_BREAKS=6h:30m, 9h:45m",
		"TIMECLOCK_RULES_LATE=0s", "TIMECLOCK_RULES_LEFT_EARLY=off", "TIMECLOCK_RULES_UNSCHEDULED=off", "TIMECLOCK_RULES_DAY_MAX=7h36m",
		"TIMECLOCK_RULES_WEEK_MAX=off", "TIMECLOCK_RULES_OVER_GRACE=0s"))
	want := clock.Rules{
		OpenMax:   20 * clock.Hour,
		Breaks:    []clock.BreakDue{{After: 6 * clock.Hour, Least: 30 * clock.Minute}, {After: 9 * clock.Hour, Least: 45 * clock.Minute}},
		LeftEarly: -1, DayMax: 7*clock.Hour + 36*clock.Minute,
	}
	if err != nil || !reflect.DeepEqual(c.Rules, want) {
		t.Errorf("Rules = %+v, %v; want %+v", c.Rules, err, want)
	}
	for _, line := range []string{
		"RULES_CARD_MAX=off", "RULES_BREAKS=6h:30m,9h:45m", "RULES_LATE=0s", "RULES_LEFT_EARLY=off", "RULES_UNSCHEDULED=off",
		"RULES_DAY_MAX=7h36m", "RULES_WEEK_MAX=off", "RULES_OVER_GRACE=0s",
	} {
		if !strings.Contains(c.String(), "TIMECLOCK_"+line) {
			t.Errorf("%s is not in\n%s", line, c)
		}
	}
}

func TestWrongRules(t *testing.T) {
	for _, change := range []string{
		"RULES_CARD_MAX=0s", "RULES_CARD_MAX=13", "RULES_CARD_MAX=169h", "RULES_BREAKS=6h", "RULES_BREAKS=6h:30m,", "RULES_BREAKS=6h:0s",
		"RULES_BREAKS=25h:30m", "RULES_BREAKS=-1h:30m", "RULES_BREAKS=x:y", "RULES_LATE=-1m", "RULES_UNSCHEDULED=true", "RULES_DAY_MAX=0s",
		"RULES_WEEK_MAX=169h", "RULES_OVER_GRACE=soon",
	} {
		name, _, _ := strings.Cut(change, "=")
		_, err := Load(nil, complete("TIMECLOCK_"+change))
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "off") && !strings.Contains(err.Error(), "range") {
			t.Errorf("%s: %v; want it named, and a way out", change, err)
		}
	}
}

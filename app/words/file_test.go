package words

import (
	"strings"
	"testing"

	"timeclock/app/clock"
)

func TestEveryFileKeyHasText(t *testing.T) {
	all := constants(t, "file.go", "")
	text := sources(t)
	for name, value := range all {
		if fileEnglish[Key(value)] == "" {
			t.Errorf("%s (%q) has no English text", name, value)
		}
		if !strings.Contains(text, "words."+name) {
			t.Errorf("%s (%q) is used nowhere", name, value)
		}
	}
	if len(fileEnglish) != len(all) {
		t.Errorf("%d texts for %d keys", len(fileEnglish), len(all))
	}
}

func TestEveryRuleHasWords(t *testing.T) {
	seen := map[string]clock.Rule{}
	for _, rule := range clock.AllRules {
		for _, planned := range []string{"", "08:00"} {
			e := clock.Exception{Rule: rule, Is: 12 * clock.Minute, Limit: 30 * clock.Minute}
			got := Exception(e, planned)
			if other, twice := seen[got]; twice && other != rule || got == English.Texts[RuleOther] || strings.ContainsAny(got, "{}") {
				t.Errorf("Exception(%s, %q) = %q", rule, planned, got)
			}
			seen[got] = rule
		}
	}
	if got := Exception(clock.Exception{Rule: "from the future"}, ""); got != English.Texts[RuleOther] {
		t.Errorf("of an unknown rule it says %q", got)
	}
	if got, want := Exception(clock.Exception{Rule: clock.RuleBreakShort, Is: 12 * clock.Minute, Limit: 30 * clock.Minute}, ""),
		"Break of 12 min, 30 min due"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

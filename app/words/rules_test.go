package words

import (
	"strings"
	"testing"

	"timeclock/app/clock"
)

func TestRulesAreTold(t *testing.T) {
	all := Rules(clock.DefaultRules)
	if len(all) != len(limitEnglish) || strings.ContainsAny(strings.Join(all, ""), "{}") {
		t.Errorf("%d rules are told, want %d, whole: %q", len(all), len(limitEnglish), all)
	}
	off := clock.Rules{Late: -1, LeftEarly: -1, OverGrace: -1}
	if all := Rules(off); len(all) != 2 {
		t.Errorf("with all limits off it tells %q, want the two that have none", all)
	}
}

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

func TestJourneyOfADay(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)

	tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "opened the bar"))
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	if got := tb.text("main"); !strings.Contains(got, "since ") {
		t.Errorf("the clock does not say since when:\n%s", got)
	}
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	tb.press(clock.EndBreak)
	tb.state(clock.In)
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	tb.press(clock.ClockOut)
	tb.state(clock.Out)
	tb.wait(`[data-place="graph"]`)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "startBreak", "endBreak", "startBreak", "endBreak", "clockOut")

	tb.act("history")
	today := fmt.Sprintf("[data-day=%q]", time.Now().In(stockholm(t)).Format(time.DateOnly))
	tb.wait(today + " [data-card]")
	if got := tb.text(today); !strings.Contains(got, "opened the bar") {
		t.Errorf("today's history does not show the note:\n%s", got)
	}
	if n := tb.count("[data-day]"); n < 2 {
		t.Errorf("the history shows %d days, want today and the weeks before", n)
	}
	before := tb.count("[data-day]")
	tb.act("older")
	ask(tb, "wait for more days", chromedp.Poll[bool](fmt.Sprintf("document.querySelectorAll('[data-day]').length > %d", before)))

	tb.open("/")
	tb.state(clock.Out)
	tb.leave("sign-out")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
}

func stockholm(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// waitEffects waits until Graph holds exactly these events of a person.
func waitEffects(t *testing.T, b *box, oid string, want ...string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if fmt.Sprint(b.effects(oid)) == fmt.Sprint(want) {
			return
		}
	}
	wantEffects(t, b, oid, want...)
}

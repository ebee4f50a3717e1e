package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// glance is what somebody sees on the first screenful, without scrolling.
const glance = `[...document.querySelectorAll("h1, h2, h3, p, button, a, span, dd, label")].filter((e) => {
	const r = e.getBoundingClientRect();
	return r.width > 1 && r.height > 1 && r.top >= 0 && r.bottom <= innerHeight && e.innerText;
}).map((e) => e.innerText).join("\n")`

// at a glance something reads so.
func (tb *tab) glances(text string) {
	tb.t.Helper()
	if seen := ask(tb, "glance", chromedp.Evaluate[string](glance)); !strings.Contains(seen, text) {
		tb.t.Errorf("without scrolling %q is not seen, but\n%s", text, seen)
	}
}

// taps counts what a finger does.
type taps struct {
	*tab
	n int
}

func (p *taps) tap(act string) {
	p.t.Helper()
	p.glancesAt(`[data-act="` + act + `"]`)
	p.act(act)
	p.n++
}

// glancesAt fails where something has to be scrolled to.
func (p *taps) glancesAt(selector string) {
	p.t.Helper()
	p.wait(selector)
	if !ask(p.tab, "look for "+selector, chromedp.Evaluate[bool](`(() => {
		const r = document.querySelector(`+quote(selector)+`).getBoundingClientRect();
		return r.top >= 0 && r.bottom <= innerHeight;
	})()`)) {
		p.t.Errorf("%s has to be scrolled to", selector)
	}
}

// within asserts how many taps something took.
func (p *taps) within(what string, most int) {
	p.t.Helper()
	if p.n > most {
		p.t.Errorf("to %s took %d taps, want %d at most", what, p.n, most)
	}
	p.n = 0
}

// Four things that a new user tries, each in ten seconds: what they need is seen
// without scrolling, and few taps away.
func TestJourneyOfTenSeconds(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	p := &taps{tab: browse(t, b, phone)}
	p.signIn(sandbox.Anna)
	p.state(clock.Out)

	// To clock in without reading, the one big button is pressed.
	biggest := ask(p.tab, "find the biggest button", chromedp.Evaluate[string](`[...document.querySelectorAll("button, a")]
		.map((e) => [e.dataset.act, e.offsetWidth * e.offsetHeight]).sort((a, b) => b[1] - a[1])[0][0]`))
	if biggest != "clockIn" {
		t.Errorf("the biggest button is %q", biggest)
	}
	p.quiet()
	p.tap("clockIn")
	p.pressed = time.Now()
	p.state(clock.In)
	p.within("clock in", 1)
	p.glances("You are clocked in")

	// Yesterday's hours.
	p.wait(`[data-place="graph"]`)
	p.tap("history")
	p.wait("[data-card]")
	p.within("find yesterday's hours", 1)
	yesterday := time.Now().In(stockholm(t)).AddDate(0, 0, -1)
	p.glances(yesterday.Format("2 January"))

	// A press that has not reached Teams says so where it was made.
	p.tap("clock")
	p.state(clock.In)
	p.n = 0
	offline(p.tab, true)
	p.expect("net::ERR_INTERNET_DISCONNECTED")
	p.expect("Failed to fetch")
	p.press(clock.StartBreak)
	p.state(clock.OnBreak)
	p.wait(`[data-place="here"]`)
	if text := p.text(`[data-place="here"]`); !strings.Contains(text, "waiting for the server") {
		t.Errorf("the press reads %q", text)
	}
	p.within("see that a press has not reached Teams", 0)
	offline(p.tab, false)
}

// A forgotten clock-out is put right with one tap on what is proposed.
func TestJourneyOfTenSecondsAfterANight(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	end := leaveOpen(t, b)
	p := &taps{tab: browse(t, b, phone)}
	p.signIn(sandbox.Anna)
	p.wait(`[data-problem="open_card"]`)
	p.glances("When did you leave?")
	p.tap("left-at-shift-end")
	p.pressed = time.Now()
	p.state(clock.Out)
	p.within("correct a forgotten clock-out", 1)
	p.wait(`[data-place="graph"]`)
	wantOut(t, b, end)
}

// marks are parts of the clock that a press changes at most the words of.
const marks = `[".week-panel", ".shift", ".age", ".top", "#note", "[data-act=sign-out]", "[role=status]", ".hero", ".disc"]`

// A press leaves everything where it is: nothing is drawn anew that only reads
// otherwise, and the figure ticks on from there.
func TestJourneyOfAPressThatLeavesTheRest(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.quiet()
	ask(tb, "mark", chromedp.Evaluate[bool](marks+`.every((mark) => document.querySelector(mark).marked = true)`))
	for _, press := range []struct {
		kind clock.Kind
		then clock.State
	}{{clock.ClockIn, clock.In}, {clock.StartBreak, clock.OnBreak}, {clock.EndBreak, clock.In}} {
		tb.press(press.kind)
		tb.state(press.then)
		tb.wait(allInTeams)
		if anew := ask(tb, "look for marks", chromedp.Evaluate[[]string](marks+`.filter((mark) => !document.querySelector(mark).marked)`)); len(anew) > 0 {
			t.Errorf("%s drew anew what stands around it: %q", press.kind, anew)
		}
	}
	was := tb.text("#figure")
	for deadline := time.Now().Add(patience); tb.text("#figure") == was; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the figure stands still at %s", was)
		}
	}
	tb.press(clock.ClockOut)
	tb.state(clock.Out)
	if got := tb.text("#figure"); len(got) != len("01:45") {
		t.Errorf("the figure shows %q after work, want the time of day", got)
	}
}

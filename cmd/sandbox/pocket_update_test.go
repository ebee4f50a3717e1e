package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// A new version comes while a press waits: the page is told, nothing reloads by
// itself, and the press arrives.
func TestJourneyOfAnUpdateWithAPressWaiting(t *testing.T) {
	t.Parallel()
	a := &air{}
	b := openIn(t, a)
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	tb.open("/") // as somebody who has it already
	tb.state(clock.Out)
	first := tb.editions()
	if len(first) != 1 {
		t.Fatalf("kept are %v, want one version", first)
	}
	offline(tb, true)
	tb.press(clock.ClockIn)
	tb.wait(`[data-place="here"]`)
	a.deploy(edition{version: "bbbbbbbbbbbbbbbb"})
	ask(tb, "listen", chromedp.Evaluate[bool](`self.stays = true; self.told = []; navigator.serviceWorker.addEventListener("message", ({data}) => told.push(data)); true`))
	offline(tb, false)
	tb.update()
	ask(tb, "wait for the news", chromedp.Poll[bool](`told.some(({kind, version}) => kind === "update" && version === "bbbbbbbbbbbbbbbb")`))
	tb.wait(`[data-problem="newer"] [data-act="update"]`)
	if kept := tb.editions(); len(kept) != 2 {
		t.Errorf("kept are %v, want the version before too", kept)
	}
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	if !ask(tb, "look", chromedp.Evaluate[bool](`self.stays === true`)) {
		t.Error("the page was loaded anew by itself")
	}
	tb.press(clock.ClockOut)
	tb.state(clock.Out)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "clockOut")
}

// The server is of another version than the program, a later one or, behind a
// balancer that is half-way through, an earlier one: the program says so, goes on,
// and loses nothing.
func TestJourneyOfAServerOfAnotherVersion(t *testing.T) {
	t.Parallel()
	for order, version := range map[string]string{"the server first": "ffffffffffffffff", "the page first": "0000000000000000"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			a := &air{}
			b := openIn(t, a)
			tb := browse(t, b, phone)
			tb.expect("net::ERR_INTERNET_DISCONNECTED")
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			tb.installed()
			offline(tb, true)
			tb.press(clock.ClockIn)
			tb.wait(`[data-place="here"]`)
			ask(tb, "mark the page", chromedp.Evaluate[bool](`self.stays = true`))
			a.deploy(edition{version: version, half: true})
			offline(tb, false)
			tb.wait(`[data-problem="newer"] [data-act="update"]`)
			waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
			if !ask(tb, "look", chromedp.Evaluate[bool](`self.stays === true`)) {
				t.Error("the page was loaded anew by itself")
			}
			tb.act("update")
			tb.state(clock.In)
			tb.press(clock.ClockOut)
			tb.state(clock.Out)
			waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "clockOut")
		})
	}
}

// Whoever has a version that does not work loads the page again.
func TestJourneyOutOfABrokenVersion(t *testing.T) {
	t.Parallel()
	a := &air{}
	b := openIn(t, a)
	tb := browse(t, b, phone)
	for _, complaint := range []string{"404", "MIME type", "net::ERR"} {
		tb.expect(complaint)
	}
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	tb.open("/")
	tb.state(clock.Out)
	a.deploy(edition{version: "bbbbbbbbbbbbbbbb", broken: true})
	tb.update()
	ask(tb, "wait for the broken version", chromedp.Poll[bool](`caches.keys().then((all) => all.length > 1)`))
	tb.installed()
	tb.open("/")
	tb.says(".hero-title", "You are clocked out") // the early script works
	time.Sleep(2 * time.Second)
	if tb.count("[data-state]") != 0 {
		t.Fatal("the program runs: the version is not broken")
	}
	if kept := tb.editions(); len(kept) != 2 {
		t.Errorf("kept are %v, want the version that worked too", kept)
	}
	tb.press(clock.ClockIn) // and takes presses all the same
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	a.deploy(edition{})
	tb.do("reload", chromedp.Reload())
	tb.state(clock.In)
}

// update has the browser look for a new version, as it does by itself now and
// then.
func (tb *tab) update() {
	tb.t.Helper()
	ask(tb, "look for an update", chromedp.Evaluate[bool](`navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => true)`, chromedp.EvalAwaitPromise))
}

// editions are the versions that the browser keeps.
func (tb *tab) editions() []string {
	tb.t.Helper()
	return ask(tb, "list what is kept", chromedp.Evaluate[[]string](`caches.keys()`, chromedp.EvalAwaitPromise))
}

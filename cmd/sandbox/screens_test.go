package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

var small = screen{"small", 320, 640, true}

// TestJourneyOfTheScreens goes through the screens on every size and in both
// themes. Nothing may be cut off or too small to be hit. With
// TIMECLOCK_SCREENSHOTS it leaves a picture of each in that folder.
func TestJourneyOfTheScreens(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, desk, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, s)
			tb.expect("net::ERR_BLOCKED_BY_CLIENT")
			tb.expect("Failed to fetch")
			tb.expect("net::ERR_INTERNET_DISCONNECTED")
			tb.expect("400 (Bad Request)")
			tb.screensOfADay()
			tb.screensOfTrouble()
		})
	}
}

func (tb *tab) screensOfADay() {
	tb.open("/")
	tb.wait(`[data-act="sign-in"]`)
	tb.look("welcome")
	tb.open(wire.PathCallback + "?state=none&code=none")
	tb.wait(".sheet")
	tb.look("refused")
	tb.open("/")
	tb.act("sign-in")
	tb.wait("[data-person]")
	tb.look("provider")
	tb.pick(sandbox.Anna)
	tb.state(clock.Out)
	tb.look("out")
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	tb.look("in")
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	tb.wait(`[data-place="graph"]`)
	tb.look("break")
	tb.act("history")
	tb.wait("[data-card]")
	tb.look("history")
	tb.open("/")
	tb.state(clock.OnBreak)
}

func (tb *tab) screensOfTrouble() {
	offline(tb, true)
	tb.press(clock.ClockOut)
	tb.state(clock.Out)
	tb.wait(`[data-place="here"]`)
	tb.look("offline")
	offline(tb, false)
	tb.wait(`[data-place="graph"]`)
	// Another device is quicker: what this one shows is out of date.
	block(tb, "*://*:*"+wire.PathEvents+"*")
	tb.open("/")
	tb.state(clock.Out)
	tb.quiet()
	visit(tb.t, tb.box).signIn(sandbox.Anna).press(punch(sandbox.HarbourCafe, clock.ClockIn))
	tb.press(clock.ClockIn)
	tb.wait("[data-conflict]")
	tb.state(clock.In)
	tb.look("outrun")
	tb.act("keep")
	tb.gone("[data-conflict]")
	tb.box.misbehave(tb.t, tenant.Fault{Do: tenant.FailBefore, Op: tenant.StartBreak, Status: http.StatusBadRequest})
	tb.press(clock.StartBreak)
	tb.wait(`[data-place="rejected"]`)
	tb.box.Sandbox.Tenant.Mend("")
	tb.state(clock.In)
	tb.look("rejected")
	block(tb, "*://*:*/web/app.*", "*://*:*/web/early.*")
	tb.open("/?cold")
	tb.wait("#press")
	tb.look("cold")
	tb.press(clock.ClockOut)
	tb.wait(".sheet")
	tb.look("sheet")
}

// look looks at the screen in both themes, and has it judged.
func (tb *tab) look(name string) {
	tb.t.Helper()
	tb.see(name, tb.access)
}

// see is look with another judge; nil for none.
func (tb *tab) see(name string, judge func(name string)) {
	tb.t.Helper()
	for _, theme := range []string{"light", "dark"} {
		command(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		tb.fits(name)
		if judge != nil {
			judge(name + ", " + theme)
		}
		if dir := os.Getenv("TIMECLOCK_SCREENSHOTS"); dir != "" {
			time.Sleep(50 * time.Millisecond) // it has to be drawn
			tb.shootAll(filepath.Join(dir, fmt.Sprintf("%s-%s-%s.png", name, tb.size.name, theme)))
		}
	}
}

// misfits lists what is wider than the window and what is smaller than a
// finger: WCAG 2.2, 1.4.10 and, with more room, 2.5.8.
const misfits = `(() => {
	const bad = [];
	const root = document.documentElement;
	if (root.scrollWidth > window.innerWidth) bad.push("the page is " + root.scrollWidth + " wide in a window of " + window.innerWidth);
	for (const e of document.querySelectorAll("button, a[href], textarea, input:not([type=hidden])")) {
		const r = (e.closest("label") || e.closest("[data-hit], [role=row]") || e).getBoundingClientRect(); // what a finger hits
		if (r.width === 0) continue;
		if (r.height < 43.5 || r.width < 43.5) bad.push(e.outerHTML.slice(0, 80) + " is " + Math.round(r.width) + "×" + Math.round(r.height));
		if (r.left < -0.5 || r.right > window.innerWidth + 0.5) bad.push(e.outerHTML.slice(0, 80) + " is cut off");
	}
	return bad;
})()`

func (tb *tab) fits(name string) {
	tb.t.Helper()
	for _, m := range ask(tb, "measure "+name, chromedp.Evaluate[[]string](misfits)) {
		tb.t.Errorf("%s on a %s: %s", name, tb.size.name, m)
	}
}

// shootAll takes a picture of the whole page.
func (tb *tab) shootAll(file string) {
	tb.t.Helper()
	png := ask(tb, "take a picture", chromedp.FullScreenshot(100))
	if err := os.WriteFile(file, png, 0o644); err != nil {
		tb.t.Error(err)
	}
}

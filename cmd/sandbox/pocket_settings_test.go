package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	pages "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
)

// Somebody looks at what they have signed in to, ends what they do not know,
// and clears the device.
func TestJourneyThroughTheSettings(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, s)
			tb.expect("net::ERR_INTERNET_DISCONNECTED")
			tb.open("/settings")
			tb.wait(`[data-section="about"]`)
			tb.look("settings-nobody")
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			elsewhere, third := visit(t, b).signIn(sandbox.Anna), visit(t, b).signIn(sandbox.Anna)
			tb.act("settings")
			tb.wait(`[data-section="sessions"] .row-mark`)
			if n := tb.count(`[data-section="sessions"] .row`); n != 3 {
				t.Fatalf("%d sessions, want 3", n)
			}
			tb.look("settings")
			tb.endSessions(elsewhere, third)
			tb.clearDevice()
			tb.licences()
			offline(tb, true)
			tb.open("/settings")
			tb.wait(`[data-section="sessions"] [data-problem="offline"]`)
			tb.look("settings-offline")
		})
	}
}

// endSessions ends one session and then all others.
func (tb *tab) endSessions(one, two *visitor) {
	tb.t.Helper()
	ended := func() (n int) {
		for _, v := range []*visitor{one, two} {
			if code, _ := v.call(http.MethodGet, wire.PathMe, nil, nil); code == http.StatusUnauthorized {
				n++
			}
		}
		return n
	}
	tb.act("end")
	tb.wait("#sure")
	if focus := ask(tb, "read the focus", chromedp.Evaluate[string](`document.activeElement.id`)); focus != "sure" {
		tb.t.Errorf("the focus is on %q, want the question", focus)
	}
	tb.look("settings-sure")
	tb.act("not-sure")
	tb.gone("#sure")
	if n := ended(); n != 0 {
		tb.t.Errorf("%d sessions ended though it was called off", n)
	}
	tb.act("end")
	tb.act("sure")
	ask(tb, "wait for the end of one", chromedp.Poll[bool](`document.querySelectorAll('[data-section="sessions"] .row').length === 2`))
	if n := ended(); n != 1 {
		tb.t.Errorf("%d sessions ended, want 1", n)
	}
	tb.act("end-others")
	tb.act("sure")
	ask(tb, "wait for the end of all others", chromedp.Poll[bool](`document.querySelectorAll('[data-section="sessions"] .row').length === 1`))
	if n := ended(); n != 2 {
		tb.t.Errorf("%d sessions ended, want both", n)
	}
}

// clearDevice clears what is stored and looks at what is left.
func (tb *tab) clearDevice() {
	tb.t.Helper()
	tb.installed()
	tb.act("clear")
	tb.wait("#sure")
	ask(tb, "mark the page", chromedp.Evaluate[string](`document.documentElement.dataset.before = "1"`))
	tb.act("sure")
	tb.gone("[data-before]")
	tb.wait(`[data-section="sessions"] .row-mark`) // still signed in
	tb.installed()                                 // and kept anew
}

func (tb *tab) licences() {
	tb.t.Helper()
	tb.act("licences")
	tb.wait("details")
	tb.do("open one", chromedp.Click(chromedp.CSS("summary")))
	if got := tb.text("details"); !strings.Contains(got, "MIT License") {
		tb.t.Errorf("the first licence reads %.100q", got)
	}
	tb.look("licences")
	tb.do("go back", chromedp.Click(chromedp.CSS(`a[href="/settings"]`)))
	tb.wait(`[data-section="about"]`)
}

// The browser has an offer to ask; the person is told of it once a press has
// shown what the clock is good for, and not again after saying no.
func TestJourneyOfTheOfferToInstall(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.mayInstall()
	tb.quiet()
	if tb.count(`[data-problem="install"]`) != 0 {
		t.Error("it is offered before any press")
	}
	tb.press(clock.ClockIn)
	tb.wait(`[data-problem="install"]`)
	tb.look("install-offer")
	tb.clearOfButtons(`[data-problem="install"]`)
	tb.act("install-later")
	tb.gone(`[data-problem="install"]`)
	tb.open("/")
	tb.state(clock.In)
	tb.mayInstall()
	tb.press(clock.StartBreak)
	tb.wait(`[data-place="graph"]`)
	tb.quiet()
	if tb.count(`[data-problem="install"]`) != 0 {
		t.Error("it is offered again after not now")
	}
	tb.act("settings")
	tb.act("install") // there it can be had all the same
	if !ask(tb, "look", chromedp.Poll[bool](`self.asked === true`)) {
		t.Error("the browser was not made to ask")
	}
}

// mayInstall has the page believe that the browser offers to ask. No browser
// without a window does.
func (tb *tab) mayInstall() {
	tb.t.Helper()
	ask(tb, "offer", chromedp.Evaluate[bool](`(() => {
		const offer = new Event("beforeinstallprompt");
		offer.prompt = () => { self.asked = true; };
		offer.userChoice = Promise.resolve({ outcome: "dismissed" });
		return dispatchEvent(offer);
	})()`))
}

// clearOfButtons fails where something lies over a button of the clock.
func (tb *tab) clearOfButtons(selector string) {
	tb.t.Helper()
	over := fmt.Sprintf(`(() => {
		const it = document.querySelector(%q).getBoundingClientRect();
		return Array.from(document.querySelectorAll("#press button, #note")).filter((e) => {
			const r = e.getBoundingClientRect();
			return r.left < it.right && it.left < r.right && r.top < it.bottom && it.top < r.bottom;
		}).length;
	})()`, selector)
	if n := ask(tb, "measure", chromedp.Evaluate[int](over)); n != 0 {
		tb.t.Errorf("%s lies over %d buttons", selector, n)
	}
}

// Where no browser asks, the way is told in words and pictures.
func TestJourneyToInstallOnAnIPhone(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, small)
	command(tb, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
	})
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.press(clock.ClockIn)
	tb.wait(`[data-problem="install"]`)
	tb.act("install")
	tb.wait(`[data-section="install"] .step`)
	if got := tb.text(`[data-section="install"]`); !strings.Contains(got, "Share") || !strings.Contains(got, "Add to Home Screen") {
		t.Errorf("the way is told as:\n%s", got)
	}
	tb.look("install-iphone")
}

// A browser that may install the clock finds nothing wanting.
func TestJourneyOfAColdInstall(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.open("/")
	tb.wait(`[data-act="sign-in"]`)
	tb.installed()
	for _, e := range command(tb, pages.GetInstallabilityErrors, struct{}{}).InstallabilityErrors {
		if e.ErrorID != "in-incognito" {
			t.Errorf("not to be installed: %s %v", e.ErrorID, e.ErrorArguments)
		}
	}
	m := command(tb, pages.GetAppManifest, pages.GetAppManifestParams{})
	for _, e := range m.Errors {
		t.Errorf("manifest: %s (line %d)", e.Message, e.Line)
	}
	if m.Manifest == nil {
		t.Fatal("the browser reads no manifest")
	}
	forms := map[string]int{}
	for _, shot := range m.Manifest.Screenshots {
		forms[shot.FormFactor]++
	}
	if forms["kNarrow"] == 0 || forms["kWide"] == 0 {
		t.Errorf("pictures of screens: %v, want narrow and wide", forms)
	}
	for _, s := range m.Manifest.Shortcuts {
		if !strings.HasPrefix(s.URL, b.URL+"/") {
			t.Errorf("a shortcut leads to %s", s.URL)
		}
	}
	if n := len(m.Manifest.Shortcuts); n != 3 {
		t.Errorf("%d shortcuts, want 3", n)
	}
}

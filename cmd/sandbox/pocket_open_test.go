package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	pages "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/journal"
	"timeclock/server/sandbox"
)

// slow4G is a bad mobile network.
var slow4G = network.Conditions{Latency: 150, DownloadThroughput: 1.6e6 / 8, UploadThroughput: 750e3 / 8}

// installed waits until the service worker has kept all of its version.
func (tb *tab) installed() {
	tb.t.Helper()
	ask(tb, "wait for the service worker", chromedp.Poll[bool](`navigator.serviceWorker.getRegistration().then((r) => Boolean(r && r.active && !r.installing && !r.waiting))`))
}

// Somebody opens the clock for the first time, and again in the cellar.
func TestJourneyOfAnInstallAndThenNoNetwork(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	offline(tb, true)
	for _, path := range []string{"/", "/history", "/?source=installed", "/history?week=1", "/?press=clockIn"} {
		tb.open(path)
		if strings.HasPrefix(path, "/history") {
			tb.wait(".history")
		} else {
			tb.state(clock.Out)
		}
	}
	tb.do("reload", chromedp.Reload())
	tb.state(clock.Out)
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="here"]`)
	in := tb.pressed
	tb.do("reload", chromedp.Reload())
	tb.state(clock.In)
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	outlast(in)
	offline(tb, false)
	tb.open("/")
	waitEffects(t, b, oidOf(b, sandbox.Anna), "create")
	if off := b.lastCard(sandbox.Anna).In.At.Sub(in).Abs(); off > 2*time.Second {
		t.Errorf("pressed at %s, recorded %s off", in, off)
	}
}

// The press is made as soon as there is a button, long before the program.
func TestJourneyOfAPressOnSlow4G(t *testing.T) {
	t.Parallel()
	for name, cold := range map[string]bool{"remembered": false, "nothing remembered": true} {
		t.Run(name, func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, phone)
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			tb.installed()
			tb.do("leave", chromedp.Navigate("about:blank"))
			if cold {
				tb.forget(b.URL)
			}
			command(tb, network.Enable, network.EnableParams{})
			command(tb, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true})
			command(tb, network.ClearBrowserCache, cdp.Empty{})
			command(tb, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{&slow4G},
			})
			command(tb, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
			tb.begin("/")
			tb.listening()
			tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "early"))
			tb.press(clock.ClockIn)
			tb.says(".hero-title", "Clocked in")
			if tb.count("[data-state]") != 0 {
				t.Skip("the program was there already: nothing is shown by this run")
			}
			tb.do("begin another note", chromedp.SendKeys(chromedp.CSS("#note"), "and then"))
			tb.state(clock.In)
			if note := tb.note(); note != "and then" {
				t.Errorf("the program found the note %q, want %q", note, "and then")
			}
			if focus := ask(tb, "read the focus", chromedp.Evaluate[string](`document.activeElement.id`)); focus != "note" {
				t.Errorf("the focus is on %q, want the note", focus)
			}
			waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
			card := b.lastCard(sandbox.Anna)
			if off := card.In.At.Sub(tb.pressed).Abs(); off > 5*time.Second || card.In.Notes == nil || card.In.Notes.Content != "early" {
				t.Errorf("pressed at %s, recorded is %+v", tb.pressed, card.In)
			}
			tb.quiet()
			wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
		})
	}
}

// listening waits until the early script takes presses. What is pressed between
// the first paint and that goes by the form itself, to a page of its own.
func (tb *tab) listening() {
	tb.t.Helper()
	tb.wait(`#press button[value="clockIn"]`)
	ask(tb, "wait for the early script", chromedp.Poll[bool](`performance.getEntriesByName("timeclock:listening").length > 0`))
}

// begin opens a page and waits for nothing.
func (tb *tab) begin(path string) {
	tb.t.Helper()
	command(tb, pages.Navigate, pages.NavigateParams{URL: tb.box.URL + path})
}

// forget clears what the origin keeps, but not its cookies.
func (tb *tab) forget(origin string) {
	tb.t.Helper()
	command(tb, storageClear, storageOf(origin))
}

// Somebody presses in the cellar, kills the app, and comes back up.
func TestJourneyOfAKilledTab(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	first := browse(t, b, phone)
	first.expect("net::ERR_INTERNET_DISCONNECTED")
	first.signIn(sandbox.Anna)
	first.state(clock.Out)
	first.installed()
	offline(first, true)
	first.press(clock.ClockIn)
	in := first.pressed
	first.state(clock.In)
	first.wait(`[data-place="here"]`)
	outlast(in)
	first.press(clock.StartBreak)
	first.state(clock.OnBreak)
	first.wait(`[data-place="here"]`)
	second := first.another(phone)
	first.kill()
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	outlast(first.pressed)
	offline(second, false)
	second.open("/")
	second.state(clock.OnBreak)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "create", "replace")
	card := b.lastCard(sandbox.Anna)
	if off := card.In.At.Sub(in).Abs(); off > 2*time.Second || len(card.Breaks) != 1 || card.Breaks[0].Start.At.Sub(first.pressed).Abs() > 2*time.Second {
		t.Errorf("pressed at %s and %s, recorded is %+v", in, first.pressed, card)
	}
}

// outlast waits until a press comes too late for an action, however fast this
// machine is.
func outlast(pressed time.Time) {
	time.Sleep(time.Until(pressed.Add(journal.DefaultLimits.Tolerance + time.Second)))
}

// kill ends a tab without a word to its page.
func (tb *tab) kill() {
	tb.t.Helper()
	id := chromedp.FromContext(tb.ctx).Target.TargetID
	if _, err := chromedp.CallBrowser(tb.ctx, target.CloseTarget, target.CloseTargetParams{TargetID: id}); err != nil {
		tb.t.Fatalf("close the tab: %v", err)
	}
}

// Two tabs that were open all along are pressed at the same moment.
func TestJourneyOfTwoTabsAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	one := browse(t, b, phone)
	one.signIn(sandbox.Anna)
	one.state(clock.Out)
	two := one.another(phone)
	two.open("/")
	two.state(clock.Out)
	for _, tb := range []*tab{one, two} {
		tb.expect("navigator.vibrate") // no finger was seen
	}
	click := chromedp.Evaluate[bool](`document.querySelector('[data-act="clockIn"]').click() ?? true`)
	done := make(chan struct{})
	go func() {
		defer close(done)
		chromedp.Run(two.ctx, click)
	}()
	chromedp.Run(one.ctx, click)
	<-done
	one.state(clock.In)
	two.state(clock.In)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	one.quiet()
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
}

// A shortcut of the installed app chooses a press and makes none.
func TestJourneyByAShortcut(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_BLOCKED_BY_CLIENT")
	tb.expect("Failed to fetch")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	const focus = `document.activeElement?.value`
	tb.open("/?press=clockIn")
	tb.state(clock.Out)
	ask(tb, "wait for the focus", chromedp.Poll[bool](focus+` === "clockIn"`))
	block(tb, "*://*:*/web/app.*") // before the program, too
	tb.open("/?press=clockIn")
	ask(tb, "wait for the focus", chromedp.Poll[bool](focus+` === "clockIn"`))
	tb.says(".hero-title", "You are clocked out")
	wantEffects(t, b, oidOf(b, sandbox.Anna))
}

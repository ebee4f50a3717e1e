package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// registrations hears of the service workers of a tab's browser.
func (tb *tab) registrations() chan serviceworker.RegistrationID {
	tb.t.Helper()
	ids := make(chan serviceworker.RegistrationID, 64)
	err := chromedp.Listen(tb.ctx, func(event any) {
		e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated)
		if !ok {
			return
		}
		for _, r := range e.Registrations {
			if !r.IsDeleted {
				ids <- r.RegistrationID
			}
		}
	})
	if err != nil {
		tb.t.Fatal(err)
	}
	command(tb, serviceworker.Enable, cdp.Empty{})
	return ids
}

// sync is what the browser does when it has a network again.
func (tb *tab) sync(id serviceworker.RegistrationID) {
	tb.t.Helper()
	command(tb, serviceworker.DispatchSyncEvent, serviceworker.DispatchSyncEventParams{
		Origin: tb.box.URL, RegistrationID: id, Tag: "outbox",
	})
}

// Somebody presses in the cellar and puts the phone away: the service worker
// sends when there is a network, with no page open.
func TestJourneyOfASyncWithNoPage(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	ids := tb.registrations()
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	offline(tb, true)
	tb.press(clock.ClockIn)
	tb.wait(`[data-place="here"]`)
	in := tb.pressed
	time.Sleep(6 * time.Second)
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	ask(tb, "wait until the browser is asked to sync", chromedp.Poll[bool](`navigator.serviceWorker.ready.then((r) => r.sync.getTags()).then((tags) => tags.includes("outbox"))`))
	tb.do("leave", chromedp.Navigate("about:blank"))
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	for _, ctx := range tb.held() {
		must(tb, ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1}},
		})
	}
	tb.sync(<-ids)
	for deadline := time.Now().Add(patience); len(b.effects(oidOf(b, sandbox.Anna))) < 2 && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
	if off := b.lastCard(sandbox.Anna).In.At.Sub(in).Abs(); off > 2*time.Second {
		t.Errorf("pressed at %s, recorded %s off", in, off)
	}
	offline(tb, true) // what was sent with no page stays in sight with no network
	tb.open("/")
	tb.state(clock.OnBreak)
	offline(tb, false)
	tb.open("/")
	tb.state(clock.OnBreak)
	tb.gone(`[data-place="here"]`)
	tb.quiet()
	if all := b.effects(oidOf(b, sandbox.Anna)); len(all) != 2 || all[0] != "create" {
		t.Errorf("Graph holds %v, want what was pressed, once each", all)
	}
}

// Anna's press waits on a computer at which Maja has signed in since. Neither
// the page nor the service worker sends it as Maja's.
func TestJourneyOfAPressOfWhoWasHereBefore(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, desk)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	ids := tb.registrations()
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	offline(tb, true)
	tb.press(clock.ClockIn)
	tb.wait(`[data-place="here"]`)
	in := tb.pressed
	command(tb, network.ClearBrowserCookies, cdp.Empty{}) // the night came
	offline(tb, false)
	tb.wait(`[data-act="sign-in"]`)
	tb.open("/auth/login?prompt=select_account")
	tb.pick(sandbox.Maja)
	tb.state(clock.Out)
	tb.sync(<-ids)
	time.Sleep(3 * time.Second)
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	wantEffects(t, b, oidOf(b, sandbox.Maja))
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	waitEffects(t, b, oidOf(b, sandbox.Maja), "clockIn")
	command(tb, network.ClearBrowserCookies, cdp.Empty{})
	outlast(in)
	tb.signIn(sandbox.Anna)
	tb.state(clock.In)
	card := b.openCards(t, sandbox.Anna, 1)[0]
	if off := card.In.At.Sub(in).Abs(); off > 2*time.Second {
		t.Errorf("pressed at %s, recorded %s off", in, off)
	}
	wantEffects(t, b, oidOf(b, sandbox.Maja), "clockIn")
}

// A press at the very moment the program takes over, a little before and after:
// it is one press, whoever takes it.
func TestJourneyOfAPressAtTheHandOver(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("navigator.vibrate")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	tb.before(`addEventListener("DOMContentLoaded", () => {
		const kind = new URLSearchParams(location.search).get("kind"), wait = new URLSearchParams(location.search).get("wait");
		if (!kind || !self.timeclock) return;
		const press = () => { const b = document.querySelector('#press button[value="' + kind + '"]:enabled'); if (b) { self.pressedBy = document.querySelector("[data-state]") ? "program" : "script"; b.click(); } };
		const { started } = timeclock;
		timeclock.started = (end) => { started(end); if (wait >= 0) setTimeout(press, wait); };
		if (wait < 0) setTimeout(press, -wait);
	});`)
	var want []string
	by := map[string]int{}
	for i, wait := range []int{0, 5, 15, 30, 60, 120, -1, -30, -60, -100, -150, -200} {
		kind, then := clock.ClockIn, clock.In
		if i%2 == 1 {
			kind, then = clock.ClockOut, clock.Out
		}
		tb.open(fmt.Sprintf("/?kind=%s&wait=%d", kind, wait))
		time.Sleep(2 * oneTap)
		who := ask(tb, "see who took it", chromedp.Evaluate[string](`self.pressedBy ?? ""`))
		if who == "" {
			tb.press(kind) // there was no button at that moment
		}
		by[who]++
		tb.state(then)
		want = append(want, string(kind))
		waitEffects(t, b, oidOf(b, sandbox.Anna), want...)
	}
	tb.quiet()
	wantEffects(t, b, oidOf(b, sandbox.Anna), want...)
	t.Logf("taken by: %v", by)
}

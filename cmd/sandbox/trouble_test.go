package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// problem waits until the screen tells of a problem, in a sentence.
func (tb *tab) problem(code wire.Code) {
	tb.t.Helper()
	tb.wait(fmt.Sprintf("[data-problem=%q]", code))
	if got := tb.text(fmt.Sprintf("[data-problem=%q]", code)); !strings.Contains(got, ".") || strings.Contains(got, string(code)+" ") {
		tb.t.Errorf("%s is told as %q, want a sentence", code, got)
	}
}

// misbehave makes the sandbox's Graph do so.
func (b *box) misbehave(t *testing.T, f tenant.Fault) {
	t.Helper()
	if _, err := b.Sandbox.Tenant.Misbehave(f); err != nil {
		t.Fatal(err)
	}
}

func TestJourneyWithoutATimeClock(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Noor)
	tb.problem(wire.CodeNoTimeClock)
	if n := tb.count(`[data-act="clockIn"]`); n != 0 {
		t.Errorf("%d buttons to clock in where one cannot", n)
	}
}

func TestJourneyOfTwoTeams(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Ben)
	tb.wait(`[data-act="choose-team"]`)
	bakery := fmt.Sprintf("[data-act=choose-team][data-value=%q]", sandbox.NightBakery)
	tb.do("choose the bakery", chromedp.Click(chromedp.CSS(bakery)))
	tb.state(clock.Out)
	tb.open("/")
	tb.state(clock.Out) // chosen once
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	waitEffects(t, b, oidOf(b, sandbox.Ben), "clockIn")
	if got := b.Sandbox.Tenant.Effects()[0].Team; got != sandbox.NightBakery {
		t.Errorf("clocked in in team %s", got)
	}
}

func TestJourneyOfTwoTabs(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	one := browse(t, b, phone)
	one.signIn(sandbox.Anna)
	one.state(clock.Out)
	two := one.another(phone)
	two.open("/")
	two.state(clock.Out)
	one.press(clock.ClockIn)
	one.state(clock.In)
	two.state(clock.In) // it hears of it
	two.press(clock.ClockOut)
	one.state(clock.Out)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "clockOut")
}

// A press made on a screen that is out of date.
func TestJourneyOfAPressThatMayNotFollow(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	// This tab hears of nothing that happens elsewhere.
	tb.expect("net::ERR_BLOCKED_BY_CLIENT")
	block(tb, "*://*:*"+wire.PathEvents+"*")
	tb.open("/")
	tb.state(clock.Out)
	tb.quiet()
	elsewhere := visit(t, b).signIn(sandbox.Anna)
	if r := elsewhere.press(punch(sandbox.HarbourCafe, clock.ClockIn)); r.Status != wire.Delivered {
		t.Fatalf("elsewhere: %+v", r)
	}
	tb.press(clock.ClockIn)
	tb.wait("[data-conflict]")
	tb.problem(wire.CodeOrder)
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	tb.state(clock.In) // and the clock shows what is
	tb.act("keep")
	tb.gone("[data-conflict]")
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
}

// quiet waits until the page has read the clock and asks for nothing more.
func (tb *tab) quiet() {
	tb.t.Helper()
	tb.wait(`[data-act="refresh"]:not(.is-busy)`)
	time.Sleep(2 * time.Second) // longer than what several reasons to read are joined for
	tb.wait(`[data-act="refresh"]:not(.is-busy)`)
}

// block keeps the browser from fetching what matches, its service worker's
// copies included.
func block(tb *tab, patterns ...string) {
	tb.t.Helper()
	command(tb, network.Enable, network.EnableParams{})
	command(tb, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: len(patterns) > 0})
	command(tb, network.ClearBrowserCache, cdp.Empty{})
	var list []*network.BlockPattern
	for _, p := range patterns {
		list = append(list, &network.BlockPattern{URLPattern: p, Block: true})
	}
	command(tb, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: list})
}

func TestJourneyWhileGraphIsDown(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	b.misbehave(t, tenant.Fault{Do: tenant.FailBefore, Status: http.StatusServiceUnavailable})
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="server"]`) // it is safe, and says where it is
	b.Sandbox.Tenant.Mend("")
	tb.wait(`[data-place="graph"]`) // and goes on by itself
	cards := b.Sandbox.Tenant.Cards(sandbox.HarbourCafe)
	opened := 0
	for _, c := range cards {
		if c.Person == oidOf(b, sandbox.Anna) && c.Out == nil {
			opened++
			if late := c.Created.Sub(c.In.At); late < 0 || c.In.At.Before(tb.pressed.Add(-5*time.Second)) || c.In.At.After(tb.pressed.Add(5*time.Second)) {
				t.Errorf("pressed at %s, recorded at %s", tb.pressed, c.In.At)
			}
		}
	}
	if opened != 1 {
		t.Errorf("%d open cards, want 1: %v", opened, b.effects(oidOf(b, sandbox.Anna)))
	}
}

func TestJourneyOffline(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	offline(tb, true)
	tb.press(clock.ClockIn)
	in := tb.pressed
	tb.state(clock.In)
	tb.wait(`[data-place="here"]`)
	time.Sleep(6 * time.Second) // beyond the tolerance: Graph's own stamp would be wrong
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	offline(tb, false)
	tb.wait(`[data-place="graph"]`)
	tb.open("/")
	tb.state(clock.OnBreak)
	tb.gone(`[data-place="here"]`)
	card := b.lastCard(sandbox.Anna)
	if off := card.In.At.Sub(in).Abs(); off > 3*time.Second {
		t.Errorf("clocked in at %s, recorded at %s", in, card.In.At)
	}
	if len(card.Breaks) != 1 || card.Breaks[0].Start.At.Sub(tb.pressed).Abs() > 6*time.Second {
		t.Errorf("one break begun at %s is recorded as %+v", tb.pressed, card.Breaks)
	}
	if n := len(b.effects(oidOf(b, sandbox.Anna))); n != 2 {
		t.Errorf("%d changes of cards, want 2", n)
	}
}

// lastCard is the card of a person that was made last.
func (b *box) lastCard(login string) tenant.Card {
	var last tenant.Card
	for _, c := range b.Sandbox.Tenant.Cards("") {
		if c.Person == oidOf(b, login) && c.Created.After(last.Created) {
			last = c
		}
	}
	return last
}

// offline takes the network from the page and from the service worker, which
// would send the waiting presses by itself, or gives it back.
func offline(tb *tab, off bool) {
	tb.t.Helper()
	conditions(tb, network.Conditions{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
}

func TestJourneyWithAnExpiredSession(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.quiet() // else a reading under way takes the button away
	command(tb, network.ClearBrowserCookies, cdp.Empty{})
	tb.press(clock.ClockIn)
	tb.wait(`[data-act="sign-in"]`)
	tb.wait(`[data-place="here"]`) // kept, and said so
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	tb.act("sign-in")
	tb.pick(sandbox.Anna)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	if n := len(b.effects(oidOf(b, sandbox.Anna))); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

func TestJourneyWithoutAnyScript(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.expect("net::ERR_BLOCKED_BY_CLIENT")
	tb.expect("Failed to fetch")
	block(tb, "*://*:*/web/app.*", "*://*:*/web/early.*")
	tb.open("/?again")
	tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "from the form"))
	tb.press(clock.ClockIn)
	tb.wait(`.sheet[data-tone="good"]`)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	tb.do("reload", chromedp.Reload())
	tb.wait(`.sheet[data-tone="good"]`)
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
}

func TestJourneyNotYou(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, desk)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	if got := tb.text(`[data-act="clockIn"]`); !strings.Contains(got, "Anna") {
		t.Errorf("the button says %q, want Anna's name on it", got)
	}
	tb.act("not-you")
	tb.pick(sandbox.Maja)
	tb.state(clock.Out)
	if got := tb.text("body"); strings.Contains(got, "Anna") || !strings.Contains(got, "Maja") {
		t.Errorf("after changing to Maja the page says:\n%s", got)
	}
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	waitEffects(t, b, oidOf(b, sandbox.Maja), "clockIn")
	wantEffects(t, b, oidOf(b, sandbox.Anna))
}

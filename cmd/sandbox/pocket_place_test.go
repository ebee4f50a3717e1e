package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/words"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// is puts the device at a place, right within so many metres.
func (tb *tab) is(latitude, longitude, accuracy float64) {
	tb.t.Helper()
	command(tb, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{
		Latitude: &latitude, Longitude: &longitude, Accuracy: &accuracy,
	})
}

// may sets what the browser says to pages that ask where it is.
func (tb *tab) may(setting browser.PermissionSetting) {
	tb.t.Helper()
	command(tb, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: setting, Origin: tb.box.URL,
	})
}

// stored is all that the browser keeps of presses, as text.
func (tb *tab) stored() string {
	tb.t.Helper()
	return ask(tb, "read the stored presses", chromedp.Evaluate[string](`new Promise((resolve, reject) => {
		const opening = indexedDB.open("timeclock-outbox");
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const all = opening.result.transaction("items").objectStore("items").getAll();
			all.onsuccess = () => { opening.result.close(); resolve(all.result.join("\n")); };
		};
	})`, chromedp.EvalAwaitPromise))
}

// approved gives what the events of a person's last card of the café say of
// where they were made, in the order of time.
func approved(b *box, login string) string {
	var last tenant.Card
	for _, c := range b.Sandbox.Tenant.Cards(sandbox.HarbourCafe) {
		if c.Person == oidOf(b, login) && (last.In == nil || c.In.At.After(last.In.At)) {
			last = c
		}
	}
	events := []*tenant.Event{last.In}
	for i := range last.Breaks {
		events = append(events, &last.Breaks[i].Start, last.Breaks[i].End)
	}
	var said []string
	for _, e := range append(events, last.Out) {
		switch {
		case e == nil:
		case e.Approved == nil:
			said = append(said, "unknown")
		default:
			said = append(said, fmt.Sprint(*e.Approved))
		}
	}
	return strings.Join(said, " ")
}

// delivered presses, and waits until the press is in Teams and the page says
// this of where it was made.
func (tb *tab) delivered(k clock.Kind, said string) {
	tb.t.Helper()
	tb.press(k)
	ask(tb, "hear of "+string(k), chromedp.PollFunction[bool](`(act, said) => {
		const all = document.querySelectorAll("[data-place]");
		return all.length === 1 && all[0].dataset.place === "graph" &&
			all[0].querySelector(".press-what").textContent.startsWith(act) &&
			all[0].querySelector(".press-where").textContent.endsWith(said);
	}`, chromedp.WithPollingArgs(words.English.Act(k), said)))
}

const (
	atLocation  = "· at the team's location"
	offLocation = "· not at the team's location"
	notKnown    = "· whether at the team's location is not known"
)

// TestJourneyOfWhere: the café has an approved location. Nothing is asked before
// the person was, and a press says where it was made, or that this is not known,
// on the screen and in Teams.
func TestJourneyOfWhere(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.is(59.32543, 18.07129, 15)
	tb.signIn(sandbox.Anna)
	tb.wait(`[data-where="asked"]`)
	tb.look("where-asked")
	tb.delivered(clock.ClockIn, notKnown) // unanswered, it is no

	tb.may("granted")
	tb.wait(`[data-where="said"]`)
	tb.look("where-said")
	tb.delivered(clock.StartBreak, atLocation)
	tb.is(58.9127, 17.9482, 15)
	tb.delivered(clock.EndBreak, offLocation)
	tb.is(59.32543, 18.07129, 2_500)
	tb.delivered(clock.StartBreak, notKnown)
	tb.is(59.32543, 18.07129, 15)
	tb.act("where-no")
	tb.wait(`[data-where="kept"]`)
	tb.look("where-kept")
	tb.delivered(clock.EndBreak, notKnown)
	tb.act("where-yes")
	tb.wait(`[data-where="said"]`)
	tb.delivered(clock.ClockOut, atLocation)
	if got, want := approved(b, sandbox.Anna), "unknown true false unknown unknown true"; got != want {
		t.Errorf("Graph was told %q, want %q", got, want)
	}
	if kept := tb.stored(); strings.Contains(kept, "59.32") || strings.Contains(kept, "position") {
		t.Errorf("the browser keeps %s", kept)
	}
	tb.act("history")
	tb.wait(".line-place")
	if got := tb.text(".line-place"); got != "Clocked out at the team's location" {
		t.Errorf("the history says %q", got)
	}
	tb.look("where-history")
}

// TestJourneyWithoutWhere: a browser that denies it, or does not answer, holds no
// press up.
func TestJourneyWithoutWhere(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.wait(`[data-where="asked"]`)
	tb.may("denied")
	tb.wait(`[data-where="denied"]`)
	tb.look("where-denied")
	tb.delivered(clock.ClockIn, notKnown)

	tb.may("granted")
	tb.before("Geolocation.prototype.watchPosition = () => 1") // and never a word
	tb.open("/")
	tb.wait(`[data-where="said"]`)
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	tb.wait(`[data-place="here"]`)
	if got := tb.text(`[data-place="here"] .press-where`); !strings.HasSuffix(got, "· finding out where") {
		t.Errorf("while it is found out where, the page says %q", got)
	}
	tb.wait(`[data-place="graph"]`)
	tb.delivered(clock.EndBreak, notKnown)
	if got, want := approved(b, sandbox.Anna), "unknown unknown unknown"; got != want {
		t.Errorf("Graph was told %q, want %q", got, want)
	}
}

// TestJourneyOfWhereOffline: with no network it waits with its press, also while
// the tab is gone, and goes with it.
func TestJourneyOfWhereOffline(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.is(59.32543, 18.07129, 15)
	tb.may("granted")
	tb.signIn(sandbox.Anna)
	tb.wait(`[data-where="said"]`)
	tb.delivered(clock.ClockIn, atLocation)
	offline(tb, true)
	tb.is(58.91276, 17.94825, 15)
	tb.press(clock.ClockOut)
	tb.wait(`[data-place="here"]`)
	ask(tb, "wait for where", chromedp.PollFunction[bool](`() =>
		!document.querySelector('[data-place="here"] .press-where').textContent.includes("finding out")`))
	kept := tb.stored()
	if !strings.Contains(kept, `"latitude":58.9128`) || strings.Contains(kept, "58.91276") || strings.Contains(kept, "until") {
		t.Errorf("the browser keeps %s", kept)
	}
	tb.look("where-offline")
	time.Sleep(time.Until(tb.pressed.Add(6 * time.Second))) // late enough to be written with its own time
	tb.is(59.32543, 18.07129, 15)                           // by now they are somewhere else
	offline(tb, false)
	tb.open("/")
	ask(tb, "hear of it", chromedp.PollFunction[bool](`() => !document.querySelector('[data-place="here"]')`))
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "replace")
	if got, want := approved(b, sandbox.Anna), "true false"; got != want {
		t.Errorf("Graph was told %q, want %q", got, want)
	}
	for deadline := time.Now().Add(patience); strings.Contains(tb.stored(), "58.91"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the browser still keeps %s", tb.stored())
		}
	}
}

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/sandbox"
	"timeclock/server/tongue"
	"timeclock/web"
)

// in waits until the page is drawn by the program in a language, and says so.
func (tb *tab) in(tag string) {
	tb.t.Helper()
	tb.wait(`html[lang="` + tag + `"] nav`)
}

// reads fails when the page lacks a text.
func (tb *tab) reads(texts ...string) {
	tb.t.Helper()
	body := tb.text("body")
	for _, text := range texts {
		if !strings.Contains(body, text) {
			tb.t.Errorf("the page does not say %q:\n%s", text, body)
		}
	}
}

// The clock speaks as the browser asks, then as is chosen, and goes on to with
// no network.
func TestJourneyThroughLanguages(t *testing.T) {
	t.Parallel()
	tongues, err := tongue.Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, t.TempDir())
	tb := browseIn(t, b, phone, "sv-SE")
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.expect("Failed to fetch")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.in("sv")
	tb.reads("Du är utstämplad", "Stämpla in", "Ditt pass", "Den här veckan")
	tb.look("language-sv")
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	for _, tag := range []string{"fi", "de", "fr", "es", "zh-Hans", "ar", "en"} {
		book := tongues.Book(tag)
		tb.open("/settings")
		tb.do("choose "+tag, chromedp.Click(chromedp.CSS(`[data-act="language"][data-value="`+tag+`"]`)))
		tb.in(tag)
		tb.wait(`[data-act="language"][data-value="` + tag + `"][aria-pressed="true"]`)
		tb.reads(book.T(words.SettingsTitle), book.T(words.StoredTitle))
		tb.look("language-settings-" + tag)
		tb.act("clock")
		tb.state(clock.In)
		tb.reads(book.T(words.StateIn), book.T(words.ActClockOut))
		tb.look("language-" + tag)
		tb.do("look into the history", chromedp.Click(chromedp.CSS(`[data-act="history"]`)))
		tb.wait("[data-card]")
		tb.look("language-history-" + tag)
	}
	tb.open("/settings")
	tb.do("choose Arabic", chromedp.Click(chromedp.CSS(`[data-act="language"][data-value="ar"]`)))
	tb.in("ar")
	tb.keeps("-ar")
	offline(tb, true)
	tb.open("/")
	tb.in("ar")
	tb.state(clock.In)
	tb.reads(tongues.Book("ar").T(words.ActClockOut))
	tb.look("language-offline")
}

// keeps waits until the service worker at work is that whose cache ends so.
func (tb *tab) keeps(end string) {
	tb.t.Helper()
	script := `caches.keys().then(async (names) => {
		const at = await navigator.serviceWorker.getRegistration();
		if (at.installing || at.waiting || at.active.state !== "activated") return "no";
		return names.some((name) => name.endsWith("` + end + `")) ? "yes" : "no";
	})`
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		got := ask(tb, "look what is kept", chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
		if got == "yes" {
			return
		}
		if time.Now().After(deadline) {
			tb.t.Fatalf("no page is kept under %q", end)
		}
	}
}

// The supervisors' program speaks too: in German, whose words are long, in Arabic,
// which is read from the right, and in Chinese.
func TestJourneyOfTheDeskInLanguages(t *testing.T) {
	t.Parallel()
	tongues, err := tongue.Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	for tag, locale := range map[string]string{"de": "de-DE", "ar": "ar", "zh-Hans": "zh-CN"} {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			b := open(t, t.TempDir())
			card := closedCards(visit(t, b).signIn(sandbox.Anna))[0]
			tb := browseIn(t, b, phone, locale)
			says := func(keys ...words.Key) {
				t.Helper()
				for _, key := range keys {
					tb.reads(tongues.Book(tag).T(key))
				}
			}
			tb.signIn(sandbox.Sara)
			tb.in(tag)
			tb.open(wire.ScreenTeam)
			tb.wait(board + " [data-person]")
			tb.in(tag)
			says(words.GroupIn, words.GroupOut, words.Refresh)
			tb.look("desk-" + tag + "-board")
			tb.click("#person-" + oidOf(b, sandbox.Anna))
			tb.focused("acting-title")
			tb.look("desk-" + tag + "-acting")
			tb.open(deskCard(b, sandbox.Anna, card.ID))
			tb.act("correct")
			tb.wait("#field-why")
			says(words.MendWorked)
			tb.look("desk-" + tag + "-correct")
			tb.open(wire.ScreenRequests)
			tb.wait(`[data-screen="requests"] .blank`)
			tb.look("desk-" + tag + "-requests")
			tb.open(wire.ScreenReport)
			tb.wait(".totals")
			says(words.ReportWorked, words.TimelineTitle)
			tb.look("desk-" + tag + "-report")
		})
	}
}

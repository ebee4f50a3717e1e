package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	pages "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// emulate sets features of the device's screen, given as names and values in turn.
func (tb *tab) emulate(media string, features ...string) {
	tb.t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: media}
	for i := 0; i < len(features); i += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	command(tb, emulation.SetEmulatedMedia, p)
}

// style gives a computed property of the first thing that matches.
func (tb *tab) style(selector, property string) string {
	tb.t.Helper()
	return ask(tb, "look at "+selector, chromedp.Evaluate[string](
		"getComputedStyle(document.querySelector("+quote(selector)+")).getPropertyValue("+quote(property)+")"))
}

func (tb *tab) prefer(what, value string) {
	tb.t.Helper()
	option := `[data-act="` + what + `"]:not([data-value])`
	if value != "" {
		option = `[data-act="` + what + `"][data-value="` + value + `"]`
	}
	tb.click(option)
	tb.wait(option + `[aria-pressed="true"]`)
}

// Colours and times of day are chosen, hold at once and from the first drawing
// on, and on the server's own pages; what was chosen is the device's.
func TestJourneyOfTheLooks(t *testing.T) {
	t.Parallel()
	const light, dark = "rgb(250, 245, 236)", "rgb(18, 16, 13)"
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	ground := func(when, want string) {
		t.Helper()
		if got := tb.style("html", "background-color"); got != want {
			t.Errorf("%s the ground is %s, want %s", when, got, want)
		}
	}
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.emulate("", "prefers-color-scheme", "light")
	ground("at first", light)
	tb.act("settings")
	tb.prefer("theme", "dark")
	ground("chosen dark", dark)
	tb.look("looks-settings")
	tb.emulate("", "prefers-color-scheme", "light")
	block(tb, "*://*:*/web/app.*", "*://*:*/web/early.*")
	tb.expect("net::ERR_BLOCKED_BY_CLIENT")
	tb.expect("Failed to fetch")
	tb.open("/licences")
	ground("on a page of the server", dark)
	block(tb)
	tb.open("/settings")
	tb.wait(`[data-act="theme"][data-value="dark"][aria-pressed="true"]`)
	ground("opened again", dark)
	tb.prefer("theme", "light")
	tb.emulate("", "prefers-color-scheme", "dark")
	ground("chosen light, on a dark device", light)
	tb.prefer("theme", "")
	ground("as the device", dark)
	tb.emulate("print", "prefers-color-scheme", "dark")
	ground("on paper", light)
	tb.emulate("")

	tb.prefer("times", "h12")
	tb.act("clock")
	tb.state(clock.Out)
	if text := tb.text("body"); !strings.Contains(strings.ToLower(text), "8:00 am") {
		t.Errorf("by 12 hours the shift reads\n%s", text)
	}
	tb.act("settings")
	tb.prefer("times", "h23")
	tb.act("clock")
	tb.state(clock.Out)
	if text := tb.text("body"); !strings.Contains(text, "08:00 –") {
		t.Errorf("by 24 hours the shift reads\n%s", text)
	}
}

// With colours forced by the system, what shows state, choice and focus is still
// seen: nothing but the system's colours is used, and what a background showed
// has an edge.
func TestJourneyWithForcedColours(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.emulate("", "forced-colors", "active", "prefers-color-scheme", "dark")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	tb.edged(".disc", `.top-link[aria-current="page"]`)
	tb.shot("forced-clock")
	tb.act("settings")
	tb.wait(`[data-act="theme"]`)
	tb.edged(`.option[aria-pressed="true"]`, `.option[aria-pressed="false"]`)
	if on, off := tb.style(`.option[aria-pressed="true"]`, "background-color"), tb.style(`.option[aria-pressed="false"]`, "background-color"); on == off {
		t.Errorf("what is chosen and what is not have the same ground, %s", on)
	}
	tb.shot("forced-settings")
	tb.act("history")
	tb.wait("[data-card]")
	tb.shot("forced-history")
}

// Hours on paper.
func TestJourneyOntoPaper(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, desk)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.act("history")
	tb.wait("[data-card]")
	tb.printed("history")
	boss := supervise(t, b, desk, sandbox.Sara, sandbox.HarbourCafe)
	boss.printed("board")
	boss.act("report")
	boss.wait(".figures.hours")
	boss.printed("report")
}

// printed looks at the page as it stands on paper: light, without what can be
// pressed, and nothing cut off.
func (tb *tab) printed(name string) {
	tb.t.Helper()
	tb.emulate("print", "prefers-color-scheme", "dark")
	defer tb.emulate("")
	if ground := tb.style("html", "background-color"); ground == "rgb(18, 16, 13)" {
		tb.t.Errorf("%s is printed dark", name)
	}
	for _, left := range ask(tb, "look for controls", chromedp.Evaluate[[]string](`[...document.querySelectorAll("button:not(.person), nav, input, select:not(.pick-team), textarea")]
		.filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 120))`)) {
		tb.t.Errorf("%s is printed with %s", name, left)
	}
	if wide := ask(tb, "measure", chromedp.Evaluate[[]string](`[...document.querySelectorAll(".scroll")]
		.filter((e) => getComputedStyle(e).overflowX !== "visible").map((e) => e.outerHTML.slice(0, 120))`)); len(wide) > 0 {
		tb.t.Errorf("%s is cut off on paper: %q", name, wide)
	}
	pdf := command(tb, pages.PrintToPDF, pages.PrintToPDFParams{})
	if !strings.HasPrefix(string(pdf.Data), "%PDF") || len(pdf.Data) < 5000 {
		tb.t.Errorf("%s makes a document of %d bytes", name, len(pdf.Data))
	}
	tb.shot("printed-" + name)
}

// shot leaves a picture of the whole page where pictures are asked for.
func (tb *tab) shot(name string) {
	if dir := os.Getenv("TIMECLOCK_SCREENSHOTS"); dir != "" {
		tb.shootAll(filepath.Join(dir, name+".png"))
	}
}

// edged fails where something has neither a border nor an outline.
func (tb *tab) edged(selectors ...string) {
	tb.t.Helper()
	for _, s := range selectors {
		border, outline := tb.style(s, "border-top-style"), tb.style(s, "outline-style")
		if border == "none" && outline == "none" {
			tb.t.Errorf("with forced colours %s has no edge", s)
		}
	}
}

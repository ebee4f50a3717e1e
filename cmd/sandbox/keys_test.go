package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// stop describes where the focus stands: how it is seen, and whether anything
// lies over it (WCAG 2.2, 2.4.7 and 2.4.11).
const stop = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect();
	const ring = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
	const x = r.left + r.width / 2, y = r.top + Math.min(r.height / 2, innerHeight / 2);
	const over = document.elementFromPoint(x, y);
	return {
		what: e.outerHTML.slice(0, 90),
		body: e === document.body,
		// A title takes the focus for what follows it, and nothing can be done with it.
		seen: e.tabIndex < 0 || ring(getComputedStyle(e)) || ring(getComputedStyle(e, "::after")),
		inside: r.bottom > 0 && r.top < innerHeight,
		covered: Boolean(over) && !e.contains(over) && !over.contains(e),
	};
})()`

type standing struct {
	What                        string `json:"what"`
	Body, Seen, Inside, Covered bool
}

// key presses a key: "\t", "\r", " ".
func (tb *tab) key(k string, options ...chromedp.KeyOption) {
	tb.t.Helper()
	tb.do(fmt.Sprintf("press %q", k), chromedp.KeyEvent(k, options...))
}

// tabTo goes with the Tab key alone to what matches. Wherever the focus comes by,
// it has to be seen.
func (tb *tab) tabTo(selector string) {
	tb.t.Helper()
	tb.wait(selector)
	var passed []string
	for range 60 {
		at := ask(tb, "look at the focus", chromedp.Evaluate[standing](stop))
		if !at.Body && (!at.Seen || !at.Inside || at.Covered) {
			tb.t.Errorf("the focus on %s is not seen: %+v", at.What, at)
		}
		if ask(tb, "compare", chromedp.Evaluate[bool]("document.activeElement.matches("+quote(selector)+")")) {
			return
		}
		passed = append(passed, at.What)
		tb.key("\t")
	}
	tb.t.Fatalf("Tab does not lead to %s, but to\n%s", selector, strings.Join(passed, "\n"))
}

// From signing in to a confirmed card with the keyboard alone, also at four times
// the size.
func TestJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{desk, zoomed} {
		t.Run(s.name, func(t *testing.T) { dayByKeyboard(t, s) })
	}
}

func dayByKeyboard(t *testing.T, s screen) {
	t.Helper()
	b := open(t, t.TempDir())
	tb := browse(t, b, s)
	tb.open("/")
	tb.tabTo(`[data-act="sign-in"]`)
	tb.key("\r")
	tb.tabTo(fmt.Sprintf("[data-person=%q]", sandbox.Anna))
	tb.key("\r")
	tb.state(clock.Out)
	tb.tabTo(`[data-act="clockIn"]`)
	tb.key(" ")
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	if at := ask(tb, "look at the focus", chromedp.Evaluate[standing](stop)); at.Body {
		t.Error("after a press the focus is lost")
	}
	time.Sleep(oneTap)
	tb.tabTo(`[data-act="startBreak"]`)
	tb.key("\r")
	tb.state(clock.OnBreak)
	time.Sleep(oneTap)
	tb.tabTo(`[data-act="endBreak"]`)
	tb.key("\r")
	tb.state(clock.In)
	time.Sleep(oneTap)
	tb.tabTo("#note")
	tb.key("by keys")
	tb.tabTo(`[data-act="clockOut"]`)
	tb.key("\r")
	tb.state(clock.Out)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "startBreak", "endBreak", "clockOut")
	tb.tabTo(`[data-act="history"]`)
	tb.key("\r")
	tb.tabTo(`[data-act="card"]`)
	tb.key("\r")
	tb.tabTo(`[data-act="confirm-card"]`)
	tb.key("\r")
	tb.wait(".line-confirmed")
}

// zoomed is a window of 1280×1024 at four times the size (WCAG 2.2, 1.4.10).
var zoomed = screen{"zoomed", 320, 256, false}

// A supervisor finds somebody, clocks them in and confirms a card of theirs with the
// keyboard alone, also where four times the size leaves little room.
func TestJourneyByKeyboardOfASupervisor(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{desk, zoomed} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, s)
			tb.open("/")
			tb.tabTo(`[data-act="sign-in"]`)
			tb.key("\r")
			tb.tabTo(fmt.Sprintf("[data-person=%q]", sandbox.Sara))
			tb.key("\r")
			tb.tabTo(`[data-act="team"]`)
			tb.key("\r")
			tb.wait(board + " [data-person]")
			if tb.count("#team-pick") > 0 {
				tb.pickOne("team-pick", sandbox.HarbourCafe)
			}
			tb.standing(sandbox.Anna, clock.Out)
			tb.tabTo("#search")
			tb.key("anna")
			tb.look("keys-board")
			tb.tabTo("#person-" + oidOf(b, sandbox.Anna))
			tb.key("\r")
			tb.focused("acting-title")
			tb.tabTo("#acting-reason")
			tb.key("Left the phone at home")
			tb.tabTo(`[data-act="foresee"]`)
			tb.key("\r")
			tb.wait(`[data-fate="able"]`)
			tb.look("keys-acting")
			tb.tabTo(`[data-act="run"]`)
			tb.key("\r")
			tb.wait(`[data-fate="done"]`)
			tb.tabTo(`.dialog [data-act="leave"]`)
			tb.key("\r")
			tb.standing(sandbox.Anna, clock.In)
			tb.focused("person-" + oidOf(b, sandbox.Anna))
			tb.key("\r")
			tb.focused("acting-title")
			tb.tabTo(`.dialog [data-act="hours"]`)
			tb.key("\r")
			tb.tabTo(`[data-act="card"]`)
			tb.key("\r")
			tb.tabTo(`[data-act="confirm-card"]`)
			tb.look("keys-card")
			tb.tabTo(`[data-act="confirm-card"]`)
			tb.key("\r")
			tb.wait(".line-confirmed")
		})
	}
}

// nodes gives what assistive technology is told of, with role and name.
func (tb *tab) nodes() []*accessibility.Node {
	tb.t.Helper()
	command(tb, accessibility.Enable, cdp.Empty{})
	tree := command(tb, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	return slices.DeleteFunc(tree.Nodes, func(n *accessibility.Node) bool { return n.Ignored || n.Role == nil })
}

func textOf(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	return strings.Trim(string(v.Value), `"`)
}

// What a screen reader is told: landmarks, one heading of the first level, the
// button by what it does and for whom, and each news once.
func TestJourneyByEar(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.quiet()
	tb.landmarks("the clock")
	tb.named("button", "Clock in as Anna Lindqvist")
	tb.named("timer", "")
	ask(tb, "listen", chromedp.Evaluate[bool](`(() => {
		self.heard = [];
		const live = document.querySelector('.page > [role="status"]');
		let last = live.textContent;
		new MutationObserver(() => {
			const now = document.querySelector('.page > [role="status"]').textContent;
			if (now !== last && now) heard.push(now);
			last = now;
		}).observe(document.body, {subtree: true, childList: true, characterData: true});
		return true;
	})()`))
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	tb.named("button", "Clock out as Anna Lindqvist")
	tb.named("button", "Start break")
	time.Sleep(time.Second) // for what would be said a second time
	heard := ask(tb, "what was heard", chromedp.Evaluate[[]string]("heard"))
	seen := map[string]bool{}
	done := 0
	for _, text := range heard {
		if seen[text] {
			t.Errorf("%q is announced twice", text)
		}
		seen[text] = true
		if strings.Contains(text, "Clocked in") {
			done++
		}
	}
	if done == 0 {
		t.Errorf("that the press was taken is not announced: %q", heard)
	}
	tb.act("history")
	tb.wait("[data-card]")
	tb.landmarks("the history")
	tb.act("settings")
	tb.wait(`[data-act="theme"]`)
	tb.landmarks("the settings")
	tb.named("group", "Language")
}

// landmarks asserts the regions of a screen and its one first heading.
func (tb *tab) landmarks(where string) {
	tb.t.Helper()
	count := map[string]int{}
	for _, n := range tb.nodes() {
		role := textOf(n.Role)
		count[role]++
		if role != "heading" {
			continue
		}
		for _, p := range n.Properties {
			if p.Name == "level" && textOf(p.Value) == "1" {
				count["h1"]++
			}
		}
	}
	for role, want := range map[string]int{"banner": 1, "navigation": 1, "main": 1, "contentinfo": 1, "h1": 1} {
		if count[role] != want {
			tb.t.Errorf("%s has %d × %s, want %d", where, count[role], role, want)
		}
	}
}

// named asserts that there is something of this role and name.
func (tb *tab) named(role, name string) {
	tb.t.Helper()
	var others []string
	for _, n := range tb.nodes() {
		if textOf(n.Role) != role {
			continue
		}
		if name == "" || textOf(n.Name) == name {
			return
		}
		others = append(others, textOf(n.Name))
	}
	tb.t.Errorf("there is no %s named %q, but %q", role, name, others)
}

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
)

// openCrowd is open with a large team beside the others.
func openCrowd(t *testing.T, people int) *box {
	t.Helper()
	return openWith(t, options{Listen: "127.0.0.1:0", TenantListen: "127.0.0.1:0", Dir: t.TempDir(), Crowd: people})
}

// supervise signs somebody in and opens the board of a team of theirs.
func supervise(t *testing.T, b *box, s screen, login, team string) *tab {
	t.Helper()
	tb := browse(t, b, s)
	tb.signIn(login)
	tb.wait(`[data-act="history"]`)
	tb.open(wire.ScreenTeam)
	tb.wait(board + " [data-person]")
	if tb.count("#team-pick") > 0 {
		tb.pickOne("team-pick", team)
	}
	tb.wait(board + " [data-person]")
	return tb
}

// pickOne chooses from a list, as a person does.
func (tb *tab) pickOne(id, value string) {
	tb.t.Helper()
	ask(tb, "choose "+value, chromedp.Evaluate[bool](fmt.Sprintf(
		`(() => { const f = document.getElementById(%q); f.value = %q; return f.dispatchEvent(new Event("change", {bubbles: true})); })()`, id, value)))
}

// click presses the first thing that matches.
func (tb *tab) click(selector string) {
	tb.t.Helper()
	tb.do("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// write types into the field with that id.
func (tb *tab) write(id, text string) {
	tb.t.Helper()
	tb.do("write "+text, chromedp.SendKeys(chromedp.CSS("#"+id), text))
}

// rowOf names somebody's row on the board.
func rowOf(b *box, login string) string {
	return fmt.Sprintf(".row[data-person=%q]", oidOf(b, login))
}

// standing waits until the board shows somebody in a state.
func (tb *tab) standing(login string, s clock.State) {
	tb.t.Helper()
	tb.wait(fmt.Sprintf("%s[data-state=%q]", rowOf(tb.box, login), s))
}

// TestJourneyOfTheBoard: an employee presses, and the supervisor sees it without
// loading anything again.
func TestJourneyOfTheBoard(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	sara := supervise(t, b, desk, sandbox.Sara, sandbox.HarbourCafe)
	sara.standing(sandbox.Anna, clock.Out)
	sara.wait(`[data-live="true"]`)
	anna := browse(t, b, phone)
	anna.signIn(sandbox.Anna)
	anna.state(clock.Out)
	anna.press(clock.ClockIn)
	sara.standing(sandbox.Anna, clock.In)
	anna.press(clock.StartBreak)
	sara.standing(sandbox.Anna, clock.OnBreak)
	anna.press(clock.ClockOut)
	sara.standing(sandbox.Anna, clock.Out)
	sara.gone(rowOf(b, sandbox.Anna) + ` [data-mark="waiting"]`)
}

// TestJourneyOnBehalf: a supervisor clocks somebody in who forgot their phone,
// now, and lets them start a break at a time that has passed; by the keyboard.
func TestJourneyOnBehalf(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	tb.standing(sandbox.Anna, clock.Out)
	person := "person-" + oidOf(b, sandbox.Anna)
	enter := func() { tb.do("press Enter", chromedp.KeyEvent("\r")) }
	tb.do("go to Anna", chromedp.Focus(chromedp.CSS("#"+person)))
	enter()
	tb.focused("acting-title")
	tb.act("foresee") // without a reason
	tb.wait(`#acting-reason[aria-invalid="true"]`)
	tb.focused("acting-reason")
	tb.write("acting-reason", "Forgot her phone")
	tb.do("press Escape", chromedp.KeyEvent("\x1b"))
	tb.focused(person)
	enter()
	tb.focused("acting-title")
	if got := ask(tb, "read the reason", chromedp.Evaluate[string](`document.querySelector("#acting-reason").value`)); got != "Forgot her phone" {
		t.Errorf("the reason is %q once more", got)
	}
	tb.act("foresee")
	tb.wait(`[data-fate="able"]`)
	tb.act("run")
	tb.wait(`[data-fate="done"]`)
	tb.act("leave")
	tb.gone(".dialog[open]")
	tb.focused(person)
	tb.standing(sandbox.Anna, clock.In)
	card := b.lastCard(sandbox.Anna)
	if card.In == nil || !strings.Contains(fmt.Sprint(card.In.Notes, card.Notes), "Forgot her phone") {
		t.Errorf("the card is %+v, want the reason on it", card)
	}
	enter()
	tb.click(`.choice-one:has([value="clockIn"])`) // who is in already
	tb.write("acting-reason", "Once more")
	tb.act("foresee")
	tb.wait(`[data-fate="left-out"]`)
	if n := tb.count(`[data-act="run"]`); n != 0 {
		t.Errorf("%d ways to do what cannot be done", n)
	}
	tb.act("leave")
	tb.gone(".dialog[open]")
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
}

// TestJourneyOfManyAtOnce: forty people are clocked in at once, but for those who
// are in already.
func TestJourneyOfManyAtOnce(t *testing.T) {
	t.Parallel()
	b := openCrowd(t, 39)
	tb := supervise(t, b, desk, sandbox.Mona, sandbox.FerryLanding)
	tb.click(`[data-act="choose"]`)
	tb.act("choose-all")
	tb.act("act-for-chosen")
	tb.focused("acting-title")
	tb.click(`.choice-one:has([value="clockIn"])`)
	tb.write("acting-reason", "Fire drill")
	tb.act("foresee")
	tb.wait(`[data-fate="left-out"]`)
	able, out := tb.count(`[data-fate="able"]`), tb.count(`[data-fate="left-out"]`)
	if able+out != 40 || able == 0 {
		t.Errorf("%d can and %d cannot, want 40 in all", able, out)
	}
	tb.act("run")
	tb.wait(`[data-ran="true"]`)
	ask(tb, "wait until all are in Teams", chromedp.Poll[bool](fmt.Sprintf(`document.querySelectorAll('[data-fate="done"]').length === %d`, able)))
	if left := tb.count(`[data-fate="left-out"]`); left != out {
		t.Errorf("%d were left out, foreseen were %d", left, out)
	}
	tb.act("leave")
	tb.gone(".chosen-bar")
}

// TestJourneyOfTheBoardsScreens looks at the board on every size and in both
// themes.
func TestJourneyOfTheBoardsScreens(t *testing.T) {
	t.Parallel()
	b := openCrowd(t, 40)
	for _, s := range []screen{phone, desk, small} {
		t.Run(s.name, func(t *testing.T) {
			tb := supervise(t, b, s, sandbox.Mona, sandbox.FerryLanding)
			tb.look("board")
			tb.click(`[data-act="choose"]`)
			tb.wait(".chosen-bar")
			tb.look("board-chosen")
			tb.act("choose-all")
			tb.act("act-for-chosen")
			tb.wait(".dialog[open]")
			tb.act("foresee")
			tb.wait(`#acting-reason[aria-invalid="true"]`)
			tb.look("acting")
			tb.write("acting-reason", "Fire drill")
			tb.act("foresee")
			tb.wait(`[data-fate="able"]`)
			tb.look("foreseen")
			tb.act("leave")
			tb.gone(".dialog[open]")
			tb.write("search", "zz")
			tb.wait(`[data-problem="none"]`)
			tb.look("board-none")
		})
	}
}

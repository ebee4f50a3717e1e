package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
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

// threeIn leaves three people of the ferry's crew in and all others out.
func threeIn(t *testing.T, b *box) {
	t.Helper()
	at := time.Now().Add(-10 * time.Minute).UTC().Truncate(time.Millisecond)
	var in []tenant.Card
	seen := map[string]bool{}
	for _, c := range b.Sandbox.Tenant.Cards(sandbox.FerryLanding) {
		if c.Out == nil {
			if err := b.Sandbox.Tenant.Remove(c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if len(in) < 3 && !seen[c.Person] {
			seen[c.Person] = true
			in = append(in, tenant.Card{
				ID: "TCK_" + uuid.NewString(), Team: c.Team, Person: c.Person, Created: at, Modified: at, In: &tenant.Event{At: at},
			})
		}
	}
	if err := b.Sandbox.Tenant.Seed(in, nil); err != nil || len(in) != 3 {
		t.Fatalf("%d people are in: %v", len(in), err)
	}
}

// TestJourneyOfManyAtOnce: forty people are clocked in at once, but for three who
// are in already. Two are refused by Graph, and tried again: nobody is clocked in
// twice.
func TestJourneyOfManyAtOnce(t *testing.T) {
	t.Parallel()
	b := openCrowd(t, 39)
	threeIn(t, b)
	tb := supervise(t, b, desk, sandbox.Mona, sandbox.FerryLanding)
	tb.click(`[data-act="choose"]`)
	tb.act("choose-all")
	tb.act("act-for-chosen")
	tb.focused("acting-title")
	tb.click(`.choice-one:has([value="clockIn"])`)
	tb.write("acting-reason", "Fire drill")
	tb.act("foresee")
	tb.wait(`[data-fate="left-out"]`)
	if able, out := tb.count(`[data-fate="able"]`), tb.count(`[data-fate="left-out"]`); able != 37 || out != 3 {
		t.Errorf("%d can and %d cannot, want 37 and 3", able, out)
	}
	b.misbehave(t, tenant.Fault{Do: tenant.FailBefore, Op: tenant.ClockIn, Status: http.StatusForbidden, Times: 2})
	tb.act("run")
	tb.wait(`[data-ran="true"]`)
	fates := func(done, failed int) {
		ask(tb, fmt.Sprintf("wait until %d are in Teams and %d failed", done, failed), chromedp.Poll[bool](fmt.Sprintf(
			`document.querySelectorAll('[data-fate="done"]').length === %d && document.querySelectorAll('[data-fate="failed"]').length === %d`, done, failed)))
	}
	fates(35, 2)
	tb.act("run-again")
	fates(37, 0)
	if left := tb.count(`[data-fate="left-out"]`); left != 3 {
		t.Errorf("%d were left out, foreseen were 3", left)
	}
	open := map[string]int{}
	for _, c := range b.Sandbox.Tenant.Cards(sandbox.FerryLanding) {
		if c.Out == nil {
			open[c.Person]++
		}
	}
	if len(open) != 40 || slices.ContainsFunc(slices.Collect(maps.Values(open)), func(n int) bool { return n != 1 }) {
		t.Errorf("open cards by person: %v, want one of each of forty", open)
	}
	tb.act("leave")
	tb.gone(".chosen-bar")
}

// TestJourneyOfTakingBack: a supervisor clocks somebody in at a time that has
// passed. While Graph tells of no cards they take it back, and nothing is ever written; then
// they do it once more, and the card begins at that time.
func TestJourneyOfTakingBack(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	tb.standing(sandbox.Anna, clock.Out)
	ago := time.Now().Add(-12 * time.Minute).Truncate(time.Minute)
	act := func() {
		tb.click("#person-" + oidOf(b, sandbox.Anna))
		tb.focused("acting-title")
		tb.click(`.choice-one:has([value="clockIn"])`)
		tb.click(`.choice-one:has([value="past"])`)
		tb.wait("#acting-when")
		tb.typeTime("acting-when", ago)
		tb.write("acting-reason", "Came by bus")
		tb.act("foresee")
		tb.wait(`[data-fate="able"]`)
		tb.act("run")
	}
	fault, err := b.Sandbox.Tenant.Misbehave(tenant.Fault{Do: tenant.FailBefore, Team: sandbox.HarbourCafe, Op: tenant.List, Status: http.StatusServiceUnavailable})
	if err != nil {
		t.Fatal(err)
	}
	act()
	tb.wait(`[data-fate="on-way"]`)
	tb.act("undo")
	tb.wait(`[data-fate="undone"]`)
	tb.act("leave")
	tb.gone(".dialog[open]")
	b.Sandbox.Tenant.Mend(fault)
	act()
	tb.wait(`[data-fate="done"]`)
	tb.act("leave")
	tb.standing(sandbox.Anna, clock.In)
	if card := b.lastCard(sandbox.Anna); card.In == nil || !card.In.At.Equal(ago) {
		t.Errorf("the card begins at %+v, want %s", card.In, ago)
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna), "create")
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

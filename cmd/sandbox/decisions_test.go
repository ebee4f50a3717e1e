package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// seedShift plans a shift for Anna.
func seedShift(t *testing.T, b *box, from, to time.Time) {
	t.Helper()
	err := b.Sandbox.Tenant.Seed(nil, []tenant.Shift{{
		ID: "SHFT_0b1ec7ed-0000-4000-8000-0000000051f7", Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna),
		Name: "Inventory", Theme: "blue", Start: from.UTC(), End: to.UTC(), Planned: from.UTC(),
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// leaveOpen has Anna clock in 20 hours ago for a shift that ended 11 hours ago,
// and not out. At no time of day does anything else stand on her cards then.
func leaveOpen(t *testing.T, b *box) (end time.Time) {
	t.Helper()
	began := time.Now().Add(-20 * time.Hour).Truncate(time.Minute)
	end = began.Add(9 * time.Hour)
	for _, c := range b.Sandbox.Tenant.Cards(sandbox.HarbourCafe) {
		if c.Person != oidOf(b, sandbox.Anna) || c.Out == nil || c.Out.At.Before(began.Add(-time.Hour)) {
			continue
		}
		if err := b.Sandbox.Tenant.Remove(c.ID); err != nil {
			t.Fatal(err)
		}
	}
	seedShift(t, b, began, end)
	seedOpen(t, b, began)
	return end
}

// typeTime puts a local time in Stockholm into a field for one.
func (tb *tab) typeTime(id string, at time.Time) {
	tb.t.Helper()
	local := at.In(stockholm(tb.t)).Format("2006-01-02T15:04")
	ask(tb, "type "+local, chromedp.Evaluate[bool](fmt.Sprintf(
		`(() => { const f = document.getElementById(%q); f.value = %q; return f.dispatchEvent(new Event("input", {bubbles: true})); })()`, id, local)))
}

// focused waits until one of these elements has the focus.
func (tb *tab) focused(ids ...string) {
	tb.t.Helper()
	ask(tb, "wait for the focus on "+strings.Join(ids, " or "), chromedp.Poll[bool](fmt.Sprintf("%q.split(' ').includes(document.activeElement.id)", strings.Join(ids, " "))))
}

// tells reports whether text has the time of day of at, as written in either
// of the ways that a browser's English has.
func tells(t *testing.T, text string, at time.Time) bool {
	t.Helper()
	local := at.In(stockholm(t))
	return strings.Contains(text, local.Format("15:04")) || strings.Contains(text, local.Format("3:04"))
}

// wantOut waits until Anna's open card was closed at at.
func wantOut(t *testing.T, b *box, at time.Time) {
	t.Helper()
	var card tenant.Card
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, c := range b.Sandbox.Tenant.Cards(sandbox.HarbourCafe) {
			if c.ID == openCard {
				card = c
			}
		}
		if card.Out != nil {
			break
		}
	}
	if card.Out == nil || !card.Out.At.Equal(at) {
		t.Errorf("the card ended at %+v, want %s", card.Out, at.UTC())
	}
}

func TestJourneyOfAForgottenClockOut(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	end := leaveOpen(t, b)
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.wait(`[data-problem="open_card"]`)
	if n := tb.count(`[data-act="clockOut"], [data-act="clockIn"], .disc`); n != 0 {
		t.Errorf("%d ordinary buttons beside the question", n)
	}
	tb.act("left-at-shift-end")
	tb.pressed = time.Now()
	tb.state(clock.Out)
	tb.wait(`[data-place="graph"]`)
	wantOut(t, b, end)
	tb.focused("standing")
	tb.press(clock.ClockIn) // and a new day begins as usual
	tb.state(clock.In)
	tb.wait(`[data-act="clockOut"]`)
}

func TestJourneyOfSayingWhenOneLeft(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	end := leaveOpen(t, b)
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.wait(`[data-problem="open_card"]`)
	tb.act("still-working")
	tb.wait(`[data-act="clockOut"]`)
	tb.open("/") // another visit
	tb.wait(`[data-problem="open_card"]`)
	for _, row := range []struct {
		at   time.Time
		want string
	}{{time.Now().Add(time.Hour), "has not come yet"}, {end.Add(-9 * time.Hour), "stands on your card already"}} {
		tb.typeTime("left", row.at)
		tb.act("left")
		tb.wait(`#left[aria-invalid="true"]`)
		tb.says("#left-error", row.want)
		tb.focused("left")
	}
	left := end.Add(-47 * time.Minute)
	tb.typeTime("left", left)
	tb.act("left")
	tb.state(clock.Out)
	tb.wait(`[data-place="graph"]`)
	wantOut(t, b, left)
}

// Somebody works longer than one should, and says so.
func TestJourneyOfWorkingStill(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	seedOpen(t, b, time.Now().Add(-20*time.Hour))
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.wait(`[data-problem="open_card"]`)
	tb.act("still-working")
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	tb.wait(`[data-place="graph"]`)
	tb.press(clock.ClockOut)
	tb.state(clock.Out)
	tb.wait(`[data-place="graph"]`)
	if n := tb.count("[data-conflict]"); n != 0 {
		t.Errorf("%d conflicts about presses of somebody who was asked before", n)
	}
}

// conflict has Anna press offline while the owner clocks her in, and gives when
// the owner says that she came.
func conflict(tb *tab, b *box) (theirs time.Time) {
	tb.t.Helper()
	offline(tb, true)
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	tb.wait(`[data-place="here"]`)
	time.Sleep(6 * time.Second) // beyond the tolerance
	theirs = tb.pressed.Add(-25 * time.Minute).UTC().Truncate(time.Millisecond)
	err := b.Sandbox.Tenant.Seed([]tenant.Card{{
		ID: openCard, Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna),
		Created: time.Now().UTC(), Modified: time.Now().UTC(), In: &tenant.Event{At: theirs},
	}}, nil)
	if err != nil {
		tb.t.Fatal(err)
	}
	// The product has seen that card: without that it may go by the cards it
	// read before, and a card of its own is not refused by Graph.
	path := wire.PathClock + "?" + wire.ParamFresh + "=1&" + wire.ParamTeam + "=" + sandbox.HarbourCafe
	if _, problem := visit(tb.t, b).signIn(sandbox.Anna).call(http.MethodGet, path, nil, nil); problem != nil {
		tb.t.Fatal(problem)
	}
	offline(tb, false)
	tb.wait("[data-conflict]")
	return theirs
}

// The phone was offline, and meanwhile the owner clocked the person in.
func TestJourneyOfAConflict(t *testing.T) {
	t.Parallel()
	for _, choice := range []wire.Choice{wire.ChoiceMine, wire.ChoiceKeep} {
		t.Run(string(choice), func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, phone)
			tb.expect("net::ERR_INTERNET_DISCONNECTED")
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			theirs := conflict(tb, b)
			tb.problem(wire.CodeOrder)
			tb.state(clock.In) // as they have it
			both := tb.text("[data-conflict]")
			for _, at := range []time.Time{theirs, tb.pressed} {
				if !tells(t, both, at) {
					t.Errorf("both sides do not show %s:\n%s", at, both)
				}
			}
			tb.act(string(choice))
			tb.gone("[data-conflict]")
			want := theirs
			if choice == wire.ChoiceMine {
				want = tb.pressed
				tb.wait(`[data-place="graph"]`)
			}
			tb.focused("presses", "standing")
			card := b.lastCard(sandbox.Anna)
			if off := card.In.At.Sub(want).Abs(); card.ID != openCard || off > 3*time.Second {
				t.Errorf("chose %s: card %s begins at %s, want %s at %s", choice, card.ID, card.In.At, openCard, want)
			}
			tb.press(clock.ClockOut) // and the day goes on
			tb.state(clock.Out)
			tb.wait(`[data-place="graph"]`)
			tb.open("/")
			tb.state(clock.Out)
			if n := tb.count("[data-conflict], [data-place=disputed], [data-place=rejected]"); n != 0 {
				t.Errorf("%d traces of the conflict are left", n)
			}
		})
	}
}

// A conflict does not stand in the way of other presses, and outlives the
// page.
func TestJourneyPastAConflict(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	conflict(tb, b)
	tb.press(clock.StartBreak)
	tb.state(clock.OnBreak)
	tb.wait(`[data-place="graph"]`)
	tb.open("/")
	tb.wait("[data-conflict]")
	tb.state(clock.OnBreak)
	tb.act("show-conflict")
	tb.focused("conflict")
}

// TestJourneyOfTheDecisions looks at what a person is asked, as
// TestJourneyOfTheScreens does at the rest.
func TestJourneyOfTheDecisions(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, desk, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			leaveOpen(t, b)
			tb := browse(t, b, s)
			tb.expect("net::ERR_INTERNET_DISCONNECTED")
			tb.expect("Failed to fetch")
			tb.signIn(sandbox.Anna)
			tb.wait(`[data-problem="open_card"]`)
			tb.look("forgotten")
			tb.typeTime("left", time.Now().Add(time.Hour))
			tb.act("left")
			tb.wait(`#left[aria-invalid="true"]`)
			tb.look("forgotten-wrong")
			tb.act("still-working")
			tb.wait(`[data-act="clockOut"]`)
			tb.look("still-working")

			elsewhere := visit(t, b).signIn(sandbox.Anna)
			old := punch(sandbox.HarbourCafe, clock.ClockIn)
			old.At = clock.At(time.Now().Add(-8 * 24 * time.Hour))
			if _, problem := elsewhere.call(http.MethodPost, wire.PathPunches, old, nil); problem != nil {
				t.Fatalf("press of old: %v", problem)
			}
			late := punch(sandbox.HarbourCafe, clock.ClockIn)
			late.At = clock.At(time.Now().Add(-20*time.Hour - 20*time.Minute))
			if _, problem := elsewhere.call(http.MethodPost, wire.PathPunches, late, nil); problem != nil {
				t.Fatalf("late press: %v", problem)
			}
			tb.wait(`[data-conflict][data-problem="too_old"]`)
			tb.look("conflict-old")
			offline(tb, true)
			tb.act("keep")
			tb.do("wait for what went wrong", chromedp.WaitVisible(chromedp.CSS(".conflict > .ask-error")))
			tb.look("conflict-unsent")
			offline(tb, false)
			tb.act("keep")
			tb.wait(`[data-conflict][data-problem="order"]`)
			tb.wait(`[data-act="mine"]`)
			tb.look("conflict")
		})
	}
}

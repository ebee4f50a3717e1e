package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
)

const board = `[data-screen="board"]`

// TestJourneyBetweenThePrograms goes from everybody's program to the
// supervisors' and back, by links, by steps in the history, and without a
// network.
func TestJourneyBetweenThePrograms(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Sara)
	tb.wait(`[data-act="team"]`)
	tb.act("team")
	tb.wait(board + " h1")
	tb.act("clock")
	tb.wait(`[data-act="choose-team"]`)
	tb.do("step back", chromedp.NavigateBack())
	tb.wait(board + " h1")
	tb.do("step back", chromedp.NavigateBack())
	tb.wait(`[data-act="choose-team"]`)
	tb.act("team")
	tb.wait(board + " h1")

	ask(tb, "wait for the worker", chromedp.Evaluate[any](`navigator.serviceWorker.ready.then(() => true)`, chromedp.EvalAwaitPromise))
	offline(tb, true)
	tb.open(wire.ScreenTeam)
	tb.wait(`[data-problem="away"]`)
	tb.fits("away")
	tb.act("clock")
	tb.wait(`[data-act="choose-team"]`)
	offline(tb, false)
	tb.act("team")
	tb.wait(board + " h1")
}

// TestJourneyOfSomebodyWhoIsNoSupervisor: no way leads there, and the page has
// nothing for them.
func TestJourneyOfSomebodyWhoIsNoSupervisor(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	if n := tb.count(`[data-act="team"]`); n != 0 {
		t.Errorf("%d ways to the supervisors' screens", n)
	}
	tb.open(wire.ScreenTeam)
	tb.wait(`[data-problem="denied"]`)
}

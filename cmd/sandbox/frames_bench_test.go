package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// frames is how smoothly something went: the time between two frames drawn, in
// milliseconds.
type frames struct {
	Count   int
	Median  float64
	Longest float64
	Over    int     // frames that took more than frameGoal, which is three of a screen's
	Input   float64 // from a key, tap or click to the next frame, at most
}

const frameGoal = 50 // ms

// watchFrames begins to note frames, and how long input waited for one. Three frames
// of a screen are 50 ms give or take what the browser's clock rounds, so what is more
// than that is more by a whole one.
const watchFrames = `(() => {
	const gaps = [], waits = [];
	let last = performance.now(), on = true;
	const seen = new PerformanceObserver((list) => { for (const e of list.getEntries()) waits.push(e.duration); });
	seen.observe({ type: "event", durationThreshold: 16 });
	const tick = (now) => { gaps.push(now - last); last = now; if (on) requestAnimationFrame(tick); };
	requestAnimationFrame(tick);
	self.framesSeen = () => {
		on = false;
		seen.disconnect();
		const all = gaps.slice(2).sort((a, b) => a - b);
		return { Count: all.length, Median: all[all.length >> 1], Longest: all[all.length - 1],
			Over: all.filter((gap) => gap > 51).length, Input: Math.max(0, ...waits) };
	};
	return true;
})()`

// scrollOn scrolls the page further down, a finger's flick a frame, and gives whether
// it has come to the end.
const scrollOn = `new Promise((done) => {
	let left = 200;
	const step = () => {
		const before = scrollY;
		scrollBy(0, 90);
		if (scrollY === before || --left === 0) done(scrollY === before); else requestAnimationFrame(step);
	};
	requestAnimationFrame(step);
})`

// scroll scrolls the page from top to bottom.
func (tb *tab) scroll() {
	tb.t.Helper()
	ask(tb, "go up", chromedp.Evaluate[bool]("scrollTo(0, 0); true"))
	for !ask(tb, "scroll", chromedp.Evaluate[bool](scrollOn, chromedp.EvalAwaitPromise)) {
	}
}

// center gives where the middle of the first thing that matches lies in the window.
const center = `(() => {
	const box = document.querySelector(%q).getBoundingClientRect();
	return { X: box.x + box.width / 2, Y: box.y + box.height / 2 };
})()`

// touch gives a touch of the first thing that matches, as one of the screen: looking
// for it again and again, as act does, keeps the page from its own work.
func (tb *tab) touch(selector string) func() {
	tb.t.Helper()
	at := ask(tb, "find "+selector, chromedp.Evaluate[struct{ X, Y float64 }](fmt.Sprintf(center, selector)))
	return func() {
		tb.t.Helper()
		point := []*input.TouchPoint{{X: at.X, Y: at.Y}}
		command(tb, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: point})
		command(tb, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
	}
}

// until has the page itself wait, looking once a frame, until something matches.
func (tb *tab) until(selector string) {
	tb.t.Helper()
	ask(tb, "wait for "+selector, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((done) => {
	const look = () => document.querySelector(%q) ? done(true) : requestAnimationFrame(look);
	look();
})`, selector), chromedp.EvalAwaitPromise))
}

// frames measures what do does, with a processor so many times slower.
func (tb *tab) frames(cpu float64, do func()) frames {
	tb.t.Helper()
	command(tb, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: cpu})
	ask(tb, "watch frames", chromedp.Evaluate[bool](watchFrames))
	do()
	got := ask(tb, "read frames", chromedp.Evaluate[frames]("framesSeen()"))
	command(tb, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 1})
	return got
}

// TestBenchFrames measures a press, a scroll through a year of history, and a board
// of 1,000, on a phone of a quarter of the speed. It judges nothing, and runs when
// TIMECLOCK_BENCH_FRAMES is set: make bench-frames.
func TestBenchFrames(t *testing.T) {
	if os.Getenv("TIMECLOCK_BENCH_FRAMES") == "" {
		t.Skip("not run: a measurement, made by make bench-frames")
	}
	table := ""
	note := func(what string, f frames) {
		table += fmt.Sprintf("| %s | %d | %.0f ms | %.0f ms | %d | %.0f ms |\n", what, f.Count, f.Median, f.Longest, f.Over, f.Input)
	}
	b := openCrowd(t, 1000)
	seedYear(t, b)
	const cpu = 4
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.quiet()
	press := func(what string, k clock.Kind, then clock.State) {
		touch := tb.touch(fmt.Sprintf("[data-act=%q]", k))
		note(what, tb.frames(cpu, func() {
			touch()
			tb.until(fmt.Sprintf("[data-state=%q] ", then) + allInTeams)
		}))
		tb.quiet()
	}
	press("a first press, until it is in Teams", clock.ClockIn, clock.In)
	press("a second one", clock.StartBreak, clock.OnBreak)
	tb.act("history")
	tb.wait("[data-card]")
	for tb.count("[data-card]") < 220 {
		n := tb.count("[data-card]")
		tb.act("older")
		tb.do("wait for more", chromedp.Sleep(1500*time.Millisecond))
		if tb.count("[data-card]") == n && tb.count(`[data-act="older"]`) == 0 {
			break
		}
	}
	note(fmt.Sprintf("scrolling through %d cards of a year", tb.count("[data-card]")), tb.frames(cpu, tb.scroll))
	boss := supervise(t, b, phone, sandbox.Mona, sandbox.FerryLanding)
	note("scrolling through a board of 1,000, as it is opened", boss.frames(cpu, boss.scroll))
	boss.quiet()
	note("scrolling through it again", boss.frames(cpu, boss.scroll))
	ask(boss, "go up", chromedp.Evaluate[bool]("scrollTo(0, 0); true"))
	note("searching in it by name", boss.frames(cpu, func() {
		boss.write("search", "an")
		boss.do("read", chromedp.Sleep(time.Second))
	}))
	fmt.Printf("\n| %s; 4× CPU | frames | median | longest | over %d ms | input to frame, at most |\n|---|---|---|---|---|---|\n%s\n", machine(t), frameGoal, table)
}

// seedYear gives Anna a card for every working day of the year before what is
// seeded already.
func seedYear(t *testing.T, b *box) {
	t.Helper()
	event := func(at time.Time) *tenant.Event { return &tenant.Event{At: at.UTC().Truncate(time.Millisecond)} }
	var cards []tenant.Card
	day := time.Now().In(stockholm(t)).AddDate(0, 0, -70)
	for range 300 {
		day = day.AddDate(0, 0, -1)
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		in := time.Date(day.Year(), day.Month(), day.Day(), 8, 3, 0, 0, day.Location())
		cards = append(cards, tenant.Card{
			ID:   fmt.Sprintf("TCK_0b1ec7ed-0000-4000-8000-%012x", len(cards)+1),
			Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna), Created: in, Modified: in,
			In: event(in), Out: event(in.Add(8*time.Hour + 20*time.Minute)),
		})
	}
	if err := b.Sandbox.Tenant.Seed(cards, nil); err != nil {
		t.Fatal(err)
	}
}

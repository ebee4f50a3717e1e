package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// The program never comes: the early script keeps the press and sends it.
func TestJourneyWithoutTheProgram(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.expect("net::ERR_BLOCKED_BY_CLIENT")
	tb.expect("Failed to fetch")
	block(tb, "*://*:*/web/app.*")
	tb.open("/?again")
	tb.says(".hero-title", "You are clocked out")
	tb.says(".hero-aside", "Signed in as Anna Lindqvist")
	if n := tb.count(`#press button:disabled`); n != 3 {
		t.Errorf("%d presses cannot be made by somebody who is out, want 3", n)
	}
	tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "before the program"))
	tb.press(clock.ClockIn)
	tb.says(".hero-title", "Clocked in")
	tb.says(".hero-aside", "In Teams at")
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	if in := b.lastCard(sandbox.Anna).In; in.Notes == nil || in.Notes.Content != "before the program" || in.At.Sub(tb.pressed).Abs() > 5*time.Second {
		t.Errorf("recorded is %+v, pressed at %s", in, tb.pressed)
	}
	block(tb)
	tb.open("/")
	tb.state(clock.In)
	if note := tb.note(); note != "" {
		t.Errorf("the note %q is there for another press", note)
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
}

// The program ends by itself, as by a fault of its own: its page stays, and the
// form on it is a real one.
func TestJourneyAfterTheProgramHasEnded(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("Go program has already exited")
	tb.before(`{ let kept; Object.defineProperty(self, "Go", {
		get: () => kept,
		set: (given) => { kept = class extends given { constructor() { super(); self.program = this; } }; },
	}); }`)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "after the end"))
	ask(tb, "end the program", chromedp.Evaluate[bool](`program.exited = true, program._resolveExitPromise(), true`))
	time.Sleep(100 * time.Millisecond)
	tb.press(clock.ClockIn)
	tb.wait(`.sheet[data-tone="good"]`)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
	if in := b.lastCard(sandbox.Anna).In; in.Notes == nil || in.Notes.Content != "after the end" {
		t.Errorf("recorded is %+v", in)
	}
	tb.open("/")
	tb.state(clock.In)
	wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
}

// says waits until something says so.
func (tb *tab) says(selector, text string) {
	tb.t.Helper()
	deadline := time.Now().Add(patience)
	for said := ""; ; time.Sleep(20 * time.Millisecond) {
		said = ask(tb, "read "+selector, chromedp.Evaluate[string]("document.querySelector("+quote(selector)+")?.textContent ?? ''"))
		if strings.Contains(said, text) {
			return
		}
		if time.Now().After(deadline) {
			tb.t.Fatalf("%s says %q, want %q", selector, said, text)
		}
	}
}

// note is what stands in the note's field.
func (tb *tab) note() string {
	tb.t.Helper()
	return ask(tb, "read the note", chromedp.Evaluate[string](`document.querySelector("#note")?.value ?? ""`))
}

// quote makes a literal of JavaScript.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }

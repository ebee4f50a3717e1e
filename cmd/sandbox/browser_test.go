package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
)

// patience is how long a journey waits for something to show. It bounds, and
// measures nothing.
const patience = 30 * time.Second

// screen is a size a page is looked at.
type screen struct {
	name          string
	width, height int64
	mobile        bool
}

var (
	phone  = screen{"phone", 390, 844, true}
	desk   = screen{"desk", 1280, 800, false}
	tablet = screen{"tablet", 820, 1180, true}
)

// tab is a page in a real browser with a profile of its own.
type tab struct {
	t    *testing.T
	ctx  context.Context
	box  *box
	size screen

	pressed time.Time // the last press

	mu       sync.Mutex
	faults   []string // what the page complained of; protected by mu
	expected []string // substrings of complaints that belong to the journey
}

// browse opens a browser on a screen of the given size.
func browse(t *testing.T, b *box, s screen) *tab {
	t.Helper()
	return browseIn(t, b, s, "en-GB")
}

// browseIn opens a browser whose person reads a language.
func browseIn(t *testing.T, b *box, s screen, locale string) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("not run: journeys in a browser are left out of the short tests")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("lang", locale), chromedp.Flag("accept-lang", locale), chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	tb := newTab(t, ctx, b, s)
	command(tb, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: locale})
	return tb
}

func newTab(t *testing.T, parent context.Context, b *box, s screen) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent)
	// The browser notes every answer that is not a success; that nobody is
	// signed in yet is one.
	tb := &tab{t: t, ctx: ctx, box: b, size: s, expected: []string{"401 (Unauthorized)"}}
	if err := chromedp.Listen(ctx, tb.heard); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	size := []chromedp.EmulateViewportOption{chromedp.EmulateScale(2)}
	if s.mobile {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	tb.do("prepare the tab", chromedp.EmulateViewport(s.width, s.height, size...))
	command(tb, log.Enable, cdp.Empty{})
	command(tb, runtime.Enable, cdp.Empty{})
	command(tb, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Stockholm"})
	command(tb, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "en-GB"})
	t.Cleanup(func() {
		if t.Failed() {
			tb.shoot(filepath.Join(t.ArtifactDir(), "last.png"))
		}
		tb.complaints()
		cancel()
	})
	return tb
}

// command gives the browser a command of its protocol.
func command[P, R any](tb *tab, c cdp.Command[P, R], params P) R {
	tb.t.Helper()
	r, err := chromedp.Call(tb.ctx, c, params)
	if err != nil {
		tb.t.Fatalf("%T: %v", params, err)
	}
	return r
}

// ask runs an action that gives something back.
func ask[T any](tb *tab, what string, a chromedp.Action[T]) T {
	tb.t.Helper()
	var got T
	tb.do(what, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) (err error) {
		got, err = chromedp.Run(ctx, a)
		return err
	}))
	return got
}

// another opens a second tab of the same browser.
func (tb *tab) another(s screen) *tab { return newTab(tb.t, tb.ctx, tb.box, s) }

// chromium finds the browser; without one the journeys have failed.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "google-chrome", "chromium-browser"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no browser: install Debian's package chromium, or name one in CHROMIUM")
	return ""
}

// heard notes what the page complains of.
func (tb *tab) heard(event any) {
	fault := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			fault += " " + x.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			fault = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if fault != "" {
		tb.mu.Lock()
		defer tb.mu.Unlock()
		tb.faults = append(tb.faults, fault)
	}
}

// expect says that complaints containing text belong to the journey.
func (tb *tab) expect(text string) { tb.expected = append(tb.expected, text) }

func (tb *tab) complaints() {
	tb.mu.Lock()
	defer tb.mu.Unlock()
next:
	for _, f := range tb.faults {
		for _, e := range tb.expected {
			if strings.Contains(f, e) {
				continue next
			}
		}
		tb.t.Errorf("the page complains: %s", f)
	}
}

// do runs actions; the journey ends when one fails.
func (tb *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		short, cancel := context.WithTimeout(tb.ctx, 2*time.Second)
		defer cancel()
		at, _ := chromedp.Run(short, chromedp.Location())
		text, _ := chromedp.Run(short, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
		tb.t.Fatalf("%s: %v\nat %s the page says:\n%s", what, err, at, text)
	}
}

func (tb *tab) open(path string) {
	tb.t.Helper()
	tb.do("open "+path, chromedp.Navigate(tb.box.URL+path))
}

// wait waits until something that matches is visible.
func (tb *tab) wait(selector string) {
	tb.t.Helper()
	tb.do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

func (tb *tab) gone(selector string) {
	tb.t.Helper()
	tb.do("wait for the end of "+selector, chromedp.WaitNotPresent(chromedp.CSS(selector)))
}

// act presses the control with this hook.
func (tb *tab) act(name string) {
	tb.t.Helper()
	selector := fmt.Sprintf("[data-act=%q]", name)
	tb.do("press "+name, chromedp.WaitEnabled(chromedp.CSS(selector)), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) (err error) {
		for range 3 { // it may be drawn anew between being found and being pressed
			err = chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector)))
			if err == nil || !strings.Contains(err.Error(), "Could not find node") {
				break
			}
		}
		return err
	}))
}

// oneTap is the time in which a second tap is the first one once more, and some more:
// the page tells time by its server, and a better answer moves it.
const oneTap = 2 * time.Second

// allInTeams matches where nothing that was pressed is on its way any more.
const allInTeams = `.press-list:not(:has([data-place="here"], [data-place="server"])) [data-place="graph"]`

// press presses a button of the clock, at the pace of a person.
func (tb *tab) press(k clock.Kind) {
	tb.t.Helper()
	time.Sleep(time.Until(tb.pressed.Add(oneTap)))
	tb.act(string(k))
	tb.pressed = time.Now()
}

// state waits until the clock shows this state.
func (tb *tab) state(s clock.State) {
	tb.t.Helper()
	tb.wait(fmt.Sprintf("[data-state=%q]", s))
}

func (tb *tab) text(selector string) string {
	tb.t.Helper()
	return ask(tb, "read "+selector, chromedp.Text(chromedp.CSS(selector)))
}

// count says how many things match.
func (tb *tab) count(selector string) int {
	tb.t.Helper()
	return ask(tb, "count "+selector, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
}

// shoot takes a picture of the window.
func (tb *tab) shoot(file string) {
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		tb.t.Logf("no picture: %v", err)
		return
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		tb.t.Error(err)
	}
}

// signIn goes from the clock through the provider and back.
func (tb *tab) signIn(login string) {
	tb.t.Helper()
	tb.open("/")
	tb.act("sign-in")
	tb.pick(login)
}

// pick chooses a person at the provider.
func (tb *tab) pick(login string) {
	tb.t.Helper()
	person := fmt.Sprintf("[data-person=%q]", login)
	tb.do("pick "+login, chromedp.WaitVisible(chromedp.CSS(person)), chromedp.Click(chromedp.CSS(person)))
}

func oidOf(b *box, login string) string { return b.Sandbox.Person(login).OID }

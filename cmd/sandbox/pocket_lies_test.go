package main

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	pages "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// A network that lies costs nobody a press, and makes none of two.
func TestJourneyThroughANetworkThatLies(t *testing.T) {
	t.Parallel()
	for _, how := range []lie{portal, cut, twice, slow} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			a := &air{}
			b := openIn(t, a)
			tb := browse(t, b, phone)
			for _, complaint := range []string{"net::ERR", "Failed to fetch", "503", "MIME type", "Manifest:"} {
				tb.expect(complaint)
			}
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			tb.installed()
			a.set(how)
			tb.press(clock.ClockIn)
			tb.state(clock.In)
			in := tb.pressed
			if how == portal || how == cut {
				// Where half of an answer is lost, the server has the press and its
				// events say so.
				tb.wait(`[data-place="here"], [data-place="server"]`)
				tb.do("reload", chromedp.Reload())
				tb.state(clock.In)
				a.set(honest)
				tb.open("/")
			}
			tb.state(clock.In)
			b.openCards(t, sandbox.Anna, 1)
			time.Sleep(12 * time.Second) // beyond the slowest answer
			cards := b.openCards(t, sandbox.Anna, 1)
			if off := cards[0].In.At.Sub(in).Abs(); off > 5*time.Second {
				t.Errorf("pressed at %s, recorded %s off", in, off)
			}
			if n := len(b.effects(oidOf(b, sandbox.Anna))); n != 1 {
				t.Errorf("%d changes of cards, want 1: %v", n, b.effects(oidOf(b, sandbox.Anna)))
			}
		})
	}
}

// openCards waits until so many cards of a person are open, and gives them.
func (b *box) openCards(t *testing.T, login string, want int) []tenant.Card {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		var found []tenant.Card
		for _, c := range b.Sandbox.Tenant.Cards("") {
			if c.Person == oidOf(b, login) && c.Out == nil {
				found = append(found, c)
			}
		}
		if len(found) == want {
			return found
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d open cards, want %d: %v", len(found), want, b.effects(oidOf(b, login)))
		}
	}
}

// setClock moves the device's own clock while the page lives.
func (tb *tab) setClock(by time.Duration) {
	tb.t.Helper()
	ask(tb, "set the device's clock", chromedp.Evaluate[float64](
		`{const real = self.realNow ??= Date.now.bind(Date); const by = `+strconv.FormatInt(by.Milliseconds(), 10)+`; Date.now = () => real() + by; Date.now()}`))
}

// Somebody sets the phone's clock back by an hour in the cellar. The page knows
// better: it counted on.
func TestJourneyOfAClockSetBack(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.quiet() // an answer on its way would tell the page of its clock
	offline(tb, true)
	tb.setClock(-time.Hour)
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	in := tb.pressed
	time.Sleep(6 * time.Second)
	offline(tb, false)
	card := b.openCards(t, sandbox.Anna, 1)[0]
	if off := card.In.At.Sub(in).Abs(); off > 2*time.Second {
		t.Errorf("pressed at %s, recorded %s off", in, off)
	}
}

// Ahead by an hour, it may have slept for that hour: nobody can tell before the
// server is reached. Then it shows that the clock was moved, and the press is left
// to its person, with the time that it likely was.
func TestJourneyOfAClockSetAhead(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.expect("422")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.quiet() // an answer on its way would tell the page of its clock
	offline(tb, true)
	tb.setClock(time.Hour)
	tb.press(clock.ClockIn)
	tb.wait(`[data-place="here"]`)
	offline(tb, false)
	in := tb.pressed
	tb.wait(`[data-problem="clock"]`)
	tb.says("main", "Or say when it was")
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	tb.confirmTime(b, in)
}

// Somebody's phone goes back by an hour in the cellar, and the app is opened anew:
// nothing counts on, and the phone's own clock is all there is. That is said at
// once, and found to be wrong when the server is reached.
func TestJourneyOfAWrongClockAfterARestart(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	tb.installed()
	offline(tb, true)
	tb.before(`{ const real = Date.now.bind(Date); Date.now = () => real() - 3600000; }`)
	tb.open("/")
	tb.state(clock.Out)
	tb.press(clock.ClockIn)
	tb.state(clock.In)
	in := tb.pressed
	tb.says("#presses ~ ul", "by the device’s unchecked clock, give or take 2 min")
	tb.look("unchecked")
	outlast(in)
	offline(tb, false)
	tb.wait(`[data-problem="clock"]`)
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	tb.look("wrong-clock")
	tb.confirmTime(b, in)
}

// confirmTime has Anna say that she pressed when it is proposed that she did, and
// looks for that on her card, to the minute.
func (tb *tab) confirmTime(b *box, in time.Time) {
	tb.t.Helper()
	tb.act("when")
	tb.gone("[data-conflict]")
	card := b.openCards(tb.t, sandbox.Anna, 1)[0]
	if late := in.Sub(card.In.At); late < -2*time.Second || late > 62*time.Second {
		tb.t.Errorf("pressed at %s, recorded %s before", in, late)
	}
}

// What only a device knows, its supervisor is told as such.
func TestATimeThatOnlyADeviceKnows(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	p := punch(sandbox.HarbourCafe, clock.ClockIn)
	p.At, p.Trust, p.Bound, p.Ago = p.At.Add(-30*clock.Minute), wire.Device, 2*clock.Minute, 30*clock.Minute
	if r := visit(t, b).signIn(sandbox.Anna).press(p); r.Status != wire.Delivered || r.Recorded != p.At {
		t.Fatalf("the press ended as %+v", r)
	}
	var c wire.Conflicts
	sara := visit(t, b).signIn(sandbox.Sara)
	if _, problem := sara.call(http.MethodGet, wire.PathConflicts+"?"+wire.ParamTeam+"="+sandbox.HarbourCafe, nil, &c); problem != nil {
		t.Fatal(problem)
	}
	if len(c.Unchecked) != 1 || c.Unchecked[0].Person.Name != "Anna Lindqvist" || c.Unchecked[0].Receipt.ID != p.ID || c.Unchecked[0].Receipt.Trust != wire.Device {
		t.Errorf("the supervisor is told %+v", c.Unchecked)
	}
}

// The browser keeps nothing: a press goes straight to the server, and the page
// says meanwhile that it is not safe.
func TestJourneyWithoutStorage(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]string{
		"full":   `IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };`,
		"denied": `IDBFactory.prototype.open = () => { throw new DOMException("denied", "SecurityError"); };`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, t.TempDir())
			tb := browse(t, b, phone)
			tb.expect("net::ERR")
			tb.expect("Failed to fetch")
			tb.before(fault)
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			tb.press(clock.ClockIn) // by the program
			tb.state(clock.In)
			waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")

			block(tb, "*://*:*/web/app.*")
			tb.open("/?again")
			tb.says(".hero-title", "You are clocked in")
			tb.press(clock.StartBreak) // by the early script
			tb.says(".hero-title", "Break started")
			waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "startBreak")

			time.Sleep(2 * time.Second)
			offline(tb, true)
			tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "lost?"))
			tb.press(clock.EndBreak)
			tb.says(".hero-title", "This was not recorded")
			if note := tb.note(); note != "lost?" {
				t.Errorf("the note is %q, want it back", note)
			}
			wantEffects(t, b, oidOf(b, sandbox.Anna), "clockIn", "startBreak")
		})
	}
}

// before runs a script in every page before its own.
func (tb *tab) before(script string) {
	tb.t.Helper()
	command(tb, pages.AddScriptToEvaluateOnNewDocument, pages.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

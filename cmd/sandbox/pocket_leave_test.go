package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	pages "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// left is everything that an origin keeps in a browser.
type left struct {
	Databases map[string]map[string]string // IndexedDB, of strings under strings
	Local     map[string]string
	Session   map[string]string
	Cached    []string // paths
	Cookies   string
	State     string // of the page's history
}

const readAll = `(async () => {
	const all = { databases: {}, cached: [], cookies: document.cookie, state: JSON.stringify(history.state) };
	for (const { name } of await indexedDB.databases()) {
		const db = await new Promise((done, failed) => {
			const opening = indexedDB.open(name);
			opening.onsuccess = () => done(opening.result);
			opening.onerror = failed;
		});
		all.databases[name] = {};
		for (const store of db.objectStoreNames) {
			const items = db.transaction(store).objectStore(store);
			const [keys, values] = await Promise.all([items.getAllKeys(), items.getAll()].map((r) => new Promise((done) => { r.onsuccess = () => done(r.result); })));
			keys.forEach((key, i) => { all.databases[name][store + "/" + key] = String(values[i]); });
		}
		db.close();
	}
	all.local = { ...localStorage };
	all.session = { ...sessionStorage };
	for (const name of await caches.keys()) {
		for (const request of await (await caches.open(name)).keys()) all.cached.push(new URL(request.url).pathname);
	}
	return all;
})()`

func (tb *tab) left() left {
	tb.t.Helper()
	return ask(tb, "read all that is kept", chromedp.Evaluate[left](readAll, chromedp.EvalAwaitPromise))
}

// leftOnly fails unless nothing of anybody is kept but so many unsent presses
// of a person.
func (tb *tab) leftOnly(person string, presses int) {
	tb.t.Helper()
	l := tb.left()
	n := 0
	for name, items := range l.Databases {
		for key, value := range items {
			switch {
			case name == "timeclock-outbox" && key == "items/device":
			case name == "timeclock-outbox" && strings.HasPrefix(key, "items/press/"):
				n++
				if !strings.Contains(value, person) || strings.Contains(value, `"answer"`) {
					tb.t.Errorf("kept is a press of another, or one that was sent: %s", value)
				}
			default:
				tb.t.Errorf("kept in %s under %s: %s", name, key, value)
			}
		}
	}
	if n != presses {
		tb.t.Errorf("%d presses are kept, want %d", n, presses)
	}
	for key, value := range l.Local {
		if !slices.Contains([]string{"timeclock.parting", "timeclock.install"}, key) {
			tb.t.Errorf("kept in localStorage: %s = %s", key, value)
		}
	}
	for _, path := range l.Cached {
		if path != "/shell" && !strings.HasPrefix(path, "/web/") {
			tb.t.Errorf("kept in a cache: %s", path)
		}
	}
	if len(l.Session) != 0 || l.Cookies != "" || strings.Contains(l.State, person) {
		tb.t.Errorf("kept: session %v, cookies %q, history %s", l.Session, l.Cookies, l.State)
	}
}

const everything = `document.title + document.documentElement.outerHTML + Array.from(document.querySelectorAll("textarea"), (e) => e.value).join()`

// unknown fails where the page, or anything it has in hand, names somebody.
func (tb *tab) unknown(who ...string) {
	tb.t.Helper()
	html := ask(tb, "read the page", chromedp.Evaluate[string](everything))
	for _, name := range who {
		if strings.Contains(html, name) {
			tb.t.Errorf("the page still has %q", name)
		}
	}
}

// leave presses what ends in being signed out, and waits until the browser has
// been at the provider and back.
func (tb *tab) leave(act string) {
	tb.t.Helper()
	ask(tb, "mark the page", chromedp.Evaluate[string](`document.documentElement.dataset.before = "1"`))
	tb.act(act)
	tb.gone("[data-before]")
	tb.wait(`[data-act="sign-in"]`)
}

// back goes back to the last page of the clock before this one.
func (tb *tab) back() {
	tb.t.Helper()
	h := command(tb, pages.GetNavigationHistory, cdp.Empty{})
	for i := h.CurrentIndex - 1; i >= 0; i-- {
		if h.Entries[i].URL == tb.box.URL+"/" {
			command(tb, pages.NavigateToHistoryEntry, pages.NavigateToHistoryEntryParams{EntryID: h.Entries[i].ID})
			return
		}
	}
	tb.t.Fatal("there is no way back")
}

// Whoever signs out with a press waiting is told so, and the press is theirs.
func TestJourneyOfSigningOutWithAPressWaiting(t *testing.T) {
	t.Parallel()
	a := &air{}
	b := openIn(t, a)
	tb := browse(t, b, small)
	tb.signIn(sandbox.Anna)
	tb.state(clock.Out)
	a.set(deaf)
	tb.press(clock.ClockIn)
	tb.wait(`[data-place="here"]`)
	in := tb.pressed
	tb.act("sign-out")
	tb.wait(`[data-problem="leaving"]`)
	tb.look("leaving")
	if got := tb.text(`[data-problem="leaving"]`); !strings.Contains(got, "A press has not reached the server") || !strings.Contains(got, "Anna Lindqvist") {
		t.Errorf("the question reads:\n%s", got)
	}
	tb.act("stay")
	tb.state(clock.In)
	tb.act("sign-out")
	tb.leave("sign-out-anyway")
	tb.unknown("Lindqvist")
	tb.leftOnly(oidOf(b, sandbox.Anna), 1)
	a.set(honest)
	tb.act("sign-in")
	tb.pick(sandbox.Ben)
	tb.wait(`[data-act="choose-team"]`)
	tb.quietly()
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	wantEffects(t, b, oidOf(b, sandbox.Ben))
	tb.leave("sign-out")
	tb.leftOnly(oidOf(b, sandbox.Anna), 1)
	tb.act("sign-in")
	tb.pick(sandbox.Anna)
	tb.state(clock.In)
	tb.wait(`[data-place="graph"]`)
	if off := b.lastCard(sandbox.Anna).In.At.Sub(in).Abs(); off > 5*time.Second {
		t.Errorf("pressed at %s, recorded %s off", in, off)
	}
	tb.leave("sign-out") // nothing waits: no question
	tb.leftOnly("nobody", 0)
}

// quietly gives whatever might be sent the time to be.
func (tb *tab) quietly() { time.Sleep(2 * time.Second) }

// Somebody signs out in one tab: the others know at once, and nothing of them
// is left, not even for the way back.
func TestJourneyOfSigningOutBesideOtherTabs(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	one := browse(t, b, phone)
	one.signIn(sandbox.Anna)
	one.state(clock.Out)
	one.press(clock.ClockIn)
	one.wait(`[data-place="graph"]`)
	two, three := one.another(phone), one.another(phone)
	two.open("/")
	two.state(clock.In)
	two.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "of nobody's business"))
	three.open("/history")
	three.wait("[data-card]")
	secrets := []string{"Lindqvist", "Harbour", "nobody's business", oidOf(b, sandbox.Anna), b.lastCard(sandbox.Anna).ID}
	one.leave("sign-out")
	for _, tb := range []*tab{two, three, one} {
		tb.wait(`[data-act="sign-in"]`)
		tb.unknown(secrets...)
	}
	one.leftOnly("nobody", 0)
	one.back()
	one.offers("sign-in", secrets...)
	two.act("sign-in")
	two.pick(sandbox.Ben)
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "Harbour" }) // it is Ben's team too
	for _, tb := range []*tab{two, one, three} {
		tb.offers("choose-team", secrets...)
	}
}

// Another person signs in without the first having signed out.
func TestJourneyOfSomebodyElseInAnotherTab(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	one := browse(t, b, phone)
	one.signIn(sandbox.Anna)
	one.state(clock.Out)
	two := one.another(phone)
	two.open("/")
	two.state(clock.Out)
	two.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "of nobody's business"))
	secrets := []string{"Lindqvist", "nobody's business", oidOf(b, sandbox.Anna)}
	one.act("not-you")
	two.wait(`[data-act="sign-in"]`)
	two.unknown(secrets...)
	one.pick(sandbox.Ben)
	for _, tb := range []*tab{one, two} {
		tb.wait(`[data-act="choose-team"]`)
		tb.unknown(secrets...)
	}
	if kept := one.left(); strings.Contains(strings.Join(flat(kept.Databases), " "), oidOf(b, sandbox.Anna)) {
		t.Errorf("something of the first is kept: %v", kept.Databases)
	}
}

func flat(all map[string]map[string]string) (values []string) {
	for _, items := range all {
		for key, value := range items {
			values = append(values, key, value)
		}
	}
	return values
}

// offers waits until a page, which may have come out of the browser's memory,
// offers to do something, and fails where it names somebody.
func (tb *tab) offers(act string, who ...string) {
	tb.t.Helper()
	look := fmt.Sprintf(`document.querySelector('[data-act=%q]') ? "yes" : "no"`, act)
	for deadline := time.Now().Add(patience); tb.raw(look) != "yes"; {
		if time.Now().After(deadline) {
			tb.t.Fatalf("the page does not offer to %s: %s", act, tb.raw("document.body.innerText"))
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, name := range who {
		if strings.Contains(tb.raw(everything), name) {
			tb.t.Errorf("the page still has %q", name)
		}
	}
}

// raw evaluates in whatever page there is now, which for one out of the
// browser's memory is none that chromedp knows of. It gives nothing while there
// is none.
func (tb *tab) raw(expression string) string {
	r, err := chromedp.Call(tb.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ReturnByValue: new(true)})
	if err != nil || r.Result == nil {
		return ""
	}
	var text string
	_ = json.Unmarshal(r.Result.Value, &text)
	return text
}

// watched notes whether a page shows its person from the moment it comes back
// out of the browser's memory.
const watched = `(() => {
	let frames = 0;
	const look = () => {
		if (!document.body.hidden && document.body.innerText.includes("Lindqvist")) sessionStorage.seen = "1";
		if (frames++ < 100) requestAnimationFrame(look);
	};
	addEventListener("pageshow", ({ persisted }) => {
		if (persisted) { sessionStorage.kept = "1"; requestAnimationFrame(look); }
	});
	return true;
})()`

// A page sleeps in the browser's memory while its person signs out in another
// tab. Chromium drops such a page when it is told; a browser that tells it
// nothing must not show the person once more.
func TestJourneyBackToAPageKeptInMemory(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]bool{"told": true, "not told": false} {
		t.Run(name, func(t *testing.T) {
			b := open(t, t.TempDir())
			one := browse(t, b, phone)
			one.signIn(sandbox.Anna)
			one.state(clock.Out)
			two := one.another(phone)
			two.open("/")
			two.state(clock.Out)
			one.quiet() // a page with something under way is not kept
			ask(one, "watch", chromedp.Evaluate[bool](watched))
			one.do("leave", chromedp.Navigate(b.Sandbox.Origin+"/"))
			if !told {
				ask(two, "be silent", chromedp.Evaluate[bool](`(BroadcastChannel.prototype.postMessage = () => {}, true)`))
			}
			two.leave("sign-out")
			one.back()
			one.offers("sign-in", "Lindqvist")
			if !told && one.raw(`sessionStorage.kept || ""`) != "1" {
				t.Skip("the browser kept no page: nothing is shown by this run")
			}
			if one.raw(`sessionStorage.seen || ""`) == "1" {
				t.Error("the page showed its person once more")
			}
		})
	}
}

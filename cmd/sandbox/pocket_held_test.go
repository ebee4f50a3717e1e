package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
)

var heldID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// answer answers the question whose press it was.
func (v *visitor) answer(page, answer string, more ...string) (path, result string) {
	v.t.Helper()
	id := heldID.FindStringSubmatch(page)
	if id == nil {
		v.t.Fatalf("no question:\n%s", page)
	}
	fields := url.Values{"id": {id[1]}, "answer": {answer}}
	for i := 0; i < len(more); i += 2 {
		fields.Set(more[i], more[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, v.box.URL+wire.PathPress+"/held", strings.NewReader(fields.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", v.box.URL)
	resp, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.Request.URL.Path, read(v.t, resp.Body)
}

// Pressed while nobody was signed in: nothing is anybody's before it was said
// whose it is, and then it has its own time.
func TestAPressOfNobodyIsConfirmedByName(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	v := visit(t, b)
	fields := pressing(clock.ClockIn)
	fields.Set(wire.FieldNote, "secret note")
	pressed := time.Now()
	for range 2 { // taps after one another: the browser sends the cookie of the first
		_, path, page := v.form(fields, ownPage...)
		if path != wire.PathPress+"/held" || !strings.Contains(page, "Clock in: not recorded yet") || !strings.Contains(page, "return=%2Fpress%2Fheld") {
			t.Fatalf("signed out, the browser is at %s:\n%s", path, page)
		}
	}
	time.Sleep(6 * time.Second) // beyond the tolerance
	v.signIn(sandbox.Anna)
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	page := v.get(wire.PathPress + "/held?here=1")
	if !strings.Contains(page, "Was this you, Anna Lindqvist?") || strings.Contains(page, "secret") {
		t.Fatalf("signed in, the page asks:\n%s", page)
	}
	path, result := v.answer(page, "yes")
	if !strings.HasPrefix(path, wire.PathPress+"/") || strings.HasSuffix(path, "/held") || strings.Contains(result, `data-tone="bad"`) {
		t.Fatalf("confirmed, the browser is at %s:\n%s", path, result)
	}
	waitEffects(t, b, oidOf(b, sandbox.Anna), "create")
	if card := b.lastCard(sandbox.Anna); card.In.At.Sub(pressed).Abs() > 2*time.Second || card.In.Notes == nil || card.In.Notes.Content != "secret note" {
		t.Errorf("pressed at %s, recorded is %+v", pressed, card.In)
	}
	if _, again := v.answer(page, "yes"); !strings.Contains(again, `data-problem="not_found"`) {
		t.Errorf("confirmed once more:\n%s", again)
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna), "create")
}

func TestAPressOfNobodyCanBeDropped(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	v := visit(t, b)
	v.form(pressing(clock.ClockIn), ownPage...)
	v.signIn(sandbox.Anna)
	page := v.get(wire.PathPress + "/held?here=1")
	if _, result := v.answer(page, "no"); !strings.Contains(result, "dropped") {
		t.Errorf("dropped, the page says:\n%s", result)
	}
	if _, result := v.answer(page, "yes"); !strings.Contains(result, `data-problem="not_found"`) {
		t.Errorf("confirmed after it was dropped:\n%s", result)
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna))
}

func TestAPressOfNobodyAsksForTheTeam(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	v := visit(t, b)
	v.form(pressing(clock.ClockIn), ownPage...)
	v.signIn(sandbox.Ben)
	page := v.get(wire.PathPress + "/held?here=1")
	if _, result := v.answer(page, "yes"); !strings.Contains(result, sandbox.NightBakery) || !strings.Contains(result, `value="yes"`) {
		t.Fatalf("with two teams the page says:\n%s", result)
	}
	v.answer(page, "yes", wire.FieldTeam, sandbox.NightBakery)
	waitEffects(t, b, oidOf(b, sandbox.Ben), "clockIn")
}

func TestTheQuestionIsOfOwnPagesOnly(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	v := visit(t, b)
	v.form(pressing(clock.ClockIn), ownPage...)
	v.signIn(sandbox.Anna)
	id := heldID.FindStringSubmatch(v.get(wire.PathPress + "/held?here=1"))
	for _, headers := range []map[string]string{{}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}} {
		body := url.Values{"id": {id[1]}, "answer": {"yes"}}.Encode()
		r, _ := http.NewRequest(http.MethodPost, b.URL+wire.PathPress+"/held", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		resp, err := v.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("with %v answered %d, want 403", headers, resp.StatusCode)
		}
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna))
}

// The same in a browser, through the provider and back, on a phone that knows
// nobody.
func TestJourneyOfAPressOfNobody(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_BLOCKED_BY_CLIENT")
	tb.expect("Failed to fetch")
	block(tb, "*://*:*/web/app.*")
	tb.open("/")
	tb.press(clock.ClockIn)
	tb.wait(`.sheet[data-tone="wait"]`)
	tb.do("sign in", chromedp.Click(chromedp.CSS(`a[href^="/auth/login"]`)))
	tb.pick(sandbox.Anna)
	tb.wait(`button[value="yes"]`)
	if got := tb.text(".sheet"); !strings.Contains(got, "Was this you, Anna Lindqvist?") || !strings.Contains(got, "Clock in at ") {
		t.Errorf("the page asks:\n%s", got)
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	tb.do("say yes", chromedp.Click(chromedp.CSS(`button[value="yes"]`)))
	tb.wait(`.sheet[data-tone="good"]`)
	card := b.openCards(t, sandbox.Anna, 1)[0]
	if off := card.In.At.Sub(tb.pressed).Abs(); off > 5*time.Second {
		t.Errorf("pressed at %s, recorded is %+v", tb.pressed, card.In)
	}
}

// The same where there is no network: a phone on which nobody is signed in, in
// the cellar. The press waits on the phone, through a reload. Who signs in first
// says that it was somebody else, and it is not recorded as theirs; who made it
// says so, and it has its own time.
func TestJourneyOfAPressOfNobodyWithNoNetwork(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	tb := browse(t, b, phone)
	tb.expect("net::ERR_INTERNET_DISCONNECTED")
	tb.expect("Failed to fetch")
	tb.open("/")
	tb.wait(`[data-act="sign-in"]`)
	tb.installed()
	offline(tb, true)
	tb.open("/")
	tb.wait(`[data-problem="offline"]`)
	tb.do("write a note", chromedp.SendKeys(chromedp.CSS("#note"), "in the cellar"))
	tb.press(clock.ClockIn)
	in := tb.pressed
	tb.wait(`[data-place="held"]`)
	if note := tb.note(); note != "" {
		t.Errorf("the note %q is left for another press", note)
	}
	if got := tb.text("main"); !strings.Contains(got, "unchecked clock") || strings.Contains(got, "cellar") {
		t.Errorf("the phone says:\n%s", got)
	}
	tb.look("held")
	tb.do("reload", chromedp.Reload())
	tb.wait(`[data-place="held"]`)
	outlast(in)
	offline(tb, false)
	tb.open("/")
	tb.wait(`[data-act="sign-in"]`)
	tb.wait(`[data-place="held"]`)
	tb.act("sign-in")
	tb.pick(sandbox.Maja)
	tb.wait(`[data-problem="held"]`)
	tb.act("disown")
	tb.gone(`[data-problem="held"]`)
	tb.quiet()
	command(tb, network.ClearBrowserCookies, cdp.Empty{})
	tb.open("/auth/login?prompt=select_account")
	tb.pick(sandbox.Anna)
	tb.wait(`[data-problem="held"]`)
	tb.says(`[data-problem="held"]`, "Was this you, Anna Lindqvist?")
	tb.look("held-question")
	wantEffects(t, b, oidOf(b, sandbox.Anna))
	wantEffects(t, b, oidOf(b, sandbox.Maja))
	tb.act("claim")
	tb.state(clock.In)
	tb.gone(`[data-problem="held"]`)
	waitEffects(t, b, oidOf(b, sandbox.Anna), "create")
	card := b.lastCard(sandbox.Anna)
	if off := card.In.At.Sub(in).Abs(); off > 2*time.Second || card.In.Notes == nil || card.In.Notes.Content != "in the cellar" {
		t.Errorf("pressed at %s, recorded is %+v", in, card.In)
	}
	tb.quiet()
	wantEffects(t, b, oidOf(b, sandbox.Anna), "create")
	wantEffects(t, b, oidOf(b, sandbox.Maja))
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

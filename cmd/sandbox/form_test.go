package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/sandbox"
)

// form posts the page's form, as a browser that runs no script would, and
// gives the page it ends on.
func (v *visitor) form(fields url.Values, headers ...string) (status int, path, page string) {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, v.box.URL+wire.PathPress, strings.NewReader(fields.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if got := answer.Header.Get("Cache-Control"); got != "no-store" {
		v.t.Errorf("the result may be stored: Cache-Control is %q", got)
	}
	return answer.StatusCode, answer.Request.URL.Path, string(body)
}

var ownPage = []string{"Sec-Fetch-Site", "same-origin"}

func pressing(k clock.Kind) url.Values { return url.Values{wire.FieldKind: {string(k)}} }

func TestThePagesForm(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := visit(t, b).signIn(sandbox.Anna)
	oid := oidOf(b, sandbox.Anna)
	fields := pressing(clock.ClockIn)
	fields.Set(wire.FieldNote, `<b>"early"</b>`)
	var status int
	var first, second, page string
	var both sync.WaitGroup // a second tap before the first has been answered
	both.Go(func() { status, first, page = anna.form(fields, ownPage...) })
	both.Go(func() { _, second, _ = anna.form(fields, ownPage...) })
	both.Wait()
	if status != http.StatusOK || !strings.HasPrefix(first, wire.PathPress+"/") || !strings.Contains(page, `data-tone="good"`) {
		t.Fatalf("pressed, the browser is at %s with %d:\n%s", first, status, page)
	}
	if second != first {
		t.Errorf("pressed twice at once, the results are at %s and %s", first, second)
	}
	wantEffects(t, b, oid, "clockIn")
	if _, _, page := anna.form(pressing(clock.EndBreak), ownPage...); !strings.Contains(page, `data-problem="order"`) ||
		!strings.Contains(page, `data-tone="wait"`) || !strings.Contains(page, words.English.T(words.ConflictLabel)) || !strings.Contains(page, words.English.T(words.PageDecide)) {
		t.Errorf("ending a break there is none of shows:\n%s", page)
	}
	if _, _, page := anna.form(pressing(clock.ClockOut), "Origin", b.URL); !strings.Contains(page, `data-tone="good"`) {
		t.Errorf("a browser that sends an Origin alone was told:\n%s", page)
	}
	wantEffects(t, b, oid, "clockIn", "clockOut")

	maja := visit(t, b).signIn(sandbox.Maja)
	if page := maja.get(first); !strings.Contains(page, `data-problem="not_found"`) || strings.Contains(page, "early") {
		t.Errorf("somebody else's result shows:\n%s", page)
	}
}

func TestTheFormIsTakenFromOwnPagesOnly(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := visit(t, b).signIn(sandbox.Anna)
	for name, headers := range map[string][]string{
		"nothing said":        nil,
		"another site":        {"Sec-Fetch-Site", "cross-site"},
		"a sister's site":     {"Sec-Fetch-Site", "same-site", "Origin", b.URL},
		"typed":               {"Sec-Fetch-Site", "none"},
		"another's origin":    {"Origin", "https://evil.example"},
		"an origin of no one": {"Origin", "null"},
	} {
		if status, _, page := anna.form(pressing(clock.ClockIn), headers...); status != http.StatusForbidden || !strings.Contains(page, string(wire.CodeCrossSite)) {
			t.Errorf("%s: answered %d", name, status)
		}
	}
	for name, fields := range map[string]url.Values{
		"no kind":     {},
		"a toggle":    {wire.FieldKind: {"toggle"}},
		"a long note": {wire.FieldKind: {"clockIn"}, wire.FieldNote: {strings.Repeat("x", wire.MaxNote+1)}},
	} {
		if status, _, _ := anna.form(fields, ownPage...); status != http.StatusBadRequest {
			t.Errorf("%s: answered %d, want 400", name, status)
		}
	}
	if _, path, page := visit(t, b).form(pressing(clock.ClockIn), ownPage...); path != wire.PathPress+"/held" || !strings.Contains(page, "not recorded yet") || !strings.Contains(page, wire.PathLogin) {
		t.Errorf("signed out, the browser is at %s:\n%s", path, page)
	}
	if status, _, page := visit(t, b).signIn(sandbox.Noor).form(pressing(clock.ClockIn), ownPage...); status != http.StatusConflict || !strings.Contains(page, string(wire.CodeNoTimeClock)) {
		t.Errorf("no time clock: answered %d", status)
	}
	wantEffects(t, b, oidOf(b, sandbox.Anna))
}

func TestTheFormAsksForTheTeam(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	ben := visit(t, b).signIn(sandbox.Ben)
	fields := pressing(clock.ClockIn)
	fields.Set(wire.FieldNote, "kept")
	_, _, page := ben.form(fields, ownPage...)
	for _, want := range []string{sandbox.HarbourCafe, sandbox.NightBakery, `value="kept"`, `value="clockIn"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the question for the team lacks %q:\n%s", want, page)
		}
	}
	wantEffects(t, b, oidOf(b, sandbox.Ben))
	fields.Set(wire.FieldTeam, sandbox.NightBakery)
	if _, _, page := ben.form(fields, ownPage...); !strings.Contains(page, `data-tone="good"`) {
		t.Errorf("with the team chosen:\n%s", page)
	}
	wantEffects(t, b, oidOf(b, sandbox.Ben), "clockIn")
}

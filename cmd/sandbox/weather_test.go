package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// choose picks an option of a select, as a person would.
func (tb *tab) choose(name, value string) {
	tb.t.Helper()
	set := fmt.Sprintf("{const s = document.getElementById(%q); s.value = %q; s.dispatchEvent(new Event('change')); s.value}", name, value)
	if got := ask(tb, "choose "+value, chromedp.Evaluate[string](set)); got != value {
		tb.t.Fatalf("%s offers no %q", name, value)
	}
}

// sees reports whether the field is there to be filled in.
func (tb *tab) sees(name string) bool {
	tb.t.Helper()
	return ask(tb, "look for "+name, chromedp.Evaluate[bool](fmt.Sprintf("document.getElementById(%q).offsetParent !== null", name)))
}

func (tb *tab) submit(selector string) {
	tb.t.Helper()
	tb.do("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// TestJourneyOfBadWeather makes trouble on the page, presses into it, and mends
// it, on every size and in both themes.
func TestJourneyOfBadWeather(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, desk, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, s)
			tb.do("open the overview", chromedp.Navigate(b.Sandbox.Origin))
			tb.wait(fmt.Sprintf("a[href=%q]", b.URL))
			tb.look("overview")
			tb.submit(`a[href="/sandbox/weather"]`)
			tb.wait("#do")
			tb.choose("do", "failAfter")
			if !tb.sees("status") || tb.sees("delay") {
				t.Errorf("failing asks for a status: %t, for a delay: %t; want the first alone", tb.sees("status"), tb.sees("delay"))
			}
			tb.look("weather-fair")
			tb.choose("status", "503")
			tb.choose("person", oidOf(b, sandbox.Anna))
			tb.choose("op", "clockIn")
			tb.submit(".make .go")
			tb.wait(".active")
			tb.choose("do", "stale")
			tb.choose("op", "clockIn")
			tb.expect("422 (Unprocessable Entity)")
			tb.submit(".make .go")
			tb.wait(".problem")
			tb.look("weather-problem")
			tb.choose("do", "reorder")
			tb.choose("op", "")
			tb.choose("times", "0")
			tb.submit(".make .go")
			tb.wait(".all")

			v := visit(t, b).signIn(sandbox.Anna)
			v.press(punch(sandbox.HarbourCafe, clock.ClockIn))
			waitEffects(t, b, oidOf(b, sandbox.Anna), "clockIn")
			tb.do("look again", chromedp.Navigate(b.Sandbox.WeatherURL()))
			tb.wait(".tag")
			text := tb.text("table")
			for _, want := range []string{"503", "Does it and fails", "clockIn for Anna Lindqvist", "Members in another order"} {
				if !strings.Contains(text, want) {
					t.Errorf("the table lacks %q:\n%s", want, text)
				}
			}
			tb.look("weather-bad")
			tb.submit(".active button")
			tb.wait(".calm")
			if left := b.Sandbox.Tenant.Faults(); len(left) != 0 {
				t.Errorf("faults left: %+v", left)
			}
		})
	}
}

// TestWeatherFromElsewhere: another site's form makes no trouble.
func TestWeatherFromElsewhere(t *testing.T) {
	b := open(t, t.TempDir())
	for _, path := range []string{"/sandbox/weather", "/sandbox/weather/mend"} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", b.Sandbox.Origin+path, strings.NewReader("do=cutBefore&times=0"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s from another site = %d, want 403", path, res.StatusCode)
		}
	}
	if n := len(b.Sandbox.Tenant.Faults()); n != 0 {
		t.Errorf("%d faults, want none", n)
	}
}

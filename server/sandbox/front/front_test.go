package front_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"timeclock/server/sandbox/front"
	"timeclock/server/sandbox/tenant"
)

const (
	anna = "0b1ec7ed-0001-4000-8000-0000000a22a1"
	team = "7ea00001-0000-4000-8000-00000000cafe"
)

// desk is the pages over HTTP, beside the Graph they look at.
type desk struct {
	*tenant.Tenant
	t   *testing.T
	url string
}

func open(t *testing.T) *desk {
	t.Helper()
	g, err := tenant.Open(tenant.Config{
		Verify: func(_ context.Context, token string) (tenant.Caller, error) {
			switch token {
			case "anna":
				return tenant.Caller{Object: anna, Scopes: []string{"Schedule.ReadWrite.All"}}, nil
			case "app":
				return tenant.Caller{App: "a11", Roles: []string{"Schedule.ReadWrite.All"}}, nil
			}
			return tenant.Caller{}, errors.New("no token")
		},
		Directory: tenant.Directory{
			People: []tenant.Person{{ID: anna, Login: "anna@example.test", Name: "Anna <Lindqvist>"}},
			Teams: []tenant.Team{{ID: team, Name: "Cafe", Members: []tenant.Member{{Person: anna}},
				Schedule: &tenant.Schedule{TimeZone: "Europe/Stockholm", TimeClock: true}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &front.Handler{Tenant: g, Product: "http://localhost:8080",
		People: []front.Person{{ID: anna, Name: "Anna <Lindqvist>", About: "Employee"}}, Links: []front.Link{{Name: "Cards", URL: "http://127.0.0.1/sandbox/cards"}}}
	mux := http.NewServeMux()
	h.Mount(mux)
	mux.Handle("/v1.0/", g)
	server := httptest.NewServer(mux)
	t.Cleanup(func() { g.Close(); server.Close() })
	return &desk{g, t, server.URL}
}

// ask sends a form, or asks for a page where there is none, and does not
// follow where it is sent.
func (d *desk) ask(path string, form url.Values) (*http.Response, string) {
	d.t.Helper()
	method, body := "GET", ""
	if form != nil {
		method, body = "POST", form.Encode()
	}
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res, string(text)
}

func (d *desk) clockIn(token, body string) {
	d.t.Helper()
	req, _ := http.NewRequestWithContext(d.t.Context(), "POST", d.url+"/v1.0/teams/"+team+"/schedule/timeCards/clockIn", strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
	}
}

// fill is a form as a browser sends it: every field, whatever is shown.
func fill(pairs ...string) url.Values {
	form := url.Values{"do": {"cutAfter"}, "person": {""}, "op": {""}, "times": {"1"},
		"status": {"500"}, "delay": {"5"}, "retry": {"10"}, "reads": {"2"}, "size": {"2"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// TestForm sets every trouble with all fields filled in: only the numbers it
// asks for are taken.
func TestForm(t *testing.T) {
	for _, row := range []struct {
		form url.Values
		want tenant.Fault
	}{
		{fill("do", "cutBefore"), tenant.Fault{Do: tenant.CutBefore, Times: 1}},
		{fill("do", "failBefore", "status", "503", "person", anna), tenant.Fault{Do: tenant.FailBefore, Times: 1, Status: 503, Person: anna}},
		{fill("do", "throttle", "times", "10"), tenant.Fault{Do: tenant.Throttle, Times: 10, RetryAfter: 10}},
		{fill("do", "cutAfter", "op", "clockOut"), tenant.Fault{Do: tenant.CutAfter, Times: 1, Op: tenant.ClockOut}},
		{fill("do", "failAfter", "times", "0"), tenant.Fault{Do: tenant.FailAfter, Status: 500}},
		{fill("do", "cutThenEffect", "delay", "0.25"), tenant.Fault{Do: tenant.CutThenEffect, Times: 1, DelayMS: 250}},
		{fill("do", "effectAfterReads", "reads", "4"), tenant.Fault{Do: tenant.EffectAfterReads, Times: 1, Reads: 4}},
		{fill("do", "slowBefore"), tenant.Fault{Do: tenant.SlowBefore, Times: 1, DelayMS: 5000}},
		{fill("do", "slowAfter"), tenant.Fault{Do: tenant.SlowAfter, Times: 1, DelayMS: 5000}},
		{fill("do", "stale"), tenant.Fault{Do: tenant.Stale, Times: 1, DelayMS: 5000}},
		{fill("do", "body"), tenant.Fault{Do: tenant.Body, Times: 1}},
		{fill("do", "smallPages", "size", "7"), tenant.Fault{Do: tenant.SmallPages, Times: 1, Size: 7}},
		{fill("do", "extraMembers"), tenant.Fault{Do: tenant.ExtraMembers, Times: 1}},
		{fill("do", "reorder"), tenant.Fault{Do: tenant.Reorder, Times: 1}},
	} {
		d := open(t)
		res, text := d.ask(front.PathWeather, row.form)
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != front.PathWeather {
			t.Fatalf("%s = %d to %q %s, want 303 back", row.form.Encode(), res.StatusCode, res.Header.Get("Location"), text)
		}
		got := d.Faults()
		row.want.ID = "1"
		if len(got) != 1 || got[0] != row.want {
			t.Errorf("%s set %+v, want %+v", row.form.Encode(), got, row.want)
		}
	}
}

// TestFormRefused: nothing is set, the reason is told in the page's words, and
// what was filled in stays.
func TestFormRefused(t *testing.T) {
	for _, row := range []struct {
		form url.Values
		says string
	}{
		{fill("do", "stale", "op", "clockIn"), "“Answers from the past” means nothing for clockIn."},
		{fill("do", "stale", "delay", "0"), "How old is the answer to be?"},
		{fill("do", "slowAfter", "delay", "soon"), "Delay is no number from 0 to 600"},
		{fill("do", "slowAfter", "delay", "601"), "Delay is no number from 0 to 600"},
		{fill("do", "slowAfter", "delay", "NaN"), "Delay is no number from 0 to 600"},
		{fill("do", "failAfter", "status", "200"), "is no error"},
		{fill("do", "effectAfterReads", "reads", "0"), "how many reads"},
		{fill("do", "explode"), "explode"},
		{fill("op", "dance"), "dance"},
		{fill("times", "often"), "How often is no number"},
		{fill("times", "-1"), "negative"},
		{url.Values{}, "How often"},
	} {
		d := open(t)
		res, text := d.ask(front.PathWeather, row.form)
		alert := regexp.MustCompile(`(?s)role="alert">(.*?)</p>`).FindStringSubmatch(text)
		if res.StatusCode != http.StatusUnprocessableEntity || alert == nil || !strings.Contains(strings.ToLower(alert[1]), strings.ToLower(row.says)) {
			t.Errorf("%s = %d %v, want 422 that says %q", row.form.Encode(), res.StatusCode, alert, row.says)
		}
		if n := len(d.Faults()); n != 0 {
			t.Errorf("%s set %d faults", row.form.Encode(), n)
		}
	}
	d := open(t)
	_, text := d.ask(front.PathWeather, fill("do", "slowAfter", "delay", `7"<b>`, "person", anna, "op", "clockOut", "times", "5"))
	for _, want := range []string{`value="slowAfter" selected`, `value="` + anna + `" selected`, `<option selected>clockOut`,
		`value="5" selected`, `value="7&#34;&lt;b&gt;"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the form lost %s", want)
		}
	}
}

// TestMend removes one trouble, and all.
func TestMend(t *testing.T) {
	d := open(t)
	for _, do := range []string{"cutAfter", "body", "throttle"} {
		d.ask(front.PathWeather, fill("do", do, "times", "3"))
	}
	_, text := d.ask(front.PathWeather, nil)
	for _, want := range []string{"Does it and hangs up", "everybody · any call · 3 times more", "Mend everything", "Retry-After 10 s"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	d.ask(front.PathWeather, fill("do", "reorder", "person", anna, "op", "list"))
	if _, text := d.ask(front.PathWeather, nil); !strings.Contains(text, "Anna &lt;Lindqvist&gt; · list · once more") {
		t.Error("the page does not tell whom the fourth meets, at what and how often")
	}
	d.Mend("4")
	d.ask(front.PathWeather+"/mend", url.Values{"id": {"2"}})
	if left := d.Faults(); len(left) != 2 || left[0].ID != "1" || left[1].ID != "3" {
		t.Errorf("after mending 2: %+v", left)
	}
	if res, _ := d.ask(front.PathWeather+"/mend", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("mend everything = %d, want 303", res.StatusCode)
	}
	if left := d.Faults(); len(left) != 0 {
		t.Errorf("after mending everything: %+v", left)
	}
	if _, text := d.ask(front.PathWeather, nil); !strings.Contains(text, "Fair weather") || strings.Contains(text, "Mend") {
		t.Error("the page does not say that the weather is fair")
	}
}

// TestCalls lists calls, newest first and no more than fifty, and what came of
// them.
func TestCalls(t *testing.T) {
	d := open(t)
	d.ask(front.PathWeather, fill("do", "cutAfter"))
	d.clockIn("anna", "")
	d.clockIn("app", "")
	d.clockIn("thief", "")
	_, text := d.ask(front.PathWeather, nil)
	rows := regexp.MustCompile(`(?s)<tr role="row"><td.*?</tr>`).FindAllString(text, -1)
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3:\n%s", len(rows), text)
	}
	for i, want := range [][]string{
		{"nobody", `class="bad">401`}, {"the application", `class="bad">400`, ">clockIn<", "nothing"},
		{"Anna &lt;Lindqvist&gt;", `class="cut">no answer`, "Does it and hangs up", "<strong>clockIn</strong> for Anna &lt;Lindqvist&gt; at "},
	} {
		for _, w := range want {
			if !strings.Contains(rows[i], w) {
				t.Errorf("row %d lacks %q: %s", i, w, rows[i])
			}
		}
	}
	for range 60 {
		d.clockIn("thief", "")
	}
	if _, text := d.ask(front.PathWeather, nil); strings.Count(text, `<tr role="row"><td`) != 50 {
		t.Errorf("%d rows, want 50", strings.Count(text, `<tr role="row"><td`))
	}
}

// TestEveryTroubleHasWords: the page offers all the tenant can do, and shows
// the fields of each.
func TestEveryTroubleHasWords(t *testing.T) {
	d := open(t)
	_, text := d.ask(front.PathWeather, nil)
	_, style := d.ask("/sandbox/front.css", nil)
	for _, do := range tenant.Troubles() {
		if !strings.Contains(text, `<option value="`+string(do)+`"`) || !strings.Contains(text, `class="about" data-for="`+string(do)+`"`) {
			t.Errorf("the page does not offer %s", do)
		}
		if !strings.Contains(style, `option[value=`+string(do)+`]:checked`) {
			t.Errorf("the style does not know %s", do)
		}
	}
	for _, o := range tenant.Operations() {
		undocumented := o.Name == tenant.Bulk || o.Name == tenant.Count || o.Name == tenant.Patch
		if strings.Contains(text, ">"+string(o.Name)+"</option>") == undocumented {
			t.Errorf("operation %s offered: %t", o.Name, !undocumented)
		}
	}
}

// TestPages: no page is kept, framed or runs a script.
func TestPages(t *testing.T) {
	d := open(t)
	for _, path := range []string{front.PathHome, front.PathWeather} {
		res, text := d.ask(path, nil)
		policy := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-store" ||
			!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("%s = %d, %v", path, res.StatusCode, res.Header)
		}
		if strings.Contains(text, "<script") || strings.Contains(text, "style=") {
			t.Errorf("%s has a script or a style of its own", path)
		}
		if !strings.Contains(text, `href="http://localhost:8080"`) {
			t.Errorf("%s does not lead to the product", path)
		}
	}
	if res, _ := d.ask("/elsewhere", nil); res.StatusCode != 404 {
		t.Errorf("GET /elsewhere = %d, want 404", res.StatusCode)
	}
}

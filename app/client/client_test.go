package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// fetchFrom is window.fetch over real HTTP against the server at base: no
// redirect is followed.
func fetchFrom(base string) func(context.Context, browser.Request) (browser.Response, error) {
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("redirect")
	}}
	return func(ctx context.Context, r browser.Request) (browser.Response, error) {
		req, err := http.NewRequestWithContext(ctx, r.Method, base+r.Path, bytes.NewReader(r.Body))
		if err != nil {
			return browser.Response{}, err
		}
		for name, value := range r.Header {
			req.Header.Set(name, value)
		}
		answer, err := plain.Do(req)
		if err != nil {
			return browser.Response{}, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return browser.Response{}, err
		}
		header := browser.Header{}
		for name := range answer.Header {
			header[strings.ToLower(name)] = answer.Header.Get(name)
		}
		return browser.Response{Status: answer.StatusCode, Header: header, Body: body}, nil
	}
}

// serve starts a server for h and gives a Client of it.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return &Client{
		Fetch:  fetchFrom(server.URL),
		Mono:   func() time.Duration { return 0 },
		Sample: func(time.Duration, time.Duration, clock.Instant) {},
	}
}

// answer writes one answer.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

var press = wire.Punch{ID: "press-1", Team: "team-1", Kind: clock.ClockIn, At: 1000, Device: "d", Seq: 1}

const receiptOfPress = `{"id":"press-1","team":"team-1","kind":"clockIn","status":"accepted","at":1000,"received":1001}`

func TestPunchBelievesOnlyAnAnswerAboutThisPress(t *testing.T) {
	const problem = "application/problem+json"
	for name, row := range map[string]struct {
		h    http.HandlerFunc
		want wire.Code
	}{
		"a receipt":                  {answer(200, "application/json; charset=utf-8", receiptOfPress), ""},
		"a receipt, accepted":        {answer(202, "application/json", receiptOfPress), ""},
		"a portal's page":            {answer(200, "text/html", "<html>Welcome to HotelWifi</html>"), wire.CodeOffline},
		"a portal that lies of JSON": {answer(200, "application/json", "<html></html>"), wire.CodeOffline},
		"JSON of another kind":       {answer(200, "text/plain", receiptOfPress), wire.CodeOffline},
		"an empty object":            {answer(200, "application/json", "{}"), wire.CodeOffline},
		"half a receipt":             {answer(200, "application/json", receiptOfPress[:40]), wire.CodeOffline},
		"two receipts":               {answer(200, "application/json", receiptOfPress+receiptOfPress), wire.CodeOffline},
		"another press":              {answer(200, "application/json", strings.Replace(receiptOfPress, "press-1", "press-2", 1)), wire.CodeOffline},
		"another kind":               {answer(200, "application/json", strings.Replace(receiptOfPress, "clockIn", "clockOut", 1)), wire.CodeOffline},
		"another team":               {answer(200, "application/json", strings.Replace(receiptOfPress, "team-1", "team-2", 1)), wire.CodeOffline},
		"nothing":                    {answer(204, "", ""), wire.CodeOffline},
		"a redirect to a portal": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/portal", http.StatusFound)
		}, wire.CodeOffline},
		"a cut answer": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "500")
			io.WriteString(w, receiptOfPress)
			panic(http.ErrAbortHandler)
		}, wire.CodeOffline},
		"a problem":                 {answer(409, problem, `{"type":"urn:timeclock:problem:order","code":"order"}`), wire.CodeOrder},
		"signed out":                {answer(401, problem, `{"type":"urn:timeclock:problem:signed_out","code":"signed_out"}`), wire.CodeSignedOut},
		"a proxy's 401":             {answer(401, "text/html", "who are you"), wire.CodeOffline},
		"a proxy's own problem":     {answer(403, problem, `{"type":"about:blank","title":"Forbidden"}`), wire.CodeOffline},
		"a proxy's problem with it": {answer(403, problem, `{"type":"about:blank","code":"forbidden"}`), wire.CodeOffline},
		"a balancer's 503":          {answer(503, "text/html", "no backend"), wire.CodeOffline},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := serve(t, row.h).Punch(t.Context(), "p", wire.Located{Punch: press})
			if got := CodeOf(err); got != row.want {
				t.Errorf("Punch = %v: code %q, want %q", err, got, row.want)
			}
		})
	}
}

func TestPunchSaysWhoAndWhat(t *testing.T) {
	var got *http.Request
	var body []byte
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		answer(200, "application/json", receiptOfPress)(w, r)
	})
	if _, err := c.Punch(t.Context(), "tenant.anna", wire.Located{Punch: press}); err != nil {
		t.Fatalf("Punch = %v", err)
	}
	for name, want := range map[string]string{
		wire.Header:       wire.HeaderValue,
		wire.HeaderPerson: "tenant.anna",
		"Content-Type":    "application/json",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("header %s = %q, want %q", name, value, want)
		}
	}
	if got.Method != "POST" || got.URL.Path != wire.PathPunches || !strings.Contains(string(body), `"id":"press-1"`) {
		t.Errorf("sent %s %s %s", got.Method, got.URL.Path, body)
	}
}

func TestNoServerIsOffline(t *testing.T) {
	server := httptest.NewServer(answer(200, "application/json", "{}"))
	server.Close()
	c := &Client{Fetch: fetchFrom(server.URL), Mono: func() time.Duration { return 0 }}
	if _, err := c.Me(t.Context()); CodeOf(err) != wire.CodeOffline {
		t.Errorf("Me = %v, want %s", err, wire.CodeOffline)
	}
}

func TestEndedContextIsNotOffline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := c.Me(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Me with ended context = %v, want %v", err, context.Canceled)
	}
}

func TestRetryAfterIsTakenFromTheHeader(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		answer(429, wire.ContentTypeProblem, `{"type":"urn:timeclock:problem:busy","code":"busy"}`)(w, r)
	})
	_, err := c.Me(t.Context())
	if p := ProblemOf(err); p.Code != wire.CodeBusy || p.RetryAfter != 7 {
		t.Errorf("Me = %+v, want busy, retry after 7", p)
	}
}

func TestClockAsksForATeamAndLearnsTheTime(t *testing.T) {
	var sampled clock.Instant
	var query string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		answer(200, "application/json", `{"me":{"person":{"id":"a"},"now":77},"team":"t 1","later":{"x":1}}`)(w, r)
	})
	c.Sample = func(_, _ time.Duration, now clock.Instant) { sampled = now }
	got, err := c.Clock(t.Context(), "t 1", true)
	if err != nil || got.Team != "t 1" {
		t.Fatalf("Clock = %+v, %v", got, err)
	}
	if query != "fresh=1&team=t+1" || sampled != 77 {
		t.Errorf("asked %q, sampled %d; want fresh=1&team=t+1 and 77", query, sampled)
	}
	if _, err := c.Clock(t.Context(), "t 2", false); CodeOf(err) != wire.CodeOffline {
		t.Errorf("Clock of t 2 answered with t 1 = %v, want offline", err)
	}
}

func TestCardsOfAnotherTeamAreNoAnswer(t *testing.T) {
	var query string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		answer(200, "application/json", `{"team":"t1","from":5,"to":9,"cards":[{"id":"c"}]}`)(w, r)
	})
	got, err := c.Cards(t.Context(), "t1", 5, 9)
	if err != nil || len(got.Cards) != 1 || query != "from=5&team=t1&to=9" {
		t.Errorf("Cards = %+v, %v after %q", got, err, query)
	}
	if _, err := c.Cards(t.Context(), "t2", 5, 9); CodeOf(err) != wire.CodeOffline {
		t.Errorf("Cards of t2 answered with t1 = %v, want offline", err)
	}
}

func TestSignOut(t *testing.T) {
	c := serve(t, answer(200, "application/json", `{"next":"https://idp.example/end"}`))
	if got, err := c.SignOut(t.Context()); err != nil || got.Next != "https://idp.example/end" {
		t.Errorf("SignOut = %+v, %v", got, err)
	}
}

func TestDecideBelievesOnlyAnAnswerAboutThisPress(t *testing.T) {
	for name, row := range map[string]struct {
		h    http.HandlerFunc
		want wire.Code
	}{
		"a receipt":     {answer(200, "application/json", receiptOfPress), ""},
		"another press": {answer(200, "application/json", strings.Replace(receiptOfPress, "press-1", "press-2", 1)), wire.CodeOffline},
		"no status":     {answer(200, "application/json", `{"id":"press-1"}`), wire.CodeOffline},
		"decided":       {answer(409, wire.ContentTypeProblem, `{"type":"urn:timeclock:problem:decided","code":"decided"}`), wire.CodeDecided},
	} {
		t.Run(name, func(t *testing.T) {
			var path, body string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				path, body = r.Method+" "+r.URL.Path, string(b)
				row.h(w, r)
			})
			_, err := c.Decide(t.Context(), "press-1", wire.Decision{Choice: wire.ChoiceStated, At: 7})
			if got := CodeOf(err); got != row.want {
				t.Errorf("Decide = %v: code %q, want %q", err, got, row.want)
			}
			if path != "POST /api/punches/press-1/decision" || body != `{"choice":"stated","at":7}` {
				t.Errorf("sent %s %s", path, body)
			}
		})
	}
}

func TestConflictsAreOfTheTeamAskedFor(t *testing.T) {
	const list = `{"team":"team-1","open":[{"person":{"id":"b","name":"Ben"},"receipt":` + receiptOfPress + `}]}`
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != wire.PathConflicts || r.URL.Query().Get(wire.ParamTeam) == "" {
			t.Errorf("asked for %s", r.URL)
		}
		answer(200, "application/json", list)(w, r)
	})
	if got, err := c.Conflicts(t.Context(), "team-1"); err != nil || len(got.Open) != 1 || got.Open[0].Person.Name != "Ben" {
		t.Errorf("Conflicts = %+v, %v", got, err)
	}
	if _, err := c.Conflicts(t.Context(), "team-2"); CodeOf(err) != wire.CodeOffline {
		t.Errorf("Conflicts of another team = %v", err)
	}
}

func TestSessionsAreReadAndEnded(t *testing.T) {
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		if r.Method == http.MethodGet {
			answer(200, "application/json", `{"sessions":[{"id":"a/b","created":1,"seen":2,"expires":3,"current":true}]}`)(w, r)
			return
		}
		answer(200, "application/json", `{"ended":1}`)(w, r)
	})
	got, err := c.Sessions(t.Context())
	if err != nil || len(got.Sessions) != 1 || !got.Sessions[0].Current {
		t.Errorf("Sessions = %+v, %v", got, err)
	}
	if err := errors.Join(c.EndSession(t.Context(), "a"), c.EndOthers(t.Context())); err != nil {
		t.Error(err)
	}
	want := "GET /api/sessions, POST /api/sessions/a/end, POST /api/sessions/end"
	if got := strings.Join(asked, ", "); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

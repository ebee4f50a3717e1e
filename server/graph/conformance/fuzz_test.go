package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"timeclock/server/graph"
)

// whatever is a transport that answers anything, and notes where the token
// went.
type whatever struct {
	status int
	header http.Header
	body   []byte
	more   []byte // of every answer after the first
	asked  []*http.Request
}

func (w *whatever) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.Body != nil {
		io.Copy(io.Discard, q.Body)
		q.Body.Close()
	}
	w.asked = append(w.asked, q)
	body := w.body
	if len(w.asked) > 1 && w.more != nil {
		body = w.more
	}
	return &http.Response{
		StatusCode: w.status, Header: w.header, Request: q, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

func (w *whatever) client(t *testing.T) *graph.Client {
	t.Helper()
	c, err := graph.New(graph.Config{
		Root: "https://graph.example/base", Transport: w, Budget: unlimited{}, Rand: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everything calls each operation of the client.
func everything(ctx context.Context, c *graph.Client) map[string]error {
	who, app := as(alice), as("app")
	app.User = alice
	_, me := c.Me(ctx, who)
	_, user := c.Me(ctx, app)
	_, teams := c.JoinedTeams(ctx, who)
	_, members := c.Members(ctx, who, team)
	_, teamsOf := c.JoinedTeams(ctx, app)
	_, photo := c.Photo(ctx, who, "")
	_, photoOf := c.Photo(ctx, who, alice)
	_, schedule := c.Schedule(ctx, who, team)
	_, shifts := c.Shifts(ctx, who, team, 0, 1<<50)
	_, off := c.TimesOff(ctx, who, team, 0, 1<<50)
	_, list := c.Cards(ctx, who, team, graph.Filter{})
	_, get := c.Card(ctx, who, team, cardID)
	_, create := c.CreateCard(ctx, who, team, graph.TimeCard{UserID: alice})
	_, replace := c.ReplaceCard(ctx, who, team, graph.TimeCard{ID: cardID})
	_, clockIn := c.ClockIn(ctx, who, team, graph.Action{})
	_, clockOut := c.ClockOut(ctx, who, team, cardID, graph.Action{})
	_, start := c.StartBreak(ctx, who, team, cardID, graph.Action{})
	_, end := c.EndBreak(ctx, who, team, cardID, graph.Action{})
	_, confirm := c.Confirm(ctx, who, team, cardID)
	_, confirmFor := c.ConfirmFor(ctx, app, team, cardID, alice)
	return map[string]error{
		"me": me, "user": user, "joinedTeams": teams, "joinedTeams of a user": teamsOf, "members": members,
		"photo": photo, "photo of a user": photoOf, "schedule": schedule, "shifts": shifts, "timesOff": off, "list": list, "get": get, "create": create, "replace": replace,
		"delete": c.DeleteCard(ctx, who, team, cardID), "clockIn": clockIn, "clockOut": clockOut,
		"startBreak": start, "endBreak": end, "confirm": confirm, "confirmForUser": confirmFor,
	}
}

// TestEverythingIsCalled: the fuzzing leaves out no operation.
func TestEverythingIsCalled(t *testing.T) {
	w := &whatever{status: http.StatusBadRequest, header: http.Header{}}
	called := everything(t.Context(), w.client(t))
	for _, o := range graph.Operations() {
		if called[o.Name] == nil {
			t.Errorf("%s is not called, or succeeds against 400", o.Name)
		}
	}
}

// FuzzAnswer answers every operation with any bytes. Nothing panics; every
// failure has its type, fits a log line, and claims no more than is known.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `7`, `"x"`, `{"value":null}`, `{"value":[null]}`, `{"value":[{"sharedShift":{}}]}`, `{"value":[{}],"@odata.nextLink":7}`,
		`{"id":"TCK_1","breaks":[{"start":null}],"clockInEvent":{"dateTime":null}}`, `{"id":"TCK_1","clockInEvent":{"dateTime":"0000-00-00"}}`,
		`{"error":{"code":7,"message":{"error":{}},"innerError":[]}}`, `{"error":{"message":"{\"error\":{\"message\":\"{}\"}}"}}`, "\xff\xfe{\x00",
		strings.Repeat(`{"error":`, 200), strings.Repeat(`[`, 10_001), `{"timeClockSettings":{"approvedLocation":{"latitude":"NaN"}}}`, "\x89PNG\r\n\x1a\n",
	} {
		for _, status := range []int{200, 201, 204, 400, 404} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		// Reads are repeated after 429 and 5xx, which takes time and shows nothing new.
		status = 200 + (status%300+300)%300
		if status == http.StatusTooManyRequests {
			status = http.StatusBadRequest
		}
		w := &whatever{status: status, header: http.Header{"Request-Id": {string(body)}}, body: body}
		for name, err := range everything(t.Context(), w.client(t)) {
			var failure *graph.Error
			var back *graph.ReadBackError
			switch {
			case err == nil && status >= 300:
				t.Errorf("%s: status %d passed for a success", name, status)
			case err == nil:
			case errors.As(err, &back):
				if graph.OutcomeOf(err) != graph.Done {
					t.Errorf("%s: outcome %v of %v", name, graph.OutcomeOf(err), err)
				}
			case !errors.As(err, &failure):
				t.Errorf("%s: %v is no *graph.Error", name, err)
			case status < 300 && graph.OutcomeOf(err) != graph.Unknown:
				t.Errorf("%s: %v after a success that cannot be read", name, graph.OutcomeOf(err))
			}
			if err != nil && strings.ContainsAny(err.Error(), "\r\n\x1b\x00") {
				t.Errorf("%s: %q does not fit a log line", name, err)
			}
		}
	})
}

// FuzzNextLink lets a page name any next one. The token goes nowhere but below
// the client's own root.
func FuzzNextLink(f *testing.F) {
	for _, link := range []string{
		"https://graph.example/base/v1.0/teams/t/schedule/timeCards?$skiptoken=x", "https://graph.example:443/base/x",
		"https://graph.example/other", "https://graph.example/base/../other", "https://graph.example/base/%2e%2e/other", "https://graph.example/base",
		"http://graph.example/base/x", "https://evil.example/base/x", "https://graph.example@evil.example/base/x", "//evil.example/base/x", "/base/x",
		"https://graph.example:8443/base/x", "https:graph.example/base/x", "https://GRAPH.example/base/x#f", "https://graph.example/base/\\..\\x", "", "\x00",
	} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		text, err := jsonText(link)
		if err != nil {
			t.Skip("not a text of JSON")
		}
		w := &whatever{
			status: http.StatusOK, header: http.Header{}, more: []byte(`{"value":[]}`),
			body: []byte(`{"value":[],"@odata.nextLink":` + text + `}`),
		}
		_, err = w.client(t).Cards(t.Context(), as(alice), team, graph.Filter{})
		for _, q := range w.asked {
			u := q.URL
			if u.Scheme != "https" || !strings.EqualFold(u.Hostname(), "graph.example") || u.Port() != "" && u.Port() != "443" || u.User != nil {
				t.Errorf("%q led the token to %s", link, u)
			}
			if !strings.HasPrefix(u.JoinPath().Path, "/base/") || strings.Contains(u.Path, "..") || u.Fragment != "" {
				t.Errorf("%q led below the root, to %s", link, u)
			}
		}
		if wantsTwo := err == nil && link != ""; wantsTwo != (len(w.asked) == 2) {
			t.Errorf("%q: %d requests, %v", link, len(w.asked), err)
		}
	})
}

// jsonText writes a string as JSON, if it can be read back as it was.
func jsonText(s string) (string, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	var back string
	if err := json.Unmarshal(text, &back); err != nil || back != s {
		return "", errors.New("changed on the way")
	}
	return string(text), nil
}

// FuzzPlace puts any text where an id belongs. Either nothing is sent, or the
// text stands in its place and nowhere else.
func FuzzPlace(f *testing.F) {
	for _, id := range []string{alice, cardID, "", ".", "..", "a/b", `a\b`, "%2e%2e", "a?x=y", "a#b", "a;b", "a'b", "x' or 'a' eq 'a", "a\nb", "é", "$value", "clockIn"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		app := as("app")
		app.User, app.ActsAs = id, true
		const cards = "/schedule/timeCards"
		for want, call := range map[string]func(context.Context, *graph.Client) error{
			"/users/" + id: func(ctx context.Context, c *graph.Client) error { _, err := c.Me(ctx, app); return err },
			"/users/" + id + "/photo/$value": func(ctx context.Context, c *graph.Client) error {
				_, err := c.Photo(ctx, as(alice), id)
				return err
			},
			"/teams/" + id + cards: func(ctx context.Context, c *graph.Client) error {
				_, err := c.Cards(ctx, as(alice), id, graph.Filter{})
				return err
			},
			"/teams/" + team + cards + "/" + id: func(ctx context.Context, c *graph.Client) error {
				_, err := c.Card(ctx, as(alice), team, id)
				return err
			},
			"/teams/" + team + "/members": func(ctx context.Context, c *graph.Client) error {
				_, _, err := c.Member(ctx, as(alice), team, id)
				return err
			},
			"/teams/" + team + cards: func(ctx context.Context, c *graph.Client) error {
				_, err := c.Cards(ctx, as(alice), team, graph.Filter{Person: id})
				return err
			},
			"/teams/" + team + "/schedule": func(ctx context.Context, c *graph.Client) error { _, err := c.Schedule(ctx, app, team); return err },
		} {
			if id == "" {
				continue // means "everybody", "me" or a person's own token
			}
			w := &whatever{status: http.StatusBadRequest, header: http.Header{}}
			err := call(t.Context(), w.client(t))
			if len(w.asked) == 0 {
				if graph.OutcomeOf(err) != graph.Refused {
					t.Errorf("%q at %s: not sent, and %v", id, want, err)
				}
				continue
			}
			u := w.asked[0].URL
			if u.Path != "/base/v1.0"+want || u.EscapedPath() != u.Path || u.JoinPath().Path != u.Path {
				t.Errorf("%q at %s went to %s", id, want, u)
			}
			if extra := len(u.Query()); extra > 2 || strings.Count(u.Query().Get("$filter"), "'") > 2 {
				t.Errorf("%q at %s wrote into the query of %s", id, want, u)
			}
			if as := w.asked[0].Header["MS-APP-ACTS-AS"]; len(as) > 0 && as[0] != id {
				t.Errorf("%q stands in the header as %q", id, as)
			}
		}
	})
}

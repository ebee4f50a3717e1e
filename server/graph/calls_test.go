package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
)

const aPerson = "d56f3e8a-2b0f-42b1-88b9-e2dbd12a34d2"

// wireCall is one operation as it must look on the wire.
type wireCall struct {
	make   func(context.Context, *Client) (any, error)
	target string
	body   string // JSON; empty for no body
	answer string // of the documented status
}

const (
	teamTarget = "/v1.0/teams/" + aTeam
	cardTarget = teamTarget + "/schedule/timeCards/" + aCardID
)

// wire makes each operation of the table once, by name.
var wire = map[string]wireCall{
	"me": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Me(ctx, token) },
		target: "/v1.0/me", answer: `{"id":"` + aPerson + `","displayName":"Ana Ruiz"}`,
	},
	"user": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Me(ctx, applied(false)) },
		target: "/v1.0/users/" + aPerson, answer: `{"id":"` + aPerson + `","displayName":"Ana Ruiz"}`,
	},
	"joinedTeams of a user": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.JoinedTeams(ctx, applied(false)) },
		target: "/v1.0/users/" + aPerson + "/joinedTeams", answer: `{"value":[]}`,
	},
	"photo": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Photo(ctx, token, "") },
		target: "/v1.0/me/photo/$value", answer: aPicture,
	},
	"photo of a user": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Photo(ctx, token, aPerson) },
		target: "/v1.0/users/" + aPerson + "/photo/$value", answer: aPicture,
	},
	"timesOff": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.TimesOff(ctx, token, aTeam, at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"))
		},
		target: teamTarget + "/schedule/timesOff?$filter=sharedTimeOff%2FstartDateTime%20ge%202026-01-30T00%3A00%3A00.000Z%20and%20sharedTimeOff%2FendDateTime%20le%202026-04-03T00%3A00%3A00.000Z",
		answer: `{"value":[]}`,
	},
	"joinedTeams": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.JoinedTeams(ctx, token) },
		target: "/v1.0/me/joinedTeams", answer: `{"value":[]}`,
	},
	"members": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Members(ctx, token, aTeam) },
		target: teamTarget + "/members?$top=999", answer: `{"value":[]}`,
	},
	"schedule": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Schedule(ctx, token, aTeam) },
		target: teamTarget + "/schedule", answer: `{}`,
	},
	"shifts": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.Shifts(ctx, token, aTeam, at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"))
		},
		target: teamTarget + "/schedule/shifts?$filter=sharedShift%2FstartDateTime%20ge%202026-03-01T00%3A00%3A00.000Z%20and%20sharedShift%2FendDateTime%20le%202026-03-04T00%3A00%3A00.000Z",
		answer: `{"value":[]}`,
	},
	"list": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.Cards(ctx, token, aTeam, Filter{Person: aPerson, From: at("2026-03-02T00:00:00Z"), To: at("2026-03-09T00:00:00Z"), State: clock.Out})
		},
		target: teamTarget + "/schedule/timeCards?$top=200&$filter=userId%20eq%20%27" + aPerson + "%27%20and%20clockInEvent%2FdateTime%20ge%202026-03-02T00%3A00%3A00.000Z" +
			"%20and%20clockInEvent%2FdateTime%20le%202026-03-09T00%3A00%3A00.000Z%20and%20state%20eq%20%27clockedOut%27",
		answer: `{"value":[` + aCard + `]}`,
	},
	"get": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Card(ctx, token, aTeam, aCardID) },
		target: cardTarget, answer: aCard,
	},
	"create": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.CreateCard(ctx, token, aTeam, TimeCard{UserID: aPerson, ClockIn: &Event{DateTime: Stamp(at("2026-03-02T07:00:00Z"))}})
		},
		target: teamTarget + "/schedule/timeCards", answer: aCard,
		body: `{"userId":"` + aPerson + `","clockInEvent":{"dateTime":"2026-03-02T07:00:00.000Z"}}`,
	},
	"replace": {
		make: func(ctx context.Context, c *Client) (any, error) {
			var card TimeCard
			if err := card.UnmarshalJSON([]byte(`{"@odata.context":"x","pay":1,` + aCard[1:])); err != nil {
				return nil, err
			}
			return c.ReplaceCard(ctx, token, aTeam, card)
		},
		target: cardTarget, body: `{"pay":1,` + aCard[1:],
	},
	"delete": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return nil, c.DeleteCard(ctx, token, aTeam, aCardID)
		},
		target: cardTarget,
	},
	"clockIn": {
		make: func(ctx context.Context, c *Client) (any, error) {
			yes := true
			return c.ClockIn(ctx, token, aTeam, Action{Note: "<late>", Approved: &yes, OnBehalfOf: aPerson})
		},
		target: teamTarget + "/schedule/timeCards/clockIn", answer: aCard,
		body: `{"isAtApprovedLocation":true,"notes":{"contentType":"text","content":"<late>"},"onBehalfOfUserId":"` + aPerson + `"}`,
	},
	"clockOut": {
		make: func(ctx context.Context, c *Client) (any, error) {
			no := false
			return c.ClockOut(ctx, token, aTeam, aCardID, Action{Approved: &no})
		},
		target: cardTarget + "/clockOut", body: `{"isAtApprovedLocation":false}`,
	},
	"startBreak": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.StartBreak(ctx, token, aTeam, aCardID, Action{Note: "lunch"})
		},
		target: cardTarget + "/startBreak", body: `{"notes":{"contentType":"text","content":"lunch"}}`,
	},
	"endBreak": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.EndBreak(ctx, token, aTeam, aCardID, Action{})
		},
		target: cardTarget + "/endBreak", body: `{}`,
	},
	"confirm": {
		make:   func(ctx context.Context, c *Client) (any, error) { return c.Confirm(ctx, token, aTeam, aCardID) },
		target: cardTarget + "/confirm",
	},
	"confirmForUser": {
		make: func(ctx context.Context, c *Client) (any, error) {
			return c.ConfirmFor(ctx, token, aTeam, aCardID, aPerson)
		},
		target: strings.Replace(cardTarget, "v1.0", "beta", 1) + "/confirmForUser", answer: aCard,
		body: `{"userId":"` + aPerson + `"}`,
	},
}

// answersAs answers each request of the operation as its page says, and reads
// of the card with the card.
func answersAs(o Operation, w wireCall) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == o.Method {
			answerJSON(rw, o.Status, w.answer)
			return
		}
		answerJSON(rw, 200, aCard)
	}
}

// TestOperationsOnTheWire holds the table against the requests really made.
func TestOperationsOnTheWire(t *testing.T) {
	for _, o := range Operations() {
		t.Run(o.Name, func(t *testing.T) {
			w, ok := wire[o.Name]
			if !ok {
				t.Fatalf("no call makes %s", o.Name)
			}
			d := serve(t, answersAs(o, w))
			got, err := w.make(t.Context(), client(t, d, nil))
			if err != nil {
				t.Fatalf("%s: %v", o.Name, err)
			}
			made := d.requests()
			checkRequest(t, made[0], o, w)
			if card, ok := got.(TimeCard); ok && write(t, card) != write(t, read(t, aCard)) {
				t.Errorf("%s gave %s, want the card", o.Name, write(t, card))
			}
			readsBack := o.Status == http.StatusNoContent && o.Class != Delete
			if readsBack && (len(made) != 2 || made[1].method != "GET" || made[1].target != cardTarget) {
				t.Errorf("%s made %+v, want the card read back", o.Name, made)
			}
			if !readsBack && len(made) != 1 {
				t.Errorf("%s made %d requests, want 1", o.Name, len(made))
			}
		})
	}
	if len(wire) != len(Operations()) {
		t.Errorf("%d calls for %d operations", len(wire), len(Operations()))
	}
}

func checkRequest(t *testing.T, got request, o Operation, w wireCall) {
	t.Helper()
	if got.method != o.Method || got.target != w.target {
		t.Errorf("request was %s %s\nwant        %s %s", got.method, got.target, o.Method, w.target)
	}
	if template := strings.NewReplacer("{team}", aTeam, "{card}", aCardID, "{user}", aPerson).Replace(o.Path); !strings.Contains(got.target, template) {
		t.Errorf("request was for %s, the table says %s", got.target, o.Path)
	}
	want := map[string]string{"Authorization": "Bearer " + aToken, "Accept": o.accept(), "User-Agent": "timeclock"}
	allowed := []string{"Authorization", "Accept", "User-Agent", "Client-Request-Id", "Accept-Encoding", "Content-Length"}
	if w.body != "" {
		want["Content-Type"] = "application/json"
		allowed = append(allowed, "Content-Type")
		if !sameJSON([]byte(got.body), []byte(w.body)) {
			t.Errorf("body %s\nwant %s", got.body, w.body)
		}
	} else if got.body != "" {
		t.Errorf("body %s, want none", got.body)
	}
	for name, value := range want {
		if got.header.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), value)
		}
	}
	for name := range got.header {
		if !slices.Contains(allowed, name) {
			t.Errorf("header %s was sent", name)
		}
	}
	if _, err := uuid.Parse(got.header.Get("client-request-id")); err != nil {
		t.Errorf("client-request-id %q: %v", got.header.Get("client-request-id"), err)
	}
}

// TestActionsTakeEitherAnswer: the pages say 204, the metadata a card.
func TestActionsTakeEitherAnswer(t *testing.T) {
	for _, name := range []string{"clockOut", "startBreak", "endBreak", "confirm", "replace", "confirmForUser"} {
		for _, answer := range []struct {
			status int
			body   string
			reads  int
		}{{204, "", 1}, {200, aCard, 0}, {201, aCard, 0}, {200, "", 1}, {202, " \n", 1}} {
			t.Run(fmt.Sprint(name, " ", answer.status, " ", len(answer.body)), func(t *testing.T) {
				d := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						answerJSON(w, 200, aCard)
						return
					}
					answerJSON(w, answer.status, answer.body)
				})
				got, err := wire[name].make(t.Context(), client(t, d, nil))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if card := got.(TimeCard); card.ID != aCardID {
					t.Errorf("%s gave card %q, want %q", name, card.ID, aCardID)
				}
				if n := d.count(http.MethodGet); n != answer.reads {
					t.Errorf("the card was read %d times, want %d", n, answer.reads)
				}
			})
		}
	}
}

func TestReadBackFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tests := []struct {
		name string
		read http.HandlerFunc
	}{
		{"500", with(500, "")}, {"401", with(401, "")}, {"404", with(404, "")}, {"cut", cut}, {"no card", with(200, "{}")},
		{"caller is gone", func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					tt.read(w, r)
					return
				}
				w.WriteHeader(204)
			})
			_, err := client(t, d, nil).ClockOut(ctx, token, aTeam, aCardID, Action{})
			var back *ReadBackError
			if !errors.As(err, &back) || back.Card != aCardID || OutcomeOf(err) != Done {
				t.Errorf("ClockOut: %v, want *ReadBackError of the card", err)
			}
			if n := d.count(http.MethodPost); n != 1 {
				t.Errorf("clockOut was sent %d times", n)
			}
		})
	}
}

// pagesOf serves a list of cards in pages, each linking to the next on root.
func pagesOf(n int, root func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := 0
		fmt.Sscan(r.URL.Query().Get("$skiptoken"), &page)
		next := ""
		if page+1 < n {
			next = fmt.Sprintf(`,"@odata.nextLink":"%s/v1.0/teams/%s/schedule/timeCards?$skiptoken=%d&x=a%%2fb+c"`, root(), aTeam, page+1)
		}
		answerJSON(w, 200, fmt.Sprintf(`{"value":[{"id":"TCK_%d","userId":"%s"}]%s}`, page, aPerson, next))
	}
}

func TestPagesAreFollowed(t *testing.T) {
	var d *double
	d = serve(t, func(w http.ResponseWriter, r *http.Request) { pagesOf(3, func() string { return d.URL })(w, r) })
	cards, err := client(t, d, nil).Cards(t.Context(), token, aTeam, Filter{Person: strings.ToUpper(aPerson)})
	if err != nil || len(cards) != 3 || cards[2].ID != "TCK_2" {
		t.Fatalf("Cards = %+v, %v; want TCK_0 to TCK_2", cards, err)
	}
	made := d.requests()
	if want := teamTarget + "/schedule/timeCards?$skiptoken=2&x=a%2fb+c"; len(made) != 3 || made[2].target != want {
		t.Errorf("requests were %+v, the last wanted for %s", made, want)
	}
}

func TestPagesThatLeadElsewhere(t *testing.T) {
	elsewhere := serve(t, with(200, `{"value":[]}`))
	links := []string{
		elsewhere.URL + teamTarget, elsewhere.URL + "/base/v1.0/teams", "//" + strings.TrimPrefix(elsewhere.URL, "http://") + "/base/v1.0/x", "/base/v1.0/relative", "mailto:a@b",
		"SELF/other/v1.0/teams", "SELF/base/../other", "SELF/base/%2e%2e/other", "USER/base/v1.0/teams", "SELF/basement", "https-SELF/base/v1.0", "%zz", "\x00",
	}
	for _, link := range links {
		var d *double
		d = serve(t, func(w http.ResponseWriter, r *http.Request) {
			self := strings.ReplaceAll(link, "https-SELF", strings.Replace(d.URL, "http:", "https:", 1))
			self = strings.ReplaceAll(self, "SELF", d.URL)
			self = strings.ReplaceAll(self, "USER", strings.Replace(d.URL, "//", "//me@", 1))
			answerJSON(w, 200, fmt.Sprintf(`{"value":[],"@odata.nextLink":%q}`, self))
		})
		c := client(t, d, func(cfg *Config) { cfg.Root = d.URL + "/base/" })
		if got, err := c.JoinedTeams(t.Context(), token); err == nil {
			t.Errorf("next page %q: JoinedTeams = %+v, want an error", link, got)
		}
		if n := len(d.requests()); n != 1 {
			t.Errorf("next page %q: %d requests were made, want 1", link, n)
		}
	}
	if n := len(elsewhere.requests()); n != 0 {
		t.Errorf("%d requests, with the token, went elsewhere", n)
	}
}

func TestPagesWithoutEnd(t *testing.T) {
	var d *double
	d = serve(t, func(w http.ResponseWriter, r *http.Request) { pagesOf(1<<30, func() string { return d.URL })(w, r) })
	cards, err := client(t, d, nil).Cards(t.Context(), token, aTeam, Filter{})
	if !errors.Is(err, ErrUnavailable) || cards != nil || len(d.requests()) != maxPages {
		t.Errorf("Cards = %d cards, %v after %d requests; want an error after %d", len(cards), err, len(d.requests()), maxPages)
	}
}

func TestListsThatAreNone(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"value":null}`, `{"value":{}}`, `{"value":[7]}`, ``, `<html>`} {
		d := serve(t, with(200, body))
		if got, err := client(t, d, nil).Cards(t.Context(), token, aTeam, Filter{}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("answer %q: Cards = %+v, %v; want %v", body, got, err, ErrUnavailable)
		}
	}
}

// TestCardsAreSortedOutHere serves what was not asked for.
func TestCardsAreSortedOutHere(t *testing.T) {
	card := func(id, person, began string) string {
		return fmt.Sprintf(`{"id":%q,"userId":%q,"clockInEvent":%s}`, id, person, began)
	}
	began := func(s string) string { return `{"dateTime":"` + s + `"}` }
	d := serve(t, with(200, `{"value":[`+strings.Join([]string{
		card("first", "p", began("2026-03-02T00:00:00Z")), card("other", "q", began("2026-03-02T00:00:00Z")),
		card("before", "p", began("2026-03-01T23:59:59.999Z")), card("last", "P", began("2026-03-02T23:59:59.999Z")),
		card("after", "p", began("2026-03-03T00:00:00Z")), card("never", "p", "null"),
	}, ",")+`]}`))
	c := client(t, d, nil)
	tests := []struct {
		filter Filter
		want   []string
	}{
		{Filter{Person: "p", From: at("2026-03-02T00:00:00Z"), To: at("2026-03-03T00:00:00Z")}, []string{"first", "last"}},
		{Filter{Person: "q"}, []string{"other"}},
		{Filter{From: at("2026-03-03T00:00:00Z")}, []string{"after"}},
		{Filter{}, []string{"first", "other", "before", "last", "after", "never"}},
	}
	for _, tt := range tests {
		cards, err := c.Cards(t.Context(), token, aTeam, tt.filter)
		var got []string
		for _, card := range cards {
			got = append(got, card.ID)
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("Cards(%+v) = %v, %v; want %v", tt.filter, got, err, tt.want)
		}
	}
}

func TestFilterThatCannotBe(t *testing.T) {
	d := serve(t, with(200, `{"value":[]}`))
	for _, f := range []Filter{{Person: "' or 1 eq 1"}, {Person: ".."}, {State: "gone"}} {
		if _, err := client(t, d, nil).Cards(t.Context(), token, aTeam, f); !errors.Is(err, ErrInvalid) {
			t.Errorf("Cards(%+v): %v, want %v", f, err, ErrInvalid)
		}
	}
	if n := len(d.requests()); n != 0 {
		t.Errorf("%d requests were made, want none", n)
	}
}

func TestSchedule(t *testing.T) {
	tests := []struct {
		body string
		want Schedule
	}{
		{`{"id":"833f","enabled":true,"timeZone":"America/Chicago","provisionStatus":"Completed","provisionStatusCode":null,"timeClockEnabled":true,
		  "startDayOfWeek":"monday","timeClockSettings":{"approvedLocation":{"altitude":0,"latitude":26.13,"longitude":-80.1}}}`,
			Schedule{Enabled: true, TimeClock: true, TimeZone: "America/Chicago", FirstDay: time.Monday, Provision: "Completed", Approved: &Location{26.13, -80.1}}},
		{`{"enabled":null,"timeZone":null,"timeClockEnabled":null,"timeClockSettings":null,"startDayOfWeek":"unknownFutureValue"}`, Schedule{}},
	}
	for _, tt := range tests {
		d := serve(t, with(200, tt.body))
		got, err := client(t, d, nil).Schedule(t.Context(), token, aTeam)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Schedule of %s = %+v, %v; want %+v", tt.body, got, err, tt.want)
		}
	}
	d := serve(t, with(404, `{"error":{"code":"NotFound","message":"Sorry, the team was not found, or you may not have access to it"}}`))
	if _, err := client(t, d, nil).Schedule(t.Context(), token, aTeam); !errors.Is(err, ErrNotFound) {
		t.Errorf("Schedule of a team without one: %v, want %v", err, ErrNotFound)
	}
}

func TestShiftsThatTouchTheDay(t *testing.T) {
	shift := func(id, start, end string) string {
		return fmt.Sprintf(`{"id":%q,"userId":"u","schedulingGroupId":"TAG_1","draftShift":null,
			"sharedShift":{"displayName":"Late","notes":"bring keys","theme":"blue","startDateTime":%q,"endDateTime":%q,"activities":[]}}`, id, start, end)
	}
	d := serve(t, with(200, `{"value":[`+strings.Join([]string{
		shift("night before", "2026-03-01T22:00:00Z", "2026-03-02T06:00:00Z"),
		shift("ends as the day begins", "2026-03-01T16:00:00Z", "2026-03-02T00:00:00Z"),
		shift("day", "2026-03-02T08:00:00Z", "2026-03-02T16:00:00Z"),
		shift("night after", "2026-03-02T22:00:00Z", "2026-03-03T06:00:00Z"),
		shift("begins as the day ends", "2026-03-03T00:00:00Z", "2026-03-03T08:00:00Z"),
		`{"id":"draft","userId":"u","sharedShift":null,"draftShift":{"startDateTime":"2026-03-02T08:00:00Z","endDateTime":"2026-03-02T16:00:00Z"}}`,
	}, ",")+`]}`))
	got, err := client(t, d, nil).Shifts(t.Context(), token, aTeam, at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"))
	if err != nil || len(got) != 3 {
		t.Fatalf("Shifts = %+v, %v; want three", got, err)
	}
	want := Shift{ID: "day", UserID: "u", Group: "TAG_1", Title: "Late", Note: "bring keys", Theme: "blue",
		Start: at("2026-03-02T08:00:00Z"), End: at("2026-03-02T16:00:00Z")}
	if got[0].ID != "night before" || got[1] != want || got[2].ID != "night after" {
		t.Errorf("Shifts = %+v, want %+v in the middle", got, want)
	}
}

func TestMembers(t *testing.T) {
	d := serve(t, with(200, `{"@odata.count":2,"value":[
		{"@odata.type":"#microsoft.graph.aadUserConversationMember","id":"x==","roles":[],"displayName":"Adele","userId":"u1","email":"a@example.com"},
		{"@odata.type":"#microsoft.graph.aadUserConversationMember","id":"y==","roles":["owner"],"displayName":null,"userId":"u2","email":null}]}`))
	got, err := client(t, d, nil).Members(t.Context(), token, aTeam)
	if err != nil || len(got) != 2 {
		t.Fatalf("Members = %+v, %v; want two", got, err)
	}
	if got[0].Owner() || !got[1].Owner() || got[0].Name != "Adele" || got[0].UserID != "u1" || got[1].Name != "" {
		t.Errorf("Members = %+v", got)
	}
}

func TestMeWithoutAnID(t *testing.T) {
	d := serve(t, with(200, `{"status":"ok"}`))
	if got, err := client(t, d, nil).Me(t.Context(), token); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Me = %+v, %v; want %v", got, err, ErrUnavailable)
	}
}

func TestQuery(t *testing.T) {
	got := query("$top", "2", "$filter", "a eq 'b+c&d' and e", "$orderby", "")
	if want := "$top=2&$filter=a%20eq%20%27b%2Bc%26d%27%20and%20e"; got != want {
		t.Errorf("query = %s, want %s", got, want)
	}
	values, err := url.ParseQuery(got)
	if err != nil || values.Get("$filter") != "a eq 'b+c&d' and e" {
		t.Errorf("ParseQuery(%s) = %v, %v", got, values, err)
	}
}

package graph

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// aPicture begins as PNG files do.
const aPicture = "\x89PNG\x0d\x0a\x1a\x0a rest of the picture"

// applied is an application that calls for aPerson.
func applied(actsAs bool) Caller {
	return Caller{Token: token.Token, User: aPerson, ActsAs: actsAs}
}

// TestApplicationOnTheWire makes every call an application can make. What leaves
// are the headers of the allow-list and no others; the person stands in
// MS-APP-ACTS-AS when that is wanted and the call is about Shifts.
func TestApplicationOnTheWire(t *testing.T) {
	calls := map[string]func(context.Context, *Client, Caller) error{
		"user":                  func(ctx context.Context, c *Client, who Caller) error { _, err := c.Me(ctx, who); return err },
		"joinedTeams of a user": func(ctx context.Context, c *Client, who Caller) error { _, err := c.JoinedTeams(ctx, who); return err },
		"photo of a user":       func(ctx context.Context, c *Client, who Caller) error { _, err := c.Photo(ctx, who, ""); return err },
		"members": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.Members(ctx, who, aTeam)
			return err
		},
		"schedule": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.Schedule(ctx, who, aTeam)
			return err
		},
		"shifts": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.Shifts(ctx, who, aTeam, 1, 2)
			return err
		},
		"timesOff": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.TimesOff(ctx, who, aTeam, 1, 2)
			return err
		},
		"list": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.Cards(ctx, who, aTeam, Filter{})
			return err
		},
		"get": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.Card(ctx, who, aTeam, aCardID)
			return err
		},
		"create": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.CreateCard(ctx, who, aTeam, TimeCard{})
			return err
		},
		"replace": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.ReplaceCard(ctx, who, aTeam, TimeCard{ID: aCardID})
			return err
		},
		"delete": func(ctx context.Context, c *Client, who Caller) error { return c.DeleteCard(ctx, who, aTeam, aCardID) },
		"clockIn": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.ClockIn(ctx, who, aTeam, Action{})
			return err
		},
		"clockOut": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.ClockOut(ctx, who, aTeam, aCardID, Action{})
			return err
		},
		"startBreak": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.StartBreak(ctx, who, aTeam, aCardID, Action{})
			return err
		},
		"endBreak": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.EndBreak(ctx, who, aTeam, aCardID, Action{})
			return err
		},
		"confirmForUser": func(ctx context.Context, c *Client, who Caller) error {
			_, err := c.Confirm(ctx, who, aTeam, aCardID)
			return err
		},
	}
	allowed := []string{"Authorization", "Accept", "User-Agent", "Client-Request-Id", "Accept-Encoding", "Content-Length", "Content-Type"}
	for _, o := range Operations() {
		if o.Role == "" {
			continue
		}
		for _, actsAs := range []bool{true, false} {
			d := serve(t, answersAs(o, wire[o.Name]))
			if err := calls[o.Name](t.Context(), client(t, d, nil), applied(actsAs)); err != nil {
				t.Errorf("%s: %v", o.Name, err)
			}
			for _, made := range d.requests() {
				want := ""
				if actsAs && strings.HasPrefix(o.Path, schedulePath) {
					want = aPerson
				}
				if got := made.header.Get("MS-APP-ACTS-AS"); got != want {
					t.Errorf("%s with ActsAs %v sent MS-APP-ACTS-AS %q, want %q", o.Name, actsAs, got, want)
				}
				made.header.Del("MS-APP-ACTS-AS")
				for name := range made.header {
					if !slices.Contains(allowed, name) {
						t.Errorf("%s sent header %s", o.Name, name)
					}
				}
				if strings.Contains(made.target, "/me") && !strings.Contains(made.target, "/members") {
					t.Errorf("%s asked for %s: an application is nobody's \"me\"", o.Name, made.target)
				}
			}
		}
	}
}

// TestApplicationNamesThePerson: whose card it is stands in the body.
func TestApplicationNamesThePerson(t *testing.T) {
	const other = "3f29c8e7-7a41-4d8e-99d6-2b1f76c9421e"
	tests := []struct {
		name string
		call func(*Client) (TimeCard, error)
		want string
	}{
		{"clockIn", func(c *Client) (TimeCard, error) { return c.ClockIn(t.Context(), applied(true), aTeam, Action{}) },
			`{"onBehalfOfUserId":"` + aPerson + `"}`},
		{"clockIn for another", func(c *Client) (TimeCard, error) {
			return c.ClockIn(t.Context(), applied(true), aTeam, Action{OnBehalfOf: other})
		}, `{"onBehalfOfUserId":"` + other + `"}`},
		{"create", func(c *Client) (TimeCard, error) { return c.CreateCard(t.Context(), applied(true), aTeam, TimeCard{}) },
			`{"userId":"` + aPerson + `"}`},
		{"create for another", func(c *Client) (TimeCard, error) {
			return c.CreateCard(t.Context(), applied(true), aTeam, TimeCard{UserID: other})
		}, `{"userId":"` + other + `"}`},
		{"confirm", func(c *Client) (TimeCard, error) { return c.Confirm(t.Context(), applied(true), aTeam, aCardID) },
			`{"userId":"` + aPerson + `"}`},
		{"clockIn by oneself", func(c *Client) (TimeCard, error) { return c.ClockIn(t.Context(), token, aTeam, Action{}) }, `{}`},
	}
	for _, tt := range tests {
		d := serve(t, with(201, aCard))
		if _, err := tt.call(client(t, d, nil)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := d.requests()[0].body; !sameJSON([]byte(got), []byte(tt.want)) {
			t.Errorf("%s sent %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestApplicationTokenNotAccepted: it is nobody's session, and the next attempt
// of a read has another token.
func TestApplicationTokenNotAccepted(t *testing.T) {
	d := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer new" {
			answerJSON(w, 401, `{"error":{"code":"InvalidAuthenticationToken"}}`)
			return
		}
		answerJSON(w, 200, aCard)
	})
	now := "old"
	who := Caller{User: aPerson,
		Token:   func(context.Context) (string, error) { return now, nil },
		Refused: func(tok string) { now = map[string]string{"old": "newer", "newer": "new"}[tok] }}
	if _, err := client(t, d, nil).Card(t.Context(), who, aTeam, aCardID); err != nil || len(d.requests()) != 3 {
		t.Errorf("Card: %v after %d requests, want success with the third token", err, len(d.requests()))
	}
	now = "old"
	_, err := client(t, d, nil).ClockIn(t.Context(), who, aTeam, Action{})
	if errors.Is(err, ErrToken) || !errors.Is(err, ErrUnavailable) || OutcomeOf(err) != NotSent || now != "newer" {
		t.Errorf("ClockIn: %v (%v) and the token is now %q; want %v, not sent, and the old token given up", err, OutcomeOf(err), now, ErrUnavailable)
	}
}

func TestApplicationForNobodyThatCanBe(t *testing.T) {
	d := serve(t, with(200, aCard))
	for _, user := range []string{"a/b", "..", "a\r\nX-Admin: 1", "a b"} {
		who := Caller{Token: token.Token, User: user, ActsAs: true}
		if _, err := client(t, d, nil).Card(t.Context(), who, aTeam, aCardID); !errors.Is(err, ErrInvalid) || OutcomeOf(err) != Refused {
			t.Errorf("Card for %q: %v, want %v", user, err, ErrInvalid)
		}
	}
	if n := len(d.requests()); n != 0 {
		t.Errorf("%d requests were made, want none", n)
	}
}

func TestMember(t *testing.T) {
	d := serve(t, with(200, `{"value":[{"userId":"else"},{"userId":"`+strings.ToUpper(aPerson)+`","roles":["owner"]}]}`))
	c := client(t, d, nil)
	m, ok, err := c.Member(t.Context(), token, aTeam, aPerson)
	if err != nil || !ok || !m.Owner() {
		t.Errorf("Member = %+v, %v, %v; want the owner", m, ok, err)
	}
	if want := teamTarget + "/members?$filter=%28microsoft.graph.aadUserConversationMember%2FuserId%20eq%20%27" + aPerson + "%27%29"; d.requests()[0].target != want {
		t.Errorf("request was for %s\nwant            %s", d.requests()[0].target, want)
	}
	if _, ok, err := c.Member(t.Context(), token, aTeam, "nobody"); ok || err != nil {
		t.Errorf("Member(nobody) = %v, %v; want none, whatever else is on the list", ok, err)
	}
	if _, _, err := c.Member(t.Context(), token, aTeam, "' or true"); !errors.Is(err, ErrInvalid) {
		t.Errorf("Member of what is no id: %v, want %v", err, ErrInvalid)
	}
}

func TestPhotos(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		kind   string
		is     error
	}{
		{"png", with(200, aPicture), "image/png", nil},
		{"jpeg", with(200, "\xff\xd8\xff\xe0 rest"), "image/jpeg", nil},
		{"none", with(404, `{"error":{"code":"ImageNotFound"}}`), "", ErrNotFound},
		{"a page", with(200, "<html><script>"), "", ErrUnavailable},
		{"a drawing", with(200, `<svg xmlns="http://www.w3.org/2000/svg"/>`), "", ErrUnavailable},
		{"nothing", with(200, ""), "", ErrUnavailable},
		{"too long", with(200, aPicture+strings.Repeat(" ", maxPhoto)), "", ErrUnavailable},
	} {
		got, err := client(t, serve(t, tt.answer), nil).Photo(t.Context(), token, "")
		if got.Type != tt.kind || !errors.Is(err, tt.is) || (err == nil) != (len(got.Bytes) > 0) {
			t.Errorf("%s: Photo = %s of %d bytes, %v; want %q, %v", tt.name, got.Type, len(got.Bytes), err, tt.kind, tt.is)
		}
	}
}

func TestTimesOffThatTouchTheDay(t *testing.T) {
	d := serve(t, with(200, `{"value":[
		{"id":"TOFF_1","userId":"u","draftTimeOff":null,"sharedTimeOff":{"timeOffReasonId":"TOR_1","theme":"white","startDateTime":"2026-03-01T23:00:00Z","endDateTime":"2026-03-05T23:00:00Z"}},
		{"id":"TOFF_2","userId":"u","sharedTimeOff":{"startDateTime":"2026-03-03T00:00:00Z","endDateTime":"2026-03-05T23:00:00Z"}},
		{"id":"TOFF_3","userId":"u","sharedTimeOff":null,"draftTimeOff":{"startDateTime":"2026-03-02T00:00:00Z","endDateTime":"2026-03-03T00:00:00Z"}}]}`))
	got, err := client(t, d, nil).TimesOff(t.Context(), token, aTeam, at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"))
	want := TimeOff{ID: "TOFF_1", UserID: "u", Reason: "TOR_1", Theme: "white", Start: at("2026-03-01T23:00:00Z"), End: at("2026-03-05T23:00:00Z")}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("TimesOff = %+v, %v; want %+v", got, err, want)
	}
}

func TestMarkdownTellsEveryOperation(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(Markdown()), "\n")
	if len(lines) != len(Operations())+2 {
		t.Fatalf("Markdown has %d lines for %d operations", len(lines), len(Operations()))
	}
	for i, o := range Operations() {
		row := lines[i+2]
		if strings.Count(row, "|") != 7 || !strings.Contains(row, "`"+o.Method+" "+o.Path+"`") || !strings.Contains(row, o.Permission) || !strings.Contains(row, o.Role) {
			t.Errorf("row of %s is %s", o.Name, row)
		}
		if o.Permission == "" && o.Role == "" || o.Status == 0 {
			t.Errorf("%s names no permission or no status", o.Name)
		}
	}
}

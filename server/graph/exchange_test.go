package graph

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestOutcomeOfWrites breaks a clock-in in every place and checks what is
// believed of it, and that it was sent once.
func TestOutcomeOfWrites(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   Outcome
		is     error
	}{
		{"created", with(201, aCard), Done, nil},
		{"200 instead of 201", with(200, aCard), Done, nil},
		{"204 without a card", with(204, ""), Done, nil},
		{"201 without a card", with(201, ""), Done, nil},
		{"cut before the answer", cut, Unknown, ErrUnavailable},
		{"cut within the answer", cutWithin, Unknown, ErrUnavailable},
		{"no answer", hang, Unknown, ErrTimeout},
		{"too long", huge, Unknown, ErrUnavailable},
		{"success that is HTML", with(200, "<html>sign in to the hotel</html>"), Unknown, ErrUnavailable},
		{"success that is no card", with(201, `{"value":[]}`), Unknown, ErrUnavailable},
		{"success that is half a card", with(201, `{"id":"TCK_1",`), Unknown, ErrUnavailable},
		{"success with a card of wrong shape", with(201, `{"id":7}`), Unknown, ErrUnavailable},
		{"redirected", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", 307) }, Unknown, ErrUnavailable},
		{"400", with(400, `{"error":{"code":"BadRequest"}}`), Refused, nil},
		{"401", with(401, `{"error":{"code":"InvalidAuthenticationToken"}}`), NotSent, ErrToken},
		{"403", with(403, "{"), Refused, ErrForbidden},
		{"404", with(404, ""), Refused, ErrNotFound},
		{"408", with(408, ""), Unknown, ErrTimeout},
		{"409", with(409, ""), Refused, nil},
		{"429", with(429, ""), NotSent, ErrBusy},
		{"500", with(500, ""), Unknown, ErrUnavailable},
		{"503", with(503, "busy"), Unknown, ErrUnavailable},
		{"504", with(504, ""), Unknown, ErrTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := serve(t, tt.answer)
			c := client(t, d, func(cfg *Config) {
				if tt.name == "no answer" {
					cfg.Timeout = 50 * time.Millisecond
				}
			})
			_, err := c.ClockIn(t.Context(), token, aTeam, Action{})
			if got := OutcomeOf(err); got != tt.want {
				t.Errorf("OutcomeOf(%v) = %v, want %v", err, got, tt.want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("ClockIn: %v, want %v", err, tt.is)
			}
			if n := len(d.requests()); n != 1 {
				t.Errorf("%d requests were made, want 1: %+v", n, d.requests())
			}
		})
	}
}

// TestOutcomeBeforeSending never comes to send anything.
func TestOutcomeBeforeSending(t *testing.T) {
	lost := errors.New("session is gone")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	noName := &net.DNSError{Err: "no such host", Name: "graph.example", IsNotFound: true}
	slowDial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	dial := func(f func(context.Context, string, string) (net.Conn, error)) func(*Config) {
		return func(cfg *Config) { cfg.Transport = &http.Transport{DialContext: f} }
	}
	tests := []struct {
		name   string
		ctx    context.Context
		tok    Token
		team   string
		change func(*Config)
		want   Outcome
		is     error
	}{
		{name: "refused connection", want: NotSent, is: ErrUnavailable, change: func(cfg *Config) { cfg.Root = closedPort(t) }},
		{name: "no such host", want: NotSent, is: ErrUnavailable,
			change: dial(func(context.Context, string, string) (net.Conn, error) { return nil, noName })},
		{name: "no connection in time", want: NotSent, is: ErrTimeout,
			change: func(cfg *Config) { dial(slowDial)(cfg); cfg.Timeout = 20 * time.Millisecond }},
		{name: "not TLS", want: NotSent, is: ErrUnavailable,
			change: func(cfg *Config) { cfg.Root = strings.Replace(cfg.Root, "http:", "https:", 1) }},
		{name: "token source fails", tok: func(context.Context) (string, error) { return "", lost }, want: NotSent, is: lost},
		{name: "empty token", tok: func(context.Context) (string, error) { return "", nil }, want: NotSent, is: ErrToken},
		{name: "cancelled before", ctx: ended, want: NotSent, is: context.Canceled},
		{name: "budget keeps it back", want: NotSent, is: ErrBusy, change: func(cfg *Config) {
			b := NewBuckets()
			b.Hold(aTeam, time.Now().Add(time.Hour))
			cfg.Budget = b
		}},
		{name: "no id of a team", team: "../me", want: Refused, is: ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := serve(t, with(201, aCard))
			c := client(t, d, tt.change)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if tt.ctx != nil {
				ctx = tt.ctx
			}
			if tt.tok == nil {
				tt.tok = token.Token
			}
			if tt.team == "" {
				tt.team = aTeam
			}
			_, err := c.ClockIn(ctx, By(tt.tok), tt.team, Action{})
			if got := OutcomeOf(err); got != tt.want || !errors.Is(err, tt.is) {
				t.Errorf("ClockIn: %v: outcome %v, want %v and %v", err, got, tt.want, tt.is)
			}
			if n := len(d.requests()); n != 0 {
				t.Errorf("%d requests were made, want none", n)
			}
		})
	}
}

// closedPort gives an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

func TestCancelledWhileGraphWorks(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := client(t, d, nil).ClockIn(ctx, token, aTeam, Action{})
	if OutcomeOf(err) != Unknown || !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		t.Errorf("ClockIn = %v: outcome %v, want unknown and %v", err, OutcomeOf(err), context.Canceled)
	}
}

// TestOutcomeOverHTTP2 repeats what depends on the transport.
func TestOutcomeOverHTTP2(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   Outcome
	}{
		{"created", with(201, aCard), Done},
		{"cut before the answer", cut, Unknown},
		{"cut within the answer", cutWithin, Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := new(double)
			d.Server = httptest.NewUnstartedServer(d.record(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("request came over %s, want HTTP/2", r.Proto)
				}
				tt.answer(w, r)
			}))
			d.EnableHTTP2 = true
			d.StartTLS()
			t.Cleanup(d.Close)
			c := client(t, d, func(cfg *Config) { cfg.Transport = d.Client().Transport })
			_, err := c.ClockIn(t.Context(), token, aTeam, Action{})
			if got := OutcomeOf(err); got != tt.want {
				t.Errorf("OutcomeOf(%v) = %v, want %v", err, got, tt.want)
			}
			if n := len(d.requests()); n != 1 {
				t.Errorf("%d requests were made, want 1", n)
			}
		})
	}
}

// TestClosedIdleConnection lets the server close connections behind the
// client's back: the next press must be sent once or be reported.
func TestClosedIdleConnection(t *testing.T) {
	d := serve(t, with(201, aCard))
	c := client(t, d, nil)
	for range 20 {
		before := len(d.requests())
		_, err := c.ClockIn(t.Context(), token, aTeam, Action{})
		n := len(d.requests()) - before
		if o := OutcomeOf(err); n > 1 || o == Done && n != 1 || o == NotSent && n != 0 {
			t.Fatalf("ClockIn: %v: outcome %v after %d requests", err, o, n)
		}
		d.CloseClientConnections()
	}
}

// deaf is a connection that can be made to take nothing more.
type deaf struct {
	net.Conn
	shut *atomic.Bool
}

func (c deaf) Write(b []byte) (int, error) {
	if c.shut.Load() {
		return 0, errors.New("broken pipe")
	}
	return c.Conn.Write(b)
}

// TestConnectionThatTookNothing: the transport then looks for another one,
// and there is none.
func TestConnectionThatTookNothing(t *testing.T) {
	d := serve(t, with(201, aCard))
	shut := new(atomic.Bool)
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if shut.Load() {
			return nil, errors.New("connection refused")
		}
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		return deaf{c, shut}, err
	}
	c := client(t, d, func(cfg *Config) { cfg.Transport = &http.Transport{DialContext: dial} })
	if _, err := c.ClockIn(t.Context(), token, aTeam, Action{}); err != nil {
		t.Fatal(err)
	}
	shut.Store(true)
	_, err := c.ClockIn(t.Context(), token, aTeam, Action{})
	if OutcomeOf(err) != NotSent || !errors.Is(err, ErrUnavailable) || len(d.requests()) != 1 {
		t.Errorf("ClockIn: %v: outcome %v after %d requests, want not sent", err, OutcomeOf(err), len(d.requests())-1)
	}
}

func TestReadsAreRepeated(t *testing.T) {
	tests := []struct {
		name     string
		answers  []http.HandlerFunc
		requests int
		want     error
	}{
		{"503, then the card", []http.HandlerFunc{with(503, ""), with(200, aCard)}, 2, nil},
		{"cut twice, then the card", []http.HandlerFunc{cut, cutWithin, with(200, aCard)}, 3, nil},
		{"429, then the card", []http.HandlerFunc{with(429, ""), with(200, aCard)}, 2, nil},
		{"500 for good", []http.HandlerFunc{with(500, ""), with(500, ""), with(500, ""), with(200, aCard)}, 3, ErrUnavailable},
		{"404", []http.HandlerFunc{with(404, ""), with(200, aCard)}, 1, ErrNotFound},
		{"401", []http.HandlerFunc{with(401, ""), with(200, aCard)}, 1, ErrToken},
		{"501", []http.HandlerFunc{with(501, ""), with(200, aCard)}, 1, ErrUnavailable},
		{"no JSON", []http.HandlerFunc{with(200, "x"), with(200, aCard)}, 1, ErrUnavailable},
		{"too long", []http.HandlerFunc{huge, with(200, aCard)}, 1, ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := make(chan http.HandlerFunc, len(tt.answers))
			for _, a := range tt.answers {
				answers <- a
			}
			d := serve(t, func(w http.ResponseWriter, r *http.Request) { (<-answers)(w, r) })
			_, err := client(t, d, nil).Card(t.Context(), token, aTeam, aCardID)
			if !errors.Is(err, tt.want) {
				t.Errorf("Card: %v, want %v", err, tt.want)
			}
			if n := len(d.requests()); n != tt.requests {
				t.Errorf("%d requests were made, want %d", n, tt.requests)
			}
		})
	}
}

func TestPauseBetweenReads(t *testing.T) {
	tests := []struct {
		name    string
		attempt int
		asked   time.Duration
		within  time.Duration // 0: no end
		want    time.Duration
		goesOn  bool
	}{
		{"first, jittered", 1, 0, 0, firstWait / 2, true},
		{"second, jittered", 2, 0, 0, firstWait, true},
		{"as asked", 1, 7 * time.Second, 0, 7 * time.Second, true},
		{"asked for longer than there is", 1, 7 * time.Second, 5 * time.Second, 0, false},
		{"asked for very long", 1, longestWait + 1, 0, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := t.Context(), func() {}
				if tt.within > 0 {
					ctx, cancel = context.WithTimeout(ctx, tt.within)
				}
				defer cancel()
				c := &Client{rand: func() float64 { return 0.5 }}
				began := time.Now()
				goesOn := c.pause(ctx, tt.attempt, tt.asked)
				if took := time.Since(began); goesOn != tt.goesOn || took != tt.want {
					t.Errorf("pause(%d, %v) = %v after %v, want %v after %v", tt.attempt, tt.asked, goesOn, took, tt.goesOn, tt.want)
				}
			})
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := serve(t, with(200, aCard))
	d := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	c := client(t, d, nil)
	if card, err := c.Card(t.Context(), token, aTeam, aCardID); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Card = %+v, %v; want %v", card, err, ErrUnavailable)
	}
	if n := len(elsewhere.requests()); n != 0 {
		t.Errorf("%d requests, with the token, went elsewhere", n)
	}
}

func TestThrottlingHoldsTheTeam(t *testing.T) {
	now := time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)
	d := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "10")
		w.WriteHeader(429)
	})
	b := new(book)
	c := client(t, d, func(cfg *Config) { cfg.Budget = b; cfg.Now = func() time.Time { return now } })
	_, err := c.ClockIn(t.Context(), token, strings.ToUpper(aTeam), Action{})
	var e *Error
	if !errors.As(err, &e) || e.RetryAfter != 10*time.Second {
		t.Errorf("ClockIn: %v, want RetryAfter of 10s", err)
	}
	if got, want := b.holds[aTeam], now.Add(10*time.Second); !got.Equal(want) {
		t.Errorf("team held until %v, want %v", got, want)
	}
}

func TestWhatTheBudgetIsAsked(t *testing.T) {
	d := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(204)
			return
		}
		answerJSON(w, 200, aCard)
	})
	read := Ask{Team: aTeam, Class: Read}
	urgentRead, urgentWrite := Ask{Team: aTeam, Class: Read, Urgent: true}, Ask{Team: aTeam, Class: Write, Urgent: true}
	tests := []struct {
		name string
		call func(*Client) error
		want []Ask
	}{
		{"read", func(c *Client) error { _, err := c.Card(t.Context(), token, aTeam, aCardID); return err }, []Ask{read}},
		{"read for a press", func(c *Client) error { _, err := c.Card(Urgent(t.Context()), token, aTeam, aCardID); return err }, []Ask{urgentRead}},
		{"action", func(c *Client) error { _, err := c.ClockOut(t.Context(), token, aTeam, aCardID, Action{}); return err }, []Ask{urgentWrite, urgentRead}},
		{"replace", func(c *Client) error {
			_, err := c.ReplaceCard(t.Context(), token, aTeam, TimeCard{ID: aCardID})
			return err
		}, []Ask{{Team: aTeam, Class: Write}, read}},
		{"replace for a press", func(c *Client) error {
			_, err := c.ReplaceCard(Urgent(t.Context()), token, aTeam, TimeCard{ID: aCardID})
			return err
		}, []Ask{urgentWrite, urgentRead}},
		{"edit for a press", func(c *Client) error {
			_, err := c.EditCard(Urgent(t.Context()), token, aTeam, aCardID, func(card TimeCard) (TimeCard, error) { return card, nil })
			return err
		}, []Ask{{Team: aTeam, Class: Write, Urgent: true, Reads: 1}, urgentRead}},
		{"delete", func(c *Client) error { return c.DeleteCard(t.Context(), token, aTeam, aCardID) }, []Ask{{Team: aTeam, Class: Delete}}},
		{"me", func(c *Client) error { _, err := c.Me(t.Context(), token); return err }, []Ask{{Class: Read}}},
	}
	for _, tt := range tests {
		b := new(book)
		if err := tt.call(client(t, d, func(cfg *Config) { cfg.Budget = b })); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if len(b.asks) != len(tt.want) {
			t.Errorf("%s asked %+v, want %+v", tt.name, b.asks, tt.want)
			continue
		}
		for i := range b.asks {
			if b.asks[i] != tt.want[i] {
				t.Errorf("%s asked %+v, want %+v", tt.name, b.asks, tt.want)
			}
		}
	}
}

func TestLogsNameNobody(t *testing.T) {
	d := serve(t, with(403, `{"error":{"code":"Forbidden","message":"Ana Ruiz may not"}}`))
	var log bytes.Buffer
	c := client(t, d, func(cfg *Config) {
		cfg.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c.ClockIn(t.Context(), token, aTeam, Action{Note: "my child is ill", OnBehalfOf: "someone"})
	c.Cards(t.Context(), token, aTeam, Filter{Person: "someone"})
	for _, secret := range []string{aToken, "Ana", "ill", "someone", aTeam} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
	for _, want := range []string{`"op":"clockIn"`, `"status":403`, `"request_id":"graph-request"`, `"code":"Forbidden"`, `"attempt":1`, `"client_request_id":"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}

func TestConfigThatCannotWork(t *testing.T) {
	for _, cfg := range []Config{
		{}, {Root: "graph.microsoft.com"}, {Root: "ftp://graph.example"}, {Root: "https://user:pw@graph.example"},
		{Root: "https://graph.example?x=y"}, {Root: "https://graph.example/#x"}, {Root: "https://"}, {Root: "https://graph.example\n"},
		{Root: "https://graph.example", API: "v2.0"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("New(%+v) succeeded", cfg)
		}
	}
}

package client

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// streams opens one scripted stream after the other, and refuses once they are
// used up. A script ending in "…" stays open.
type streams struct {
	scripts []string
	opened  []time.Time
	status  int
	begin   time.Time
}

func (s *streams) open(ctx context.Context, r browser.Request) (browser.Response, io.ReadCloser, error) {
	s.opened = append(s.opened, time.Now())
	if len(s.scripts) == 0 {
		return browser.Response{}, nil, &browser.Error{Name: "TypeError", Message: "Failed to fetch"}
	}
	script := s.scripts[0]
	s.scripts = s.scripts[1:]
	if body, ok := strings.CutPrefix(script, "401 "); ok {
		header := browser.Header{"content-type": wire.ContentTypeProblem}
		return browser.Response{Status: 401, Header: header}, io.NopCloser(strings.NewReader(body)), nil
	}
	read, write := io.Pipe()
	go func() {
		text, open := strings.CutSuffix(script, "…")
		io.WriteString(write, text)
		if open {
			<-ctx.Done()
		}
		write.Close()
	}()
	return browser.Response{Status: 200, Header: browser.Header{"content-type": "text/event-stream"}}, read, nil
}

func (s *streams) client() *Client {
	return &Client{Open: s.open, Mono: func() time.Duration { return time.Since(s.begin) }}
}

const (
	receiptEvent = ": hello\r\n\r\nevent: receipt\r\ndata: {\"id\":\"p1\",\"status\":\"delivered\"}\r\n\r\n"
	cardsEvent   = "event: novelty\ndata: 1\n\nevent: cards\nid: 4\ndata: {\"team\":\"t\",\ndata: \"asOf\":5}\n\n"
)

func TestEventsAreReadAndTheStreamOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &streams{scripts: []string{receiptEvent, cardsEvent + "…"}, begin: time.Now()}
		var got []string
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := s.client().Events(ctx, func(e Event) {
			switch {
			case e.Opened:
				got = append(got, "opened")
			case e.Receipt != nil:
				got = append(got, "receipt "+e.Receipt.ID)
			case e.Cards != nil && e.Cards.AsOf == clock.Instant(5):
				got = append(got, "cards "+e.Cards.Team)
			}
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Events = %v, want the end of its context", err)
		}
		if want := "opened, receipt p1, opened, cards t"; strings.Join(got, ", ") != want {
			t.Errorf("heard %s; want %s", strings.Join(got, ", "), want)
		}
	})
}

func TestEventsEndWithTheSession(t *testing.T) {
	s := &streams{scripts: []string{`401 {"type":"urn:timeclock:problem:signed_out","code":"signed_out"}`}, begin: time.Now()}
	err := s.client().Events(t.Context(), func(Event) {})
	if CodeOf(err) != wire.CodeSignedOut {
		t.Errorf("Events = %v, want %s", err, wire.CodeSignedOut)
	}
}

func TestEventsComeBackEverMorePatiently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &streams{begin: time.Now()}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		s.client().Events(ctx, func(Event) {})
		if n := len(s.opened); n < 12 || n > 30 {
			t.Errorf("opened %d times in 10 minutes without a network, want 12 to 30", n)
		}
		for i := 1; i < len(s.opened); i++ {
			if gap := s.opened[i].Sub(s.opened[i-1]); gap < 500*time.Millisecond || gap > time.Minute {
				t.Errorf("gap %d is %v, want within 0.5 s and 60 s", i, gap)
			}
		}
	})
}

func TestSilentStreamIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &streams{scripts: []string{"…", "…"}, begin: time.Now()}
		ctx, cancel := context.WithTimeout(t.Context(), silence+30*time.Second)
		defer cancel()
		s.client().Events(ctx, func(Event) {})
		if len(s.opened) != 2 {
			t.Errorf("opened %d times, want a second time after %v of silence", len(s.opened), silence)
		}
	})
}

func TestBackoff(t *testing.T) {
	for failures, full := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 6: 32 * time.Second, 7: time.Minute, 1000: time.Minute} {
		for range 100 {
			if got := Backoff(failures); got <= full/2 || got > full {
				t.Fatalf("Backoff(%d) = %v, want in (%v, %v]", failures, got, full/2, full)
			}
		}
	}
}

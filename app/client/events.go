package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"timeclock/app/browser"
	"timeclock/app/wire"
)

// Event is news from the server: exactly one field is set.
type Event struct {
	// Opened: the stream begins, at first or again; what happened before was
	// missed.
	Opened  bool
	Receipt *wire.Receipt
	Cards   *wire.CardsChanged
}

// Limits of the event stream.
const (
	// silence is how long a stream may say nothing, not even a comment,
	// before it is taken for dead.
	silence = 2 * time.Minute
	// steady is how long a stream must have lived to count as a success.
	steady   = 10 * time.Second
	maxEvent = 64 << 10
)

// Events calls handle with all news until ctx ends, one call at a time. A
// stream that breaks is opened again, ever more patiently. It returns the end
// of ctx, or the *wire.Problem with wire.CodeSignedOut when the session ended.
func (c *Client) Events(ctx context.Context, handle func(Event)) error {
	return c.listen(ctx, wire.PathEvents, listener{
		opened: func() { handle(Event{Opened: true}) },
		event: func(name, data string) error {
			e, err := eventOf(name, data)
			if err == nil && e != (Event{}) {
				handle(e)
			}
			return err
		},
	})
}

// listener hears one stream after another: that one opened, and its events. An
// event that it cannot read ends the stream.
type listener struct {
	opened func()
	event  func(name, data string) error
}

// listen keeps a stream of the server open as Events tells.
func (c *Client) listen(ctx context.Context, path string, to listener) error {
	for failures := 1; ; failures++ {
		began := c.Mono()
		err := c.stream(ctx, path, to)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case CodeOf(err) == wire.CodeSignedOut:
			return err
		case c.Mono()-began >= steady:
			failures = 1
		}
		if err := pause(ctx, Backoff(failures)); err != nil {
			return err
		}
	}
}

// stream reads one stream until it breaks.
func (c *Client) stream(ctx context.Context, path string, to listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := request("GET", path, nil)
	r.Header["Accept"] = "text/event-stream"
	head, body, err := c.Open(ctx, r)
	if err != nil {
		return offline("no stream", err)
	}
	defer body.Close()
	if head.Status != 200 || mediaType(head) != "text/event-stream" {
		return refused(head, body)
	}
	to.opened()
	watchdog := time.AfterFunc(silence, cancel)
	defer watchdog.Stop()
	return parse(body, func() { watchdog.Reset(silence) }, to.event)
}

// refused reads the problem that came in place of a stream.
func refused(head browser.Response, body io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(body, maxEvent))
	if err != nil {
		return offline("not whole", err)
	}
	if head.Status == 200 {
		return offline("not a stream", nil)
	}
	head.Body = b
	return problemOf(head)
}

// parse reads server-sent events (HTML Standard §9.2.6). alive is called for
// every line.
func parse(stream io.Reader, alive func(), handle func(name, data string) error) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(make([]byte, 0, 4<<10), maxEvent)
	var name, data string
	for lines.Scan() {
		alive()
		line := lines.Text()
		if line == "" {
			if err := handle(name, data); err != nil {
				return err
			}
			name, data = "", ""
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "data":
			data += value
		}
	}
	return errors.Join(errors.New("event stream ended"), lines.Err())
}

// eventOf reads one event; the zero Event is one of no known kind.
func eventOf(name, data string) (Event, error) {
	var e Event
	var into any
	switch name {
	case wire.EventReceipt:
		e.Receipt = &wire.Receipt{}
		into = e.Receipt
	case wire.EventCards:
		e.Cards = &wire.CardsChanged{}
		into = e.Cards
	default:
		return Event{}, nil
	}
	if err := json.Unmarshal([]byte(data), into); err != nil {
		return Event{}, fmt.Errorf("read event %s: %w", name, err)
	}
	return e, nil
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Backoff gives how long to wait after so many failures in a row: 1 s, doubled
// up to 60 s, less up to half of it by chance, so that many browsers do not
// come back at one moment.
func Backoff(failures int) time.Duration {
	full := time.Minute
	if failures <= 6 {
		full = time.Second << max(0, failures-1)
	}
	return full - rand.N(full/2)
}

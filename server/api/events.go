package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/session"
	"timeclock/server/watch"
)

const (
	// beat is how often a quiet stream says that it lives, and looks whether its
	// session does.
	beat = 20 * time.Second
	// streamFor bounds a stream; the browser opens the next, and is then asked
	// for its session again.
	streamFor = 5 * time.Minute
)

// events streams what happens to the person's presses and cards
// (text/event-stream). It carries what is new from the moment it opens, and
// ends when it has missed something: what was missed is read by the calls that
// give the state, which the browser makes whenever a stream opens.
func (h *Handler) events(w http.ResponseWriter, r *http.Request, s session.Session) error {
	board, quit, err := h.watched(r, s)
	if err != nil {
		return err
	}
	defer quit()
	acts, end := h.Journal.WatchActs(s.Person.Key())
	defer end()
	receipts, stop := h.Journal.Watch(s.Person.Key())
	defer stop()
	changes, leave := h.Changes.hub.Watch(s.Person.Object)
	defer leave()
	amended, cease := h.Journal.WatchAmended(s.Person.Key())
	defer cease()
	h.Changes.open.Add(1)
	defer h.Changes.open.Add(-1)

	out := stream{w: w, control: http.NewResponseController(w)}
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	if !out.send(": open\n\n") {
		return nil
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	over := time.NewTimer(streamFor)
	defer over.Stop()
	for ok := true; ok; {
		select {
		case receipt, all := <-receipts:
			ok = all && out.event(wire.EventReceipt, h.withName(receipt))
		case act, all := <-acts:
			ok = all && out.event(wire.EventAct, h.withNames(act))
		case changed, all := <-board:
			ok = all && out.event(wire.EventBoard, changed)
		case changed, all := <-changes:
			ok = all && out.event(wire.EventCards, changed)
		case a, all := <-amended: // which may be after its card was told of
			ok = all && (!a.Status.Final() || out.event(wire.EventCards, wire.CardsChanged{Team: a.Team, AsOf: clock.At(h.Now())}))
		case <-tick.C:
			ok = session.Still(r.Context()) && out.send(": beat\n\n")
		case <-over.C:
			ok = false
		case <-h.Changes.closing():
			ok = false
		case <-r.Context().Done():
			ok = false
		}
	}
	return nil
}

// watched gives what changes on the board that a stream is asked to carry;
// nothing ever when it is asked for none.
func (h *Handler) watched(r *http.Request, s session.Session) (<-chan wire.BoardChanged, func(), error) {
	id := r.URL.Query().Get(wire.ParamBoard)
	if id == "" {
		return nil, func() {}, nil
	}
	team, err := h.supervised(r, s, id)
	if err != nil {
		return nil, nil, err
	}
	shown, err := h.Boards.Shown(r.Context(), h.viewer(s), team)
	if err != nil || !shown {
		return nil, func() {}, err
	}
	board, quit := h.Boards.Watch(team)
	return board, quit, nil
}

// stream writes events; its methods report whether anybody still listens.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s stream) event(name string, data any) bool {
	line, err := json.Marshal(data)
	return err == nil && s.send(fmt.Sprintf("event: %s\ndata: %s\n\n", name, line))
}

func (s stream) send(text string) bool {
	if err := s.control.SetWriteDeadline(time.Now().Add(beat)); err != nil {
		return false
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return false
	}
	return s.control.Flush() == nil
}

// Changes tells event streams that a person's cards were read anew. Its zero
// value is ready; its methods are safe for use by several goroutines.
type Changes struct {
	hub  watch.Hub[wire.CardsChanged]
	open atomic.Int64 // event streams
	once sync.Once
	mu   sync.Mutex
	done chan struct{}
}

// Tell notes that the cards of a person (by id in Graph) changed.
func (c *Changes) Tell(team, person string, asOf clock.Instant) {
	c.hub.Tell(person, wire.CardsChanged{Team: team, AsOf: asOf})
}

// Open tells how many streams are open.
func (c *Changes) Open() int64 { return c.open.Load() }

// Join lets streams of this process tell of cards that other processes read,
// and the other way round. It is called once, before c is used.
func (c *Changes) Join(r watch.Relay) { c.hub.Join(r, "cards") }

// Close ends every stream, so that the server can stop. It may be called
// several times.
func (c *Changes) Close() {
	done := c.closing()
	c.once.Do(func() { close(done) })
}

func (c *Changes) closing() chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
	}
	return c.done
}

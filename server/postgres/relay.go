package postgres

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/watch"
)

const (
	channel = "timeclock"
	// largest is how long a payload of NOTIFY may be, in bytes
	// (postgresql.org/docs/current/sql-notify.html).
	largest = 7999
	// waiting is how much news may wait to be sent before some is given up.
	waiting = 4096
	// together is how much is sent in one transaction: commits that notify
	// take turns in the whole server.
	together = 100
	// pulse is how often a connection on which nothing comes is tried.
	pulse = 20 * time.Second
	// farewell is how long news that waits may take when Run is to end.
	farewell = 2 * time.Second
)

// Relay carries news between replicas by LISTEN and NOTIFY. What cannot be
// carried, because it is too large, or too much, or the database is away, is
// replaced by the message that something was missed, and so is everything
// between the loss of the listening connection and the next. Only what a
// replica had not yet sent when it was killed is missed without a word: event
// streams, which are opened anew every few minutes, make up for that.
//
// News can be read by every role that may connect to the database.
//
// Run must be going. Its other methods may be called by several goroutines and
// do not block.
type Relay struct {
	db     *DB
	log    *slog.Logger
	origin string // tells this replica's news from others'
	outbox chan envelope

	mu          sync.Mutex                    // protects what follows
	overflowed  bool                          // some news was given up
	subscribers map[string][]watch.Subscriber // by topic
}

var _ watch.Relay = (*Relay)(nil)

// envelope is the payload of a notification.
type envelope struct {
	From  string          `json:"from"`
	Topic string          `json:"topic,omitempty"` // empty: every one
	Key   string          `json:"key,omitempty"`   // empty: watch.Everything
	News  json.RawMessage `json:"news,omitempty"`  // none: it was missed
}

// NewRelay makes a relay between all replicas that use the same database.
func NewRelay(db *DB, log *slog.Logger) *Relay {
	return &Relay{
		db: db, log: log, origin: rand.Text(), outbox: make(chan envelope, waiting),
		subscribers: map[string][]watch.Subscriber{},
	}
}

// Publish implements watch.Relay.
func (r *Relay) Publish(topic, key string, news []byte) {
	select {
	case r.outbox <- envelope{r.origin, topic, key, news}:
	default:
		r.mu.Lock()
		r.overflowed = true
		r.mu.Unlock()
	}
}

// Subscribe implements watch.Relay.
func (r *Relay) Subscribe(topic string, s watch.Subscriber) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.subscribers[topic] = append(r.subscribers[topic], s)
}

// Run sends and listens until ctx ends and what waits by then is sent. It may
// be called once.
func (r *Relay) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { r.send(ctx) })
	wg.Go(func() { r.listen(ctx) })
	wg.Wait()
}

// send sends what is published, in order. What could not be sent is made up for
// as soon as anything can.
func (r *Relay) send(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case first := <-r.outbox:
			r.deliver(ctx, r.batch(first))
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	for len(r.outbox) > 0 && last.Err() == nil {
		r.deliver(last, r.batch(<-r.outbox))
	}
}

// batch gives first and what waits behind it.
func (r *Relay) batch(first envelope) []envelope {
	all := []envelope{first}
	for len(all) < together && len(r.outbox) > 0 {
		all = append(all, <-r.outbox)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.overflowed {
		r.overflowed = false
		all = append(all, envelope{From: r.origin})
	}
	return all
}

// deliver sends all, or, when that fails, tries until ctx ends to say that
// something was missed.
func (r *Relay) deliver(ctx context.Context, all []envelope) {
	for failures := 0; ; {
		err := r.notify(ctx, all)
		if err == nil || ctx.Err() != nil {
			return
		}
		failures++
		r.log.WarnContext(ctx, "news not sent to other replicas", "news", len(all), "err", err)
		all = []envelope{{From: r.origin}}
		pause(ctx, failures)
	}
}

// The transaction is not waited for on disk, which no news outlives anyway.
const sqlNotify = `WITH loose AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
	SELECT pg_notify($1, payload) FROM loose, unnest($2::text[]) AS payload`

func (r *Relay) notify(ctx context.Context, all []envelope) error {
	payloads := make([]string, 0, len(all))
	for _, e := range all {
		text, err := json.Marshal(e)
		if err != nil || len(text) > largest {
			e.News = nil
			if text, err = json.Marshal(e); err != nil {
				return fmt.Errorf("encode news: %w", err)
			}
		}
		payloads = append(payloads, string(text))
	}
	_, err := r.db.exec(ctx, sqlNotify, channel, payloads)
	return err
}

// listen listens until ctx ends, on one connection after the other.
func (r *Relay) listen(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		began := time.Now()
		err := r.hear(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > pulse {
			failures = 0
		}
		failures++
		r.log.WarnContext(ctx, "other replicas not heard", "err", err)
		pause(ctx, failures)
	}
}

// hear listens on a connection until it is lost. The subscribers are told that
// they missed what was published while there was none.
func (r *Relay) hear(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, r.db.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer leave(ctx, conn)
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	r.take(envelope{})
	for {
		payload, err := next(ctx, conn)
		if err != nil {
			return err
		}
		var e envelope
		if err := json.Unmarshal([]byte(payload), &e); err != nil {
			e = envelope{} // of a newer replica, perhaps
		}
		if e.From != r.origin {
			r.take(e)
		}
	}
}

// next waits for a notification, and makes sure now and then that one could
// come.
func next(ctx context.Context, conn *pgx.Conn) (payload string, err error) {
	for {
		wait, cancel := context.WithTimeout(ctx, pulse)
		n, err := conn.WaitForNotification(wait)
		cancel()
		if err == nil {
			return n.Payload, nil
		}
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return "", fmt.Errorf("wait for news: %w", err)
		}
		alive, cancel := context.WithTimeout(ctx, connectTimeout)
		err = conn.Ping(alive)
		cancel()
		if err != nil {
			return "", fmt.Errorf("the listening connection is lost: %w", err)
		}
	}
}

// take hands what came to the subscribers.
func (r *Relay) take(e envelope) {
	r.mu.Lock()
	var told []watch.Subscriber
	for topic, subscribers := range r.subscribers {
		if e.Topic == "" || e.Topic == topic {
			told = append(told, subscribers...)
		}
	}
	r.mu.Unlock()
	for _, s := range told {
		if e.News == nil {
			s.Missed(e.Key)
		} else {
			s.Heard(e.Key, e.News)
		}
	}
}

// pause waits longer after every failure.
func pause(ctx context.Context, failures int) {
	const first, most = 100 * time.Millisecond, 5 * time.Second
	timer := time.NewTimer(min(first<<min(failures-1, 10), most))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

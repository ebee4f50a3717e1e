package main

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// link is a network of one speed that all connections share, with a round trip
// of its own. The zero link takes no time. It counts what it carries to the
// browser.
type link struct {
	Rate  float64       // bytes a second, to the browser
	Delay time.Duration // of a round trip

	carried atomic.Int64

	mu   sync.Mutex
	free time.Time // when the link has sent all it was given; protected by mu
}

// listener puts the link before a server.
func (l *link) listener(next net.Listener) net.Listener { return linked{next, l} }

type linked struct {
	net.Listener
	link *link
}

func (l linked) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	w := &wired{Conn: c, link: l.link, ready: time.Now().Add(l.link.Delay), queue: make(chan parcel, 4096)}
	go w.deliver()
	return w, nil
}

// parcel is what travels: bytes, and when they arrive.
type parcel struct {
	data []byte
	due  time.Time
}

// wired is a connection over the link. The time of its making counts too.
type wired struct {
	net.Conn
	link  *link
	ready time.Time
	queue chan parcel

	once sync.Once
}

// packet is how much is sent before another connection may send.
const packet = 4 << 10

// Write returns when all of b is on its way.
func (w *wired) Write(b []byte) (int, error) {
	for sent := 0; sent < len(b); {
		part := b[sent:min(sent+packet, len(b))]
		sent += len(part)
		w.link.carried.Add(int64(len(part)))
		gone := w.link.send(len(part))
		due := gone.Add(w.link.Delay)
		if due.Before(w.ready.Add(w.link.Delay)) {
			due = w.ready.Add(w.link.Delay)
		}
		w.queue <- parcel{append([]byte(nil), part...), due}
		time.Sleep(time.Until(gone))
	}
	return len(b), nil
}

// send takes the link for so many bytes and says when they have left.
func (l *link) send(n int) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.free.Before(now) {
		l.free = now
	}
	if l.Rate > 0 {
		l.free = l.free.Add(time.Duration(float64(n) / l.Rate * float64(time.Second)))
	}
	return l.free
}

func (w *wired) deliver() {
	for p := range w.queue {
		time.Sleep(time.Until(p.due))
		if _, err := w.Conn.Write(p.data); err != nil {
			w.Conn.Close() // the reader notices; what is queued is dropped
		}
	}
	w.Conn.Close()
}

// Close lets what is on its way arrive.
func (w *wired) Close() error {
	w.once.Do(func() { close(w.queue) })
	return nil
}

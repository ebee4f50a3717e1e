// Package outflow keeps all that leaves a server under test, what goes over each
// of its connections byte for byte and what it logs, and looks for secrets in
// it when the test ends.
package outflow

import (
	"bytes"
	"net"
	"net/url"
	"strings"
	"sync"
)

// Flow is all that left. Its zero value is ready, and its methods may be called
// by several goroutines.
type Flow struct {
	mu    sync.Mutex // protects what follows
	parts []*Part
}

// Part is one connection, or one log.
type Part struct {
	of   *Flow
	sent bytes.Buffer
}

// Part begins another one.
func (f *Flow) Part() *Part {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := &Part{of: f}
	f.parts = append(f.parts, p)
	return p
}

// Write keeps what was sent.
func (p *Part) Write(b []byte) (int, error) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	return p.sent.Write(b)
}

// Leak is a secret that left, and what stands before it.
type Leak struct{ Secret, Before string }

// Leaks gives those of the secrets that left, as they are or as a query has
// them.
func (f *Flow) Leaks(secrets ...string) []Leak {
	const before = 200
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []Leak
	for _, p := range f.parts {
		text := p.sent.String()
		for _, secret := range secrets {
			for _, form := range []string{secret, url.QueryEscape(secret)} {
				if at := strings.Index(text, form); secret != "" && at >= 0 {
					found = append(found, Leak{secret, text[max(0, at-before):at]})
					break
				}
			}
		}
	}
	return found
}

// Listener is next, with all that is sent over its connections kept.
func (f *Flow) Listener(next net.Listener) net.Listener { return listener{next, f} }

type listener struct {
	net.Listener
	flow *Flow
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{c, l.flow.Part()}, nil
}

type conn struct {
	net.Conn
	part *Part
}

func (c conn) Write(b []byte) (int, error) {
	_, _ = c.part.Write(b)
	return c.Conn.Write(b)
}

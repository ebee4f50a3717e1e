package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server"
	"timeclock/server/auth"
	"timeclock/server/sandbox"
)

// TestSlowBodies: whoever sends a body byte by byte is cut off, at every path
// that takes one and at those that do not, signed in or not. Until then nobody
// waits for them, not even the same session.
func TestSlowBodies(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	s := tenantFor(t, l, t.TempDir())
	s.adjust = func(product *server.Server) { product.ReadTimeout = 3 * time.Second }
	s.serve(l, nil)
	b := s.signIn(sandbox.Anna)

	const (
		each  = 20
		form  = "Content-Type: application/x-www-form-urlencoded\r\n"
		json  = "Content-Type: application/json\r\n"
		page  = "Sec-Fetch-Site: same-origin\r\n"
		sized = "Content-Length: 10000\r\n"
		parts = "Transfer-Encoding: chunked\r\n"
	)
	session := "Cookie: " + b.http.Jar.Cookies(mustParse(t, s.url))[0].String() + "\r\n"
	script := wire.Header + ": " + wire.HeaderValue + "\r\n" + "Origin: " + s.url + "\r\n"
	slow := []string{
		"POST " + wire.PathPunches + " HTTP/1.1\r\n" + session + script + json + sized,
		"POST " + wire.PathPunches + " HTTP/1.1\r\n" + session + script + json + parts,
		"POST " + wire.PathPunches + " HTTP/1.1\r\n" + script + json + sized,
		"POST " + wire.PathPress + " HTTP/1.1\r\n" + session + page + form + sized,
		"POST " + auth.PathBackChannel + " HTTP/1.1\r\n" + form + sized,
		"GET " + wire.PathMe + " HTTP/1.1\r\n" + session + script + sized,
		"GET /healthz HTTP/1.1\r\n" + parts,
	}
	ended := make(chan error, each*len(slow))
	for _, head := range slow {
		for range each {
			go func() { ended <- s.trickle(l.Addr().String(), head) }()
		}
	}
	b.press(sandbox.HarbourCafe, clock.ClockIn, 0, nil)
	s.signIn(sandbox.Ben).press(sandbox.HarbourCafe, clock.ClockIn, 0, nil)
	if code := b.call(http.MethodGet, wire.PathMe, nil, new(wire.Me)); code != "" {
		t.Errorf("beside slow bodies the same session is answered %s", code)
	}
	for range each * len(slow) {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	cards := s.box.Tenant.Cards("")
	if len(cards) != 2 {
		t.Errorf("the tenant holds %d cards, want two", len(cards))
	}
}

// trickle sends a request whose body comes byte by byte, for ten minutes if it
// is let, and gives an error if it is not cut off within one. What is answered
// before does not matter, but that it is no success of a body that is not there.
func (s *site) trickle(address, head string) error {
	what, _, _ := strings.Cut(head, "\r\n")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	over := time.Now().Add(time.Minute)
	conn.SetDeadline(over)
	if _, err := fmt.Fprintf(conn, "%sHost: %s\r\n\r\n", head, strings.TrimPrefix(s.url, "http://")); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	closed := make(chan string, 1)
	go func() {
		line, rest := "", bufio.NewReader(conn)
		for {
			read, err := rest.ReadString('\n')
			if line == "" {
				line = strings.TrimSpace(read)
			}
			if err != nil {
				closed <- line
				return
			}
		}
	}()
	piece := " "
	if strings.Contains(head, "chunked") {
		piece = "1\r\n \r\n"
	}
	beat := time.NewTicker(60 * time.Millisecond)
	defer beat.Stop()
	for {
		select {
		case line := <-closed:
			if !time.Now().Before(over) {
				return fmt.Errorf("%s is not cut off", what)
			}
			if strings.HasPrefix(what, "POST") && strings.Contains(line, " 2") {
				return fmt.Errorf("%s is answered %q", what, line)
			}
			return nil
		case <-beat.C:
			fmt.Fprint(conn, piece) // fails once it is cut off, which is seen by reading
		}
	}
}

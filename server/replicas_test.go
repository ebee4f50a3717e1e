package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/sandbox"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestADayOverPostgreSQL works a day that is cut in two by a restart.
func TestADayOverPostgreSQL(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	database := []string{"--database-url", postgrestest.Database(t)}
	s := tenantFor(t, l, t.TempDir())
	stop := s.start(l, database)
	b := s.signIn(sandbox.Anna)
	b.press(sandbox.HarbourCafe, clock.ClockIn, 30*time.Second, nil)
	b.press(sandbox.HarbourCafe, clock.StartBreak, 0, nil)
	stop()
	s.serve(listen(t, l.Addr().String()), database)
	b.press(sandbox.HarbourCafe, clock.ClockOut, 0, nil) // ends the break too
	b.press(sandbox.HarbourCafe, clock.ClockIn, 0, nil)
	var shown wire.Clock
	if code := b.call(http.MethodGet, wire.PathClock, nil, &shown); code != "" || len(shown.Cards) != 2 {
		t.Errorf("the clock shows %d cards, %s; want 2", len(shown.Cards), code)
	}
	s.wantWorked(sandbox.Anna, 1, 1)
}

// wantWorked fails unless the tenant holds so many cards of a person that are
// ended and so many that are open, each with one break if ended.
func (s *site) wantWorked(login string, ended, open int) {
	s.t.Helper()
	cards := s.box.Tenant.Cards("")
	for _, c := range cards {
		switch {
		case c.Person != s.box.Person(login).OID:
			s.t.Errorf("card %s is of %s", c.ID, c.Person)
		case c.Out == nil:
			open--
		case len(c.Breaks) != 1 || c.Breaks[0].End == nil:
			s.t.Errorf("card %s has breaks %+v, want one that ended", c.ID, c.Breaks)
		default:
			ended--
		}
	}
	if ended != 0 || open != 0 {
		s.t.Errorf("the tenant holds %d cards, %d ended and %d open too few: %+v", len(cards), ended, open, cards)
	}
}

// balancer hands requests to replicas in turn, or to the one that is pinned.
type balancer struct {
	replicas []*httputil.ReverseProxy
	next     atomic.Int64
	pinned   atomic.Pointer[httputil.ReverseProxy]
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to := b.pinned.Load()
	if to == nil {
		to = b.replicas[int(b.next.Add(1))%len(b.replicas)]
	}
	to.ServeHTTP(w, r)
}

// only sends what comes next to one replica; to all in turn when i is negative.
func (b *balancer) only(i int) {
	if i < 0 {
		b.pinned.Store(nil)
		return
	}
	b.pinned.Store(b.replicas[i])
}

// pair is two replicas of the product on one database, behind a balancer that
// knows nothing of them. They start at once.
func pair(t *testing.T) (*site, *balancer) {
	t.Helper()
	front := listen(t, "127.0.0.1:0")
	s := tenantFor(t, front, t.TempDir())
	database := []string{"--database-url", postgrestest.Database(t)}
	b := &balancer{}
	for range 2 {
		l := listen(t, "127.0.0.1:0")
		to := &url.URL{Scheme: "http", Host: l.Addr().String()}
		b.replicas = append(b.replicas, &httputil.ReverseProxy{
			Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
			FlushInterval: -1,
		})
		s.serve(l, database)
	}
	proxy := &http.Server{Handler: b}
	go proxy.Serve(front)
	t.Cleanup(func() { proxy.Close() })
	return s, b
}

// stream is an event stream as a browser holds it open.
type stream struct {
	t      *testing.T
	events chan string // "receipt {…}"; closed when the stream ends
}

// listen opens an event stream; what happens from then on is in it.
func (b *browser) listen() stream {
	t := b.site.t
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.site.url+wire.PathEvents, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(wire.Header, wire.HeaderValue)
	answer, err := b.http.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("events: %v, %v", answer, err)
	}
	s := stream{t, make(chan string, 1000)}
	ended := make(chan bool)
	go func() {
		defer close(ended)
		defer close(s.events)
		defer answer.Body.Close()
		name := ""
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = event
			} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				s.events <- name + " " + data
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

// wants waits for the delivery of a press, and for news of its cards.
func (s stream) wants(id string) {
	s.t.Helper()
	delivered, changed := false, false
	for deadline := time.After(20 * time.Second); !delivered || !changed; {
		select {
		case event, open := <-s.events:
			name, data, _ := strings.Cut(event, " ")
			var r wire.Receipt
			if err := json.Unmarshal([]byte(data), &r); !open || err != nil {
				s.t.Fatalf("event %q, %v; stream open: %v", event, err, open)
			}
			delivered = delivered || name == wire.EventReceipt && r.ID == id && r.Status == wire.Delivered
			changed = changed || name == wire.EventCards
		case <-deadline:
			s.t.Fatalf("of press %s: told of its delivery: %v, of cards: %v", id, delivered, changed)
		}
	}
}

// TestTwoReplicas works days through two replicas, wherever each request ends
// up.
func TestTwoReplicas(t *testing.T) {
	s, balancer := pair(t)
	b := s.signIn(sandbox.Anna) // begun at one replica, ended at the other
	balancer.only(0)
	one := b.listen()
	balancer.only(1)
	other := b.listen()
	for i, kind := range []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.ClockOut} {
		balancer.only(i % 2)
		r := b.press(sandbox.HarbourCafe, kind, 0, nil)
		one.wants(r.ID)
		other.wants(r.ID)
	}
	for i := range 2 { // the mirror and the roster are shared
		balancer.only(i)
		var shown wire.Clock
		if code := b.call(http.MethodGet, wire.PathClock, nil, &shown); code != "" || len(shown.Cards) != 1 {
			t.Errorf("replica %d shows %d cards, %s; want 1", i, len(shown.Cards), code)
		}
	}
	s.wantWorked(sandbox.Anna, 1, 0)
}

// TestOnePressAtBothReplicas sends each press to both replicas at once, as a
// browser does that lost an answer: it is one event.
func TestOnePressAtBothReplicas(t *testing.T) {
	s, balancer := pair(t)
	b := s.signIn(sandbox.Anna)
	balancer.only(-1)
	for seq, kind := range []clock.Kind{clock.ClockIn, clock.StartBreak, clock.EndBreak, clock.ClockOut} {
		p := wire.Punch{
			ID: uuid.Must(uuid.NewV7()).String(), Team: sandbox.HarbourCafe, Kind: kind, At: clock.At(time.Now()),
			Bound: 20, Trust: wire.Anchored, Device: "phone", Seq: int64(seq),
		}
		answers := make(chan wire.Code, 6)
		for range cap(answers) {
			go func() {
				var r wire.Receipt
				answers <- b.call(http.MethodPost, wire.PathPunches, p, &r)
			}()
		}
		for range cap(answers) {
			if code := <-answers; code != "" {
				t.Errorf("%s: %s", kind, code)
			}
		}
		b.wantDelivered(p.ID)
	}
	s.wantWorked(sandbox.Anna, 1, 0)
	effects := map[string]int{}
	for _, c := range s.box.Tenant.Calls() {
		if c.Method == http.MethodPost && c.Status < 300 {
			effects[c.Path[strings.LastIndex(c.Path, "/")+1:]]++
		}
	}
	if fmt.Sprint(effects) != "map[clockIn:1 clockOut:1 endBreak:1 startBreak:1]" {
		t.Errorf("Graph was told %v, want each once", effects)
	}
}

// wantDelivered waits until a press is.
func (b *browser) wantDelivered(id string) {
	t := b.site.t
	t.Helper()
	var r wire.Receipt
	for deadline := time.Now().Add(20 * time.Second); !r.Status.Final(); time.Sleep(20 * time.Millisecond) {
		if code := b.call(http.MethodGet, wire.PathPunches+"/"+id, nil, &r); code != "" || time.Now().After(deadline) {
			t.Fatalf("press %s is %s, %s", id, r.Status, code)
		}
	}
	if r.Status != wire.Delivered {
		t.Errorf("press %s is %s (%s), want it delivered", id, r.Status, r.Code)
	}
}

// TestReplicasShareSignOut ends a session at one replica; somebody who kept its
// cookie is nobody at the other.
func TestReplicasShareSignOut(t *testing.T) {
	s, balancer := pair(t)
	b := s.signIn(sandbox.Anna)
	kept := b.clone()
	balancer.only(1)
	if code := kept.call(http.MethodGet, wire.PathMe, nil, &wire.Me{}); code != "" {
		t.Fatalf("with the cookie of a session: %q, want an answer", code)
	}
	balancer.only(0)
	if code := b.call(http.MethodPost, wire.PathLogout, nil, &wire.SignedOut{}); code != "" {
		t.Fatalf("sign-out: %s", code)
	}
	balancer.only(1)
	if code := kept.call(http.MethodGet, wire.PathMe, nil, &wire.Me{}); code != wire.CodeSignedOut {
		t.Errorf("signed out at the other replica, this one says %q, want %s", code, wire.CodeSignedOut)
	}
}

// clone gives another browser with the same cookies.
func (b *browser) clone() *browser {
	b.site.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.site.t.Fatal(err)
	}
	site, err := url.Parse(b.site.url)
	if err != nil {
		b.site.t.Fatal(err)
	}
	jar.SetCookies(site, b.http.Jar.Cookies(site))
	return &browser{b.site, &http.Client{Jar: jar, Timeout: b.http.Timeout}, http.Header{}}
}

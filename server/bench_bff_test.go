package server

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/config"
	"timeclock/server/graph"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// benchBFF says what the test of its name does: nothing when it is empty, all
// when it is 1, else it is one of the two processes that are measured.
const (
	benchBFF     = "TIMECLOCK_BENCH_BFF"
	benchBFFStub = "TIMECLOCK_BENCH_BFF_STUB"

	roleProxy   = "a bare proxy"
	roleDecodes = "a proxy that decodes"
	roleProduct = "the product"
)

var (
	benchRound    = flag.Duration("bff-round", 10*time.Second, "how long each round of the measurement lasts")
	benchProfiles = flag.String("bff-profiles", "", "folder for a profile of the CPU of each process")
)

const (
	benchRounds = 3
	benchPeople = 1000 // each within what one session may ask
	benchTeam   = "7ea00001-0000-4000-8000-000000000001"
	benchFrom   = 1767225600000 // 2026-01-01
	benchTo     = 1769817600000 // 2026-01-31
)

// TestBenchBFF measures an authenticated read that goes through to the upstream
// each time, and the same read through a bare httputil.ReverseProxy to the same
// stub; and, to tell what is owed to the answer being another than Graph's,
// through such a proxy that makes it. Each is a process of its own, so that its
// CPU is known; the stub and whoever asks are another. It judges nothing, and
// runs when TIMECLOCK_BENCH_BFF is set: make bench-bff.
//
// The read is of a person's cards of a month gone by, which the mirror does not
// keep. The product is as it is shipped, its log included, but for the budget of
// calls to Graph, which would let four a second pass.
func TestBenchBFF(t *testing.T) {
	switch os.Getenv(benchBFF) {
	case "":
		t.Skip("not run: a measurement, made by make bench-bff")
	case roleProxy:
		benchServe(t, benchProxy(nil))
		return
	case roleDecodes:
		benchServe(t, benchProxy(decodes))
		return
	case roleProduct:
		benchServe(t, benchProduct)
		return
	}
	stub := httptest.NewServer(http.HandlerFunc(benchStub))
	defer stub.Close()
	roles := []string{roleProxy, roleDecodes, roleProduct}
	all := map[string]*measured{}
	for _, role := range roles {
		all[role] = startMeasured(t, role, stub.URL)
	}

	fmt.Printf("\n%s; medians of %d rounds of %s each, alternated\n\n", benchMachine(), benchRounds, *benchRound)
	fmt.Print("| connections | | CPU a request | times | requests/s | p50 | p99 |\n|---|---|---|---|---|---|---|\n")
	for _, connections := range []int{32, 1} {
		of := map[string][]benchFigures{}
		for range benchRounds {
			for _, role := range roles {
				of[role] = append(of[role], all[role].measure(t, connections))
			}
		}
		bare := benchMedians(of[roleProxy])
		for _, role := range roles {
			f := benchMedians(of[role])
			fmt.Printf("| %d | %s | %d µs | %.2f | %.0f | %.2f ms | %.2f ms |\n", connections, role, f.cpu.Microseconds(),
				float64(f.cpu)/float64(bare.cpu), f.rate, f.p50.Seconds()*1000, f.p99.Seconds()*1000)
		}
	}
	fmt.Println("\nThe goal of the product is 1.3 times the CPU of the bare proxy.")
}

// benchStub is a Graph of one team, in which everybody has one card of the
// month. Whoever asks says who they are by their token.
func benchStub(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	person := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "+benchToken)
	var body string
	switch {
	case strings.HasSuffix(r.URL.Path, "/timeCards"):
		body = strings.ReplaceAll(benchCards, "PERSON", person)
	case strings.HasSuffix(r.URL.Path, "/joinedTeams"):
		body = `{"value":[{"id":"` + benchTeam + `","displayName":"Harbour"}]}`
	case strings.HasSuffix(r.URL.Path, "/schedule"):
		body = `{"enabled":true,"timeClockEnabled":true,"timeZone":"Europe/Stockholm","startDayOfWeek":"monday","provisionStatus":"Completed"}`
	default:
		w.WriteHeader(http.StatusNotFound)
		body = `{"error":{"code":"NotFound","message":"The stub has no such thing."}}`
	}
	io.WriteString(w, body)
}

const benchToken = "token-of-"

// benchCards is a list as Graph gives it.
const benchCards = `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#teams('x')/schedule/timeCards","value":[{` +
	`"id":"TCK_3c2c4e3e-1f1b-4b6e-9d3e-0a2f5f1c7a11","createdDateTime":"2026-01-12T07:58:04.101Z",` +
	`"lastModifiedDateTime":"2026-01-12T16:02:11.882Z","userId":"PERSON","state":"clockedOut","confirmedBy":"none","notes":null,` +
	`"clockInEvent":{"dateTime":"2026-01-12T07:58:03Z","isAtApprovedLocation":null,"notes":{"contentType":"text","content":"bus was late"}},` +
	`"clockOutEvent":{"dateTime":"2026-01-12T16:02:10Z","isAtApprovedLocation":null,"notes":null},` +
	`"breaks":[{"breakId":"BRK_12cfa1c9-90e4-4d2b-a7bd-6f8f1c3b5d21","notes":null,` +
	`"start":{"dateTime":"2026-01-12T11:30:00Z","isAtApprovedLocation":null,"notes":null},` +
	`"end":{"dateTime":"2026-01-12T12:00:00Z","isAtApprovedLocation":null,"notes":null}}],` +
	`"createdBy":{"user":{"id":"PERSON","displayName":"Anna Lindqvist"}},"lastModifiedBy":{"user":{"id":"PERSON","displayName":"Anna Lindqvist"}}}]}`

func benchPerson(i int) string { return fmt.Sprintf("0000%04d-0000-4000-8000-000000000000", i) }

// announced is what a process that is measured says when it is ready.
type announced struct {
	Address string
	Asks    []string // a request for each person, as it goes over the wire
}

// benchServe puts together what serves, says so, and serves until its input ends.
func benchServe(t *testing.T, put func(t *testing.T, l net.Listener, stub string) (serve func(context.Context) error, asks []string)) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve, asks := put(t, l, os.Getenv(benchBFFStub))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx) }()
	if err := json.NewEncoder(os.Stdout).Encode(announced{l.Addr().String(), asks}); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, os.Stdin)
	stop()
	if err := <-ended; err != nil && !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// benchProxy forwards, and is tuned: it keeps its connections and its buffers.
func benchProxy(modify func(*http.Response) error) func(*testing.T, net.Listener, string) (func(context.Context) error, []string) {
	return func(t *testing.T, l net.Listener, stub string) (func(context.Context) error, []string) {
		to, err := url.Parse(stub)
		if err != nil {
			t.Fatal(err)
		}
		h := &http.Server{Handler: &httputil.ReverseProxy{
			Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(to) },
			Transport:      &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512, DisableCompression: true},
			BufferPool:     &buffers{sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}},
			ModifyResponse: modify,
		}}
		return func(ctx context.Context) error {
			context.AfterFunc(ctx, func() { h.Close() })
			return h.Serve(l)
		}, benchProxyAsks(l)
	}
}

// decodes puts in the place of Graph's answer what the product answers with, and
// does so in the plainest way: it knows no session, limit, log or measure.
func decodes(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var list struct {
		Value []graph.TimeCard `json:"value"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return err
	}
	cards := wire.Cards{Team: benchTeam, From: benchFrom, To: benchTo, AsOf: clock.At(time.Now())}
	for _, c := range list.Value {
		cards.Cards = append(cards.Cards, c.Clock(benchTeam))
	}
	if body, err = json.Marshal(cards); err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

func benchProxyAsks(l net.Listener) (asks []string) {
	query := url.Values{"$top": {"200"}, "$filter": {"userId eq 'PERSON' and clockInEvent/dateTime ge 2026-01-01T00:00:00Z and clockInEvent/dateTime le 2026-01-31T00:00:00Z"}}.Encode()
	for i := range benchPeople {
		asks = append(asks, "GET /v1.0/teams/"+benchTeam+"/schedule/timeCards?"+strings.Replace(query, "PERSON", benchPerson(i), 1)+
			" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\nAccept: application/json\r\nAuthorization: Bearer "+benchToken+benchPerson(i)+"\r\n\r\n")
	}
	return asks
}

type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte  { return *b.Pool.Get().(*[]byte) }
func (b *buffers) Put(p []byte) { b.Pool.Put(&p) }

// unbounded lets every call pass.
type unbounded struct{}

func (unbounded) Wait(context.Context, graph.Ask) error { return nil }
func (unbounded) Hold(string, time.Time)                {}

// benchConfig is of a product on l, before whatever answers at root.
func benchConfig(t *testing.T, l net.Listener, root string) config.Config {
	host := fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
	c, err := config.Load([]string{
		"--url", "http://" + host, "--insecure-http", "--tenant-id", "t", "--client-id", "c",
		"--oidc-issuer", root, "--graph-url", root, "--database-url", "sqlite:" + filepath.Join(t.TempDir(), "timeclock.db"),
	}, []string{
		config.Prefix + "CLIENT_SECRET=s",
		config.Prefix + "SECRET_KEYS=" + base64.StdEncoding.EncodeToString([]byte("a-key-of-thirty-two-bytes--bench")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// benchProduct is the product with everybody signed in.
func benchProduct(t *testing.T, l net.Listener, stub string) (func(context.Context) error, []string) {
	c := benchConfig(t, l, stub)
	host := fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(t.Context(), c, telemetry.NewLogger(struct{ io.Writer }{nowhere}, slog.LevelInfo),
		func(ctx context.Context, c config.Config, log *slog.Logger) (stores, error) {
			kept, err := openStores(ctx, c, log)
			kept.budget = unbounded{}
			return kept, err
		})
	if err != nil {
		t.Fatal(err)
	}
	var asks []string
	path := fmt.Sprintf("%s?%s=%s&%s=%d&%s=%d", wire.PathCards, wire.ParamTeam, benchTeam, wire.ParamFrom, benchFrom, wire.ParamTo, benchTo)
	for i := range benchPeople {
		w := httptest.NewRecorder()
		now := time.Now()
		_, err := s.sessions.Start(t.Context(), w, httptest.NewRequest(http.MethodGet, "/", nil), session.SignIn{
			Person: session.Person{Tenant: "t", Object: benchPerson(i), Name: "Anna Lindqvist"}, Issuer: stub,
			Tokens: session.Tokens{Access: benchToken + benchPerson(i), Issued: now, Expires: now.Add(24 * time.Hour)},
		})
		if err != nil {
			t.Fatal(err)
		}
		cookie := w.Result().Cookies()[0]
		asks = append(asks, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\n"+
			wire.Header+": "+wire.HeaderValue+"\r\nCookie: "+cookie.Name+"="+cookie.Value+"\r\n\r\n")
	}
	return func(ctx context.Context) error { return s.Serve(ctx, l) }, asks
}

// measured is a process that is measured.
type measured struct {
	announced
	pid int
}

// startMeasured starts this test as one of the two, and ends it with the test.
func startMeasured(t *testing.T, role, stub string) *measured {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run=^TestBenchBFF$", "-test.timeout=0")
	if *benchProfiles != "" {
		c.Args = append(c.Args, "-test.cpuprofile="+filepath.Join(*benchProfiles, strings.ReplaceAll(role, " ", "-")))
	}
	c.Env = append(os.Environ(), benchBFF+"="+role, benchBFFStub+"="+stub)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	says, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	rest := bufio.NewReader(says)
	m := &measured{pid: c.Process.Pid}
	line, err := rest.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &m.announced)
	}
	t.Cleanup(func() {
		in.Close()
		last, _ := io.ReadAll(rest)
		if err := c.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", role, err, last)
		}
	})
	if err != nil {
		t.Fatalf("%s does not start: %v; it said %s", role, err, line)
	}
	m.ask(t, 8, func(i int) bool { return i < 2*benchPeople/8 }) // all that is read once is read
	return m
}

// benchFigures are those of a round.
type benchFigures struct {
	cpu      time.Duration // of a request
	rate     float64       // requests a second
	p50, p99 time.Duration
}

// measure asks over so many connections for as long as a round lasts.
func (m *measured) measure(t *testing.T, connections int) benchFigures {
	t.Helper()
	m.ask(t, connections, func(i int) bool { return i < 2*benchPeople/connections/10 })
	before, began := m.used(t), time.Now()
	over := began.Add(*benchRound)
	took := m.ask(t, connections, func(int) bool { return time.Now().Before(over) })
	used, wall := m.used(t)-before, time.Since(began)
	n := len(took)
	return benchFigures{
		cpu: used / time.Duration(n), rate: float64(n) / wall.Seconds(),
		p50: took[n/2], p99: took[n*99/100],
	}
}

// ask sends requests, one after the other on each connection, while more says so
// of the next one. It gives how long they took, sorted.
func (m *measured) ask(t *testing.T, connections int, more func(i int) bool) (took []time.Duration) {
	t.Helper()
	type lot struct {
		took []time.Duration
		err  error
	}
	lots := make(chan lot, connections)
	for k := range connections {
		go func() {
			var l lot
			defer func() { lots <- l }()
			conn, err := net.Dial("tcp", m.Address)
			if err != nil {
				l.err = err
				return
			}
			defer conn.Close()
			from := bufio.NewReader(conn)
			for i := 0; more(i); i++ {
				began := time.Now()
				if l.err = benchAsk(conn, from, m.Asks[(k+i*connections)%len(m.Asks)]); l.err != nil {
					return
				}
				l.took = append(l.took, time.Since(began))
			}
		}()
	}
	for range connections {
		l := <-lots
		if l.err != nil {
			t.Fatal(l.err)
		}
		took = append(took, l.took...)
	}
	slices.Sort(took)
	return took
}

// benchAsk makes a request and reads its answer, which must be a person's card.
func benchAsk(conn net.Conn, from *bufio.Reader, request string) error {
	if _, err := io.WriteString(conn, request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(from, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "TCK_") {
		return fmt.Errorf("answered %s: %s", answer.Status, body)
	}
	return nil
}

// used is the CPU that the process has used, which Linux counts in hundredths of
// a second.
func (m *measured) used(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.pid))
	if err != nil {
		t.Skipf("how much CPU a process uses is read on Linux alone: %v", err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var ticks time.Duration
	for _, field := range fields[11:13] { // utime and stime; proc(5)
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += time.Duration(n)
	}
	return ticks * 10 * time.Millisecond
}

func benchMedians(all []benchFigures) benchFigures {
	return benchFigures{
		cpu:  benchMedian(all, func(f benchFigures) time.Duration { return f.cpu }),
		rate: benchMedian(all, func(f benchFigures) float64 { return f.rate }),
		p50:  benchMedian(all, func(f benchFigures) time.Duration { return f.p50 }),
		p99:  benchMedian(all, func(f benchFigures) time.Duration { return f.p99 }),
	}
}

func benchMedian[V cmp.Ordered](all []benchFigures, of func(benchFigures) V) V {
	var values []V
	for _, f := range all {
		values = append(values, of(f))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// benchMachine says what the figures are of.
func benchMachine() string {
	name, load := "an unknown processor", ""
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(text), "model name"); ok {
			line, _, _ := strings.Cut(rest, "\n")
			name = strings.TrimSpace(strings.TrimLeft(line, "\t :"))
		}
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = ", load " + strings.Join(strings.Fields(string(text))[:3], " ")
	}
	return fmt.Sprintf("%s, %d cores, %s %s, %s%s", name, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}

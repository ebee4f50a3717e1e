package server

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// benchBoard says what the test of its name does: nothing when it is empty, all
// when it is 1, else it is the product that is measured.
const benchBoard = "TIMECLOCK_BENCH_BOARD"

var (
	boardPeople   = flag.Int("board-people", 1000, "how many people the team has")
	boardWatchers = flag.Int("board-watchers", 50, "how many supervisors watch it")
)

const (
	boardToken   = "token-of-mona"
	boardPresses = 20
)

// TestBenchBoard measures the board of a large team: how long until its rows are
// there, what crosses the wire, and what is asked of Graph, which lets through
// what it publishes and no more; then the same for fifty who look at once, and
// what they are told when somebody presses. The product is a process of its own,
// so that its memory is known. It judges nothing but that all see the same, and
// runs when TIMECLOCK_BENCH_BOARD is set: make bench-board.
func TestBenchBoard(t *testing.T) {
	switch os.Getenv(benchBoard) {
	case "":
		t.Skip("not run: a measurement, made by make bench-board")
	case roleProduct:
		benchServe(t, boardProduct)
		return
	}
	box, err := sandbox.Start(t.Context(), sandbox.Options{
		Seed: true, Crowd: *boardPeople, Tokens: map[string]string{boardToken: sandbox.Mona}, AccessLife: 24 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close(context.WithoutCancel(t.Context()))
	someIn(t, box)
	b := startBoard(t, box)
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\n%s\n%d people, %d supervisors, SQLite, Graph's published limits\n\n", benchMachine(), *boardPeople, *boardWatchers)
	fmt.Fprintln(out, "\tfirst rows\tall known\tbytes\tcalls to Graph\tmemory")
	fmt.Fprintf(out, "the first look ever\t%s\n", b.look(t, 1))
	time.Sleep(11 * time.Second) // until a board is not young any more
	fmt.Fprintf(out, "%d look at once\t%s\n", *boardWatchers, b.look(t, *boardWatchers))
	fmt.Fprintf(out, "\n%d presses for others\t%s\n", boardPresses, b.live(t))
	if err := out.Flush(); err != nil {
		t.Error(err)
	}
}

// someIn clocks in those who are to be clocked out, since at some hours nobody is in.
func someIn(t *testing.T, box *sandbox.Sandbox) {
	t.Helper()
	var in []tenant.Card
	has := map[string]bool{}
	at := time.Now().Add(-30 * time.Minute).Truncate(time.Millisecond)
	cards := box.Tenant.Cards(sandbox.FerryLanding)
	for _, c := range cards {
		has[c.Person] = has[c.Person] || c.Out == nil
	}
	for _, c := range cards {
		if !has[c.Person] && len(in) < boardPresses {
			has[c.Person] = true
			in = append(in, tenant.Card{
				ID: "TCK_" + uuid.NewString(), Team: c.Team, Person: c.Person, Created: at, Modified: at, In: &tenant.Event{At: at},
			})
		}
	}
	if err := box.Tenant.Seed(in, nil); err != nil {
		t.Fatal(err)
	}
}

// boardProduct is the product with every supervisor signed in; the asks are their
// cookies.
func boardProduct(t *testing.T, l net.Listener, root string) (func(context.Context) error, []string) {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(t.Context(), benchConfig(t, l, root), telemetry.NewLogger(nowhere, slog.LevelInfo), openStores)
	if err != nil {
		t.Fatal(err)
	}
	var cookies []string
	for range *boardWatchers {
		w := httptest.NewRecorder()
		now := time.Now()
		_, err := s.sessions.Start(t.Context(), w, httptest.NewRequest(http.MethodGet, "/", nil), session.SignIn{
			Person: session.Person{Tenant: "t", Object: os.Getenv(benchBoard + "_MONA"), Name: "Mona"}, Issuer: root,
			Tokens: session.Tokens{Access: boardToken, Issued: now, Expires: now.Add(24 * time.Hour)},
		})
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, w.Result().Cookies()[0].String())
	}
	return func(ctx context.Context) error { return s.Serve(ctx, l) }, cookies
}

// boards is the product that is measured, and its tenant.
type boards struct {
	announced
	pid int
	box *sandbox.Sandbox
}

// startBoard starts this test as the product, and ends it with the test.
func startBoard(t *testing.T, box *sandbox.Sandbox) *boards {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run=^TestBenchBoard$", "-test.timeout=0", fmt.Sprint("-board-watchers=", *boardWatchers))
	c.Env = append(os.Environ(), benchBoard+"="+roleProduct, benchBFFStub+"="+box.GraphURL, benchBoard+"_MONA="+box.Person(sandbox.Mona).OID)
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
	b := &boards{pid: c.Process.Pid, box: box}
	line, err := rest.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &b.announced)
	}
	t.Cleanup(func() {
		in.Close()
		last, _ := io.ReadAll(rest)
		if err := c.Wait(); err != nil {
			t.Errorf("the product: %v\n%s", err, last)
		}
	})
	if err != nil {
		t.Fatalf("the product does not start: %v; it said %s", err, line)
	}
	return b
}

// call makes a call as the nth supervisor.
func (b *boards) call(ctx context.Context, n int, method, path string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+b.Address+path, strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(b.Address)
	r.Host = "localhost:" + port
	r.Header.Set(wire.Header, wire.HeaderValue)
	cookie, _, _ := strings.Cut(b.Asks[n], ";")
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultClient.Do(r)
	if err == nil && answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("%s %s: %s %s", method, path, answer.Status, text)
	}
	return answer, err
}

// seen is what a look came to.
type seen struct {
	rows, all time.Duration // the slowest of those who look
	bytes     int           // of the first answer
	calls     string
	memory    string
}

func (s seen) String() string {
	return fmt.Sprintf("%d ms\t%d ms\t%d kB\t%s\t%s", s.rows.Milliseconds(), s.all.Milliseconds(), s.bytes/1000, s.calls, s.memory)
}

// look has so many open the board: the stream of events first, as the browser
// does, then the board, and then whatever the stream brings until the team is read.
func (b *boards) look(t *testing.T, many int) seen {
	t.Helper()
	b.box.Tenant.Forget()
	began := time.Now()
	var mu sync.Mutex
	var most seen
	var each sync.WaitGroup
	for n := range many {
		each.Go(func() {
			one, err := b.lookAs(t.Context(), n, began)
			if err != nil {
				t.Errorf("supervisor %d: %v", n, err)
			}
			mu.Lock()
			defer mu.Unlock()
			most.rows, most.all, most.bytes = max(most.rows, one.rows), max(most.all, one.all), max(most.bytes, one.bytes)
		})
	}
	each.Wait()
	most.calls, most.memory = b.calls(), b.memory(t)
	return most
}

func (b *boards) lookAs(ctx context.Context, n int, began time.Time) (seen, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	stream, err := b.call(ctx, n, http.MethodGet, wire.PathEvents+"?"+wire.ParamBoard+"="+sandbox.FerryLanding, nil)
	if err != nil {
		return seen{}, err
	}
	defer stream.Body.Close()
	answer, err := b.call(ctx, n, http.MethodGet, wire.PathBoard+"?"+wire.ParamFresh+"=1&"+wire.ParamTeam+"="+sandbox.FerryLanding, nil)
	if err != nil {
		return seen{}, err
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	var board wire.Board
	if err == nil {
		err = json.Unmarshal(text, &board)
	}
	s := seen{rows: time.Since(began), bytes: len(text)}
	if err != nil || len(board.Rows) != *boardPeople+1 {
		return s, fmt.Errorf("%d rows, %w", len(board.Rows), err)
	}
	known := map[string]wire.Row{}
	for _, r := range board.Rows {
		known[r.Person.ID] = r
	}
	err = nil
	if board.Reading {
		err = until(stream.Body, known, func(c wire.BoardChanged, _ wire.Act) bool { return c.AsOf != 0 })
	}
	s.all = time.Since(began)
	in := 0
	for _, r := range known {
		if r.State == clock.In {
			in++
		}
	}
	if in == 0 && err == nil {
		err = fmt.Errorf("nobody of %d is in", len(known))
	}
	return s, err
}

// until takes up what a stream tells of a board until it is enough, which is asked
// of every change of it and every press for another.
func until(stream io.Reader, known map[string]wire.Row, enough func(wire.BoardChanged, wire.Act) bool) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, 64<<10) // as the browser has it
	event := ""
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var c wire.BoardChanged
		var a wire.Act
		var err error
		switch event {
		case wire.EventBoard:
			err = json.Unmarshal([]byte(data), &c)
		case wire.EventAct:
			err = json.Unmarshal([]byte(data), &a)
		}
		if err != nil {
			return err
		}
		for _, r := range c.Rows {
			known[r.Person.ID] = r
		}
		if enough(c, a) {
			return nil
		}
	}
	return fmt.Errorf("the stream ended: %w", lines.Err())
}

// live presses for some at once while everybody watches, and tells how long after
// Graph had the press each watcher saw it on the board.
func (b *boards) live(t *testing.T) string {
	t.Helper()
	presses, people := b.clockOuts(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	b.box.Tenant.Forget()
	var opened, each sync.WaitGroup
	var mu sync.Mutex
	var took []time.Duration
	opened.Add(*boardWatchers)
	for n := range *boardWatchers {
		each.Go(func() {
			stream, err := b.call(ctx, n, http.MethodGet, wire.PathEvents+"?"+wire.ParamBoard+"="+sandbox.FerryLanding, nil)
			opened.Done()
			if err != nil {
				t.Errorf("supervisor %d: %v", n, err)
				return
			}
			defer stream.Body.Close()
			told, delivered := map[string]time.Time{}, map[string]time.Time{}
			err = until(stream.Body, map[string]wire.Row{}, func(c wire.BoardChanged, a wire.Act) bool {
				for _, r := range c.Rows {
					if people[r.Person.ID] && r.State == clock.Out && len(r.Waiting) == 0 {
						told[r.Person.ID] = time.Now()
					}
				}
				if a.Receipt.Status == wire.Delivered {
					delivered[a.Person.ID] = a.Receipt.Delivered.Time()
				}
				return len(told) == len(people) && len(delivered) == len(people)
			})
			mu.Lock()
			for person, at := range told {
				took = append(took, at.Sub(delivered[person]))
			}
			mu.Unlock()
			if err != nil {
				t.Errorf("supervisor %d: of %d rows %d came: %v", n, len(people), len(told), err)
			}
		})
	}
	opened.Wait()
	body, err := json.Marshal(wire.Behalves{Presses: presses})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := b.call(ctx, 0, http.MethodPost, wire.PathTeams+"/"+sandbox.FerryLanding+wire.PathPunchesOf, body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	each.Wait()
	if len(took) == 0 {
		return "nobody was told"
	}
	slices.Sort(took)
	return fmt.Sprintf("told to %d: p50 %d ms\tp99 %d ms\t\t%s\t%s", *boardWatchers,
		took[len(took)/2].Milliseconds(), took[len(took)*99/100].Milliseconds(), b.calls(), b.memory(t))
}

// clockOuts are presses for people who are in, and who those are.
func (b *boards) clockOuts(t *testing.T) ([]wire.Behalf, map[string]bool) {
	t.Helper()
	var presses []wire.Behalf
	people := map[string]bool{}
	for _, c := range b.box.Tenant.Cards(sandbox.FerryLanding) {
		if c.State() != tenant.ClockedIn || time.Since(c.In.At) > 8*time.Hour || len(presses) == boardPresses {
			continue
		}
		people[c.Person] = true
		presses = append(presses, wire.Behalf{Person: c.Person, Punch: wire.Punch{
			ID: uuid.Must(uuid.NewV7()).String(), Kind: clock.ClockOut, At: clock.At(time.Now()), Trust: wire.Anchored,
			Device: "bench", Seq: int64(len(presses)), Note: "the landing is closed",
		}})
	}
	return presses, people
}

// calls counts what was asked of Graph, by operation.
func (b *boards) calls() string {
	counts := map[string]int{}
	all := b.box.Tenant.Calls()
	for _, c := range all {
		counts[string(c.Op)]++
	}
	var parts []string
	for op, n := range counts {
		parts = append(parts, fmt.Sprintf("%d %s", n, op))
	}
	slices.Sort(parts)
	return fmt.Sprintf("%d (%s)", len(all), strings.Join(parts, ", "))
}

// memory is what the product holds, and held at most.
func (b *boards) memory(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(b.pid), "status"))
	if err != nil {
		return "memory is read on Linux alone"
	}
	var now, most int
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &now); err == nil {
			continue
		}
		_, _ = fmt.Sscanf(line, "VmHWM: %d kB", &most)
	}
	return fmt.Sprintf("%d MB, at most %d", now>>10, most>>10)
}

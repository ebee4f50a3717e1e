package shell

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/state"
	"timeclock/app/wire"
)

const (
	anna   = "tenant.anna"
	noon   = 1_774_857_600_000
	within = 20 * time.Second
)

// site serves the page with the early script alone, its inside open to tests,
// and answers its calls as told.
type site struct {
	t   *testing.T
	url string
	ctx context.Context // of the browser

	mu      sync.Mutex
	clock   func(http.ResponseWriter) // answers PathClock
	punches []func(http.ResponseWriter, wire.Punch)
	heard   []wire.Punch // what was sent, in order
	located []*wire.Position
	posted  []string    // bodies of the form
	headers http.Header // of the last press
}

func newSite(t *testing.T) *site {
	t.Helper()
	if testing.Short() {
		t.Skip("not run: tests in a browser are left out of the short tests")
	}
	s := &site{t: t, clock: func(w http.ResponseWriter) { problem(w, wire.CodeSignedOut) }}
	made := newShell(t, files(t))
	early := string(body(t, made.assets.Named(EarlyScript)))
	open := strings.TrimSuffix(early, "}\n") + "self.inside = { store, drain, stampAt, newID, load, update, inquire };\n}\n"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		page := string(body(t, made.spoken["en"].page))
		for _, path := range []string{made.Path("wasm_exec.js"), made.Path(AppScript)} {
			page = strings.Replace(page, path, "/nothing.js", 1)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, strings.Replace(page, made.Path(EarlyScript), "/early.js", 1))
	})
	mux.HandleFunc("GET /early.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, open)
	})
	mux.HandleFunc("GET /nothing.js", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "text/javascript") })
	mux.HandleFunc("GET /web/", made.serveAsset)
	mux.HandleFunc("GET "+wire.PathClock, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(wire.Header) != wire.HeaderValue {
			t.Errorf("the clock was asked for without %s", wire.Header)
		}
		s.mu.Lock()
		answer := s.clock
		s.mu.Unlock()
		answer(w)
	})
	mux.HandleFunc("POST "+wire.PathPunches, s.punch)
	mux.HandleFunc("POST "+wire.PathPress, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.posted = append(s.posted, r.PostFormValue(wire.FieldKind)+" "+r.PostFormValue(wire.FieldNote))
		fmt.Fprint(w, "<h1>posted</h1>")
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.browse()
	return s
}

// punch answers as the next of punches says, and by default that the press is
// on the card.
func (s *site) punch(w http.ResponseWriter, r *http.Request) {
	var sent wire.Located
	err := json.NewDecoder(r.Body).Decode(&sent)
	p := sent.Punch
	if err != nil {
		s.t.Errorf("a press that is none: %v", err)
	}
	s.mu.Lock()
	s.heard, s.located, s.headers = append(s.heard, p), append(s.located, sent.Position), r.Header
	answer := func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Delivered, "") }
	if len(s.punches) > 0 {
		answer, s.punches = s.punches[0], s.punches[1:]
	}
	s.mu.Unlock()
	answer(w, p)
}

func receipt(w http.ResponseWriter, p wire.Punch, status wire.Status, code wire.Code) {
	w.Header().Set("Content-Type", "application/json")
	r := wire.Receipt{ID: p.ID, Team: p.Team, Kind: p.Kind, Status: status, Code: code, At: p.At, Received: noon}
	if status == wire.Delivered {
		r.Delivered = noon
	}
	json.NewEncoder(w).Encode(r)
}

func problem(w http.ResponseWriter, c wire.Code) {
	p := wire.ProblemOf(c, "a problem")
	w.Header().Set("Content-Type", wire.ContentTypeProblem)
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// knows makes the server take the browser for Anna, who is clocked out.
func (s *site) knows(change func(*wire.Clock)) {
	c := wire.Clock{
		Me: wire.Me{
			Person: wire.Person{ID: anna, Name: "Anna"}, Now: clock.At(time.Now()), Expires: clock.At(time.Now()) + 9_000_000,
			Teams: []wire.Team{{ID: "t1", Name: "Bakery", Zone: "Europe/Stockholm", Clock: true}},
		},
		Team: "t1", Cards: []clock.Card{}, AsOf: clock.At(time.Now()),
	}
	if change != nil {
		change(&c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		c.Me.Now = clock.At(time.Now())
		json.NewEncoder(w).Encode(c)
	}
}

func (s *site) browse() {
	s.t.Helper()
	path := ""
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "google-chrome", "chromium-browser"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		s.t.Fatal("no browser: install Debian's package chromium, or name one in CHROMIUM")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("lang", "en-GB"), chromedp.UserDataDir(s.t.TempDir()))
	parent, stopBrowser := chromedp.NewExecAllocator(context.WithoutCancel(s.t.Context()), options...)
	ctx, stopPage := chromedp.NewContext(parent)
	s.ctx = ctx
	s.t.Cleanup(func() { stopPage(); stopBrowser() })
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		s.t.Fatalf("start the browser: %v", err)
	}
	s.open()
}

func (s *site) open() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, within)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Navigate(s.url)); err != nil {
		s.t.Fatalf("open the page: %v", err)
	}
}

// run evaluates an expression, a promise of one too, and decodes what it gives.
func run[T any](s *site, expression string) T {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, within)
	defer cancel()
	wrapped := "(async () => JSON.stringify((await (" + expression + ")) ?? null))()"
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](wrapped, chromedp.EvalAwaitPromise))
	var out T
	if err == nil {
		err = json.Unmarshal([]byte(text), &out)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// until waits until an expression is true.
func (s *site) until(expression string) {
	s.t.Helper()
	for deadline := time.Now().Add(within); !run[bool](s, expression); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("never: %s\nthe page says: %s", expression, run[string](s, "document.body.innerText"))
		}
	}
}

// put writes into a database of the browser.
func (s *site) put(database, key string, value any) {
	s.t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		s.t.Fatal(err)
	}
	run[any](s, fmt.Sprintf("inside.update(%q, () => ({%q: %s}))", database, key, text))
}

// outbox gives the presses in the browser, as the program finds them, and the
// storage to go on with.
func (s *site) outbox(person string) (*outbox.Outbox, *browser.Store) {
	s.t.Helper()
	store := browser.NewStore("presses")
	err := store.Update(s.t.Context(), func(map[string][]byte) browser.Change {
		all := browser.Change{}
		for key, value := range run[map[string]string](s, `inside.load("`+state.PressesStore+`")`) {
			all[key] = []byte(value)
		}
		return all
	})
	if err != nil {
		s.t.Fatal(err)
	}
	box := outbox.New(outbox.Deps{
		Storage: store, Locker: browser.NewLocks(), ID: outbox.NewID,
		Now: func() clock.Instant { return clock.At(time.Now()) }, Date: func() clock.Instant { return clock.At(time.Now()) },
		Changed: func() {}, Settled: func(outbox.Entry) {}, SignedOut: func() {}, Tell: func() {},
	})
	box.SignedAway(person, "")
	if err := box.Reload(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return box, store
}

func (s *site) press(k clock.Kind) {
	s.t.Helper()
	run[any](s, fmt.Sprintf(`document.querySelector('#press button[value=%q]').click()`, k))
}

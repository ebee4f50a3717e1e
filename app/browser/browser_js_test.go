//go:build js && wasm

package browser

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"timeclock/app/clock"
)

func TestFetchInTheBrowser(t *testing.T) {
	ctx := context.Background()
	answer, err := Fetch(ctx, Request{Method: "POST", Path: "/echo", Header: map[string]string{"X-Said": "hello"}, Body: []byte("grüß")})
	if err != nil || answer.Status != 418 || string(answer.Body) != "grüß" || answer.Header.Get("X-HEARD") != "hello" {
		t.Errorf("Fetch /echo = %+v, %v", answer, err)
	}
	var e *Error
	if _, err := Fetch(ctx, Request{Method: "GET", Path: "/away"}); !errors.As(err, &e) || e.Name != "TypeError" {
		t.Errorf("Fetch of a redirect = %v, want a TypeError", err)
	}
	if _, err := Fetch(ctx, Request{Method: "NO GOOD", Path: "/"}); err == nil {
		t.Error("Fetch with a bad method = nil")
	}
	begin := time.Now()
	_, err = Fetch(ctx, Request{Method: "GET", Path: "/slow", Timeout: 100 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 5*time.Second {
		t.Errorf("Fetch of a slow answer = %v after %v", err, time.Since(begin))
	}
}

func TestOpenInTheBrowser(t *testing.T) {
	head, body, err := Open(context.Background(), Request{Method: "GET", Path: "/stream"})
	if err != nil || head.Status != 200 {
		t.Fatalf("Open = %+v, %v", head, err)
	}
	all, err := io.ReadAll(body)
	if err != nil || string(all) != "one two three" {
		t.Errorf("ReadAll = %q, %v", all, err)
	}
	body.Close()
	ctx, cancel := context.WithCancel(context.Background())
	_, body, err = Open(ctx, Request{Method: "GET", Path: "/stream?open"})
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	time.AfterFunc(200*time.Millisecond, cancel)
	all, err = io.ReadAll(body)
	if !errors.Is(err, context.Canceled) || string(all) != "one two three" {
		t.Errorf("ReadAll of a cancelled stream = %q, %v", all, err)
	}
}

func TestStoreInTheBrowser(t *testing.T) {
	ctx := context.Background()
	a, b := NewStore("test"), NewStore("test") // as two tabs
	put := func(s *Store, c Change) {
		t.Helper()
		if err := s.Update(ctx, func(map[string][]byte) Change { return c }); err != nil {
			t.Fatalf("Update = %v", err)
		}
	}
	put(a, Change{"x": []byte("1"), "y": []byte("grüß")})
	put(b, Change{"x": nil, "z": []byte(`{"a":1}`)})
	all, err := a.Load(ctx)
	if err != nil || len(all) != 2 || string(all["y"]) != "grüß" || string(all["z"]) != `{"a":1}` {
		t.Errorf("Load = %q, %v", all, err)
	}
	done := make(chan error)
	for i := range 20 {
		s := []*Store{a, b}[i%2]
		go func() {
			done <- s.Update(ctx, func(all map[string][]byte) Change {
				return Change{"n": append(all["n"], 'i')}
			})
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Errorf("Update = %v", err)
		}
	}
	if all, _ := b.Load(ctx); len(all["n"]) != 20 {
		t.Errorf("20 updates from two tabs left %d marks", len(all["n"]))
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := a.Update(ended, func(map[string][]byte) Change { return Change{"late": []byte("1")} }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update with an ended context = %v", err)
	}
	if all, _ := a.Load(ctx); all["late"] != nil {
		t.Error("an update that failed was written")
	}
	a.db.Call("close") // as the browser may
	put(a, Change{"w": []byte("1")})
}

func TestStoreRefusedInTheBrowser(t *testing.T) {
	real := js.Global().Get("IDBObjectStore").Get("prototype").Get("put")
	refuse := js.Global().Get("Function").New(`throw new DOMException("full", "QuotaExceededError")`)
	js.Global().Get("IDBObjectStore").Get("prototype").Set("put", refuse)
	defer js.Global().Get("IDBObjectStore").Get("prototype").Set("put", real)
	var e *Error
	err := NewStore("full").Update(context.Background(), func(map[string][]byte) Change { return Change{"a": []byte("1")} })
	if !errors.As(err, &e) || e.Name != "QuotaExceededError" {
		t.Errorf("Update of a full store = %v, want QuotaExceededError", err)
	}
}

func TestLocksInTheBrowser(t *testing.T) {
	ctx := context.Background()
	a, b := NewLocks(), NewLocks()
	release, err := a.Lock(ctx, "l")
	if err != nil {
		t.Fatalf("Lock = %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := b.Lock(short, "l"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock of a held lock = %v", err)
	}
	got := make(chan func())
	go func() {
		release, err := b.Lock(ctx, "l")
		if err != nil {
			t.Errorf("Lock after release = %v", err)
		}
		got <- release
	}()
	release()
	release()
	(<-got)()
	if release, err := a.Lock(ctx, "l"); err != nil {
		t.Errorf("Lock = %v", err)
	} else {
		release()
	}
}

func TestChannelInTheBrowser(t *testing.T) {
	heard := make(chan []byte, 1)
	a := OpenChannel("c", func([]byte) { t.Error("heard itself") })
	b := OpenChannel("c", func(m []byte) { heard <- m })
	a.Post([]byte("hello"))
	if m := <-heard; !bytes.Equal(m, []byte("hello")) {
		t.Errorf("heard %q", m)
	}
	a.Close()
	b.Close()
	a.Post([]byte("too late"))
}

func TestSignalsInTheBrowser(t *testing.T) {
	var got []Signal
	stop := Signals(func(s Signal) { got = append(got, s) })
	fire := func(name string) { js.Global().Call("dispatchEvent", js.Global().Get("Event").New(name)) }
	fire("online")
	fire("offline")
	fire("focus")
	stop()
	fire("online")
	if len(got) != 3 || got[0] != WentOnline || got[1] != WentOffline || got[2] != Focused {
		t.Errorf("signals %v", got)
	}
}

func TestIntlInTheBrowser(t *testing.T) {
	at := clock.At(time.Date(2026, 3, 24, 7, 2, 0, 0, time.UTC))
	d := clock.Date{Year: 2026, Month: 3, Day: 24}
	british, american, unknown := Format{"en-GB", "Europe/Berlin"}, Format{"en-US", "America/New_York"}, Format{"no-such-locale-xx", "No/Where"}
	for got, want := range map[string]string{
		british.Time(at): "08:02", british.Date(d): "Tuesday 24 March", british.DateYear(d): "24 March 2026", british.Weekday(d): "Tue",
		strings.ReplaceAll(american.Time(at), "\u202f", " "): "3:02 AM", american.Date(d): "Tuesday, March 24",
	} {
		if got != want {
			t.Errorf("Intl gives %q, want %q", got, want)
		}
	}
	if unknown.Time(at) == "" || ViewerZone() == "" || Locale() == "" {
		t.Errorf("unknown locale %q, viewer in %q, speaks %q", unknown.Time(at), ViewerZone(), Locale())
	}
	change := clock.At(time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC))
	berlin := Zone("Europe/Berlin")
	if before, after := berlin.Offset(change-1), berlin.Offset(change); before != 2*clock.Hour || after != clock.Hour {
		t.Errorf("Berlin around the change: %v, %v", before, after)
	}
	if got := Zone("Australia/Lord_Howe").Offset(at); got != 11*clock.Hour {
		t.Errorf("Lord Howe in March: %v", got)
	}
	if Zone("No/Where").Offset(at) != Zone("").Offset(at) {
		t.Error("an unknown zone is not the viewer's")
	}
}

func TestPageInTheBrowser(t *testing.T) {
	note, _ := element("note")
	note.Set("value", "typed")
	note.Call("focus")
	note.Call("setSelectionRange", 1, 3)
	a := Adopt("note")
	if a != (Adopted{Note: "typed", Focused: true, Start: 1, End: 3}) {
		t.Errorf("Adopt = %+v", a)
	}
	SetValue("note", "")
	note.Call("blur")
	Restore("note", a)
	if Adopt("note") != a {
		t.Errorf("Adopt after Restore = %+v", Adopt("note"))
	}
	if got := Adopt("nothing"); got != (Adopted{}) {
		t.Errorf("Adopt of nothing = %+v", got)
	}
	SetPref("k", "v")
	if Pref("k") != "v" {
		t.Errorf("Pref = %q", Pref("k"))
	}
	SetPref("k", "")
	if Pref("k") != "" || Path() != "/" || !Online() || !Visible() {
		t.Errorf("Pref %q, Path %q, online %v, visible %v", Pref("k"), Path(), Online(), Visible())
	}
	Vibrate(1)
	if d := Date().Sub(clock.At(time.Now())).Abs(); d > 1000 || Mono() <= 0 {
		t.Errorf("Date is off by %d, Mono %v", d, Mono())
	}
}

func TestPatchInTheBrowser(t *testing.T) {
	document := js.Global().Get("document")
	host := document.Call("createElement", "div")
	host.Set("id", "patched")
	document.Get("body").Call("append", host)
	defer host.Call("remove")
	Fill("patched", `<p class="a"><button id="kept">Anna</button></p><p><input type="checkbox" id="box" aria-label="x"></p><i>1</i>`)
	kept, _ := element("kept")
	box, _ := element("box")
	kept.Call("focus")
	box.Set("checked", true) // by a person, whom the Model follows
	for _, want := range []string{
		`<p class="b" data-x="1"><button id="kept">Anna</button> is in</p><p><input type="checkbox" id="box" aria-label="x" checked=""></p><i>2</i><b>new</b>`,
		`<p><button id="kept">Anna</button> is out</p><p><input type="checkbox" id="box" aria-label="x"></p><b>only</b>`,
	} {
		if !Patch("patched", want) {
			t.Fatal("there is no such element")
		}
		if got := host.Get("innerHTML").String(); got != want {
			t.Errorf("it became %s, want %s", got, want)
		}
		if now, _ := element("kept"); !now.Equal(kept) || !document.Get("activeElement").Equal(kept) {
			t.Error("what stays has lost its place or the focus")
		}
		if ticked := strings.Contains(want, "checked"); box.Get("checked").Bool() != ticked {
			t.Errorf("the box is ticked: %v, want %v", !ticked, ticked)
		}
	}
	if Patch("nothing", "") {
		t.Error("it found an element that is not there")
	}
}

// TestRefillInTheBrowser: what has the focus keeps it, and what nobody touches is
// made anew.
func TestRefillInTheBrowser(t *testing.T) {
	document := js.Global().Get("document")
	host := document.Call("createElement", "div")
	host.Set("id", "refilled")
	document.Get("body").Call("append", host)
	defer host.Call("remove")
	Fill("refilled", `<button id="touched">Anna</button>`)
	touched, _ := element("touched")
	for _, held := range []bool{true, false} {
		if touched.Call("blur"); held {
			touched.Call("focus")
		}
		want := `<button id="touched">Anna</button><i>` + strconv.FormatBool(held) + `</i>`
		if !Refill("refilled", want) || host.Get("innerHTML").String() != want {
			t.Errorf("it became %s, want %s", host.Get("innerHTML"), want)
		}
		if now, _ := element("touched"); now.Equal(touched) != held {
			t.Errorf("with the focus in it %v: the button is the same: %v", held, !held)
		}
	}
	if Refill("nothing", "") {
		t.Error("it found an element that is not there")
	}
}

// TestFollowInTheBrowser: once at first, in every frame while there is more, after
// that once for every move, and never again when stopped.
func TestFollowInTheBrowser(t *testing.T) {
	window := js.Global()
	frames := func(n int) {
		for range n {
			drawn := make(chan bool)
			f := js.FuncOf(func(js.Value, []js.Value) any { close(drawn); return nil })
			window.Call("requestAnimationFrame", f)
			<-drawn
			f.Release()
		}
	}
	move := func() { window.Call("dispatchEvent", window.Get("Event").New("scroll")) }
	looks, more := 0, 3
	tall := window.Get("document").Call("createElement", "div")
	tall.Set("id", "tall")
	tall.Get("style").Set("cssText", "position: absolute; inset: auto 0; top: -300px; height: 1000px")
	window.Get("document").Get("body").Call("append", tall)
	defer tall.Call("remove")
	again, stop := Follow("tall", func(from, to float64) bool {
		looks++
		more--
		if want := 0.3 + window.Get("innerHeight").Float()/1000; math.Abs(from-0.3) > 1e-6 || math.Abs(to-want) > 1e-6 {
			t.Errorf("in sight are %v to %v, want 0.3 to %v", from, to, want)
		}
		return more > 0
	})
	after := func(what string, want int) {
		t.Helper()
		if frames(followed + 6); looks != want {
			t.Errorf("after %s it has looked %d times, want %d", what, looks, want)
		}
		looks = 0
	}
	after("the start", 2+followed)
	move()
	after("a move", 1)
	again()
	again()
	move() // while it waits for the frame
	after("asking for it", 1)
	more = 2
	move()
	after("a move that leaves more to do", 1+followed)
	tall.Get("style").Set("height", "0")
	move()
	after("a move with nothing to be seen", 0)
	tall.Get("style").Set("height", "1000px")
	move()
	after("a move with it there again", 1)
	again()
	stop()
	move()
	after("the end", 0)
}

func TestNothingStaysBehind(t *testing.T) {
	ctx := context.Background()
	work := func() {
		Fetch(ctx, Request{Method: "POST", Path: "/echo"})
		NewStore("test").Load(ctx)
		if release, err := NewLocks().Lock(ctx, "n"); err == nil {
			release()
		}
	}
	work()
	time.Sleep(50 * time.Millisecond)
	before := runtime.NumGoroutine()
	for range 20 {
		work()
	}
	time.Sleep(50 * time.Millisecond)
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, before %d", after, before)
	}
}

func TestLocateInTheBrowser(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	told := make(chan Permission, 8)
	stop := Permissions(func(p Permission) { told <- p })
	select {
	case p := <-told:
		if p != Granted {
			t.Errorf("the permission is %q, want it granted", p)
		}
	case <-ctx.Done():
		t.Error("nothing was said of the permission")
	}
	stop()
	want := Place{59.3251, 18.0711, 20}
	if got, err := Locate(ctx, 50); err != nil || got != want {
		t.Errorf("Locate = %v, %v, want %v", got, err, want)
	}
	soon, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	begin := time.Now()
	if got, err := Locate(soon, 1); err != nil || got != want || soon.Err() == nil {
		t.Errorf("Locate to a metre = %v, %v after %v, want the best there was", got, err, time.Since(begin))
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Locate(ended, 1); err == nil {
		t.Error("Locate in no time = nil")
	}
	geolocation := js.Global().Get("Geolocation").Get("prototype")
	watch := geolocation.Get("watchPosition")
	defer geolocation.Set("watchPosition", watch)
	denies := js.FuncOf(func(_ js.Value, args []js.Value) any {
		js.Global().Call("setTimeout", args[1], 10, map[string]any{"code": 1, "message": "no"})
		return 1
	})
	defer denies.Release()
	geolocation.Set("watchPosition", denies)
	if _, err := Locate(ctx, 50); !errors.Is(err, ErrDenied) {
		t.Errorf("Locate where that is denied = %v", err)
	}
}

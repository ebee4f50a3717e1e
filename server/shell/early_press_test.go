package shell

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/state"
	"timeclock/app/wire"
	"timeclock/web"
)

// remembered is what app/state leaves for the next start.
func remembered(state ...clock.Card) map[string]any {
	return map[string]any{"clock": wire.Clock{
		Me: wire.Me{
			Person: wire.Person{ID: anna, Name: "Anna"}, Expires: clock.At(time.Now()) + 9_000_000,
			Teams: []wire.Team{{ID: "t1", Name: "Bakery", Zone: "Europe/Stockholm", Clock: true}},
		},
		Team: "t1", Cards: state, AsOf: clock.At(time.Now()),
	}}
}

// TestEarlyPressIsAnEntryOfTheOutbox: what the script stores, the program reads
// as its own, and goes on from; and the other way round.
func TestEarlyPressIsAnEntryOfTheOutbox(t *testing.T) {
	s := newSite(t)
	s.clock = func(http.ResponseWriter) { <-t.Context().Done() } // no answer at all
	s.put(state.MemoryStore, state.KeyClock, remembered())
	s.open()
	s.until(`document.querySelector(".hero-title").textContent === "You are clocked out"`)
	run[any](s, `document.querySelector("#note").value = " opened “the” bar "`)
	begun := clock.At(time.Now())
	s.press(clock.ClockIn)
	s.until(`document.querySelector(".hero-title").textContent === "Clocked in"`)
	if aside := run[string](s, `document.querySelector(".hero-aside").textContent`); !strings.HasPrefix(aside, "Recorded on this device at ") || strings.Contains(aside, "{") {
		t.Errorf("the page says %q", aside)
	}
	if note := run[string](s, `document.querySelector("#note").value`); note != "" {
		t.Errorf("the note %q is left for another press", note)
	}
	box, store := s.outbox(anna)
	entries := box.Entries()
	if len(entries) != 1 {
		t.Fatalf("the program finds %+v", entries)
	}
	e := entries[0]
	id, err := uuid.Parse(e.Punch.ID)
	if err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 {
		t.Errorf("the id is %s, want a UUIDv7 (%v)", e.Punch.ID, err)
	}
	if seconds, nanos := id.Time().UnixTime(); clock.Instant(seconds*1000+nanos/1_000_000).Sub(e.Punch.At).Abs() > 2000 {
		t.Errorf("the id is of %d s, the press of %d", seconds, e.Punch.At)
	}
	want := wire.Punch{
		ID: e.Punch.ID, Team: "t1", Kind: clock.ClockIn, Seen: clock.Out, Note: "opened “the” bar",
		At: e.Punch.At, Bound: outbox.DeviceBound, Trust: wire.Device, Device: e.Punch.Device, Seq: 1,
	}
	if e.Punch != want || e.Person != anna || e.Order != 1 || e.Own != e.Punch.At || !e.Waiting() || e.Punch.At < begun || e.Punch.At > clock.At(time.Now()) {
		t.Errorf("the program finds %+v, want %+v of %s", e, want, anna)
	}
	// The program takes a tap that follows closely for the same one, and gives
	// the next press the next number of the same device.
	in := outbox.Intent{Person: anna, Team: "t1", Kind: clock.ClockIn, Seen: clock.Out, Stamp: outbox.Stamp{At: e.Punch.At + 400, Bound: 1, Trust: wire.Anchored}}
	if _, again := box.Press(t.Context(), in); !again {
		t.Error("the program makes a second press of the second tap")
	}
	in.Kind, in.Seen = clock.ClockOut, clock.In
	next, _ := box.Press(t.Context(), in)
	if next.Punch.Seq != 2 || next.Punch.Device != e.Punch.Device || next.Order != 2 {
		t.Errorf("the program's next press is %+v", next)
	}
	all, err := store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range all {
		s.put(state.PressesStore, key, json.RawMessage(value))
	}
	stored := fmt.Sprintf(`inside.store(%q, {id: inside.newID(), team: "t1", kind: "clockOut", seen: "clockedIn", at: %d})`, anna, in.Stamp.At+900)
	if again := run[any](s, stored); again != nil {
		t.Errorf("the script makes %v of the second tap of the program's press", again)
	}
	stored = strings.Replace(stored, fmt.Sprint(in.Stamp.At+900), fmt.Sprint(in.Stamp.At+1600), 1)
	if third := run[outbox.Entry](s, stored); third.Punch.Seq != 3 || third.Punch.Device != e.Punch.Device || third.Order != 3 {
		t.Errorf("the script's next press is %+v", third)
	}
	box, _ = s.outbox(anna)
	if n := len(box.Entries()); n != 3 {
		t.Errorf("%d presses in the end, want 3", n)
	}
}

// TestEarlyStampIsThatOfTheWatch compares the script's time with the program's.
func TestEarlyStampIsThatOfTheWatch(t *testing.T) {
	s := newSite(t)
	for _, row := range []struct{ age, date time.Duration }{
		{0, 0}, {time.Second, time.Second}, {3 * time.Hour, 3 * time.Hour},
		{time.Minute, time.Minute + 1500*time.Millisecond}, {time.Minute, time.Hour}, {time.Hour, time.Minute},
	} {
		mono, date := time.Minute, clock.Instant(noon)
		watch := outbox.NewWatch(func() time.Duration { return mono }, func() clock.Instant { return date })
		watch.Sample(mono-80*time.Millisecond, mono, noon+5000)
		mono, date = mono+row.age, date.Add(clock.Of(row.date))
		want := watch.Stamp()
		got := run[struct {
			At    clock.Instant
			Bound clock.Span
			Trust wire.Trust
		}](s, fmt.Sprintf("inside.stampAt({server: %d, bound: 41, mono: 60000, date: %d}, %d, %d)", noon+5040, noon, mono.Milliseconds(), date))
		if got.At != want.At || got.Bound < want.Bound || got.Bound > want.Bound+1 || got.Trust != want.Trust {
			t.Errorf("%s later, %s by the device: the script says %+v, the program %+v", row.age, row.date, got, want)
		}
	}
	for _, row := range []struct {
		what       string
		mono, date int
		at         clock.Instant
		bound      clock.Span
		trust      wire.Trust
	}{
		{"a second before the answer", 59_000, noon - 1000, noon + 4040, 42, wire.Anchored},
		{"before the device slept", 59_000, noon - 601_000, noon + 4040 - 600_000, 600_042, wire.Device},
		{"before the device was set back", 59_000, noon + 3_600_000, noon + 4040, 42, wire.Anchored},
	} {
		got := run[map[string]any](s, fmt.Sprintf("inside.stampAt({server: %d, bound: 41, mono: 60000, date: %d}, %d, %d)", noon+5040, noon, row.mono, row.date))
		if want := fmt.Sprint(map[string]any{"at": float64(row.at), "bound": float64(row.bound), "trust": string(row.trust)}); fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", row.what, got, want)
		}
	}
}

// TestEarlyPressIsSentAsTheProgramSendsIt goes through what a server, or a
// network that lies, may answer.
func TestEarlyPressIsSentAsTheProgramSendsIt(t *testing.T) {
	s := newSite(t)
	html := func(w http.ResponseWriter, _ wire.Punch) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<h1>Welcome to our guest network</h1>")
	}
	for _, row := range []struct {
		name   string
		answer func(http.ResponseWriter, wire.Punch)
		done   bool // nothing is left to be sent
		check  func([]outbox.Entry) bool
	}{
		{"on the card", func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Delivered, "") }, true, gone},
		{"kept as it was", func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Refused, wire.CodeKept) }, true, gone},
		{"accepted", func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Accepted, "") }, true,
			one(func(e outbox.Entry) bool { return e.Accepted() && e.Answer.Received == noon })},
		{"disputed", func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Conflicted, wire.CodeOrder) }, true,
			one(outbox.Entry.Disputed)},
		{"refused by a receipt", func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Refused, wire.CodeConfirmed) }, true,
			one(func(e outbox.Entry) bool { return e.Refused == wire.CodeConfirmed && e.Noted > noon && e.Answer != nil })},
		{"refused", func(w http.ResponseWriter, p wire.Punch) { problem(w, wire.CodeTooOld) }, true,
			one(func(e outbox.Entry) bool { return e.Refused == wire.CodeTooOld && e.Noted > noon })},
		{"signed out", func(w http.ResponseWriter, p wire.Punch) { problem(w, wire.CodeSignedOut) }, true, one(outbox.Entry.Waiting)},
		{"busy", func(w http.ResponseWriter, p wire.Punch) { problem(w, wire.CodeBusy) }, false, one(outbox.Entry.Waiting)},
		{"a newer server's problem", func(w http.ResponseWriter, p wire.Punch) { problem(w, "sunspots") }, false, one(outbox.Entry.Waiting)},
		{"a captive portal", html, false, one(outbox.Entry.Waiting)},
		{"half an answer", func(w http.ResponseWriter, p wire.Punch) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "200")
			fmt.Fprintf(w, `{"id":%q,"kind":`, p.ID)
		}, false, one(outbox.Entry.Waiting)},
		{"a receipt of another press", func(w http.ResponseWriter, p wire.Punch) {
			p.ID = outbox.NewID()
			receipt(w, p, wire.Delivered, "")
		}, false, one(outbox.Entry.Waiting)},
		{"a proxy's 403", func(w http.ResponseWriter, p wire.Punch) { http.Error(w, "no", 403) }, false, one(outbox.Entry.Waiting)},
		{"a redirect", func(w http.ResponseWriter, p wire.Punch) { w.Header().Set("Location", "/"); w.WriteHeader(302) }, false, one(outbox.Entry.Waiting)},
	} {
		run[any](s, `inside.update("timeclock-outbox", (all) => Object.fromEntries(Object.keys(all).map((key) => [key, null])))`)
		s.punches, s.heard = []func(http.ResponseWriter, wire.Punch){row.answer}, nil
		made := run[outbox.Entry](s, fmt.Sprintf(`inside.store(%q, {id: inside.newID(), team: "t1", kind: "clockIn", at: 5, bound: 1, trust: "device"}, Date.now() - 70000)`, anna))
		if done := run[bool](s, "inside.drain()"); done != row.done {
			t.Errorf("%s: nothing left is %t, want %t", row.name, done, row.done)
		}
		box, _ := s.outbox(anna)
		if !row.check(box.Entries()) {
			t.Errorf("%s: left are %+v", row.name, box.Entries())
		}
		for i := range s.heard {
			if ago := &s.heard[i].Ago; *ago < 70_000 || *ago > 90_000 {
				t.Errorf("%s: it was sent as made %d ms ago, want 70 s", row.name, *ago)
			} else {
				*ago = 0
			}
		}
		if len(s.heard) != 1 || s.heard[0] != made.Punch || s.headers.Get(wire.HeaderPerson) != anna || s.headers.Get(wire.Header) != wire.HeaderValue {
			t.Errorf("%s: sent was %+v with %v, want %+v once", row.name, s.heard, s.headers, made.Punch)
		}
	}
}

// TestWhatIsDeliveredIsRemembered: a press that is on the card, and that no reading
// has shown yet, is remembered with the clock of its person, and of nobody else.
func TestWhatIsDeliveredIsRemembered(t *testing.T) {
	s := newSite(t)
	for _, row := range []struct {
		name   string
		person string
		status wire.Status
		asOf   clock.Instant
		want   bool
	}{
		{"delivered", anna, wire.Delivered, 10, true},
		{"shown by a reading", anna, wire.Delivered, noon + 10_000, false},
		{"of somebody else", "tenant.ben", wire.Delivered, 10, false},
		{"on its way", anna, wire.Accepted, 10, false},
	} {
		run[any](s, `inside.update("timeclock-outbox", (all) => Object.fromEntries(Object.keys(all).map((key) => [key, null])))`)
		kept := remembered()
		answer := kept["clock"].(wire.Clock)
		answer.AsOf = row.asOf
		kept["clock"] = answer
		s.put(state.MemoryStore, state.KeyClock, kept)
		s.punches = []func(http.ResponseWriter, wire.Punch){func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, row.status, "") }}
		made := run[outbox.Entry](s, fmt.Sprintf(`inside.store(%q, {id: inside.newID(), team: "t1", kind: "clockIn", at: 5, bound: 1, trust: "device"})`, row.person))
		run[bool](s, "inside.drain()")
		var memory struct{ Clock wire.Clock }
		text := run[map[string]string](s, `inside.load("`+state.MemoryStore+`")`)[state.KeyClock]
		if err := json.Unmarshal([]byte(text), &memory); err != nil {
			t.Fatalf("%s: remembered is %s: %v", row.name, text, err)
		}
		waiting := memory.Clock.Waiting
		if got := len(waiting) == 1 && waiting[0].ID == made.Punch.ID && waiting[0].Status == wire.Delivered; got != row.want || !row.want && len(waiting) > 0 {
			t.Errorf("%s: remembered as waiting is %+v", row.name, waiting)
		}
		if memory.Clock.Me.Person.ID != anna || memory.Clock.AsOf != row.asOf {
			t.Errorf("%s: remembered is %+v", row.name, memory.Clock)
		}
	}
}

func gone(entries []outbox.Entry) bool { return len(entries) == 0 }

func one(is func(outbox.Entry) bool) func([]outbox.Entry) bool {
	return func(entries []outbox.Entry) bool { return len(entries) == 1 && is(entries[0]) }
}

// TestEarlyOrder: in order, one that waits holds back those after it, and what
// is somebody else's goes by.
func TestEarlyOrder(t *testing.T) {
	s := newSite(t)
	for i, person := range []string{"tenant.ben", anna, anna, anna} {
		run[any](s, fmt.Sprintf(`inside.store(%q, {id: inside.newID(), team: "t1", kind: "clockIn", at: %d, bound: 1, trust: "device"})`, person, i*9000))
	}
	away := func(w http.ResponseWriter, _ wire.Punch) { problem(w, wire.CodeSignedOut) }
	late := func(w http.ResponseWriter, _ wire.Punch) { problem(w, wire.CodeStore) }
	fine := func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Delivered, "") }
	never := func(w http.ResponseWriter, p wire.Punch) { problem(w, wire.CodeOrder) }
	s.punches = []func(http.ResponseWriter, wire.Punch){away, fine, late, away, never, fine}
	if run[bool](s, "inside.drain()") {
		t.Error("nothing is left while the server cannot store")
	}
	if !run[bool](s, "inside.drain()") {
		t.Error("something is left in the end")
	}
	var order []int64
	for _, p := range s.heard {
		order = append(order, p.Seq)
	}
	if got := fmt.Sprint(order); got != "[1 2 3 1 3 4]" {
		t.Errorf("sent in the order %s", got)
	}
}

// TestEarlyPressOfSomebodyTheServerNames: nothing is remembered, and the answer
// is on its way while the press is made. A zone that this browser does not know
// costs nothing.
func TestEarlyPressOfSomebodyTheServerNames(t *testing.T) {
	s := newSite(t)
	s.knows(func(c *wire.Clock) { c.Me.Teams[0].Zone = "Mars/Olympus" })
	named := s.clock
	s.clock = func(w http.ResponseWriter) { time.Sleep(time.Second); named(w) }
	s.punches = []func(http.ResponseWriter, wire.Punch){func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Accepted, "") }}
	s.open()
	pressed := clock.At(time.Now())
	s.press(clock.ClockIn)
	s.press(clock.ClockIn)
	s.press(clock.ClockOut) // under the same finger
	s.until(`document.querySelector(".hero-title").textContent === "Clocked in"`)
	s.until(`document.querySelector(".hero-aside").textContent.startsWith("Recorded by the server at")`)
	kept := run[map[string]string](s, `inside.load("`+state.MemoryStore+`")`)
	var memory struct{ Clock wire.Clock }
	if err := json.Unmarshal([]byte(kept[state.KeyClock]), &memory); err != nil || memory.Clock.Me.Person.ID != anna || memory.Clock.Team != "t1" {
		t.Errorf("remembered for the program is %v (%v)", kept, err)
	}
	box, _ := s.outbox(anna)
	entries := box.Entries()
	if len(entries) != 1 || len(s.heard) != 1 {
		t.Fatalf("stored are %+v, sent was %+v", entries, s.heard)
	}
	if p := entries[0].Punch; p.Trust != wire.Anchored || p.At.Sub(pressed).Abs() > p.Bound+500 || p.Bound > 2000 || p.Seen != "" {
		t.Errorf("pressed at %d, stored is %+v", pressed, p)
	}
}

// TestEarlyPressOfNobody: the form goes its own way while there is a server. While
// there is none the press is held, as the program finds it; where nothing can be
// stored it is refused, and the note is there again.
func TestEarlyPressOfNobody(t *testing.T) {
	s := newSite(t)
	run[any](s, `document.querySelector("#note").value = "mine"`)
	s.press(clock.ClockIn)
	s.until(`document.querySelector("h1")?.textContent === "posted"`)
	if fmt.Sprint(s.posted) != "[clockIn mine]" {
		t.Errorf("posted was %q", s.posted)
	}
	s.clock = func(w http.ResponseWriter) { http.Error(w, "<h1>Guest network</h1>", http.StatusOK) }
	s.open()
	run[any](s, `document.querySelector("#note").value = "mine"`)
	begun := clock.At(time.Now())
	s.press(clock.ClockIn)
	s.until(`document.querySelector(".hero-title").textContent === "Clock in: not recorded yet"`)
	if aside := run[string](s, `document.querySelector(".hero-aside").textContent`); !strings.HasPrefix(aside, "Kept on this device at ") || strings.Contains(aside, "{") {
		t.Errorf("the page says %q", aside)
	}
	box, _ := s.outbox("")
	held := box.Held()
	if len(held) != 1 || len(box.Entries()) != 0 || len(s.posted) != 1 || len(s.heard) != 0 {
		t.Fatalf("held are %+v of nobody's %+v, posted %q, sent %+v", held, box.Entries(), s.posted, s.heard)
	}
	want := outbox.Held{ID: held[0].ID, Kind: clock.ClockIn, Note: "mine", At: held[0].At, Bound: outbox.DeviceBound, Trust: wire.Device, Own: held[0].At}
	if !reflect.DeepEqual(held[0], want) || held[0].At < begun || held[0].At > clock.At(time.Now()) || uuid.Validate(held[0].ID) != nil {
		t.Errorf("held is %+v, want %+v", held[0], want)
	}
	run[any](s, `Boolean(IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); })`)
	run[any](s, `document.querySelector("#note").value = "mine"`)
	time.Sleep(clock.Span(outbox.SameTap).Duration())
	s.press(clock.ClockOut)
	s.until(`document.querySelector(".hero-title").textContent === "This was not recorded"`)
	if note := run[string](s, `document.querySelector("#note").value`); note != "mine" || len(s.posted) != 1 {
		t.Errorf("the note is %q, posted was %q", note, s.posted)
	}
}

// TestEarlyLeavesToTheProgramWhereAPressWasMade: what the program stores of that
// is waited for, sent along and then forgotten, by the page and the worker alike.
func TestEarlyLeavesToTheProgramWhereAPressWasMade(t *testing.T) {
	s := newSite(t)
	s.punches = []func(http.ResponseWriter, wire.Punch){
		func(w http.ResponseWriter, p wire.Punch) { receipt(w, p, wire.Accepted, "") },
		func(w http.ResponseWriter, p wire.Punch) { problem(w, wire.CodeTooOld) },
	}
	entry := func(order int64, until clock.Instant) outbox.Entry {
		return outbox.Entry{Person: anna, Order: order, Until: until, Punch: wire.Punch{
			ID: outbox.NewID(), Team: "t1", Kind: clock.ClockIn, At: noon, Bound: 5, Trust: wire.Anchored, Device: "d", Seq: order}}
	}
	put := func(e outbox.Entry) { s.put(state.PressesStore, fmt.Sprintf("press/%016d/%s", e.Order, e.Punch.ID), e) }
	begun := clock.At(time.Now())
	waiting := entry(1, begun.Add(outbox.Patience))
	put(waiting)
	run[any](s, "void inside.drain()")
	time.Sleep(300 * time.Millisecond)
	if len(s.heard) != 0 {
		t.Fatalf("sent before it was known where: %+v", s.heard)
	}
	waiting.Until, waiting.Position = 0, &wire.Position{Latitude: 59.3251, Longitude: 18.0711, Accuracy: 20}
	put(waiting)
	refused := entry(2, begun.Add(clock.Hour)) // by a clock that was set since
	refused.Position = waiting.Position
	put(refused)
	run[any](s, "inside.drain()")
	s.until(`!JSON.stringify(await inside.load("` + state.PressesStore + `")).includes("latitude")`)
	if len(s.located) != 2 || s.located[0] == nil || *s.located[0] != *waiting.Position {
		t.Errorf("sent with %v, want %v first", s.located, waiting.Position)
	}
	box, _ := s.outbox(anna)
	for _, e := range box.Entries() {
		if e.Waiting() || e.Position != nil || e.Until != 0 {
			t.Errorf("left is %+v", e)
		}
	}
	late := entry(3, clock.At(time.Now()).Add(outbox.Patience))
	put(late)
	run[any](s, "inside.drain()") // nobody says where
	if len(s.heard) != 3 || clock.At(time.Now()) < late.Until {
		t.Errorf("sent are %d presses, want 3, the last when its time was over", len(s.heard))
	}
}

// TestEarlyScriptsNameNothingThemselves: names that the program goes by too come
// from it.
func TestEarlyScriptsNameNothingThemselves(t *testing.T) {
	for _, file := range []string{"outbox.js", "early.js", "worker.js"} {
		source, err := web.Files.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{
			state.PressesStore, state.MemoryStore, state.PrefTeam, outbox.LockName,
			`"` + wire.Channel + `"`, `"` + state.TellPresses + `"`, `"` + browser.StoreItems + `"`, `"` + wire.PathPunches + `"`,
		} {
			if strings.Contains(string(source), name) {
				t.Errorf("%s has %s in it", file, name)
			}
		}
	}
}

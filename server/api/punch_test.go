package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

func (r *rig) effects() string {
	var names []string
	for _, e := range r.box.Effects() {
		names = append(names, string(e.Op))
	}
	return strings.Join(names, " ")
}

// TestOnePressManyTimesIsOneEvent sends the same press from many tabs at once.
func TestOnePressManyTimesIsOneEvent(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	v.call("GET", wire.PathMe, nil, nil)
	p := press(cafe, clock.ClockIn)
	var all sync.WaitGroup
	receipts := make([]wire.Receipt, 12)
	for i := range receipts {
		all.Go(func() {
			if got := v.call("POST", wire.PathPunches, p, &receipts[i]); got.StatusCode != 200 {
				t.Errorf("POST: %d %s", got.StatusCode, got.body)
			}
		})
	}
	all.Wait()
	for _, receipt := range receipts {
		if receipt != receipts[0] || receipt.Status != wire.Delivered || receipt.ID != p.ID || receipt.Card == "" {
			t.Errorf("receipt %+v, want the same for all, delivered", receipt)
		}
	}
	if got := r.effects(); got != "clockIn" {
		t.Errorf("the tenant saw %s", got)
	}
	var again wire.Receipt
	if v.call("GET", wire.PathPunches+"/"+p.ID, nil, &again); again != receipts[0] {
		t.Errorf("asked for, the receipt is %+v", again)
	}
}

func TestPressesThatAreRefused(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	p := press(cafe, clock.ClockIn)
	v.call("POST", wire.PathPunches, p, nil)
	change := func(f func(*wire.Punch)) wire.Punch {
		q := press(cafe, clock.StartBreak)
		f(&q)
		return q
	}
	for _, tt := range []struct {
		name string
		body any
		want wire.Code
	}{
		{"its id is another's", change(func(q *wire.Punch) { q.ID = p.ID }), wire.CodeIDReused},
		{"no JSON", "{", wire.CodeMalformed},
		{"a list", "[]", wire.CodeMalformed},
		{"no body", nil, wire.CodeMalformed},
		{"members of another kind", `{"id":7}`, wire.CodeMalformed},
		{"no id", change(func(q *wire.Punch) { q.ID = "" }), wire.CodeMalformed},
		{"an id in capitals", change(func(q *wire.Punch) { q.ID = strings.ToUpper(q.ID) }), wire.CodeMalformed},
		{"an id that is a path", change(func(q *wire.Punch) { q.ID = "../../me" }), wire.CodeMalformed},
		{"no kind", change(func(q *wire.Punch) { q.Kind = "toggle" }), wire.CodeMalformed},
		{"a state nobody knows", change(func(q *wire.Punch) { q.Seen = "asleep" }), wire.CodeMalformed},
		{"no time", change(func(q *wire.Punch) { q.At = 0 }), wire.CodeMalformed},
		{"a time beyond counting", change(func(q *wire.Punch) { q.At = 1<<52 + 1 }), wire.CodeMalformed},
		{"a stated time after the press", change(func(q *wire.Punch) { q.Kind, q.Stated = clock.ClockOut, q.At+1 }), wire.CodeMalformed},
		{"a stated time for a break", change(func(q *wire.Punch) { q.Stated = q.At - 1 }), wire.CodeMalformed},
		{"a bound below zero", change(func(q *wire.Punch) { q.Bound = -1 }), wire.CodeMalformed},
		{"a bound of months", change(func(q *wire.Punch) { q.Bound = 60 * 24 * clock.Hour }), wire.CodeMalformed},
		{"a trust only the server gives", change(func(q *wire.Punch) { q.Trust = wire.Server }), wire.CodeMalformed},
		{"no device", change(func(q *wire.Punch) { q.Device = "" }), wire.CodeMalformed},
		{"a long device", change(func(q *wire.Punch) { q.Device = long(65) }), wire.CodeMalformed},
		{"a sequence below zero", change(func(q *wire.Punch) { q.Seq = -1 }), wire.CodeMalformed},
		{"a long note", change(func(q *wire.Punch) { q.Note = long(wire.MaxNote + 1) }), wire.CodeMalformed},
		{"a huge body", `{"note":"` + long(wire.MaxBody) + `"}`, wire.CodeTooLarge},
		{"no team", change(func(q *wire.Punch) { q.Team = "" }), wire.CodeMalformed},
		{"another's team", change(func(q *wire.Punch) { q.Team = bakery }), wire.CodeTeamUnknown},
		{"a team without a clock", change(func(q *wire.Punch) { q.Team = office }), wire.CodeNoTimeClock},
	} {
		if got := v.call("POST", wire.PathPunches, tt.body, nil); got.code() != tt.want {
			t.Errorf("a press with %s: %d %s, want %s", tt.name, got.StatusCode, got.body, tt.want)
		}
	}
	for _, person := range []string{"tenant." + ben, "x"} {
		v.header.Set(wire.HeaderPerson, person)
		if got := v.call("POST", wire.PathPunches, press(cafe, clock.StartBreak), nil); got.code() != wire.CodeSignedOut {
			t.Errorf("a press of %s in Anna's session: %d %s", person, got.StatusCode, got.body)
		}
	}
	v.header.Set(wire.HeaderPerson, "tenant."+anna)
	var receipt wire.Receipt
	long := change(func(q *wire.Punch) { q.Note = strings.Repeat("é", wire.MaxNote) })
	if got := v.call("POST", wire.PathPunches, long, &receipt); receipt.Status != wire.Delivered {
		t.Errorf("a press as long as may be, of the session's own person: %s", got.body)
	}
	if got := r.effects(); got != "clockIn startBreak" {
		t.Errorf("the tenant saw %s", got)
	}
}

// TestConflictsAreDecided: what the rules speak against is kept, and goes on as
// its person chooses.
func TestConflictsAreDecided(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	var kept []string
	for _, tt := range []struct {
		kind clock.Kind
		ago  time.Duration
		want wire.Code
	}{
		{clock.ClockOut, 0, wire.CodeOrder}, {clock.ClockIn, 169 * time.Hour, wire.CodeTooOld}, {clock.ClockIn, -time.Hour, wire.CodeFuture},
	} {
		p := press(cafe, tt.kind)
		p.At = clock.At(time.Now().Add(-tt.ago))
		var receipt wire.Receipt
		got := v.call("POST", wire.PathPunches, p, &receipt)
		if got.StatusCode != 202 || receipt.Status != wire.Conflicted || receipt.Code != tt.want || receipt.Conflict == nil {
			t.Errorf("%s of %v ago: %d %s, want a conflict for %s", tt.kind, tt.ago, got.StatusCode, got.body, tt.want)
		}
		kept = append(kept, p.ID)
	}
	var c wire.Clock
	if v.call("GET", wire.PathClock, nil, &c); len(c.Waiting) != 3 {
		t.Errorf("%d presses wait to be decided, want 3", len(c.Waiting))
	}
	decide := func(by *visitor, id string, body any) reply {
		return by.call("POST", wire.PathPunches+"/"+id+wire.PathDecision, body, nil)
	}
	keep := wire.Decision{Choice: wire.ChoiceKeep}
	for _, tt := range []struct {
		name string
		by   *visitor
		id   string
		body any
		want wire.Code
	}{
		{"another's press", r.signIn(ben, ben), kept[0], keep, wire.CodeNotFound},
		{"no press", v, "none", keep, wire.CodeNotFound},
		{"no JSON", v, kept[0], "{", wire.CodeMalformed},
		{"what is not offered", v, kept[2], wire.Decision{Choice: wire.ChoiceMine}, wire.CodeDecided},
		{"a time to come", v, kept[2], wire.Decision{Choice: wire.ChoiceStated, At: clock.At(time.Now().Add(time.Hour))}, wire.CodeDecided},
	} {
		if got := decide(tt.by, tt.id, tt.body); got.code() != tt.want {
			t.Errorf("deciding about %s: %d %s, want %s", tt.name, got.StatusCode, got.body, tt.want)
		}
	}
	var receipt wire.Receipt
	if got := v.call("POST", wire.PathPunches+"/"+kept[0]+wire.PathDecision, keep, &receipt); got.StatusCode != 200 || receipt.Code != wire.CodeKept {
		t.Errorf("to leave the cards as they are: %d %s", got.StatusCode, got.body)
	}
	if got := decide(v, kept[0], keep); got.code() != wire.CodeDecided {
		t.Errorf("once more: %d %s", got.StatusCode, got.body)
	}
	if got := r.effects(); got != "" {
		t.Errorf("the tenant saw %s", got)
	}
	arrived := wire.Decision{Choice: wire.ChoiceStated, At: clock.At(time.Now())}
	if got := decide(v, kept[2], arrived); got.StatusCode != 200 {
		t.Errorf("to record it at the time it arrived: %d %s", got.StatusCode, got.body)
	}
	for range 100 {
		if v.call("GET", wire.PathPunches+"/"+kept[2], nil, &receipt); receipt.Status.Final() {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if receipt.Status != wire.Delivered || receipt.Recorded != arrived.At {
		t.Errorf("after that it is %+v", receipt)
	}
}

func TestAPressThatTakesLongIsAccepted(t *testing.T) {
	r := newRig(t)
	r.api.PressWait = 50 * time.Millisecond
	v := r.signIn(anna, anna)
	v.call("GET", wire.PathClock, nil, nil)
	r.breaks(tenant.Fault{Do: tenant.SlowBefore, Op: tenant.ClockIn, DelayMS: 500, Times: 1})
	p := press(cafe, clock.ClockIn)
	var receipt wire.Receipt
	if got := v.call("POST", wire.PathPunches, p, &receipt); got.StatusCode != 202 || receipt.Status.Final() || receipt.Received == 0 {
		t.Fatalf("POST: %d %s, want it accepted and on its way", got.StatusCode, got.body)
	}
	var c wire.Clock
	if got := v.call("GET", wire.PathClock, nil, &c); len(c.Waiting) != 1 || c.Waiting[0].ID != p.ID {
		t.Errorf("the clock shows %s, want the press waiting", got.body)
	}
	if got := r.signIn(ben, ben).call("GET", wire.PathPunches+"/"+p.ID, nil, nil); got.code() != wire.CodeNotFound {
		t.Errorf("another's receipt: %s", got.body)
	}
	for deadline := time.Now().Add(10 * time.Second); !receipt.Status.Final(); {
		if time.Now().After(deadline) {
			t.Fatalf("the press is still %+v", receipt)
		}
		v.call("GET", wire.PathPunches+"/"+p.ID, nil, &receipt)
	}
	if receipt.Status != wire.Delivered {
		t.Errorf("the press became %+v", receipt)
	}
}

// listen opens the stream of events and gives what comes, "event data", until
// it ends.
func (v *visitor) listen(ctx context.Context) <-chan string { return v.listenTo(ctx, wire.PathEvents) }

func (v *visitor) listenTo(ctx context.Context, path string) <-chan string {
	t := v.rig.t
	t.Helper()
	resp := v.send(ctx, "GET", path, nil)
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the stream answered %d, %v", resp.StatusCode, resp.Header)
	}
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() || lines.Text() != ": open" {
		t.Fatalf("the stream begins with %q", lines.Text())
	}
	told := make(chan string, 100)
	go func() {
		defer resp.Body.Close()
		defer close(told)
		event := ""
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				event = name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				told <- event + " " + data
			}
		}
	}()
	return told
}

// next gives the next event of a kind.
func next(t *testing.T, told <-chan string, kind string, into any) {
	t.Helper()
	for {
		select {
		case event, open := <-told:
			if !open {
				t.Fatalf("the stream ended before %s", kind)
			}
			name, data, _ := strings.Cut(event, " ")
			if name != kind {
				continue
			}
			if err := json.Unmarshal([]byte(data), into); err != nil {
				t.Fatalf("%s: %v", event, err)
			}
			return
		case <-time.After(10 * time.Second):
			t.Fatalf("no %s came", kind)
		}
	}
}

func TestEventsTellOfOnesOwn(t *testing.T) {
	r := newRig(t)
	v := r.signIn(anna, anna)
	annas, bens := v.listen(t.Context()), r.signIn(ben, ben).listen(t.Context())
	p := press(cafe, clock.ClockIn)
	v.call("POST", wire.PathPunches, p, nil)
	var receipt wire.Receipt
	for receipt.Status != wire.Delivered {
		next(t, annas, wire.EventReceipt, &receipt)
		if receipt.ID != p.ID {
			t.Errorf("told of press %s, want %s", receipt.ID, p.ID)
		}
	}
	v.call("GET", wire.PathClock+"?fresh=1", nil, nil)
	var changed wire.CardsChanged
	next(t, annas, wire.EventCards, &changed)
	if changed.Team != cafe || changed.AsOf == 0 {
		t.Errorf("told of cards %+v", changed)
	}
	r.api.Changes.Close()
	r.api.Changes.Close()
	for _, told := range []<-chan string{annas, bens} {
		for deadline := time.After(10 * time.Second); ; {
			select {
			case event, open := <-told:
				if open && told == bens {
					t.Errorf("Ben was told of Anna: %s", event)
				}
				if open {
					continue
				}
			case <-deadline:
				t.Fatal("a stream did not end with Close")
			}
			break
		}
	}
	late := r.signIn(ben, ben).listen(t.Context())
	if event, open := <-late; open {
		t.Errorf("a stream opened after Close tells %s", event)
	}
}

func TestAStreamEndsWithItsListener(t *testing.T) {
	r := newRig(t)
	ctx, leave := context.WithCancel(t.Context())
	told := r.signIn(anna, anna).listen(ctx)
	leave()
	for range told {
	}
}

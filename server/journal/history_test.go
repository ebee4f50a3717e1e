package journal_test

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	sandbox "timeclock/server/sandbox/tenant"
)

// happening is one thing that happens in a history.
type happening struct {
	at   time.Duration // since the beginning
	what string
	do   func(*history)
}

// history is what happens to one person's presses.
type history struct {
	*world
	accepts bool
	happens []happening

	choices []wire.Choice // what the person decides, in turn
	asked   time.Time     // when they began to

	mu      sync.Mutex
	pressed []wire.Punch
	coming  sync.WaitGroup // presses on their way to the server
}

// draw makes up a history: a day of presses on two devices, in any order, and
// what befalls them.
func draw(t *rapid.T) *history {
	h := &history{accepts: rapid.Bool().Draw(t, "Graph takes an action again")}
	add := func(at time.Duration, what string, do func(*history)) {
		h.happens = append(h.happens, happening{at, what, do})
	}
	var at time.Duration
	var seq int64
	state := clock.Out
	for range rapid.IntRange(1, 8).Draw(t, "presses") {
		at += rapid.SampledFrom([]time.Duration{time.Second, 3 * time.Second, 12 * time.Second, time.Minute, 40 * time.Minute}).Draw(t, "later")
		kind := rapid.SampledFrom(clock.Allowed(state)).Draw(t, "kind")
		if rapid.IntRange(0, 9).Draw(t, "senseless") == 0 {
			kind = rapid.SampledFrom(clock.Kinds).Draw(t, "any kind")
		}
		if next, err := clock.After(state, kind); err == nil {
			state = next
		}
		h.drawPress(t, add, at, seq, kind)
		seq++
	}
	for range rapid.IntRange(0, 5).Draw(t, "troubles") {
		drawTrouble(t, add, rapid.IntRange(0, int(at/time.Second)+30).Draw(t, "second"))
	}
	h.choices = rapid.SliceOfN(rapid.SampledFrom([]wire.Choice{wire.ChoiceKeep, wire.ChoiceMine}), 8, 8).Draw(t, "choices")
	slices.SortStableFunc(h.happens, func(a, b happening) int { return int(a.at - b.at) })
	return h
}

// drawPress makes up a press: when it comes to the server, and how often.
func (h *history) drawPress(t *rapid.T, add func(time.Duration, string, func(*history)), at time.Duration, seq int64, kind clock.Kind) {
	device := rapid.SampledFrom([]string{"phone", "desk"}).Draw(t, "device")
	wait := rapid.SampledFrom([]time.Duration{0, 0, 0, 2 * time.Second, 20 * time.Second, time.Hour}).Draw(t, "on its way")
	var sent []time.Duration
	for i := range rapid.IntRange(1, 3).Draw(t, "times sent") {
		sent = append(sent, at+wait+time.Duration(i)*4*time.Second)
	}
	addPress(add, at, seq, kind, device, sent...)
}

// addPress adds a press on a device, and the times it is sent to the server.
func addPress(add func(time.Duration, string, func(*history)), at time.Duration, seq int64, kind clock.Kind, device string, sent ...time.Duration) {
	id := fmt.Sprintf("press-%d", seq)
	var p wire.Punch
	add(at, fmt.Sprintf("%s: %s on the %s", id, kind, device), func(h *history) {
		p = h.punch(seq, kind, 0)
		p.ID, p.Device = h.who.Object+id, device
	})
	for _, at := range sent {
		add(at, id+" sent", func(h *history) {
			h.coming.Go(func() {
				h.press(p)
				h.mu.Lock()
				defer h.mu.Unlock()
				if !slices.ContainsFunc(h.pressed, func(q wire.Punch) bool { return q.ID == p.ID }) {
					h.pressed = append(h.pressed, p)
				}
			})
		})
	}
}

// mishaps are what a call of Graph may come to. None takes effect, or shows it,
// later than Settle allows.
var mishaps = []sandbox.Fault{
	{Do: sandbox.CutBefore}, {Do: sandbox.CutAfter}, {Do: sandbox.FailBefore, Status: 503}, {Do: sandbox.FailAfter, Status: 504},
	{Do: sandbox.Throttle, RetryAfter: 7}, {Do: sandbox.FailBefore, Status: 401}, {Do: sandbox.SlowAfter, DelayMS: 17_000},
	{Do: sandbox.SlowBefore, DelayMS: 3_000}, {Do: sandbox.CutThenEffect, DelayMS: 8_000}, {Do: sandbox.EffectAfterReads, Reads: 1},
}

// readings are what a reading may come to.
var readings = []sandbox.Fault{
	{Do: sandbox.Stale, DelayMS: 9_000}, {Do: sandbox.FailBefore, Status: 503}, {Do: sandbox.CutBefore}, {Do: sandbox.SlowAfter, DelayMS: 17_000},
}

func drawTrouble(t *rapid.T, add func(time.Duration, string, func(*history)), second int) {
	at := time.Duration(second) * time.Second
	times := rapid.IntRange(1, 4).Draw(t, "times")
	switch rapid.IntRange(0, 6).Draw(t, "trouble") {
	case 0, 1:
		f := rapid.SampledFrom(mishaps).Draw(t, "mishap")
		f.Op = rapid.SampledFrom([]sandbox.Op{sandbox.ClockIn, sandbox.StartBreak, sandbox.EndBreak, sandbox.ClockOut, sandbox.Create, sandbox.Replace}).Draw(t, "op")
		f.Times = min(times, 2)
		add(at, fmt.Sprintf("%d × %s %s %d", f.Times, f.Op, f.Do, f.Status), func(h *history) { h.fails(f) })
	case 2:
		f := rapid.SampledFrom(readings).Draw(t, "reading")
		f.Op, f.Times = rapid.SampledFrom([]sandbox.Op{sandbox.List, sandbox.Get}).Draw(t, "op"), times
		if f.Do == sandbox.Stale {
			f.Op = sandbox.List
		}
		add(at, fmt.Sprintf("%d × %s %s", f.Times, f.Op, f.Do), func(h *history) { h.fails(f) })
	case 3:
		add(at, "crash", func(h *history) { h.restart() })
	case 4:
		n := rapid.IntRange(0, 6).Draw(t, "calls that are answered")
		add(at, fmt.Sprintf("the store fails after %d calls, for 5 s", n), func(h *history) { h.spoil(n) })
	case 5:
		add(at, "the owner edits", (*history).edit)
	case 6:
		add(at, "the owner clocks the person in or out", (*history).overrule)
	}
}

// overrule has the owner clock the person out, or in if they are out, whatever
// they pressed.
func (h *history) overrule() {
	ctx, as := h.t.Context(), by(h.owner)
	cards, err := h.client.Cards(ctx, as, h.team, graph.Filter{Person: h.who.Object})
	if err != nil {
		h.t.Errorf("the owner reads: %v", err)
	}
	for _, c := range cards {
		switch open := c.Clock(h.team); open.State() {
		case clock.OnBreak:
			_, err = h.client.EndBreak(ctx, as, h.team, c.ID, graph.Action{})
			fallthrough
		case clock.In:
			if err == nil {
				_, err = h.client.ClockOut(ctx, as, h.team, c.ID, graph.Action{})
			}
			if err != nil && !refused(err) {
				h.t.Errorf("the owner clocks out: %v", err)
			}
			return
		}
	}
	if _, err := h.client.ClockIn(ctx, as, h.team, graph.Action{OnBehalfOf: h.who.Object}); err != nil && !refused(err) {
		h.t.Errorf("the owner clocks in: %v", err)
	}
}

// refused reports whether Graph refused what it was asked for by an old list.
func refused(err error) bool {
	var answer *graph.Error
	return errors.As(err, &answer) && answer.Status == http.StatusBadRequest
}

// decide has the person decide about every conflict, in the order of their
// presses, until there is none or they would keep asking.
func (h *history) decide() {
	h.asked = time.Now()
	for _, choice := range h.choices {
		for _, p := range h.pressed {
			e, err := h.db.journal.Entry(h.t.Context(), p.ID)
			if err != nil || e.Status != wire.Conflicted {
				continue
			}
			if !slices.Contains(e.Receipt().Conflict.Choices, choice) {
				choice = wire.ChoiceKeep
			}
			j, _ := h.process()
			if _, err := j.Decide(h.t.Context(), h.who, p.ID, wire.Decision{Choice: choice}); err != nil {
				h.t.Errorf("Decide(%s) about %s: %v", choice, e.Kind, err)
			}
			time.Sleep(time.Minute)
		}
	}
}

// spoil makes the store fail for five seconds, after n calls.
func (h *history) spoil(n int) {
	_, store := h.process()
	end := time.Now().Add(5 * time.Second)
	store.set(func(string, record) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if n--; n < 0 && time.Now().Before(end) {
			return errStore
		}
		return nil
	}, nil)
}

// edit has the owner add a note to the open card, if there is one.
func (h *history) edit() {
	ctx := h.t.Context()
	cards, err := h.client.Cards(ctx, by(h.owner), h.team, graph.Filter{Person: h.who.Object})
	if err != nil {
		h.t.Errorf("the owner reads: %v", err)
	}
	for _, c := range cards {
		c.Notes = graph.NewNote("seen")
		if _, err := h.client.ReplaceCard(ctx, by(h.owner), h.team, c); err != nil {
			h.t.Errorf("the owner edits: %v", err)
		}
	}
}

// run lets it all happen, and then ends every trouble and waits. It tells what
// is not as promised.
func (h *history) run(t *testing.T) []string {
	w, end := newWorld(t, onSQLite(t))
	defer end()
	h.world = w
	if h.accepts {
		w.graph.Assume(again)
	}
	w.start()
	began := time.Now()
	for _, happens := range h.happens {
		time.Sleep(time.Until(began.Add(happens.at)))
		happens.do(h)
	}
	time.Sleep(time.Minute)
	w.graph.Mend("")
	h.coming.Wait()
	time.Sleep(10 * time.Minute)
	h.decide()
	var entries []journal.Entry
	var wrong []string
	for _, p := range h.pressed {
		e, err := w.db.journal.Entry(t.Context(), p.ID)
		if err != nil || !e.Status.Final() || e.Status == wire.Refused && e.Code != wire.CodeKept && e.Code != wire.CodeRefused {
			wrong = append(wrong, fmt.Sprintf("%s ended as %s (%s), %v", p.Kind, e.Status, e.Code, err))
		}
		entries = append(entries, e)
	}
	return append(wrong, h.judge(entries)...)
}

// TestAnyHistory: whatever happens, and in whatever order, every press that was
// accepted ends; none is on a card twice, nothing is there that nobody pressed,
// and the times are those promised.
func TestAnyHistory(t *testing.T) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		defer checks.Value.Set(checks.DefValue)
		checks.Value.Set("25")
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := draw(rt)
		var wrong []string
		synctest.Test(t, func(t *testing.T) { wrong = h.run(t) })
		if len(wrong) > 0 {
			var story strings.Builder
			for _, happens := range h.happens {
				fmt.Fprintf(&story, "\n%10v %s", happens.at, happens.what)
			}
			rt.Fatalf("%s\nafter%s", strings.Join(wrong, "\n"), story.String())
		}
	})
}

// TestHistories: histories that once went wrong.
func TestHistories(t *testing.T) {
	const second = time.Second
	fails := func(op sandbox.Op, do sandbox.Trouble, times int) func(*history) {
		return func(h *history) { h.fails(sandbox.Fault{Op: op, Do: do, Times: times}) }
	}
	for name, tell := range map[string]func(add func(time.Duration, string, func(*history))){
		// What the owner did is taken for the late effect of what was lost.
		"clocked in while a lost press settles": func(add func(time.Duration, string, func(*history))) {
			add(2*second, "clockIn cut", fails(sandbox.ClockIn, sandbox.CutBefore, 1))
			addPress(add, 3*second, 0, clock.ClockIn, "desk", 3*second, 7*second)
			add(24*second, "the owner clocks in", (*history).overrule)
		},
		// A card that was written carries the time of the press: another is not it.
		"clocked in while a lost card settles": func(add func(time.Duration, string, func(*history))) {
			add(0, "create cut", fails(sandbox.Create, sandbox.CutBefore, 1))
			add(0, "clockIn cut", fails(sandbox.ClockIn, sandbox.Throttle, 4))
			addPress(add, 3*second, 0, clock.ClockIn, "desk", 3*second)
			add(24*second, "the owner clocks in", (*history).overrule)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := &history{choices: []wire.Choice{wire.ChoiceMine}}
			tell(func(at time.Duration, what string, do func(*history)) {
				h.happens = append(h.happens, happening{at, what, do})
			})
			slices.SortStableFunc(h.happens, func(a, b happening) int { return int(a.at - b.at) })
			var wrong []string
			synctest.Test(t, func(t *testing.T) { wrong = h.run(t) })
			for _, what := range wrong {
				t.Error(what)
			}
		})
	}
}

package outbox

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// step is one thing that happens in a history of a browser.
type step struct {
	What   string
	Tab    int
	Person string
	Kind   clock.Kind
	Fault  fault
	Wait   time.Duration
	Place  time.Duration // how long it takes to find out where; 0 asks for nothing, -1 never ends
}

var people = []string{"anna", "bob"}

// steps draws a history. Presses are far enough apart to be different ones.
func steps(t *rapid.T) []step {
	one := rapid.Custom(func(t *rapid.T) step {
		return step{
			What: rapid.SampledFrom([]string{"press", "press", "press", "fault", "wait", "kill",
				"sign in", "expire", "break disk", "mend disk", "settle", "accept", "deliver"}).Draw(t, "what"),
			Tab:    rapid.IntRange(0, 1).Draw(t, "tab"),
			Person: rapid.SampledFrom(people).Draw(t, "person"),
			Kind:   rapid.SampledFrom(clock.Kinds).Draw(t, "kind"),
			Fault: rapid.SampledFrom([]fault{{before: true}, {after: true}, {code: wire.CodeBusy, retry: 5},
				{code: wire.CodeInternal}, {code: wire.CodeOrder}, {code: wire.CodeSignedOut}}).Draw(t, "fault"),
			Wait:  time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond,
			Place: rapid.SampledFrom([]time.Duration{0, 0, -1, time.Millisecond, time.Second, 4 * time.Second}).Draw(t, "place"),
		}
	})
	return rapid.SliceOfN(one, 1, 40).Draw(t, "steps")
}

// history plays steps on a machine with two tabs and remembers what the
// outbox promised.
type history struct {
	m        *machine
	tabs     [2]*tab
	here     string            // who the browser believes is signed in
	promised map[string]string // owner by id of every press that must arrive, or be refused
	unsafe   map[string]int    // by id, the tab that holds it in memory alone
	numbers  map[string]bool   // device and number
	settled  []Entry
	errs     []error
}

func play(m *machine, script []step) *history {
	h := &history{m: m, here: "anna", promised: map[string]string{}, unsafe: map[string]int{}, numbers: map[string]bool{}}
	for i := range h.tabs {
		h.tabs[i] = m.open()
		h.tabs[i].SignedIn(h.here)
	}
	m.server.latency = 70 * time.Millisecond
	for _, s := range script {
		h.do(s)
		time.Sleep(10 * time.Millisecond)
	}
	h.heal()
	return h
}

func (h *history) do(s step) {
	t := h.tabs[s.Tab]
	switch s.What {
	case "press":
		h.press(s)
	case "fault":
		h.m.server.set(func() { h.m.server.faults = append(h.m.server.faults, s.Fault) })
	case "wait":
		time.Sleep(s.Wait)
	case "kill":
		t.kill()
		h.settled = append(h.settled, t.heard()...)
		for id, tab := range h.unsafe {
			if tab == s.Tab && !slices.Contains(idsOf(h.m.stored()), id) {
				delete(h.promised, id)
			}
		}
		h.tabs[s.Tab] = h.m.open()
		h.tabs[s.Tab].SignedIn(h.here)
	case "sign in":
		h.signIn(s.Person)
	case "expire":
		h.m.server.set(func() { h.m.server.person = "" })
	case "break disk":
		t.disk.set(func() { t.disk.fail = true })
	case "mend disk":
		t.disk.set(func() { t.disk.fail = false })
	case "accept":
		h.m.server.set(func() { h.m.server.status = wire.Accepted })
	case "deliver":
		h.m.server.set(func() { h.m.server.status = wire.Delivered })
	case "settle":
		for _, e := range t.Entries() {
			if e.Accepted() {
				t.Settle(context.Background(), wire.Receipt{ID: e.Punch.ID, Status: wire.Delivered})
			}
		}
	}
}

// signIn is a person signing in, which every tab hears of; the server before
// the tabs.
func (h *history) signIn(person string) {
	h.m.server.set(func() { h.m.server.person = person })
	time.Sleep(time.Millisecond)
	h.here = person
	for _, t := range h.tabs {
		t.SignedIn(person)
	}
}

func (h *history) press(s step) {
	time.Sleep(2 * time.Second)
	in := intent(h.here, s.Kind, clock.Unknown)
	if s.Place != 0 {
		in.Until = now().Add(Patience)
	}
	e, again := h.tabs[s.Tab].Press(context.Background(), in)
	if again {
		h.errs = append(h.errs, fmt.Errorf("press 2 s after the last is taken for its second tap"))
		return
	}
	number := fmt.Sprintf("%s %d", e.Punch.Device, e.Punch.Seq)
	if h.numbers[number] {
		h.errs = append(h.errs, fmt.Errorf("number %s given out twice", number))
	}
	h.numbers[number] = true
	h.promised[e.Punch.ID] = h.here
	if tab := h.tabs[s.Tab]; s.Place > 0 {
		time.AfterFunc(s.Place, func() { tab.Place(context.Background(), e.Punch.ID, here) })
	}
	if e.Unsafe {
		h.unsafe[e.Punch.ID] = s.Tab
	}
}

// heal makes everything work again and lets everybody sign in; then it starts
// the browser anew, for what could not be noted, and does so again.
func (h *history) heal() {
	h.m.server.set(func() { h.m.server.faults, h.m.server.status = nil, wire.Delivered })
	for _, t := range h.tabs {
		t.disk.set(func() { t.disk.fail = false })
	}
	h.everybody()
	for _, t := range h.tabs {
		t.kill()
		h.settled = append(h.settled, t.heard()...)
	}
	h.tabs = [2]*tab{h.m.open(), h.m.open()}
	h.everybody()
}

func (h *history) everybody() {
	for _, person := range people {
		h.signIn(person)
		pass(5 * time.Minute)
	}
}

// check tells what of the promises was broken.
func (h *history) check() []error {
	errs := append(h.errs, h.m.server.errs...)
	refused := map[string]bool{}
	for _, e := range h.settled {
		refused[e.Punch.ID] = refused[e.Punch.ID] || e.Refused != ""
	}
	for _, e := range h.m.stored() {
		refused[e.Punch.ID] = refused[e.Punch.ID] || e.Refused != ""
		if e.Waiting() {
			errs = append(errs, fmt.Errorf("press %s still waits", e.Punch.ID))
		}
		if e.Position != nil {
			errs = append(errs, fmt.Errorf("where press %s was made is still kept", e.Punch.ID))
		}
	}
	arrived := h.m.server.ids()
	for id, owner := range h.promised {
		switch got, ok := h.m.server.owner[id]; {
		case !ok && !refused[id]:
			errs = append(errs, fmt.Errorf("press %s of %s was lost", id, owner))
		case ok && got != owner:
			errs = append(errs, fmt.Errorf("press %s of %s arrived as one of %s", id, owner, got))
		}
	}
	sorted := slices.Sorted(slices.Values(arrived))
	if len(slices.Compact(sorted)) != len(arrived) {
		errs = append(errs, fmt.Errorf("doubled: %q", arrived))
	}
	return append(errs, h.order()...)
}

// order checks that the presses of a person on a device arrived in order.
func (h *history) order() (errs []error) {
	last := map[string]int64{}
	for _, p := range h.m.server.accepted {
		key := h.m.server.owner[p.ID] + " " + p.Device
		if p.Seq <= last[key] {
			errs = append(errs, fmt.Errorf("%s: number %d after %d", key, p.Seq, last[key]))
		}
		last[key] = p.Seq
	}
	return errs
}

func TestWhateverHappensEachPressArrivesOnceInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := steps(rt)
		var errs []error
		synctest.Test(t, func(t *testing.T) {
			m := newMachine(t, newServer("anna"))
			h := play(m, script)
			m.close()
			errs = h.check()
		})
		for _, err := range errs {
			rt.Error(err)
		}
	})
}

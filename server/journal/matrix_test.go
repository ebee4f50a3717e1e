package journal_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/postgres/postgrestest"
	sandbox "timeclock/server/sandbox/tenant"
	"timeclock/server/session"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// column is a press, and which of its calls goes wrong.
type column struct {
	name string
	from clock.State
	kind clock.Kind
	late bool // written with its own time; else made by an action
	call int  // the call of it that goes wrong, from 1
}

var columns = []column{
	{"in", clock.Out, clock.ClockIn, false, 1},
	{"pause", clock.In, clock.StartBreak, false, 1},
	{"resume", clock.OnBreak, clock.EndBreak, false, 1},
	{"out", clock.In, clock.ClockOut, false, 1},
	{"out/break", clock.OnBreak, clock.ClockOut, false, 1},
	{"out/break 2nd", clock.OnBreak, clock.ClockOut, false, 2},
	{"late in", clock.Out, clock.ClockIn, true, 1},
	{"late pause", clock.In, clock.StartBreak, true, 1},
	{"late resume", clock.OnBreak, clock.EndBreak, true, 1},
	{"late out", clock.In, clock.ClockOut, true, 1},
	{"late out/break", clock.OnBreak, clock.ClockOut, true, 1},
}

// op is the call that goes wrong.
func (c column) op() sandbox.Op {
	switch {
	case c.late && c.kind == clock.ClockIn:
		return sandbox.Create
	case c.late:
		return sandbox.Replace
	case c.from == clock.OnBreak && c.kind == clock.ClockOut && c.call == 1:
		return sandbox.EndBreak
	}
	return sandbox.Op(c.kind)
}

// steps are the events the press is to leave.
func (c column) steps() []clock.Kind {
	steps, err := clock.Steps(c.from, c.kind)
	if err != nil {
		panic(err)
	}
	return steps
}

// cell is one press that goes wrong in one way.
type cell struct {
	*world
	column
	accepts bool // Graph takes an action again
	punch   wire.Punch
	before  []journal.Stamp // on the cards before the press
	calls   int             // made before the press
	note    string          // on the card, by the owner
}

// row is a way to go wrong.
type row struct {
	name string
	// set makes it so, before the press. It may return what is to be done
	// once the press was made.
	set func(c *cell) (then func())
	// begin is where the person stands when the cards are read for the first
	// time; nil is where the press is made from.
	begin func(c column) clock.State
	// in reports whether it can befall the press; nil is always.
	in func(c column) bool
	// cannot says why no client could know better, or "".
	cannot func(c *cell) string
}

func prompt(c column) bool   { return !c.late && c.call == 1 }
func replaced(c column) bool { return c.late && c.kind != clock.ClockIn }
func whole(c column) bool    { return c.call == 1 }

// trouble is a row of one fault of the call.
func trouble(name string, f sandbox.Fault) row {
	return row{name: name, set: func(c *cell) func() {
		f := f
		f.Op, f.Times = c.op(), 1
		c.fails(f)
		return nil
	}}
}

// dies crashes the process at the first change of which is is true, before it
// is stored or after, and starts another.
func dies(c *cell, after bool, is func(record) bool) func() {
	_, store := c.process()
	died := make(chan bool)
	var once sync.Once
	hook := func(op string, r record) error {
		if op != "update" || !is(r) {
			return nil
		}
		once.Do(func() { c.crash(); close(died) })
		return errStore
	}
	if after {
		store.set(nil, hook)
	} else {
		store.set(hook, nil)
	}
	return func() {
		select {
		case <-died:
			c.start()
		case <-time.After(10 * time.Second):
			c.t.Error("the process did not come to where it was to die")
		}
	}
}

var matrix = []row{
	{name: "nothing breaks", set: func(*cell) func() { return nil }},
	{name: "store fails before the insert", in: whole, set: func(c *cell) func() {
		_, store := c.process()
		left := 3
		store.set(func(op string, _ record) error {
			if op == "accept" && left > 0 {
				left--
				return errStore
			}
			return nil
		}, nil)
		return nil
	}},
	{name: "answer lost after the insert", in: whole, set: func(c *cell) func() {
		_, store := c.process()
		store.set(nil, func(op string, _ record) error {
			if op == "accept" {
				store.set(nil, nil)
				return errStore
			}
			return nil
		})
		return nil
	}},
	{name: "crash after the insert", in: whole, set: func(c *cell) func() {
		_, store := c.process()
		store.set(nil, func(op string, _ record) error {
			if op == "accept" {
				c.crash()
				go c.start()
				return errStore
			}
			return nil
		})
		return nil
	}},
	{name: "crash before the send", set: func(c *cell) func() {
		return dies(c, true, func(r record) bool { return r.begins() && r.send == c.call })
	}},
	{name: "crash after the card was kept", in: replaced, set: func(c *cell) func() {
		return dies(c, true, record.kept)
	}},
	{name: "crash between answer and record", set: func(c *cell) func() {
		return dies(c, false, func(r record) bool { return r.answered() && r.send == c.call })
	}},
	trouble("cut before the effect", sandbox.Fault{Do: sandbox.CutBefore}),
	trouble("cut after the effect", sandbox.Fault{Do: sandbox.CutAfter}),
	trouble("503 before the effect", sandbox.Fault{Do: sandbox.FailBefore, Status: 503}),
	trouble("504 after the effect", sandbox.Fault{Do: sandbox.FailAfter, Status: 504}),
	trouble("throttled", sandbox.Fault{Do: sandbox.Throttle, RetryAfter: 1}),
	trouble("answer after the deadline", sandbox.Fault{Do: sandbox.SlowAfter, DelayMS: 700}),
	trouble("token refused", sandbox.Fault{Do: sandbox.FailBefore, Status: 401}),
	trouble("effect after the first reading, cut", sandbox.Fault{Do: sandbox.EffectAfterReads, Reads: 1}),
	trouble("effect after the first reading, 504", sandbox.Fault{Do: sandbox.EffectAfterReads, Reads: 1, Status: 504}),
	{name: "cut after the effect, first reading stale", set: func(c *cell) func() {
		c.fails(sandbox.Fault{Do: sandbox.CutAfter, Op: c.op(), Times: 1})
		c.fails(sandbox.Fault{Do: sandbox.Stale, Op: sandbox.List, DelayMS: 60_000, Times: 1})
		return nil
	}},
	{name: "store fails for a while after the answer", set: func(c *cell) func() {
		_, store := c.process()
		var until time.Time
		store.set(func(op string, r record) error {
			if op == "update" && r.answered() && r.send == c.call && until.IsZero() {
				until = time.Now().Add(150 * time.Millisecond)
			}
			if time.Now().Before(until) {
				return errStore
			}
			return nil
		}, nil)
		return nil
	}},
	{name: "session ended, the person returns", in: whole, set: func(c *cell) func() {
		c.keys.fail(session.ErrEnded)
		return func() {
			if e, ok := c.until(c.punch.ID, func(e journal.Entry) bool { return e.Code == wire.CodeSignedOut }); !ok {
				c.t.Errorf("without a session the press is %s (%s)", e.Status, e.Code)
			}
			c.keys.fail(nil)
			j, _ := c.process()
			back := c.who
			back.Session = "second"
			if _, err := j.Waiting(c.t.Context(), back); err != nil {
				c.t.Error(err)
			}
		}
	}},
	{name: "sign-in provider down for a while", in: whole, set: func(c *cell) func() {
		c.keys.fail(session.ErrUnavailable)
		return func() {
			time.Sleep(100 * time.Millisecond)
			c.keys.fail(nil)
		}
	}},
	{name: "state reached in Teams, cards older", in: prompt, begin: earlier, set: func(c *cell) func() {
		c.inTeams(leads[c.from])
		return nil
	}},
	{name: "break ended in Teams, cards older", in: func(c column) bool { return c.from == clock.In && prompt(c) },
		begin: func(column) clock.State { return clock.OnBreak }, set: func(c *cell) func() {
			c.inTeams(clock.EndBreak)
			return nil
		}},
	{name: "cards stale since the press before", in: whole, begin: earlier, set: func(c *cell) func() {
		c.lead()
		c.fails(sandbox.Fault{Do: sandbox.Stale, Op: sandbox.List, DelayMS: 60_000, Times: 2})
		c.read()
		return nil
	}},
	{name: "card stale before it is replaced", in: replaced, begin: earlier, set: func(c *cell) func() {
		c.lead()
		c.fails(sandbox.Fault{Do: sandbox.Stale, Op: sandbox.Get, DelayMS: 60_000, Times: 1})
		return nil
	}},
	{name: "card read back stale", in: func(c column) bool { return !c.late && c.kind != clock.ClockIn }, set: func(c *cell) func() {
		c.fails(sandbox.Fault{Do: sandbox.Stale, Op: sandbox.Get, DelayMS: 60_000, Times: 1})
		return nil
	}},
	{name: "card cannot be read back, nor the list", in: func(c column) bool { return !c.late && c.kind != clock.ClockIn }, set: func(c *cell) func() {
		c.fails(sandbox.Fault{Do: sandbox.FailBefore, Op: sandbox.Get, Status: 503, Times: 3})
		c.fails(sandbox.Fault{Do: sandbox.FailBefore, Op: sandbox.List, Status: 503, Times: 3})
		return nil
	}},
	trouble("effect after both readings", sandbox.Fault{Do: sandbox.EffectAfterReads, Reads: 2}),
	{name: "effect after it was sent again", set: func(c *cell) func() {
		c.fails(sandbox.Fault{Do: sandbox.EffectAfterReads, Op: c.op(), Times: 1, Reads: 5})
		return nil
	}, cannot: func(*cell) string {
		return "no reading shows that it will still take effect, and Graph has no idempotency key"
	}},
	{name: "edited in Teams before it was sent", in: func(c column) bool { return c.from != clock.Out && c.call == 1 }, set: func(c *cell) func() {
		c.edit("edited before")
		return nil
	}},
	{name: "edited in Teams between read and replace", in: replaced, set: func(c *cell) func() {
		_, store := c.process()
		store.set(nil, func(op string, r record) error {
			if op == "update" && r.kept() {
				c.edit("edited between")
			}
			return nil
		})
		return nil
	}, cannot: func(*cell) string {
		return "a replace is not conditional: what was edited since the card was read is overwritten, and stands nowhere"
	}},
}

// leads is the press that leads to a state, and from where.
var leads = map[clock.State]clock.Kind{clock.Out: clock.ClockOut, clock.In: clock.ClockIn, clock.OnBreak: clock.StartBreak}

// earlier is the state before the one the press is made from.
func earlier(c column) clock.State {
	if c.from == clock.In {
		return clock.Out
	}
	return clock.In
}

// lead makes the press that leads to where the press is made from.
func (c *cell) lead() {
	p := c.world.punch(0, leads[c.from], 2*c.ago())
	c.press(p)
	if e, ok := c.until(p.ID, final); !ok || e.Status != wire.Delivered {
		c.t.Errorf("the press before ended as %s (%s)", e.Status, e.Code)
	}
}

// ago is how long ago the press was made.
func (c column) ago() time.Duration {
	if c.late {
		return time.Minute
	}
	return 0
}

// inTeams has the person act past this server.
func (c *cell) inTeams(k clock.Kind) {
	ctx, who := c.t.Context(), by(c.who.Object)
	cards, err := c.client.Cards(ctx, who, c.team, graph.Filter{Person: c.who.Object})
	if err == nil && k != clock.ClockIn && len(cards) != 1 {
		err = fmt.Errorf("there are %d cards", len(cards))
	}
	if err == nil {
		switch k {
		case clock.ClockIn:
			_, err = c.client.ClockIn(ctx, who, c.team, graph.Action{})
		case clock.StartBreak:
			_, err = c.client.StartBreak(ctx, who, c.team, cards[0].ID, graph.Action{})
		case clock.EndBreak:
			_, err = c.client.EndBreak(ctx, who, c.team, cards[0].ID, graph.Action{})
		case clock.ClockOut:
			_, err = c.client.ClockOut(ctx, who, c.team, cards[0].ID, graph.Action{})
		}
	}
	if err != nil {
		c.t.Errorf("%s in Teams: %v", k, err)
	}
}

// read reads the person's cards for a screen.
func (c *cell) read() {
	if _, err := c.cards.Mirror.Read(c.t.Context(), mirror.Key{Team: c.team, Person: c.who.Object, Caller: by(c.who.Object)}); err != nil {
		c.t.Error(err)
	}
}

// edit has the owner write a note on the person's card.
func (c *cell) edit(note string) {
	ctx := c.t.Context()
	cards, err := c.client.Cards(ctx, by(c.owner), c.team, graph.Filter{Person: c.who.Object, State: c.from})
	if err != nil || len(cards) != 1 {
		c.t.Errorf("the owner sees %d cards, %v", len(cards), err)
		return
	}
	cards[0].Notes = graph.NewNote(note)
	if _, err := c.client.ReplaceCard(ctx, by(c.owner), c.team, cards[0]); err != nil {
		c.t.Errorf("the owner's edit: %v", err)
	}
	c.note = note
}

// again makes Graph take actions that were made already.
func again(a *sandbox.Assumptions) {
	a.ClockInWhileIn, a.ClockOutWhileOut, a.StartBreakOnBreak = sandbox.Allowed, sandbox.Allowed, sandbox.Allowed
	a.EndBreakWhileIn, a.EndBreakWhileOut, a.SecondOpenCard = sandbox.Allowed, sandbox.Allowed, sandbox.Allowed
}

// seed puts the person into a state, some hours ago.
func (c *cell) seed(from clock.State) {
	if from == clock.Out {
		return
	}
	began := time.Now().Add(-4 * time.Hour).Truncate(time.Millisecond)
	card := sandbox.Card{ID: "TCK_" + c.who.Object, Team: c.team, Person: c.who.Object, Created: began, Modified: began, In: &sandbox.Event{At: began}}
	if from == clock.OnBreak {
		card.Breaks = []sandbox.Break{{ID: "BRK_" + c.who.Object, Start: sandbox.Event{At: began.Add(time.Hour)}}}
	}
	if err := c.graph.Seed([]sandbox.Card{card}, nil); err != nil {
		c.t.Fatal(err)
	}
}

// play makes the press in the cell and tells what came of it.
func play(t *testing.T, db database, r row, col column, accepts bool) outcome {
	w, end := newWorld(t, db)
	defer end()
	c := &cell{world: w, column: col, accepts: accepts}
	if accepts {
		w.graph.Assume(again)
	}
	begin := col.from
	if r.begin != nil {
		begin = r.begin(col)
	}
	c.seed(begin)
	c.read()
	w.start()
	then := r.set(c)
	c.before, c.calls = w.stamps(), len(w.graph.Calls())
	c.punch = w.punch(1, col.kind, col.ago())
	c.punch.Seen = col.from
	var pressing sync.WaitGroup
	pressing.Go(func() { w.press(c.punch) })
	if then != nil {
		then()
	}
	pressing.Wait()
	e, _ := w.until(c.punch.ID, final)
	w.press(c.punch) // the browser has not heard of it
	for range 4 {    // what was still to come comes
		if _, err := w.client.Cards(t.Context(), by(w.owner), w.team, graph.Filter{}); err != nil {
			t.Error(err)
		}
	}
	o := c.judge(e)
	for _, f := range w.graph.Faults() {
		if f.Do == sandbox.Stale {
			continue // it is there for whoever reads
		}
		o.wrong("%s of %s did not come about", f.Do, f.Op)
	}
	if r.cannot != nil {
		o.cannot = r.cannot(c)
	}
	return o
}

// outcome is what came of a cell.
type outcome struct {
	events  int // how often the event stands there, or was made
	refused bool
	faults  []string
	cannot  string // why it may be so
}

func (o *outcome) wrong(format string, args ...any) {
	o.faults = append(o.faults, fmt.Sprintf(format, args...))
}

// mark is how the outcome is shown in the table.
func (o outcome) mark() string {
	m := fmt.Sprint(o.events)
	if o.refused {
		m += "r"
	}
	switch {
	case len(o.faults) > 0 && o.cannot != "":
		m += "*"
	case len(o.faults) > 0:
		m += "!"
	}
	return m
}

// judge holds the press against the cards and the log of the tenant.
func (c *cell) judge(e journal.Entry) outcome {
	var o outcome
	o.refused = e.Status == wire.Refused
	if e.Status != wire.Delivered {
		o.wrong("it ended as %s (%s)", e.Status, e.Code)
	}
	made, gone := differ(c.before, c.stamps())
	if len(gone) > 0 {
		o.wrong("%v was on the cards and is not any more", gone)
	}
	for _, step := range c.steps() {
		n, at := 0, clock.Instant(0)
		for _, s := range made {
			if s.Kind == step {
				n, at = n+1, s.At
			}
		}
		if step == c.kind {
			o.events = n
		}
		if n != 1 {
			o.wrong("%d × %s on the cards", n, step)
			continue
		}
		c.timely(&o, e, step, at)
	}
	if len(made) > len(c.steps()) {
		o.wrong("the cards have %v anew", made)
	}
	c.once(&o)
	if e.Status == wire.Delivered && !slices.Contains(made, journal.Stamp{Card: e.Card, Kind: e.Kind, At: e.Recorded}) {
		o.wrong("recorded as %d on %s, the cards have %v", e.Recorded, e.Card, made)
	}
	c.noted(&o)
	return o
}

// timely holds the time of an event against that of the press.
func (c *cell) timely(o *outcome, e journal.Entry, step clock.Kind, at clock.Instant) {
	off := at.Sub(e.At).Abs()
	if e.Written && step == e.Kind && off != 0 || off > clock.Of(brisk.Tolerance+brisk.Attempt) {
		o.wrong("%s stands %d ms from the press", step, off)
	}
}

// once looks into the log for what was made twice.
func (c *cell) once(o *outcome) {
	n := c.effects(c.calls)
	if c.kind == clock.ClockOut && n[sandbox.EndBreak] > 1 {
		o.wrong("%d × endBreak was made", n[sandbox.EndBreak])
	}
	if sum := n[sandbox.Op(c.kind)] + n[sandbox.Create] + n[sandbox.Replace]; sum != 1 {
		o.events = max(o.events, sum)
		o.wrong("it was made %d times: %v", sum, n)
	}
}

// noted looks for what the owner wrote.
func (c *cell) noted(o *outcome) {
	if c.note == "" {
		return
	}
	for _, card := range c.graph.Cards(c.team) {
		if card.Notes != nil && card.Notes.Content == c.note {
			return
		}
	}
	o.wrong("what the owner wrote is gone")
}

// differ gives what is in b and not in a, and the other way round.
func differ(a, b []journal.Stamp) (more, less []journal.Stamp) {
	more = slices.Clone(b)
	for _, s := range a {
		if i := slices.Index(more, s); i >= 0 {
			more = slices.Delete(more, i, i+1)
		} else {
			less = append(less, s)
		}
	}
	return more, less
}

// atOnce is how many cells are played at the same time: they mostly wait.
const atOnce = 24

// TestFaultMatrix breaks every kind of press in every way, on both databases,
// with a Graph that takes an action again and with one that refuses it. What is
// judged is what the tenant has on its cards and in its log.
func TestFaultMatrix(t *testing.T) {
	dbs := []database{onSQLite(t), onPostgreSQL(t)}
	var mu sync.Mutex
	table := map[string][]string{}
	reasons := map[string][]string{}
	var cells sync.WaitGroup
	places := make(chan bool, atOnce)
	for _, r := range matrix {
		for _, col := range columns {
			if r.in != nil && !r.in(col) {
				continue
			}
			for _, accepts := range []bool{false, true} {
				for _, db := range dbs {
					places <- true
					cells.Go(func() {
						defer func() { <-places }()
						o := play(t, db, r, col, accepts)
						mu.Lock()
						defer mu.Unlock()
						key := r.name + "\x00" + col.name
						table[key] = append(table[key], o.mark())
						if o.cannot == "" && len(o.faults) > 0 {
							t.Errorf("%s, %s, actions accepted again %v, %s: %s", r.name, col.name, accepts, db.name, strings.Join(o.faults, "; "))
						}
						if o.cannot != "" && len(o.faults) > 0 {
							reasons[o.cannot] = append(reasons[o.cannot], fmt.Sprintf("%s, %s: %s", r.name, col.name, strings.Join(o.faults, "; ")))
						}
					})
				}
			}
		}
	}
	cells.Wait()
	t.Log(drawn(table))
	for reason, where := range reasons {
		slices.Sort(where)
		t.Logf("* %s:\n  %s", reason, strings.Join(slices.Compact(where), "\n  "))
	}
}

// drawn is the matrix as a table: in each cell how often the event was made, by
// all kinds of Graph and database.
func drawn(table map[string][]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-44s", "")
	for _, col := range columns {
		fmt.Fprintf(&b, "%-16s", col.name)
	}
	for _, r := range matrix {
		fmt.Fprintf(&b, "\n%-44s", r.name)
		for _, col := range columns {
			marks := table[r.name+"\x00"+col.name]
			slices.Sort(marks)
			shown := strings.Join(slices.Compact(marks), " or ")
			if shown == "" {
				shown = "-"
			}
			fmt.Fprintf(&b, "%-16s", shown)
		}
	}
	return b.String()
}

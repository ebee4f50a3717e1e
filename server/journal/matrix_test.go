package journal_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/postgres/postgrestest"
	sandbox "timeclock/server/sandbox/tenant"
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
func play(t *testing.T, db database, r row, col column, accepts, behalf bool) outcome {
	w, end := newWorldOf(t, db, behalf, boundless{})
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
	time.Sleep(time.Second)
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
	e, shown := c.chosen(e)
	var cannot string
	if r.cannot != nil {
		cannot = r.cannot(c)
	}
	o := c.judge(e, cannot)
	o.shown = shown
	for _, f := range w.graph.Faults() {
		if f.Do == sandbox.Stale {
			continue // it is there for whoever reads
		}
		o.wrong("%s of %s did not come about", f.Do, f.Op)
	}
	return o
}

// chosen has the person look at their cards and, where they are shown that the
// press is there twice, take away the second. It gives the press as it stands
// then.
func (c *cell) chosen(e journal.Entry) (_ journal.Entry, shown bool) {
	c.read()
	seen, err := c.db.journal.Entry(c.t.Context(), e.ID)
	if err != nil || seen.Status != wire.Conflicted || seen.Code != wire.CodeTwin {
		return e, false
	}
	j, _ := c.process()
	if _, err := j.Decide(c.t.Context(), c.who, e.ID, wire.Decision{Choice: wire.ChoiceMine}); err != nil {
		c.t.Errorf("the second cannot be taken away: %v", err)
	}
	e, _ = c.until(e.ID, final)
	return e, true
}

// outcome is what came of a cell.
type outcome struct {
	events  int // how often the event stands there, or was made
	refused bool
	shown   bool // that it was there twice, and the second was taken away
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
	case o.shown:
		m += "c"
	case len(o.faults) > 0 && o.cannot != "":
		m += "*"
	case len(o.faults) > 0:
		m += "!"
	}
	return m
}

// judge holds the press against the cards and the log of the tenant.
// Where it cannot be known how often it is made, what counts is what stands there
// in the end.
func (c *cell) judge(e journal.Entry, cannot string) outcome {
	o := outcome{cannot: cannot}
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
	if cannot == "" {
		c.once(&o)
	}
	if e.Status == wire.Delivered && !slices.Contains(made, journal.Stamp{Card: e.Card, Kind: e.Kind, At: e.Recorded}) {
		o.wrong("recorded as %d on %s, the cards have %v", e.Recorded, e.Card, made)
	}
	c.noted(&o)
	return o
}

// timely holds the time of an event against that of the press.
func (c *cell) timely(o *outcome, e journal.Entry, step clock.Kind, at clock.Instant) {
	off := at.Sub(e.At).Abs()
	if e.Written && step == e.Kind && off != 0 || off > clock.Of(c.limits.Tolerance+c.limits.Attempt) {
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

// results are what came of all cells.
type results struct {
	mu      sync.Mutex
	marks   map[string][]string // by row and column
	reasons map[string][]string // where nobody can know: what came of it
}

// put notes an outcome, and fails the test of its cell if it must not be.
func (res *results) put(t *testing.T, r row, col column, o outcome) {
	res.mu.Lock()
	defer res.mu.Unlock()
	key := r.name + "\x00" + col.name
	res.marks[key] = append(res.marks[key], o.mark())
	switch {
	case len(o.faults) == 0 && (!o.shown || o.cannot != ""):
		if o.shown {
			res.reasons[o.cannot] = append(res.reasons[o.cannot], r.name+", "+col.name+": shown, and one after the person chose")
		}
	case o.shown:
		t.Errorf("it was made twice; after the person chose: %s", strings.Join(o.faults, "; "))
	case o.cannot == "":
		t.Error(strings.Join(o.faults, "; "))
	case o.refused || o.events < 1 || o.events > 2:
		t.Errorf("%d events, refused %v; not even where nobody can know", o.events, o.refused)
	default:
		res.reasons[o.cannot] = append(res.reasons[o.cannot], r.name+", "+col.name)
	}
}

// all plays every cell on a database, each in a time of its own.
func (res *results) all(t *testing.T, open func(*testing.T) database) {
	for _, r := range matrix {
		for _, col := range columns {
			if r.in != nil && !r.in(col) {
				continue
			}
			for i := range 4 {
				accepts, behalf := i%2 == 1, i >= 2
				t.Run(fmt.Sprintf("%s, %s, actions taken again %v, on behalf %v", r.name, col.name, accepts, behalf), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { res.put(t, r, col, play(t, open(t), r, col, accepts, behalf)) })
				})
			}
		}
	}
}

// TestFaultMatrix breaks every kind of press in every way, by oneself and by a
// supervisor, on both databases, with a Graph that takes an action again and
// with one that refuses it. What is
// judged is what the tenant has on its cards and in its log.
func TestFaultMatrix(t *testing.T) {
	res := &results{marks: map[string][]string{}, reasons: map[string][]string{}}
	t.Run("SQLite", func(t *testing.T) { res.all(t, onSQLite) })
	t.Run("PostgreSQL", func(t *testing.T) {
		url := postgrestest.Database(t)
		// The database is there until all cells have ended.
		t.Run("cells", func(t *testing.T) {
			res.all(t, func(t *testing.T) database { return onPostgreSQL(t, url) })
		})
	})
	t.Log(drawn(res.marks))
	for reason, where := range res.reasons {
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

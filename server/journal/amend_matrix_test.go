package journal_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/postgres/postgrestest"
	sandbox "timeclock/server/sandbox/tenant"
	"timeclock/server/session"
)

// amends is an amendment that goes wrong in one way.
type amends struct {
	*world
	op     wire.Op
	ask    wire.Amendment
	calls  int // made before it was asked for
	behalf bool
}

// ending is what is to have come of an amendment.
type ending struct {
	status wire.Status
	code   wire.Code
	done   bool   // it stands there
	note   string // of somebody else's, that stands there too
}

var delivered = ending{status: wire.Delivered, done: true}

// amendRow is a way for an amendment to go wrong.
type amendRow struct {
	name string
	// set makes it so. It may return what is to be done once it was asked for.
	set func(c *amends) (then func())
	// in reports whether it can befall the amendment; nil is always.
	in func(c *amends) bool
	// ends is what has to come of it; nil is delivered.
	ends func(c *amends) ending
	// twice says why no client could know better than to make it twice, or "".
	twice string
}

// amendTrouble is a row of one fault of the call.
func amendTrouble(name string, f sandbox.Fault) amendRow {
	return amendRow{name: name, set: func(c *amends) func() {
		f := f
		f.Op, f.Times = sandbox.Op(c.op), 1
		c.fails(f)
		return nil
	}}
}

// amendDies is dies for an amendment.
func amendDies(after bool, is func(record) bool) func(*amends) func() {
	return func(c *amends) func() { return dies(&cell{world: c.world}, after, is) }
}

func isThere(c *amends) bool { return c.op != wire.Create }

var amendMatrix = []amendRow{
	{name: "nothing breaks", set: func(*amends) func() { return nil }},
	{name: "store fails before the insert", set: func(c *amends) func() {
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
	{name: "answer lost after the insert", set: func(c *amends) func() {
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
	{name: "crash after the insert", set: func(c *amends) func() {
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
	{name: "crash before the send", set: amendDies(true, record.begins)},
	{name: "crash before the send is recorded", set: amendDies(false, record.begins)},
	{name: "crash between answer and record", set: amendDies(false, record.answered)},
	amendTrouble("cut before the effect", sandbox.Fault{Do: sandbox.CutBefore}),
	amendTrouble("cut after the effect", sandbox.Fault{Do: sandbox.CutAfter}),
	amendTrouble("503 before the effect", sandbox.Fault{Do: sandbox.FailBefore, Status: 503}),
	amendTrouble("504 after the effect", sandbox.Fault{Do: sandbox.FailAfter, Status: 504}),
	amendTrouble("throttled", sandbox.Fault{Do: sandbox.Throttle, RetryAfter: 2}),
	amendTrouble("answer after the deadline", sandbox.Fault{Do: sandbox.SlowAfter, DelayMS: 17_000}),
	amendTrouble("effect after the first reading", sandbox.Fault{Do: sandbox.EffectAfterReads, Reads: 1}),
	amendTrouble("effect after both readings", sandbox.Fault{Do: sandbox.EffectAfterReads, Reads: 2}),
	{name: "effect after it was sent again", twice: "no reading shows that it will still take effect, and Graph has no idempotency key",
		set: func(c *amends) func() {
			c.fails(sandbox.Fault{Do: sandbox.EffectAfterReads, Op: sandbox.Op(c.op), Times: 1, Reads: 5})
			return nil
		}},
	{name: "store fails for a while after the answer", set: func(c *amends) func() {
		_, store := c.process()
		var until time.Time
		store.set(func(op string, r record) error {
			if op == "update" && r.answered() && until.IsZero() {
				until = time.Now().Add(3 * time.Second)
			}
			if time.Now().Before(until) {
				return errStore
			}
			return nil
		}, nil)
		return nil
	}},
	{name: "card cannot be read back, nor the list", in: func(c *amends) bool { return c.op == wire.Replace || c.op == wire.Confirm },
		set: func(c *amends) func() {
			_, store := c.process()
			store.set(nil, func(op string, r record) error { // once it was read for the write
				if op == "update" && r.begins() {
					c.fails(sandbox.Fault{Do: sandbox.FailBefore, Op: sandbox.Get, Status: 503, Times: 3})
				}
				return nil
			})
			return nil
		}},
	{name: "sign-in provider down for a while", set: func(c *amends) func() {
		c.keys.fail(session.ErrUnavailable)
		return func() {
			time.Sleep(2 * time.Second)
			c.keys.fail(nil)
		}
	}},
	{name: "session ended, the person returns", in: func(c *amends) bool { return !c.behalf }, set: func(c *amends) func() {
		c.keys.fail(session.ErrEnded)
		return func() {
			c.until(c.ask.ID, func(e journal.Entry) bool { return e.Code == wire.CodeSignedOut })
			c.keys.fail(nil)
			j, _ := c.process()
			back := c.who
			back.Session = "second"
			if shown, err := j.Waiting(c.t.Context(), back); err != nil || len(shown) > 0 {
				c.t.Errorf("waiting are %v, %v; an amendment is no press", shown, err)
			}
		}
	}},
	{name: "session of the supervisor ended", in: func(c *amends) bool { return c.behalf }, set: func(c *amends) func() {
		c.keys.fail(session.ErrEnded)
		return nil
	}, ends: func(*amends) ending { return ending{status: wire.Refused, code: wire.CodeSignedOut} }},
	{name: "changed in Teams before", in: isThere, set: func(c *amends) func() {
		c.inTeams(func(card *graph.TimeCard) { card.Notes = graph.NewNote("by the owner") })
		return nil
	}, ends: func(*amends) ending {
		return ending{status: wire.Conflicted, code: wire.CodeChanged, note: "by the owner"}
	}},
	{name: "changed in Teams before, and chosen all the same", in: isThere, set: func(c *amends) func() {
		c.inTeams(func(card *graph.TimeCard) { card.Notes = graph.NewNote("by the owner") })
		return c.mine
	}, ends: func(c *amends) ending {
		note := "by the owner"
		if c.op == wire.Delete {
			note = ""
		}
		return ending{status: wire.Delivered, done: true, note: note}
	}},
	{name: "as it is to be in Teams already", in: func(c *amends) bool { return c.op == wire.Replace }, set: func(c *amends) func() {
		c.inTeams(func(card *graph.TimeCard) { card.ClockOut.DateTime = graph.Stamp(c.ask.Next.Out.At) })
		return nil
	}},
	{name: "deleted in Teams before", in: isThere, set: func(c *amends) func() {
		time.Sleep(2 * time.Minute) // what was read just now is believed rather than a 404
		if err := c.client.DeleteCard(c.t.Context(), by(c.owner), c.team, c.ask.Card); err != nil {
			c.t.Error(err)
		}
		return nil
	}, ends: func(c *amends) ending {
		if c.op == wire.Delete {
			return delivered
		}
		return ending{status: wire.Conflicted, code: wire.CodeGone}
	}},
	{name: "another card at the time", in: func(c *amends) bool { return c.op == wire.Create }, set: func(c *amends) func() {
		card := graph.TimeCard{UserID: c.who.Object, ClockIn: &graph.Event{DateTime: graph.Stamp(c.ask.Next.In.At) + 60_000},
			ClockOut: &graph.Event{DateTime: graph.Stamp(c.ask.Next.Out.At) + 60_000}}
		if _, err := c.client.CreateCard(c.t.Context(), by(c.owner), c.team, card); err != nil {
			c.t.Error(err)
		}
		return nil
	}, ends: func(*amends) ending { return ending{status: wire.Conflicted, code: wire.CodeUnsound} }},
}

// inTeams has the owner change the card past this server.
func (c *amends) inTeams(change func(*graph.TimeCard)) {
	card, err := c.client.Card(c.t.Context(), by(c.owner), c.team, c.ask.Card)
	if err == nil {
		change(&card)
		_, err = c.client.ReplaceCard(c.t.Context(), by(c.owner), c.team, card)
	}
	if err != nil {
		c.t.Errorf("in Teams: %v", err)
	}
}

// mine waits for the conflict, and chooses the amendment.
func (c *amends) mine() {
	e, ok := c.until(c.ask.ID, func(e journal.Entry) bool { return e.Status == wire.Conflicted })
	if !ok {
		c.t.Fatalf("it is %s (%s) and no conflict", e.Status, e.Code)
	}
	j, _ := c.process()
	by := journal.Who{Person: c.who.Person, Object: c.caller, Session: c.who.Session}
	if _, err := j.Choose(c.t.Context(), by, e.ID, wire.Decision{Choice: wire.ChoiceMine}); err != nil {
		c.t.Errorf("choosing it: %v", err)
	}
}

// seed gives the person a card of today, and says what is asked for.
func (c *amends) seed() {
	hours := func(h int) time.Time { return time.Now().Add(time.Duration(h) * time.Hour).Truncate(time.Millisecond) }
	at := func(h int) *sandbox.Event { return &sandbox.Event{At: hours(h)} }
	there := true
	id := "TCK_" + c.who.Object
	card := sandbox.Card{ID: id, Team: c.team, Person: c.who.Object, Created: hours(-9), Modified: hours(-1),
		In: at(-9), Out: at(-1), Breaks: []sandbox.Break{{ID: "BRK_" + c.who.Object, Start: *at(-5), End: at(-4)}}}
	card.In.Approved = &there
	if err := c.graph.Seed([]sandbox.Card{card}, nil); err != nil {
		c.t.Fatal(err)
	}
	read, err := c.cards.Mirror.Read(c.t.Context(), mirrorKey(c.world))
	if err != nil || len(read.Cards) != 1 {
		c.t.Fatalf("the cards are %v, %v", read.Cards, err)
	}
	seen := read.Cards[0]
	c.ask = wire.Amendment{ID: uuid.NewString(), Team: c.team, Op: c.op, Card: id, Seen: &seen, Reason: "I left later"}
	next := seen
	switch c.op {
	case wire.Replace:
		next.Out = &clock.Event{At: seen.Out.At.Add(10 * clock.Minute)}
		c.ask.Next = &next
	case wire.Create:
		c.ask.Card, c.ask.Seen = "", nil
		c.ask.Next = &clock.Card{In: &clock.Event{At: clock.At(hours(-33))}, Out: &clock.Event{At: clock.At(hours(-25)), Note: "forgot"},
			Breaks: []clock.Break{{Start: clock.Event{At: clock.At(hours(-30))}, End: &clock.Event{At: clock.At(hours(-29))}}}}
	}
}

// request asks for the amendment as a browser does.
func (c *amends) request() {
	var err error
	for range 1000 {
		j, _ := c.process()
		if _, err = j.Amend(c.t.Context(), c.ask, c.who); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
	c.t.Errorf("%s was not accepted: %v", c.op, err)
}

// playAmend asks for an amendment that goes wrong, and holds against what stands
// in the tenant what came of it.
func playAmend(t *testing.T, db database, r amendRow, op wire.Op, behalf bool) {
	w, end := newWorldOf(t, db, behalf, boundless{})
	defer end()
	c := &amends{world: w, op: op, behalf: behalf}
	if r.in != nil && !r.in(c) {
		return
	}
	c.seed()
	w.start()
	then := r.set(c)
	c.calls = len(w.graph.Calls())
	var asking sync.WaitGroup
	asking.Go(c.request)
	if then != nil {
		then()
	}
	asking.Wait()
	e, _ := w.until(c.ask.ID, final)
	w.keys.fail(nil)
	c.request()   // the browser has not heard of it
	for range 5 { // what was still to come comes
		if _, err := w.client.Cards(t.Context(), by(w.owner), w.team, graph.Filter{}); err != nil {
			t.Error(err)
		}
	}
	want := delivered
	if r.ends != nil {
		want = r.ends(c)
	}
	if e.Status != want.status || e.Code != want.code {
		t.Errorf("it ended as %s (%s), want %s (%s)", e.Status, e.Code, want.status, want.code)
	}
	c.judge(e, want, r.twice)
}

// judge holds what stands in the tenant against what is to.
func (c *amends) judge(e journal.Entry, want ending, twice string) {
	n := c.effects(c.calls)[sandbox.Op(c.op)]
	if twice == "" && n > 1 || want.status != wire.Delivered && n > 0 {
		c.t.Errorf("it was made %d times", n)
	}
	stands := c.stand()
	there := slices.IndexFunc(stands, func(s clock.Card) bool { return s.ID == c.ask.Card })
	done := false
	switch c.op {
	case wire.Create:
		made := slices.DeleteFunc(slices.Clone(stands), func(s clock.Card) bool { return !s.Says(*c.ask.Next) })
		if done = len(made) > 0; len(made) > 1 && twice == "" {
			c.t.Errorf("%d cards were made", len(made))
		}
		if done && e.Status == wire.Delivered && (e.Card != made[0].ID && twice == "" || e.Change.After == nil) {
			c.t.Errorf("recorded as made is %q, the card is %q", e.Card, made[0].ID)
		}
	case wire.Delete:
		done = there < 0
	case wire.Replace:
		done = there >= 0 && stands[there].Out.At == c.ask.Next.Out.At
		if there >= 0 && (stands[there].In.Approved == nil || !*stands[there].In.Approved) {
			c.t.Error("that the clock-in was made at the approved location is lost")
		}
	case wire.Confirm:
		done = there >= 0 && (stands[there].ByPerson && !c.behalf || stands[there].BySupervisor && c.behalf)
	}
	if done != want.done {
		c.t.Errorf("done: %v, want %v; the cards are %+v", done, want.done, stands)
	}
	if want.note != "" && (there < 0 || stands[there].Note != want.note) {
		c.t.Errorf("what the owner wrote is gone: %+v", stands)
	}
	if kept := string(e.Before) != ""; n == 1 && (c.op == wire.Replace || c.op == wire.Delete) && !kept {
		c.t.Error("the card was not kept as it stood")
	}
}

// stand reads the person's cards as they stand.
func (c *amends) stand() []clock.Card {
	read, err := c.client.Cards(c.t.Context(), by(c.owner), c.team, graph.Filter{Person: c.who.Object})
	if err != nil {
		c.t.Fatal(err)
	}
	var cards []clock.Card
	for _, r := range read {
		cards = append(cards, r.Clock(c.team))
	}
	return cards
}

// TestAmendmentsInTrouble breaks every amendment in every way, by oneself and by
// a supervisor, on both databases. What is judged is what the tenant has on its
// cards and in its log.
func TestAmendmentsInTrouble(t *testing.T) {
	all := func(t *testing.T, open func(*testing.T) database) {
		for _, r := range amendMatrix {
			for _, op := range []wire.Op{wire.Create, wire.Replace, wire.Delete, wire.Confirm} {
				for _, behalf := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s, %s, on behalf %v", r.name, op, behalf), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) { playAmend(t, open(t), r, op, behalf) })
					})
				}
			}
		}
	}
	t.Run("SQLite", func(t *testing.T) { all(t, onSQLite) })
	t.Run("PostgreSQL", func(t *testing.T) {
		url := postgrestest.Database(t)
		t.Run("cells", func(t *testing.T) {
			all(t, func(t *testing.T) database { return onPostgreSQL(t, url) })
		})
	})
}

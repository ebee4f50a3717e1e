package journal_test

import (
	"fmt"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	sandbox "timeclock/server/sandbox/tenant"
	"timeclock/server/session"
)

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
		case <-time.After(10 * time.Minute):
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
	trouble("throttled", sandbox.Fault{Do: sandbox.Throttle, RetryAfter: 2}),
	trouble("answer after the deadline", sandbox.Fault{Do: sandbox.SlowAfter, DelayMS: 17_000}),
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
				until = time.Now().Add(3 * time.Second)
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
			time.Sleep(2 * time.Second)
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
	if _, err := c.cards.Mirror.Read(c.t.Context(), mirrorKey(c.world)); err != nil {
		c.t.Error(err)
	}
}

func mirrorKey(w *world) mirror.Key {
	return mirror.Key{Team: w.team, Person: w.who.Object, Caller: by(w.who.Object)}
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

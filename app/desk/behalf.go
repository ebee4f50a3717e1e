package desk

import (
	"context"
	"slices"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Step is how far acting for others has come.
type Step int

// Idle: nobody is acted for. Writing: it is being said what is to be done.
// Foreseen: what would come of it is shown. Ran: it was done.
const (
	Idle Step = iota
	Writing
	Foreseen
	Ran
)

// Behalf is a press for others, one of the same kind for each.
type Behalf struct {
	Step   Step
	Kind   clock.Kind
	Stated clock.Instant // when it was; 0 says that it is now
	Reason string        // outlives the rest until something was done
	Acts   []Act
	Busy   bool
	// Trouble is why the last step came to nothing.
	Trouble wire.Problem
}

// Act is what is done for one person. It is a value.
type Act struct {
	Person wire.Person
	// Foreseen is what would come of it; nil before that was asked.
	Foreseen *wire.Result
	// Result is what came of it; nil for who was left out, or is not done yet.
	Result *wire.Result

	press wire.Behalf // keeps its id for life
	sent  bool        // it may have reached the server
}

// Fate is what became of an Act.
type Fate int

// LeftOut: it would have come to nothing, and was not tried. Waits: nothing came
// back yet. OnWay: the server has it, and it can be undone. Done: it is on the
// card. Undone: it was taken back. Disputed: the person has to decide. Failed:
// it can be tried again.
const (
	LeftOut Fate = iota
	Waits
	OnWay
	Done
	Undone
	Disputed
	Failed
)

// Fate tells what became of a.
func (a Act) Fate() Fate {
	switch {
	case !a.sent && a.Foreseen != nil && a.Foreseen.Code != "":
		return LeftOut
	case a.Result == nil:
		return Waits
	case a.Result.Receipt == nil:
		return Failed
	}
	switch r := a.Result.Receipt; {
	case r.Code == wire.CodeUndone:
		return Undone
	case r.Status == wire.Delivered:
		return Done
	case r.Status == wire.Conflicted:
		return Disputed
	case r.Status == wire.Refused:
		return Failed
	}
	return OnWay
}

// Code says why a Failed or LeftOut one is.
func (a Act) Code() wire.Code {
	switch {
	case a.Fate() == LeftOut:
		return a.Foreseen.Code
	case a.Result == nil:
		return ""
	case a.Result.Receipt != nil:
		return a.Result.Receipt.Code
	}
	return a.Result.Code
}

// Count counts the acts with one of these fates.
func (b Behalf) Count(fates ...Fate) int {
	n := 0
	for _, a := range b.Acts {
		if slices.Contains(fates, a.Fate()) {
			n++
		}
	}
	return n
}

// Able counts the acts of which something would come.
func (b Behalf) Able() int {
	n := 0
	for _, a := range b.Acts {
		if a.Foreseen != nil && a.Foreseen.Code == "" {
			n++
		}
	}
	return n
}

// kept is what outlives the end of a session: what was written.
func (b Behalf) kept() Behalf { return Behalf{Reason: b.Reason} }

// heard takes what became of a press.
func (b Behalf) heard(of wire.Act) Behalf {
	i := slices.IndexFunc(b.Acts, func(a Act) bool { return a.press.ID == of.Receipt.ID && a.sent })
	if i < 0 {
		return b
	}
	b.Acts = slices.Clone(b.Acts)
	b.Acts[i].Result = &wire.Result{ID: of.Receipt.ID, Person: of.Person, Receipt: &of.Receipt}
	return b
}

// Begin begins to act for people.
func (s *Store) Begin(kind clock.Kind, people ...string) {
	s.change(func(m *Model) {
		b := Behalf{Step: Writing, Kind: kind, Reason: m.Behalf.Reason}
		for _, r := range m.Board.Rows {
			if slices.Contains(people, r.Person.ID) {
				b.Acts = append(b.Acts, Act{Person: r.Person, press: wire.Behalf{Person: r.Person.ID, Punch: wire.Punch{Seen: r.State}}})
			}
		}
		if len(b.Acts) > 0 {
			m.Behalf = b
		}
	})
}

// Foresee asks what would come of it.
func (s *Store) Foresee(kind clock.Kind, stated clock.Instant, reason string) {
	s.step(func(b *Behalf) {
		b.Kind, b.Stated, b.Reason = kind, stated, reason
		s.stamp(b)
	}, func(Act) bool { return true }, func(ctx context.Context, person, team string, some []wire.Behalf) (wire.Results, error) {
		return s.Server.Behalf(ctx, person, team, some, true)
	}, func(b *Behalf, i int, r wire.Result) {
		b.Acts[i].Foreseen = &r
		b.Step = Foreseen
	})
}

// Run does what was foreseen; those that would come to nothing are left out.
// Failed ones are tried again by calling it once more: with the same id, unless
// they were refused for good, so that nothing is done twice.
func (s *Store) Run() {
	s.step(func(b *Behalf) {
		b.Step = Ran
		fresh := !slices.ContainsFunc(b.Acts, func(a Act) bool { return a.sent })
		if fresh {
			s.stamp(b)
		}
		for i := range b.Acts {
			a := &b.Acts[i]
			again := a.Fate() == Failed
			if again && a.Result.Receipt != nil {
				a.press.ID = s.ID()
			}
			if again || a.Fate() == Waits {
				a.sent, a.Result = true, nil
			}
		}
	}, func(a Act) bool { return a.sent && a.Result == nil }, func(ctx context.Context, person, team string, some []wire.Behalf) (wire.Results, error) {
		return s.Server.Behalf(ctx, person, team, some, false)
	}, func(b *Behalf, i int, r wire.Result) {
		// News of the press may have come before this answer.
		if was := b.Acts[i].Result; was == nil || was.Receipt == nil || !was.Receipt.Status.Final() {
			b.Acts[i].Result = &r
		}
		b.Reason = ""
	})
}

// Undo takes back what is on its way and was not sent yet.
func (s *Store) Undo() {
	s.step(func(*Behalf) {}, func(a Act) bool { return a.Fate() == OnWay },
		func(ctx context.Context, person, team string, some []wire.Behalf) (wire.Results, error) {
			ids := make([]string, len(some))
			for i, p := range some {
				ids[i] = p.ID
			}
			return s.Server.Undo(ctx, person, team, ids)
		}, func(b *Behalf, i int, r wire.Result) {
			if r.Receipt != nil {
				b.Acts[i].Result = &r
			}
			if r.Code != "" {
				b.Trouble = *wire.ProblemOf(r.Code, "not undone")
			}
		})
}

// Rewrite goes back to what was written.
func (s *Store) Rewrite() {
	s.change(func(m *Model) { m.Behalf.Step, m.Behalf.Trouble = Writing, wire.Problem{} })
}

// Leave ends acting for others; reason is what was written and not sent. Of
// those for whom something was done nobody stays chosen.
func (s *Store) Leave(reason string) {
	s.change(func(m *Model) {
		if m.Behalf.Step == Ran {
			m.Chosen = nil
			reason = ""
		}
		m.Behalf = Behalf{Reason: reason}
	})
}

// stamp makes the presses anew, as made now.
func (s *Store) stamp(b *Behalf) {
	at := s.Deps.Watch.Stamp()
	for i := range b.Acts {
		p := &b.Acts[i].press
		s.seq++
		if p.ID == "" {
			p.ID = s.ID()
		}
		p.Kind, p.Note, p.Stated = b.Kind, b.Reason, b.Stated
		p.At, p.Bound, p.Trust = at.At, at.Bound, at.Trust
		p.Device, p.Seq = s.device, s.seq
	}
}

// ask is a call about some presses for a team's people.
type ask func(ctx context.Context, person, team string, some []wire.Behalf) (wire.Results, error)

// step prepares the next step under the lock, asks the server about the presses
// that it concerns, as many at once as it takes, and tells of every result. A
// call that fails leaves Trouble, and those it was about as they are; presses
// that were being run have then failed.
func (s *Store) step(prepare func(*Behalf), concerns func(Act) bool, call ask, each func(*Behalf, int, wire.Result)) {
	ctx, epoch := s.life()
	var of []int
	var presses []wire.Behalf
	var person, team string
	s.change(func(m *Model) {
		b := m.Behalf
		b.Acts = slices.Clone(b.Acts)
		if b.Busy || b.Step == Idle {
			return
		}
		prepare(&b)
		b.Busy, b.Trouble = true, wire.Problem{}
		person, team = m.Me.Person.ID, m.Team
		for i, a := range b.Acts {
			if concerns(a) {
				of, presses = append(of, i), append(presses, a.press)
			}
		}
		m.Behalf = b
	})
	if person == "" {
		return
	}
	go func() {
		for chunk := range slices.Chunk(of, wire.MaxBehalf) {
			some := presses[:len(chunk)]
			presses = presses[len(chunk):]
			answer, err := call(ctx, person, team, some)
			s.within(epoch, func(m *Model) { m.Behalf.take(chunk, answer, err, each) })
			if client.CodeOf(err) == wire.CodeSignedOut {
				s.change(s.leave)
				return
			}
		}
		s.within(epoch, func(m *Model) { m.Behalf.Busy = false })
	}()
}

// take takes what a call about some of the acts came to.
func (b *Behalf) take(some []int, answer wire.Results, err error, each func(*Behalf, int, wire.Result)) {
	if len(b.Acts) <= slices.Max(some) {
		return // left meanwhile
	}
	b.Acts = slices.Clone(b.Acts)
	if err != nil {
		b.Trouble = *client.ProblemOf(err)
		for _, i := range some {
			if a := &b.Acts[i]; a.sent && a.Result == nil {
				a.Result = &wire.Result{ID: a.press.ID, Person: a.Person, Code: b.Trouble.Code}
			}
		}
		return
	}
	for n, i := range some {
		if b.Acts[i].press.ID == answer.Results[n].ID {
			each(b, i, answer.Results[n])
		}
	}
}

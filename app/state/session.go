package state

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"timeclock/app/client"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// memoryTime is how long remembering and recalling may take.
const memoryTime = 2 * time.Second

// message is what tabs tell one another.
type message struct {
	Kind   string `json:"kind"`
	Person string `json:"person,omitempty"`
}

// tellPerson: this person is signed in. tellOut: somebody signed out.
const (
	tellPerson = "person"
	tellOut    = "out"
)

func (s *Store) tell(m message) {
	if b, err := json.Marshal(m); err == nil {
		s.Tell(b)
	}
}

// Heard takes what the Store of another tab told.
func (s *Store) Heard(b []byte) {
	ctx, _ := s.life()
	var m message
	if json.Unmarshal(b, &m) != nil {
		return
	}
	switch m.Kind {
	case TellPresses:
		// A storage that cannot be read now is read again before sending.
		go func() { _ = s.box.Reload(ctx) }()
	case tellPerson:
		now := s.Model()
		if now.Me.Person.ID == m.Person {
			s.mu.Lock()
			s.parting = s.Pref(wire.PrefParting) // who left was another
			s.mu.Unlock()
		}
		if now.Me.Person.ID != "" && now.Me.Person.ID != m.Person {
			s.leave() // who was here is not any more
		}
		if now.Me.Person.ID != m.Person || now.Phase == SignedOut {
			s.read(want{})
		}
	case tellOut:
		person := s.Model().Me.Person.ID
		s.leave()
		go s.forgetOnly(ctx, person) // what this tab was just storing is gone too
	}
}

// ChooseTeam shows another team of the person and remembers the choice.
func (s *Store) ChooseTeam(id string) {
	chosen := false
	s.change(func(m *Model) {
		known := slices.ContainsFunc(m.Me.Teams, func(t wire.Team) bool { return t.ID == id })
		if !known || m.Team == id {
			return
		}
		chosen = true
		s.switchTeam(m, id)
	})
	if chosen {
		s.SetPref(PrefTeam, id)
		s.read(want{})
	}
}

// switchTeam empties what was about the team before. It needs the lock.
func (s *Store) switchTeam(m *Model, id string) {
	s.epoch++
	m.Team, m.Cards, m.AsOf, m.Shifts = id, nil, 0, nil
	m.Stale, m.History, m.Card, m.Told, m.Untold = "", History{}, CardView{}, nil, 0
	m.Taking = Taking{}
}

// leaveTeam gives up a team that is none of the person's.
func (s *Store) leaveTeam(q reading) {
	s.change(func(m *Model) {
		if s.epoch == q.epoch {
			s.switchTeam(m, "")
		}
	})
	s.SetPref(PrefTeam, "")
	s.read(want{})
}

// SignIn leaves for the provider and comes back to this page; prompt is "" or
// "select_account".
func (s *Store) SignIn(prompt string) {
	ctx, _ := s.life()
	q := url.Values{wire.ParamReturn: {s.Path()}}
	if prompt != "" {
		q.Set(wire.ParamPrompt, prompt)
	}
	go func() {
		if prompt != "" {
			s.part(ctx) // somebody else may come back
		}
		s.Assign(wire.PathLogin + "?" + q.Encode())
	}()
}

// SignOut ends the session here and at the provider. A person with presses that
// the server does not have is asked first (Model.Leaving); called while they
// are, it goes ahead, and what is stored waits until they sign in again. If the
// server cannot be reached it leaves Trouble, and the person signed in.
func (s *Store) SignOut() {
	ctx, _ := s.life()
	asked := false
	s.change(func(m *Model) {
		unsent, _ := m.Unsent()
		asked = unsent > 0 && !m.Leaving
		m.Leaving = asked
	})
	if !asked {
		go s.signOut(ctx)
	}
}

// Stay takes the question back that SignOut asked.
func (s *Store) Stay() { s.change(func(m *Model) { m.Leaving = false }) }

func (s *Store) signOut(ctx context.Context) {
	answer, err := s.Server.SignOut(ctx)
	if err != nil && client.CodeOf(err) != wire.CodeSignedOut {
		p := client.ProblemOf(err)
		s.change(func(m *Model) { m.Trouble, m.RequestID = p.Code, p.RequestID })
		return
	}
	s.part(ctx)
	s.Assign(cmp.Or(answer.Next, "/"))
}

// ClearTrouble takes the last trouble off the screen.
func (s *Store) ClearTrouble() {
	s.change(func(m *Model) { m.Trouble, m.RequestID = "", "" })
}

// clear empties the Model: somebody else is here, or nobody. What was to be
// read for who was here is not. It needs the lock.
func (s *Store) clear() {
	s.epoch++
	s.reader.want = want{}
	if s.reader.retry != nil {
		s.reader.retry.Stop()
	}
	s.confirmed = false
	s.model = Model{}
	s.done, s.foreign, s.choosing, s.tapped, s.errandOf, s.errandID = nil, nil, nil, tapped{}, "", ""
	s.deafen()
}

// part has everything about the person leave this browser but the presses that
// the server does not have. Other tabs hear of it, and those that sleep find out
// when they wake. They hear of it before the storage changes, which to a tab
// that still shows the person would mean that their presses are over. What fails
// to be removed is not tried again before the next parting.
func (s *Store) part(ctx context.Context) {
	s.SetPref(wire.PrefParting, outbox.NewID())
	s.leave()
	s.tell(message{Kind: tellOut})
	s.SetPref(PrefTeam, "")
	s.forget(ctx)
	_ = s.box.Part(ctx, "")
}

// missed reports whether somebody left this browser without this tab knowing.
func (s *Store) missed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open && s.parting != s.Pref(wire.PrefParting)
}

// leave shows that nobody is signed in, and nothing of who was.
func (s *Store) leave() {
	s.box.SignedAway("", "")
	s.change(func(m *Model) {
		s.clear()
		m.Phase = SignedOut
		s.reader.once, s.parting = false, s.Pref(wire.PrefParting)
	})
	s.forgetPlace()
}

// sessionEnded shows that nobody is signed in, while what the person pressed
// stays in sight; stepUp says that it ended for want of a step-up.
func (s *Store) sessionEnded(ctx context.Context, stepUp bool) {
	s.change(func(m *Model) {
		s.deafen()
		s.confirmed = false
		s.reader.failures, s.reader.evictions, s.reader.offline = 0, 0, false
		m.Phase, m.Loading, m.StepUp = SignedOut, false, stepUp
	})
	s.box.SignedAway(s.Model().Me.Person.ID, wire.CodeSignedOut)
	s.forgetCards(ctx)
}

// remembered is what the next start begins with.
type remembered struct {
	// Ended is set when the session was over: then only who it was is shown,
	// not what they did.
	Ended bool       `json:"ended,omitempty"`
	Clock wire.Clock `json:"clock"`
}

// recall shows what is remembered, so that the clock opens at once and without
// a network. Nothing is sent for that person before the server knows them.
func (s *Store) recall(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, memoryTime)
	defer cancel()
	_, epoch := s.life()
	all, err := s.Memory.Load(ctx)
	var r remembered
	if err != nil || json.Unmarshal(all[KeyClock], &r) != nil || r.Clock.Me.Person.ID == "" {
		return
	}
	here := false
	s.change(func(m *Model) {
		if here = s.epoch == epoch; !here {
			return // they left meanwhile
		}
		if r.Ended || r.Clock.Me.Expires != 0 && r.Clock.Me.Expires <= s.Now() {
			m.Me = wire.Me{Person: r.Clock.Me.Person}
			return
		}
		if m.Team != "" && m.Team != r.Clock.Team {
			r.Clock.Team, r.Clock.Cards, r.Clock.AsOf, r.Clock.Shifts = m.Team, nil, 0, nil
		}
		s.show(m, r.Clock)
		m.Loading = true
		s.foreign = r.Clock.Waiting
	})
	if here {
		s.box.SignedAway(r.Clock.Me.Person.ID, "")
	}
}

// remember keeps an answer for the next start. Failing costs only that.
func (s *Store) remember(ctx context.Context, a wire.Clock) {
	s.store(ctx, a.Me.Person.ID, &remembered{Clock: a})
}

// rememberDone adds a press that is on the card to what is remembered, before the
// outbox forgets it: until the cards are read the next start would show the person
// where they stood before, and have them press once more.
func (s *Store) rememberDone(e outbox.Entry) {
	if e.Answer == nil || e.Answer.Status != wire.Delivered {
		return
	}
	ctx, _ := s.life()
	ctx, cancel := context.WithTimeout(ctx, memoryTime)
	defer cancel()
	_ = s.Memory.Update(ctx, func(all map[string][]byte) map[string][]byte {
		var r struct {
			Ended bool   `json:"ended,omitempty"`
			Clock folded `json:"clock"`
		}
		if json.Unmarshal(all[KeyClock], &r) != nil || r.Ended || !lacks(r.Clock.Clock, e) {
			return nil
		}
		r.Clock.Waiting = append(r.Clock.Waiting, *e.Answer)
		value, err := json.Marshal(r)
		if err != nil {
			return nil
		}
		return map[string][]byte{KeyClock: value}
	})
}

// folded is a wire.Clock whose long lists stay as they were written: reading them
// takes a slow phone as long as a frame.
type folded struct {
	wire.Clock
	Cards  json.RawMessage `json:"cards"`
	Shifts json.RawMessage `json:"shifts"`
}

// lacks reports whether an answer is of the person and the team of a press, and does
// not show it.
func lacks(a wire.Clock, e outbox.Entry) bool {
	return a.Me.Person.ID == e.Person && a.Team == e.Punch.Team && a.AsOf < e.Answer.Delivered &&
		!slices.ContainsFunc(a.Waiting, func(r wire.Receipt) bool { return r.ID == e.Punch.ID })
}

// forgetCards keeps who was here, but nothing they did.
func (s *Store) forgetCards(ctx context.Context) {
	me := s.Model().Me
	if me.Person.ID != "" {
		s.store(ctx, me.Person.ID, &remembered{Ended: true, Clock: wire.Clock{Me: wire.Me{Person: me.Person}}})
	}
}

// forget removes what is remembered.
func (s *Store) forget(ctx context.Context) { s.store(ctx, "", nil) }

// forgetOnly removes what is remembered of person.
func (s *Store) forgetOnly(ctx context.Context, person string) {
	ctx, cancel := context.WithTimeout(ctx, memoryTime)
	defer cancel()
	_ = s.Memory.Update(ctx, func(all map[string][]byte) map[string][]byte {
		var r remembered
		if json.Unmarshal(all[KeyClock], &r) != nil || r.Clock.Me.Person.ID != person {
			return nil
		}
		return map[string][]byte{KeyClock: nil}
	})
}

// store writes what is remembered of person, unless they have left meanwhile.
func (s *Store) store(ctx context.Context, person string, r *remembered) {
	ctx, cancel := context.WithTimeout(ctx, memoryTime)
	defer cancel()
	var value []byte
	if r != nil {
		b, err := json.Marshal(r)
		if err != nil {
			return
		}
		value = b
	}
	_ = s.Memory.Update(ctx, func(map[string][]byte) map[string][]byte {
		if s.Model().Me.Person.ID != person && r != nil {
			return nil
		}
		return map[string][]byte{KeyClock: value}
	})
}

package state

import (
	"context"
	"slices"
	"time"

	"timeclock/app/client"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// young is how old an answer must be before coming back to the page asks for
// another.
const young = 15 * time.Second

// want is what the next reading is for.
type want struct {
	set   bool
	fresh bool // ask Graph
	asked bool // a person asked and is told of a failure
}

func (w want) with(v want) want {
	return want{true, w.fresh || v.fresh, w.asked || v.asked}
}

// reader is what is known about reading the clock. It is guarded by Store.mu.
type reader struct {
	busy      bool
	want      want          // what came up while busy
	began     time.Duration // by Mono, when the last reading began
	once      bool          // whether one ever did
	answered  time.Duration // by Mono, when the last answer was shown; 0 before
	failures  int           // in a row
	offline   bool
	retry     *time.Timer
	evictions int // times in a row that the server knew us and then took no press
}

// Refresh reads the clock anew, from Graph itself.
func (s *Store) Refresh() { s.read(want{fresh: true, asked: true}) }

// Resume is called when the page was shown, focused or came online: waiting
// presses are sent, news is listened for, and the clock is read if the last
// answer is not young.
func (s *Store) Resume() {
	if s.missed() {
		_, unsafe := s.Model().Unsent()
		s.leave()
		if unsafe == 0 {
			s.Device.StartOver()
		}
	}
	s.mu.Lock()
	s.hidden = false
	opened := s.open
	due := opened && s.reader.due(s.Mono())
	s.mu.Unlock()
	if !opened {
		return
	}
	s.box.Kick()
	s.listen()
	if due {
		s.read(want{})
	}
}

// due reports whether the last reading began long enough ago, and if so takes
// now for the beginning of the next: several signs of coming back are one.
func (r *reader) due(now time.Duration) bool {
	wait := young
	if r.failures > 0 {
		wait = time.Second
	}
	if r.once && now-r.began < wait {
		return false
	}
	r.began, r.once = now, true
	return true
}

// Pause is called when the page cannot be seen: nothing is read until Resume,
// but presses are still sent.
func (s *Store) Pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = true
	s.deafen()
	if s.reader.retry != nil {
		s.reader.retry.Stop()
	}
}

// read reads the clock, after the reading that is under way if there is one.
func (s *Store) read(w want) {
	s.mu.Lock()
	r := &s.reader
	r.want = r.want.with(w)
	if r.retry != nil {
		r.retry.Stop()
	}
	start := !r.busy && s.open && s.ctx.Err() == nil
	r.busy = r.busy || start
	ctx := s.ctx
	s.mu.Unlock()
	if start {
		go s.readAll(ctx)
	}
}

// soon is how long a reading waits for more that asks for one: what happened to the
// cards of who presses here is told twice.
const soon = 100 * time.Millisecond

// readSoon reads after soon, unless a reading began meanwhile.
func (s *Store) readSoon() {
	asked := s.Mono()
	_, epoch := s.life()
	time.AfterFunc(soon, func() {
		s.mu.Lock()
		due := s.epoch == epoch && s.reader.began <= asked
		s.mu.Unlock()
		if due {
			s.read(want{})
		}
	})
}

func (s *Store) readAll(ctx context.Context) {
	for {
		s.mu.Lock()
		w := s.reader.want
		s.reader.want = want{}
		s.reader.busy = w.set && ctx.Err() == nil
		busy := s.reader.busy
		s.mu.Unlock()
		if !busy {
			return
		}
		s.readOnce(ctx, w)
	}
}

// reading is one question to the server.
type reading struct {
	want
	team     string
	epoch    int
	began    time.Duration
	accepted []string // presses the server had before
}

func (s *Store) readOnce(ctx context.Context, w want) {
	var q reading
	s.change(func(m *Model) {
		began := s.Mono()
		old := m.AsOf == 0 || m.Stale != "" || s.reader.answered == 0 || began-s.reader.answered > young
		m.Loading = m.Loading || old || w.asked
		s.reader.began, s.reader.once = began, true
		q = reading{want: w, team: m.Team, epoch: s.epoch, began: s.reader.began, accepted: s.accepted()}
	})
	answer, err := s.Server.Clock(ctx, q.team, q.fresh)
	switch {
	case ctx.Err() != nil:
	case err == nil:
		s.take(ctx, q, answer)
	case client.CodeOf(err) == wire.CodeSignedOut:
		s.sessionEnded(ctx, client.ProblemOf(err).StepUp)
	case client.CodeOf(err) == wire.CodeTeamUnknown && q.team != "":
		s.leaveTeam(q)
	default:
		s.failed(q, client.ProblemOf(err))
	}
}

// accepted lists the presses that the server has but has not settled.
func (s *Store) accepted() []string {
	var ids []string
	for _, e := range s.box.Entries() {
		if e.Accepted() {
			ids = append(ids, e.Punch.ID)
		}
	}
	return ids
}

// take shows an answer, unless person or team changed since it was asked for:
// who only left ("Not you?" ends no session) would be brought back by asking
// again, for the next person to find.
// Of another person than before nothing is left.
func (s *Store) take(ctx context.Context, q reading, a wire.Clock) {
	taken, other, before := false, false, ""
	var shown wire.Clock // with the presses that are not on its cards yet
	s.change(func(m *Model) {
		if taken = s.epoch == q.epoch; !taken {
			return
		}
		if before = m.Me.Person.ID; before != a.Me.Person.ID {
			other = true
			s.clear()
		}
		s.confirmed = true
		s.reader.failures, s.reader.offline, s.reader.answered = 0, false, s.Mono()
		s.show(m, a)
		s.elsewhere(a.Waiting)
		s.prune(m, q)
		a.Cards, a.AsOf, a.Shifts = m.Cards, m.AsOf, m.Shifts
		shown = a
		for _, d := range s.done {
			if answer := d.entry.Answer; answer != nil && answer.Status == wire.Delivered && lacks(shown, d.entry) {
				shown.Waiting = append(slices.Clone(shown.Waiting), *answer)
			}
		}
	})
	if !taken {
		return
	}
	s.compare(a.Me.Version)
	if other {
		s.arrive(ctx, before, a)
	}
	s.box.SignedIn(a.Me.Person.ID)
	s.box.Settle(ctx, a.Waiting...)
	for _, id := range q.accepted {
		if !slices.ContainsFunc(a.Waiting, func(r wire.Receipt) bool { return r.ID == id }) {
			s.box.Ask(id)
		}
	}
	s.listen()
	s.remember(ctx, shown)
	s.tell(message{Kind: tellPerson, Person: a.Me.Person.ID})
}

// arrive removes what others left in the storage: another person is here than
// this tab knew of before, if of any.
func (s *Store) arrive(ctx context.Context, before string, a wire.Clock) {
	if before != "" {
		s.forgetPlace()
		s.SetPref(wire.PrefParting, outbox.NewID())
		s.mu.Lock()
		s.parting = s.Pref(wire.PrefParting)
		s.mu.Unlock()
	}
	if s.Pref(PrefTeam) != a.Team {
		s.SetPref(PrefTeam, "")
	}
	_ = s.box.Part(ctx, a.Me.Person.ID)
}

// show puts an answer into the Model. Cards older than those already shown
// are passed over: an answer of a server that could not reach Graph may be.
func (s *Store) show(m *Model, a wire.Clock) {
	same := a.Team == m.Team
	m.Phase, m.Me, m.Team, m.Stale = Ready, a.Me, a.Team, a.Stale
	m.Loading, m.RequestID, m.Untold, m.StepUp = false, "", a.Untold, false
	if same && a.AsOf < m.AsOf {
		return
	}
	if !same {
		m.History, m.Told = History{}, nil
	}
	m.Cards, m.AsOf, m.Shifts = a.Cards, a.AsOf, a.Shifts
	m.History.recent(a.Cards, a.AsOf)
}

// elsewhere takes the list of what waits at the server; what was refused is
// not in it and stays in sight. It needs the lock.
func (s *Store) elsewhere(waiting []wire.Receipt) {
	refused := slices.DeleteFunc(slices.Clone(s.foreign), func(r wire.Receipt) bool {
		return r.Status != wire.Refused
	})
	s.foreign = append(refused, waiting...)
	s.undo(waiting...)
}

// prune drops the recorded presses that the cards now show.
func (s *Store) prune(m *Model, q reading) {
	s.done = slices.DeleteFunc(slices.Clone(s.done), func(d done) bool {
		later := q.began > d.since
		answer := d.entry.Answer
		switch {
		case d.entry.Punch.Team != m.Team:
			return later
		case recorded(m.Cards, pressOf(d.entry)):
			return true
		case answer != nil && answer.Delivered != 0:
			return m.AsOf >= answer.Delivered
		}
		return later && m.Stale == ""
	})
}

// failed says why there is no answer, and tries again later, unless person or
// team changed since it was asked for.
func (s *Store) failed(q reading, p *wire.Problem) {
	confirmed := true
	s.change(func(m *Model) {
		if s.epoch != q.epoch {
			return
		}
		confirmed = s.confirmed
		m.Loading, m.Stale, m.RequestID = false, p.Code, p.RequestID
		s.reader.failures++
		s.reader.offline = p.Code == wire.CodeOffline
		if q.asked {
			m.Trouble = p.Code
		}
		if m.Phase == Opening {
			m.Phase = Broken
		}
		wait := max(client.Backoff(s.reader.failures), time.Duration(p.RetryAfter)*time.Second)
		s.retryAfter(wait)
	})
	if !confirmed {
		s.box.SignedAway(s.Model().Me.Person.ID, p.Code)
	}
}

// retryAfter reads again after d, if the page can still be seen then. It needs
// the lock.
func (s *Store) retryAfter(d time.Duration) {
	if s.reader.retry != nil {
		s.reader.retry.Stop()
	}
	if s.hidden {
		return
	}
	epoch := s.epoch
	s.reader.retry = time.AfterFunc(d, func() {
		if _, now := s.life(); now == epoch {
			s.read(want{})
		}
	})
}

// evicted hears that the server took a press for nobody's: reading tells who
// is here now. If that says again that nothing changed, it is asked ever more
// patiently.
func (s *Store) evicted() {
	s.mu.Lock()
	s.reader.evictions++
	n := s.reader.evictions
	if n > 1 {
		s.retryAfter(client.Backoff(n))
	}
	s.mu.Unlock()
	if n == 1 {
		s.read(want{})
	}
}

// listen hears the server's events while the page can be seen.
func (s *Store) listen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil || s.hidden || s.model.Phase != Ready || s.reader.failures > 0 {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.stop = cancel
	go func() {
		err := s.Server.Events(ctx, func(e client.Event) { s.event(ctx, e) })
		if ctx.Err() == nil && client.CodeOf(err) == wire.CodeSignedOut {
			s.read(want{})
		}
	}()
}

// deafen ends listening. It needs the lock.
func (s *Store) deafen() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

func (s *Store) event(ctx context.Context, e client.Event) {
	switch {
	case ctx.Err() != nil: // nobody listens any more
	case e.Opened:
		s.read(want{}) // what happened before was missed
	case e.Cards != nil:
		if m := s.Model(); e.Cards.Team == m.Team && e.Cards.AsOf > m.AsOf {
			s.change(func(m *Model) { m.Card.Heard++ })
			s.readSoon()
		}
	case e.Receipt != nil:
		s.hear(ctx, *e.Receipt)
	}
}

// hear takes a receipt that came as an event, or as the answer to a decision.
// A press of this browser that was on the card and is disputed now counts as
// one made elsewhere: the outbox has forgotten it.
func (s *Store) hear(ctx context.Context, r wire.Receipt) {
	own := slices.ContainsFunc(s.box.Entries(), func(e outbox.Entry) bool { return e.Punch.ID == r.ID })
	if own {
		s.box.Settle(ctx, r)
		return
	}
	s.change(func(*Model) {
		s.foreign = slices.DeleteFunc(slices.Clone(s.foreign), func(f wire.Receipt) bool { return f.ID == r.ID })
		if r.Code != wire.CodeKept {
			s.foreign = append(s.foreign, r)
		}
		s.undo(r)
	})
	if r.Status.Final() || r.Status == wire.Conflicted {
		s.read(want{})
	}
}

// undo takes a press that is disputed from among those that are on the card. It
// needs the lock.
func (s *Store) undo(disputed ...wire.Receipt) {
	s.done = slices.DeleteFunc(slices.Clone(s.done), func(d done) bool {
		return slices.ContainsFunc(disputed, func(r wire.Receipt) bool {
			return r.ID == d.entry.Punch.ID && r.Status == wire.Conflicted
		})
	})
}

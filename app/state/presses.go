package state

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// done is a press of this browser that is on the card.
type done struct {
	entry outbox.Entry
	since time.Duration // by Mono
}

// tapped is the last press, known before it is stored.
type tapped struct {
	person, team string
	kind         clock.Kind
	at           time.Duration // by Mono
}

// Press records that the person pressed kind, with a note, if it may follow
// what is shown; otherwise it leaves wire.CodeOrder as Trouble. The same kind
// within 1.5 s is the same press. Its time is that of the call.
func (s *Store) Press(kind clock.Kind, note string) { s.PressStated(kind, 0, note) }

// Now, as the time of PressStated, is that of the press itself: the person was
// asked when it was, and says so.
const Now clock.Instant = math.MaxInt64

// PressStated is Press for something that the person says was at at, such as
// the end of work that was forgotten. 0 says nothing, as Press does.
func (s *Store) PressStated(kind clock.Kind, at clock.Instant, note string) {
	stamp := s.Watch.Stamp()
	at = min(at, stamp.At)
	now := s.Mono()
	s.mu.Lock()
	m := &s.model
	tap := tapped{person: m.Me.Person.ID, team: m.Team, kind: kind, at: now}
	seen := m.State()
	if !kind.Valid() || tap.person == "" || tap.team == "" || m.Pressing != "" || tap.repeats(s.tapped) {
		s.mu.Unlock()
		return
	}
	if _, err := clock.Steps(seen, kind); err != nil && seen != clock.Unknown {
		s.mu.Unlock()
		s.change(func(m *Model) { m.Trouble = wire.CodeOrder })
		return
	}
	s.tapped = tap
	m.Pressing, m.Trouble = kind, ""
	var until clock.Instant
	if m.Where == WhereSaid && (at == 0 || at == stamp.At) {
		until = s.Watch.Date().Add(outbox.Patience)
	}
	ctx := s.ctx
	s.mu.Unlock()
	s.change(func(*Model) {})
	go func() {
		e, again := s.box.Press(ctx, outbox.Intent{
			Person: tap.person, Team: tap.team, Kind: kind, Seen: seen, Note: cut(note),
			Stamp: stamp, Stated: at, Until: until,
		})
		s.change(func(m *Model) { m.Pressing = "" })
		if until != 0 && !again {
			s.place(ctx, e.Punch.ID)
		}
	}()
}

func (t tapped) repeats(last tapped) bool {
	return t.kind == last.kind && t.team == last.team && t.person == last.person &&
		clock.Of(t.at-last.at) < outbox.SameTap
}

// cut trims a note to what the server takes.
func cut(note string) string {
	note = strings.TrimSpace(note)
	if runes := []rune(note); len(runes) > wire.MaxNote {
		return string(runes[:wire.MaxNote])
	}
	return note
}

// Dismiss takes a rejected press off the screen for good, and Last if it is
// that one.
func (s *Store) Dismiss(id string) {
	ctx, _ := s.life()
	s.change(func(m *Model) {
		if m.Last != nil && m.Last.ID == id {
			m.Last = nil
		}
		s.foreign = slices.DeleteFunc(slices.Clone(s.foreign), func(r wire.Receipt) bool { return r.ID == id })
	})
	go func() {
		// Should the storage fail, it shows again at the next start.
		_ = s.box.Dismiss(ctx, id)
	}()
}

// settled hears of a press of this browser that was refused, is disputed, was
// decided to stay off the card or is on it. The cards are read, unless that was
// heard before: a press that does not fit says that what is shown is out of date.
func (s *Store) settled(e outbox.Entry) {
	arrived, known := false, false
	s.change(func(m *Model) {
		if e.Person != m.Me.Person.ID {
			return
		}
		s.reader.evictions = 0
		if e.Disputed() || e.Answer != nil && e.Answer.Code == wire.CodeKept {
			return // another tab, or the card, knows how it ended
		}
		p := pressOf(e)
		if e.Refused == "" {
			known = slices.ContainsFunc(s.done, func(d done) bool { return d.entry.Punch.ID == p.ID })
			if known {
				return
			}
			s.done = append(slices.Clone(s.done), done{e, s.Mono()})
			p = onCard(p, e)
		}
		m.Last, arrived = &p, p.Place == InGraph
	})
	if arrived {
		s.offerInstall()
		s.rememberDone(e)
	}
	if !known {
		s.read(want{})
	}
}

// presses lists what is not on Cards yet: the presses of this browser in their
// order, and among them, by time, those made elsewhere. It needs the lock.
func (s *Store) presses() []Press {
	var own []outbox.Entry
	settled := map[string]bool{}
	for _, d := range s.done {
		own = append(own, d.entry)
		settled[d.entry.Punch.ID] = true
	}
	for _, e := range s.box.Entries() {
		if !settled[e.Punch.ID] {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, func(a, b outbox.Entry) int { return cmp.Compare(a.Order, b.Order) })
	list := make([]Press, 0, len(own)+len(s.foreign))
	known := map[string]bool{}
	for _, e := range own {
		p := pressOf(e)
		if settled[p.ID] {
			p = onCard(p, e)
		}
		known[p.ID] = true
		list = append(list, p)
	}
	for _, r := range s.foreign {
		if !known[r.ID] {
			list = insert(list, pressFrom(r))
		}
	}
	for i := range list {
		list[i].Choosing = s.choosing[list[i].ID]
	}
	return list
}

// insert puts p before the first press made after it.
func insert(list []Press, p Press) []Press {
	i := slices.IndexFunc(list, func(q Press) bool { return q.At > p.At })
	if i < 0 {
		i = len(list)
	}
	return slices.Insert(list, i, p)
}

// pressOf shows an entry of the outbox.
func pressOf(e outbox.Entry) Press {
	p := Press{
		ID: e.Punch.ID, Team: e.Punch.Team, Kind: e.Punch.Kind, Note: e.Punch.Note,
		At: e.Punch.At, Bound: e.Punch.Bound, Trust: e.Punch.Trust, Done: e.Punch.At, Code: e.Waits, Stated: e.Punch.Stated,
		Placing: e.Until != 0,
	}
	switch {
	case e.Refused != "":
		p.Place, p.Code, p.Done = Rejected, e.Refused, e.Noted
	case e.Answer != nil:
		p.Place, p.Code, p.Done = AtServer, e.Answer.Code, e.Answer.Received
		p.answered(*e.Answer)
	case e.Unsafe:
		p.Place = Unsafe
	}
	return p
}

// onCard shows e as recorded. Without a receipt it was another tab that heard
// so, and when is not known.
func onCard(p Press, e outbox.Entry) Press {
	p.Place, p.Code = InGraph, ""
	if e.Answer != nil && e.Answer.Delivered != 0 {
		p.Done = e.Answer.Delivered
	}
	return p
}

// pressFrom shows a press made elsewhere.
func pressFrom(r wire.Receipt) Press {
	p := Press{
		ID: r.ID, Team: r.Team, Kind: r.Kind, Note: r.Note, At: r.At, Bound: r.Bound, Trust: r.Trust,
		Place: AtServer, Code: r.Code, Done: r.Received, Stated: r.Stated,
		Elsewhere: true, Helped: r.By != "",
	}
	p.answered(r)
	switch r.Status {
	case wire.Refused:
		p.Place = Rejected
	case wire.Delivered:
		p.Place, p.Done = InGraph, r.Delivered
	}
	return p
}

// answered takes over what the server alone knows.
func (p *Press) answered(r wire.Receipt) {
	p.Received, p.Recorded, p.Approved = r.Received, r.Recorded, r.Approved
	if r.Status == wire.Conflicted && r.Conflict != nil {
		p.Place, p.Conflict = Disputed, r.Conflict
	}
}

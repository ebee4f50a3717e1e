package desk

import (
	"encoding/json"
	"strings"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Card is one card of somebody in the team, or one that is to be added.
type Card struct {
	Person, ID string      // ids in Graph; ID is empty for one that is to be added
	Trail      *wire.Trail // nil before it was read
	Loading    bool
	Trouble    wire.Problem // why it could not be read

	again bool // it is to be read once more: something happened meanwhile
}

// Errand is what is being done to cards.
type Errand struct {
	Busy bool
	// Op is what the last one did, to how many cards, and At when it ended; 0
	// before.
	Op  wire.Op
	N   int
	At  clock.Instant
	Who string // whose cards; empty for those of a report
	// Failed says why it came to nothing, and Faults what cannot be true of the
	// card. Of many cards, Missed counts those of which nothing came.
	Failed wire.Code
	Faults []clock.Fault
	Missed int
	// Waits counts those of which nothing has come yet.
	Waits int
	// Amended is what became of the last card.
	Amended *wire.Amended

	taken []string // ids of the cards it was taken for
}

// ShowCard shows a card of somebody in the chosen team, and reads what was done
// to it.
func (s *Store) ShowCard(person, id string) {
	s.change(func(m *Model) {
		if m.Phase == Ready && (!strings.EqualFold(m.Card.Person, person) || m.Card.ID != id) {
			m.Card, m.Errand = Card{Person: person, ID: id}, Errand{Busy: m.Errand.Busy}
		}
	})
	s.ReadCard()
}

// ReadCard reads anew what was done to the card that is shown.
func (s *Store) ReadCard() {
	ctx, epoch := s.life()
	var ask Card
	var team string
	s.change(func(m *Model) {
		if m.Phase != Ready || m.Card.ID == "" {
			return
		}
		if m.Card.again = m.Card.Loading; m.Card.again {
			return
		}
		m.Card.Loading = true
		ask, team = m.Card, m.Team
	})
	if team == "" {
		return
	}
	go func() {
		trail, err := s.Server.TrailOf(ctx, team, ask.Person, ask.ID)
		again := false
		s.within(epoch, func(m *Model) {
			if m.Card.Person != ask.Person || m.Card.ID != ask.ID {
				return
			}
			again, m.Card.Loading, m.Card.again = m.Card.again, false, false
			switch {
			case client.CodeOf(err) == wire.CodeSignedOut:
				s.leave(m)
			case err != nil:
				m.Card.Trouble = *client.ProblemOf(err)
			default:
				m.Card.Trouble, m.Card.Trail = wire.Problem{}, &trail
			}
		})
		if again {
			s.ReadCard()
		}
	}()
	s.readAmends(ctx, epoch, team)
}

// Draft gives what is being written in this tab; none when nothing is.
func (s *Store) Draft() (Draft, bool) {
	kept := s.Kept(keptDraftKey)
	d, ok := decodeDraft(kept, s.owner())
	if kept != "" && !ok && s.Model().Phase == Ready { // somebody else's
		s.Keep(keptDraftKey, "")
	}
	return d, ok
}

// KeepDraft keeps what is being written, as long as the tab is there; nothing for
// the zero Draft. It outlives errors, the page being loaded anew, and a session
// that ended and is begun again by the same person.
func (s *Store) KeepDraft(d Draft) {
	if !d.Touched() && !d.Remove {
		s.Keep(keptDraftKey, "")
		return
	}
	s.Keep(keptDraftKey, d.encode(s.owner()))
}

const keptDraftKey = "timeclock.desk.draft"

// owner names whose a Draft is: the person, as long as nobody left this browser.
func (s *Store) owner() string {
	return s.Model().Me.Person.ID + "/" + s.Pref(wire.PrefParting)
}

// Amend has a card of the person that is shown amended, for a reason; seen is nil
// for one that is added, next for one that is deleted.
func (s *Store) Amend(seen, next *clock.Card, reason string) {
	a := wire.Amendment{Op: wire.Replace, Person: s.Model().Card.Person, Seen: seen, Next: next, Reason: reason}
	switch {
	case seen == nil:
		a.Op = wire.Create
	case next == nil:
		a.Op = wire.Delete
	}
	if seen != nil {
		a.Card = seen.ID
	}
	s.errand(a.Op, a.Person, []wire.Amendment{a})
}

// Confirm vouches for cards of somebody in the team as they are shown.
func (s *Store) Confirm(person string, cards ...clock.Card) {
	rows := make([]wire.Amendment, len(cards))
	for i, c := range cards {
		rows[i] = wire.Amendment{Op: wire.Confirm, Person: person, Card: c.ID, Seen: &c}
	}
	s.errand(wire.Confirm, person, rows)
}

// errand has cards amended. The ids stay the same until it is known what became
// of it or something else is asked for, so that nothing is done twice. While one
// is under way it takes no other.
func (s *Store) errand(op wire.Op, who string, rows []wire.Amendment) {
	ctx, epoch := s.life()
	text, err := json.Marshal(rows)
	if err != nil || len(rows) == 0 {
		return
	}
	begun, person, team := false, "", ""
	s.change(func(m *Model) {
		if begun = m.Phase == Ready && !m.Errand.Busy; !begun {
			return
		}
		m.Errand = Errand{Busy: true}
		person, team = m.Me.Person.ID, m.Team
		if s.errandOf != team+string(text) {
			s.errandOf, s.errandIDs = team+string(text), nil
			for range rows {
				s.errandIDs = append(s.errandIDs, s.ID())
			}
		}
		for i := range rows {
			rows[i].ID, rows[i].Team = s.errandIDs[i], team
		}
	})
	if !begun {
		return
	}
	go func() {
		e := Errand{Op: op, N: len(rows), Who: who}
		err := s.amend(&e, func(some []wire.Amendment) (wire.AmendedAll, error) {
			return s.Server.Amend(ctx, person, wire.Amendments{Rows: some})
		}, rows)
		s.ran(epoch, e, err)
	}()
}

// amend sends rows, as many at once as the server takes, and tells what became of
// them.
func (s *Store) amend(e *Errand, send func([]wire.Amendment) (wire.AmendedAll, error), rows []wire.Amendment) error {
	for len(rows) > 0 {
		n := min(len(rows), wire.MaxRows)
		answer, err := send(rows[:n])
		if err != nil {
			e.Missed += len(rows)
			return err
		}
		for _, row := range answer.Rows {
			e.take(row)
		}
		rows = rows[n:]
	}
	return nil
}

// take takes what became of a card.
func (e *Errand) take(row wire.AmendedRow) {
	e.Amended = row.Amended
	switch {
	case row.Amended == nil:
		e.Missed, e.Failed, e.Faults = e.Missed+1, row.Code, row.Faults
	case row.Amended.Status == wire.Refused, row.Amended.Status == wire.Conflicted:
		e.Missed, e.Failed, e.Faults = e.Missed+1, row.Amended.Code, nil
	default:
		e.taken = append(e.taken, row.Amended.Card)
		if !row.Amended.Status.Final() {
			e.Waits++
		}
	}
}

// ofReport reports whether cards of a report were confirmed.
func (e Errand) ofReport() bool { return e.Op == wire.Confirm && e.Who == "" }

// ran tells what became of an errand, and reads what is shown anew.
func (s *Store) ran(epoch int, e Errand, err error) {
	code := client.CodeOf(err)
	e.At = s.Now()
	if err != nil {
		e.Failed, e.Faults = code, client.ProblemOf(err).Faults
	}
	s.within(epoch, func(m *Model) {
		m.Errand, m.Amends = e, withAmended(m.Amends, e.Amended)
		if e.ofReport() {
			m.Report = m.Report.confirmed(e.taken)
		}
		if code != wire.CodeOffline { // else it may have been done, and is the same again
			s.errandOf = ""
		}
		if code == wire.CodeSignedOut {
			s.leave(m)
		}
	})
	if code == wire.CodeOffline || code == wire.CodeSignedOut {
		return
	}
	if e.ofReport() {
		ctx, _ := s.life()
		s.readAmends(ctx, epoch, s.Model().Team)
		return
	}
	s.readAgain()
}

// withAmended gives amendments with what became of one of them.
func withAmended(all []wire.Amended, a *wire.Amended) []wire.Amended {
	if a == nil {
		return all
	}
	all = only(all, func(o wire.Amended) bool { return o.ID != a.ID })
	if !a.Status.Final() {
		all = append(all, *a)
	}
	return all
}

// readAgain reads the person and the card that are shown.
func (s *Store) readAgain() {
	s.ReadCard()
	s.ReadPerson(false)
}

// Decide ends the conflict about an amendment: by leaving the card as it stands,
// or by what was wanted.
func (s *Store) Decide(id string, choice wire.Choice) {
	ctx, epoch := s.life()
	begun, person := false, ""
	s.change(func(m *Model) {
		if begun = m.Phase == Ready && !m.Errand.Busy; begun {
			m.Errand, person = Errand{Busy: true}, m.Me.Person.ID
		}
	})
	if !begun {
		return
	}
	go func() {
		told, err := s.Server.Choose(ctx, person, id, choice)
		e := Errand{Op: told.Op, N: 1}
		if e.Amended = &told; err != nil {
			e.Amended = nil
		} else if choice != wire.ChoiceKeep {
			e.take(wire.AmendedRow{Amended: &told})
		}
		s.ran(epoch, e, err)
	}()
}

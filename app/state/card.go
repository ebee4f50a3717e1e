package state

import (
	"context"
	"encoding/json"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// Clerk is what a Store asks of the server about cards that are to be put right,
// with errors as those of Server. What has an id is done once however often it is
// sent.
type Clerk interface {
	Trail(ctx context.Context, team, card string) (wire.Trail, error)
	Told(ctx context.Context, team string) (wire.Told, error)
	Reply(ctx context.Context, person string, r wire.Replying) error
	Ask(ctx context.Context, person string, a wire.Asking) (wire.Request, error)
	Requests(ctx context.Context, team string) (wire.Requests, error)
	Withdraw(ctx context.Context, person, id string) error
	Amend(ctx context.Context, person string, a wire.Amendments) (wire.AmendedAll, error)
	LeaveCard(ctx context.Context, person, id string) error
}

// NewCard stands for the card that is missing where a card is named.
const NewCard = "new"

// CardView is one card as its own screen shows it, or NewCard, of which the Trail
// has what was asked for. It is none without an id.
type CardView struct {
	ID      string
	Trail   *wire.Trail // nil before it was read
	Loading bool
	Trouble wire.Code // why it could not be read
	Heard   int       // how often the server said that there is something new
	Errand
}

// Errand is something the person asked for about cards.
type Errand struct {
	Sending bool
	// Failed says why the last one came to nothing, and Faults what cannot be
	// true of the card.
	Failed wire.Code
	Faults []clock.Fault
	// Done counts those that went through, and Some how many of the last one's
	// cards did not.
	Done, Some int
}

// OpenCard shows a card, and reads what was done to it.
func (s *Store) OpenCard(id string) {
	s.change(func(m *Model) {
		if m.Card.ID != id || id == "" {
			m.Card = CardView{ID: id, Heard: m.Card.Heard}
		}
		m.Card.Errand = Errand{}
	})
	s.ReadCard()
}

// ReadCard reads anew what was done to the card that is shown.
func (s *Store) ReadCard() {
	ctx, epoch := s.life()
	var team, id string
	s.change(func(m *Model) {
		if m.Phase == Ready && m.Team != "" && m.Card.ID != "" && !m.Card.Loading {
			team, id = m.Team, m.Card.ID
			m.Card.Loading, m.Card.Trouble = true, ""
		}
	})
	if id != "" {
		go s.readCard(ctx, epoch, team, id)
	}
}

func (s *Store) readCard(ctx context.Context, epoch int, team, id string) {
	var answer wire.Trail
	var err error
	if id == NewCard {
		answer, err = s.missing(ctx, team)
	} else {
		answer, err = s.Server.Trail(ctx, team, id)
	}
	s.change(func(m *Model) {
		if s.epoch != epoch || m.Card.ID != id {
			return
		}
		m.Card.Loading, m.Card.Trouble = false, client.CodeOf(err)
		if err == nil {
			m.Card.Trail = &answer
		}
	})
	if client.CodeOf(err) == wire.CodeSignedOut {
		s.read(want{})
	}
}

// missing reads what the person asked for that has no card yet.
func (s *Store) missing(ctx context.Context, team string) (wire.Trail, error) {
	answer, err := s.Server.Requests(ctx, team)
	t := wire.Trail{Team: answer.Team}
	for i := len(answer.Requests) - 1; i >= 0; i-- { // the oldest first
		if r := answer.Requests[i]; r.Op == wire.Create {
			t.Requests = append(t.Requests, r)
		}
	}
	return t, err
}

// ReadTold reads what others did to the person's cards.
func (s *Store) ReadTold() {
	ctx, epoch := s.life()
	m := s.Model()
	if m.Phase != Ready || m.Team == "" {
		return
	}
	go func() {
		if answer, err := s.Server.Told(ctx, m.Team); err == nil {
			s.change(func(m *Model) {
				if s.epoch == epoch {
					m.Told = answer.Changes
				}
			})
		}
	}()
}

// Reply says of a change, or of what was changed elsewhere, whether it is right.
func (s *Store) Reply(about string, seen *clock.Card, agrees bool, word string) {
	m := s.Model()
	r := wire.Replying{Team: m.Team, Card: m.Card.ID, About: about, Agrees: agrees, Word: word}
	if about == "" {
		r.Seen = seen
	}
	s.errand(r, func(ctx context.Context, person, id string) (int, error) {
		r.ID = id
		return 0, s.Server.Reply(ctx, person, r)
	})
}

// Correct asks for a change of the card that is shown, or has it made where the
// person may: next is how it is to stand, nil to delete it.
func (s *Store) Correct(seen, next *clock.Card, text string, own bool) {
	m := s.Model()
	a := wire.Asking{Team: m.Team, Op: wire.Replace, Card: m.Card.ID, Seen: seen, Next: next, Text: text}
	switch {
	case seen == nil:
		a.Op, a.Card = wire.Create, ""
	case next == nil:
		a.Op = wire.Delete
	}
	s.errand(a, func(ctx context.Context, person, id string) (int, error) {
		a.ID = id
		if !own {
			_, err := s.Server.Ask(ctx, person, a)
			return 0, err
		}
		row := wire.Amendment{ID: id, Team: a.Team, Op: a.Op, Card: a.Card, Seen: seen, Next: next, Reason: text}
		return s.amend(ctx, person, row)
	})
}

// Confirm vouches for cards as they are shown.
func (s *Store) Confirm(cards ...clock.Card) {
	team := s.Model().Team
	s.errand(cards, func(ctx context.Context, person, id string) (int, error) {
		rows := make([]wire.Amendment, len(cards))
		for i, c := range cards {
			rows[i] = wire.Amendment{ID: id, Team: team, Op: wire.Confirm, Card: c.ID, Seen: &c}
			if i > 0 {
				rows[i].ID = outbox.NewID()
			}
		}
		return s.amend(ctx, person, rows...)
	})
}

// Withdraw takes back a request.
func (s *Store) Withdraw(id string) {
	s.errand(id, func(ctx context.Context, person, _ string) (int, error) {
		return 0, s.Server.Withdraw(ctx, person, id)
	})
}

// amend has cards amended, and tells how many were not and why the last was not.
// A card that changed meanwhile is left as it stands: the person looks at it
// again.
func (s *Store) amend(ctx context.Context, person string, rows ...wire.Amendment) (failed int, err error) {
	answer, err := s.Server.Amend(ctx, person, wire.Amendments{Rows: rows})
	if err != nil {
		return len(rows), err
	}
	for _, row := range answer.Rows {
		problem := wire.ProblemOf(row.Code, "")
		problem.Faults = row.Faults
		if a := row.Amended; a != nil {
			problem.Code = a.Code
			switch a.Status {
			case wire.Conflicted:
				if err := s.Server.LeaveCard(ctx, person, a.ID); err != nil {
					return failed, err
				}
			case wire.Refused:
			default:
				continue
			}
		}
		failed, err = failed+1, problem
	}
	return failed, err
}

// errand does something about cards that the person asked for, with an id that
// stays the same until it went through or something else is asked for; and then
// reads anew. While one is under way it takes no other.
func (s *Store) errand(what any, do func(ctx context.Context, person, id string) (int, error)) {
	text, err := json.Marshal(what)
	if err != nil {
		return
	}
	ctx, _ := s.life()
	begun, person, id := false, "", ""
	s.change(func(m *Model) {
		if begun = m.Phase == Ready && !m.Card.Sending; !begun {
			return
		}
		m.Card.Sending, m.Card.Failed, m.Card.Faults, m.Card.Some = true, "", nil, 0
		person = m.Me.Person.ID
		if s.errandOf != string(text) || s.errandID == "" {
			s.errandOf, s.errandID = string(text), outbox.NewID()
		}
		id = s.errandID
	})
	if !begun {
		return
	}
	go func() {
		failed, err := do(ctx, person, id)
		s.ran(person, failed, err)
	}()
}

func (s *Store) ran(person string, failed int, err error) {
	code := client.CodeOf(err)
	s.change(func(m *Model) {
		if m.Me.Person.ID != person {
			return
		}
		m.Card.Sending, m.Card.Failed, m.Card.Some = false, code, failed
		if err != nil {
			m.Card.Faults = client.ProblemOf(err).Faults
		}
		if code != wire.CodeOffline { // else it may have been done, and is the same again
			s.errandID = ""
		}
		if err == nil {
			m.Card.Done++
		}
	})
	if code == wire.CodeOffline {
		return
	}
	s.ReadCard()
	s.ReadTold()
	s.read(want{fresh: true})
}

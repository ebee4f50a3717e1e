package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"timeclock/app/client"
	"timeclock/app/wire"
)

// Inbox is what people of a team ask for and object to.
type Inbox struct {
	Read    bool
	Loading bool
	Trouble wire.Problem // why it could not be read
	// Requests are the open ones, the oldest first, and those answered here since
	// the screen was opened.
	Requests   []wire.Request
	Objections []wire.Objection
	// Answering holds the ids of requests whose answer is being sent, and Failed
	// why that came to nothing.
	Answering map[string]bool
	Failed    map[string]wire.Code
}

// ReadInbox reads anew what people ask for.
func (s *Store) ReadInbox() {
	ctx, epoch := s.life()
	m := s.Model()
	if m.Phase != Ready || m.Inbox.Loading {
		return
	}
	s.within(epoch, func(m *Model) { m.Inbox.Loading = true })
	s.readAmends(ctx, epoch, m.Team)
	go func() {
		requests, err := s.Server.TeamRequests(ctx, m.Team)
		objections, more := s.Server.Objections(ctx, m.Team)
		conflicts, most := s.Server.Conflicts(ctx, m.Team)
		err = cmp.Or(err, more, most)
		s.within(epoch, func(m *Model) {
			m.Inbox.Loading = false
			switch {
			case client.CodeOf(err) == wire.CodeSignedOut:
				s.leave(m)
			case err != nil:
				m.Inbox.Trouble = *client.ProblemOf(err)
			default:
				m.Inbox = Inbox{Read: true, Requests: requests.Requests, Objections: objections.Open}
				m.Conflicts = conflicts.Open
			}
		})
	}()
}

// Answer accepts a request, or declines it and says why.
func (s *Store) Answer(id string, accept bool, word string) {
	ctx, epoch := s.life()
	person := s.Model().Me.Person.ID
	if s.Model().Inbox.Answering[id] {
		return
	}
	s.within(epoch, func(m *Model) { m.Inbox.mark(id, true, "") })
	go func() {
		answered, err := s.Server.Answer(ctx, person, id, accept, word)
		s.within(epoch, func(m *Model) {
			m.Inbox.mark(id, false, client.CodeOf(err))
			i := slices.IndexFunc(m.Inbox.Requests, func(r wire.Request) bool { return r.ID == id })
			if err == nil && i >= 0 {
				m.Inbox.Requests = slices.Clone(m.Inbox.Requests)
				m.Inbox.Requests[i] = answered
			}
			if client.CodeOf(err) == wire.CodeSignedOut {
				s.leave(m)
			}
		})
	}()
}

// mark notes that an answer is being sent, or why it was not.
func (b *Inbox) mark(id string, busy bool, failed wire.Code) {
	b.Answering, b.Failed = maps.Clone(b.Answering), maps.Clone(b.Failed)
	if b.Answering == nil {
		b.Answering = map[string]bool{}
	}
	if b.Failed == nil {
		b.Failed = map[string]wire.Code{}
	}
	b.Answering[id], b.Failed[id] = busy, failed
}

// Asks is what the Inbox asks of the server.
type Asks interface {
	TeamRequests(ctx context.Context, team string) (wire.Requests, error)
	Objections(ctx context.Context, team string) (wire.Objections, error)
	Answer(ctx context.Context, person, id string, accept bool, word string) (wire.Request, error)
}

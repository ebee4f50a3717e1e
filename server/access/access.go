// Package access decides in whose name and with whose token Graph is asked.
//
// With delegated access a person's own token does, renewed by the session it
// belongs to, and Graph knows who that is and what the person may. With
// application access the server's own token does, which may everything
// everywhere: who acts is then said beside it, and comes from the session and
// from nowhere else. What such a call is about, which team and whose card, must
// have been found to be theirs to see or change before; package authority decides
// that, and package deliver holds whose card it is.
package access

import (
	"context"
	"errors"

	"timeclock/server/graph"
	"timeclock/server/session"
)

// Sessions hands out people's access tokens: of one session, also when it has
// gone idle, or of any session of a person.
type Sessions interface {
	AccessToken(ctx context.Context, hash string) (string, error)
	PersonToken(ctx context.Context, p session.Person) (string, error)
}

// Application hands out the server's own access token. Its errors never wrap
// session.ErrEnded: that the server gets no token ends nobody's session.
type Application interface {
	Token(ctx context.Context) (string, error)
	// Drop sees to it that a token that was not accepted is not given again.
	Drop(token string)
}

// Access makes the callers of Graph. Its methods are safe for use by several
// goroutines.
type Access struct {
	Sessions Sessions
	// Application is nil with delegated access.
	Application Application
	// ActsAs, with application access, names the person in MS-APP-ACTS-AS too.
	ActsAs bool
}

// ByApplication reports whether Graph is asked with the server's own token, and
// does not check for whom.
func (a Access) ByApplication() bool { return a.Application != nil }

// Caller asks in the name of a session's person, for as long as the session
// lives.
func (a Access) Caller(s session.Session) graph.Caller {
	if a.ByApplication() {
		return a.application(s.Person)
	}
	return graph.By(func(ctx context.Context) (string, error) { return a.Sessions.AccessToken(ctx, s.Hash) })
}

// Lasting asks in the name of a person who was signed in with the session of
// this hash, for work that outlives it: another session of the person serves as
// well.
func (a Access) Lasting(p session.Person, hash string) graph.Caller {
	if a.ByApplication() {
		return a.application(p)
	}
	return graph.By(func(ctx context.Context) (string, error) {
		token, err := a.Sessions.AccessToken(ctx, hash)
		if !errors.Is(err, session.ErrEnded) {
			return token, err
		}
		return a.Sessions.PersonToken(ctx, p)
	})
}

func (a Access) application(p session.Person) graph.Caller {
	return graph.Caller{
		Token: a.Application.Token, Refused: a.Application.Drop, User: p.Object, ActsAs: a.ActsAs,
	}
}

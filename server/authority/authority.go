// Package authority decides who may do what. It is the only place that does.
//
// A decision goes by the session (who asks, with which app roles), by the roster
// (whose teams these are, who owns them, who belongs to them) and by what is
// asked for. What is one's own in a team is for its members; what is other
// people's is for those who supervise the team, which is whoever owns it and, of
// its members, who has the app role; and the person acted for belongs to the
// team. The cards of somebody who has left it are still theirs to see and to put
// right, as long as the team holds any: there are last hours to be paid. A team that
// is not on one's own list does not exist.
//
// Everything is decided when it is asked for, and what is done later is decided
// again then (Again), since roles and memberships end. Graph can only refuse
// more. With application access Graph does not know who asks, and what is said
// here is all there is.
package authority

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/roster"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// Action is what somebody wants to do.
type Action string

// The actions. Self is to see and press what is one's own in a team; the others
// are about the people of a team: to see their cards and presses, to press for
// one, to put right a card of one, to take figures of them away.
const (
	Self    Action = "self"
	See     Action = "see team"
	ActFor  Action = "act for"
	Correct Action = "correct"
	Export  Action = "export"
)

// Asker is who wants to do something.
type Asker struct {
	Person session.Person
	Roles  []string // the app roles of the session
	Caller graph.Caller
}

func (a Asker) actor() roster.Actor {
	return roster.Actor{Object: a.Person.Object, Roles: a.Roles, Caller: a.Caller}
}

// Question is what is asked: the team, and whom it is about by the id in Graph;
// empty for the asker, or for everybody in the team.
type Question struct {
	Do   Action
	Team string
	For  string
}

// Teams finds the teams of a person, as roster.Roster does.
type Teams interface {
	Team(ctx context.Context, k roster.Key, id string) (wire.Team, error)
}

// Members tells who is in a team, as roster.Members does.
type Members interface {
	Check(ctx context.Context, who graph.Caller, team, user string) error
}

// Supervisors tells who supervises a team and who else is in it, as
// roster.Supervisors does.
type Supervisors interface {
	Check(ctx context.Context, a roster.Actor, team string) error
	Member(ctx context.Context, a roster.Actor, team, user string) (graph.Member, error)
}

// Former tells who is not in a team any more that holds cards of theirs, as
// roster.Former does.
type Former interface {
	Person(ctx context.Context, who graph.Caller, team, user string) (wire.Person, error)
}

// Authority decides. All fields are required; its methods are safe for use by
// several goroutines. An error that is a refusal wraps roster.ErrUnknown,
// roster.ErrNotSupervisor or roster.ErrNotMember and stands in the audit log;
// any other error means that it could not be learned.
type Authority struct {
	Teams       Teams
	Members     Members
	Supervisors Supervisors
	Former      Former
	// ByApplication says that Graph does not check who asks.
	ByApplication bool
	Log           *slog.Logger
}

// Team gives the team of q when a may do to everybody in it, or to themselves,
// what q says; For is not looked at.
func (u *Authority) Team(ctx context.Context, a Asker, q Question) (wire.Team, error) {
	team, err := u.Teams.Team(ctx, roster.Key{Person: a.Person.Key(), Caller: a.Caller}, q.Team)
	if err == nil && q.Do != Self {
		err = u.Supervisors.Check(ctx, a.actor(), team.ID)
	}
	if err != nil {
		return wire.Team{}, u.refuse(ctx, a, q, err)
	}
	return team, nil
}

// Subject is whom something is done to.
type Subject struct {
	wire.Person      // ID is the id in Graph
	Gone        bool // has left the team, which holds cards of theirs
}

// Person gives the person of q, who is in the team, or was and q is about their
// cards, when a, who was given the team for the same action, may do it to them.
func (u *Authority) Person(ctx context.Context, a Asker, q Question) (Subject, error) {
	s, err := u.subject(ctx, a, q)
	if err != nil {
		return Subject{}, u.refuse(ctx, a, q, err)
	}
	return s, nil
}

func (u *Authority) subject(ctx context.Context, a Asker, q Question) (Subject, error) {
	m, err := u.Supervisors.Member(ctx, a.actor(), q.Team, q.For)
	if errors.Is(err, roster.ErrNotMember) && (q.Do == See || q.Do == Correct) {
		p, err := u.Former.Person(ctx, a.Caller, q.Team, q.For)
		return Subject{p, true}, err
	}
	return Subject{wire.Person{ID: m.UserID, Name: m.Name}, false}, err
}

// Again decides once more about what was accepted a while ago: For stands for
// another person, or nobody when it is one's own.
func (u *Authority) Again(ctx context.Context, a Asker, q Question) error {
	err := u.again(ctx, a, q)
	if err != nil {
		return u.refuse(ctx, a, q, err)
	}
	return nil
}

func (u *Authority) again(ctx context.Context, a Asker, q Question) error {
	if q.For != "" {
		if err := u.Supervisors.Check(ctx, a.actor(), q.Team); err != nil {
			return err
		}
		_, err := u.subject(ctx, a, q)
		return err
	}
	if u.ByApplication {
		return u.Members.Check(ctx, a.Caller, q.Team, a.Person.Object)
	}
	return nil // Graph knows
}

// reasons are the refusals in words.
var reasons = []struct {
	err error
	why string
}{
	{roster.ErrNotSupervisor, "not a supervisor of the team"},
	{roster.ErrNotMember, "acted for somebody who is not in the team"},
	{roster.ErrUnknown, "not in the team"},
}

// Reason says in words why err is a refusal; empty when it is none.
func Reason(err error) string {
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.why
		}
	}
	return ""
}

// refuse notes a refusal and gives err with what was asked.
func (u *Authority) refuse(ctx context.Context, a Asker, q Question, err error) error {
	if why := Reason(err); why != "" {
		about := session.Person{Tenant: a.Person.Tenant, Object: q.For}
		attrs := []slog.Attr{
			slog.String("action", string(q.Do)), slog.String("reason", why), slog.String("team", q.Team),
		}
		if q.For != "" {
			attrs = append(attrs, slog.String("for", about.LogID()))
		}
		telemetry.Audit{Log: u.Log}.Deny(ctx, a.Person.LogID(), attrs...)
	}
	return fmt.Errorf("%s: %w", q.Do, err)
}

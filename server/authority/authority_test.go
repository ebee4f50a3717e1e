package authority_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/graph"
	"timeclock/server/roster"
	"timeclock/server/session"
)

// answers are what the roster says.
type answers struct {
	team, boss, member, self error
	former                   error // of who is not a member
	asked                    []string
}

func (a *answers) Team(_ context.Context, k roster.Key, id string) (wire.Team, error) {
	a.asked = append(a.asked, "team of "+k.Person)
	return wire.Team{ID: id}, a.team
}

type bosses struct{ *answers }

func (b bosses) Check(_ context.Context, who roster.Actor, _ string) error {
	b.asked = append(b.asked, "boss "+who.Object+" "+strings.Join(who.Roles, ","))
	return b.boss
}

func (b bosses) Member(_ context.Context, _ roster.Actor, _, user string) (graph.Member, error) {
	b.asked = append(b.asked, "member "+user)
	return graph.Member{UserID: user}, b.member
}

type leavers struct{ *answers }

func (l leavers) Person(_ context.Context, who graph.Caller, _, user string) (wire.Person, error) {
	l.asked = append(l.asked, "former "+user)
	return wire.Person{ID: user, Name: "Once"}, l.former
}

type members struct{ *answers }

func (m members) Check(_ context.Context, _ graph.Caller, _, user string) error {
	m.asked = append(m.asked, "self "+user)
	return m.self
}

var (
	sara   = authority.Asker{Person: session.Person{Tenant: "t", Object: "sara"}, Roles: []string{"Chief"}}
	errNet = errors.New("cut")
)

func newAuthority(a *answers, byApplication bool) (*authority.Authority, *bytes.Buffer) {
	log := &bytes.Buffer{}
	return &authority.Authority{
		Teams: a, Members: members{a}, Supervisors: bosses{a}, Former: leavers{a}, ByApplication: byApplication,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}, log
}

func TestWhoMay(t *testing.T) {
	for _, tt := range []struct {
		name  string
		does  authority.Action
		roles answers
		asked string
		want  error
	}{
		{"one's own", authority.Self, answers{boss: roster.ErrNotSupervisor}, "team of t.sara", nil},
		{"one's own, elsewhere", authority.Self, answers{team: roster.ErrUnknown}, "team of t.sara", roster.ErrUnknown},
		{"others'", authority.See, answers{}, "team of t.sara; boss sara Chief", nil},
		{"others', as nobody", authority.Export, answers{boss: roster.ErrNotSupervisor}, "team of t.sara; boss sara Chief", roster.ErrNotSupervisor},
		{"others', elsewhere", authority.Correct, answers{team: roster.ErrUnknown}, "team of t.sara", roster.ErrUnknown},
		{"not learned", authority.ActFor, answers{boss: errNet}, "team of t.sara; boss sara Chief", errNet},
	} {
		u, log := newAuthority(&tt.roles, true)
		team, err := u.Team(t.Context(), sara, authority.Question{Do: tt.does, Team: "cafe"})
		if asked := strings.Join(tt.roles.asked, "; "); !errors.Is(err, tt.want) || (err == nil) != (team.ID == "cafe") || asked != tt.asked {
			t.Errorf("%s: %v, %v after %s; want %v after %s", tt.name, team, err, asked, tt.want, tt.asked)
		}
		wantAudit(t, tt.name, log, authority.Reason(tt.want) != "")
	}
}

func TestWhoMayStill(t *testing.T) {
	for _, tt := range []struct {
		name  string
		about string
		app   bool
		roles answers
		asked string
		want  error
	}{
		{"one's own", "", false, answers{self: roster.ErrUnknown}, "", nil},
		{"one's own, by the application", "", true, answers{}, "self sara", nil},
		{"one's own, who has left", "", true, answers{self: roster.ErrUnknown}, "self sara", roster.ErrUnknown},
		{"another's", "anna", false, answers{}, "boss sara Chief; member anna", nil},
		{"another's, not a boss any more", "anna", true, answers{boss: roster.ErrNotSupervisor}, "boss sara Chief", roster.ErrNotSupervisor},
		{"of somebody who has left", "anna", true, answers{member: roster.ErrNotMember}, "boss sara Chief; member anna", roster.ErrNotMember},
		{"not learned", "anna", true, answers{member: errNet}, "boss sara Chief; member anna", errNet},
	} {
		u, log := newAuthority(&tt.roles, tt.app)
		err := u.Again(t.Context(), sara, authority.Question{Do: authority.ActFor, Team: "cafe", For: tt.about})
		if asked := strings.Join(tt.roles.asked, "; "); !errors.Is(err, tt.want) || asked != tt.asked {
			t.Errorf("%s: %v after %s; want %v after %s", tt.name, err, asked, tt.want, tt.asked)
		}
		wantAudit(t, tt.name, log, authority.Reason(tt.want) != "")
	}
}

// TestWhoHasLeft: of somebody who is not in the team any more a supervisor sees and puts
// right the cards that the team holds, then and when it is done; and nothing else.
func TestWhoHasLeft(t *testing.T) {
	gone := answers{member: roster.ErrNotMember}
	for _, tt := range []struct {
		name  string
		does  authority.Action
		roles answers
		asked string
		want  error
	}{
		{"to see", authority.See, gone, "member anna; former anna", nil},
		{"to put right", authority.Correct, gone, "member anna; former anna", nil},
		{"to press for", authority.ActFor, gone, "member anna", roster.ErrNotMember},
		{"never there", authority.See, answers{member: roster.ErrNotMember, former: roster.ErrNotMember}, "member anna; former anna", roster.ErrNotMember},
		{"not learned", authority.See, answers{member: roster.ErrNotMember, former: errNet}, "member anna; former anna", errNet},
		{"a member", authority.See, answers{former: errNet}, "member anna", nil},
	} {
		for _, again := range []bool{false, true} {
			roles, q := tt.roles, authority.Question{Do: tt.does, Team: "cafe", For: "anna"}
			u, log := newAuthority(&roles, true)
			asked, err := tt.asked, error(nil)
			if again {
				err, asked = u.Again(t.Context(), sara, q), "boss sara Chief; "+tt.asked
			} else {
				var of authority.Subject
				if of, err = u.Person(t.Context(), sara, q); err == nil && (of.ID != "anna" || of.Gone != (of.Name == "Once")) {
					t.Errorf("%s: it is about %+v", tt.name, of)
				}
			}
			if got := strings.Join(roles.asked, "; "); !errors.Is(err, tt.want) || got != asked {
				t.Errorf("%s, again %t: %v after %s; want %v after %s", tt.name, again, err, got, tt.want, asked)
			}
			wantAudit(t, tt.name, log, authority.Reason(tt.want) != "")
		}
	}
}

// wantAudit holds that a refusal, and nothing else, is in the audit log, by its
// reason and without a name.
func wantAudit(t *testing.T, name string, log *bytes.Buffer, refused bool) {
	t.Helper()
	said := log.String()
	if refused != (strings.Count(said, "msg=denied") == 1 && strings.Contains(said, "reason=")) || strings.Contains(said, "sara") || strings.Contains(said, "anna") {
		t.Errorf("%s: the audit log says %q", name, said)
	}
}

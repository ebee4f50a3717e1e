package access_test

import (
	"context"
	"errors"
	"testing"

	"timeclock/server/access"
	"timeclock/server/graph"
	"timeclock/server/session"
)

var anna = session.Person{Tenant: "tenant", Object: "anna", Name: "Anna"}

// keys hands out tokens that tell what was asked for.
type keys struct{ session, person error }

func (k keys) AccessToken(_ context.Context, hash string) (string, error) {
	return "of session " + hash, k.session
}

func (k keys) PersonToken(_ context.Context, p session.Person) (string, error) {
	return "of person " + p.Key(), k.person
}

// own is the server's own token.
type own struct{ dropped *string }

func (own) Token(context.Context) (string, error) { return "own", nil }
func (o own) Drop(token string)                   { *o.dropped = token }

func TestPeopleAskWithTheirOwnTokens(t *testing.T) {
	for _, tt := range []struct {
		name     string
		keys     keys
		now      string // what Caller gives
		lasting  string
		lastsErr error
	}{
		{"the session lives", keys{}, "of session hash", "of session hash", nil},
		{"it has ended, and another lives", keys{session: session.ErrEnded}, "", "of person tenant.anna", nil},
		{"all have ended", keys{session.ErrEnded, session.ErrEnded}, "", "", session.ErrEnded},
		{"the provider is down", keys{session: session.ErrUnavailable}, "", "", session.ErrUnavailable},
		{"the database fails", keys{session: session.ErrStore}, "", "", session.ErrStore},
	} {
		a := access.Access{Sessions: tt.keys, ActsAs: true}
		caller, lasting := a.Caller(session.Session{Hash: "hash", Person: anna}), a.Lasting(anna, "hash")
		for name, c := range map[string]graph.Caller{"Caller": caller, "Lasting": lasting} {
			if c.User != "" || c.ActsAs || c.Refused != nil || a.ByApplication() {
				t.Errorf("%s: %s = %+v, want a person's", tt.name, name, c)
			}
		}
		if token, err := caller.Token(t.Context()); err == nil && token != tt.now || !errors.Is(err, tt.keys.session) {
			t.Errorf("%s: Caller has token %q, %v; want %q", tt.name, token, err, tt.now)
		}
		if token, err := lasting.Token(t.Context()); err == nil && token != tt.lasting || !errors.Is(err, tt.lastsErr) {
			t.Errorf("%s: Lasting has token %q, %v; want %q, %v", tt.name, token, err, tt.lasting, tt.lastsErr)
		}
	}
}

func TestTheApplicationAsksForThePersonOfTheSession(t *testing.T) {
	dropped := ""
	ended := keys{session.ErrEnded, session.ErrEnded} // are not asked
	for _, actsAs := range []bool{true, false} {
		a := access.Access{Sessions: ended, Application: own{&dropped}, ActsAs: actsAs}
		for name, c := range map[string]graph.Caller{
			"Caller": a.Caller(session.Session{Hash: "hash", Person: anna}), "Lasting": a.Lasting(anna, "hash"),
		} {
			token, err := c.Token(t.Context())
			if c.User != "anna" || c.ActsAs != actsAs || token != "own" || err != nil || !a.ByApplication() {
				t.Errorf("%s = %+v with token %q, %v; want the application's, for anna", name, c, token, err)
			}
			if c.Refused(name); dropped != name {
				t.Errorf("%s: a refused token was not dropped", name)
			}
		}
	}
}

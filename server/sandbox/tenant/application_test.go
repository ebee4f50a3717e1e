package tenant_test

import (
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

// TestApplication calls with the application's own token, with and without the
// header that names who acts.
func TestApplication(t *testing.T) {
	const readOnly = app + "|Schedule.Read.All"
	for _, row := range []struct {
		name, token, method, path, body, acts string
		status                                int
		inner                                 string
		by                                    string // id of createdBy or lastModifiedBy of the card, after
	}{
		{"clocks somebody in", app, "POST", cards + "/clockIn", for1(other), "", 201, "", "a11"},
		{"clocks somebody in as the owner", app, "POST", cards + "/clockIn", for1(other), owner, 201, "", owner},
		{"clocks somebody in as himself", app, "POST", cards + "/clockIn", for1(other), other, 201, "", other},
		{"clocks somebody in as a colleague", app, "POST", cards + "/clockIn", for1(other), worker, 403, "MissingAdminPermissions", ""},
		{"clocks in for nobody", app, "POST", cards + "/clockIn", "", "", 400, "MissingUserId", ""},
		{"clocks in for nobody as the owner", app, "POST", cards + "/clockIn", "{}", owner, 400, "MissingUserId", ""},
		{"creates for somebody", app, "POST", cards, `{"userId":"` + other + `",` + day + `}`, "", 201, "", "a11"},
		{"creates for nobody", app, "POST", cards, `{` + day + `}`, owner, 400, "MissingUserId", ""},
		{"clocks an outsider in", app, "POST", cards + "/clockIn", for1(outsider), "", 400, "UserNotInTeam", ""},
		{"acts as nobody known", app, "POST", cards + "/clockIn", for1(other), "nobody", 403, "MissingAdminPermissions", ""},
		{"confirms", app, "POST", "{card}/confirm", "", owner, 403, "AppContextNotSupported", ""},
		{"writes with a role to read", readOnly, "POST", cards + "/clockIn", for1(other), "", 403, "", ""},
		{"reads with a role to read", readOnly, "GET", cards, "", "", 200, "", ""},
		{"may not read cards by a group role", app + "|Group.ReadWrite.All", "GET", "teams/" + cafe + "/schedule", "", "", 403, "", ""},
		{"reads a team it is no member of", app, "GET", "teams/" + cafe + "/members", "", "", 200, "", ""},
		{"has no me", app, "GET", "me/joinedTeams", "", "", 400, "", ""},
		{"has no picture", app, "GET", "me/photo/$value", "", "", 400, "", ""},
		{"lists somebody's teams", app, "GET", "users/" + worker + "/joinedTeams", "", "", 200, "", ""},
		{"lists nobody's teams", app, "GET", "users/nobody/joinedTeams", "", "", 404, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := open(t, nil)
			path := strings.Replace(row.path, "{card}", on(g, "clockOut"), 1)
			g.Forget()
			g.clock.advance(time.Second)
			s := g.call(row.token, row.method, path, row.body, actsAs, row.acts)
			if s.status != row.status {
				t.Fatalf("%s %s = %d %s, want %d", row.method, path, s.status, s.text, row.status)
			}
			if row.status >= 400 {
				if _, inner, _ := s.problem(t); inner != row.inner {
					t.Errorf("inner code = %q, want %q", inner, row.inner)
				}
				if n := len(g.Effects()); n != 0 {
					t.Errorf("%d effects of a refused call", n)
				}
			}
			if row.by == "" {
				return
			}
			c := g.Cards(cafe)[1]
			if c.Person != other || c.CreatedBy.ID != row.by || c.ModifiedBy.ID != row.by || c.CreatedBy.Application != (row.by == "a11") {
				t.Errorf("card of %s by %+v and %+v, want %s's by %s", c.Person, c.CreatedBy, c.ModifiedBy, other, row.by)
			}
		})
	}
}

// TestAppWithoutHeader: until 2025 every call to the schedule asked for it, and
// no other.
func TestAppWithoutHeader(t *testing.T) {
	g := open(t, nil)
	g.Suppose("appWithoutHeader", "refuse")
	s := g.must(403, app, "POST", cards+"/clockIn", for1(worker))
	if code, inner, message := s.problem(t); code != "Forbidden" || inner != "MissingUserIdHeaderInAppContext" ||
		message != "MS-APP-ACTS-AS header needs to be set for application context requests." {
		t.Errorf("problem = %s/%s %q", code, inner, message)
	}
	if s := g.call(app, "POST", cards+"/clockIn", for1(worker), actsAs, owner); s.status != 201 {
		t.Errorf("with the header = %d %s, want 201", s.status, s.text)
	}
	g.must(200, app, "GET", "teams/"+cafe+"/members", "")
	g.must(200, worker, "GET", cards, "")
}

// TestConfirmByApp: where it is assumed to work still, it asks for the header.
func TestConfirmByApp(t *testing.T) {
	g := open(t, nil)
	g.Suppose("confirmByApp", "allow")
	card := on(g, "clockOut")
	if _, inner, _ := g.must(403, app, "POST", card+"/confirm", "").problem(t); inner != "MissingUserIdHeaderInAppContext" {
		t.Errorf("confirm without header: %s", inner)
	}
	if s := g.call(app, "POST", card+"/confirm", "", actsAs, owner); s.status != 204 {
		t.Errorf("confirm as the owner = %d %s, want 204", s.status, s.text)
	}
	if c := g.Cards(cafe)[0]; c.ByUser || !c.ByManager {
		t.Errorf("confirmed by user %t, manager %t; want the manager", c.ByUser, c.ByManager)
	}
}

// TestConfirmForUser confirms in somebody's name, as beta documents.
func TestConfirmForUser(t *testing.T) {
	g := open(t, nil)
	card := g.url + betaRef + on(g, "clockOut") + "/confirmForUser"
	user := func(id string) string { return `{"userId":"` + id + `"}` }
	for _, row := range []struct {
		name, token, path, body string
		status                  int
		inner                   string
	}{
		{"by a person", owner, card, user(worker), 403, ""},
		{"in v1.0", app, strings.Replace(card, "/beta/", "/v1.0/", 1), user(worker), 400, ""},
		{"for nobody", app, card, "{}", 400, ""},
		{"without a body", app, card, "", 400, ""},
		{"for an outsider", app, card, user(outsider), 400, "UserNotInTeam"},
		{"for a stranger", app, card, user("nobody"), 400, "UserNotInTeam"},
		{"for a colleague", app, card, user(other), 403, "MissingAdminPermissions"},
	} {
		s := g.call(row.token, "POST", row.path, row.body)
		if s.status != row.status {
			t.Errorf("%s = %d %s, want %d", row.name, s.status, s.text, row.status)
		}
		if _, inner, _ := s.problem(t); inner != row.inner {
			t.Errorf("%s: inner code %q, want %q", row.name, inner, row.inner)
		}
	}
	if c := g.Cards(cafe)[0]; c.ByUser || c.ByManager {
		t.Fatalf("confirmed by what was refused: %+v", c)
	}
	s := g.must(200, app, "POST", card, user(worker))
	by := s.body["lastModifiedBy"].(map[string]any)["user"].(map[string]any)
	if s.body["confirmedBy"] != "user" || by["displayName"] != "Alice Bradford" || s.body["state"] != "clockedOut" {
		t.Errorf("confirmed = %s, want the card, confirmed by its user", s.text)
	}
	if s := g.must(200, app, "POST", card, user(owner)); s.body["confirmedBy"] != "user,manager" {
		t.Errorf("confirmed again = %s, want both", s.body["confirmedBy"])
	}
	effects := g.Effects()
	if e := effects[len(effects)-1]; e.Op != tenant.ConfirmForUser || e.Person != worker {
		t.Errorf("effect = %+v, want confirmForUser of the worker's card", e)
	}
	open := on(g)
	if _, inner, _ := g.must(400, app, "POST", g.url+betaRef+open+"/confirmForUser", user(worker)).problem(t); inner != "TimeCardNotClockedOut" {
		t.Errorf("confirmForUser of an open card: %s", inner)
	}
}

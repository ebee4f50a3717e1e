package doctor

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

func TestTeams(t *testing.T) {
	r := newRig(t)
	for _, test := range []struct {
		name, login, team string
		states            map[string]State
		pieces            map[string]string
	}{
		{"two teams", sandbox.Ben, "", map[string]State{checkTeams: OK, checkSchedule: OK, checkTimeClock: OK, checkLocation: Warn},
			map[string]string{checkTeams: "2 to look at", checkLocation: "Night Bakery"}},
		{"one of them", sandbox.Ben, sandbox.HarbourCafe, map[string]State{checkTeams: OK, checkLocation: OK},
			map[string]string{checkTeams: "1 to look at"}},
		{"without a schedule", sandbox.Sara, "", map[string]State{checkSchedule: OK, checkTimeClock: OK},
			map[string]string{checkSchedule: "Book Club"}},
		{"that one alone", sandbox.Sara, sandbox.BookClub, map[string]State{checkSchedule: Fail, checkTimeClock: NotRun, checkLocation: NotRun},
			map[string]string{checkSchedule: "set up its schedule"}},
		{"clock off", sandbox.Noor, "", map[string]State{checkSchedule: OK, checkTimeClock: Fail},
			map[string]string{checkTimeClock: "switch Time clock on"}},
		{"not a member", sandbox.Anna, sandbox.NightBakery, map[string]State{checkTeams: Fail, checkSchedule: NotRun},
			map[string]string{checkTeams: "--team"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r.visit(test.login)
			report := Doctor{Config: r.config, Team: test.team}.Examine(t.Context())
			for check, state := range test.states {
				want(t, report, check, state, test.pieces[check])
			}
		})
	}
}

func TestSession(t *testing.T) {
	r := newRig(t)
	want(t, r.examine(), checkSession, NotRun, "no sessions yet", "sign in")

	tokens := r.visit(sandbox.Anna)
	old := tokens
	old.Expires = time.Now().Add(10 * time.Second)
	r.keep(sandbox.Ben, old, time.Now().Add(time.Second)) // used last, and its token is nearly over
	want(t, r.examine(), checkSession, OK)
	want(t, r.examine(), checkTeams, OK, "Harbour Café")

	late := Doctor{Config: r.config, Now: func() time.Time { return time.Now().Add(2 * time.Hour) }}
	want(t, late.Examine(t.Context()), checkSession, NotRun, "none is renewed from here")
	late.Now = func() time.Time { return time.Now().Add(13 * time.Hour) }
	want(t, late.Examine(t.Context()), checkSession, NotRun, "Nobody is signed in.")

	other := r.config
	other.SecretKeys = load(t, []string{"--insecure-http", "--client-id", "c", "--oidc-issuer", r.box.Issuer,
		"--secret-keys", "m0k8Yb2v5sXq1nZr7tUwJcLdHeFgAaPoIiRjTyVx3Wk="}, clientSecret).SecretKeys
	want(t, Doctor{Config: other}.Examine(t.Context()), checkSession, Warn, "sign in again", "TIMECLOCK_SECRET_KEYS")
}

func TestToken(t *testing.T) {
	r := newRig(t)
	graph := r.config.GraphURL + "/"
	r.keep(sandbox.Anna, r.signIn(sandbox.Anna, "openid", "profile", graph+"Team.ReadBasic.All"), time.Now())
	report := r.examine()
	want(t, report, checkToken, Fail, "does not permit TeamMember.Read.All, Schedule.ReadWrite.All.", "delegated permission", "sign in again")
	want(t, report, checkTeams, NotRun)

	r.keep(sandbox.Anna, r.signIn(sandbox.Anna, "openid", "profile", graph+"Schedule.ReadWrite.All"), time.Now().Add(time.Second))
	report = r.examine()
	want(t, report, checkToken, Warn, "Team.ReadBasic.All", "unless something wider does")
	want(t, report, checkTeams, Fail, "status 403", "TIMECLOCK_OIDC_SCOPES")
}

func TestGraphFails(t *testing.T) {
	r := newRig(t)
	r.visit(sandbox.Anna)
	for _, test := range []struct {
		fault tenant.Fault
		check string
		piece string
	}{
		{tenant.Fault{Op: tenant.JoinedTeams, Do: tenant.FailBefore, Status: 503}, checkTeams, "try again later"},
		{tenant.Fault{Op: tenant.JoinedTeams, Do: tenant.FailBefore, Status: 401}, checkTeams, "of one cloud"},
		{tenant.Fault{Op: tenant.GetSchedule, Do: tenant.FailBefore, Status: 403}, checkSchedule, "consent"},
		{tenant.Fault{Op: tenant.GetSchedule, Do: tenant.FailBefore, Status: 418}, checkSchedule, "id of the request"},
	} {
		id, err := r.box.Tenant.Misbehave(test.fault)
		if err != nil {
			t.Fatal(err)
		}
		report := r.examine()
		want(t, report, test.check, Fail, test.piece)
		others(t, report, test.check)
		r.box.Tenant.Mend(id)
	}
}

// TestApplication: with the server's own token a team can be named before
// anybody has signed in.
func TestApplication(t *testing.T) {
	r := newRig(t, "--graph-access", "application")
	report := r.examine()
	want(t, report, checkCredentials, OK)
	want(t, report, checkToken, OK, "The application's token permits what is needed.")
	want(t, report, checkTeams, NotRun, "--team ID")
	others(t, report)

	report = Doctor{Config: r.config, Team: sandbox.NightBakery}.Examine(t.Context())
	want(t, report, checkTimeClock, OK, sandbox.NightBakery)
	want(t, report, checkLocation, Warn)
	others(t, report)
	report = Doctor{Config: r.config, Team: sandbox.FrontOffice}.Examine(t.Context())
	want(t, report, checkTimeClock, Fail)

	for _, id := range []string{"5a9db0c5-0000-4000-8000-000000000000", "../me"} {
		report = Doctor{Config: r.config, Team: id}.Examine(t.Context())
		want(t, report, checkTeams, Fail, "no team with this id")
	}

	r.keep(sandbox.Anna, r.signIn(sandbox.Anna, "openid", "profile"), time.Now())
	report = Doctor{Config: r.config, Team: sandbox.NightBakery}.Examine(t.Context())
	want(t, report, checkTimeClock, OK) // though Anna is not in it
	report = r.examine()
	want(t, report, checkLocation, OK)
	want(t, report, checkTimeClock, OK, "Harbour Café")
	others(t, report)
}

func TestApplicationPermissions(t *testing.T) {
	jwt := func(claims string) string {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + ".hush"
	}
	for token, test := range map[string]struct {
		state  State
		pieces []string
	}{
		appToken: {OK, []string{"cannot be read here"}},
		jwt(`{"roles":["Schedule.ReadWrite.All","Team.ReadBasic.All","TeamMember.Read.All"]}`): {OK, []string{"permits what is needed"}},
		jwt(`{"roles":["Schedule.ReadWrite.All"]}`):                                            {Warn, []string{"Team.ReadBasic.All, TeamMember.Read.All"}},
		jwt(`{}`): {Fail, []string{"Schedule.ReadWrite.All", "application permission", "TIMECLOCK_GRAPH_ACCESS"}},
		jwt(`{"scp":"Schedule.ReadWrite.All Team.ReadBasic.All TeamMember.Read.All"}`): {Fail, nil},
	} {
		s := newStranger(t)
		s.set("/token", 200, `{"token_type":"Bearer","access_token":"`+token+`","expires_in":3600}`)
		r := s.doctor(t, "--graph-access", "application").Examine(t.Context())
		want(t, r, checkToken, test.state, test.pieces...)
		if strings.Contains(texts(t, r), "hush") {
			t.Errorf("the report shows the token:\n%s", texts(t, r))
		}
	}
}

// TestNothingSecretIsShown: not even when everyone who is told a secret says it
// again wherever something can be said, and however short it is cut.
func TestNothingSecretIsShown(t *testing.T) {
	r := newRig(t)
	tokens := r.visit(sandbox.Anna)
	for name, secret := range map[string]string{
		"client secret": r.box.ClientSecret, "access token": tokens.Access, "refresh token": tokens.Refresh, "ID token": tokens.ID,
		"key": string(secretKey), "key in base64": base64.StdEncoding.EncodeToString(secretKey),
	} {
		for _, member := range []string{"", "issuer", "token_endpoint", "authorization_endpoint", "jwks_uri"} {
			s := newStranger(t)
			if member != "" {
				s.metadata[member] = "http://" + secret
			}
			s.echo(secret)
			d := Doctor{Config: r.config}
			d.Config.Issuer, d.Config.GraphURL = s.URL, s.URL+"/graph"
			text := texts(t, d.Examine(t.Context()))
			for i := 0; i+16 <= len(secret); i++ {
				if strings.Contains(text, secret[i:i+16]) {
					t.Fatalf("the report shows a piece of the %s, told as %q:\n%s", name, member, text)
				}
			}
		}
	}
}

// echo makes the stranger say something wherever something can be said.
func (s *stranger) echo(text string) {
	quoted := strings.NewReplacer(`"`, `'`, `\`, `/`).Replace(text)
	s.set("/token", 400, `{"error":"`+quoted+`","error_description":"`+quoted+`"}`)
	s.set("/graph/v1.0/me", 401, quoted)
	s.set("/graph/v1.0/me/joinedTeams", 400, `{"error":{"code":"`+quoted+`","message":"`+quoted+`"}}`)
}

package server_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server"
	"timeclock/server/config"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/outflow"
	"timeclock/server/sandbox/tape"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/telemetry"
)

// site is the product and its tenant, over HTTP, with what the product said to
// Graph.
type site struct {
	t      *testing.T
	url    string
	box    *sandbox.Sandbox
	folder string               // of the tape
	before map[string]bool      // request ids that were on it already
	adjust func(*server.Server) // of what is served; may be nil
	left   outflow.Flow
	log    *outflow.Part // of all that start starts
}

// open starts the product with the given settings beside those of its tenant.
func open(t *testing.T, args ...string) *site {
	t.Helper()
	folder := os.Getenv(tape.Folder)
	if folder == "" {
		folder = t.TempDir()
		t.Setenv(tape.Folder, folder)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := tenantFor(t, l, folder)
	s.serve(l, args)
	return s
}

// tenantFor starts the tenant of a product that is to be reached on l. When the
// test ends, nothing that the provider issued may have left the product.
func tenantFor(t *testing.T, l net.Listener, folder string) *site {
	t.Helper()
	s := &site{t: t, url: fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port), folder: folder, before: map[string]bool{}}
	s.log = s.left.Part()
	for _, x := range s.said() {
		s.before[x.Header.Get("Client-Request-Id")] = true
	}
	var err error
	s.box, err = sandbox.Start(t.Context(), sandbox.Options{
		Dir: t.TempDir(), RedirectURLs: []string{s.url + wire.PathCallback}, PostLogoutURLs: []string{s.url + "/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		secrets := append(s.box.Provider.Issued(), siteKey, base64.StdEncoding.EncodeToString([]byte(siteKey)))
		for _, leak := range s.left.Leaks(secrets...) {
			t.Errorf("%q left the server: …%s", leak.Secret, leak.Before)
		}
	})
	return s
}

// siteKey seals what a site keeps.
const siteKey = "a-key-of-thirty-two-bytes--tests"

// serve puts the product together and stops both with the test.
func (s *site) serve(l net.Listener, args []string) {
	s.t.Helper()
	stop := s.start(l, args)
	s.t.Cleanup(func() {
		stop()
		ctx := context.WithoutCancel(s.t.Context())
		if err := s.box.Close(ctx); err != nil {
			s.t.Errorf("close sandbox: %v", err)
		}
	})
}

// start puts the product together and lets it serve until stop is called.
func (s *site) start(l net.Listener, args []string) (stop func()) {
	s.t.Helper()
	scopes := "openid profile" // an application needs no others
	if !slices.Contains(args, config.Application) {
		scopes = strings.Join(config.Cloud{GraphURL: s.box.GraphURL}.Scopes(), " ")
	}
	c, err := config.Load(append([]string{
		"--url", s.url, "--insecure-http", "--tenant-id", s.box.TenantID, "--client-id", s.box.ClientID,
		"--oidc-issuer", s.box.Issuer, "--graph-url", s.box.GraphURL, "--oidc-scopes", scopes,
		"--database-url", "sqlite:" + filepath.Join(s.t.TempDir(), "timeclock.db"),
	}, args...), []string{
		config.Prefix + "CLIENT_SECRET=" + s.box.ClientSecret,
		config.Prefix + "SECRET_KEYS=" + base64.StdEncoding.EncodeToString([]byte(siteKey)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	product, err := server.New(ctx, c, telemetry.NewLogger(s.log, slog.LevelDebug))
	if err != nil {
		cancel()
		s.t.Fatal(err)
	}
	if s.adjust != nil {
		s.adjust(product)
	}
	ended := make(chan error, 1)
	go func() { ended <- product.Serve(ctx, s.left.Listener(l)) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Errorf("Serve: %v", err)
		}
	}
}

// said is what this program said to Graph since the site was opened.
func (s *site) said() []tape.Exchange {
	s.t.Helper()
	all, err := tape.Load(s.folder)
	if err != nil {
		s.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(x tape.Exchange) bool {
		return x.Program != filepath.Base(os.Args[0]) || s.before[x.Header.Get("Client-Request-Id")]
	})
}

// browser keeps cookies, and says of itself whatever it is told to.
type browser struct {
	site   *site
	http   *http.Client
	forged http.Header
}

var personForm = regexp.MustCompile(`<form method="post" action="([^"]+)"`)

// signIn gives the browser of somebody who has signed in.
func (s *site) signIn(login string) *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{s, &http.Client{Jar: jar, Timeout: 30 * time.Second}, http.Header{}}
	page, err := b.http.Get(s.url + wire.PathLogin + "?" + wire.ParamPrompt + "=select_account")
	if err != nil {
		s.t.Fatal(err)
	}
	defer page.Body.Close()
	text, err := io.ReadAll(page.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	form := personForm.FindSubmatch(text)
	if form == nil {
		s.t.Fatalf("no form to pick a person:\n%s", text)
	}
	action, err := page.Request.URL.Parse(html.UnescapeString(string(form[1])))
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := b.http.PostForm(action.String(), url.Values{"person": {login}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/" {
		s.t.Fatalf("signed in, the browser is at %s with %s", answer.Request.URL.Path, answer.Status)
	}
	return b
}

// call makes an API call; a refusal is given by its code.
func (b *browser) call(method, path string, in, out any) wire.Code {
	t := b.site.t
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, b.site.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = b.forged.Clone()
	r.Header.Set(wire.Header, wire.HeaderValue)
	r.Header.Set("Origin", b.site.url)
	answer, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		var p wire.Problem
		if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
			t.Fatalf("%s %s answered %s and no problem: %v", method, path, answer.Status, err)
		}
		return p.Code
	}
	if err := json.NewDecoder(answer.Body).Decode(out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return ""
}

// press sends a press made so long ago, with more beside it, until it is final.
func (b *browser) press(team string, k clock.Kind, ago time.Duration, more map[string]any) wire.Receipt {
	t := b.site.t
	t.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	p := map[string]any{"id": id, "team": team, "kind": k, "at": clock.At(time.Now().Add(-ago)), "bound": 20,
		"trust": wire.Anchored, "device": "test", "seq": time.Now().UnixMilli()}
	for name, value := range more {
		p[name] = value
	}
	var r wire.Receipt
	code := b.call(http.MethodPost, wire.PathPunches, p, &r)
	for deadline := time.Now().Add(20 * time.Second); code == "" && !r.Status.Final(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s is still %s (%s)", k, r.Status, r.Code)
		}
		time.Sleep(50 * time.Millisecond)
		code = b.call(http.MethodGet, wire.PathPunches+"/"+id, nil, &r)
	}
	if code != "" || r.Status != wire.Delivered {
		t.Fatalf("%s is %s, %s%s; want it delivered", k, r.Status, r.Code, code)
	}
	return r
}

// everybodyElse are the ids of all people and teams but those given.
func (s *site) everybodyElse(person, team string) []string {
	var ids []string
	for _, p := range s.box.People {
		if p.OID != person {
			ids = append(ids, p.OID)
		}
	}
	for _, g := range s.box.Teams {
		if g.ID != team {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// TestADayByApplication works a day with the server's own token, while the
// browser claims to be the supervisor in every way it can.
func TestADayByApplication(t *testing.T) {
	for _, how := range []string{config.ActsAsHeader, config.ActsAsNone} {
		t.Run(how, func(t *testing.T) {
			s := open(t, "--graph-access", config.Application, "--acts-as", how)
			anna, sara := s.box.Person(sandbox.Anna).OID, s.box.Person(sandbox.Sara).OID
			b := s.signIn(sandbox.Anna)
			b.forged = http.Header{
				"Ms-App-Acts-As": {sara}, "ms_app_acts_as": {sara}, "Authorization": {"Bearer forged"}, "X-Forwarded-User": {sara},
				"Client-Request-Id": {sara}, "X-Http-Method-Override": {"DELETE"}, "Prefer": {"forged"}, "User-Agent": {"forged"},
			}
			claim := map[string]any{"person": sara, "userId": sara, "object": sara, "onBehalfOfUserId": sara, "card": "TCK_1", "session": "x"}

			b.press(sandbox.HarbourCafe, clock.ClockIn, 30*time.Second, claim)
			b.press(sandbox.HarbourCafe, clock.ClockOut, 20*time.Second, claim)
			card := b.press(sandbox.HarbourCafe, clock.ClockIn, 0, claim).Card
			b.press(sandbox.HarbourCafe, clock.StartBreak, 0, claim)
			b.press(sandbox.HarbourCafe, clock.EndBreak, 0, claim)
			b.press(sandbox.HarbourCafe, clock.ClockOut, 0, claim)
			var shown wire.Clock
			if code := b.call(http.MethodGet, wire.PathClock+"?"+wire.ParamFresh+"=1", nil, &shown); code != "" || len(shown.Cards) != 2 {
				t.Errorf("the clock shows %d cards, %s; want 2", len(shown.Cards), code)
			}

			s.wantOthersUntouched(b)
			s.wantCalls(anna, how == config.ActsAsHeader)
			s.wantCards(anna, card, how == config.ActsAsHeader)
		})
	}
}

// wantOthersUntouched asks for teams that are not Anna's.
func (s *site) wantOthersUntouched(b *browser) {
	s.t.Helper()
	for _, team := range []string{sandbox.NightBakery, sandbox.FrontOffice, sandbox.BookClub, "7ea00009-0000-4000-8000-000000000000"} {
		if code := b.call(http.MethodGet, wire.PathClock+"?"+wire.ParamTeam+"="+team, nil, nil); code != wire.CodeTeamUnknown {
			s.t.Errorf("the clock of team %s: %q, want %s", team, code, wire.CodeTeamUnknown)
		}
		if code := b.call(http.MethodGet, wire.PathCards+"?from=1&to=2&"+wire.ParamTeam+"="+team, nil, nil); code != wire.CodeTeamUnknown {
			s.t.Errorf("cards of team %s: %q, want %s", team, code, wire.CodeTeamUnknown)
		}
		p := wire.Punch{ID: uuid.Must(uuid.NewV7()).String(), Team: team, Kind: clock.ClockIn, At: clock.At(time.Now()), Trust: wire.Device, Device: "x"}
		if code := b.call(http.MethodPost, wire.PathPunches, p, nil); code != wire.CodeTeamUnknown {
			s.t.Errorf("a press in team %s: %q, want %s", team, code, wire.CodeTeamUnknown)
		}
	}
}

// wantCalls looks at everything that was said to Graph.
func (s *site) wantCalls(person string, header bool) {
	s.t.Helper()
	calls := s.box.Tenant.Calls()
	if len(calls) == 0 {
		s.t.Error("Graph was never asked")
	}
	for _, c := range calls {
		if c.Person != "" || c.App != s.box.ClientID {
			s.t.Errorf("%s %s was made by person %q, app %q; want the app alone", c.Method, c.Path, c.Person, c.App)
		}
	}
	allowed := []string{"Accept", "Accept-Encoding", "Authorization", "Client-Request-Id", "Content-Length", "Content-Type", "Ms-App-Acts-As", "User-Agent"}
	named := 0
	for _, x := range s.said() {
		want := ""
		if header && strings.Contains(x.Path, "/schedule") {
			want = person
		}
		if got := x.Header.Get("MS-APP-ACTS-AS"); got != want {
			s.t.Errorf("%s %s: MS-APP-ACTS-AS %q, want %q", x.Method, x.Path, got, want)
		}
		said := x.Path + x.Query + string(x.Body)
		for name, values := range x.Header {
			said += strings.Join(values, " ")
			if !slices.Contains(allowed, name) {
				s.t.Errorf("%s %s carries header %s", x.Method, x.Path, name)
			}
		}
		if strings.Contains(said, "forged") {
			s.t.Errorf("%s %s carries what the browser said: %s", x.Method, x.Path, said)
		}
		for _, id := range s.everybodyElse(person, sandbox.HarbourCafe) {
			if strings.Contains(said, id) {
				s.t.Errorf("%s %s names %s, who or which is not %s's: %s", x.Method, x.Path, id, person, said)
			}
		}
		named += s.namesPerson(x, person)
	}
	if named != 2 {
		s.t.Errorf("%d calls began a card, want a clock-in and a creation", named)
	}
}

// namesPerson checks a call that begins a card, and counts it.
func (s *site) namesPerson(x tape.Exchange, person string) int {
	s.t.Helper()
	member := map[bool]string{true: "onBehalfOfUserId", false: "userId"}[strings.HasSuffix(x.Path, "/clockIn")]
	if x.Method != http.MethodPost || !strings.HasSuffix(x.Path, "/clockIn") && !strings.HasSuffix(x.Path, "/timeCards") {
		return 0
	}
	var body map[string]any
	if err := json.Unmarshal(x.Body, &body); err != nil || body[member] != person {
		s.t.Errorf("%s %s: %s in %s, %v; want %s", x.Method, x.Path, member, x.Body, err, person)
	}
	return 1
}

// wantCards: the cards are the person's, made by the person or, without the
// header, by the application.
func (s *site) wantCards(person, first string, header bool) {
	s.t.Helper()
	cards := s.box.Tenant.Cards("")
	if len(cards) != 2 || !slices.ContainsFunc(cards, func(c tenant.Card) bool { return c.ID == first }) {
		s.t.Errorf("the tenant holds %d cards, want two, one of them %s", len(cards), first)
	}
	for _, c := range cards {
		if c.Person != person || c.Team != sandbox.HarbourCafe || c.Out == nil {
			s.t.Errorf("card %s is of %s in %s, ended %v", c.ID, c.Person, c.Team, c.Out)
		}
		if byPerson := c.CreatedBy.ID == person; byPerson != header || c.CreatedBy.Application == header {
			s.t.Errorf("card %s was made by %+v", c.ID, c.CreatedBy)
		}
	}
}

// TestAPressByOnesOwnToken: with delegated access nothing is sent beside the
// person's token, whatever the browser says.
func TestAPressByOnesOwnToken(t *testing.T) {
	s := open(t)
	anna, sara := s.box.Person(sandbox.Anna).OID, s.box.Person(sandbox.Sara).OID
	b := s.signIn(sandbox.Anna)
	b.forged = http.Header{"Ms-App-Acts-As": {sara}, "Authorization": {"Bearer forged"}}
	b.press(sandbox.HarbourCafe, clock.ClockIn, 0, map[string]any{"onBehalfOfUserId": sara})
	for _, c := range s.box.Tenant.Calls() {
		if c.Person != anna {
			t.Errorf("%s %s was made by %q, want %s", c.Method, c.Path, c.Person, anna)
		}
	}
	said := s.said()
	for _, x := range said {
		if x.Header.Get("MS-APP-ACTS-AS") != "" || bytes.Contains(x.Body, []byte("onBehalfOf")) {
			t.Errorf("%s %s with %v says %s for somebody", x.Method, x.Path, x.Header, x.Body)
		}
	}
	if len(said) == 0 {
		t.Error("Graph was never asked")
	}
	b.forged = http.Header{wire.HeaderPerson: {s.box.TenantID + "." + sara}}
	p := wire.Punch{ID: uuid.Must(uuid.NewV7()).String(), Team: sandbox.HarbourCafe, Kind: clock.ClockOut, At: clock.At(time.Now()), Trust: wire.Device, Device: "x"}
	if code := b.call(http.MethodPost, wire.PathPunches, p, nil); code != wire.CodeSignedOut {
		t.Errorf("a press that says it is another's: %q, want %s", code, wire.CodeSignedOut)
	}
}

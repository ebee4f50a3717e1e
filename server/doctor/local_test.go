package doctor

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"timeclock/server/config"
	"timeclock/server/postgres"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/sqlite"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func TestSettings(t *testing.T) {
	problem := errors.Join(errors.New("TIMECLOCK_URL: it is crooked; straighten it"), errors.New("--urll is not a flag"))
	r := Doctor{Problem: problem}.Examine(t.Context())
	want(t, r, checkSettings, Fail, "There are 2 problems.", "TIMECLOCK_URL: it is crooked; straighten it", "--urll is not a flag")
	if r.OK || r.Counts[NotRun] != len(r.Checks)-1 {
		t.Errorf("after incomplete settings: OK %v, counts %v", r.OK, r.Counts)
	}
	want(t, r, checkGraph, NotRun, `"settings", which failed`)
	want(t, newStranger(t).doctor(t, "--acts-as", "none").Examine(t.Context()), checkSettings, Warn, "TIMECLOCK_ACTS_AS")
}

func TestAddress(t *testing.T) {
	s := newStranger(t)
	for _, test := range []struct {
		args   []string
		state  State
		pieces []string
	}{
		{nil, OK, []string{"over plain http on this machine alone"}},
		{[]string{"--listen", ":8080"}, Warn, []string{"others on the network"}},
		{[]string{"--listen", "127.0.0.1:8081"}, Warn, []string{"another port", "TIMECLOCK_LISTEN"}},
		{[]string{"--listen", "127.0.0.1:0"}, Warn, []string{"the system chooses"}},
		{[]string{"--url", "https://clock.example.org", "--insecure-http=false"}, OK, []string{"TLS must end in front of it"}},
	} {
		r := s.doctor(t, test.args...).Examine(t.Context())
		want(t, r, checkAddress, test.state, test.pieces...)
		others(t, r)
	}
}

func TestCloud(t *testing.T) {
	r := newStranger(t).doctor(t, "--cloud", "usgov-l4").Examine(t.Context())
	want(t, r, checkCloud, Warn, "global cloud only", "usgov-l4")
	others(t, r)
}

func TestSecretKeys(t *testing.T) {
	for _, test := range []struct {
		keys  []string // as bytes
		state State
		piece string
	}{
		{[]string{string(secretKey)}, OK, "One key of 32 bytes."},
		{[]string{string(secretKey), "\x8a\x13\xf0" + string(secretKey[3:])}, OK, "2 keys"},
		{[]string{string(secretKey), "correct horse battery staple, ok"}, Fail, "Key 2 is text that can be typed"},
		{[]string{strings.Repeat("\x01\xfe\x80\x10", 8)}, Fail, "Key 1 has 4 different bytes only"},
		{[]string{"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"}, Fail, "Key 1 counts or repeats itself"},
	} {
		var encoded []string
		for _, k := range test.keys {
			encoded = append(encoded, base64.StdEncoding.EncodeToString([]byte(k)))
		}
		d := newStranger(t).doctor(t, "--secret-keys", strings.Join(encoded, ","))
		r := d.Examine(t.Context())
		want(t, r, checkKeys, test.state, test.piece)
		others(t, r, checkKeys)
		for _, e := range encoded {
			if strings.Contains(texts(t, r), e) {
				t.Errorf("the report shows a key:\n%s", texts(t, r))
			}
		}
	}
}

func TestDatabase(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"new": "new.db", "here": "here.db", "newer": "newer.db", "text": "text.db", "folder": ".", "nowhere": "none/x.db"}
	for name, file := range files {
		files[name] = filepath.Join(dir, file)
	}
	if err := os.WriteFile(files["text"], []byte(strings.Repeat("This is no database. ", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"here", "newer"} {
		db, err := sqlite.Open(t.Context(), files[name])
		if err == nil && name == "newer" {
			_, err = db.Write.ExecContext(t.Context(), `INSERT INTO schema_migrations VALUES (9000, 'x', 0)`)
		}
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		state State
		piece string
	}{
		"new":     {OK, "serve will make it"},
		"here":    {OK, "can be written, schema version"},
		"newer":   {Fail, "schema version 9000, and this program knows only up to"},
		"text":    {Fail, "not a database"},
		"folder":  {Fail, "is a directory"},
		"nowhere": {Fail, "no such file or directory"},
	} {
		r := newStranger(t).doctor(t, "--database-url", "sqlite:"+files[name]).Examine(t.Context())
		want(t, r, checkDatabase, test.state, test.piece)
		others(t, r, checkDatabase)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || slices.Contains(left, files["new"]) || len(left) != 3 {
		t.Errorf("the folder holds %v, %v; want here.db, newer.db, text.db and nothing else", left, err)
	}
}

func TestSharedDatabase(t *testing.T) {
	empty, here, newer := postgrestest.Database(t), postgrestest.Database(t), postgrestest.Database(t)
	for _, url := range []string{here, newer} {
		db, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
	conn, err := pgx.Connect(t.Context(), newer)
	if err == nil {
		_, err = conn.Exec(t.Context(), `INSERT INTO schema_migrations VALUES (9000, 'x', 0)`)
		err = errors.Join(err, conn.Close(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		url   string
		state State
		piece string
	}{
		"empty":   {empty, OK, "Its schema version is 0; serve will bring it to"},
		"here":    {here, OK, "can be written, schema version"},
		"newer":   {newer, Fail, "schema version 9000, and this program knows only up to"},
		"nowhere": {"postgres://me:hushhush@127.0.0.1:1/clock", Fail, "clock at 127.0.0.1:1"},
	} {
		r := newStranger(t).doctor(t, "--database-url", test.url).Examine(t.Context())
		want(t, r, checkDatabase, test.state, test.piece)
		others(t, r, checkDatabase)
		if strings.Contains(texts(t, r), "hushhush") {
			t.Errorf("%s: the report shows the password:\n%s", name, texts(t, r))
		}
	}
	if state, err := postgres.Inspect(t.Context(), empty); err != nil || state.Have != 0 {
		t.Errorf("afterwards the empty database is at %+v, %v; want it as it was", state, err)
	}
}

func TestScopes(t *testing.T) {
	s := newStranger(t)
	root := s.URL + "/graph"
	for _, test := range []struct {
		scopes, access string
		state          State
		pieces         []string
	}{
		{"openid profile offline_access schedule.readwrite.all Team.ReadBasic.All teammember.read.all", "delegated", OK, nil},
		{"openid profile offline_access Schedule.ReadWrite.All Team.ReadBasic.All", "delegated", Warn, []string{"TeamMember.Read.All is not", "its supervisors"}},
		{"openid profile offline_access " + root + "/.default", "delegated", OK, nil},
		{"openid profile Schedule.ReadWrite.All Team.ReadBasic.All TeamMember.Read.All", "delegated", Warn, []string{"offline_access"}},
		{"openid offline_access Schedule.Read.All", "delegated", Fail, []string{"profile is not", "Schedule.ReadWrite.All is not", "Team.ReadBasic.All is not"}},
		{"openid profile", "application", OK, nil},
		{"openid", "application", Fail, []string{"profile is not"}},
	} {
		r := s.doctor(t, "--oidc-scopes", test.scopes, "--graph-access", test.access).Examine(t.Context())
		want(t, r, checkScopes, test.state, test.pieces...)
	}
}

// TestConsent holds that at Entra ID the way to consent is named. The address
// is Microsoft's and nothing is asked of it: the checks are made one by one.
func TestConsent(t *testing.T) {
	const id = "5a9db0c5-0000-4000-8000-0000000b0ca5"
	x := newExam(Doctor{Config: load(t, []string{"--insecure-http", "--tenant-id", id, "--client-id", id}, clientSecret)})
	const link = "https://login.microsoftonline.com/" + id + "/adminconsent?client_id=" + id
	if f := x.scopes(t.Context()); f.State != OK || len(f.Details) != 1 || !strings.Contains(f.Details[0], link) {
		t.Errorf("scopes() = %+v, want the link %s", f, link)
	}
	x.visitor.tokens.Access = "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"scp":"Team.ReadBasic.All"}`)) + "."
	if f := x.token(t.Context()); f.State != Fail || !strings.Contains(f.Advice, link) {
		t.Errorf("token() = %+v, want the link %s", f, link)
	}
}

func TestClocks(t *testing.T) {
	for _, test := range []struct {
		off    time.Duration
		state  State
		pieces []string
	}{
		{0, OK, []string{"the provider: the same", "Graph: the same"}},
		{4 * time.Second, OK, nil},
		{12 * time.Second, Warn, []string{"the provider is 1", "s behind this machine", "NTP"}},
		{-12 * time.Second, Warn, []string{"ahead of this machine"}},
		{10 * time.Minute, Fail, []string{"10 min behind", "tokens will be refused"}},
		{-10 * time.Minute, Fail, []string{"10 min ahead of"}},
	} {
		d := newStranger(t).doctor(t)
		d.Now = func() time.Time { return time.Now().Add(test.off) }
		want(t, d.Examine(t.Context()), checkClocks, test.state, test.pieces...)
	}
}

func TestClocksWithoutDate(t *testing.T) {
	s := newStranger(t)
	answer := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		answer.ServeHTTP(w, r)
	})
	want(t, s.doctor(t).Examine(t.Context()), checkClocks, NotRun, "No answer told the time.")
}

// TestUnreached holds the sentences for addresses that give no answer.
func TestUnreached(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for address, piece := range map[string]string{
		secure.URL:           "an authority that this machine does not know",
		"http://127.0.0.1:9": "Nothing listens there.",
		"https://" + strings.TrimPrefix(plain.URL, "http://"): "does not speak TLS",
	} {
		d := newStranger(t).doctor(t, "--graph-url", address)
		r := d.Examine(t.Context())
		want(t, r, checkGraph, Fail, piece, address)
		want(t, r, checkTeams, NotRun)
	}
}

// TestPatience: whoever does not answer is waited for in bounded time, and an
// examination that was ended ends.
func TestPatience(t *testing.T) {
	s := newStranger(t)
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	s.answers[discoveryPath], s.answers["/graph/v1.0/me"] = hang, hang
	d := s.doctor(t)
	d.Patience = 50 * time.Millisecond
	r := d.Examine(t.Context())
	want(t, r, checkProvider, Fail, "did not answer in time")
	want(t, r, checkGraph, Fail, "did not answer in time")
	want(t, r, checkCredentials, NotRun, "provider")

	ended, end := context.WithCancel(t.Context())
	end()
	r = d.Examine(ended)
	if r.Counts[NotRun] != len(r.Checks) {
		t.Errorf("an examination that was ended before it began came to %v", r.Counts)
	}
}

// TestNamesAreStable holds what machines may rely on.
func TestNamesAreStable(t *testing.T) {
	var names []string
	for _, c := range newExam(Doctor{Config: config.Config{}}).checks() {
		if slices.Contains(names, c.name) {
			t.Errorf("%q is there twice", c.name)
		}
		for _, need := range c.needs {
			if !slices.Contains(names, need) {
				t.Errorf("%q needs %q, which does not come before it", c.name, need)
			}
		}
		if len(c.name) > nameWidth-2 {
			t.Errorf("%q is wider than its column", c.name)
		}
		names = append(names, c.name)
	}
	const stable = "settings, cloud, address, secret keys, database, provider, sign-in methods, signing keys, graph, clocks, " +
		"credentials, scopes, session, token, teams, schedule, time clock, approved location"
	if got := strings.Join(names, ", "); got != stable {
		t.Errorf("the checks are\n%s, want\n%s", got, stable)
	}
}

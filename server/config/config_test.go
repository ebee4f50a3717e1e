package config

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	tenantID = "8d0c9b3e-1111-4222-8333-0123456789ab"
	clientID = "1f0a7a52-4444-4555-8666-ba9876543210"
	hush     = "hush~Q8-never-print-me"
)

var (
	key1 = []byte("first-key-of-thirty-two-bytes--1")
	key2 = []byte("secondkey-of-thirty-two-bytes--2")
)

// complete is an environment with nothing missing, and changes made to it;
// "NAME=" takes a variable out.
func complete(changes ...string) []string {
	env := []string{
		"PATH=/bin",
		"TIMECLOCK_URL=https://clock.example.org",
		"TIMECLOCK_TENANT_ID=" + tenantID,
		"TIMECLOCK_CLIENT_ID=" + clientID,
		"TIMECLOCK_CLIENT_SECRET=" + hush,
		"TIMECLOCK_SECRET_KEYS=" + base64.StdEncoding.EncodeToString(key1),
	}
	for _, change := range changes {
		name, _, _ := strings.Cut(change, "=")
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		env = append(env, change)
	}
	return env
}

func TestLoadDefaults(t *testing.T) {
	c, err := Load(nil, complete())
	if err != nil {
		t.Fatal(err)
	}
	if len(c.SecretKeys) != 1 || c.SecretKeys[0].Reveal() != string(key1) || c.ClientSecret.Reveal() != hush {
		t.Error("the secrets were not read as given")
	}
	got := strings.Split(strings.TrimSpace(c.String()), "\n")
	want := []string{
		"TIMECLOCK_LISTEN=127.0.0.1:8080",
		"TIMECLOCK_URL=https://clock.example.org",
		"TIMECLOCK_CLOUD=global",
		"TIMECLOCK_TENANT_ID=" + tenantID,
		"TIMECLOCK_CLIENT_ID=" + clientID,
		"TIMECLOCK_CLIENT_SECRET=(set)",
		"TIMECLOCK_CLIENT_CERT=",
		"TIMECLOCK_CLIENT_KEY=",
		"TIMECLOCK_SECRET_KEYS=[(set)]",
		"TIMECLOCK_DATABASE_URL=sqlite:timeclock.db",
		"TIMECLOCK_OIDC_ISSUER=https://login.microsoftonline.com/" + tenantID + "/v2.0",
		"TIMECLOCK_OIDC_SCOPES=openid profile offline_access https://graph.microsoft.com/Schedule.ReadWrite.All " +
			"https://graph.microsoft.com/Team.ReadBasic.All https://graph.microsoft.com/TeamMember.Read.All " +
			"https://graph.microsoft.com/User.Read",
		"TIMECLOCK_GRAPH_URL=https://graph.microsoft.com",
		"TIMECLOCK_GRAPH_API=v1.0",
		"TIMECLOCK_GRAPH_ACCESS=delegated",
		"TIMECLOCK_ACTS_AS=header",
		"TIMECLOCK_SUPERVISOR_ROLE=Supervisor",
		"TIMECLOCK_PRESS_TOLERANCE=5s",
		"TIMECLOCK_PRESS_MAX_AGE=168h",
		"TIMECLOCK_OPEN_CARD_MAX=16h",
		"TIMECLOCK_LOCATION_RADIUS=200",
		"TIMECLOCK_JOURNAL_RETENTION=0",
		"TIMECLOCK_SESSION_IDLE=12h",
		"TIMECLOCK_SESSION_MAX=168h",
		"TIMECLOCK_SESSION_SAME_SITE=strict",
		"TIMECLOCK_OWN_EDITS=request",
		"TIMECLOCK_METRICS_LISTEN=",
		"TIMECLOCK_INSECURE_HTTP=false",
		"TIMECLOCK_RULES_CARD_MAX=13h",
		"TIMECLOCK_RULES_BREAKS=6h:30m",
		"TIMECLOCK_RULES_LATE=5m",
		"TIMECLOCK_RULES_LEFT_EARLY=5m",
		"TIMECLOCK_RULES_UNSCHEDULED=on",
		"TIMECLOCK_RULES_DAY_MAX=8h",
		"TIMECLOCK_RULES_WEEK_MAX=40h",
		"TIMECLOCK_RULES_OVER_GRACE=15m",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the settings are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if w := c.Warnings(); len(w) != 0 {
		t.Errorf("Warnings() = %q, want none", w)
	}
}

func TestLoadValues(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		env  []string
		get  func(Config) any
		want any
	}{
		{"a flag goes before a variable", []string{"--listen", ":1"}, complete("TIMECLOCK_LISTEN=:2"),
			func(c Config) any { return c.Listen }, ":1"},
		{"a flag with an equals sign", []string{"-listen=:1"}, complete(),
			func(c Config) any { return c.Listen }, ":1"},
		{"an empty flag asks for the default", []string{"--listen="}, complete("TIMECLOCK_LISTEN=:2"),
			func(c Config) any { return c.Listen }, "127.0.0.1:8080"},
		{"an empty variable is none", nil, complete("TIMECLOCK_LISTEN="),
			func(c Config) any { return c.Listen }, "127.0.0.1:8080"},
		{"white space is not part of a value", nil, complete("TIMECLOCK_LISTEN= :2\n"),
			func(c Config) any { return c.Listen }, ":2"},
		{"a value that begins with a hyphen", []string{"--client-secret", "-x"}, complete(),
			func(c Config) any { return c.ClientSecret.Reveal() }, "-x"},
		{"the last flag counts", []string{"--listen", ":1", "--listen", ":3"}, complete(),
			func(c Config) any { return c.Listen }, ":3"},
		{"an origin as browsers spell it", nil, complete("TIMECLOCK_URL=HTTPS://Clock.Example.org:443/"),
			func(c Config) any { return c.URL }, "https://clock.example.org"},
		{"an origin with a port", nil, complete("TIMECLOCK_URL=https://clock.example.org:8443"),
			func(c Config) any { return c.URL }, "https://clock.example.org:8443"},
		{"a switch alone", []string{"--insecure-http", "--url", "http://[::1]:8080"}, complete(),
			func(c Config) any { return c.URL }, "http://[::1]:8080"},
		{"plain http on loopback", nil, complete("TIMECLOCK_URL=http://127.0.0.1:80", "TIMECLOCK_INSECURE_HTTP=true"),
			func(c Config) any { return c.URL }, "http://127.0.0.1"},
		{"a tenant in capitals", nil, complete("TIMECLOCK_TENANT_ID=" + strings.ToUpper(tenantID)),
			func(c Config) any { return c.Issuer }, "https://login.microsoftonline.com/" + tenantID + "/v2.0"},
		{"an issuer to the letter", nil, complete("TIMECLOCK_OIDC_ISSUER=https://ID.example.org/", "TIMECLOCK_TENANT_ID=", "TIMECLOCK_CLIENT_ID=clock"),
			func(c Config) any { return c.Issuer + " " + c.ClientID }, "https://ID.example.org/ clock"},
		{"Graph without its last slash", nil, complete("TIMECLOCK_GRAPH_URL=http://127.0.0.1:9/graph/"),
			func(c Config) any { return c.GraphURL }, "http://127.0.0.1:9/graph"},
		{"metrics on a port that the system chooses, as all else", []string{"--metrics-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"}, complete(),
			func(c Config) any { return c.MetricsListen }, "127.0.0.1:0"},
		{"scopes by words", nil, complete("TIMECLOCK_OIDC_SCOPES=openid  profile"),
			func(c Config) any { return strings.Join(c.Scopes, "|") }, "openid|profile"},
		{"another version", nil, complete("TIMECLOCK_GRAPH_API=beta"),
			func(c Config) any { return c.GraphAPI }, "beta"},
		{"a database elsewhere", nil, complete("TIMECLOCK_DATABASE_URL=sqlite:/var/lib/clock.db"),
			func(c Config) any { return c.DatabaseFile + c.PostgreSQL.Reveal() }, "/var/lib/clock.db"},
		{"a database that servers share", nil, complete("TIMECLOCK_DATABASE_URL=postgres://me:" + hush + "@db/clock?sslmode=verify-full"),
			func(c Config) any { return c.DatabaseFile + c.PostgreSQL.Reveal() }, "postgres://me:" + hush + "@db/clock?sslmode=verify-full"},
		{"a database on a socket", nil, complete("TIMECLOCK_DATABASE_URL=postgresql:///clock?host=/run/postgresql"),
			func(c Config) any { return c.PostgreSQL.Reveal() }, "postgresql:///clock?host=/run/postgresql"},
		{"how long presses are kept", nil, complete("TIMECLOCK_JOURNAL_RETENTION=87600h"),
			func(c Config) any { return c.JournalRetention }, 87600 * time.Hour},
		{"presses are kept for ever", []string{"--journal-retention", "0"}, complete("TIMECLOCK_JOURNAL_RETENTION=720h"),
			func(c Config) any { return c.JournalRetention }, time.Duration(0)},
		{"the least radius", nil, complete("TIMECLOCK_LOCATION_RADIUS=20"),
			func(c Config) any { return c.LocationRadius }, 20},
		{"lengths of time", nil, complete("TIMECLOCK_PRESS_TOLERANCE=0s", "TIMECLOCK_SESSION_MAX=2160h"),
			func(c Config) any { return c.PressTolerance + c.SessionMax }, 2160 * time.Hour},
		{"people who correct their own cards", []string{"--own-edits", "edit"}, complete(),
			func(c Config) any { return c.OwnEdits }, OwnEditsEdit},
		{"a cookie that comes with links", []string{"--session-same-site", "lax"}, complete(),
			func(c Config) any { return c.SessionSameSite }, SameSiteLax},
		{"what Kubernetes sets for a service called timeclock", nil, complete(
			"TIMECLOCK_SERVICE_HOST=10.0.0.1", "TIMECLOCK_SERVICE_PORT=80", "TIMECLOCK_SERVICE_PORT_HTTP=80",
			"TIMECLOCK_PORT=tcp://10.0.0.1:80", "TIMECLOCK_PORT_80_TCP=tcp://10.0.0.1:80", "TIMECLOCK_PORT_80_TCP_ADDR=10.0.0.1",
			"TIMECLOCK_DB_SERVICE_HOST=10.0.0.2", "TIMECLOCK_DB_PORT=tcp://10.0.0.2:5432"),
			func(c Config) any { return c.Listen }, "127.0.0.1:8080"},
		{"what is for tests", nil, complete("TIMECLOCK_TEST_POSTGRES=postgres://"),
			func(c Config) any { return c.Listen }, "127.0.0.1:8080"},
	} {
		c, err := Load(test.args, test.env)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := test.get(c); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestClouds(t *testing.T) {
	for _, test := range []struct{ name, graph, issuer string }{
		{"global", "https://graph.microsoft.com", "https://login.microsoftonline.com/"},
		{"usgov-l4", "https://graph.microsoft.us", "https://login.microsoftonline.us/"},
		{"usgov-l5", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us/"},
		{"china", "https://microsoftgraph.chinacloudapi.cn", "https://login.partner.microsoftonline.cn/"},
	} {
		c, err := Load([]string{"--cloud", test.name}, complete())
		if err != nil {
			t.Errorf("cloud %s: %v", test.name, err)
			continue
		}
		if c.GraphURL != test.graph || c.Issuer != test.issuer+tenantID+"/v2.0" ||
			!slices.Contains(c.Scopes, test.graph+"/Schedule.ReadWrite.All") {
			t.Errorf("cloud %s: Graph %s, issuer %s, scopes %v", test.name, c.GraphURL, c.Issuer, c.Scopes)
		}
		if warned := len(c.Warnings()) == 1; warned == (test.name == "global") {
			t.Errorf("cloud %s: Warnings() = %q; want one in every cloud but the global", test.name, c.Warnings())
		}
	}
}

func TestWarnsOfScopes(t *testing.T) {
	c, err := Load([]string{"--oidc-scopes", "openid"}, complete())
	if err != nil {
		t.Fatal(err)
	}
	if w := c.Warnings(); len(w) != 1 || !strings.Contains(w[0], "offline_access") {
		t.Errorf("Warnings() = %q, want one of offline_access", w)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := write("secret", hush+"\n")
	keys := write("keys", base64.RawURLEncoding.EncodeToString(key1)+",\n"+hex.EncodeToString(key2)+"\n")
	c, err := Load([]string{"--client-secret-file", secret},
		complete("TIMECLOCK_CLIENT_SECRET=", "TIMECLOCK_SECRET_KEYS=", "TIMECLOCK_SECRET_KEYS_FILE="+keys))
	if err != nil {
		t.Fatal(err)
	}
	if c.ClientSecret.Reveal() != hush || len(c.SecretKeys) != 2 ||
		c.SecretKeys[0].Reveal() != string(key1) || c.SecretKeys[1].Reveal() != string(key2) {
		t.Errorf("secrets were not read from their files as they stand there")
	}

	for _, test := range []struct{ name, file, want string }{
		{"missing", filepath.Join(dir, "nothing"), "TIMECLOCK_CLIENT_SECRET: TIMECLOCK_CLIENT_SECRET_FILE: open "},
		{"empty", write("empty", " \n"), "is empty; put the secret into it"},
	} {
		_, err := Load(nil, complete("TIMECLOCK_CLIENT_SECRET=", "TIMECLOCK_CLIENT_SECRET_FILE="+test.file))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s file: %v, want one problem with %q", test.name, err, test.want)
		}
	}
	_, err = Load(nil, complete("TIMECLOCK_CLIENT_SECRET_FILE="+secret))
	if err == nil || !strings.Contains(err.Error(), "are both given; leave one out") {
		t.Errorf("secret and file: %v", err)
	}
	if _, err = Load([]string{"--client-secret-file=" + secret}, complete()); err != nil {
		t.Errorf("a file by flag goes before a variable: %v", err)
	}
}

func TestHelpIsAskedFor(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}, {"--listen", ":1", "-help"}, {"--nonsense", "--help"}} {
		if _, err := Load(args, nil); !errors.Is(err, ErrHelp) {
			t.Errorf("Load(%q) = %v, want ErrHelp", args, err)
		}
	}
}

func TestHelpTellsEverything(t *testing.T) {
	help, table := Help(), Markdown()
	for name := range known() {
		if strings.Count(help, "\n  "+flagOf(name)) == 0 || !strings.Contains(help, "\n      "+Prefix+name+"\n") {
			t.Errorf("Help() does not tell of %s", name)
		}
		if !strings.Contains(table, "`"+Prefix+name+"`") || !strings.Contains(table, "`"+flagOf(name)+"`") {
			t.Errorf("Markdown() does not tell of %s", name)
		}
	}
	for line := range strings.Lines(help) {
		if len(line) > 81 {
			t.Errorf("a line of Help() has %d bytes: %s", len(line), line)
		}
	}
	for line := range strings.Lines(table) {
		if strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 5 {
			t.Errorf("a row of Markdown() has not four cells: %s", line)
		}
	}
	for _, s := range settings {
		if s.meaning == "" || s.def == "" && s.defText == "" || s.value == "" {
			t.Errorf("%s is not explained", s.name)
		}
		if s.def != "" && s.set(new(Config), s.def) != nil {
			t.Errorf("%s: its own default is refused", s.name)
		}
	}
}

func TestPrinting(t *testing.T) {
	c, err := Load(nil, complete("TIMECLOCK_OIDC_ISSUER=https://id.example.org"))
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range printings(t, c) {
		if strings.Contains(text, hush) || strings.Contains(text, string(key1)) {
			t.Errorf("%s shows a secret: %s", where, text)
		}
		if hidden := base64.StdEncoding.EncodeToString(key1); strings.Contains(text, hidden) {
			t.Errorf("%s shows a key: %s", where, text)
		}
		if hidden := hex.EncodeToString([]byte(hush)); bytes.Contains(bytes.ToLower([]byte(text)), []byte(hidden)) {
			t.Errorf("%s shows a secret in hex: %s", where, text)
		}
	}
}

package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is a row of the table: one thing an operator may decide.
type setting struct {
	name    string // of the variable, without Prefix
	value   string // what stands for the value in --help
	meaning string
	def     string // the value when none is given
	defText string // the default in words, where def cannot tell it
	secret  bool   // may lie in a file; is never shown
	toggle  bool   // its flag may stand without a value
	set     func(*Config, string) error
	get     func(Config) string // for people; must not reveal a secret
}

// required is the defText of a setting that must be given.
const required = "required"

// fallback says what holds when the setting is not given.
func (s setting) fallback() string {
	switch s.defText {
	case required:
		return "Required."
	case "":
		return "Default: " + s.def
	}
	return "Default: " + s.defText
}

// settings is the table, in the order in which one needs them.
var settings = slices.Concat(serverSettings, ruleSettings)

// serverSettings are the rows about the server itself.
var serverSettings = []setting{
	{
		name: "LISTEN", value: "HOST:PORT", def: "127.0.0.1:8080",
		meaning: "Address to listen on.",
		set:     func(c *Config, v string) (err error) { c.Listen, err = parseListen(v); return },
		get:     func(c Config) string { return c.Listen },
	}, {
		name: "URL", value: "ORIGIN", def: "http://localhost:8080",
		meaning: "Public origin, the only one believed. It is https, but on loopback with TIMECLOCK_INSECURE_HTTP.",
		set:     func(c *Config, v string) (err error) { c.URL, err = parseOrigin(v); return },
		get:     func(c Config) string { return c.URL },
	}, {
		name: "CLOUD", value: "NAME", def: "global",
		meaning: "Microsoft's cloud: " + oneOf(cloudNames()) +
			". It decides Graph's root, the authority and the scopes together. Shifts is published for global only.",
		set: setCloud,
		get: func(c Config) string { return c.Cloud.Name },
	}, {
		name: "TENANT_ID", value: "GUID", defText: required,
		meaning: "Directory (tenant) ID of the app registration.",
		set:     func(c *Config, v string) error { c.TenantID = v; return nil },
		get:     func(c Config) string { return c.TenantID },
	}, {
		name: "CLIENT_ID", value: "GUID", defText: required,
		meaning: "Application (client) ID of the app registration.",
		set:     func(c *Config, v string) error { c.ClientID = v; return nil },
		get:     func(c Config) string { return c.ClientID },
	}, {
		name: "CLIENT_SECRET", value: "TEXT", defText: "required, or a certificate with its key", secret: true,
		meaning: "Value of the app registration's client secret.",
		set:     func(c *Config, v string) error { c.ClientSecret = NewSecret(v); return nil },
		get:     func(c Config) string { return c.ClientSecret.String() },
	}, {
		name: "CLIENT_CERT", value: "FILE", defText: "none",
		meaning: "File with the certificate (PEM) that the app registration knows, instead of a secret. " +
			"The server then proves itself by a signed assertion (PS256).",
		set: func(c *Config, v string) error { c.ClientCert = v; return nil },
		get: func(c Config) string { return c.ClientCert },
	}, {
		name: "CLIENT_KEY", value: "FILE", defText: "none",
		meaning: "File with the RSA private key (PEM, not encrypted) that belongs to TIMECLOCK_CLIENT_CERT.",
		set:     func(c *Config, v string) error { c.ClientKey = v; return nil },
		get:     func(c Config) string { return c.ClientKey },
	}, {
		name: "SECRET_KEYS", value: "KEYS", defText: required, secret: true,
		meaning: "One or more keys of 32 bytes each, in base64 or hex, separated by commas, the newest first. " +
			"They seal cookies and tokens; an older key still opens what it sealed. " +
			"Make one with: openssl rand -base64 32",
		set: func(c *Config, v string) (err error) { c.SecretKeys, err = parseKeys(v); return },
		get: func(c Config) string { return fmt.Sprint(c.SecretKeys) },
	}, {
		name: "DATABASE_URL", value: "URL", def: "sqlite:timeclock.db", secret: true,
		meaning: "Where sessions, presses and read cards are kept: sqlite:FILE, or " +
			"postgres://USER:PASSWORD@HOST/NAME, which several servers may share.",
		set: setDatabase,
		get: Config.database,
	}, {
		name: "OIDC_ISSUER", value: "URL", defText: "from cloud and tenant",
		meaning: "Issuer of any other OpenID Connect provider, exactly as its tokens spell it. " +
			"TIMECLOCK_TENANT_ID is then not needed.",
		set: func(c *Config, v string) (err error) { c.Issuer, err = parseIssuer(v); return },
		get: func(c Config) string { return c.Issuer },
	}, {
		name: "OIDC_SCOPES", value: "WORDS",
		defText: "openid profile offline_access and, at the cloud's Graph, " + strings.Join(permissions, " ") +
			"; with application access openid profile",
		meaning: "Scopes to ask for at sign-in, separated by spaces. In Microsoft's cloud " +
			"Schedule.ReadWrite.All and TeamMember.Read.All must have been consented to by an administrator; " +
			"the others need not. Without TeamMember.Read.All owners of teams are not known as supervisors.",
		set: func(c *Config, v string) (err error) { c.Scopes, err = parseScopes(v); return },
		get: func(c Config) string { return strings.Join(c.Scopes, " ") },
	}, {
		name: "GRAPH_URL", value: "URL", defText: "from cloud",
		meaning: "Root of Microsoft Graph, or of a server shaped like it, without a version.",
		set:     func(c *Config, v string) (err error) { c.GraphURL, err = parseGraphURL(v); return },
		get:     func(c Config) string { return c.GraphURL },
	}, {
		name: "GRAPH_API", value: "VERSION", def: "v1.0",
		meaning: "Graph's version: v1.0 or beta. An operation that only beta has uses beta.",
		set:     setGraphAPI,
		get:     func(c Config) string { return c.GraphAPI },
	}, {
		name: "GRAPH_ACCESS", value: "KIND", def: Delegated,
		meaning: "Whose token Graph is asked with: delegated is each person's own, application is the server's, " +
			"which an administrator has granted Schedule.ReadWrite.All, Team.ReadBasic.All and TeamMember.Read.All " +
			"as application permissions. This server then decides alone who may do what.",
		set: func(c *Config, v string) (err error) { c.GraphAccess, err = choice(v, Delegated, Application); return },
		get: func(c Config) string { return c.GraphAccess },
	}, {
		name: "ACTS_AS", value: "HOW", def: ActsAsHeader,
		meaning: "With application access, how Graph is told who acts: header sends MS-APP-ACTS-AS with the " +
			"signed-in person's id, none does not. Whose card it is always stands in the body.",
		set: func(c *Config, v string) (err error) { c.ActsAs, err = choice(v, ActsAsHeader, ActsAsNone); return },
		get: func(c Config) string { return c.ActsAs },
	}, {
		name: "SUPERVISOR_ROLE", value: "NAME", def: "Supervisor",
		meaning: "Value of the app role that makes somebody a supervisor of the teams they belong to. " +
			"Owners of a team are its supervisors without it.",
		set: func(c *Config, v string) error { c.SupervisorRole = v; return nil },
		get: func(c Config) string { return c.SupervisorRole },
	},
	length("PRESS_TOLERANCE", "5s", 0, time.Minute,
		"How late a press may arrive and still be recorded as made now; an older one is written with its own time.",
		func(c *Config) *time.Duration { return &c.PressTolerance }),
	length("PRESS_MAX_AGE", "168h", time.Minute, 31*24*time.Hour,
		"How old a press may be; an older one is left to a person to resolve.",
		func(c *Config) *time.Duration { return &c.PressMaxAge }),
	length("OPEN_CARD_MAX", "16h", time.Hour, 7*24*time.Hour,
		"How long a card may stay open before its person is asked when they left; it is not ended by a press then.",
		func(c *Config) *time.Duration { return &c.OpenCardMax }),
	{
		name: "LOCATION_RADIUS", value: "METRES", def: "200",
		meaning: fmt.Sprintf("How far from a team's approved location, in metres, a press is still made there. From %d to %d.",
			leastRadius, mostRadius),
		set: setLocationRadius,
		get: func(c Config) string { return strconv.Itoa(c.LocationRadius) },
	},
	orNever(length("JOURNAL_RETENTION", "0", 30*24*time.Hour, 10*365*24*time.Hour,
		"After how long a press that is over, and what was recorded of it, is removed; 0 for never.",
		func(c *Config) *time.Duration { return &c.JournalRetention })),
	length("SESSION_IDLE", "12h", time.Minute, 90*24*time.Hour,
		"A session ends when it was not used for so long.",
		func(c *Config) *time.Duration { return &c.SessionIdle }),
	length("SESSION_MAX", "168h", time.Minute, 90*24*time.Hour,
		"A session ends so long after sign-in at the latest.",
		func(c *Config) *time.Duration { return &c.SessionMax }),
	{
		name: "SESSION_SAME_SITE", value: "HOW", def: SameSiteStrict,
		meaning: "SameSite of the session cookie: strict, or lax for something in front of this server that looks " +
			"for the cookie when a link elsewhere leads here. This server itself has no need of lax.",
		set: func(c *Config, v string) (err error) {
			c.SessionSameSite, err = choice(v, SameSiteStrict, SameSiteLax)
			return
		},
		get: func(c Config) string { return c.SessionSameSite },
	}, {
		name: "OWN_EDITS", value: "HOW", def: OwnEditsRequest,
		meaning: "What people may do to their own cards: request has them ask for a correction, which a supervisor " +
			"of the team accepts; edit lets them correct a card themselves until it is confirmed.",
		set: func(c *Config, v string) (err error) {
			c.OwnEdits, err = choice(v, OwnEditsRequest, OwnEditsEdit)
			return
		},
		get: func(c Config) string { return c.OwnEdits },
	}, {
		name: "METRICS_LISTEN", value: "HOST:PORT", defText: "off",
		meaning: "Address to serve metrics for Prometheus on, under /metrics, apart from the public one. " +
			"They name nobody, and whoever reaches the address may read them.",
		set: func(c *Config, v string) (err error) { c.MetricsListen, err = parseListen(v); return },
		get: func(c Config) string { return c.MetricsListen },
	}, {
		name: "INSECURE_HTTP", value: "true|false", def: "false", toggle: true,
		meaning: "Permit cookies over plain http. For a trial: only with an http:// TIMECLOCK_URL on loopback.",
		set:     setInsecureHTTP,
		get:     func(c Config) string { return strconv.FormatBool(c.InsecureHTTP) },
	},
}

// length makes the row of a setting that is a length of time from least to
// most, both included.
func length(name, def string, least, most time.Duration, meaning string, field func(*Config) *time.Duration) setting {
	return setting{
		name: name, value: "LENGTH", def: def,
		meaning: fmt.Sprintf("%s From %s to %s.", meaning, short(least), short(most)),
		set: func(c *Config, v string) error {
			d, err := parseLength(v, least, most)
			if err == nil {
				*field(c) = d
			}
			return err
		},
		get: func(c Config) string { return short(*field(&c)) },
	}
}

// parseLength reads a length of time from least to most, both included.
func parseLength(v string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil {
		return 0, fmt.Errorf("%q is not a length of time; write it like 5s, 90m or 168h", v)
	}
	if d < least || d > most {
		return 0, fmt.Errorf("%q is out of range; choose from %s to %s", v, short(least), short(most))
	}
	return d, nil
}

// orNever lets the value 0 be given for a length of time.
func orNever(s setting) setting {
	within := s.set
	s.set = func(c *Config, v string) error {
		if v == "0" {
			return nil
		}
		return within(c, v)
	}
	shown := s.get
	s.get = func(c Config) string {
		if text := shown(c); text != "0s" {
			return text
		}
		return "0"
	}
	return s
}

// load reads the setting from what was given into c.
func (s setting) load(c *Config, given *inputs) {
	in, err := given.of(s)
	if err == nil && in.value != "" {
		err = s.set(c, in.value)
	}
	if err != nil {
		given.fail(s.name, err)
	}
}

func setCloud(c *Config, v string) error {
	cloud, ok := cloudNamed(v)
	if !ok {
		return fmt.Errorf("%q is not a cloud; choose %s", v, oneOf(cloudNames()))
	}
	c.Cloud = cloud
	return nil
}

func setGraphAPI(c *Config, v string) error {
	if v != "v1.0" && v != "beta" {
		return fmt.Errorf("%q is not a version; choose v1.0 or beta", v)
	}
	c.GraphAPI = v
	return nil
}

// choice takes one of the words.
func choice(v string, words ...string) (string, error) {
	if !slices.Contains(words, v) {
		return "", fmt.Errorf("%q is not a choice here; choose %s", v, oneOf(words))
	}
	return v, nil
}

// What a location's radius may be, in metres: phones in a building are seldom
// surer than the least, and the most is a town.
const leastRadius, mostRadius = 20, 10_000

func setLocationRadius(c *Config, v string) error {
	metres, err := strconv.Atoi(v)
	if err != nil {
		return fmt.Errorf("%q is not a whole number of metres; write it like 200", v)
	}
	if metres < leastRadius || metres > mostRadius {
		return fmt.Errorf("%q is out of range; choose from %d to %d", v, leastRadius, mostRadius)
	}
	c.LocationRadius = metres
	return nil
}

func setInsecureHTTP(c *Config, v string) error {
	on, err := strconv.ParseBool(v)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false; write one of them", v)
	}
	c.InsecureHTTP = on
	return nil
}

package config

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"timeclock/app/clock"
)

// Prefix begins the name of every variable.
const Prefix = "TIMECLOCK_"

// Config is what a server is told. A Config that Load gave without an error is
// complete and consistent. It may be printed and logged: its secrets hide.
type Config struct {
	// Listen is the address to listen on, host:port.
	Listen string
	// URL is the public origin, such as https://clock.example.org: lower case,
	// without a path and without the scheme's own port.
	URL string
	// InsecureHTTP permits cookies over plain http; URL is then on loopback.
	InsecureHTTP bool

	Cloud Cloud
	// TenantID is a GUID in lower case; with an issuer of one's own it may be
	// anything or empty.
	TenantID string
	ClientID string
	// ClientSecret or ClientPair is set, and the other is not.
	ClientSecret Secret
	// ClientCert and ClientKey name the files of a certificate and its private
	// key; ClientPair is what stands in both, which was found to belong
	// together.
	ClientCert, ClientKey string
	ClientPair            Secret
	// Issuer is the OpenID Connect issuer, exactly as its tokens spell it.
	Issuer string
	Scopes []string

	// GraphURL is Graph's root without a version and without a final slash.
	GraphURL string
	// GraphAPI is v1.0 or beta.
	GraphAPI string
	// GraphAccess is Delegated or Application: whose token Graph is asked with.
	GraphAccess string
	// ActsAs is ActsAsHeader or ActsAsNone; it matters with application access.
	ActsAs string
	// SupervisorRole is the app role that makes somebody a supervisor of the
	// teams they belong to, as owners are of theirs.
	SupervisorRole string
	// OwnEdits is OwnEditsRequest or OwnEditsEdit.
	OwnEdits string

	// DatabaseFile is the path of the SQLite database; empty when PostgreSQL is
	// set, the URL of a PostgreSQL database, which may hold a password.
	DatabaseFile string
	PostgreSQL   Secret
	// SecretKeys hold 32 bytes each, newest first; there is at least one.
	SecretKeys []Secret

	// PressTolerance is how late a press may arrive and still count as
	// pressed now.
	PressTolerance time.Duration
	// PressMaxAge is how old a press may be and still be written.
	PressMaxAge time.Duration
	// OpenCardMax is how long a card may stay open before it is pointed out.
	OpenCardMax time.Duration
	// Rules are what attendance is held to; OpenMax is OpenCardMax.
	Rules clock.Rules
	// LocationRadius is how far from a team's approved location, in metres, a
	// press is still made there.
	LocationRadius int
	// JournalRetention is how long a press that is over is kept; 0 for ever.
	JournalRetention time.Duration
	// SessionIdle and SessionMax end a session: unused for the one, or at
	// last after the other.
	SessionIdle time.Duration
	SessionMax  time.Duration
	// SessionSameSite is SameSiteStrict or SameSiteLax.
	SessionSameSite string

	// MetricsListen is the address that metrics are served on, host:port; empty
	// when they are not.
	MetricsListen string
}

// The values of GraphAccess: with people's own tokens, or with the server's.
const (
	Delegated   = "delegated"
	Application = "application"
)

// The values of ActsAs: MS-APP-ACTS-AS names the person, or is not sent.
const (
	ActsAsHeader = "header"
	ActsAsNone   = "none"
)

// The values of OwnEdits: people ask for corrections of their own cards, or make
// them.
const (
	OwnEditsRequest = "request"
	OwnEditsEdit    = "edit"
)

// The values of SessionSameSite: the browser keeps the session cookie back
// whenever another site leads here, or only where more than a link does.
const (
	SameSiteStrict = "strict"
	SameSiteLax    = "lax"
)

// GraphScope is what the server's own token is asked for: all that the
// application has been granted at this Graph.
func (c Config) GraphScope() string { return c.GraphURL + "/.default" }

// ErrHelp is what Load returns when --help or -h is among the arguments.
var ErrHelp = errors.New("help was asked for")

// Load reads a Config from flags (args, without program and command) and from
// variables (environ, as os.Environ gives them), flags going before variables.
// A setting given as an empty text counts as not given. The error is ErrHelp,
// or joins every problem found; a Config beside an error is not to be used.
func Load(args, environ []string) (Config, error) {
	given := newInputs()
	given.readArgs(args)
	if given.help {
		return Config{}, ErrHelp
	}
	given.readEnviron(environ)

	var c Config
	for _, s := range settings {
		s.load(&c, given)
	}
	c.check(given)
	if len(given.problems) > 0 {
		return Config{}, errors.Join(given.problems...)
	}
	return c, nil
}

// check finds what is wrong between settings and fills in what follows from
// others. A setting that already was a problem by itself gets no second one.
func (c *Config) check(given *inputs) {
	c.checkOrigin(given)
	c.checkRegistration(given)
	c.checkCredential(given)
	if len(c.SecretKeys) == 0 {
		given.report("SECRET_KEYS", "it is missing; make a key with: openssl rand -base64 32")
	}
	c.checkRetention(given)
	if c.SessionIdle > c.SessionMax && !given.bad["SESSION_MAX"] {
		given.report("SESSION_IDLE", "%s is longer than %sSESSION_MAX (%s); make it shorter, or that longer",
			short(c.SessionIdle), Prefix, short(c.SessionMax))
	}
	if c.MetricsListen == c.Listen && !strings.HasSuffix(c.Listen, ":0") && !given.bad["LISTEN"] {
		given.report("METRICS_LISTEN", "%q is the address of %sLISTEN; choose another, which the public does not reach",
			c.MetricsListen, Prefix)
	}
	if c.GraphURL == "" {
		c.GraphURL = c.Cloud.GraphURL
	}
	c.Rules.OpenMax = clock.Of(c.OpenCardMax)
	switch {
	case len(c.Scopes) > 0:
	case c.GraphAccess == Application:
		c.Scopes = slices.Clone(identityScopes)
	default:
		c.Scopes = c.Cloud.Scopes()
	}
}

// checkRetention: a press is removed when it is too old to be sent once more,
// or it would be taken for a new one. A day is for clocks that disagree.
func (c *Config) checkRetention(given *inputs) {
	if c.JournalRetention != 0 && c.JournalRetention < c.PressMaxAge+24*time.Hour && !given.bad["PRESS_MAX_AGE"] {
		given.report("JOURNAL_RETENTION", "%s is not a day longer than %sPRESS_MAX_AGE (%s); make it longer, or that shorter",
			short(c.JournalRetention), Prefix, short(c.PressMaxAge))
	}
}

// checkOrigin: plain http only on loopback, and only when it was asked for.
func (c *Config) checkOrigin(given *inputs) {
	plain := strings.HasPrefix(c.URL, "http://")
	switch {
	case c.URL == "":
	case plain && !isLoopback(c.URL):
		given.report("URL", "%q is plain http, which anyone on the way can read; use https", c.URL)
	case plain && !c.InsecureHTTP:
		given.report("URL", "%q is plain http; use https, or for a trial on this machine set %sINSECURE_HTTP=true",
			c.URL, Prefix)
	case !plain && c.InsecureHTTP:
		given.report("INSECURE_HTTP", "it is for an http:// address on loopback only, and %sURL is %q; leave it out",
			Prefix, c.URL)
	}
}

// checkRegistration: against Microsoft's own authority, ids are GUIDs and the
// secret is not one.
func (c *Config) checkRegistration(given *inputs) {
	if c.ClientID == "" {
		given.report("CLIENT_ID", "it is missing; copy \"Application (client) ID\" from the app registration")
	}
	if c.Issuer != "" {
		return
	}
	switch {
	case c.TenantID == "":
		given.report("TENANT_ID", "it is missing; copy \"Directory (tenant) ID\" from the app registration, "+
			"or name another provider in %sOIDC_ISSUER", Prefix)
	case !isGUID(c.TenantID):
		given.report("TENANT_ID", "%q is not a GUID; give the directory's id itself, not a domain, "+
			"\"common\" or \"organizations\"", c.TenantID)
	default:
		c.TenantID = strings.ToLower(c.TenantID)
		c.Issuer = c.Cloud.Issuer(c.TenantID)
	}
	if c.ClientID != "" && !isGUID(c.ClientID) {
		given.report("CLIENT_ID", "%q is not a GUID; copy \"Application (client) ID\" from the app registration", c.ClientID)
	}
	if isGUID(c.ClientSecret.Reveal()) {
		given.report("CLIENT_SECRET", "it is the id of a secret; give the secret's value, "+
			"which is shown only when it is made")
	}
}

// checkCredential: a secret, or a certificate with its key, and not both.
func (c *Config) checkCredential(given *inputs) {
	switch {
	case c.ClientSecret.IsSet() && (c.ClientCert != "" || c.ClientKey != ""):
		given.report("CLIENT_SECRET", "it is given beside a certificate; leave out either %[1]sCLIENT_SECRET, "+
			"or %[1]sCLIENT_CERT and %[1]sCLIENT_KEY", Prefix)
	case c.ClientSecret.IsSet():
	case c.ClientCert == "" && c.ClientKey == "":
		given.report("CLIENT_SECRET", "it is missing; make a client secret in the app registration "+
			"and give its value, or name a file that holds it in %[1]sCLIENT_SECRET_FILE, "+
			"or name a certificate in %[1]sCLIENT_CERT and its key in %[1]sCLIENT_KEY", Prefix)
	case c.ClientKey == "":
		given.report("CLIENT_KEY", "it is missing; name the file of the private key that belongs to %sCLIENT_CERT", Prefix)
	case c.ClientCert == "":
		given.report("CLIENT_CERT", "it is missing; name the file of the certificate that %sCLIENT_KEY belongs to", Prefix)
	default:
		c.readPair(given)
	}
}

// Warnings lists what is allowed and will probably not do what one wants, each
// as a sentence.
func (c Config) Warnings() []string {
	var out []string
	if !c.Cloud.Shifts {
		out = append(out, fmt.Sprintf("Microsoft publishes the Shifts API for its global cloud only: "+
			"in %q, calls for schedules and time cards are expected to fail.", c.Cloud.Name))
	}
	if c.GraphAccess == Delegated && !slices.Contains(c.Scopes, "offline_access") {
		out = append(out, "The scopes do not include offline_access: "+
			"people will have to sign in again whenever an access token ends.")
	}
	if c.GraphAccess == Delegated && c.ActsAs != ActsAsHeader {
		out = append(out, fmt.Sprintf("%sACTS_AS matters with application access only; "+
			"with people's own tokens nothing is sent.", Prefix))
	}
	if c.readableDatabase() {
		out = append(out, fmt.Sprintf("%sDATABASE_URL does not say sslmode=verify-full: "+
			"on the way to the database others could read what is sent, or answer in its place.", Prefix))
	}
	return out
}

// String lists the settings by name, one a line, without secrets.
func (c Config) String() string {
	var b strings.Builder
	for _, s := range settings {
		fmt.Fprintf(&b, "%s%s=%s\n", Prefix, s.name, s.get(c))
	}
	return b.String()
}

// LogValue is a group of the settings by name, without secrets.
func (c Config) LogValue() slog.Value {
	attrs := make([]slog.Attr, 0, len(settings))
	for _, s := range settings {
		attrs = append(attrs, slog.String(strings.ToLower(s.name), s.get(c)))
	}
	return slog.GroupValue(attrs...)
}

package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// LoadDatabase is Load for a program that needs the database alone. No other
// setting is read or need be given, though a name that is none is a problem
// here as well.
func LoadDatabase(args, environ []string) (Config, error) {
	given := newInputs()
	given.readArgs(args)
	if given.help {
		return Config{}, ErrHelp
	}
	given.readEnviron(environ)
	var c Config
	known()["DATABASE_URL"].load(&c, given)
	return c, errors.Join(given.problems...)
}

// setDatabase never repeats v, which may hold a password.
func setDatabase(c *Config, v string) error {
	kind, file, ok := strings.Cut(v, ":")
	switch {
	case kind == "postgres" || kind == "postgresql":
		if err := checkPostgreSQL(v); err != nil {
			return fmt.Errorf("%w; write it like postgres://user:password@host/name", err)
		}
		c.PostgreSQL = NewSecret(v)
		return nil
	case !ok || kind != "sqlite" || file == "":
		return errors.New("it does not name a database; write it like sqlite:timeclock.db or postgres://user:password@host/name")
	case strings.HasPrefix(file, ":memory:"):
		return errors.New("a database in memory would lose presses; name a file, like sqlite:timeclock.db")
	}
	c.DatabaseFile = file
	return nil
}

// checkPostgreSQL looks for what a URL must have, which may also stand among
// its parameters (postgresql.org/docs/current/libpq-connect.html).
func checkPostgreSQL(v string) error {
	u, err := url.Parse(v)
	switch {
	case err != nil:
		return errors.New("it cannot be read as an address, perhaps because a character of the password must be escaped (%40 for @)")
	case u.Host == "" && u.Query().Get("host") == "":
		return errors.New("it names no server")
	case strings.Trim(u.Path, "/") == "" && u.Query().Get("dbname") == "":
		return errors.New("it names no database")
	}
	return nil
}

// database names the database for people, without its password.
func (c Config) database() string {
	if !c.PostgreSQL.IsSet() {
		return "sqlite:" + c.DatabaseFile
	}
	u, err := url.Parse(c.PostgreSQL.Reveal())
	if err != nil {
		return c.PostgreSQL.String()
	}
	parameters := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		parameters.Del(secret)
	}
	u.RawQuery = parameters.Encode()
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	return u.String()
}

// readableDatabase reports whether what goes to the database over a network
// could be read, or answered by somebody else, on the way.
func (c Config) readableDatabase() bool {
	u, err := url.Parse(c.PostgreSQL.Reveal())
	if err != nil || !c.PostgreSQL.IsSet() {
		return false
	}
	host := u.Query().Get("host")
	if host == "" {
		host = u.Host
	}
	local := strings.HasPrefix(host, "/") || isLoopback("//"+host)
	return !local && !slices.Contains([]string{"verify-ca", "verify-full"}, u.Query().Get("sslmode"))
}

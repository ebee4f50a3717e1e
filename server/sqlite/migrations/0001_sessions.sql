-- Who is signed in. Times are milliseconds since 1970 UTC.
CREATE TABLE sessions (
	hash    TEXT PRIMARY KEY,  -- hex SHA-256 of the id in the cookie
	tenant  TEXT NOT NULL,
	object  TEXT NOT NULL,
	name    TEXT NOT NULL,
	issuer  TEXT NOT NULL,
	sid     TEXT NOT NULL,     -- the provider's session, empty if it names none
	roles   TEXT NOT NULL,     -- JSON array of strings
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	expires INTEGER NOT NULL   -- the absolute end
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_person ON sessions (tenant, object);
CREATE INDEX sessions_provider ON sessions (issuer, sid) WHERE sid <> '';
CREATE INDEX sessions_expires ON sessions (expires);

-- The sealed tokens of a session. The version grows with each change and is
-- what compare-and-swap compares; the lease names until when one process alone
-- may renew them.
CREATE TABLE tokens (
	session TEXT PRIMARY KEY REFERENCES sessions (hash) ON DELETE CASCADE,
	version INTEGER NOT NULL,
	lease   INTEGER NOT NULL DEFAULT 0,
	sealed  BLOB NOT NULL
) STRICT;

-- Sign-ins under way, and for a while those that were finished.
CREATE TABLE logins (
	state   TEXT PRIMARY KEY,  -- hex SHA-256 of the state parameter
	browser TEXT NOT NULL,     -- hex SHA-256 of the id in the browser's cookie
	sealed  BLOB NOT NULL,     -- verifier, nonce, return path; empty once used
	used    INTEGER NOT NULL DEFAULT 0,
	session TEXT NOT NULL DEFAULT '', -- hash of the session it led to
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT;

CREATE INDEX logins_browser ON logins (browser, created);
CREATE INDEX logins_expires ON logins (expires);

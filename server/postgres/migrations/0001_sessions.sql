-- Who is signed in. Times are milliseconds since 1970 UTC.
CREATE TABLE sessions (
	hash    text PRIMARY KEY,  -- hex SHA-256 of the id in the cookie
	tenant  text NOT NULL,
	object  text NOT NULL,
	name    text NOT NULL,
	issuer  text NOT NULL,
	sid     text NOT NULL,     -- the provider's session, empty if it names none
	roles   text NOT NULL,     -- JSON array of strings
	created bigint NOT NULL,
	seen    bigint NOT NULL,
	expires bigint NOT NULL    -- the absolute end
);

CREATE INDEX sessions_person ON sessions (tenant, object);
CREATE INDEX sessions_provider ON sessions (issuer, sid) WHERE sid <> '';
CREATE INDEX sessions_expires ON sessions (expires);

-- The sealed tokens of a session. The version grows with each change and is
-- what compare-and-swap compares; the lease names until when one process alone
-- may renew them.
CREATE TABLE tokens (
	session text PRIMARY KEY REFERENCES sessions (hash) ON DELETE CASCADE,
	version bigint NOT NULL,
	lease   bigint NOT NULL DEFAULT 0,
	sealed  bytea NOT NULL
);

-- Sign-ins under way, and for a while those that were finished.
CREATE TABLE logins (
	state   text PRIMARY KEY,  -- hex SHA-256 of the state parameter
	place   bigint GENERATED ALWAYS AS IDENTITY, -- in the order they were begun
	browser text NOT NULL,     -- hex SHA-256 of the id in the browser's cookie
	sealed  bytea NOT NULL,    -- verifier, nonce, return path; empty once used
	used    bigint NOT NULL DEFAULT 0,
	session text NOT NULL DEFAULT '', -- hash of the session it led to
	created bigint NOT NULL,
	expires bigint NOT NULL
);

CREATE INDEX logins_browser ON logins (browser, created);
CREATE INDEX logins_expires ON logins (expires);

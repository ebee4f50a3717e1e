-- What the provider calls the person, to match its notices, and what the person
-- signed in with, in words of a closed set (package session).
ALTER TABLE sessions ADD COLUMN subject text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device  text NOT NULL DEFAULT '';

CREATE INDEX sessions_subject ON sessions (issuer, subject) WHERE subject <> '';

-- Notices of the provider that were heeded, until they would be refused as old:
-- none is heeded twice (package auth).
CREATE TABLE notices (
	id      text PRIMARY KEY,  -- hex SHA-256 of issuer and jti
	expires bigint NOT NULL
);

CREATE INDEX notices_expires ON notices (expires);

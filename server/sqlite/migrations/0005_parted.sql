-- A session that was signed out of while a press it made was on its way: it is
-- over, but its tokens deliver that press until it expires (package session).
ALTER TABLE sessions ADD COLUMN parted INTEGER NOT NULL DEFAULT 0;

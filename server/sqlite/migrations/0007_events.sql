-- The record (package journal): what happened to each press, in one chain of
-- hashes per person; where each chain ends; and where retention has cut it off.
CREATE TABLE events (
    person TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    what   TEXT    NOT NULL,
    press  TEXT    NOT NULL,
    data   TEXT    NOT NULL,  -- JSON, byte for byte as it was hashed
    prev   BLOB    NOT NULL,
    hash   BLOB    NOT NULL,
    PRIMARY KEY (person, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE chains (
    person TEXT    PRIMARY KEY,
    seq    INTEGER NOT NULL,
    hash   BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    person TEXT    PRIMARY KEY,
    seq    INTEGER NOT NULL,  -- of the last event that was removed
    hash   BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- Guards against mistakes, not against whoever may drop them.
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are not changed');
END;

-- INSERT OR REPLACE removes without asking the trigger below.
CREATE TRIGGER events_unreplaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE person = NEW.person AND seq = NEW.seq) BEGIN
    SELECT RAISE(ABORT, 'events are not replaced');
END;

CREATE TRIGGER events_kept BEFORE DELETE ON events
WHEN OLD.seq > coalesce((SELECT seq FROM checkpoints WHERE person = OLD.person), 0) BEGIN
    SELECT RAISE(ABORT, 'events are removed by retention alone, up to a checkpoint');
END;

-- Presses that a person has to decide about, that were made for somebody else,
-- or whose time was stated afterwards (package journal).
ALTER TABLE presses ADD COLUMN actor   TEXT    NOT NULL DEFAULT '';
ALTER TABLE presses ADD COLUMN stated  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE presses ADD COLUMN resent  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE presses ADD COLUMN against BLOB;
ALTER TABLE presses ADD COLUMN choice  TEXT    NOT NULL DEFAULT '';
ALTER TABLE presses ADD COLUMN chosen  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE presses ADD COLUMN decider TEXT    NOT NULL DEFAULT '';

-- What was delivered to a person last, and what may show up twice.
CREATE INDEX presses_delivered ON presses (person, team, delivered) WHERE status = 'delivered';
CREATE INDEX presses_resent ON presses (object, team) WHERE resent <> 0;
CREATE INDEX presses_conflict ON presses (team) WHERE status = 'conflict';

-- A press that shows up twice is a conflict and still stands for its stamp.
DROP INDEX presses_stamp;
CREATE INDEX presses_stamp ON presses (card, kind, recorded) WHERE recorded <> 0;

-- Amendments of cards and what their people say to them go through the queue of
-- presses; change, as JSON, says what one does (package journal). It is NULL for
-- a press.
ALTER TABLE presses ADD COLUMN change BLOB;

CREATE INDEX presses_card ON presses (card) WHERE card <> '';
CREATE INDEX presses_behalf ON presses (person, delivered) WHERE actor <> '';
CREATE INDEX presses_replies ON presses (team, received) WHERE kind IN ('agree', 'object');
CREATE INDEX presses_changes ON presses (team) WHERE change IS NOT NULL AND status NOT IN ('delivered', 'refused');

-- Corrections that people ask for (package petition). An accepted one is the
-- amendment with its id.
CREATE TABLE petitions (
    id      TEXT    PRIMARY KEY,
    person  TEXT    NOT NULL,  -- the product's key
    object  TEXT    NOT NULL,  -- the id in Graph
    name    TEXT    NOT NULL,
    team    TEXT    NOT NULL,
    card    TEXT    NOT NULL,
    asked   BLOB    NOT NULL,  -- the change, as JSON
    text    TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    decider TEXT    NOT NULL,
    decided INTEGER NOT NULL,
    word    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX petitions_person ON petitions (person, team, made);
CREATE INDEX petitions_open ON petitions (team, made) WHERE state = 'open';
CREATE INDEX petitions_card ON petitions (card) WHERE card <> '';
CREATE INDEX petitions_made ON petitions (made);

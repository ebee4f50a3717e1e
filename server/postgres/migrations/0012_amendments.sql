-- Amendments of cards and what their people say to them go through the queue of
-- presses; change, as JSON, says what one does (package journal). It is NULL for
-- a press.
ALTER TABLE presses ADD COLUMN change bytea;

CREATE INDEX presses_card ON presses (card) WHERE card <> '';
CREATE INDEX presses_behalf ON presses (person, delivered) WHERE actor <> '';
CREATE INDEX presses_replies ON presses (team, received) WHERE kind IN ('agree', 'object');
CREATE INDEX presses_changes ON presses (team) WHERE change IS NOT NULL AND status NOT IN ('delivered', 'refused');

-- Corrections that people ask for (package petition). An accepted one is the
-- amendment with its id.
CREATE TABLE petitions (
    id      text   PRIMARY KEY,
    person  text   NOT NULL,  -- the product's key
    object  text   NOT NULL,  -- the id in Graph
    name    text   NOT NULL,
    team    text   NOT NULL,
    card    text   NOT NULL,
    asked   bytea  NOT NULL,  -- the change, as JSON
    text    text   NOT NULL,
    made    bigint NOT NULL,
    state   text   NOT NULL,
    decider text   NOT NULL,
    decided bigint NOT NULL,
    word    text   NOT NULL
);

CREATE INDEX petitions_person ON petitions (person, team, made);
CREATE INDEX petitions_open ON petitions (team, made) WHERE state = 'open';
CREATE INDEX petitions_card ON petitions (card) WHERE card <> '';
CREATE INDEX petitions_made ON petitions (made);

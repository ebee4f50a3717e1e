-- Cards as last read from Graph (package mirror), and when each person's were
-- read; teams as last read (package roster).
CREATE TABLE mirror_cards (
    team   TEXT    NOT NULL,
    id     TEXT    NOT NULL,
    person TEXT    NOT NULL,
    began  INTEGER NOT NULL,
    card   TEXT    NOT NULL,
    known  INTEGER NOT NULL,
    PRIMARY KEY (team, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX mirror_cards_person ON mirror_cards (team, person, began);

CREATE TABLE mirror_readings (
    team   TEXT    NOT NULL,
    person TEXT    NOT NULL,
    begun  INTEGER NOT NULL,
    PRIMARY KEY (team, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE rosters (
    person TEXT    PRIMARY KEY,
    teams  TEXT    NOT NULL,
    read   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Presses and how far each has come (package journal).
CREATE TABLE presses (
    id         TEXT    PRIMARY KEY,
    person     TEXT    NOT NULL,
    object     TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    team       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    seen       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    bound      INTEGER NOT NULL,
    trust      TEXT    NOT NULL,
    device     TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    received   INTEGER NOT NULL,
    status     TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    step       TEXT    NOT NULL,
    sent       INTEGER NOT NULL,
    written    INTEGER NOT NULL,
    reads      INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    card       TEXT    NOT NULL,
    recorded   INTEGER NOT NULL,
    delivered  INTEGER NOT NULL,
    before     BLOB
) STRICT;

CREATE INDEX presses_open ON presses (person) WHERE status NOT IN ('delivered', 'refused');
CREATE INDEX presses_stamp ON presses (card, kind, recorded) WHERE status = 'delivered';

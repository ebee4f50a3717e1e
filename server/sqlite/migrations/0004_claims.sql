-- Which process delivers whose presses, and until when (package journal).
CREATE TABLE claims (
    person TEXT    PRIMARY KEY,
    owner  TEXT    NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

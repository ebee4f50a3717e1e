-- Cards as last read from Graph (package mirror), and when each person's were
-- read; teams as last read (package roster). Cards and teams are JSON in text:
-- they come back as they were, and nothing is asked of their inside.
CREATE TABLE mirror_cards (
	team   text   NOT NULL,
	id     text   NOT NULL,
	person text   NOT NULL,
	began  bigint NOT NULL,
	card   text   NOT NULL,
	known  bigint NOT NULL,
	PRIMARY KEY (team, id)
);

CREATE INDEX mirror_cards_person ON mirror_cards (team, person, began);

CREATE TABLE mirror_readings (
	team   text   NOT NULL,
	person text   NOT NULL,
	begun  bigint NOT NULL,
	PRIMARY KEY (team, person)
);

CREATE TABLE rosters (
	person text   PRIMARY KEY,
	teams  text   NOT NULL,
	read   bigint NOT NULL
);

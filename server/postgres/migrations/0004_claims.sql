-- Which process delivers whose presses, and until when (package journal).
CREATE TABLE claims (
	person text   PRIMARY KEY,
	owner  text   NOT NULL,
	until  bigint NOT NULL
);

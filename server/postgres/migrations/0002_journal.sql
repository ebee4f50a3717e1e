-- Presses and how far each has come (package journal).
CREATE TABLE presses (
	id         text    PRIMARY KEY,
	person     text    NOT NULL,
	object     text    NOT NULL,
	session    text    NOT NULL,
	team       text    NOT NULL,
	kind       text    NOT NULL,
	seen       text    NOT NULL,
	at         bigint  NOT NULL,
	bound      bigint  NOT NULL,
	trust      text    NOT NULL,
	device     text    NOT NULL,
	seq        bigint  NOT NULL,
	note       text    NOT NULL,
	received   bigint  NOT NULL,
	status     text    NOT NULL,
	code       text    NOT NULL,
	version    bigint  NOT NULL,
	step       text    NOT NULL,
	sent       bigint  NOT NULL,
	written    boolean NOT NULL,
	reads      integer NOT NULL,
	tries      integer NOT NULL,
	not_before bigint  NOT NULL,
	card       text    NOT NULL,
	recorded   bigint  NOT NULL,
	delivered  bigint  NOT NULL,
	before     bytea
);

CREATE INDEX presses_open ON presses (person) WHERE status NOT IN ('delivered', 'refused');
CREATE INDEX presses_stamp ON presses (card, kind, recorded) WHERE status = 'delivered';

-- The record (package journal): what happened to each press, in one chain of
-- hashes per person; where each chain ends; and where retention has cut it off.
CREATE TABLE events (
	person text   NOT NULL,
	seq    bigint NOT NULL,
	at     bigint NOT NULL,
	what   text   NOT NULL,
	press  text   NOT NULL,
	data   text   NOT NULL,  -- JSON, byte for byte as it was hashed
	prev   bytea  NOT NULL,
	hash   bytea  NOT NULL,
	PRIMARY KEY (person, seq)
);

CREATE TABLE chains (
	person text   PRIMARY KEY,
	seq    bigint NOT NULL,
	hash   bytea  NOT NULL
);

CREATE TABLE checkpoints (
	person text   PRIMARY KEY,
	seq    bigint NOT NULL,  -- of the last event that was removed
	hash   bytea  NOT NULL
);

-- Guards against mistakes, not against whoever may drop them.
CREATE FUNCTION events_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF EXISTS (SELECT FROM checkpoints AS c WHERE c.person = OLD.person AND c.seq >= OLD.seq) THEN
			RETURN OLD;
		END IF;
		RAISE 'events are removed by retention alone, up to a checkpoint' USING ERRCODE = 'restrict_violation';
	END IF;
	RAISE 'events are not changed' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_stand BEFORE UPDATE OR DELETE ON events
	FOR EACH ROW EXECUTE FUNCTION events_stand();
CREATE TRIGGER events_stay BEFORE TRUNCATE ON events
	FOR EACH STATEMENT EXECUTE FUNCTION events_stand();

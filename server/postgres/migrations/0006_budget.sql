-- When the last calls of Graph passed, by what limits them: a team, or a class
-- of calls of the tenant (package graph, Budget). Milliseconds of this
-- database's clock, the oldest first.
CREATE TABLE budget (
	key    text PRIMARY KEY,
	passed bigint[] NOT NULL DEFAULT '{}',
	held   bigint NOT NULL DEFAULT 0
);

-- What supervisors look at (package board): the cards of a whole team that began
-- since then or are open, and what was pressed for others. Of a card that was
-- there before it is not known whether it is open; it is found when read.
ALTER TABLE mirror_cards ADD COLUMN open INTEGER NOT NULL DEFAULT 1;
CREATE INDEX mirror_cards_began ON mirror_cards (team, began);
CREATE INDEX mirror_cards_open ON mirror_cards (team, began) WHERE open;

CREATE INDEX presses_open_in ON presses (team) WHERE status NOT IN ('delivered', 'refused');
CREATE INDEX presses_by ON presses (actor, received) WHERE actor <> '';

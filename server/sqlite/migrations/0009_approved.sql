-- Whether a press was made at the team's approved location; NULL when that is
-- not known (package journal).
ALTER TABLE presses ADD COLUMN approved INTEGER;

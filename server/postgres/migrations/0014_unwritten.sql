-- Amendments that were kept and then refused are listed by team for some days.
CREATE INDEX presses_unwritten ON presses (team, received) WHERE change IS NOT NULL AND status = 'refused';

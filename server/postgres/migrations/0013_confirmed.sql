-- What was confirmed is told beside what stands now (package report).
CREATE INDEX presses_confirmed ON presses (team, delivered) WHERE kind = 'confirm' AND status = 'delivered';

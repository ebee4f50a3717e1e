package sqlite

import (
	"context"

	"timeclock/app/clock"
	"timeclock/server/journal"
	"timeclock/server/report"
	"timeclock/server/trail"
)

var (
	_ trail.Store          = Journal{}
	_ report.Confirmations = Journal{}
)

const (
	cardEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE card = ? AND card <> '' AND team = ? AND status = 'delivered' ORDER BY delivered, id`
	toldEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE person = ? AND team = ? AND actor <> '' AND actor <> object AND status = 'delivered' AND delivered >= ?
		ORDER BY delivered DESC, id`
	replyEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE kind IN ('agree', 'object') AND team = ?1 AND received >= ?2 AND ?3 IN ('', person) ORDER BY received, id`
	changesUnderWay = `SELECT ` + pressColumns + ` FROM presses
		WHERE change IS NOT NULL AND status NOT IN ('delivered', 'refused') AND team = ? ORDER BY received, id`
	changesUnwritten = `SELECT ` + pressColumns + ` FROM presses
		WHERE change IS NOT NULL AND status = 'refused' AND kind NOT IN ('agree', 'object') AND code NOT IN ('kept', 'undone')
		AND team = ? AND received >= ? AND NOT EXISTS (SELECT 1 FROM presses AS later
			WHERE later.person = presses.person AND later.team = presses.team AND later.status = 'delivered'
			AND later.delivered > presses.received AND later.change IS NOT NULL) ORDER BY received, id`
	confirmedEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE kind = 'confirm' AND status = 'delivered' AND team = ? AND delivered >= ? ORDER BY delivered, id`
)

// OfCard implements journal.Past and trail.Store.
func (s Journal) OfCard(ctx context.Context, team, card string) ([]journal.Entry, error) {
	return s.list(ctx, cardEntries, card, team)
}

// Told implements trail.Store.
func (s Journal) Told(ctx context.Context, person, team string, since clock.Instant) ([]journal.Entry, error) {
	return s.list(ctx, toldEntries, person, team, since)
}

// Replies implements trail.Store.
func (s Journal) Replies(ctx context.Context, team, person string, since clock.Instant) ([]journal.Entry, error) {
	return s.list(ctx, replyEntries, team, since, person)
}

// UnderWay implements trail.Store.
func (s Journal) UnderWay(ctx context.Context, team string) ([]journal.Entry, error) {
	return s.list(ctx, changesUnderWay, team)
}

// Unwritten implements trail.Store.
func (s Journal) Unwritten(ctx context.Context, team string, since clock.Instant) ([]journal.Entry, error) {
	return s.list(ctx, changesUnwritten, team, since)
}

// Confirmed implements report.Confirmations.
func (s Journal) Confirmed(ctx context.Context, team string, since clock.Instant) ([]journal.Entry, error) {
	return s.list(ctx, confirmedEntries, team, since)
}

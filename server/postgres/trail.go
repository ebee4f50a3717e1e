package postgres

import (
	"context"
	"fmt"

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
	sqlCardEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE card = $1 AND card <> '' AND team = $2 AND status = 'delivered' ORDER BY delivered, id`
	sqlToldEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE person = $1 AND team = $2 AND actor <> '' AND actor <> object AND status = 'delivered' AND delivered >= $3
		ORDER BY delivered DESC, id`
	sqlReplyEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE kind IN ('agree', 'object') AND team = $1 AND received >= $2 AND $3::text IN ('', person) ORDER BY received, id`
	sqlChangesUnderWay = `SELECT ` + pressColumns + ` FROM presses
		WHERE change IS NOT NULL AND status NOT IN ('delivered', 'refused') AND team = $1 ORDER BY received, id`
	sqlChangesUnwritten = `SELECT ` + pressColumns + ` FROM presses
		WHERE change IS NOT NULL AND status = 'refused' AND kind NOT IN ('agree', 'object') AND code NOT IN ('kept', 'undone')
		AND team = $1 AND received >= $2 AND NOT EXISTS (SELECT 1 FROM presses AS later
			WHERE later.person = presses.person AND later.team = presses.team AND later.status = 'delivered'
			AND later.delivered > presses.received AND later.change IS NOT NULL) ORDER BY received, id`
	sqlConfirmedEntries = `SELECT ` + pressColumns + ` FROM presses
		WHERE kind = 'confirm' AND status = 'delivered' AND team = $1 AND delivered >= $2 ORDER BY delivered, id`
)

// OfCard implements journal.Past and trail.Store.
func (s Journal) OfCard(ctx context.Context, team, card string) ([]journal.Entry, error) {
	return s.entries(ctx, "of a card", sqlCardEntries, card, team)
}

// Told implements trail.Store.
func (s Journal) Told(ctx context.Context, person, team string, since clock.Instant) ([]journal.Entry, error) {
	return s.entries(ctx, "made by others", sqlToldEntries, person, team, since)
}

// Replies implements trail.Store.
func (s Journal) Replies(ctx context.Context, team, person string, since clock.Instant) ([]journal.Entry, error) {
	return s.entries(ctx, "that reply", sqlReplyEntries, team, since, person)
}

// UnderWay implements trail.Store.
func (s Journal) UnderWay(ctx context.Context, team string) ([]journal.Entry, error) {
	return s.entries(ctx, "under way", sqlChangesUnderWay, team)
}

// Unwritten implements trail.Store.
func (s Journal) Unwritten(ctx context.Context, team string, since clock.Instant) ([]journal.Entry, error) {
	return s.entries(ctx, "not written", sqlChangesUnwritten, team, since)
}

// Confirmed implements report.Confirmations.
func (s Journal) Confirmed(ctx context.Context, team string, since clock.Instant) ([]journal.Entry, error) {
	return s.entries(ctx, "that confirm", sqlConfirmedEntries, team, since)
}

// entries gives those that a query selects.
func (s Journal) entries(ctx context.Context, which, query string, args ...any) ([]journal.Entry, error) {
	found, err := all(ctx, s.DB, scanPress, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select entries %s: %w", which, err)
	}
	return found, nil
}

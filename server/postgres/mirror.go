package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"timeclock/app/clock"
	"timeclock/server/mirror"
)

// Mirror keeps cards as last read in PostgreSQL.
type Mirror struct{ DB *DB }

var _ mirror.Store = Mirror{}

// One statement, so that cards and the time of their reading belong together.
// Without a reading or cards there still is a row, with nothing in it.
const sqlSelectCards = `SELECT coalesce(r.begun, 0), c.card FROM (VALUES (0)) AS always
	LEFT JOIN mirror_readings r ON r.team = $1 AND r.person = $2
	LEFT JOIN mirror_cards c ON c.team = $1 AND c.person = $2 AND c.began >= $3 AND c.began < $4`

// Cards implements mirror.Store.
func (m Mirror) Cards(ctx context.Context, team, person string, s clock.Stretch) ([]clock.Card, clock.Instant, error) {
	var asOf clock.Instant
	texts, err := all(ctx, m.DB, func(row pgx.CollectableRow) (text *string, err error) {
		err = row.Scan(&asOf, &text)
		return text, err
	}, sqlSelectCards, team, person, s.From, s.To)
	if err != nil {
		return nil, 0, fmt.Errorf("select cards: %w", err)
	}
	cards, err := decodeCards(texts)
	return cards, asOf, err
}

// decodeCards reads stored cards; nil stands for none.
func decodeCards(texts []*string) ([]clock.Card, error) {
	var cards []clock.Card
	for _, text := range texts {
		if text == nil {
			continue
		}
		var c clock.Card
		if err := json.Unmarshal([]byte(*text), &c); err != nil {
			return nil, fmt.Errorf("decode stored card: %w", err)
		}
		cards = append(cards, c)
	}
	return cards, nil
}

// A reading of a whole team is of nobody in particular.
const (
	everybody          = ""
	sqlSelectTeamCards = `SELECT coalesce(r.begun, 0), c.card FROM (VALUES (0)) AS always
		LEFT JOIN mirror_readings r ON r.team = $1 AND r.person = ''
		LEFT JOIN mirror_cards c ON c.team = $1 AND (c.began >= $2 OR c.open)`
	sqlDeleteTeamCards = `DELETE FROM mirror_cards WHERE team = $1 AND began >= $2 AND known <= $3`
	sqlDeleteGone      = `DELETE FROM mirror_cards WHERE team = $1 AND id = ANY($2) AND known <= $3`
)

// Team implements mirror.Store.
func (m Mirror) Team(ctx context.Context, team string, since clock.Instant) ([]clock.Card, clock.Instant, error) {
	var asOf clock.Instant
	texts, err := all(ctx, m.DB, func(row pgx.CollectableRow) (text *string, err error) {
		err = row.Scan(&asOf, &text)
		return text, err
	}, sqlSelectTeamCards, team, since)
	if err != nil {
		return nil, 0, fmt.Errorf("select cards of a team: %w", err)
	}
	cards, err := decodeCards(texts)
	return mirror.Recent(cards, since), asOf, err
}

const sqlSelectTeamReading = `SELECT begun FROM mirror_readings WHERE team = $1 AND person = ''`

// TeamRead implements mirror.Store.
func (m Mirror) TeamRead(ctx context.Context, team string) (clock.Instant, error) {
	var asOf clock.Instant
	if _, err := m.DB.one(ctx, sqlSelectTeamReading, []any{team}, &asOf); err != nil {
		return 0, fmt.Errorf("select reading of a team: %w", err)
	}
	return asOf, nil
}

// ReplaceTeam implements mirror.Store.
func (m Mirror) ReplaceTeam(ctx context.Context, r mirror.TeamReading) error {
	sorted := slices.SortedFunc(slices.Values(slices.Concat(r.Cards, r.Older)),
		func(a, b clock.Card) int { return cmp.Compare(a.ID, b.ID) })
	return m.DB.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		latest, err := tx.Exec(ctx, sqlPutReading, r.Team, everybody, r.Begun)
		if err != nil {
			return fmt.Errorf("record reading: %w", err)
		}
		if latest.RowsAffected() == 0 {
			return nil
		}
		if _, err := tx.Exec(ctx, sqlDeleteTeamCards, r.Team, r.Since, r.Begun); err != nil {
			return fmt.Errorf("delete old cards: %w", err)
		}
		if _, err := tx.Exec(ctx, sqlDeleteGone, r.Team, r.Gone, r.Begun); err != nil {
			return fmt.Errorf("delete cards: %w", err)
		}
		return putAll(ctx, tx, sorted, r.Begun)
	})
}

const (
	// The row of the reading is written first: its lock makes readings of the
	// same cards take turns, and one that began before the last changes nothing.
	sqlPutReading = `INSERT INTO mirror_readings AS last (team, person, begun) VALUES ($1, $2, $3)
		ON CONFLICT (team, person) DO UPDATE SET begun = excluded.begun WHERE last.begun <= excluded.begun`
	sqlDeleteCards = `DELETE FROM mirror_cards
		WHERE team = $1 AND person = $2 AND began >= $3 AND began < $4 AND known <= $5`
	sqlPutCard = `INSERT INTO mirror_cards AS last (team, id, person, began, card, known, open)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (team, id) DO UPDATE
		SET person = excluded.person, began = excluded.began, card = excluded.card, known = excluded.known,
			open = excluded.open
		WHERE last.known <= excluded.known`
)

// Replace implements mirror.Store.
func (m Mirror) Replace(ctx context.Context, r mirror.Reading, cards []clock.Card) error {
	sorted := slices.SortedFunc(slices.Values(cards), func(a, b clock.Card) int { return cmp.Compare(a.ID, b.ID) })
	return m.DB.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		latest, err := tx.Exec(ctx, sqlPutReading, r.Team, r.Person, r.Begun)
		if err != nil {
			return fmt.Errorf("record reading: %w", err)
		}
		if latest.RowsAffected() == 0 {
			return nil
		}
		if _, err := tx.Exec(ctx, sqlDeleteCards, r.Team, r.Person, r.Stretch.From, r.Stretch.To, r.Begun); err != nil {
			return fmt.Errorf("delete old cards: %w", err)
		}
		return putAll(ctx, tx, sorted, r.Begun)
	})
}

// putAll stores cards in one exchange with the server.
func putAll(ctx context.Context, tx pgx.Tx, cards []clock.Card, known clock.Instant) error {
	var batch pgx.Batch
	for _, c := range cards {
		args, err := cardRow(c, known)
		if err != nil {
			return err
		}
		batch.Queue(sqlPutCard, args...)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("put cards: %w", err)
	}
	return nil
}

// Put implements mirror.Store.
func (m Mirror) Put(ctx context.Context, c clock.Card, at clock.Instant) error {
	args, err := cardRow(c, at)
	if err != nil {
		return err
	}
	if _, err := m.DB.exec(ctx, sqlPutCard, args...); err != nil {
		return fmt.Errorf("put card: %w", err)
	}
	return nil
}

// cardRow gives the arguments of sqlPutCard.
func cardRow(c clock.Card, known clock.Instant) ([]any, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode card: %w", err)
	}
	var began clock.Instant
	if c.In != nil {
		began = c.In.At
	}
	return []any{c.Team, c.ID, c.Person, began, string(text), known, c.Open()}, nil
}

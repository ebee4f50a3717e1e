package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"timeclock/app/clock"
	"timeclock/server/mirror"
)

// Mirror keeps cards as last read in SQLite.
type Mirror struct{ DB *DB }

var _ mirror.Store = Mirror{}

const (
	selectCards   = `SELECT card FROM mirror_cards WHERE team = ? AND person = ? AND began >= ? AND began < ?`
	selectReading = `SELECT begun FROM mirror_readings WHERE team = ? AND person = ?`
)

// Cards implements mirror.Store.
func (m Mirror) Cards(ctx context.Context, team, person string, s clock.Stretch) ([]clock.Card, clock.Instant, error) {
	var asOf clock.Instant
	err := m.DB.Read.QueryRowContext(ctx, selectReading, team, person).Scan(&asOf)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, 0, fmt.Errorf("select reading: %w", err)
	}
	rows, err := m.DB.Read.QueryContext(ctx, selectCards, team, person, s.From, s.To)
	if err != nil {
		return nil, 0, fmt.Errorf("select cards: %w", err)
	}
	defer rows.Close()
	var cards []clock.Card
	for rows.Next() {
		var text []byte
		var c clock.Card
		if err := rows.Scan(&text); err != nil {
			return nil, 0, fmt.Errorf("select cards: %w", err)
		}
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, 0, fmt.Errorf("decode stored card: %w", err)
		}
		cards = append(cards, c)
	}
	return cards, asOf, rows.Err()
}

const (
	deleteCards = `DELETE FROM mirror_cards
		WHERE team = ? AND person = ? AND began >= ? AND began < ? AND known <= ?`
	putCard = `INSERT INTO mirror_cards (team, id, person, began, card, known) VALUES (?,?,?,?,?,?)
		ON CONFLICT (team, id) DO UPDATE
		SET person = excluded.person, began = excluded.began, card = excluded.card, known = excluded.known
		WHERE mirror_cards.known <= excluded.known`
	putReading = `INSERT INTO mirror_readings (team, person, begun) VALUES (?,?,?)
		ON CONFLICT (team, person) DO UPDATE SET begun = max(begun, excluded.begun)`
)

// Replace implements mirror.Store.
func (m Mirror) Replace(ctx context.Context, r mirror.Reading, cards []clock.Card) error {
	return m.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, deleteCards, r.Team, r.Person, r.Stretch.From, r.Stretch.To, r.Begun)
		if err != nil {
			return fmt.Errorf("delete old cards: %w", err)
		}
		for _, c := range cards {
			if err := put(ctx, tx, c, r.Begun); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, putReading, r.Team, r.Person, r.Begun); err != nil {
			return fmt.Errorf("record reading: %w", err)
		}
		return nil
	})
}

// Put implements mirror.Store.
func (m Mirror) Put(ctx context.Context, c clock.Card, at clock.Instant) error {
	return m.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return put(ctx, tx, c, at) })
}

func put(ctx context.Context, tx *sql.Tx, c clock.Card, known clock.Instant) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode card: %w", err)
	}
	var began clock.Instant
	if c.In != nil {
		began = c.In.At
	}
	if _, err := tx.ExecContext(ctx, putCard, c.Team, c.ID, c.Person, began, string(text), known); err != nil {
		return fmt.Errorf("put card: %w", err)
	}
	return nil
}

package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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
	asOf, err := m.read(ctx, team, person)
	if err != nil {
		return nil, 0, err
	}
	cards, err := m.list(ctx, selectCards, team, person, s.From, s.To)
	return cards, asOf, err
}

// list gives the cards that a query selects.
func (m Mirror) list(ctx context.Context, query string, args ...any) ([]clock.Card, error) {
	rows, err := m.DB.query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select cards: %w", err)
	}
	defer rows.Close()
	var cards []clock.Card
	for rows.Next() {
		var text []byte
		var c clock.Card
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("select cards: %w", err)
		}
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, fmt.Errorf("decode stored card: %w", err)
		}
		cards = append(cards, c)
	}
	return cards, rows.Err()
}

// A reading of a whole team is of nobody in particular.
const (
	everybody       = ""
	selectTeamCards = `SELECT card FROM mirror_cards WHERE team = ?1 AND began >= ?2
		UNION ALL SELECT card FROM mirror_cards WHERE team = ?1 AND open AND began < ?2`
	deleteTeamCards = `DELETE FROM mirror_cards WHERE team = ? AND began >= ? AND known <= ?`
	deleteCard      = `DELETE FROM mirror_cards WHERE team = ? AND id = ? AND known <= ?`
)

// Team implements mirror.Store.
func (m Mirror) Team(ctx context.Context, team string, since clock.Instant) ([]clock.Card, clock.Instant, error) {
	asOf, err := m.read(ctx, team, everybody)
	if err != nil {
		return nil, 0, err
	}
	cards, err := m.list(ctx, selectTeamCards, team, since)
	return mirror.Recent(cards, since), asOf, err
}

// TeamRead implements mirror.Store.
func (m Mirror) TeamRead(ctx context.Context, team string) (clock.Instant, error) {
	return m.read(ctx, team, everybody)
}

// read tells when a reading last ended.
func (m Mirror) read(ctx context.Context, team, person string) (clock.Instant, error) {
	var asOf clock.Instant
	err := m.DB.queryRow(ctx, selectReading, team, person).Scan(&asOf)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("select reading: %w", err)
	}
	return asOf, nil
}

// ReplaceTeam implements mirror.Store.
func (m Mirror) ReplaceTeam(ctx context.Context, r mirror.TeamReading) error {
	return m.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, deleteTeamCards, r.Team, r.Since, r.Begun); err != nil {
			return fmt.Errorf("delete old cards: %w", err)
		}
		for _, id := range r.Gone {
			if _, err := tx.ExecContext(ctx, deleteCard, r.Team, id, r.Begun); err != nil {
				return fmt.Errorf("delete card: %w", err)
			}
		}
		for _, c := range slices.Concat(r.Cards, r.Older) {
			if err := put(ctx, tx, c, r.Begun); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, putReading, r.Team, everybody, r.Begun); err != nil {
			return fmt.Errorf("record reading: %w", err)
		}
		return nil
	})
}

const (
	deleteCards = `DELETE FROM mirror_cards
		WHERE team = ? AND person = ? AND began >= ? AND began < ? AND known <= ?`
	putCard = `INSERT INTO mirror_cards (team, id, person, began, card, known, open) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (team, id) DO UPDATE
		SET person = excluded.person, began = excluded.began, card = excluded.card, known = excluded.known,
			open = excluded.open
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
	if _, err := tx.ExecContext(ctx, putCard, c.Team, c.ID, c.Person, began, string(text), known, c.Open()); err != nil {
		return fmt.Errorf("put card: %w", err)
	}
	return nil
}

package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"timeclock/app/clock"
	"timeclock/server/roster"
)

// Roster keeps people's teams in SQLite.
type Roster struct{ DB *DB }

var _ roster.Store = Roster{}

const (
	selectTeams = `SELECT teams, read FROM rosters WHERE person = ?`
	putTeams    = `INSERT INTO rosters (person, teams, read) VALUES (?,?,?)
		ON CONFLICT (person) DO UPDATE SET teams = excluded.teams, read = excluded.read`
)

// Teams implements roster.Store.
func (r Roster) Teams(ctx context.Context, person string) ([]roster.Team, clock.Instant, error) {
	var text []byte
	var read clock.Instant
	err := r.DB.Read.QueryRowContext(ctx, selectTeams, person).Scan(&text, &read)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("select teams: %w", err)
	}
	var teams []roster.Team
	if err := json.Unmarshal(text, &teams); err != nil {
		return nil, 0, fmt.Errorf("decode stored teams: %w", err)
	}
	return teams, read, nil
}

// SetTeams implements roster.Store.
func (r Roster) SetTeams(ctx context.Context, person string, teams []roster.Team, read clock.Instant) error {
	text, err := json.Marshal(teams)
	if err != nil {
		return fmt.Errorf("encode teams: %w", err)
	}
	if _, err := r.DB.exec(ctx, putTeams, person, string(text), read); err != nil {
		return fmt.Errorf("put teams: %w", err)
	}
	return nil
}

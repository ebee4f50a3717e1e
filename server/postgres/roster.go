package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"timeclock/app/clock"
	"timeclock/server/roster"
)

// Roster keeps people's teams in PostgreSQL.
type Roster struct{ DB *DB }

var _ roster.Store = Roster{}

const (
	sqlSelectTeams = `SELECT teams, read FROM rosters WHERE person = $1`
	sqlPutTeams    = `INSERT INTO rosters (person, teams, read) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET teams = excluded.teams, read = excluded.read`
)

// Teams implements roster.Store.
func (r Roster) Teams(ctx context.Context, person string) ([]roster.Team, clock.Instant, error) {
	var text string
	var read clock.Instant
	found, err := r.DB.one(ctx, sqlSelectTeams, []any{person}, &text, &read)
	if err != nil || !found {
		return nil, 0, err
	}
	var teams []roster.Team
	if err := json.Unmarshal([]byte(text), &teams); err != nil {
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
	if _, err := r.DB.exec(ctx, sqlPutTeams, person, string(text), read); err != nil {
		return fmt.Errorf("put teams: %w", err)
	}
	return nil
}

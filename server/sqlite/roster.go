package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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

// teams is a person's list and when it was read.
type teams struct {
	list []roster.Team
	read clock.Instant
}

// Teams implements roster.Store.
func (r Roster) Teams(ctx context.Context, person string) ([]roster.Team, clock.Instant, error) {
	t, _, err := recall(r.DB, &r.DB.teams, person, func() (teams, bool, error) { return r.teams(ctx, person) })
	return slices.Clone(t.list), t.read, err
}

func (r Roster) teams(ctx context.Context, person string) (teams, bool, error) {
	var text []byte
	var t teams
	err := r.DB.queryRow(ctx, selectTeams, person).Scan(&text, &t.read)
	if errors.Is(err, sql.ErrNoRows) {
		return teams{}, false, nil
	}
	if err != nil {
		return teams{}, false, fmt.Errorf("select teams: %w", err)
	}
	if err := json.Unmarshal(text, &t.list); err != nil {
		return teams{}, false, fmt.Errorf("decode stored teams: %w", err)
	}
	return t, true, nil
}

// SetTeams implements roster.Store.
func (r Roster) SetTeams(ctx context.Context, person string, teams []roster.Team, read clock.Instant) error {
	text, err := json.Marshal(teams)
	if err != nil {
		return fmt.Errorf("encode teams: %w", err)
	}
	defer r.DB.teams.drop(person)
	if _, err := r.DB.exec(ctx, putTeams, person, string(text), read); err != nil {
		return fmt.Errorf("put teams: %w", err)
	}
	return nil
}

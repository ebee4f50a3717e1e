package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"timeclock/app/clock"
	"timeclock/server/journal"
	"timeclock/server/petition"
)

// Petitions keeps what people ask for in PostgreSQL.
type Petitions struct{ DB *DB }

var _ petition.Store = Petitions{}

const petitionColumns = `id, person, object, name, team, card, asked, text, made, state, decider, decided, word`

const sqlInsertPetition = `INSERT INTO petitions (` + petitionColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING`

// Ask implements petition.Store.
func (s Petitions) Ask(ctx context.Context, p petition.Petition) (petition.Petition, bool, error) {
	n, err := s.DB.exec(ctx, sqlInsertPetition, p.ID, p.Person, p.Object, storable(p.Name), p.Team, p.Card, p.Asked.Bytes(),
		storable(p.Text), p.Made, p.State, p.Decider, p.Decided, storable(p.Word))
	if err != nil {
		return petition.Petition{}, false, fmt.Errorf("insert petition: %w", err)
	}
	stored, err := s.Petition(ctx, p.ID)
	return stored, n > 0, err
}

const sqlSelectPetition = `SELECT ` + petitionColumns + ` FROM petitions WHERE id = $1`

// Petition implements petition.Store.
func (s Petitions) Petition(ctx context.Context, id string) (petition.Petition, error) {
	found, err := s.list(ctx, sqlSelectPetition, id)
	if err == nil && len(found) == 0 {
		err = petition.ErrNone
	}
	if err != nil {
		return petition.Petition{}, err
	}
	return found[0], nil
}

const sqlClosePetition = `UPDATE petitions SET state = $1, decider = $2, decided = $3, word = $4 WHERE id = $5 AND state = 'open'`

// Close implements petition.Store.
func (s Petitions) Close(ctx context.Context, p petition.Petition) (bool, error) {
	n, err := s.DB.exec(ctx, sqlClosePetition, p.State, p.Decider, p.Decided, storable(p.Word), p.ID)
	if err != nil {
		return false, fmt.Errorf("update petition: %w", err)
	}
	return n > 0, nil
}

const (
	sqlPetitionsOf = `SELECT ` + petitionColumns + ` FROM petitions
		WHERE person = $1 AND team = $2 AND made >= $3 ORDER BY made DESC, id`
	sqlPetitionsOpen = `SELECT ` + petitionColumns + ` FROM petitions
		WHERE team = $1 AND state = 'open' AND made >= $2 ORDER BY made, id`
	sqlPetitionsAbout  = `SELECT ` + petitionColumns + ` FROM petitions WHERE team = $1 AND card = $2 AND card <> '' ORDER BY made, id`
	sqlForgetPetitions = `DELETE FROM petitions WHERE made < $1`
)

// Of implements petition.Store.
func (s Petitions) Of(ctx context.Context, person, team string, since clock.Instant) ([]petition.Petition, error) {
	return s.list(ctx, sqlPetitionsOf, person, team, since)
}

// Open implements petition.Store.
func (s Petitions) Open(ctx context.Context, team string, since clock.Instant) ([]petition.Petition, error) {
	return s.list(ctx, sqlPetitionsOpen, team, since)
}

// About implements petition.Store.
func (s Petitions) About(ctx context.Context, team, card string) ([]petition.Petition, error) {
	return s.list(ctx, sqlPetitionsAbout, team, card)
}

// Forget implements petition.Store.
func (s Petitions) Forget(ctx context.Context, before clock.Instant) (int, error) {
	n, err := s.DB.exec(ctx, sqlForgetPetitions, before)
	if err != nil {
		return 0, fmt.Errorf("delete petitions: %w", err)
	}
	return int(n), nil
}

func (s Petitions) list(ctx context.Context, query string, args ...any) ([]petition.Petition, error) {
	found, err := all(ctx, s.DB, scanPetition, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select petitions: %w", err)
	}
	return found, nil
}

func scanPetition(row pgx.CollectableRow) (petition.Petition, error) {
	var p petition.Petition
	var asked []byte
	err := row.Scan(&p.ID, &p.Person, &p.Object, &p.Name, &p.Team, &p.Card, &asked, &p.Text, &p.Made,
		&p.State, &p.Decider, &p.Decided, &p.Word)
	if err != nil {
		return p, err
	}
	change, err := journal.ChangeOf(asked)
	if err == nil && change != nil {
		p.Asked = *change
	}
	return p, err
}

package sqlite

import (
	"context"
	"fmt"

	"timeclock/app/clock"
	"timeclock/server/journal"
	"timeclock/server/petition"
)

// Petitions keeps what people ask for in SQLite.
type Petitions struct{ DB *DB }

var _ petition.Store = Petitions{}

const petitionColumns = `id, person, object, name, team, card, asked, text, made, state, decider, decided, word`

const insertPetition = `INSERT INTO petitions (` + petitionColumns + `)
	VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING`

// Ask implements petition.Store.
func (s Petitions) Ask(ctx context.Context, p petition.Petition) (petition.Petition, bool, error) {
	n, err := s.DB.exec(ctx, insertPetition, p.ID, p.Person, p.Object, p.Name, p.Team, p.Card, p.Asked.Bytes(),
		p.Text, p.Made, p.State, p.Decider, p.Decided, p.Word)
	if err != nil {
		return petition.Petition{}, false, fmt.Errorf("insert petition: %w", err)
	}
	stored, err := s.Petition(ctx, p.ID)
	return stored, n > 0, err
}

const selectPetition = `SELECT ` + petitionColumns + ` FROM petitions WHERE id = ?`

// Petition implements petition.Store.
func (s Petitions) Petition(ctx context.Context, id string) (petition.Petition, error) {
	found, err := s.list(ctx, selectPetition, id)
	if err == nil && len(found) == 0 {
		err = petition.ErrNone
	}
	if err != nil {
		return petition.Petition{}, err
	}
	return found[0], nil
}

const closePetition = `UPDATE petitions SET state = ?, decider = ?, decided = ?, word = ? WHERE id = ? AND state = 'open'`

// Close implements petition.Store.
func (s Petitions) Close(ctx context.Context, p petition.Petition) (bool, error) {
	n, err := s.DB.exec(ctx, closePetition, p.State, p.Decider, p.Decided, p.Word, p.ID)
	if err != nil {
		return false, fmt.Errorf("update petition: %w", err)
	}
	return n > 0, nil
}

const (
	petitionsOf = `SELECT ` + petitionColumns + ` FROM petitions
		WHERE person = ? AND team = ? AND made >= ? ORDER BY made DESC, id`
	petitionsOpen = `SELECT ` + petitionColumns + ` FROM petitions
		WHERE team = ? AND state = 'open' AND made >= ? ORDER BY made, id`
	petitionsAbout = `SELECT ` + petitionColumns + ` FROM petitions WHERE team = ? AND card = ? AND card <> '' ORDER BY made, id`
	forgetPetition = `DELETE FROM petitions WHERE made < ?`
)

// Of implements petition.Store.
func (s Petitions) Of(ctx context.Context, person, team string, since clock.Instant) ([]petition.Petition, error) {
	return s.list(ctx, petitionsOf, person, team, since)
}

// Open implements petition.Store.
func (s Petitions) Open(ctx context.Context, team string, since clock.Instant) ([]petition.Petition, error) {
	return s.list(ctx, petitionsOpen, team, since)
}

// About implements petition.Store.
func (s Petitions) About(ctx context.Context, team, card string) ([]petition.Petition, error) {
	return s.list(ctx, petitionsAbout, team, card)
}

// Forget implements petition.Store.
func (s Petitions) Forget(ctx context.Context, before clock.Instant) (int, error) {
	n, err := s.DB.exec(ctx, forgetPetition, before)
	if err != nil {
		return 0, fmt.Errorf("delete petitions: %w", err)
	}
	return n, nil
}

func (s Petitions) list(ctx context.Context, query string, args ...any) ([]petition.Petition, error) {
	rows, err := s.DB.Read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("select petitions: %w", err)
	}
	defer rows.Close()
	var found []petition.Petition
	for rows.Next() {
		var p petition.Petition
		var asked []byte
		if err := rows.Scan(&p.ID, &p.Person, &p.Object, &p.Name, &p.Team, &p.Card, &asked, &p.Text, &p.Made,
			&p.State, &p.Decider, &p.Decided, &p.Word); err != nil {
			return nil, fmt.Errorf("select petitions: %w", err)
		}
		change, err := journal.ChangeOf(asked)
		if err != nil || change == nil {
			return nil, fmt.Errorf("select petitions: what one asks for: %w", err)
		}
		p.Asked = *change
		found = append(found, p)
	}
	return found, rows.Err()
}

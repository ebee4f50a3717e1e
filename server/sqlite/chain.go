package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"timeclock/server/journal"
)

const (
	selectHead = `SELECT seq, hash FROM chains WHERE person = ?`
	setHead    = `INSERT INTO chains (person, seq, hash) VALUES (?,?,?)
		ON CONFLICT (person) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`
	insertEvent = `INSERT INTO events (person, seq, at, what, press, data, prev, hash) VALUES (?,?,?,?,?,?,?,?)`
)

// record runs a statement that keeps a press, and appends the events of e if it
// changed something. It answers whether it did.
func (s Journal) record(ctx context.Context, e journal.Entry, query string, args ...any) (changed bool, err error) {
	ready, err := s.DB.compile(ctx, query, selectHead, insertEvent, setHead)
	if err != nil {
		return false, err
	}
	err = s.DB.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(tx.StmtContext(ctx, ready[query]).ExecContext(ctx, args...))
		if err != nil || n == 0 {
			return err
		}
		changed = true
		return extend(ctx, tx, ready, e)
	})
	return changed && err == nil, err
}

// extend appends events to the chain of their person. The transaction has the
// write lock, so that nobody else's head can be this one.
func extend(ctx context.Context, tx *sql.Tx, ready compiled, e journal.Entry) error {
	if len(e.Events) == 0 {
		return nil
	}
	head, err := scanHead(e.Person, tx.StmtContext(ctx, ready[selectHead]).QueryRowContext(ctx, e.Person).Scan)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read head: %w", err)
	}
	insert := tx.StmtContext(ctx, ready[insertEvent])
	for _, event := range e.Events {
		l := journal.Seal(head, event)
		_, err := insert.ExecContext(ctx, l.Person, l.Seq, l.At, l.What, l.Press, string(l.Data), l.Prev[:], l.Hash[:])
		if err != nil {
			return fmt.Errorf("append event %d: %w", l.Seq, err)
		}
		head = l.Head()
	}
	if _, err := tx.StmtContext(ctx, ready[setHead]).ExecContext(ctx, head.Person, head.Seq, head.Hash[:]); err != nil {
		return fmt.Errorf("set head: %w", err)
	}
	return nil
}

// compiled are statements by their text. To compile one takes longer than to
// run it.
type compiled map[string]*sql.Stmt

// compile gives statements for transactions on Write, each compiled once. It
// must not be called within one, which has the only connection.
func (db *DB) compile(ctx context.Context, queries ...string) (compiled, error) {
	ready := compiled{}
	for _, query := range queries {
		made, ok := db.compiled.Load(query)
		if !ok {
			fresh, err := db.Write.PrepareContext(ctx, query)
			if err != nil {
				return nil, fmt.Errorf("compile statement: %w", err)
			}
			if made, ok = db.compiled.LoadOrStore(query, fresh); ok {
				_ = fresh.Close() // somebody was faster
			}
		}
		ready[query] = made.(*sql.Stmt)
	}
	return ready, nil
}

// scanHead reads seq and hash of a person's head.
func scanHead(person string, scan func(...any) error) (journal.Head, error) {
	head := journal.Head{Person: person}
	var hash []byte
	if err := scan(&head.Seq, &hash); err != nil {
		return head, err
	}
	head.Hash = journal.HashOf(hash)
	return head, nil
}

// chains reads the record through a pool or in a transaction.
type chains struct {
	q interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	}
}

// Chains gives the record. Each reading is of one moment, and two are not.
func (s Journal) Chains() journal.Chains { return chains{s.DB.Read} }

const (
	selectHeads       = `SELECT person, seq, hash FROM chains ORDER BY person`
	selectCheckpoints = `SELECT person, seq, hash FROM checkpoints ORDER BY person`
)

// Heads implements journal.Chains.
func (c chains) Heads(ctx context.Context) ([]journal.Head, error) { return c.list(ctx, selectHeads) }

// Checkpoints implements journal.Chains.
func (c chains) Checkpoints(ctx context.Context) ([]journal.Head, error) {
	return c.list(ctx, selectCheckpoints)
}

func (c chains) list(ctx context.Context, query string) ([]journal.Head, error) {
	rows, err := c.q.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("select heads: %w", err)
	}
	defer rows.Close()
	var heads []journal.Head
	for rows.Next() {
		var person string
		head, err := scanHead("", func(into ...any) error { return rows.Scan(append([]any{&person}, into...)...) })
		if err != nil {
			return nil, fmt.Errorf("select heads: %w", err)
		}
		head.Person = person
		heads = append(heads, head)
	}
	return heads, rows.Err()
}

const (
	selectEvents   = `SELECT person, seq, at, what, press, data, prev, hash FROM events WHERE seq >= ? ORDER BY person, seq`
	selectEventsOf = `SELECT person, seq, at, what, press, data, prev, hash FROM events WHERE seq >= ? AND person = ? ORDER BY seq`
)

// Events implements journal.Chains.
func (c chains) Events(ctx context.Context, person string, seq int64, f func(journal.Link) error) error {
	query, args := selectEvents, []any{seq}
	if person != "" {
		query, args = selectEventsOf, []any{seq, person}
	}
	rows, err := c.q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("select events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		l, err := scanLink(rows.Scan)
		if err != nil {
			return fmt.Errorf("select events: %w", err)
		}
		if err := f(l); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanLink(scan func(...any) error) (journal.Link, error) {
	var l journal.Link
	var data string
	var prev, hash []byte
	err := scan(&l.Person, &l.Seq, &l.At, &l.What, &l.Press, &data, &prev, &hash)
	l.Data, l.Prev, l.Hash = []byte(data), journal.HashOf(prev), journal.HashOf(hash)
	return l, err
}

package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"timeclock/server/journal"
)

const (
	sqlBegin    = `BEGIN`
	sqlCommit   = `COMMIT`
	sqlRollback = `ROLLBACK`
	// The row of a chain is its lock: whoever extends it waits here.
	sqlLockChain  = `SELECT seq, hash FROM chains WHERE person = $1 FOR UPDATE`
	sqlBeginChain = `INSERT INTO chains AS c (person, seq, hash) VALUES ($1, 0, $2)
		ON CONFLICT (person) DO UPDATE SET seq = c.seq RETURNING seq, hash`
	sqlSetHead     = `UPDATE chains SET seq = $2, hash = $3 WHERE person = $1`
	sqlInsertEvent = `INSERT INTO events (person, seq, at, what, press, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

// record runs a statement that keeps a press, and appends the events of e if it
// changed something. It answers whether it did.
func (s Journal) record(ctx context.Context, e journal.Entry, query string, args ...any) (changed bool, err error) {
	if len(e.Events) == 0 {
		n, err := s.DB.exec(ctx, query, args...)
		return n > 0, err
	}
	err = again(ctx, func(ctx context.Context) error {
		return s.DB.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) (err error) {
			changed, err = recordOver(ctx, c.Conn(), e, query, args)
			return err
		})
	})
	return changed, err
}

// recordOver is record over one connection, in two round trips, since an event
// has its hash only once the chain is locked. Everybody locks a press before a
// chain.
func recordOver(ctx context.Context, conn *pgx.Conn, e journal.Entry, query string, args []any) (changed bool, err error) {
	defer undo(ctx, conn)
	head := journal.Head{Person: e.Person}
	keep := &pgx.Batch{}
	keep.Queue(sqlBegin)
	keep.Queue(query, args...).Exec(func(tag pgconn.CommandTag) error {
		changed = tag.RowsAffected() > 0
		return nil
	})
	keep.Queue(sqlLockChain, e.Person).QueryRow(func(row pgx.Row) (err error) {
		if head, err = scanHead(e.Person, row); errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err := conn.SendBatch(ctx, keep).Close(); err != nil || !changed {
		return false, err
	}
	if head.Seq == 0 {
		first := conn.QueryRow(ctx, sqlBeginChain, e.Person, head.Hash[:])
		if head, err = scanHead(e.Person, first); err != nil {
			return false, fmt.Errorf("begin chain: %w", err)
		}
	}
	if err := extend(ctx, conn, head, e.Events); err != nil {
		return false, fmt.Errorf("append events: %w", err)
	}
	return true, nil
}

// extend appends events to a chain that is locked, and commits.
func extend(ctx context.Context, conn *pgx.Conn, head journal.Head, events []journal.Event) error {
	add := &pgx.Batch{}
	for _, e := range events {
		l := journal.Seal(head, e)
		add.Queue(sqlInsertEvent, l.Person, l.Seq, l.At, l.What, l.Press, string(l.Data), l.Prev[:], l.Hash[:])
		head = l.Head()
	}
	add.Queue(sqlSetHead, head.Person, head.Seq, head.Hash[:])
	add.Queue(sqlCommit)
	return conn.SendBatch(ctx, add).Close()
}

// undo rolls back a transaction that was not committed. If that fails, the pool
// closes the connection, which does the same.
func undo(ctx context.Context, conn *pgx.Conn) {
	if status := conn.PgConn().TxStatus(); status != 'I' {
		_, _ = conn.Exec(ctx, sqlRollback)
	}
}

// scanHead reads seq and hash of a person's head.
func scanHead(person string, row pgx.Row) (journal.Head, error) {
	head := journal.Head{Person: person}
	var hash []byte
	if err := row.Scan(&head.Seq, &hash); err != nil {
		return head, err
	}
	head.Hash = journal.HashOf(hash)
	return head, nil
}

// chains reads the record through a pool or in a transaction.
type chains struct {
	q interface {
		Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	}
}

// Chains gives the record. Each reading is of one moment, and two are not.
func (s Journal) Chains() journal.Chains { return chains{s.DB.pool} }

const (
	sqlHeads       = `SELECT person, seq, hash FROM chains WHERE seq > 0 ORDER BY person`
	sqlCheckpoints = `SELECT person, seq, hash FROM checkpoints ORDER BY person`
)

// Heads implements journal.Chains.
func (c chains) Heads(ctx context.Context) ([]journal.Head, error) { return c.list(ctx, sqlHeads) }

// Checkpoints implements journal.Chains.
func (c chains) Checkpoints(ctx context.Context) ([]journal.Head, error) {
	return c.list(ctx, sqlCheckpoints)
}

func (c chains) list(ctx context.Context, query string) ([]journal.Head, error) {
	rows, err := c.q.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("select heads: %w", err)
	}
	heads, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (journal.Head, error) {
		var head journal.Head
		var hash []byte
		err := row.Scan(&head.Person, &head.Seq, &hash)
		head.Hash = journal.HashOf(hash)
		return head, err
	})
	if err != nil {
		return nil, fmt.Errorf("select heads: %w", err)
	}
	return heads, nil
}

const (
	sqlEvents   = `SELECT person, seq, at, what, press, data, prev, hash FROM events WHERE seq >= $1 ORDER BY person, seq`
	sqlEventsOf = `SELECT person, seq, at, what, press, data, prev, hash FROM events WHERE seq >= $1 AND person = $2 ORDER BY seq`
)

// Events implements journal.Chains.
func (c chains) Events(ctx context.Context, person string, seq int64, f func(journal.Link) error) error {
	query, args := sqlEvents, []any{seq}
	if person != "" {
		query, args = sqlEventsOf, []any{seq, person}
	}
	rows, err := c.q.Query(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("select events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		l, err := scanLink(rows)
		if err != nil {
			return fmt.Errorf("select events: %w", err)
		}
		if err := f(l); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanLink(row pgx.Row) (journal.Link, error) {
	var l journal.Link
	var data string
	var prev, hash []byte
	err := row.Scan(&l.Person, &l.Seq, &l.At, &l.What, &l.Press, &data, &prev, &hash)
	l.Data, l.Prev, l.Hash = []byte(data), journal.HashOf(prev), journal.HashOf(hash)
	return l, err
}

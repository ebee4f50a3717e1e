package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// mostTogether bounds how many changes are committed together, so that none
// waits long for the others.
const mostTogether = 64

// changes are committed together: those that come while a commit is under way
// wait for it and then share the next. A commit costs one write to the disk, the
// one that takes long, however many changes it makes.
type changes struct {
	mu      sync.Mutex // protects what follows
	waiting []*change
	busy    bool // somebody commits
}

// change is one part of a transaction. Its outcome is sent to done, once.
type change struct {
	ctx  context.Context
	do   func(ctx context.Context, tx *sql.Tx) error
	done chan error
}

// tx runs f in a write transaction and commits what it did, or nothing: an error
// of f undoes f alone, though others may share the transaction. f is given a
// context that is not cut short, since SQLite would undo the others with it
// (sqlite.org/c3ref/interrupt.html); once ctx has ended f is not begun.
func (db *DB) tx(ctx context.Context, f func(ctx context.Context, tx *sql.Tx) error) error {
	c := &change{ctx, f, make(chan error, 1)}
	db.changes.mu.Lock()
	db.changes.waiting = append(db.changes.waiting, c)
	lead := !db.changes.busy
	db.changes.busy = true
	db.changes.mu.Unlock()
	if lead {
		db.commit()
	}
	return <-c.done
}

// exec makes one change by itself and tells how many rows it changed.
func (db *DB) exec(ctx context.Context, query string, args ...any) (n int, err error) {
	err = db.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err = affected(tx.ExecContext(ctx, query, args...))
		return err
	})
	return n, err
}

// commit commits those who wait, and sees to it that somebody does so for those
// who come meanwhile.
func (db *DB) commit() {
	db.changes.mu.Lock()
	n := min(len(db.changes.waiting), mostTogether)
	together := db.changes.waiting[:n:n]
	db.changes.waiting = db.changes.waiting[n:]
	if db.changes.busy = n > 0; !db.changes.busy {
		db.changes.waiting = nil
	}
	db.changes.mu.Unlock()
	if n > 0 {
		db.together(together)
		go db.commit()
	}
}

// errUndone is what a change says whose transaction was given up by another's
// panic.
var errUndone = errors.New("transaction given up")

// together makes all changes in one transaction and tells each what became of
// it.
func (db *DB) together(all []*change) {
	outcome := make([]error, len(all))
	for i := range outcome {
		outcome[i] = errUndone
	}
	defer func() {
		for i, c := range all {
			c.done <- outcome[i]
		}
	}()
	ctx := context.WithoutCancel(all[0].ctx)
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		fill(outcome, fmt.Errorf("begin: %w", err))
		return
	}
	defer tx.Rollback()
	results := make([]error, len(all))
	for i, c := range all {
		results[i] = c.run(tx)
	}
	if err := tx.Commit(); err != nil {
		fill(outcome, fmt.Errorf("commit: %w", err))
		return
	}
	copy(outcome, results)
}

func fill(errs []error, err error) {
	for i := range errs {
		errs[i] = err
	}
}

// run makes one change. If it fails, what it did is undone; where that fails too,
// the whole transaction is.
func (c *change) run(tx *sql.Tx) error {
	if err := c.ctx.Err(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	ctx := context.WithoutCancel(c.ctx)
	if _, err := tx.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err := c.do(ctx, tx)
	if err != nil {
		if _, undo := tx.ExecContext(ctx, "ROLLBACK TO change"); undo != nil {
			return errors.Join(err, fmt.Errorf("undo: %w", undo), tx.Rollback())
		}
	}
	if _, release := tx.ExecContext(ctx, "RELEASE change"); release != nil {
		return errors.Join(err, fmt.Errorf("release: %w", release), tx.Rollback())
	}
	return err
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func openHere(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.exec(t.Context(), "CREATE TABLE numbers (n INTEGER PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	return db
}

var errNot = errors.New("not this one")

// insert gives a change that inserts n, and fails after that if n divides by
// three.
func insert(n int) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO numbers VALUES (?)", n); err != nil {
			return err
		}
		if n%3 == 0 {
			return errNot
		}
		return nil
	}
}

func count(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.Read.QueryRowContext(t.Context(), "SELECT count(*) FROM numbers").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestChangesOfOneCommitAreApart: of many at once, those that fail leave
// nothing, and the others are there when they are told so.
func TestChangesOfOneCommitAreApart(t *testing.T) {
	db := openHere(t)
	var all sync.WaitGroup
	for n := range 300 {
		all.Go(func() {
			err := db.tx(t.Context(), insert(n))
			if want := n%3 == 0; errors.Is(err, errNot) != want || !want && err != nil {
				t.Errorf("%d: %v", n, err)
			}
			var there int
			if err := db.Read.QueryRowContext(t.Context(), "SELECT count(*) FROM numbers WHERE n = ?", n).Scan(&there); err != nil || (there == 1) == (n%3 == 0) {
				t.Errorf("%d stands there %d times, %v", n, there, err)
			}
		})
	}
	all.Wait()
	if n := count(t, db); n != 200 {
		t.Errorf("%d rows, want 200", n)
	}
}

// hold keeps the writer busy until release is called, so that what comes
// meanwhile is committed together.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	begun, end := make(chan bool), make(chan bool)
	go db.tx(context.Background(), func(context.Context, *sql.Tx) error {
		close(begun)
		<-end
		return nil
	})
	<-begun
	return func() { close(end) }
}

func (db *DB) queued() int {
	db.changes.mu.Lock()
	defer db.changes.mu.Unlock()
	return len(db.changes.waiting)
}

// together starts changes so that one transaction has them all, in order, and
// gives what became of each.
func together(t *testing.T, db *DB, changes ...func() error) []error {
	t.Helper()
	release := hold(t, db)
	outcome := make([]error, len(changes))
	var all sync.WaitGroup
	for i, change := range changes {
		all.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					outcome[i] = fmt.Errorf("panic: %v", r)
				}
			}()
			outcome[i] = change()
		})
		for deadline := time.Now().Add(5 * time.Second); db.queued() <= i; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("a change does not line up")
			}
		}
	}
	release()
	all.Wait()
	return outcome
}

// TestACancelledChangeUndoesNoOther: SQLite would roll back the whole
// transaction whose statement is interrupted.
func TestACancelledChangeUndoesNoOther(t *testing.T) {
	db := openHere(t)
	early, cancelEarly := context.WithCancel(t.Context())
	during, cancelDuring := context.WithCancel(t.Context())
	outcome := together(t, db,
		func() error { return db.tx(t.Context(), insert(1)) },
		func() error { return db.tx(early, insert(2)) },
		func() error {
			cancelEarly()
			return db.tx(during, func(ctx context.Context, tx *sql.Tx) error {
				cancelDuring()
				return insert(4)(ctx, tx)
			})
		},
		func() error { return db.tx(t.Context(), insert(5)) },
	)
	if outcome[0] != nil || !errors.Is(outcome[1], context.Canceled) || outcome[2] != nil || outcome[3] != nil {
		t.Errorf("the changes: %v; want only the second to be given up", outcome)
	}
	if n := count(t, db); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

// TestALostTransactionIsToldToAll: none is told to be there that is not.
func TestALostTransactionIsToldToAll(t *testing.T) {
	db := openHere(t)
	outcome := together(t, db,
		func() error { return db.tx(t.Context(), insert(1)) },
		func() error {
			return db.tx(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, "ROLLBACK")
				return err
			})
		},
		func() error { return db.tx(t.Context(), insert(2)) },
	)
	for i, err := range outcome {
		if err == nil {
			t.Errorf("change %d is said to be there", i)
		}
	}
	if n := count(t, db); n != 0 {
		t.Errorf("%d rows, want none", n)
	}
	if err := db.tx(t.Context(), insert(1)); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

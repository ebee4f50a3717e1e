package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// ErrServed says that another process serves the database.
var ErrServed = errors.New("another process serves this database")

// errHeld says that another process holds a lock.
var errHeld = errors.New("held by another process")

// OpenAlone is Open for the one process that serves what is in the file. It
// holds a lock on a file beside it, FILE.lock, until it is closed or the
// process ends in whatever way; meanwhile the error of every other OpenAlone
// wraps ErrServed, and nothing is changed. Open goes on to work, but its claims
// are its own and not those of the process that serves.
func OpenAlone(ctx context.Context, file string) (*DB, error) {
	full, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := createPrivate(full); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	lock, err := lockFile(full + ".lock")
	if errors.Is(err, errHeld) {
		return nil, fmt.Errorf("open database %s: %w", full, ErrServed)
	}
	if err != nil {
		return nil, fmt.Errorf("reserve database: %w", err)
	}
	db, err := Open(ctx, file)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	db.lock = lock
	return db, nil
}

package session

import (
	"context"
	"time"
)

// Store keeps sessions. Every method is atomic, and what it reports as done is
// durable when it returns. Times are kept to the millisecond. An error means
// that nothing is known, never that a session is missing.
type Store interface {
	// Create adds s with its sealed tokens (version 1) and deletes the sessions
	// named by replaces, all or nothing. A hash that exists is an error.
	Create(ctx context.Context, s Session, sealed []byte, replaces ...string) error
	// Find gives the session stored under hash, live or not, or false.
	Find(ctx context.Context, hash string) (Session, bool, error)
	// Touch sets when a session was seen, unless it was seen later already, if
	// it is live at that time: it expires after seen and was seen after idle.
	// It reports whether it is.
	Touch(ctx context.Context, hash string, seen, idle time.Time) (bool, error)
	// Delete removes the sessions with their tokens and reports how many there
	// were.
	Delete(ctx context.Context, hashes ...string) (int, error)
	// Expire removes some of the sessions that expired at or before now, with
	// their tokens, and reports how many; 0 when none is left.
	Expire(ctx context.Context, now time.Time) (int, error)
}

// Grants lets tokens outlive a sign-out.
type Grants interface {
	// Part ends the session stored under hash for its person and keeps its
	// tokens until the time given, or until it expires if that is sooner. It
	// is found as Parted from then on.
	Part(ctx context.Context, hash string, until time.Time) error
}

// People finds the sessions of a person.
type People interface {
	// Of gives the person's sessions, live or not, the one seen last first.
	Of(ctx context.Context, tenant, object string) ([]Session, error)
	// Under gives the sessions, live or not, that began by the issuer's session
	// sid, if one is named, and for its subject, if one is named, or for a
	// subject that was not noted. With neither it gives none.
	Under(ctx context.Context, issuer, sid, subject string) ([]Session, error)
}

// TokenStore keeps the sealed tokens of sessions, under the same promises as
// Store.
type TokenStore interface {
	// Tokens gives the sealed tokens of a session, or false.
	Tokens(ctx context.Context, hash string) (Sealed, bool, error)
	// Lease gives the caller alone the right to renew, until the given time, if
	// the tokens still have this version and nobody's lease reaches beyond now.
	// It reports whether it did.
	Lease(ctx context.Context, hash string, version int64, now, until time.Time) (bool, error)
	// Release ends the lease if the tokens still have this version.
	Release(ctx context.Context, hash string, version int64) error
	// Swap replaces the tokens, adds 1 to their version and ends the lease, if
	// they still have the version named. It reports whether it did.
	Swap(ctx context.Context, hash string, version int64, sealed []byte) (bool, error)
}

// Sealed are tokens as they are stored.
type Sealed struct {
	Version int64
	Blob    []byte
	Expires time.Time // of the session
}

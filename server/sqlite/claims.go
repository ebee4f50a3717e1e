package sqlite

import (
	"context"
	"sync"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

var _ journal.Claims = Journal{}

// claims are held in memory: one process serves a file, and what it claimed is
// nobody's when it is gone.
type claims struct {
	mu   sync.Mutex
	held map[string]claim // by person; protected by mu
}

type claim struct {
	owner string
	until clock.Instant
}

// Claim implements journal.Claims.
func (s Journal) Claim(_ context.Context, person, owner string, now, until clock.Instant) (bool, error) {
	c := &s.DB.claims
	c.mu.Lock()
	defer c.mu.Unlock()
	if was, ok := c.held[person]; ok && was.owner != owner && was.until > now {
		return false, nil
	}
	if c.held == nil {
		c.held = map[string]claim{}
	}
	c.held[person] = claim{owner, until}
	return true, nil
}

// Release implements journal.Claims.
func (s Journal) Release(_ context.Context, person, owner string) error {
	c := &s.DB.claims
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[person].owner == owner {
		delete(c.held, person)
	}
	return nil
}

//go:build !js

package browser

import "context"

// Locks are exclusive locks by name; here, among those who share the value.
type Locks struct{ local locals }

// NewLocks gives the locks.
func NewLocks() *Locks { return &Locks{} }

// Lock waits until nobody else holds name. release may be called more than
// once.
func (l *Locks) Lock(ctx context.Context, name string) (release func(), err error) {
	return l.local.lock(ctx, name)
}

//go:build !js

package browser

import (
	"bytes"
	"context"
	"maps"
	"sync"
)

// Store is a small set of values kept under keys. Here it lives in memory, one
// per Store. Safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	items map[string][]byte // guarded by mu
}

// NewStore makes an empty store.
func NewStore(string) *Store { return &Store{items: map[string][]byte{}} }

// Load gives all there is, as copies.
func (s *Store) Load(ctx context.Context) (map[string][]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.copy(), nil
}

func (s *Store) copy() map[string][]byte {
	all := maps.Clone(s.items)
	for k, v := range all {
		all[k] = bytes.Clone(v)
	}
	return all
}

// Update calls f once with all there is and applies what it returns, whole or
// not at all.
func (s *Store) Update(ctx context.Context, f func(all map[string][]byte) Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range f(s.copy()) {
		if v == nil {
			delete(s.items, k)
			continue
		}
		s.items[k] = bytes.Clone(v)
	}
	return nil
}

package browser

import "context"

// Change is what an Update writes: a value for a key, or nil to remove it.
type Change = map[string][]byte

// check fails to compile where the two builds' stores differ.
var _ interface {
	Load(context.Context) (map[string][]byte, error)
	Update(context.Context, func(map[string][]byte) Change) error
} = (*Store)(nil)

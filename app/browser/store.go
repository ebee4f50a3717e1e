package browser

import "context"

// StoreItems is the one object store of a database of ours. Its keys and values
// are strings, so that a script beside this program can read and write it too.
const StoreItems = "items"

// Change is what an Update writes: a value for a key, or nil to remove it.
type Change = map[string][]byte

// check fails to compile where the two builds' stores differ.
var _ interface {
	Load(context.Context) (map[string][]byte, error)
	Update(context.Context, func(map[string][]byte) Change) error
} = (*Store)(nil)

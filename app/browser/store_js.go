//go:build js && wasm

package browser

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"syscall/js"
)

// Store is a small set of values kept under keys: one IndexedDB database,
// shared by all tabs of this origin. It is opened when first used, and again
// when the browser closed it. Safe for concurrent use.
type Store struct {
	name string

	mu sync.Mutex
	db js.Value // guarded by mu; undefined until open
}

// NewStore names a database; it is made when first used.
func NewStore(name string) *Store { return &Store{name: name} }

// Load gives all there is.
func (s *Store) Load(ctx context.Context) (map[string][]byte, error) {
	var all map[string][]byte
	err := s.transact(ctx, "readonly", func(found map[string][]byte) Change {
		all = found
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", s.name, err)
	}
	return all, nil
}

// Update calls f with all there is and applies what it returns, in one
// transaction that no other Update overlaps, even of another tab. When it
// returns nil the change is on disk, as far as the browser can promise it
// (durability "strict"); when it returns an error nothing was changed. f must
// not wait for anything.
func (s *Store) Update(ctx context.Context, f func(all map[string][]byte) Change) error {
	if err := s.transact(ctx, "readwrite", f); err != nil {
		return fmt.Errorf("update %s: %w", s.name, err)
	}
	return nil
}

func (s *Store) transact(ctx context.Context, mode string, f func(map[string][]byte) Change) error {
	tx, err := s.begin(ctx, mode)
	if err != nil {
		return err
	}
	return tx.run(ctx, f)
}

// begin starts a transaction, reopening a database that was closed under us.
func (s *Store) begin(ctx context.Context, mode string) (*transaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db.Truthy() {
		if tx, err := start(s.db, mode); err == nil {
			return tx, nil
		}
	}
	db, err := openDB(ctx, s.name)
	if err != nil {
		return nil, err
	}
	s.db = db
	return start(db, mode)
}

// openDB opens, or makes, a database. The connection makes way when another
// tab wants a newer version.
func openDB(ctx context.Context, name string) (db js.Value, err error) {
	defer recoverJS(&err)
	indexed := js.Global().Get("indexedDB")
	if !indexed.Truthy() {
		return js.Undefined(), ErrUnsupported
	}
	request := indexed.Call("open", name, 1)
	done := make(chan outcome, 4)
	var stops []func()
	listen := func(event string, f func()) {
		stops = append(stops, on(request, event, func(js.Value) { f() }))
	}
	listen("upgradeneeded", func() { request.Get("result").Call("createObjectStore", StoreItems) })
	listen("success", func() { done <- outcome{value: request.Get("result")} })
	listen("error", func() { done <- outcome{err: errorOf(request.Get("error"))} })
	listen("blocked", func() { done <- outcome{err: &Error{Name: "BlockedError", Message: "another tab holds " + name}} })
	defer func() {
		for _, stop := range stops {
			stop()
		}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

// transaction is one IndexedDB transaction over StoreItems.
type transaction struct {
	tx, store js.Value
}

func start(db js.Value, mode string) (t *transaction, err error) {
	defer recoverJS(&err)
	tx := db.Call("transaction", StoreItems, mode, map[string]any{"durability": "strict"})
	return &transaction{tx: tx, store: tx.Call("objectStore", StoreItems)}, nil
}

// run reads all, lets f decide and writes, all within the transaction, which
// lives only as long as its events are answered at once. It waits until the
// browser says that all of it is done or none; the end of ctx asks for none.
func (t *transaction) run(ctx context.Context, f func(map[string][]byte) Change) (err error) {
	defer recoverJS(&err)
	done := make(chan error, 2)
	keys, values := t.store.Call("getAllKeys"), t.store.Call("getAll")
	var refused error // why a write was not even taken
	stops := []func(){
		on(values, "success", func(js.Value) {
			if refused = t.write(f(pair(keys.Get("result"), values.Get("result")))); refused != nil {
				t.abort()
			}
		}),
		on(t.tx, "complete", func(js.Value) { done <- nil }),
		on(t.tx, "abort", func(js.Value) { done <- cmp.Or(refused, ctx.Err(), abortCause(t.tx)) }),
	}
	defer func() {
		for _, stop := range stops {
			stop()
		}
	}()
	defer context.AfterFunc(ctx, t.abort)()
	return <-done
}

// write issues the requests for changes. The first that throws, for want of
// room for instance, is returned.
func (t *transaction) write(changes Change) (err error) {
	defer recoverJS(&err)
	for key, value := range changes {
		if value == nil {
			t.store.Call("delete", key)
			continue
		}
		t.store.Call("put", string(value), key)
	}
	return nil
}

// abort undoes the transaction, unless it is over.
func (t *transaction) abort() {
	var err error
	defer recoverJS(&err)
	t.tx.Call("abort")
}

func abortCause(tx js.Value) error {
	if cause := tx.Get("error"); cause.Truthy() {
		return errorOf(cause)
	}
	return &Error{Name: "AbortError", Message: "transaction aborted"}
}

func pair(keys, values js.Value) map[string][]byte {
	all := make(map[string][]byte, keys.Length())
	for i := range keys.Length() {
		if v := values.Index(i); v.Type() == js.TypeString {
			all[keys.Index(i).String()] = []byte(v.String())
		}
	}
	return all
}

//go:build js && wasm

package browser

import (
	"context"
	"sync"
	"syscall/js"
)

// Locks are exclusive locks by name among all tabs of this origin (Web Locks
// API), which the browser frees when a tab dies. Where the browser has none
// they hold within this tab only.
type Locks struct{ local locals }

// NewLocks gives the locks.
func NewLocks() *Locks { return &Locks{} }

// Lock waits until nobody else holds name. release may be called more than
// once.
func (l *Locks) Lock(ctx context.Context, name string) (release func(), err error) {
	manager := js.Global().Get("navigator").Get("locks")
	if !manager.Truthy() {
		return l.local.lock(ctx, name)
	}
	return request(ctx, manager, name)
}

// request asks the manager. The lock is held while the promise that the
// callback returns is pending, so releasing is resolving that promise; to
// resolve it before the lock was granted gives the lock up as soon as it is.
func request(ctx context.Context, manager js.Value, name string) (release func(), err error) {
	hold, release := pending()
	granted := make(chan struct{}, 1)
	callback := js.FuncOf(func(js.Value, []js.Value) any {
		granted <- struct{}{}
		return hold
	})
	controller := js.Global().Get("AbortController").New()
	ended := make(chan error, 1)
	go func() {
		defer callback.Release()
		ended <- requested(manager, name, controller.Get("signal"), callback)
	}()
	select {
	case <-granted:
		return release, nil
	case err := <-ended:
		return nil, err
	case <-ctx.Done():
		controller.Call("abort")
		release()
		return nil, ctx.Err()
	}
}

// requested waits until the lock was held and released, or refused.
func requested(manager js.Value, name string, signal js.Value, callback js.Func) (err error) {
	defer recoverJS(&err)
	options := map[string]any{"mode": "exclusive", "signal": signal}
	_, err = await(context.Background(), manager.Call("request", name, options, callback))
	return err
}

// pending makes a promise and the function that fulfils it.
func pending() (promise js.Value, fulfil func()) {
	var resolve js.Value
	executor := js.FuncOf(func(_ js.Value, args []js.Value) any {
		resolve = args[0]
		return nil
	})
	defer executor.Release()
	promise = js.Global().Get("Promise").New(executor)
	return promise, sync.OnceFunc(func() { resolve.Invoke() })
}

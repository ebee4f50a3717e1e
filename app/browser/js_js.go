//go:build js && wasm

package browser

import (
	"context"
	"syscall/js"
)

// recoverJS turns a thrown JavaScript exception into *err. It is deferred by
// whoever calls into JavaScript that may throw.
func recoverJS(err *error) {
	switch r := recover().(type) {
	case nil:
	case js.Error:
		*err = errorOf(r.Value)
	case *js.ValueError:
		*err = &Error{Name: "TypeError", Message: r.Error()}
	default:
		panic(r)
	}
}

// errorOf reads a thrown value or the reason of a rejection.
func errorOf(v js.Value) error {
	if v.Type() != js.TypeObject {
		return &Error{Name: "Error", Message: v.String()}
	}
	e := &Error{Name: "Error"}
	if name := v.Get("name"); name.Type() == js.TypeString {
		e.Name = name.String()
	}
	if message := v.Get("message"); message.Type() == js.TypeString {
		e.Message = message.String()
	}
	return e
}

type outcome struct {
	value js.Value
	err   error
}

// await waits until promise is settled or ctx ends. Its callbacks are released
// when the promise settles, which the caller sees to when ctx ends.
func await(ctx context.Context, promise js.Value) (js.Value, error) {
	done := make(chan outcome, 1)
	var fulfilled, rejected js.Func
	settle := func(o outcome) {
		done <- o
		fulfilled.Release()
		rejected.Release()
	}
	fulfilled = js.FuncOf(func(_ js.Value, args []js.Value) any {
		settle(outcome{value: first(args)})
		return nil
	})
	rejected = js.FuncOf(func(_ js.Value, args []js.Value) any {
		settle(outcome{err: errorOf(first(args))})
		return nil
	})
	promise.Call("then", fulfilled, rejected)
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

func first(args []js.Value) js.Value {
	if len(args) == 0 {
		return js.Undefined()
	}
	return args[0]
}

// on calls f with every event of that name on target until stop is called.
func on(target js.Value, name string, f func(event js.Value)) (stop func()) {
	listener := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(first(args))
		return nil
	})
	target.Call("addEventListener", name, listener)
	return func() {
		target.Call("removeEventListener", name, listener)
		listener.Release()
	}
}

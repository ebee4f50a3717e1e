//go:build js && wasm

package browser

import "syscall/js"

// Version names the deployment this page is of; empty where that is not known.
func Version() string {
	early := js.Global().Get("timeclock")
	if !early.Truthy() {
		return ""
	}
	return early.Get("version").String()
}

// Updates calls f with the version of every deployment that the service worker
// has kept whole, from now until stop is called. f must return at once.
func Updates(f func(version string)) (stop func()) {
	workers := js.Global().Get("navigator").Get("serviceWorker")
	if !workers.Truthy() {
		return func() {}
	}
	return on(workers, "message", func(event js.Value) {
		data := event.Get("data")
		if data.Type() != js.TypeObject || !data.Get("kind").Equal(js.ValueOf("update")) {
			return
		}
		if version := data.Get("version"); version.Type() == js.TypeString {
			f(version.String())
		}
	})
}

// LookForUpdate makes the browser ask the server for another version, which it
// does by itself only when a page is opened.
func LookForUpdate() {
	var err error
	defer recoverJS(&err)
	workers := js.Global().Get("navigator").Get("serviceWorker")
	if !workers.Truthy() {
		return
	}
	var found, ignored js.Func
	found = js.FuncOf(func(_ js.Value, args []js.Value) any {
		found.Release()
		if registration := first(args); registration.Truthy() {
			registration.Call("update").Call("catch", ignored)
		}
		return nil
	})
	ignored = js.FuncOf(func(js.Value, []js.Value) any {
		ignored.Release()
		return nil
	})
	workers.Call("getRegistration").Call("then", found)
}

// FocusPress gives the focus to the button of the form that makes this press,
// if it is there, and reports whether it was.
func FocusPress(kind string) bool {
	buttons := js.Global().Get("document").Call("querySelectorAll", "#press button")
	for i := range buttons.Length() {
		if b := buttons.Index(i); b.Get("value").Equal(js.ValueOf(kind)) {
			b.Call("focus", map[string]any{"focusVisible": true})
			return true
		}
	}
	return false
}

//go:build js && wasm

package browser

import "syscall/js"

// Assign leaves for another address of this site or of the provider.
func Assign(url string) { js.Global().Get("location").Call("assign", url) }

// Reload loads the page anew.
func Reload() { js.Global().Get("location").Call("reload") }

// Path gives path and query of the present address.
func Path() string {
	l := js.Global().Get("location")
	return l.Get("pathname").String() + l.Get("search").String()
}

// Online reports what the browser believes of the network: false is sure,
// true is a guess.
func Online() bool {
	v := js.Global().Get("navigator").Get("onLine")
	return v.Type() != js.TypeBoolean || v.Bool()
}

// Visible reports whether the page can be seen.
func Visible() bool {
	return js.Global().Get("document").Get("visibilityState").String() != "hidden"
}

// Vibrate shakes the device for so many milliseconds, where it can.
func Vibrate(ms int) {
	nav := js.Global().Get("navigator")
	if nav.Get("vibrate").Type() == js.TypeFunction {
		nav.Call("vibrate", ms)
	}
}

// Pref gives what SetPref stored under key, or nothing. It is for choices
// whose loss costs nothing, never for presses.
func Pref(key string) (value string) {
	var err error
	defer recoverJS(&err)
	v := js.Global().Get("localStorage").Call("getItem", key)
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

// SetPref stores value under key where the browser lets it, and removes the
// key when value is empty.
func SetPref(key, value string) {
	var err error
	defer recoverJS(&err)
	storage := js.Global().Get("localStorage")
	if value == "" {
		storage.Call("removeItem", key)
		return
	}
	storage.Call("setItem", key, value)
}

// element gives the element with that id, or false.
func element(id string) (js.Value, bool) {
	e := js.Global().Get("document").Call("getElementById", id)
	return e, e.Truthy()
}

// Adopt reads the field with that id as it stands in the page.
func Adopt(id string) Adopted {
	e, ok := element(id)
	if !ok || e.Get("value").Type() != js.TypeString {
		return Adopted{}
	}
	a := Adopted{Note: e.Get("value").String()}
	a.Focused = js.Global().Get("document").Get("activeElement").Equal(e)
	if start, end := e.Get("selectionStart"), e.Get("selectionEnd"); start.Type() == js.TypeNumber && end.Type() == js.TypeNumber {
		a.Start, a.End = start.Int(), end.Int()
	}
	return a
}

// Restore puts what was adopted into the field with that id, with focus and
// selection as they were.
func Restore(id string, a Adopted) {
	e, ok := element(id)
	if !ok {
		return
	}
	e.Set("value", a.Note)
	if !a.Focused {
		return
	}
	e.Call("focus")
	var err error
	defer recoverJS(&err) // fields without a selection throw
	e.Call("setSelectionRange", a.Start, a.End)
}

// SetValue writes value into the field with that id; go-app cannot empty one.
func SetValue(id, value string) {
	if e, ok := element(id); ok {
		e.Set("value", value)
	}
}

// SetText writes text into the element with that id, which holds a text already.
// go-app does not learn of it.
func SetText(id, text string) {
	if e, ok := element(id); ok {
		e.Get("firstChild").Set("nodeValue", text)
	}
}

// FocusFirst gives the focus to the first element with one of these ids that
// is there.
func FocusFirst(ids ...string) {
	for _, id := range ids {
		if e, ok := element(id); ok {
			e.Call("focus")
			return
		}
	}
}

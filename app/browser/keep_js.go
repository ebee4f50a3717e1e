//go:build js && wasm

package browser

import "syscall/js"

// Keep stores text under key where the browser lets it, for this tab alone and
// until it is closed, and removes the key when text is empty. Like Kept it is for
// what somebody is writing: it outlives the page being loaded anew and a sign-in
// elsewhere.
func Keep(key, text string) {
	var err error
	defer recoverJS(&err)
	storage := js.Global().Get("sessionStorage")
	if text == "" {
		storage.Call("removeItem", key)
		return
	}
	storage.Call("setItem", key, text)
}

// Kept gives what Keep stored under key, or nothing.
func Kept(key string) (text string) {
	var err error
	defer recoverJS(&err)
	v := js.Global().Get("sessionStorage").Call("getItem", key)
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

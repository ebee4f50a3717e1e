//go:build js && wasm

package browser

import (
	"syscall/js"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Fold gives text without case and accents, as a search compares it.
func Fold(text string) string {
	object := js.Global().Get("Object") // a string itself cannot be called
	plain := object.Invoke(text).Call("normalize", "NFD")
	plain = object.Invoke(plain).Call("replace", marks(), "")
	return object.Invoke(plain).Call("toLocaleLowerCase").String()
}

var marksMade js.Value

func marks() js.Value {
	if marksMade.IsUndefined() {
		marksMade = js.Global().Get("RegExp").New(`\p{M}`, "gu")
	}
	return marksMade
}

// Moved calls f after the page was scrolled or its window changed, once for
// every frame in which that happened, until stop is called.
func Moved(f func()) (stop func()) {
	window := js.Global()
	pending := false
	frame := js.FuncOf(func(js.Value, []js.Value) any {
		pending = false
		f()
		return nil
	})
	heard := js.FuncOf(func(js.Value, []js.Value) any {
		if !pending {
			pending = true
			window.Call("requestAnimationFrame", frame)
		}
		return nil
	})
	passive := map[string]any{"passive": true}
	for _, name := range []string{"scroll", "resize"} {
		window.Call("addEventListener", name, heard, passive)
	}
	return func() {
		for _, name := range []string{"scroll", "resize"} {
			window.Call("removeEventListener", name, heard)
		}
		heard.Release() // frame may still be called once, and is left to be
	}
}

// NextFrame calls f before the next frame is drawn.
func NextFrame(f func()) {
	var frame js.Func
	frame = js.FuncOf(func(js.Value, []js.Value) any {
		frame.Release()
		f()
		return nil
	})
	js.Global().Call("requestAnimationFrame", frame)
}

// Pressed gives, where an event happened in an element that matches what, the value
// of the data attribute key of the element around it that matches of.
func Pressed(event app.Event, what, of, key string) (value string, ok bool) {
	hit := event.Get("target").Call("closest", what)
	if !hit.Truthy() {
		return "", false
	}
	return hit.Call("closest", of).Get("dataset").Get(key).String(), true
}

// Sight tells which part of the element with that id lies within the window, as
// shares of its height: 0 is its upper edge and 1 its lower one. Both may lie
// beyond. It reports false when there is no such element, or none with a height.
func Sight(id string) (from, to float64, ok bool) {
	e, found := element(id)
	if !found {
		return 0, 0, false
	}
	box := e.Call("getBoundingClientRect")
	top, height := box.Get("top").Float(), box.Get("height").Float()
	if height <= 0 {
		return 0, 0, false
	}
	return -top / height, (js.Global().Get("innerHeight").Float() - top) / height, true
}

// OpenDialog opens the dialog with that id over the page, which cannot be used
// meanwhile, and reports whether it was closed. CloseDialog closes it, gives the
// focus back to what had it, and reports whether it was open.
func OpenDialog(id string) bool {
	e, ok := element(id)
	if !ok || e.Get("open").Bool() {
		return false
	}
	e.Call("showModal")
	return true
}

// CloseDialog is told of at OpenDialog.
func CloseDialog(id string) bool {
	e, ok := element(id)
	if !ok || !e.Get("open").Bool() {
		return false
	}
	e.Call("close")
	return true
}

// Reveal scrolls the element with that id into the window.
func Reveal(id string) {
	if e, ok := element(id); ok {
		e.Call("scrollIntoView", map[string]any{"block": "nearest"})
	}
}

// Fill puts markup, which is escaped already, into the element with that id, in
// place of what is there.
func Fill(id, markup string) {
	if e, found := element(id); found {
		e.Set("innerHTML", markup)
	}
}

// Patch does what Fill does, but what stays as it is keeps its place, its focus and
// what is being pressed in it. It reports whether there is such an element.
func Patch(id, markup string) bool {
	e, found := element(id)
	if !found {
		return false
	}
	template := js.Global().Get("document").Call("createElement", "template")
	template.Set("innerHTML", markup)
	patchChildren(e, template.Get("content"))
	return true
}

// patchChildren makes the children of old those of new, which is taken apart.
func patchChildren(old, new js.Value) {
	for now, wanted := old.Get("firstChild"), new.Get("firstChild"); now.Truthy() || wanted.Truthy(); {
		at, of := now, wanted
		switch {
		case !of.Truthy():
			now = at.Get("nextSibling")
			old.Call("removeChild", at)
		case !at.Truthy():
			wanted = of.Get("nextSibling")
			old.Call("appendChild", of)
		default:
			now, wanted = at.Get("nextSibling"), of.Get("nextSibling")
			patch(at, of)
		}
	}
}

// patch makes old what new is, in place where both are of a kind.
func patch(old, new js.Value) {
	switch {
	case old.Call("isEqualNode", new).Bool():
	case old.Get("nodeName").String() != new.Get("nodeName").String():
		old.Call("replaceWith", new)
	case !old.Get("attributes").Truthy():
		old.Set("nodeValue", new.Get("nodeValue"))
	default:
		patchAttributes(old, new)
		patchChildren(old, new)
	}
}

// patchAttributes gives old the attributes that new has, and no others. A box is
// ticked as its attribute says.
func patchAttributes(old, new js.Value) {
	for names, i := old.Call("getAttributeNames"), 0; i < names.Length(); i++ {
		if !new.Call("hasAttribute", names.Index(i)).Bool() {
			old.Call("removeAttribute", names.Index(i))
		}
	}
	for names, i := new.Call("getAttributeNames"), 0; i < names.Length(); i++ {
		old.Call("setAttribute", names.Index(i), new.Call("getAttribute", names.Index(i)))
	}
	if old.Get("checked").Type() == js.TypeBoolean {
		old.Set("checked", new.Get("checked"))
	}
}

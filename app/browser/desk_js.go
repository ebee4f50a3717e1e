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

// Follow calls look before the next frame is drawn, and again in every frame after
// that until it has reported some frames long that there is nothing more to do; then
// when the page was scrolled or its window changed, and so on, until stop is called.
// again has it called in the next frame.
//
// look is told which part of the element with that id lies within the window, as
// shares of its height: 0 is its upper edge and 1 its lower one. Both may lie
// beyond. While there is no such element, or none with a height, it is not called.
func Follow(id string, look func(from, to float64) (more bool)) (again, stop func()) {
	window := js.Global()
	moves, once := []string{"scroll", "resize"}, map[string]any{"passive": true, "once": true}
	var at sight
	waiting, stopped, idle := false, false, 0
	var frame, moved js.Func
	again = func() {
		if !waiting && !stopped {
			waiting = true
			window.Call("requestAnimationFrame", frame)
		}
	}
	frame = js.FuncOf(func(js.Value, []js.Value) any {
		waiting = false
		if stopped {
			return nil
		}
		if from, to, ok := at.of(id); ok && look(from, to) {
			idle = 0
		} else {
			idle++
		}
		if idle < followed {
			again()
			return nil
		}
		for _, name := range moves {
			window.Call("addEventListener", name, moved, once)
		}
		return nil
	})
	moved = js.FuncOf(func(js.Value, []js.Value) any {
		again() // in this frame: moves are told before it is called for
		return nil
	})
	again()
	return again, func() {
		stopped = true
		for _, name := range moves {
			window.Call("removeEventListener", name, moved)
		}
		moved.Release() // frame may still be called once, and is left to be
	}
}

// followed is how many frames without anything to do Follow waits for more: one that
// is scrolled by hand comes with the next, and to listen costs more than to look.
const followed = 8

// sight finds which part of an element lies within the window. It keeps the element
// for as long as it is in the page.
type sight struct{ element js.Value }

func (s *sight) of(id string) (from, to float64, ok bool) {
	if s.element.IsUndefined() || !s.element.Get("isConnected").Bool() {
		if s.element, ok = element(id); !ok {
			s.element = js.Undefined()
			return 0, 0, false
		}
	}
	box := s.element.Call("getBoundingClientRect")
	top, height := box.Get("top").Float(), box.Get("height").Float()
	if height <= 0 {
		return 0, 0, false
	}
	return -top / height, (js.Global().Get("innerHeight").Float() - top) / height, true
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

// Refill does what Patch does, and sooner where nothing in there has the focus or is
// being pressed.
func Refill(id, markup string) bool {
	e, found := element(id)
	if !found {
		return false
	}
	focused := js.Global().Get("document").Get("activeElement") // also while the window itself is not
	if e.Call("contains", focused).Bool() || e.Call("querySelector", ":active").Truthy() {
		return Patch(id, markup)
	}
	e.Set("innerHTML", markup)
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

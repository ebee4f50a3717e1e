//go:build js && wasm

package browser

import (
	"syscall/js"
	"time"
)

// Save hands a file to the browser, which puts it where downloads go.
func Save(f File) (err error) {
	defer recoverJS(&err)
	bytes := js.Global().Get("Uint8Array").New(len(f.Data))
	js.CopyBytesToJS(bytes, f.Data)
	blob := js.Global().Get("Blob").New([]any{bytes}, map[string]any{"type": f.Kind})
	address := js.Global().Get("URL").Call("createObjectURL", blob)
	document := js.Global().Get("document")
	link := document.Call("createElement", "a")
	link.Set("href", address)
	link.Set("download", f.Name)
	document.Get("body").Call("append", link)
	link.Call("click")
	link.Call("remove")
	// Not before the browser has begun to read it.
	time.AfterFunc(time.Minute, func() { js.Global().Get("URL").Call("revokeObjectURL", address) })
	return nil
}

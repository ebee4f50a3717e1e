//go:build !(js && wasm)

package browser

// Save does nothing outside a browser.
func Save(File) error { return nil }

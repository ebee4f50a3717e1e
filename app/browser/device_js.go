//go:build js && wasm

package browser

import (
	"context"
	"strings"
	"syscall/js"
)

// Install says how the program can be installed now. The browser's offer to
// ask (beforeinstallprompt) often comes before this program runs; go-app's
// start script keeps it.
func (Device) Install() (how Install) {
	var err error
	defer recoverJS(&err) // without that script there is no way known
	window, nav := js.Global(), js.Global().Get("navigator")
	agent := nav.Get("userAgent").String()
	switch {
	case window.Call("goappIsAppInstalled").Bool():
		return Installed
	case window.Call("goappIsAppleBrowser").Bool():
		if strings.Contains(agent, "iPhone") || nav.Get("maxTouchPoints").Int() > 1 {
			return ByShare
		}
		return ByDock
	case window.Call("goappIsAppInstallable").Bool():
		return ByPrompt
	case strings.Contains(agent, "Android") && strings.Contains(agent, "Firefox/"):
		return ByMenu
	}
	return ""
}

// PromptInstall has the browser ask whether to install. What comes of it is
// told by Installs.
func (Device) PromptInstall() {
	var err error
	defer recoverJS(&err)
	js.Global().Call("goappShowInstallPrompt")
}

// Installs calls f whenever the browser has an offer to ask, or installed the
// program, until stop is called. f must return at once.
func Installs(f func()) (stop func()) {
	tell := func(js.Value) { f() }
	offered := on(js.Global(), "beforeinstallprompt", tell)
	done := on(js.Global(), "appinstalled", tell)
	return func() { offered(); done() }
}

// Room tells what is kept on the device for this origin.
func (Device) Room(ctx context.Context) (r Room, err error) {
	defer recoverJS(&err)
	storage := js.Global().Get("navigator").Get("storage")
	if !storage.Truthy() {
		return r, ErrUnsupported
	}
	estimate, err := await(ctx, storage.Call("estimate"))
	if err != nil {
		return r, err
	}
	lasting, err := await(ctx, storage.Call("persisted"))
	if err != nil {
		return r, err
	}
	return Room{Used: int64(estimate.Get("usage").Float()), Lasting: lasting.Bool()}, nil
}

// Persist asks the browser not to clear what is kept by itself, and tells
// whether it agreed. Some ask the person.
func (Device) Persist(ctx context.Context) (lasting bool, err error) {
	defer recoverJS(&err)
	storage := js.Global().Get("navigator").Get("storage")
	if !storage.Truthy() {
		return false, ErrUnsupported
	}
	agreed, err := await(ctx, storage.Call("persist"))
	return err == nil && agreed.Bool(), err
}

// DropProgram removes the kept program and the service worker that kept it.
// The next loading of the page fetches both anew.
func (Device) DropProgram(ctx context.Context) (err error) {
	defer recoverJS(&err)
	if workers := js.Global().Get("navigator").Get("serviceWorker"); workers.Truthy() {
		registration, err := await(ctx, workers.Call("getRegistration"))
		if err != nil {
			return err
		}
		if registration.Truthy() {
			if _, err := await(ctx, registration.Call("unregister")); err != nil {
				return err
			}
		}
	}
	caches := js.Global().Get("caches")
	if !caches.Truthy() {
		return nil
	}
	names, err := await(ctx, caches.Call("keys"))
	if err != nil {
		return err
	}
	for i := range names.Length() {
		if _, err := await(ctx, caches.Call("delete", names.Index(i))); err != nil {
			return err
		}
	}
	return nil
}

// StartOver hides what the page shows, at once, and loads it anew.
func (Device) StartOver() {
	js.Global().Get("document").Get("body").Set("hidden", true)
	Reload()
}

// Command desk is the supervisors' program in the browser, apart from
// everybody's so that nobody else loads it. The server sends it as WebAssembly;
// run anywhere else it does nothing.
package main

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/desk"
	"timeclock/app/desk/screen"
	"timeclock/app/outbox"
	"timeclock/app/tell"
	"timeclock/app/wire"
)

func main() {
	if app.IsServer {
		return
	}
	texts := browser.Texts(context.Background())
	store := assemble()
	startOverAfterParting()
	browser.Signals(func(signal browser.Signal) {
		switch signal {
		case browser.Hidden:
			store.Pause()
		case browser.Shown, browser.Focused, browser.WentOnline:
			store.Resume()
		}
	})
	store.Open(context.Background())
	tell.Read(texts)
	screen.Routes(store)
	app.RunWhenOnBrowser()
}

// startOverAfterParting loads the page anew when the person has left this
// browser in another tab: then nothing of them is left in this one.
func startOverAfterParting() {
	known := browser.Pref(wire.PrefParting)
	check := func() {
		if browser.Pref(wire.PrefParting) != known {
			browser.Device{}.StartOver()
		}
	}
	browser.OpenChannel(wire.Channel, func([]byte) { check() })
	browser.Signals(func(browser.Signal) { check() })
}

// assemble gives a Store that stands on the browser.
func assemble() *desk.Store {
	watch := outbox.NewWatch(browser.Mono, browser.Date)
	return desk.New(desk.Deps{
		Server: &client.Client{
			Fetch:  browser.Fetch,
			Open:   browser.Open,
			Mono:   browser.Mono,
			Sample: watch.Sample,
		},
		Watch:   watch,
		Zone:    browser.Zone,
		ID:      outbox.NewID,
		Fold:    browser.Fold,
		Assign:  browser.Assign,
		Path:    browser.Path,
		Pref:    browser.Pref,
		SetPref: browser.SetPref,
		Save:    browser.Save,
		Keep:    browser.Keep,
		Kept:    browser.Kept,
	})
}

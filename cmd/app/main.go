// Command app is the program in the browser. The server sends it as
// WebAssembly; run anywhere else it does nothing.
package main

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/outbox"
	"timeclock/app/page"
	"timeclock/app/state"
	"timeclock/app/tell"
	"timeclock/app/wire"
)

// recallTime is how long the first drawing may wait for what is remembered.
const recallTime = 500 * time.Millisecond

func main() {
	if app.IsServer {
		return
	}
	// Collecting garbage holds the page up, and there is room.
	debug.SetGCPercent(400)
	texts := browser.Texts(context.Background())
	store := assemble()
	page.Routes(store)
	browser.Signals(func(signal browser.Signal) {
		switch signal {
		case browser.Hidden:
			store.Pause()
		case browser.Shown, browser.Focused, browser.WentOnline:
			store.Resume()
		}
	})
	store.Open(context.Background())
	// The page shows the clock already. It is drawn over once it can be drawn
	// with what is remembered.
	select {
	case <-store.Recalled():
	case <-time.After(recallTime):
	}
	tell.Read(texts)
	app.RunWhenOnBrowser()
}

// assemble gives a Store that stands on the browser.
func assemble() *state.Store {
	watch := outbox.NewWatch(browser.Mono, browser.Date)
	var store *state.Store
	tabs := browser.OpenChannel(wire.Channel, func(message []byte) { store.Heard(message) })
	store = state.New(state.Deps{
		Server: &client.Client{
			Fetch:  browser.Fetch,
			Open:   browser.Open,
			Mono:   browser.Mono,
			Sample: watch.Sample,
		},
		Presses: browser.NewStore(state.PressesStore),
		Memory:  browser.NewStore(state.MemoryStore),
		Locker:  browser.NewLocks(),
		Watch:   watch,
		Mono:    browser.Mono,
		Zone:    browser.Zone,
		Tell:    tabs.Post,
		Assign:  browser.Assign,
		Path:    browser.Path,
		Pref:    browser.Pref,
		SetPref: browser.SetPref,
		Device:  browser.Device{},
		Save:    browser.Save,

		Version:       browser.Version(),
		LookForUpdate: browser.LookForUpdate,
		Locate: func(ctx context.Context, enough float64) (wire.Position, error) {
			at, err := browser.Locate(ctx, enough)
			if errors.Is(err, browser.ErrDenied) { // not every browser tells of it otherwise
				store.Permitted(state.Denied)
			}
			return wire.Position(at), err
		},
	})
	browser.Updates(store.Updated)
	browser.Installs(store.Installable)
	browser.Permissions(func(p browser.Permission) { store.Permitted(state.Permission(p)) })
	return store
}

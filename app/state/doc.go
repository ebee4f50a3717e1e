// Package state holds what the screens show and the actions that change it.
//
// A Store owns one Model. Screens subscribe, take copies and draw; they change
// nothing but through the Store's actions. What is shown of a person's day is
// the cards as last read with the presses not yet on them applied by the rules
// of package clock, so that a press shows at once and the truth replaces it
// when it comes.
//
// # Goroutines
//
// Every method may be called on any goroutine, the one that draws included,
// and returns at once: it changes the Model under a lock that is never held
// while anything is waited for, and leaves the rest to goroutines of the
// Store's own. These are one that tells subscribers, one that sends presses
// (outbox.Run), at most one that reads the clock, one that listens for events
// while the page can be seen, and short ones for storing a press, sending a
// decision, reading history, and signing out. All end with the context given to Open.
//
// # Whose Model it is
//
// A Model is about one person. An answer about another one replaces it whole;
// what was asked for before that is dropped when it comes. A session that
// ended leaves the Model, so that waiting presses stay in sight; signing out
// clears it. What is remembered for the next start is that person's last
// answer, and is gone when they sign out.
//
// The package knows no markup and no JavaScript: network, storage, time and
// zones come in through what New is given, so all of it runs in ordinary
// tests.
//
// In the browser a Store is put together like this:
//
//	watch := outbox.NewWatch(browser.Mono, browser.Date)
//	server := &client.Client{
//		Fetch: browser.Fetch, Open: browser.Open,
//		Mono: browser.Mono, Sample: watch.Sample,
//	}
//	var store *state.Store
//	tabs := browser.OpenChannel(wire.Channel, func(m []byte) { store.Heard(m) })
//	store = state.New(state.Deps{
//		Server:  server,
//		Presses: browser.NewStore(state.PressesStore),
//		Memory:  browser.NewStore(state.MemoryStore),
//		Locker:  browser.NewLocks(),
//		Watch:   watch,
//		Mono:    browser.Mono,
//		Zone:    browser.Zone,
//		Tell:    tabs.Post,
//		Assign:  browser.Assign,
//		Path:    browser.Path,
//		Pref:    browser.Pref,
//		SetPref: browser.SetPref,
//		Device:  browser.Device{},
//		Version: browser.Version(),
//		LookForUpdate: browser.LookForUpdate,
//		Locate:        locate, // browser.Locate
//	})
//	browser.Permissions(func(p browser.Permission) { store.Permitted(state.Permission(p)) })
//	browser.Signals(func(s browser.Signal) {
//		switch s {
//		case browser.Shown, browser.Focused, browser.WentOnline:
//			store.Resume()
//		case browser.Hidden:
//			store.Pause()
//		}
//	})
//	store.Open(context.Background())
package state

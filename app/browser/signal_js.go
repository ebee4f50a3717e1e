//go:build js && wasm

package browser

import "syscall/js"

// Signals calls f with every signal until stop is called. f must return at
// once.
func Signals(f func(Signal)) (stop func()) {
	window, document := js.Global(), js.Global().Get("document")
	tell := func(s Signal) func(js.Value) { return func(js.Value) { f(s) } }
	stops := []func(){
		on(document, "visibilitychange", func(js.Value) {
			if Visible() {
				f(Shown)
				return
			}
			f(Hidden)
		}),
		on(window, "pageshow", tell(Shown)),
		on(window, "pagehide", tell(Hidden)),
		on(window, "focus", tell(Focused)),
		on(window, "online", tell(WentOnline)),
		on(window, "offline", tell(WentOffline)),
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// Channel carries messages between the tabs of this origin
// (BroadcastChannel). Where the browser has none it carries nothing. Safe for
// concurrent use.
type Channel struct {
	channel js.Value
	stop    func()
}

// OpenChannel joins the channel with that name and calls f with what other
// tabs post. f must return at once.
func OpenChannel(name string, f func(message []byte)) *Channel {
	constructor := js.Global().Get("BroadcastChannel")
	if !constructor.Truthy() {
		return &Channel{stop: func() {}}
	}
	channel := constructor.New(name)
	stop := on(channel, "message", func(event js.Value) {
		if data := event.Get("data"); data.Type() == js.TypeString {
			f([]byte(data.String()))
		}
	})
	return &Channel{channel: channel, stop: stop}
}

// Post tells all other tabs.
func (c *Channel) Post(message []byte) {
	var err error
	defer recoverJS(&err) // a closed channel throws
	if c.channel.Truthy() {
		c.channel.Call("postMessage", string(message))
	}
}

// Close leaves the channel.
func (c *Channel) Close() {
	c.stop()
	if c.channel.Truthy() {
		c.channel.Call("close")
	}
}

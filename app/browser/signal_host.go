//go:build !js

package browser

// Signals calls f with every signal until stop is called; the host has none.
func Signals(func(Signal)) (stop func()) { return func() {} }

// Channel carries messages between the tabs of this origin.
type Channel struct{}

// OpenChannel joins the channel with that name; the host hears nobody.
func OpenChannel(string, func(message []byte)) *Channel { return &Channel{} }

// Post tells all other tabs.
func (*Channel) Post([]byte) {}

// Close leaves the channel.
func (*Channel) Close() {}

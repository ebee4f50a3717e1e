package browser

// Signal is news of the page or the network.
type Signal int

// Shown: the page can be seen, or came back from the browser's memory.
// Hidden: it cannot be seen. Focused: its window is the one in use.
// WentOnline and WentOffline: what the browser believes of the network.
const (
	Shown Signal = iota
	Hidden
	Focused
	WentOnline
	WentOffline
)
